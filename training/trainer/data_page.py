"""The data report as one page: counts, balance, means and sheets of every set, and copies."""

import html
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from trainer.model import CLASSES
from trainer.page import page, paragraph, plot, section, table

# A bar chart in pixels: width of a bar and its gap, height of the highest.
_BAR_PX, _HIGH_PX = 48, 90


def sheet_file(name: str) -> str:
    """The file beside the page that shows what is called `name`."""
    letters = "".join(letter if letter.isalnum() else "-" for letter in name)
    return "-".join(part for part in letters.split("-") if part) + ".png"


def write_data_page(path: Path, found: Mapping[str, Any]) -> None:
    """Write the page.

    Args:
        path: of the HTML file; the sheets lie beside it.
        found: `report_data`'s values.
    """
    digits = sum(each["n"] for each in found["sets"].values())
    numbers = sum(each["n"] for each in found["texts"].values())
    parts = [
        paragraph(
            f"{digits:,} pictures of digits and of what is none in {len(found['sets'])} sets, "
            f"{numbers:,} of numbers in {len(found['texts'])}. Pictures are as the network sees "
            "them: 28 px, bright ink. This folder stays on this machine: some sets may not be "
            "published, nor pictures of them."
        ),
        _overview(found),
        _copies(found["copies"]),
        *(_digits(name, each) for name, each in found["sets"].items()),
        *(_numbers(name, each) for name, each in found["texts"].items()),
    ]
    path.write_text(page("What Legible learns from and is tested on", "\n".join(parts)), "utf-8")


def _overview(found: Mapping[str, Any]) -> str:
    rows = [
        (name, f"{each['n']:,}", _writers(each["writers"]), _least_and_most(each["classes"][:10]))
        for name, each in found["sets"].items()
    ]
    rows += [
        (name, f"{each['n']:,}", f"{each['groups']:,} groups", "")
        for name, each in found["texts"].items()
    ]
    return section("Sets", table(("set", "pictures", "writers", "rarest .. commonest digit"), rows))


def _copies(copies: Mapping[str, Any]) -> str:
    controls = copies["controls"]
    strangers = [
        (label, *(f"{each[place]['near']:,} of {each[place]['n']:,}" for each in controls.values()))
        for place, label in enumerate(CLASSES[:10])
    ]
    pairs = [
        (
            pair.removesuffix(" training"),
            f"{each['near'][1]:,}",
            " .. ".join(f"{end:,.0f}" for end in each["strangers"][1]),
            f"{each['suspects']:,}",
            _distance(each["closest_other"]),
            _distance(each["median"]),
        )
        for pair, each in copies["pairs"].items()
    ]
    heads = ("set in what is learned", "near 1s", "by chance", "suspects", "closest", "median")
    return section(
        "Copies of what is kept apart in what is learned",
        paragraph(
            "The edges of two pictures are compared: 0 is the same picture, 1 nothing in common. "
            f"Nearer than {copies['below']} are copies, even shifted, blurred, noised a little or "
            "sent through JPEG; and plain 1s, which look alike whoever wrote them. How often the "
            "digits of different writers come that near is counted first:"
        ),
        table(("label", *(f"{kind}, strangers near" for kind in controls)), strangers),
        paragraph(
            "Suspects are pictures that near whose label has no such strangers: look at them. 'By "
            "chance' is how many 1s the strangers let expect. 'Closest' and 'median' are "
            "distances, the closest of labels without such strangers."
        ),
        table(heads, pairs),
        *(
            _sheet(f"{pair} closest", f"{pair}: the closest pairs; below, those that are no 1s.")
            for pair in copies["pairs"]
            if pair.startswith("mnist test")
        ),
    )


def _digits(name: str, each: Mapping[str, Any]) -> str:
    return section(
        name,
        paragraph(f"{each['n']:,} pictures; writers: {_writers(each['writers'])}."),
        _bars(CLASSES, each["classes"], f"{name}: pictures of each label"),
        _sheet(f"{name} mean", "Mean picture of each label."),
        _sheet(name, "The first of each label."),
    )


def _numbers(name: str, each: Mapping[str, Any]) -> str:
    kinds = ", ".join(f"{count:,} {kind}" for kind, count in each["kinds"].items())
    parts = ", ".join(f"{count:,} {part}" for part, count in each["parts"].items() if count)
    return section(
        name,
        paragraph(
            f"{each['n']:,} pictures ({kinds}) in {each['groups']:,} groups; a line has up to "
            f"{each['longest']} signs. Parted by group: {parts}."
        ),
        _bars(list(each["signs"]), list(each["signs"].values()), f"{name}: each sign, how often"),
        _sheet(f"{name} numbers", "From all over the set, the text (its first line) below each."),
    )


def _sheet(name: str, caption: str) -> str:
    told = html.escape(caption)
    return (
        f'<figure><img src="{sheet_file(name)}" alt="{told}" style="max-width:none" loading="lazy">'
        f"<figcaption>{told}</figcaption></figure>"
    )


def _bars(labels: Sequence[str], counts: Sequence[int], caption: str) -> str:
    highest = max(1, *counts)
    width, height = _BAR_PX * len(labels), _HIGH_PX + 40
    drawn = []
    for place, (label, count) in enumerate(zip(labels, counts, strict=True)):
        tall = _HIGH_PX * count / highest
        left, middle = place * _BAR_PX + 4, (place + 0.5) * _BAR_PX
        drawn.append(
            f'<rect x="{left}" y="{_HIGH_PX + 20 - tall:.1f}" width="{_BAR_PX - 8}" '
            f'height="{tall:.1f}" fill="#1f4e8c"/>'
            f'<text x="{middle}" y="{_HIGH_PX + 15 - tall:.1f}">{count:,}</text>'
            f'<text x="{middle}" y="{height - 4}">{html.escape(label)}</text>'
        )
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}">'
        '<rect width="100%" height="100%" fill="#fff"/>'
        '<g font-family="sans-serif" font-size="12" text-anchor="middle" fill="#1f2933">'
        f"{''.join(drawn)}</g></svg>"
    )
    told = ", ".join(f"{label} {count:,}" for label, count in zip(labels, counts, strict=True))
    return plot(svg, f"{caption}: {told}", caption)


def _writers(count: int) -> str:
    return f"{count:,}" if count else "not told"


def _least_and_most(counts: Sequence[int]) -> str:
    return f"{min(counts):,} .. {max(counts):,}" if max(counts) else ""


def _distance(distance: float | None) -> str:
    return "" if distance is None else f"{distance:.3f}"
