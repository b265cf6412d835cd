import platform
from pathlib import Path

import pytest

from trainer.precision import training_policy


@pytest.mark.parametrize(
    ("machine", "flags", "expected"),
    [
        ("x86_64", "fpu avx2 fma", "float32"),
        ("x86_64", "fpu avx512f avx512_bf16", "mixed_bfloat16"),
        ("x86_64", "fpu amx_bf16 amx_tile", "mixed_bfloat16"),
        ("arm64", "", "float32"),
    ],
)
def test_auto_is_bfloat16_only_where_the_processor_has_it(
    machine: str, flags: str, expected: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "cpuinfo").write_text(f"flags\t\t: {flags}\n")
    monkeypatch.setattr(platform, "machine", lambda: machine)
    assert training_policy("auto", tmp_path / "cpuinfo") == expected


def test_auto_is_float32_where_nothing_tells_of_the_processor(tmp_path: Path) -> None:
    assert training_policy("auto", tmp_path / "none") == "float32"


def test_a_policy_stays_as_it_is(tmp_path: Path) -> None:
    assert training_policy("mixed_bfloat16", tmp_path / "none") == "mixed_bfloat16"
