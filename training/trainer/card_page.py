"""A model card with pictures of the data set, for whoever has the data: never to be published."""

import html
import re
from collections.abc import Mapping
from typing import Any

from trainer.data import Images
from trainer.page import page, paragraph, table
from trainer.report import mistakes_section

_TITLE = "# "
# The card's own table of mistakes: here the pictures take its place.
_REPLACED = "## Every test error"
_NEXT = "## Ethical considerations"


def card_page(card: str, metrics: Mapping[str, Any], images: Images) -> str:
    """The card as an HTML page, every test error shown as a picture.

    Args:
        card: Markdown as `write_card` writes it.
        metrics: as in `metrics.json`.
        images: the test part (N, 28, 28, 1) that `metrics` were measured on.
    """
    title, rest = card.removeprefix(_TITLE).split("\n", 1)
    before, behind = rest.split(_REPLACED, 1)
    after = _NEXT + behind.split(_NEXT, 1)[1]
    mistakes = mistakes_section(metrics, images)
    warning = "Shows pictures of the data set: keep this page, do not publish it."
    return page(title, f"{paragraph(warning, note=True)}{_html(before)}{mistakes}{_html(after)}")


def _html(card: str) -> str:
    """The little Markdown that cards use: headings, tables and paragraphs with code in them."""
    return "\n".join(_block(block) for block in card.strip().split("\n\n"))


def _block(block: str) -> str:
    if block.startswith("## "):
        return f"<h2>{html.escape(block.removeprefix('## '))}</h2>"
    if block.startswith("|"):
        heads, _, *rows = (
            [cell.strip() for cell in line.strip("|").split("|")] for line in block.split("\n")
        )
        return table(heads, rows)
    return "<p>" + re.sub(r"`([^`]+)`", r"<code>\1</code>", html.escape(block)) + "</p>"
