"""Lines that grow, as a small SVG: both axes by factors of ten."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

_WIDE, _HIGH, _LEFT, _TOP, _GAP = 220, 150, 46, 26, 74


@dataclass(frozen=True)
class Series:
    """One panel: what is measured, against what, and the points."""

    title: str
    along: str
    x: Sequence[float]
    y: Sequence[float]


def draw_plot(series: Sequence[Series]) -> str:
    """Panels side by side; colours follow the reader's light or dark screen."""
    wide = _LEFT + len(series) * (_WIDE + _GAP) - _GAP + 16
    panels = "\n".join(
        f'<g transform="translate({_LEFT + place * (_WIDE + _GAP)} {_TOP})">{_panel(each)}</g>'
        for place, each in enumerate(series)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {_TOP + _HIGH + 44}" '
        f'width="{wide}" role="img" aria-label="How the cost of reading grows">\n'
        "<style>text{font:11px sans-serif;fill:#555}path{fill:none;stroke:#8884}"
        "path.line{stroke:#2563eb;stroke-width:2}circle{fill:#2563eb}"
        "@media(prefers-color-scheme:dark){text{fill:#bbb}}</style>\n"
        f"{panels}\n</svg>\n"
    )


def _panel(series: Series) -> str:
    low_x, high_x = _decades(series.x)
    low_y, high_y = _decades(series.y)

    def across(value: float) -> float:
        return round(_WIDE * (math.log10(value) - low_x) / (high_x - low_x), 1)

    def up(value: float) -> float:
        return round(_HIGH * (1 - (math.log10(value) - low_y) / (high_y - low_y)), 1)

    parts = [f'<text x="0" y="-10">{series.title}</text>']
    for power in range(low_y, high_y + 1):
        y = up(10**power)
        parts.append(f'<path d="M0 {y}H{_WIDE}"/>')
        parts.append(f'<text x="-6" y="{y + 4}" text-anchor="end">{10.0**power:g}</text>')
    for power in range(low_x, high_x + 1):
        x = across(10**power)
        parts.append(f'<path d="M{x} 0V{_HIGH}"/>')
        parts.append(f'<text x="{x}" y="{_HIGH + 16}" text-anchor="middle">{10.0**power:g}</text>')
    points = [(across(x), up(y)) for x, y in zip(series.x, series.y, strict=True)]
    line = "L".join(f"{x} {y}" for x, y in points)
    parts.append(f'<path class="line" d="M{line}"/>')
    parts += [f'<circle cx="{x}" cy="{y}" r="3"/>' for x, y in points]
    middle = f'<text x="{_WIDE / 2}" y="{_HIGH + 34}" text-anchor="middle">{series.along}</text>'
    return "".join([*parts, middle])


def _decades(values: Sequence[float]) -> tuple[int, int]:
    """The powers of ten around all of them."""
    low = math.floor(math.log10(min(values)) + 1e-9)
    return low, max(low + 1, math.ceil(math.log10(max(values)) - 1e-9))
