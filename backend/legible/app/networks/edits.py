"""What was changed between a text as it was read and as people say it is."""

from itertools import zip_longest

# Beyond it symbols are only counted: the table of a whole page in one line would take seconds.
_MOST_CELLS = 250_000

Edit = tuple[str, str]


def find_edits(read: str, said: str) -> list[Edit]:
    """Answer the fewest edits that make one text of the other (Levenshtein distance).

    Returns:
        For each a symbol as it was read and as it is said to be: ("1", "7"); ("1", "") where
        nothing is written, ("", "7") where something was missed.
    """
    if read == said:
        return []
    lines, right = read.split("\n"), said.split("\n")
    if len(lines) != len(right):
        return _edits_of_line("".join(lines), "".join(right))
    return [
        edit for one, other in zip(lines, right, strict=True) for edit in _edits_of_line(one, other)
    ]


def _edits_of_line(read: str, said: str) -> list[Edit]:
    start = 0
    while start < min(len(read), len(said)) and read[start] == said[start]:
        start += 1
    read, said = read[start:], said[start:]
    while read and said and read[-1] == said[-1]:
        read, said = read[:-1], said[:-1]
    if len(read) * len(said) > _MOST_CELLS:
        return [
            (one, other) for one, other in zip_longest(read, said, fillvalue="") if one != other
        ]
    return _trace(_distances(read, said), read, said)


def _distances(read: str, said: str) -> list[list[int]]:
    """How many edits each beginning of the one is from each of the other."""
    rows = [list(range(len(said) + 1))]
    for one in read:
        before, row = rows[-1], [len(rows)]
        for place, other in enumerate(said):
            kept = before[place] + (one != other)
            row.append(min(kept, before[place + 1] + 1, row[place] + 1))
        rows.append(row)
    return rows


def _trace(rows: list[list[int]], read: str, said: str) -> list[Edit]:
    """The edits of a shortest way through the table, in the order of the text."""
    edits: list[Edit] = []
    i, j = len(read), len(said)
    while i or j:
        if i and j and rows[i][j] == rows[i - 1][j - 1] + (read[i - 1] != said[j - 1]):
            i, j = i - 1, j - 1
            if read[i] != said[j]:
                edits.append((read[i], said[j]))
        elif i and rows[i][j] == rows[i - 1][j] + 1:
            i -= 1
            edits.append((read[i], ""))
        else:
            j -= 1
            edits.append(("", said[j]))
    return edits[::-1]
