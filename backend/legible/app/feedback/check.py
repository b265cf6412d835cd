"""Whether a judgement fits the reading that it is about."""

from collections.abc import Iterable
from typing import Any

from legible.app import models
from legible.app.errors import AppError, FieldProblem
from legible.app.feedback.schemas import BoxIn, FeedbackIn
from legible.app.feedback.target import NoSuchPart, Target, find_part
from legible.reader.pattern import SYMBOLS

_DIGITS = frozenset("0123456789")


def what_stands(row: models.Reading, target: Target) -> dict[str, Any]:
    """Answer the text, confidence and boxes of what a judgement is about, as they are read."""
    parts, page = find_part(row.pages, target)
    if page is None:
        text, confidence = row.text, row.confidence
    else:
        text = "".join(part["text"] for part in parts)
        confidence = min(part["confidence"] for part in parts)
    return {"text": text, "confidence": confidence, "boxes": [part["box"] for part in parts]}


def check_judgement(row: models.Reading, new: FeedbackIn) -> None:
    """Check that a judgement can be about this reading.

    Raises:
        AppError: 422 `bad_feedback` naming the field.
    """
    if new.kind == "withdrawn":
        _refuse(new, ("page", "line", "symbol", "last_symbol", "text", "boxes"))
        return
    _refuse(new, ("withdraws",))
    try:
        _, page = find_part(row.pages, new.target)
    except NoSuchPart as error:
        raise _bad(error.field, error.message) from error
    if new.kind != "corrected":
        _refuse(new, ("text", "boxes"))
    elif (new.text is None) == (new.boxes is None):
        raise _bad("text", "A correction has either `text` or `boxes`, and not both.")
    elif new.text is not None:
        _check_text(row, new, new.text)
    elif new.symbol is None or page is None:
        raise _bad("symbol", "Boxes stand for symbols: say which `symbol` is cut anew.")
    else:
        for number, box in enumerate(new.boxes or ()):
            _check_box(row, box, number, (page["width"], page["height"]))


def _refuse(new: FeedbackIn, fields: Iterable[str]) -> None:
    for field in fields:
        if getattr(new, field) is not None:
            raise _bad(field, f"Feedback of kind `{new.kind}` has none; leave it out.")


def _check_text(row: models.Reading, new: FeedbackIn, text: str) -> None:
    if new.symbol is not None and len(text) > 1:
        raise _bad("text", f"One symbol, got {len(text)}. To split it send `boxes` instead.")
    _refuse_other_symbols(row, "text", text if new.line is not None else text.replace("\n", ""))


def _check_box(row: models.Reading, box: BoxIn, number: int, size: tuple[int, int]) -> None:
    x, y, width, height = box.box
    field = f"boxes.{number}"
    if width < 1 or height < 1:
        raise _bad(field, f"At least one pixel wide and high, got {width} by {height}.")
    if x < 0 or y < 0 or x + width > size[0] or y + height > size[1]:
        raise _bad(
            field,
            f"Within the page of {size[0]} by {size[1]} pixels; it reaches from {x}, {y} to "
            f"{x + width}, {y + height}.",
        )
    _refuse_other_symbols(row, field, box.text)


def _refuse_other_symbols(row: models.Reading, field: str, text: str) -> None:
    allowed = _DIGITS if row.symbols == "digits" else SYMBOLS
    others = sorted(set(text) - allowed)
    if others:
        marks = "" if row.symbols == "digits" else " and . , -"
        found = ascii("".join(others[:10]))
        raise _bad(field, f"The reading was asked for digits{marks} only, and this has {found}.")


def _bad(field: str, message: str) -> AppError:
    detail = f"This feedback does not fit the reading: {field}: {message}"
    return AppError(422, "bad_feedback", detail, [FieldProblem(field=field, message=message)])
