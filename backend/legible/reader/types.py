"""What goes into the reader and what comes out: plain, immutable values, no behaviour."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

# x, y, width, height in pixels of the upright page, before any reduction made for speed.
Box = tuple[int, int, int, int]


class Status(StrEnum):
    """How far a reading can be trusted, from the thresholds in the bundle's manifest."""

    READ = "read"
    REVIEW = "review"  # below the calibrated threshold: somebody should look
    UNREADABLE = "unreadable"
    BLANK = "blank"  # nothing is written on any page


class IssueCode(StrEnum):
    """What may be odd about a symbol, a line, a page."""

    FAINT = "faint"  # the ink hardly stands out from the paper
    CUT_OFF = "cut_off"  # runs into the edge of the picture
    TOUCHING = "touching"  # its ink was cut out of a larger whole
    NOT_A_DIGIT = "not_a_digit"
    LOW_CONFIDENCE = "low_confidence"
    DISAGREEMENT = "disagreement"  # the line network and the digit network read differently
    TOO_SMALL = "too_small"
    PATTERN = "pattern"  # not of the form asked for
    UNREAD = "unread"  # writing that was left out
    BLANK = "blank"


@dataclass(frozen=True, slots=True)
class DecodeLimits:
    """What `decode` accepts. `max_pixels` holds for each page of a file."""

    max_bytes: int = 25 * 1024 * 1024
    max_pixels: int = 150_000_000
    max_pages: int = 20


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """How one picture is to be read. `stages`: whether what the networks saw is drawn as well."""

    symbols: Literal["digits", "number"] = "digits"
    pattern: str | None = None
    stages: bool = False
    limits: DecodeLimits = field(default_factory=DecodeLimits)


@dataclass(frozen=True, slots=True)
class Style:
    """How a symbol is written, or a line on average. None where it cannot be told.

    Slant is positive to the right. `aspect` is width over height; `loops` counts the closed ones:
    two in an 8, and none in an open 4.
    """

    slant_deg: float | None
    stroke_width_px: float
    height_px: int
    aspect: float | None = None
    loops: float | None = None


@dataclass(frozen=True, slots=True)
class Symbol:
    """One written symbol.

    `probabilities` are the ten calibrated ones for 0-9, given that it is one digit; they sum to 1.
    `confidence` is that of `text`, and also weighs whether it is one digit at all. `opinions`:
    what the line network and the digit network read, where they differ.
    """

    text: str
    confidence: float
    box: Box
    probabilities: tuple[float, ...]
    style: Style
    issue: IssueCode | None = None
    opinions: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """Symbols on one base line, left to right. `confidence`: that the whole line is right.

    `instead_of`: the likelier text that was not taken, since it broke the pattern asked for.
    `opinions`: as of a symbol, where the networks differ on how many symbols there are.
    """

    text: str
    confidence: float
    box: Box
    symbols: Sequence[Symbol]
    alternatives: Sequence["Alternative"] = ()
    instead_of: str | None = None
    style: Style | None = None
    issue: IssueCode | None = None
    opinions: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """One upright page, its lines in reading order; `unread` is writing that is no number.

    `turned_deg` tells by how much the page was turned clockwise to be upright, beyond what the
    file itself says (EXIF): 0, 90, 180 or 270. Size and boxes are those of the turned page.
    """

    width: int
    height: int
    lines: Sequence[Line]
    unread: Sequence[Box] = ()
    turned_deg: int = 0


@dataclass(frozen=True, slots=True)
class Issue:
    """Something a person should know, in words. The indices say where; None = everywhere."""

    code: IssueCode
    message: str
    page: int | None = None
    line: int | None = None
    symbol: int | None = None


@dataclass(frozen=True, slots=True)
class Alternative:
    """Another text the picture may show, and the probability that it does."""

    text: str
    confidence: float


@dataclass(frozen=True, slots=True)
class StagePicture:
    """A small grey picture: `png` is the whole file, `width` and `height` are in its pixels."""

    png: bytes
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class RunStage:
    """A run as the line network saw it, ink white. `line` is its line, None if none was read."""

    line: int | None
    picture: StagePicture


@dataclass(frozen=True, slots=True)
class DigitStage:
    """A digit as the digit network saw it, ink white; its place in the page, and what was read."""

    line: int
    symbol: int
    text: str
    picture: StagePicture


@dataclass(frozen=True, slots=True)
class PageStages:
    """What was seen of a page. `page` is upright; in `ink` paper is black and ink is white.

    A line has a run for each group of symbols that stand close together.
    """

    page: StagePicture
    ink: StagePicture
    runs: Sequence[RunStage]
    digits: Sequence[DigitStage]


@dataclass(frozen=True, slots=True)
class LeftOut:
    """How many there was no room for: pages, then runs and digits of the pages that are there."""

    pages: int
    runs: int
    digits: int


@dataclass(frozen=True, slots=True)
class Stages:
    """What the networks saw of the first pages of a file, and which networks they were."""

    pages: Sequence[PageStages]
    left_out: LeftOut
    models: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Reading:
    """All that was read in one file. `text` joins the lines with a line feed.

    `stages` is there only where the options asked for it.
    """

    text: str
    status: Status
    confidence: float
    alternatives: Sequence[Alternative]
    pages: Sequence[Page]
    issues: Sequence[Issue]
    models: Mapping[str, str]
    timing_ms: Mapping[str, float]
    stages: Stages | None = None
