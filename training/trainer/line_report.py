"""The report on a line network as one page: figures of every kind of picture, and its mistakes."""

import base64
import html
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from trainer.line_config import LINE_PRESETS
from trainer.line_evaluate import judged_pictures
from trainer.line_pictures import Picture
from trainer.page import page, paragraph, section, table

# So sure a reader contradicts a label: worth a look at the label.
_DOUBTED = 0.9
# Of each kind, the surest mistakes.
_SHOWN = 60


def write_line_report(folder: Path, metrics: Mapping[str, Any], preset: str = "line") -> None:
    """Write `index.html`.

    Args:
        folder: made if missing. It stays on this machine: it shows pictures of data sets.
        metrics: what `measure_lines` gives.
        preset: the one that was measured with, whose seed draws the same pictures again.

    Raises:
        DataError: the data folder lacks a set.
    """
    folder.mkdir(parents=True, exist_ok=True)
    pictures: dict[str, list[Picture]] = defaultdict(list)
    for picture in judged_pictures(LINE_PRESETS[preset], metrics["part"]):
        pictures[picture.kind].append(picture)
    named = ", ".join(f"{name} {version}" for name, version in metrics["models"].items())
    parts = [
        paragraph(
            f"{named}; part {metrics['part']}, seed {metrics['seed']}. From the bytes of a file to "
            "text, status and confidence. What is drawn comes in everyday pictures and in poor "
            "ones (24 px high, faint pencil, blur, noise), some of which nobody can read. This "
            "folder stays on this machine: some sets may not be published."
        ),
        section("Figures", _figures(metrics, pictures)),
        _doubts(metrics["cells"], pictures["cells"]),
        *(
            section(f"Mistakes: {kind}", _gallery(metrics[kind]["digits"]["mistakes"], of_kind))
            for kind, of_kind in pictures.items()
        ),
    ]
    (folder / "index.html").write_text(page(f"How {named} read numbers", "\n".join(parts)), "utf-8")


def _figures(metrics: Mapping[str, Any], kinds: Mapping[str, Sequence[Picture]]) -> str:
    rows = [
        (f"{kind}{label}", *_row(metrics[kind][symbols]))
        for symbols, label in (("digits", ""), ("number", ", with marks"))
        for kind in kinds
        if symbols in metrics[kind]
    ]
    return table(("pictures", "n", "exact", "95% interval", "read", "wrong of read", "ECE"), rows)


def _row(score: Mapping[str, Any]) -> tuple[str, ...]:
    low, high = score["wilson95"]
    return (
        f"{score['n']:,}",
        f"{score['accuracy']:.1%}",
        f"{low:.1%} .. {high:.1%}",
        f"{score['coverage']:.1%}",
        f"{score['wrong_among_read']:.2%}",
        f"{score['ece']:.3f}",
    )


def _doubts(cells: Mapping[str, Any], pictures: Sequence[Picture]) -> str:
    doubted = [each for each in cells["number"]["mistakes"] if each["confidence"] >= _DOUBTED]
    return section(
        "Labels of cells to doubt",
        paragraph(
            f"{len(doubted)} cells are read otherwise than labelled with a confidence of "
            f"{_DOUBTED} or more. They count as mistakes in every figure; no label is changed."
        ),
        _gallery(doubted, pictures),
    )


def _gallery(mistakes: Sequence[Mapping[str, Any]], pictures: Sequence[Picture]) -> str:
    if not mistakes:
        return paragraph("None.")
    figures = []
    for mistake in mistakes[:_SHOWN]:
        picture = pictures[mistake["place"]]
        told = html.escape(
            f"{mistake['written'] or 'nothing'} read as {mistake['read'] or 'nothing'}, "
            f"{mistake['status']} {mistake['confidence']:.2f}"
        )
        data = base64.b64encode(picture.data).decode()
        # Browsers look at the content: the cells are JPEG, what is drawn is PNG.
        figures.append(
            f'<figure><img src="data:image/png;base64,{data}" alt="{told}" loading="lazy">'
            f"<figcaption>{told}</figcaption></figure>"
        )
    more = len(mistakes) - len(figures)
    tail = paragraph(f"And {more} more.", note=True) if more > 0 else ""
    return '<div class="digits">' + "\n".join(figures) + "</div>" + tail
