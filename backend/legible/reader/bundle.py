"""A network as it is shipped: `models/<name>/<version>/`, checked before anything is read with it.

The only module of the reader that touches the disk or names the inference runtime (ADR 0001).
"""

import hashlib
import io
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Self

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from legible.reader.manifest import Manifest, Side

Floats = NDArray[np.float32]

SCHEMA = 1
MODEL_FILE = "model.onnx"
# The runtime's buffers grow with the batch and are cut to size per run: this many pictures keep
# its working memory at a few megabytes and cost nothing in speed.
_CHUNK = 128
# Errors only: its warnings speak of the machine's other devices.
_RUNTIME_LOG_LEVEL = 3


class BundleError(Exception):
    """A bundle that must not be served: which check failed, and what to do about it."""

    def __init__(self, check: str, detail: str) -> None:
        super().__init__(f"Model bundle, check '{check}': {detail}")
        self.check = check
        self.detail = detail


class Bundle:
    """One checked network and its manifest. `run` may be called from many threads at once."""

    def __init__(self, manifest: Manifest, session: onnxruntime.InferenceSession) -> None:
        self.manifest = manifest
        self._session = session
        self._input = session.get_inputs()[0].name

    @property
    def version(self) -> str:
        """The version served, e.g. "1.0.0"."""
        return self.manifest.version

    @classmethod
    def open(
        cls, models_dir: Path, name: str, version: str | None = None, *, threads: int = 1
    ) -> Self:
        """Open a version of `name`: without one, that which `CURRENT.json` names.

        Args:
            models_dir: the folder with `CURRENT.json` and `<name>/<version>/`.
            name: which network, e.g. "digit".
            version: which of its versions, e.g. "1.0.0"; a name that was found in the folder.
            threads: cores that one call of `run` may use. One suits a server, which runs many
                calls side by side.

        Raises:
            BundleError: a file is missing or changed, the schema is unknown, or the network does
                not give the outputs it gave when it was exported.
        """
        if version is None:
            version = current_versions(models_dir).get(name)
        if version is None:
            raise BundleError(
                "current", f"CURRENT.json names no version of '{name}'. Add one, or export one."
            )
        label, folder = f"{name} {version}", models_dir / name / version
        manifest = _read_manifest(folder, name, version)
        contents = {
            file: _read_checked(folder / file, sha256, label)
            for file, sha256 in manifest.files.items()
            if file in (MODEL_FILE, manifest.golden_file)
        }
        for file in (MODEL_FILE, manifest.golden_file):
            if file not in contents:
                raise BundleError(
                    "manifest", f"{label}: the manifest lists no {file}. Export it again."
                )
        bundle = cls(manifest, _start_session(contents[MODEL_FILE], manifest, label, threads))
        _check_golden(bundle, contents[manifest.golden_file], label)
        return bundle

    def run(self, batch: Floats) -> Floats:
        """The network's raw outputs.

        Args:
            batch: (N, *manifest.input_shape) float32.

        Returns:
            (N, *manifest.output_shape) float32; N = 0 gives N = 0.

        Raises:
            ValueError: the batch has another shape or type.
        """
        shape = self.manifest.input_shape
        if batch.dtype != np.float32 or not _fits(batch.shape[1:], shape):
            raise ValueError(
                f"Expected a float32 batch of shape (N, *{shape}), "
                f"got {batch.dtype} of shape {batch.shape}."
            )
        parts = [np.empty((0, *(side or 0 for side in self.manifest.output_shape)), np.float32)]
        for start in range(0, len(batch), _CHUNK):
            part = np.ascontiguousarray(batch[start : start + _CHUNK])
            parts.append(self._session.run(None, {self._input: part})[0])
        return parts[0] if len(parts) == 1 else np.concatenate(parts[1:])


def current_versions(models_dir: Path) -> Mapping[str, str]:
    """The version of each network that `CURRENT.json` names.

    Raises:
        BundleError: there is no such file, or it is damaged.
    """
    told = _read_json(models_dir / "CURRENT.json", "current")
    for name, version in told.items():
        if not isinstance(version, str):
            raise BundleError(
                "current", f"CURRENT.json names no version of '{name}'. Add one, or export one."
            )
    return told


def _fits(shape: Sequence[Any], expected: Sequence[Side]) -> bool:
    """Whether a shape is the expected one; what is free may be anything, or a name."""
    return len(shape) == len(expected) and all(
        side == other or other is None for side, other in zip(shape, expected, strict=True)
    )


def _read_json(path: Path, check: str) -> dict[str, Any]:
    try:
        told = json.loads(path.read_text("utf-8"))
    except OSError as error:
        raise BundleError(
            check,
            f"expected the file {path.name}, found none that can be read. "
            "Point the service at the folder of shipped models.",
        ) from error
    except ValueError as error:
        raise BundleError(check, f"{path.name} is no JSON. Restore it.") from error
    if not isinstance(told, dict):
        raise BundleError(check, f"expected a JSON object in {path.name}. Restore it.")
    return told


def _read_manifest(folder: Path, name: str, version: str) -> Manifest:
    label = f"{name} {version}"
    told = _read_json(folder / "manifest.json", "manifest")
    if told.get("schema") != SCHEMA:
        raise BundleError(
            "schema",
            f"{label}: expected manifest schema {SCHEMA}, got {told.get('schema')!r}. "
            "Serve it with the version of Legible that it was exported for.",
        )
    try:
        manifest = Manifest.from_dict(told)
    except KeyError as error:
        raise BundleError(
            "manifest", f"{label}: the manifest lacks {error}. Export it again."
        ) from error
    except (TypeError, ValueError, AttributeError) as error:
        raise BundleError(
            "manifest", f"{label}: a manifest field has the wrong type. Export it again."
        ) from error
    if (manifest.name, manifest.version) != (name, version):
        raise BundleError(
            "manifest",
            f"expected the manifest of {label}, got that of {manifest.name} {manifest.version}. "
            "Restore the folder.",
        )
    return manifest


def _read_checked(path: Path, sha256: str, label: str) -> bytes:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise BundleError(
            "files", f"{label}: expected the file {path.name}, found none. Restore it."
        ) from error
    found = hashlib.sha256(content).hexdigest()
    if found != sha256:
        raise BundleError(
            "sha256",
            f"{label}: {path.name} is not the file that was exported "
            f"(expected sha256 {sha256[:12]}..., got {found[:12]}...). Restore it.",
        )
    return content


def _start_session(
    model: bytes, manifest: Manifest, label: str, threads: int
) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = _RUNTIME_LOG_LEVEL
    # The arena and the plan for one batch size only pay when all batches have the same size;
    # with ours they keep the memory of the biggest one for ever.
    options.enable_cpu_mem_arena = False
    options.enable_mem_pattern = False
    # Waiting threads would otherwise spin on a core that the service needs.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    try:
        session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # the runtime's errors share no other base class
        raise BundleError(
            "network", f"{label}: {MODEL_FILE} cannot be loaded. Export it again."
        ) from error
    taken, given = session.get_inputs(), session.get_outputs()
    expected = [[*manifest.input_shape], [*manifest.output_shape]]
    found = [port.shape[1:] for port in (*taken, *given)]
    if len(found) != 2 or not all(map(_fits, found, expected)):
        raise BundleError(
            "network",
            f"{label}: expected input and output shapes {expected}, got {found}. Export it again.",
        )
    return session


def _check_golden(bundle: Bundle, content: bytes, label: str) -> None:
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as golden:
            inputs, expected = golden["inputs"], golden["logits"]
        off_by = float(np.abs(bundle.run(inputs) - expected).max())
    except (KeyError, ValueError) as error:
        raise BundleError(
            "golden", f"{label}: the golden file does not fit the network. Export it again."
        ) from error
    # Written so that NaN fails too.
    if not off_by <= bundle.manifest.golden_tolerance:
        raise BundleError(
            "golden",
            f"{label}: outputs differ by {off_by:.2g} from those at export, at most "
            f"{bundle.manifest.golden_tolerance:.2g} is allowed. Use the locked runtime version, "
            "or export again.",
        )
