"""What stands beside a network's weights: shapes, drawing, calibration, thresholds, origin."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from legible.reader.line import LineConvention
from legible.reader.normalise import Convention

# A side that differs from picture to picture.
Side = int | None


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Calibrated confidence from which a reading is trusted, and below which it is useless.

    `no_digit`: above this probability of showing no digit a glyph is worth asking a person about;
    that may be far below one half. Networks that never learned the answer leave it out; 1 refuses
    nothing.
    """

    read: float
    unreadable: float
    no_digit: float = 1.0


@dataclass(frozen=True, slots=True)
class Manifest:
    """What `manifest.json` (schema 1) says. Shapes leave out the batch; None is a free side.

    `preprocessing` is how the network's pictures are drawn: digits or whole lines.
    `fusion`: the numbers that make one answer of two networks'; empty where the manifest leaves
    it out. `no_digit_shift`: added to the log-odds of no digit behind the temperature, where
    training showed them more often than pages do; 0 where the manifest leaves it out.
    """

    name: str
    version: str
    created_at: datetime
    input_shape: tuple[Side, ...]
    output_shape: tuple[Side, ...]
    classes: tuple[str, ...]
    preprocessing: Convention | LineConvention
    temperature: float
    no_digit_shift: float
    fusion: Mapping[str, float]
    thresholds: Thresholds
    files: Mapping[str, str]  # name to sha256
    golden_file: str
    golden_tolerance: float
    training: Mapping[str, Any]

    @classmethod
    def from_dict(cls, told: Mapping[str, Any]) -> Self:
        """Read the parsed JSON.

        Raises:
            KeyError: a field is missing.
            TypeError, ValueError: a field holds something else.
        """
        return cls(
            name=str(told["name"]),
            version=str(told["version"]),
            created_at=datetime.fromisoformat(told["created_at"]),
            input_shape=_read_shape(told["input_shape"]),
            output_shape=_read_shape(told["output_shape"]),
            classes=tuple(str(name) for name in told["classes"]),
            preprocessing=_read_convention(told["preprocessing"]),
            temperature=float(told["calibration"]["temperature"]),
            no_digit_shift=float(told["calibration"].get("no_digit_shift", 0.0)),
            fusion={
                str(key): float(value)
                for key, value in told["calibration"].get("fusion", {}).items()
            },
            thresholds=Thresholds(
                read=float(told["thresholds"]["read"]),
                unreadable=float(told["thresholds"]["unreadable"]),
                no_digit=float(told["thresholds"].get("no_digit", 1.0)),
            ),
            files={str(name): str(entry["sha256"]) for name, entry in told["files"].items()},
            golden_file=str(told["golden"]["file"]),
            golden_tolerance=float(told["golden"]["tolerance"]),
            training=dict(told["training"]),
        )


def _read_shape(told: Sequence[Any]) -> tuple[Side, ...]:
    return tuple(None if side is None else int(side) for side in told)


def _read_convention(told: Mapping[str, Any]) -> Convention | LineConvention:
    if "height_px" in told:
        return LineConvention(
            height_px=int(told["height_px"]),
            step_px=int(told["step_px"]),
            margin_px=int(told["margin_px"]),
        )
    low, high = told["stroke_px"]
    return Convention(
        side_px=int(told["side_px"]),
        box_px=int(told["box_px"]),
        stroke_px=(float(low), float(high)),
    )
