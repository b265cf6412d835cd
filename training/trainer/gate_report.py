"""What a gate decided, for machines and for people: gate.json, gate.md and gate.html."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from trainer.page import code, page, paragraph, section, table

_HEADS = ("rule", "", "items", "wrong before", "wrong now", "found", "why")


def write_gate_report(folder: Path, told: Mapping[str, Any]) -> None:
    """Write the three files.

    Args:
        folder: made if missing.
        told: as `trainer.gate.gate` returns it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "gate.json").write_text(json.dumps(told, indent=1) + "\n", "utf-8")
    (folder / "gate.md").write_text(_markdown(told), "utf-8")
    (folder / "gate.html").write_text(_html(told), "utf-8")


def _title(told: Mapping[str, Any]) -> str:
    decided = "may be served" if told["passed"] else "is refused"
    return f"{told['name']} {told['b']} {decided}"


def _opening(told: Mapping[str, Any]) -> str:
    found = told["set"]
    return (
        f"Compared with {told['name']} {told['a']} on the test accounts of set {found['number']} "
        f"(manifest sha256 {found['manifest_sha256']}) and on what neither learned from, at "
        f"{told['judged_at']} by commit {told['commit'][:10]}, in {told['minutes']} minutes. "
        "USPS and ARDIS were looked at to decide this: they are no untouched test of it any more. "
        "Found: with so many more items wrong (or so much more calibration error) a version is "
        "refused four times in five."
    )


def _rows(told: Mapping[str, Any]) -> list[tuple[str, ...]]:
    return [
        (
            each["name"],
            "pass" if each["passed"] else "refuse",
            *(
                str(each["figures"].get(name, ""))
                for name in ("n", "errors_a", "errors_b", "found_from")
            ),
            each["sentence"],
        )
        for each in told["verdicts"]
    ]


def _markdown(told: Mapping[str, Any]) -> str:
    reasons = [f"- {each}" for each in told["reasons"]]
    lines = ["| " + " | ".join(row) + " |" for row in (_HEADS, ["---"] * len(_HEADS), *_rows(told))]
    blocks = [f"# {_title(told)}", _opening(told), "\n".join(reasons), "\n".join(lines)]
    return "\n\n".join(block for block in blocks if block) + "\n"


def _html(told: Mapping[str, Any]) -> str:
    network, number = told["name"], told["set"]["number"]
    again = (
        f"python -m trainer gate {network}:{told['a']} {network}:{told['b']} --set FOLDER/{number}"
    )
    return page(
        _title(told),
        "\n".join(
            [
                paragraph(_opening(told)),
                *(paragraph(each) for each in told["reasons"]),
                section("Every rule", table(_HEADS, _rows(told))),
                section("Again", code(again)),
            ]
        ),
    )
