"""One HTML page of figures and plots about a network, for whoever wants to know how good it is."""

import base64
import html
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

_STYLE = """
body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}
table{border-collapse:collapse;margin:1rem 0}th,td{padding:.25rem .75rem;text-align:right}
th:first-child,td:first-child{text-align:left}tr{border-bottom:1px solid #d5dae2}
img{max-width:100%}figcaption,.note{color:#4a5568}
"""
_INK = "#1f4e8c"


def write_report(path: Path, version: str, metrics: Mapping[str, Any]) -> None:
    """Write the page; pictures are inside it, so that one file is all there is to send.

    Args:
        path: of the HTML file.
        version: of the network.
        metrics: `evaluate`'s, with `stress`, `outside` and `field` under these names if there.
    """
    parts = [
        _summary(metrics),
        _classes(metrics),
        _figure("Written (rows) and read (columns)", _draw_confusion, metrics),
        _figure("Does confidence mean what it says?", _draw_reliability, metrics),
        _figure("Errors left when only the surest digits are taken", _draw_risk, metrics),
    ]
    if "stress" in metrics:
        parts += [
            _shares("Corruptions of MNIST-C, made here", metrics["stress"]["corruptions"]),
            _shares("Gaussian noise, by standard deviation", metrics["stress"]["gaussian"]),
            _shares("Salt and pepper, by share of pixels", metrics["stress"]["salt_and_pepper"]),
            _figure("Reading under noise", _draw_noise, metrics),
        ]
    if "outside" in metrics:
        parts += [
            _shares("Digits that training never saw", metrics["outside"]["digits"]),
            _refusals(metrics["outside"]),
        ]
    if "field" in metrics:
        parts.append(_figure("What the last convolution looks at", _draw_field, metrics))
    title = f"Legible digit network {html.escape(version)}"
    body = "\n".join(parts)
    path.write_text(
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title>'
        f"<style>{_STYLE}</style><h1>{title}</h1>{body}</html>\n",
        "utf-8",
    )


def _summary(metrics: Mapping[str, Any]) -> str:
    certified = metrics["risk_coverage"]["certified"]
    rows = [
        ("Digits", f"{metrics['n']:,}"),
        ("Wrong", f"{metrics['errors']:,}"),
        ("Right", f"{metrics['accuracy']:.2%} ({_interval(metrics)})"),
        (f"Right with noise {metrics['noise']['sigma']}", f"{metrics['noise']['accuracy']:.2%}"),
        ("Expected calibration error", f"{metrics['ece']:.4f}"),
        ("Called no digit by mistake", _percent(metrics["refused"])),
        (f"Coverage certified for {certified['accuracy']:.1%}", f"{certified['coverage']:.1%}"),
    ]
    note = '<p class="note">Intervals are Wilson\'s, 95%. Nothing was chosen by these results.</p>'
    return "<h2>MNIST test part</h2>" + _table(("", ""), rows) + note


def _classes(metrics: Mapping[str, Any]) -> str:
    heads = ("class", "precision", "recall", "specificity", "f1")
    rows = [
        (row["class"], *(_percent(row[head]) for head in heads[1:])) for row in metrics["classes"]
    ]
    mistakes = ", ".join(
        f"{each['written']} read as {each['read']}: {each['n']}"
        for each in metrics["top_confusions"]
    )
    confused = f"<p>Commonest mistakes: {mistakes or 'none'}.</p>"
    return f"<h2>Each digit</h2>{_table(heads, rows)}{confused}"


def _shares(title: str, shares: Mapping[str, Mapping[str, Any]]) -> str:
    rows = [
        (name, f"{each['n']:,}", f"{each['errors']:,}", _percent(each["accuracy"]),
         _interval(each), f"{each['ece']:.4f}", _percent(each["refused"]))
        for name, each in shares.items()
    ]  # fmt: skip
    heads = ("", "n", "wrong", "right", "95% interval", "ECE", "called no digit")
    return f"<h2>{title}</h2>{_table(heads, rows)}"


def _refusals(outside: Mapping[str, Any]) -> str:
    rows = [
        (name, f"{each['n']:,}", _percent(each["refused"]))
        for name, each in outside["no_digit"].items()
    ]
    people = ""
    if "non_digits" in outside:
        others = outside["non_digits"]
        people = (
            f"<p>Of {others['n']} Greek letters that people wrote, "
            f"{others['called_no_digit']} were called no digit and {others['read_as_digits']} "
            "were read as digits without a doubt. Theta, sigma and delta are written like 0, 6 "
            "and 8.</p>"
        )
    return f"<h2>What is no digit</h2>{_table(('', 'n', 'refused'), rows)}{people}"


def _figure(title: str, draw: Any, metrics: Mapping[str, Any]) -> str:
    figure = Figure(figsize=(7, 5), layout="constrained")
    note = draw(figure.subplots(), metrics)
    content = io.BytesIO()
    figure.savefig(content, format="png", dpi=110)
    told = base64.b64encode(content.getvalue()).decode()
    return (
        f'<h2>{title}</h2><figure><img src="data:image/png;base64,{told}" alt="{title}">'
        f"<figcaption>{note}</figcaption></figure>"
    )


def _draw_confusion(axes: Axes, metrics: Mapping[str, Any]) -> str:
    table = np.array(metrics["confusion"])
    wrong = table - np.diag(table.diagonal())
    axes.imshow(wrong, cmap="Blues")
    for (row, column), count in np.ndenumerate(table):
        if count:
            dark = wrong[row, column] > 0.6 * max(1, wrong.max())
            axes.text(column, row, f"{count}", ha="center", va="center", fontsize=8,
                      color="white" if dark else "black")  # fmt: skip
    axes.set(xticks=range(10), yticks=range(10), xlabel="read", ylabel="written")
    return "Shaded by mistakes; the diagonal counts what was read right."


def _draw_reliability(axes: Axes, metrics: Mapping[str, Any]) -> str:
    bins = metrics["reliability"]
    axes.plot([0, 1], [0, 1], color="grey", linewidth=1, linestyle="--", label="perfect")
    sizes = [10 + 40 * np.log10(1 + each["n"]) for each in bins]
    axes.scatter(
        [each["confidence"] for each in bins], [each["accuracy"] for each in bins],
        s=sizes, color=_INK, label="digits",
    )  # fmt: skip
    for each in bins:
        axes.annotate(
            f"{each['n']:,}", (each["confidence"], each["accuracy"]),
            textcoords="offset points", xytext=(9, -11), fontsize=8,
        )  # fmt: skip
    axes.set(xlabel="mean confidence", ylabel="share right", xlim=(0, 1.05), ylim=(-0.05, 1.05))
    axes.legend(loc="lower right")
    return "Points on the dashed line mean what they say. Numbers: digits in the bin."


def _draw_risk(axes: Axes, metrics: Mapping[str, Any]) -> str:
    curve = metrics["risk_coverage"]
    axes.plot(curve["coverage"], [100 * each for each in curve["risk"]], color=_INK)
    axes.axvline(curve["certified"]["coverage"], color="grey", linestyle="--", linewidth=1)
    axes.set(xlabel="share of digits taken, surest first", ylabel="wrong among them, %")
    return "Left of the dashed line at least 99.9% are right, with 95% confidence."


def _draw_noise(axes: Axes, metrics: Mapping[str, Any]) -> str:
    for name, label, mark in (
        ("gaussian", "Gaussian, standard deviation", "o-"),
        ("salt_and_pepper", "salt and pepper, share of pixels", "s--"),
    ):
        points = metrics["stress"][name]
        rights = [100 * each["accuracy"] for each in points.values()]
        axes.plot([float(strength) for strength in points], rights, mark, label=label)
    axes.set(xlabel="strength", ylabel="right, %")
    axes.legend(loc="lower left")
    return "MNIST's test digits with noise, cut to 0..1."


def _draw_field(axes: Axes, metrics: Mapping[str, Any]) -> str:
    field = metrics["field"]
    image = axes.imshow(np.array(field["map"]), cmap="Blues")
    axes.figure.colorbar(image, ax=axes, label="influence, the strongest 1")
    axes.set(xlabel="column, px", ylabel="row, px")
    return (
        f"Effective field of the middle of {field['layer']}: {field['side_px']} px square (Luo et "
        f"al. 2016), within {field['theoretical_px']} px that can have influence; the first report "
        f"claims {field['claimed_px']} px."
    )


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    head = "".join(f"<th>{html.escape(each)}</th>" for each in heads)
    body = "".join(
        "<tr>" + "".join(f"<td>{html.escape(str(cell))}</td>" for cell in row) + "</tr>"
        for row in rows
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _percent(figure: float | None) -> str:
    return "" if figure is None else f"{figure:.2%}"


def _interval(score: Mapping[str, Any]) -> str:
    low, high = score["wilson95"]
    return f"{low:.2%} .. {high:.2%}"
