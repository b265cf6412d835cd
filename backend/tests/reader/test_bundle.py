import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from legible.reader.bundle import Bundle, BundleError
from legible.reader.normalise import Convention
from tests.reader.tiny_bundle import change_manifest, expected_logits, sign, write_bundle


def open_fails(models_dir: Path) -> BundleError:
    with pytest.raises(BundleError) as caught:
        Bundle.open(models_dir, "digit")
    # What an operator reads must not tell a stranger where we live.
    assert str(models_dir) not in str(caught.value)
    assert caught.value.check in str(caught.value)
    return caught.value


def some_digits(count: int) -> np.ndarray:
    return np.random.default_rng(count).random((count, 28, 28, 1), np.float32)


def test_a_bundle_opens_when_every_check_holds(tmp_path: Path) -> None:
    write_bundle(tmp_path, version="3.2.1")

    bundle = Bundle.open(tmp_path, "digit")

    assert bundle.version == "3.2.1"
    assert bundle.manifest.preprocessing == Convention(28, 20, (1.5, 4.0))
    assert bundle.manifest.thresholds.read == 0.8
    assert bundle.manifest.created_at.utcoffset() is not None


@pytest.mark.parametrize("count", [0, 1, 128, 129, 300])
def test_outputs_are_those_of_the_network_for_any_batch_size(tmp_path: Path, count: int) -> None:
    write_bundle(tmp_path)
    batch = some_digits(count)

    logits = Bundle.open(tmp_path, "digit").run(batch)

    assert logits.shape == (count, 10)
    assert logits.dtype == np.float32
    np.testing.assert_allclose(logits, expected_logits(batch), atol=1e-4)


def test_the_version_named_by_current_is_served_when_there_are_several(tmp_path: Path) -> None:
    write_bundle(tmp_path, version="1.0.0")
    write_bundle(tmp_path, version="1.1.0")

    assert Bundle.open(tmp_path, "digit").version == "1.1.0"


def test_opening_fails_when_the_models_folder_is_empty(tmp_path: Path) -> None:
    assert open_fails(tmp_path).check == "current"


@pytest.mark.parametrize("text", ["{", "[]", "{}", '{"digit": null}'])
def test_opening_fails_when_current_names_no_version(tmp_path: Path, text: str) -> None:
    write_bundle(tmp_path)
    (tmp_path / "CURRENT.json").write_text(text)

    assert open_fails(tmp_path).check == "current"


def test_opening_fails_when_the_schema_is_unknown(tmp_path: Path) -> None:
    change_manifest(write_bundle(tmp_path), schema=2)

    error = open_fails(tmp_path)

    assert error.check == "schema"
    assert "expected manifest schema 1, got 2" in error.detail


@pytest.mark.parametrize("field", ["calibration", "thresholds", "preprocessing", "classes"])
def test_opening_fails_and_names_the_field_when_the_manifest_lacks_one(
    tmp_path: Path, field: str
) -> None:
    change_manifest(write_bundle(tmp_path), **{field: None})

    error = open_fails(tmp_path)

    assert error.check == "manifest"
    assert field in error.detail


@pytest.mark.parametrize(
    "wrong", [{"calibration": {"temperature": "hot"}}, {"files": []}, {"version": "9.9.9"}]
)
def test_opening_fails_when_a_manifest_field_is_wrong(
    tmp_path: Path, wrong: dict[str, object]
) -> None:
    change_manifest(write_bundle(tmp_path), **wrong)

    assert open_fails(tmp_path).check == "manifest"


@pytest.mark.parametrize("name", ["model.onnx", "golden.npz"])
def test_opening_fails_and_names_the_file_when_one_is_missing(tmp_path: Path, name: str) -> None:
    (write_bundle(tmp_path) / name).unlink()

    error = open_fails(tmp_path)

    assert error.check == "files"
    assert name in error.detail


@pytest.mark.parametrize("name", ["model.onnx", "golden.npz"])
def test_opening_fails_when_one_bit_of_a_file_has_changed(tmp_path: Path, name: str) -> None:
    path = write_bundle(tmp_path) / name
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)

    error = open_fails(tmp_path)

    assert error.check == "sha256"
    assert name in error.detail


def test_opening_fails_when_the_manifest_does_not_list_the_network(tmp_path: Path) -> None:
    folder = write_bundle(tmp_path)
    (folder / "model.onnx").rename(folder / "other.onnx")
    sign(folder)

    assert open_fails(tmp_path).check == "manifest"


def test_opening_fails_when_the_signed_network_is_no_network(tmp_path: Path) -> None:
    folder = write_bundle(tmp_path)
    (folder / "model.onnx").write_bytes(b"not a network")
    sign(folder)

    assert open_fails(tmp_path).check == "network"


def test_opening_fails_when_the_network_takes_another_shape(tmp_path: Path) -> None:
    change_manifest(write_bundle(tmp_path), input_shape=[32, 32, 1])

    assert open_fails(tmp_path).check == "network"


@pytest.mark.parametrize("off_by", [0.01, np.nan])
def test_opening_fails_when_golden_outputs_do_not_come_back(tmp_path: Path, off_by: float) -> None:
    folder = write_bundle(tmp_path)
    inputs = some_digits(2)
    logits = expected_logits(inputs)
    logits[1, 3] += off_by
    np.savez(folder / "golden.npz", inputs=inputs, logits=logits)
    sign(folder)

    assert open_fails(tmp_path).check == "golden"


def test_opening_fails_when_the_golden_file_holds_something_else(tmp_path: Path) -> None:
    folder = write_bundle(tmp_path)
    np.savez(folder / "golden.npz", pictures=some_digits(2))
    sign(folder)

    assert open_fails(tmp_path).check == "golden"


@pytest.mark.parametrize(
    "batch",
    [
        np.zeros((1, 28, 28), np.float32),
        np.zeros((1, 32, 32, 1), np.float32),
        np.zeros((1, 28, 28, 1), np.float64),
    ],
)
def test_running_refuses_a_batch_of_another_shape_or_type(
    tmp_path: Path, batch: np.ndarray
) -> None:
    write_bundle(tmp_path)

    with pytest.raises(ValueError, match="Expected a float32 batch"):
        Bundle.open(tmp_path, "digit").run(batch)


def test_results_are_the_same_when_many_threads_run_at_once(tmp_path: Path) -> None:
    write_bundle(tmp_path)
    bundle = Bundle.open(tmp_path, "digit")
    batches = [some_digits(count) for count in range(1, 41)]

    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(bundle.run, batches))

    for batch, logits in zip(batches, together, strict=True):
        np.testing.assert_array_equal(logits, bundle.run(batch))


def test_the_runtime_reports_nothing_when_the_reader_is_imported() -> None:
    told = {name: value for name, value in os.environ.items() if name != "ORT_DISABLE_TELEMETRY"}
    code = "import legible.reader.bundle, os; print(os.environ['ORT_DISABLE_TELEMETRY'])"

    done = subprocess.run(
        [sys.executable, "-c", code], env=told, capture_output=True, text=True, check=True
    )

    assert done.stdout.strip() == "1"


def test_a_version_can_be_asked_for_that_current_does_not_name(tmp_path: Path) -> None:
    write_bundle(tmp_path, version="1.0.0")
    write_bundle(tmp_path, version="1.1.0")
    (tmp_path / "CURRENT.json").unlink()

    assert Bundle.open(tmp_path, "digit", "1.0.0").version == "1.0.0"
    with pytest.raises(BundleError, match=r"manifest\.json"):
        Bundle.open(tmp_path, "digit", "2.0.0")
