"""Which corrections are believed, and whose: people err, disagree and lie."""

import io
from pathlib import Path

import numpy as np
import pytest
import sqlalchemy as sa
from PIL import Image

from legible.app import models
from tests.service import MODELS, TEXT, Service, collect_set, digit_seen, draw_page, left_out
from trainer.candidates import writer_of
from trainer.collect import collect
from trainer.data import Digits
from trainer.rules import Rules

pytestmark = pytest.mark.model


def test_an_account_with_500_wrong_corrections_gives_nothing(
    service: Service, tmp_path: Path
) -> None:
    honest, liar = service.account(), service.account()
    service.confirmed(honest, 1)
    pages = [draw_page(TEXT, seed) for seed in (2, 3)]
    for place in range(50):
        reading = service.read(liar, pages[place % 2])
        service.judge(liar, reading, "corrected", text="5214\n083697")
    # Some of what the networks were not sure of, too.
    reading = service.read(liar, draw_page(TEXT, 4), confidence=0.7)
    service.judge(liar, reading, "corrected", text="5214\n083697")
    service.confirmed(liar, 5)

    found = collect_set(service, tmp_path)

    assert {item.writer for item in found.digit_items} == {writer_of(honest)}
    assert {item.writer for item in found.line_items} == {writer_of(honest)}
    assert found.manifest["accounts"][writer_of(liar)]["suspect"]
    assert not found.manifest["accounts"][writer_of(honest)]["suspect"]
    reasons = left_out(found)
    assert reasons["waits_for_decision"] >= 500
    assert reasons["suspect_account"] == 24


def test_an_account_that_only_mislabels_what_was_unsure_gives_nothing_either(
    service: Service, tmp_path: Path
) -> None:
    liar, once = service.account(), service.account()
    for seed in range(3):
        reading = service.read(liar, draw_page(TEXT, seed), confidence=0.7)
        service.judge(liar, reading, "corrected", text="5214\n083697")
    # One slip of an honest account costs it that digit and its line, nothing else.
    reading = service.read(once, draw_page(TEXT, 8), confidence=0.7)
    service.judge(once, reading, "corrected", text="2103\n972586")

    found = collect_set(service, tmp_path)

    assert {item.writer for item in found.digit_items} == {writer_of(once)}
    assert len(found.digit_items) == 9
    assert found.lines("train").texts == ["972586"]
    assert left_out(found) == {"suspect_account": 36, "unlikely_label": 2}


def test_doubtful_corrections_wait_and_then_follow_the_decision(
    service: Service, tmp_path: Path
) -> None:
    ada = service.account()
    reading = service.read(ada, draw_page(TEXT, 1))
    service.judge(ada, reading, "confirmed", page=0, line=1)
    doubtful = service.judge(ada, reading, "corrected", page=0, line=0, symbol=0, text="9")
    waits = collect_set(service, tmp_path)

    service.decide(ada, doubtful, "use")
    used = collect_set(service, tmp_path)
    with service.database.writes() as session:
        session.execute(sa.update(models.CorrectionDecision).values(verdict="leave_out"))
    refused = collect_set(service, tmp_path)

    assert left_out(waits) == {"waits_for_decision": 2}
    assert sorted(used.digits("train").labels.tolist()) == [2, 5, 6, 7, 8, 9, 9]
    assert left_out(used) == {"partly_judged": 1}
    assert left_out(refused) == {"decided_against": 2}


def test_the_same_picture_is_kept_once_or_left_out_where_people_disagree(
    service: Service, tmp_path: Path
) -> None:
    trains, tests = service.account("train"), service.account("test")
    same = draw_page(TEXT, 1)
    again = io.BytesIO()
    Image.open(io.BytesIO(same)).save(again, "JPEG", quality=80)  # another file, the same writing
    other = draw_page(TEXT, 2)
    for account, picture in ((tests, same), (trains, again.getvalue())):
        reading = service.read(account, picture, misread={(0, 0): "9"})
        service.judge(account, reading, "corrected", text=TEXT)
    for account, text in ((tests, TEXT), (trains, "4703\n972586")):
        reading = service.read(account, other, confidence=0.7)
        judgement = service.judge(account, reading, "corrected", text=text)
    service.decide(trains, judgement, "use")  # so that only the disagreement is left

    found = collect_set(service, tmp_path)

    assert not found.digits("train").labels.size
    assert not found.lines("train").texts
    # The first page, and of the second all but the digit in question and its line.
    assert len(found.digits("test")) == 19
    assert found.lines("test").texts == ["4103", "972586", "972586"]
    assert {item.agreeing for item in found.digit_items} == {2}
    assert found.manifest["counts"]["agreed"] == 22
    assert left_out(found) == {"disputed": 4, "duplicate_of_held_out": 22}


def test_who_sends_test_digits_in_does_not_have_them_trained_on(
    service: Service, tmp_path: Path
) -> None:
    ada = service.account()
    service.confirmed(ada, 1)
    service.confirmed(ada, 2)
    seen = digit_seen(draw_page(TEXT, 2), 1, 0)[np.newaxis, ..., np.newaxis] / np.float32(255)
    tests = Digits(np.asarray(seen, np.float32), np.array([9]), np.array([0]))

    told = collect(
        service.url, service.pictures, tmp_path, models=MODELS, rules=Rules(), tests=tests
    )

    assert told["compared_with_test_digits"] == 1
    assert told["counts"]["left_out"] == {"copy_of_test_data": 12}
    assert told["counts"]["digits"] == {"train": 10}


def test_a_line_that_may_have_marks_is_not_learned_as_digits(
    service: Service, tmp_path: Path
) -> None:
    ada = service.account()
    page = Image.open(io.BytesIO(draw_page("4103", 3)))
    blot = np.asarray(page).copy()
    blot[88:97, 142:151] = 20  # a point between the second and the third digit
    file = io.BytesIO()
    Image.fromarray(blot).save(file, "PNG")
    for symbols in ("digits", "number"):
        reading = service.read(ada, file.getvalue(), symbols=symbols)
        service.judge(ada, reading, "confirmed")

    found = collect_set(service, tmp_path)

    assert found.lines("train").texts == ["41.03"]
    assert left_out(found)["may_have_marks"] == 1
    assert left_out(found)["mark"] == 1
