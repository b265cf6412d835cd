"""The part of a report on what spoils digits, and on digits from elsewhere."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from trainer.outside import TITLES
from trainer.page import paragraph, plot, section, table
from trainer.plots import draw_plot


def noise_section(metrics: Mapping[str, Any], folder: Path) -> str:
    """Reading under rising noise."""
    stress = metrics["stress"]
    return section(
        "Noise",
        paragraph(
            "MNIST's test digits with grey noise added to every pixel (Gaussian, cut to black and "
            "white), or with a share of the pixels turned black or white at random."
        ),
        plot(
            draw_plot("noise", metrics, folder / "plots"),
            "Share of digits read right as noise rises; the tables below hold the figures.",
            "Strength is the standard deviation of Gaussian noise, white paper to black ink being "
            "1, or the share of pixels hit by salt and pepper.",
        ),
        _shares("Gaussian noise", stress["gaussian"]),
        _shares("salt and pepper", stress["salt_and_pepper"]),
    )


def corruptions_section(metrics: Mapping[str, Any], folder: Path) -> str:
    """Reading what MNIST-C's corruptions have spoiled."""
    corruptions = metrics["stress"]["corruptions"]
    worst = min(corruptions, key=lambda name: corruptions[name]["accuracy"])
    return section(
        "What goes wrong between paper and file",
        paragraph(
            "The fifteen corruptions of MNIST-C (Mu & Gilmer 2019), made here, so that they "
            "compare only roughly with published figures. The service sizes and centres "
            "digits before they are read; here the network gets them as they are."
        ),
        plot(
            draw_plot("corruptions", metrics, folder / "plots"),
            "Share of digits read right for each of fifteen corruptions, the best on top; worst: "
            f"{worst.replace('_', ' ')}, {corruptions[worst]['accuracy']:.1%}.",
            "The dashed line is the network without any corruption.",
        ),
        _shares("corruption", {name.replace("_", " "): each for name, each in corruptions.items()}),
    )


def outside_section(metrics: Mapping[str, Any]) -> str:
    """Reading digits of other writers, pens and places."""
    sets = metrics["outside"]["digits"]
    if not sets:
        return ""
    return section(
        "Digits from elsewhere",
        paragraph(
            "Other countries, pens, scanners and cameras. Of the pen tablets only writers that "
            "training never saw. Photos and drawings are read as the service reads them, from the "
            "file to the text."
        ),
        _shares("set", {TITLES.get(name, name): each for name, each in sets.items()}),
    )


def _shares(first: str, shares: Mapping[str, Mapping[str, Any]]) -> str:
    rows = [
        (name, f"{each['n']:,}", f"{each['errors']:,}", percent(each["accuracy"]),
         interval(each), f"{each['ece']:.4f}", percent(each["refused"]))
        for name, each in shares.items()
    ]  # fmt: skip
    return table((first, "digits", "wrong", "right", "95% interval", "ECE", "refused"), rows)


def percent(figure: float | None) -> str:
    """A share as a percentage with two decimals; nothing where it is not known."""
    return "" if figure is None else f"{figure:.2%}"


def interval(score: Mapping[str, Any]) -> str:
    """The 95% interval of a share."""
    low, high = score["wilson95"]
    return f"{low:.2%} to {high:.2%}"
