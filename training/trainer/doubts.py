"""Which corrections of an account are not believed, all of them or one by one."""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from legible.app.feedback.doubt import SURE
from legible.reader.digit import DigitModel
from trainer.candidates import Candidate, Gathered, left_out_row
from trainer.line_evaluate import edit_distance
from trainer.rules import Rules

# Tiles that the network is asked for at once.
_BATCH = 256


def believe(
    gathered: Gathered, digit_model: DigitModel, rules: Rules
) -> tuple[list[Candidate], list[dict[str, Any]], bool]:
    """Part what an account gave into what is believed and what is not.

    What an admin decided to use is believed always.

    Args:
        gathered: of one account.
        digit_model: says how likely each label is.
        rules: from when on it is too unlikely.

    Returns:
        What is believed, what is left out with the reasons, and whether that is the whole account.
    """
    candidates = gathered.candidates
    digits = [each for each in candidates if each.item.kind == "digit"]
    likely, read = _ask(digits, digit_model)
    open_to_doubt = np.array([not each.decided for each in digits], np.bool_)
    corrected = open_to_doubt & (read != np.array([int(each.item.label) for each in digits], int))
    impossible = int((likely[corrected] < rules.next_to_impossible).sum())
    suspect = (
        gathered.sure >= rules.sure_symbols
        and gathered.contradicted > rules.contradicted_share * gathered.sure
    ) or (
        int(corrected.sum()) >= rules.corrected_symbols
        and impossible > rules.impossible_share * int(corrected.sum())
    )
    unlikely = {
        _line_of(each)
        for each, chance in zip(digits, likely.tolist(), strict=True)
        if chance < rules.least_likely and not each.decided
    }
    chances = iter(likely.tolist())
    kept, left_out = [], []
    for each in candidates:
        chance = next(chances) if each.item.kind == "digit" else 0.0
        if each.decided:
            reason = None
        elif suspect:
            reason = "suspect_account"
        elif each.item.kind == "digit":
            reason = "unlikely_label" if chance < rules.least_likely else None
        else:
            reason = "unlikely_label" if _line_of(each) in unlikely else _doubt_text(each, rules)
        if reason is None:
            kept.append(each)
        else:
            left_out.append(left_out_row(each.item, reason))
    return kept, left_out, suspect


def _ask(
    digits: list[Candidate], digit_model: DigitModel
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """How likely each label is by the digit network, and what it would rather say; both (N,)."""
    likely, read = np.zeros(len(digits)), np.zeros(len(digits), np.int64)
    for start in range(0, len(digits), _BATCH):
        part = digits[start : start + _BATCH]
        tiles = np.stack([each.picture for each in part])[..., np.newaxis] / np.float32(255)
        answers = digit_model.answer(np.asarray(tiles, np.float32))
        none = answers.no_digit[:, np.newaxis]
        chances = np.hstack([answers.digits * (1 - none), none])
        labels = [int(each.item.label) for each in part]
        likely[start : start + len(part)] = chances[np.arange(len(part)), labels]
        read[start : start + len(part)] = chances.argmax(axis=1)
    return likely, read


def _doubt_text(candidate: Candidate, rules: Rules) -> str | None:
    """Whether the text of a line has little to do with what was read."""
    item = candidate.item
    # Where the texts are as long, each symbol was looked at by itself.
    recounted = len(item.label) != len(item.read)
    edits = max(rules.edits, math.floor(rules.edited_share * len(item.read)))
    if (recounted and item.confidence >= SURE) or edit_distance(item.read, item.label) > edits:
        return "unlikely_text"
    return None


def _line_of(candidate: Candidate) -> tuple[str, int, int]:
    return candidate.item.reading, candidate.item.page, candidate.item.line
