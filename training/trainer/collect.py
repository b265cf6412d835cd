"""From what people corrected to a set that training can learn from."""

import logging
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from legible.app.storage import Storage
from legible.reader.digit import DigitModel
from legible.reader.reader import Reader
from legible.reader.transcribe import LineModel
from trainer.agreement import leave_copies, settle
from trainer.candidates import Candidate, Gathered, gather, split_of, writer_of
from trainer.corrections import Corrections, open_pictures
from trainer.data import Digits
from trainer.doubts import believe
from trainer.feedback import Item, newest_set, read_items, read_manifest, write_set
from trainer.rules import Rules
from trainer.shares import limit_account, limit_shares, lot
from trainer.shelf import open_version, served_version

_log = logging.getLogger(__name__)

# A line of progress for so many readings.
_EVERY = 100


class _Collector:
    """The networks, the pictures and the rules that all accounts are gathered with."""

    def __init__(
        self, database: Corrections, pictures: Storage, models: Path, rules: Rules
    ) -> None:
        self._database = database
        self._pictures = pictures
        self._rules = rules
        active = database.served()
        self.networks = {
            name: active.get(name) or served_version(models, name) for name in ("digit", "line")
        }
        opened = {n: open_version(models, n, version) for n, version in self.networks.items()}
        self._digit = DigitModel(opened["digit"])
        self._reader = Reader(self._digit, line_model=LineModel(opened["line"]))
        self._looked_at = 0
        self.suspects: list[str] = []
        # Readings that were not needed any more, by writer.
        self.not_looked_at: dict[str, int] = {}

    def take_all(self) -> Gathered:
        """What is learned from each account by itself, and what is not."""
        accounts = self._database.accounts()
        _log.info("%d accounts share their corrections", len(accounts))
        every = Gathered()
        for account in accounts:
            found = self._take(account)
            every.candidates += found.candidates
            every.left_out += found.left_out
        return every

    def _take(self, account: UUID) -> Gathered:
        rules, writer = self._rules, writer_of(account)
        found = Gathered()
        judged = self._database.judged_readings(account)
        for place, reading in enumerate(sorted(judged, key=lambda each: lot(rules.seed, each))):
            if self._has_enough(found.candidates):
                self.not_looked_at[writer] = len(judged) - place
                break
            corrected = self._database.load(account, reading)
            if corrected is not None:
                gather(corrected, self._reader, self._pictures, found)
            self._looked_at += 1
            if self._looked_at % _EVERY == 0:
                _log.info("%d readings looked at", self._looked_at)
        kept, doubted, suspect = believe(found, self._digit, rules)
        if suspect:
            self.suspects.append(writer)
        once, repeated = settle(kept)
        chosen, over = limit_account(once, rules)
        return Gathered(chosen, [*found.left_out, *doubted, *repeated, *over])

    def _has_enough(self, candidates: Sequence[Candidate]) -> bool:
        digits = sum(each.item.kind == "digit" for each in candidates)
        rules = self._rules
        return (
            digits >= rules.looked_at * rules.tiles_per_account
            or len(candidates) - digits >= rules.looked_at * rules.lines_per_account
        )


def collect(
    url: str,
    pictures: str | Path,
    shelf: Path,
    *,
    models: Path,
    rules: Rules,
    tests: Digits | None = None,
) -> dict[str, Any]:
    """Write the next set of corrected digits and lines.

    Args:
        url: SQLAlchemy's, of the service's database; nothing is written to it.
        pictures: where the service keeps pictures: a folder, or `s3://bucket/prefix`.
        shelf: the folder of all sets.
        models: the folder of shipped networks; those that are served read the pictures again.
        rules: what is chosen.
        tests: digits that networks are measured with elsewhere; what copies them is left out.

    Returns:
        What `manifest.json` says, without the files, and the folder of the set.

    Raises:
        DataError: there is no such database or store, or the set before was changed.
        BundleError: a served network must not be used.
    """
    storage = open_pictures(pictures)
    before = newest_set(shelf)
    # First of all: a set that was damaged is told before hours of work.
    earlier = [] if before is None else read_items(before)
    with Corrections(url) as database:
        collector = _Collector(database, storage, models, rules)
        gathered = collector.take_all()
        # Who has withdrawn since, or is gone, is not in it.
        sharing = {writer_of(account) for account in database.accounts()}
        revision = database.revision
    kept, left_out = _choose(gathered, sharing, rules, tests)
    items = [each.item for each in kept]
    manifest = {
        "created_at": datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        "schema_revision": revision,
        "networks": collector.networks,
        "options": asdict(rules),
        "compared_with_test_digits": 0 if tests is None else len(tests),
        "counts": _count(items, left_out),
        "accounts": _tell_accounts(sharing, items, left_out, collector),
        "previous": None if before is None else _compare(before, earlier, items, sharing),
    }
    folder = write_set(
        shelf,
        manifest,
        [(each.item, each.picture) for each in kept if each.item.kind == "digit"],
        [(each.item, each.picture) for each in kept if each.item.kind == "line"],
        left_out,
    )
    _log.info("set %s: %d digits and lines, %d left out", folder.name, len(kept), len(left_out))
    return {"folder": str(folder), "number": int(folder.name), **manifest}


def _choose(
    gathered: Gathered, sharing: set[str], rules: Rules, tests: Digits | None
) -> tuple[list[Candidate], list[dict[str, Any]]]:
    """What comes into the set of what all accounts gave, and what does not; both in order."""
    candidates = [each for each in gathered.candidates if each.item.writer in sharing]
    kept, repeated = settle(candidates)
    kept, copies = leave_copies(kept, tests) if tests is not None else (kept, [])
    kept, over = limit_shares(kept, rules)
    left_out = [row for row in gathered.left_out if row["writer"] in sharing]
    return (
        sorted(kept, key=lambda each: _order(asdict(each.item))),
        sorted([*left_out, *repeated, *copies, *over], key=_order),
    )


def _count(items: Sequence[Item], left_out: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """How many there are, by split, label and reason."""
    digits = [item for item in items if item.kind == "digit"]
    lines = [item for item in items if item.kind == "line"]
    labels = sorted(Counter(int(item.label) for item in digits).items())
    return {
        "digits": _sorted(Counter(item.split for item in digits)),
        "lines": _sorted(Counter(item.split for item in lines)),
        "labels": {str(label): count for label, count in labels},
        "agreed": sum(item.agreeing > 1 for item in items),
        "left_out": _sorted(Counter(row["reason"] for row in left_out)),
    }


def _tell_accounts(
    sharing: set[str],
    items: Sequence[Item],
    left_out: Sequence[Mapping[str, Any]],
    collector: _Collector,
) -> dict[str, Any]:
    kept = Counter((item.writer, item.kind) for item in items)
    out = Counter(row["writer"] for row in left_out)
    return {
        writer: {
            "split": split_of(writer),
            "digits": kept[writer, "digit"],
            "lines": kept[writer, "line"],
            "left_out": out[writer],
            "not_looked_at": collector.not_looked_at.get(writer, 0),
            "suspect": writer in collector.suspects,
        }
        for writer in sorted(sharing)
        if out[writer] or kept[writer, "digit"] or kept[writer, "line"]
    }


def _compare(
    before: Path, earlier: Sequence[Item], items: Sequence[Item], sharing: set[str]
) -> dict[str, Any]:
    """What changed against the set before. Who withdrew and who deleted the account look alike."""
    gone = Counter(item.writer for item in earlier if item.writer not in sharing)
    then, now = ({_order(asdict(item)) for item in each} for each in (earlier, items))
    return {
        "number": read_manifest(before)["number"],
        "gone": [{"writer": writer, "items": count} for writer, count in sorted(gone.items())],
        "dropped": len(then - now),
        "added": len(now - then),
    }


def _order(row: Mapping[str, Any]) -> tuple[str, str, str, int, int, int]:
    symbol = -1 if row["symbol"] is None else row["symbol"]
    return row["kind"], row["writer"], row["reading"], row["page"], row["line"], symbol


def _sorted(counts: Mapping[str, int]) -> dict[str, int]:
    return dict(sorted(counts.items()))
