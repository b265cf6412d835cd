"""Parts to rows of symbols."""

import statistics

import numpy as np

from legible.reader.parts import Part

# A part lower than this share of its line is a speck, a dot or a scrap, no digit.
LEAST_HEIGHT = 0.35
# Parts of one digit (the bar of a 5, a broken stroke) lie over each other by this share of the
# narrower one. Slanted neighbours also do, but each of those is as high as its line.
_SAME_SYMBOL_OVERLAP = 0.35


def find_rows(parts: list[Part]) -> list[list[Part]]:
    """Group parts whose heights overlap; the highest parts found the rows, the rest join them."""
    rows: list[list[Part]] = []
    spans: list[tuple[float, float]] = []
    for part in sorted(parts, key=lambda part: -part.height):
        overlaps = [min(part.bottom, bottom) - max(part.top, top) for top, bottom in spans]
        best = overlaps.index(max(overlaps)) if overlaps else -1
        if best >= 0 and overlaps[best] > 0.5 * min(part.height, spans[best][1] - spans[best][0]):
            rows[best].append(part)
            large = [p for p in rows[best] if p.height >= 0.6 * rows[best][0].height]
            spans[best] = (
                statistics.median([p.top for p in large]),
                statistics.median([p.bottom for p in large]),
            )
        else:
            rows.append([part])
            spans.append((part.top, part.bottom))
    order = np.argsort([top + bottom for top, bottom in spans])
    return _attach_scraps([rows[i] for i in order])


def _attach_scraps(rows: list[list[Part]]) -> list[list[Part]]:
    """Give a row of scraps (the bars of some 5s) to the row right below or above it."""
    if len(rows) < 2:
        return rows
    heights = [max(part.height for part in row) for row in rows]
    typical = statistics.median(heights) if len(rows) > 2 else max(heights)
    solid = [row for row, high in zip(rows, heights, strict=True) if high >= 0.5 * typical]
    for row, high in zip(rows, heights, strict=True):
        if high >= 0.5 * typical:
            continue
        for part in row:
            near = [
                (max(p.top - part.bottom, part.top - p.bottom), index)
                for index, other in enumerate(solid)
                for p in other
                if min(part.right, p.right) - max(part.left, p.left) > 0.3 * part.width
            ]
            gap, index = min(near, default=(typical, -1))
            if gap < 0.3 * typical:
                solid[index].append(part)
    return solid


def join_symbols(row: list[Part]) -> list[Part]:
    """Join the parts of each symbol; the result runs from left to right."""
    line_height = max(part.height for part in row)
    symbols: list[Part] = []
    for part in sorted(row, key=lambda part: -part.height):
        best, most = None, 0.0
        for symbol in symbols:
            overlap = min(part.right, symbol.right) - max(part.left, symbol.left)
            share = overlap / min(part.width, symbol.width)
            whole = part.height > 0.7 * min(line_height, symbol.height)
            if share > (0.8 if whole else _SAME_SYMBOL_OVERLAP) and share > most:
                best, most = symbol, share
        if best is None:
            symbols.append(part)
        else:
            best.absorb(part)
    return sorted(symbols, key=lambda part: part.left + part.right)


def drop_scraps(row: list[Part]) -> list[Part]:
    """Leave out symbols too low to be digits of this line."""
    typical = statistics.median([part.height for part in row])
    highest = max(part.height for part in row)
    least = LEAST_HEIGHT * (highest if len(row) < 4 else max(typical, 0.6 * highest))
    return [part for part in row if part.height >= least]
