"""The plots of a report. Each is drawn once, and written as SVG, as PNG and into the page."""

import io
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.rcsetup import cycler
from matplotlib.ticker import (
    FixedLocator,
    FormatStrFormatter,
    LogLocator,
    MaxNLocator,
    NullLocator,
    PercentFormatter,
)

from trainer.calibrate import KEPT_DIGITS
from trainer.outside import TITLES
from trainer.risk import round_up
from trainer.scores import wilson95

_INK, _SOFT, _GRID = "#1f2933", "#52606d", "#d5dae2"
_BLUE, _ORANGE, _GREEN, _ROSE = "#1f5fa8", "#b4530a", "#2b7a4b", "#a8326b"
# What each colour becomes on a dark page.
_DARK = {
    _INK: "#e5e9f0",
    _SOFT: "#a3b1c2",
    _GRID: "#3a4452",
    _BLUE: "#7db4f0",
    _ORANGE: "#f2a65a",
    _GREEN: "#7fcf9d",
    _ROSE: "#f08bbb",
}
# Any, since its stubs want the keys of a dictionary one by one.
_SETTINGS: Any = {
    # Letters stay letters, so that the files are small and sharp at any size.
    "svg.fonttype": "none",
    # The same figures give the same files.
    "svg.hashsalt": "legible",
    "font.size": 11,
    "text.color": _INK,
    "axes.labelcolor": _INK,
    "axes.edgecolor": _SOFT,
    "axes.titlesize": 11,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.color": _GRID,
    "axes.axisbelow": True,
    "xtick.color": _SOFT,
    "ytick.color": _SOFT,
    "xtick.labelcolor": _INK,
    "ytick.labelcolor": _INK,
    "legend.frameon": False,
    "lines.linewidth": 1.8,
    "axes.prop_cycle": cycler(color=[_BLUE, _ORANGE, _GREEN, _ROSE]),
}
# Inches. Narrow on purpose: on a phone the letters shrink with the plot, and must still be read.
_WIDTH = 4.9

Draw = Callable[[Figure, Mapping[str, Any]], None]


def draw_plot(name: str, metrics: Mapping[str, Any], folder: Path) -> str:
    """Draw one plot and write `<name>.svg` and `<name>.png` into a folder.

    Args:
        name: a key of `PLOTS`.
        metrics: `measure`'s, with all that this plot shows.
        folder: there already.

    Returns:
        The plot as an SVG for a page that is light or dark.
    """
    height, draw = PLOTS[name]
    with mpl.rc_context(_SETTINGS):
        figure = Figure(figsize=(_WIDTH, height), layout="constrained")
        draw(figure, metrics)
        # No date inside, so that a plot only changes when its figures do.
        figure.savefig(folder / f"{name}.svg", facecolor="white", metadata={"Date": None})
        figure.savefig(folder / f"{name}.png", facecolor="white", dpi=160)
        content = io.BytesIO()
        figure.savefig(content, format="svg", transparent=True, metadata={"Date": None})
    return _for_both(content.getvalue().decode())


def _for_both(svg: str) -> str:
    """Colours as variables that follow the reader's light or dark setting."""
    for place, colour in enumerate(_DARK):
        svg = svg.replace(colour, f"var(--c{place})")
    light = "".join(f"--c{place}:{colour};" for place, colour in enumerate(_DARK))
    dark = "".join(f"--c{place}:{colour};" for place, colour in enumerate(_DARK.values()))
    style = f"<style>:root{{{light}}}@media(prefers-color-scheme:dark){{:root{{{dark}}}}}</style>"
    return svg.replace("<defs>", f"{style}<defs>", 1)


def _tinted(share: Any) -> Any:
    """A map of 0..1 as blue that lets the page through where it is faint: (H, W, 4)."""
    rgb = [int(_BLUE[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    tint = np.empty((*np.shape(share), 4))
    tint[..., :3], tint[..., 3] = rgb, share
    return tint


def _draw_confusion(figure: Figure, metrics: Mapping[str, Any]) -> None:
    axes = figure.subplots()
    counts = np.array(metrics["confusion"])
    wrong = counts - np.diag(counts.diagonal())
    share = wrong / max(1, wrong.max())
    axes.imshow(_tinted(0.85 * share))
    for (row, column), count in np.ndenumerate(counts):
        if count:
            hit = row == column
            colour = _SOFT if hit else "white" if share[row, column] > 0.5 else _INK
            axes.text(column, row, f"{count}", ha="center", va="center", color=colour,
                      fontsize=8.5 if hit else 11, weight="normal" if hit else "bold")  # fmt: skip
    axes.set(xticks=range(10), yticks=range(10), xlabel="read as", ylabel="written")
    axes.grid(visible=False)
    axes.tick_params(length=0)


def _draw_reliability(figure: Figure, metrics: Mapping[str, Any]) -> None:
    sets = {"MNIST test part": metrics} | {
        TITLES.get(name, name): each
        for name, each in metrics.get("outside", {}).get("digits", {}).items()
        if "reliability" in each
    }
    rows = -(-len(sets) // 2)
    figure.set_figheight(0.5 + 2.5 * rows)
    grid = figure.subplots(rows, 2, sharex=True, sharey=True, squeeze=False).ravel()
    for axes, (name, each) in zip(grid, sets.items(), strict=False):
        _draw_bins(axes, each["reliability"])
        titled = name.replace(" (", "\n(")
        axes.set_title(f"{titled}\n{each['n']:,} digits, ECE {each['ece']:.4f}", fontsize=9.5)
    for axes in grid[len(sets) :]:
        axes.set_axis_off()
    figure.supxlabel("confidence given", fontsize=11)
    figure.supylabel("share truly right", fontsize=11)


def _draw_bins(axes: Axes, bins: list[dict[str, Any]]) -> None:
    axes.plot([0, 1], [0, 1], color=_SOFT, linewidth=1, linestyle="--")
    for each in bins:
        low, high = wilson95(round(each["accuracy"] * each["n"]), each["n"])
        axes.plot([each["confidence"]] * 2, [low, high], color=_BLUE, linewidth=1, alpha=0.6)
    sizes = [6 + 14 * np.log10(each["n"]) for each in bins]
    confidence, accuracy = ([each[key] for each in bins] for key in ("confidence", "accuracy"))
    axes.scatter(confidence, accuracy, s=sizes, color=_BLUE, zorder=3)
    axes.set(xlim=(0, 1.04), ylim=(0, 1.04), aspect="equal")
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_locator(FixedLocator([0, 0.5, 1]))
        axis.set_major_formatter(PercentFormatter(1))


def _draw_risk(figure: Figure, metrics: Mapping[str, Any]) -> None:
    axes = figure.subplots()
    curve = metrics["risk_coverage"]
    certified = curve["certified"]
    axes.plot(curve["coverage"], curve["risk"], color=_BLUE)
    axes.axhline(1 - certified["accuracy"], color=_SOFT, linewidth=1, linestyle=":")
    top = max(1.15 * max(curve["risk"]), 0.0015)
    # Where hardly a digit is wrong there is nothing to see.
    some = [place for place, risk in enumerate(curve["risk"]) if risk > 0.1 * max(curve["risk"])]
    left = max(0.0, min(0.9, np.floor(10 * curve["coverage"][some[0]]) / 10 - 0.1)) if some else 0.0
    if certified["threshold"] is not None:
        axes.axvline(certified["coverage"], color=_ORANGE, linewidth=1.2, linestyle="--")
        axes.text(
            certified["coverage"] - 0.02 * (1 - left), 0.97 * top,
            f"certified: {certified['coverage']:.1%} of digits,\n"
            f"confidence {round_up(certified['threshold'])} and up",
            ha="right", va="top", color=_ORANGE,
        )  # fmt: skip
    axes.text(left + 0.01 * (1 - left), 1 - certified["accuracy"], "one in a thousand",
              va="bottom", color=_SOFT, fontsize=9.5)  # fmt: skip
    axes.set(xlim=(left, 1 + 0.01 * (1 - left)), ylim=(0, top), ylabel="wrong among them",
             xlabel="share of digits taken, surest first")  # fmt: skip
    axes.xaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
    axes.xaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    axes.yaxis.set_major_formatter(PercentFormatter(1, decimals=2))


def _draw_refusal(figure: Figure, metrics: Mapping[str, Any]) -> None:
    axes = figure.subplots()
    refusal = metrics["refusal"]
    curve, shipped, hindsight = (refusal[key] for key in ("curve", "shipped", "at_kept_995"))
    for (name, refused), style in zip(curve["refused"].items(), ("-", "--", "-."), strict=False):
        axes.plot(curve["kept"], refused, linestyle=style, label=TITLES.get(name, name))
    lowest = min((min(refused) for refused in curve["refused"].values()), default=0.0)
    bottom = max(0.0, np.floor(10 * min(0.9, lowest)) / 10)
    for point, colour, told in (
        (shipped, _INK, f"served: keeps {shipped['kept_share']:.2%}"),
        (hindsight, _SOFT, f"would keep {KEPT_DIGITS:.1%}"),
    ):
        axes.axvline(point["kept_share"], color=colour, linewidth=1,
                     linestyle="-" if point is shipped else ":", label=told)  # fmt: skip
    axes.set(xlim=(0.95, 1.0005), ylim=(bottom, 1.005), xlabel="MNIST test digits kept",
             ylabel="refused")  # fmt: skip
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(PercentFormatter(1, decimals=0))
    figure.legend(loc="outside lower center", ncols=2, fontsize=9.5)


def _draw_noise(figure: Figure, metrics: Mapping[str, Any]) -> None:
    axes = figure.subplots()
    for name, label, style in (
        ("gaussian", "Gaussian, by standard deviation", "o-"),
        ("salt_and_pepper", "salt and pepper, by share of pixels", "s--"),
    ):
        points = metrics["stress"][name]
        rights = [each["accuracy"] for each in points.values()]
        axes.plot([float(strength) for strength in points], rights, style, label=label)
    axes.set(xlabel="strength of the noise", ylabel="read right", ylim=(None, 1.005))
    axes.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    figure.legend(loc="outside lower center", fontsize=9.5)


def _draw_corruptions(figure: Figure, metrics: Mapping[str, Any]) -> None:
    axes = figure.subplots()
    corruptions = metrics["stress"]["corruptions"]
    names = sorted(corruptions, key=lambda name: corruptions[name]["accuracy"])
    rights = [corruptions[name]["accuracy"] for name in names]
    axes.barh([name.replace("_", " ") for name in names], rights, color=_BLUE, height=0.7)
    for place, right in enumerate(rights):
        axes.text(1.15, place, f"{right:.1%}", ha="right", va="center", fontsize=9.5)
    axes.axvline(metrics["accuracy"], color=_ORANGE, linewidth=1.2, linestyle="--")
    axes.set(xlim=(0, 1.16), xticks=np.linspace(0, 1, 6), xlabel="read right")
    axes.xaxis.set_major_formatter(PercentFormatter(1))
    axes.grid(visible=False, axis="y")
    axes.tick_params(axis="y", length=0)


def _draw_field(figure: Figure, metrics: Mapping[str, Any]) -> None:
    axes = figure.subplots()
    field = metrics["field"]
    influence = np.array(field["map"])
    axes.imshow(_tinted(0.9 * influence))
    high, wide = influence.shape
    axes.add_patch(Rectangle((-0.5, -0.5), wide, high, fill=False, edgecolor=_SOFT, linewidth=0.8))
    for side, colour, style, label in (
        (field["side_px"], _ORANGE, "-", f"effective, {field['side_px']} px"),
        (field["claimed_px"], _INK, "--", f"claimed, {field['claimed_px']} px"),
        (field["theoretical_px"], _SOFT, ":", f"theoretical, {field['theoretical_px']} px"),
    ):
        corner = field["centre_px"] - side / 2
        axes.add_patch(Rectangle((corner, corner), side, side, fill=False, edgecolor=colour,
                                 linestyle=style, linewidth=1.6, label=label))  # fmt: skip
    reach = field["theoretical_px"] / 2 + 1
    least = min(-1.0, field["centre_px"] - reach)
    most = max(wide, field["centre_px"] + reach)
    axes.set(xlim=(least, most), ylim=(most, least), xlabel="column, px", ylabel="row, px")
    axes.grid(visible=False)
    figure.legend(loc="outside lower center", ncols=2, fontsize=9.5)


def _draw_training(figure: Figure, metrics: Mapping[str, Any]) -> None:
    losses, errors = figure.subplots(2, 1, sharex=True)
    records, best = metrics["training"]["epochs"], metrics["training"]["best_epoch"]
    epochs = [each["epoch"] for each in records]
    losses.plot(epochs, [each["training_loss"] for each in records], "--", label="training")
    losses.plot(epochs, [each["validation_loss"] for each in records], label="validation")
    errors.plot(epochs, [each["validation_errors"] for each in records], color=_ORANGE)
    for axes in (losses, errors):
        axes.axvline(best, color=_SOFT, linewidth=1, linestyle=":")
        axes.set_yscale("log")
        axes.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        axes.yaxis.set_major_formatter(FormatStrFormatter("%g"))
        axes.yaxis.set_minor_locator(NullLocator())
    losses.set(ylabel="loss")
    losses.legend(loc="center right")
    errors.set(xlabel="epoch", ylabel="validation digits wrong")
    errors.xaxis.set_major_locator(MaxNLocator(integer=True))


# Height in inches, and how it is drawn.
PLOTS: Mapping[str, tuple[float, Draw]] = {
    "confusion": (5.2, _draw_confusion),
    "reliability": (8.0, _draw_reliability),
    "risk_coverage": (3.9, _draw_risk),
    "refusal": (4.4, _draw_refusal),
    "noise": (4.2, _draw_noise),
    "corruptions": (5.2, _draw_corruptions),
    "field": (5.4, _draw_field),
    "training": (5.6, _draw_training),
}
