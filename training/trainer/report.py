"""One page of figures and plots about a network, for whoever wants to know how good it is."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from trainer.data import Images
from trainer.page import code, gallery, page, paragraph, plot, section, table
from trainer.plots import draw_plot
from trainer.refusal_report import refusal_section
from trainer.risk import round_up
from trainer.stress_report import (
    corruptions_section,
    interval,
    noise_section,
    outside_section,
    percent,
)

_MEASURED = (
    "Everything here was measured through the file that is served and the code that serves it, "
    "on digits that took no part in training, nor in choosing weights or thresholds. Intervals "
    "are Wilson's, 95%."
)


def write_report(folder: Path, metrics: Mapping[str, Any], images: Images | None = None) -> None:
    """Write `report.html`, `metrics.json` and `plots/`, each plot as SVG and PNG.

    The page holds its pictures, so that one file is all there is to send. With `images` it shows
    digits of the data set: such a page must not be published.

    Args:
        folder: made if missing.
        metrics: `measure`'s, with `training` (see `export`) and `latency` if they are known.
        images: MNIST's test part (N, 28, 28, 1), to show the mistakes; None leaves them out.
    """
    (folder / "plots").mkdir(parents=True, exist_ok=True)
    (folder / "metrics.json").write_text(json.dumps(metrics, indent=1) + "\n", "utf-8")
    parts = [
        _summary(metrics),
        mistakes_section(metrics, images),
        _classes(metrics, folder),
        _confidence(metrics, folder),
        refusal_section(metrics, folder, images),
        noise_section(metrics, folder),
        corruptions_section(metrics, folder),
        outside_section(metrics),
        _field(metrics, folder),
        _training(metrics, folder),
        _commands(metrics),
    ]
    title = f"How well does Legible read digits? Network {metrics['name']} {metrics['version']}"
    (folder / "report.html").write_text(page(title, "\n".join(parts)), "utf-8")


def mistakes_section(metrics: Mapping[str, Any], images: Images | None) -> str:
    """Every misread digit of MNIST's test part, as pictures where there are images."""
    mistakes = metrics["mistakes"]
    told = paragraph(
        f"All {len(mistakes):,} of {metrics['n']:,}, the most confident mistake first: the number "
        "of the digit in the test part, what its writer meant, what was read, and how sure the "
        "network was."
    )
    captions = [
        f"#{each['index']}: {each['written']} read as {each['read']}, {each['confidence']:.0%}"
        for each in mistakes
    ]
    if images is not None:
        return section(
            "Every mistake", told, gallery(images[[each["index"] for each in mistakes]], captions)
        )
    return section("Every mistake", told, paragraph("; ".join(captions)))


def _summary(metrics: Mapping[str, Any]) -> str:
    certified = metrics["risk_coverage"]["certified"]
    rows = [
        ("Test digits read right", f"{metrics['accuracy']:.2%}", interval(metrics)),
        ("Wrong", f"{metrics['errors']:,} of {metrics['n']:,}", ""),
        (f"Read right under noise of {metrics['noise']['sigma']}",
         f"{metrics['noise']['accuracy']:.2%}", interval(metrics["noise"])),
        ("Gap between confidence and truth (ECE)", f"{metrics['ece']:.4f}", ""),
        ("Digits a person would be asked about, as perhaps none", percent(metrics["refused"]), ""),
        (f"May be accepted unseen, {certified['accuracy']:.1%} right",
         f"{certified['coverage']:.1%}", f"{certified['sure']:.0%} sure"),
    ]  # fmt: skip
    if "latency" in metrics:
        latency = metrics["latency"]
        rows.append(("Time for one digit", f"{latency['ratio']:.2f} x", f"of {latency['against']}"))
    return (
        paragraph(
            f"Legible reads handwritten numbers digit by digit. The network that does it has "
            f"{metrics['parameters']:,} parameters; here is how good it is, and where it fails. "
            "The first figures are of the test part of MNIST, ten thousand digits by writers who "
            "took no part in training, on which digit readers have been compared since 1998."
        )
        + table(("", "", ""), rows)
        + paragraph(_MEASURED, note=True)
    )


def _classes(metrics: Mapping[str, Any], folder: Path) -> str:
    heads = ("class", "precision", "recall", "specificity", "f1")
    rows = [
        (row["class"], *(percent(row[head]) for head in heads[1:])) for row in metrics["classes"]
    ]
    confused = [
        f"{each['written']} read as {each['read']} ({each['n']})"
        for each in metrics["top_confusions"][:5]
    ]
    top = ", ".join(confused) or "none"
    return section(
        "Each digit",
        paragraph(
            "Precision: how many of those read as this digit were it. Recall: how many of this "
            "digit were read as it. Specificity: how many of the others were not. F1 is the "
            f"harmonic mean of precision and recall. The commonest mistakes: {top}."
        ),
        table(("digit", *heads[1:4], "F1"), rows),
        plot(
            draw_plot("confusion", metrics, folder / "plots"),
            f"Table of digits written against digits read. Commonest mistakes: {top}.",
            "Rows: what was written. Columns: what was read. The diagonal counts what was read "
            "right; everything off it is a mistake, the stronger in colour the more frequent.",
        ),
    )


def _confidence(metrics: Mapping[str, Any], folder: Path) -> str:
    pooled = metrics.get("outside", {}).get("pooled", {"n": 0})
    others = ""
    if pooled["n"]:
        others = (
            f" Over all {pooled['n']:,} digits from elsewhere together the gap is "
            f"{pooled['ece']:.4f}."
        )
    return section(
        "Does the confidence mean what it says?",
        paragraph(
            "Of all digits that are read with a confidence of 90%, nine in ten should be right. "
            f"The mean gap on MNIST's test part is {metrics['ece']:.4f} (expected calibration "
            f"error, 15 bins).{others}"
        ),
        plot(
            draw_plot("reliability", metrics, folder / "plots"),
            "Share of digits truly right against confidence given, a panel for each set of digits.",
            "On the dashed line confidence is truth; below it the network is too sure, above it "
            "too modest. Larger points hold more digits; the thin lines are 95% intervals. Nearly "
            "all digits are in the last point at the top right.",
        ),
        *_certificate(metrics, folder),
    )


def _certificate(metrics: Mapping[str, Any], folder: Path) -> list[str]:
    certified = metrics["risk_coverage"]["certified"]
    taken = "No part of them can be certified."
    if certified["threshold"] is not None:
        taken = (
            f"Those with a confidence of {round_up(certified['threshold'])} and up, "
            f"{certified['coverage']:.1%} of all, held {certified['errors']} mistakes here."
        )
    return [
        paragraph(
            "Whoever accepts only sure readings makes fewer mistakes. How many may be accepted "
            f"without a look, if {certified['accuracy']:.1%} are to be right? {taken} The "
            f"certificate holds with {certified['sure']:.0%} confidence for digits like these, and "
            "accounts for the thresholds having been tried on the same digits."
        ),
        plot(
            draw_plot("risk_coverage", metrics, folder / "plots"),
            f"Mistakes among the digits taken, surest first. {taken}",
            "From left to right more and more digits are taken, the surest first; the curve tells "
            "how many of those taken are wrong.",
        ),
    ]


def _field(metrics: Mapping[str, Any], folder: Path) -> str:
    field = metrics["field"]
    return section(
        "How much of the picture it looks at",
        paragraph(field_in_words(field)),
        plot(
            draw_plot("field", metrics, folder / "plots"),
            f"Influence of every pixel, with squares of {field['side_px']}, {field['claimed_px']} "
            f"and {field['theoretical_px']} pixels.",
            "The stronger a pixel's colour, the more it moves the answer at the middle of the "
            "last convolution, averaged over twenty digits. The thin frame is the picture; a field "
            "that reaches beyond it sees nothing there.",
        ),
    )


def field_in_words(field: Mapping[str, Any]) -> str:
    """What the effective receptive field is, for somebody who never heard of it."""
    return (
        f"The network looks at the picture through windows that widen from layer to layer. One "
        f"place in the middle of its last convolution ({field['layer']}) could depend on "
        f"{field['theoretical_px']} x {field['theoretical_px']} pixels, by the sizes and strides "
        f"of the layers. The pixels at the rim hardly count, though: those that do (above 4.55% of "
        f"the strongest, Luo et al. 2016) would fill {field['side_px']} x {field['side_px']}. The "
        f"first description of this product claims {field['claimed_px']} x {field['claimed_px']}."
    )


def _training(metrics: Mapping[str, Any], folder: Path) -> str:
    if "training" not in metrics:
        return ""
    training = metrics["training"]
    return section(
        "How it was trained",
        plot(
            draw_plot("training", metrics, folder / "plots"),
            f"Loss and validation errors by epoch, the best epoch being {training['best_epoch']}.",
            "One epoch sees every training digit once, each time varied anew. The dotted line is "
            "the epoch that was kept, the one with the least loss on validation writers. Training "
            "loss is higher where its digits are spoiled more than those of validation.",
        ),
    )


def _commands(metrics: Mapping[str, Any]) -> str:
    figures = metrics["headline"]
    parts = [paragraph("From the top of a checkout, with the data folder beside it.")]
    for command in dict.fromkeys(each["made_by"] for each in figures.values()):
        rows = [
            (name.replace("_", " "), f"{each['value']}", str(each.get("of", "")))
            for name, each in figures.items()
            if each["made_by"] == command
        ]
        parts += [code(command), table(("figure", "value", "of"), rows)]
        notes = dict.fromkeys(
            each["note"]
            for each in figures.values()
            if each["made_by"] == command and "note" in each
        )
        parts += [paragraph(note, note=True) for note in notes]
    return section("How to make these figures again", *parts)
