"""What a line must look like: a restricted regular expression as a finite automaton.

Written by users and run on a server, so there is no backtracking: time is the length of the text
times the number of states, and the number of states is limited. What begins with a letter is the
name of a field that people fill in (`named_patterns`); everything else is

    pattern     = alternative *("|" alternative)        optionally between ^ and $
    alternative = *(atom [quantifier])
    atom        = symbol | "\\d" | "\\" symbol | "[" ["^"] ranges "]" | "(" pattern ")"
    quantifier  = "?" | "*" | "+" | "{n}" | "{n,}" | "{n,m}"
    symbol      = one of 0-9 , - and, escaped, .
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Self

from legible.reader.errors import BadPattern
from legible.reader.named_patterns import Luhn, find_named

SYMBOLS = frozenset("0123456789.,-")
_DIGITS = frozenset("0123456789")
_MAX_LENGTH = 200
_MAX_REPEAT = 100
_MAX_STATES = 2_000
# Steps that are remembered: n states can stand in 2^n sets.
_MAX_STEPS = 1_000


class _Automaton:
    """States with edges on symbols and free edges (Thompson's construction, 1968)."""

    def __init__(self) -> None:
        self.edges: list[list[tuple[frozenset[str], int]]] = []
        self.free: list[list[int]] = []
        self._end = -1
        self._first: frozenset[int] = frozenset()
        self._useful: frozenset[int] = frozenset()
        self._steps: dict[tuple[frozenset[int], str], frozenset[int]] = {}

    def add(self) -> int:
        if len(self.edges) >= _MAX_STATES:
            raise BadPattern(
                f"The pattern describes more than {_MAX_STATES:,} states. Use smaller repetitions."
            )
        self.edges.append([])
        self.free.append([])
        return len(self.edges) - 1

    def finish(self, start: int, end: int) -> Self:
        """Note the states a set must name: with edges, and with a way on from them to `end`."""
        before: list[list[int]] = [[] for _ in self.edges]
        for state, edges in enumerate(self.edges):
            for target in [*self.free[state], *(target for symbols, target in edges if symbols)]:
                before[target].append(state)
        alive = _flood([end], before)
        self._useful = frozenset(state for state in alive if self.edges[state] or state == end)
        self._first = self._useful & _flood([start], self.free)
        self._end = end
        return self

    def start(self) -> frozenset[int]:
        return self._first

    def step(self, states: frozenset[int], symbol: str) -> frozenset[int]:
        found = self._steps.get((states, symbol))
        if found is None:
            edges = (edge for state in states for edge in self.edges[state])
            targets = [target for symbols, target in edges if symbol in symbols]
            found = self._useful & _flood(targets, self.free)
            if len(self._steps) >= _MAX_STEPS:
                self._steps.clear()
            self._steps[states, symbol] = found
        return found

    def accepts(self, states: frozenset[int]) -> bool:
        return self._end in states


def _flood(states: Iterable[int], edges: Sequence[Iterable[int]]) -> set[int]:
    """The states and all that edges lead to from them."""
    seen = set(states)
    todo = list(seen)
    while todo:
        for state in edges[todo.pop()]:
            if state not in seen:
                seen.add(state)
                todo.append(state)
    return seen


@dataclass(frozen=True, slots=True)
class Pattern:
    """A compiled pattern. `source` is what it was made from; states say what may still follow."""

    source: str
    _automaton: _Automaton | Luhn

    @classmethod
    def compile(cls, source: str) -> Self:
        """Compile a restricted regular expression, or take a named field such as "us-zip".

        Raises:
            BadPattern: it is too long, uses what patterns do not have or is no known name; the
                text names the part.
        """
        if len(source) > _MAX_LENGTH:
            raise BadPattern(
                f"A pattern has at most {_MAX_LENGTH} characters, this one has {len(source)}."
            )
        text = find_named(source) if source[:1].isalpha() else source.removeprefix("^")
        if isinstance(text, Luhn):
            return cls(source, text)
        text = text[:-1] if text.endswith("$") and not text.endswith("\\$") else text
        parser = _Parser(text)
        start, end = parser.alternatives()
        if rest := parser.rest():
            raise BadPattern(f"Unexpected '{rest[0]}' in the pattern. Remove or escape it.")
        return cls(source, parser.automaton.finish(start, end))

    def start(self) -> frozenset[int]:
        """The states before the first symbol; empty if no text at all matches."""
        return self._automaton.start()

    def step(self, states: frozenset[int], symbol: str) -> frozenset[int]:
        """The states after one more symbol; empty if no text that begins so matches."""
        return self._automaton.step(states, symbol)

    def accepts(self, states: frozenset[int]) -> bool:
        """Whether the symbols that led to these states match as they are."""
        return self._automaton.accepts(states)

    def matches(self, text: str) -> bool:
        """Whether the whole text is as the pattern says."""
        states = self.start()
        for symbol in text:
            states = self.step(states, symbol)
        return self.accepts(states)


class _Parser:
    """Recursive descent over the grammar above; each method answers (first, last) state."""

    def __init__(self, text: str) -> None:
        self.automaton = _Automaton()
        self._text = text
        self._at = 0
        self._depth = 0

    def rest(self) -> str:
        return self._text[self._at :]

    def alternatives(self) -> tuple[int, int]:
        self._depth += 1
        if self._depth > 20:
            raise BadPattern("The pattern has groups nested more than 20 deep. Make it flatter.")
        start, end = self.automaton.add(), self.automaton.add()
        while True:
            first, last = self._sequence()
            self.automaton.free[start].append(first)
            self.automaton.free[last].append(end)
            if not self.rest().startswith("|"):
                self._depth -= 1
                return start, end
            self._at += 1

    def _sequence(self) -> tuple[int, int]:
        start = end = self.automaton.add()
        while self.rest() and self.rest()[0] not in "|)":
            begin = self._at
            first, last = self._atom()
            least, most = self._quantifier()
            if (least, most) != (1, 1):
                first, last = self._repeat(begin, least, most)
            self.automaton.free[end].append(first)
            end = last
        return start, end

    def _repeat(self, begin: int, least: int, most: int | None) -> tuple[int, int]:
        """Lay `least` copies of the atom at `begin` in a row, then optional ones or a loop."""
        after = self._at
        start = end = self.automaton.add()
        skips = []
        for count in range(max(least, 1) if most is None else most):
            self._at = begin
            first, last = self._atom()
            if count >= least:
                skips.append(end)
            self.automaton.free[end].append(first)
            end = last
            if most is None and count >= least - 1:
                self.automaton.free[last].append(first)
        final = self.automaton.add()
        for state in (end, *skips):
            self.automaton.free[state].append(final)
        self._at = after
        return start, final

    def _atom(self) -> tuple[int, int]:
        if self.rest()[0] == "(":
            return self._group()
        symbols = self._symbols()
        start, end = self.automaton.add(), self.automaton.add()
        self.automaton.edges[start].append((symbols, end))
        return start, end

    def _group(self) -> tuple[int, int]:
        self._at += 1
        if self.rest().startswith("?:"):
            self._at += 2
        elif self.rest().startswith("?"):
            raise BadPattern(f"Patterns have no '({self.rest()[:2]}'. Use plain groups.")
        inner = self.alternatives()
        if not self.rest().startswith(")"):
            raise BadPattern("A '(' in the pattern has no ')'. Close it.")
        self._at += 1
        return inner

    def _symbols(self) -> frozenset[str]:
        head = self.rest()[0]
        self._at += 1
        if head == "\\":
            return self._escaped()
        if head == "[":
            return self._class()
        if head == ".":
            raise BadPattern("'.' matches nothing in particular here. Write \\d or \\. instead.")
        if head not in SYMBOLS:
            raise BadPattern(
                f"Unexpected '{head}' in the pattern: only digits, ',', '-', '\\.', '\\d', [...], "
                "(...), |, ?, *, + and {n,m} are known."
            )
        return frozenset(head)

    def _escaped(self) -> frozenset[str]:
        head = self.rest()[:1]
        self._at += 1
        if head == "d":
            return _DIGITS
        if head and head in SYMBOLS - _DIGITS:
            return frozenset(head)
        raise BadPattern(f"Patterns have no '\\{head}'. Only \\d, \\., \\, and \\- are known.")

    def _class(self) -> frozenset[str]:
        end = self.rest().find("]")
        if end < 1:
            raise BadPattern("A '[' in the pattern has no symbols or no ']'. Close it.")
        body = self.rest()[:end]
        self._at += end + 1
        negated = body.startswith("^")
        body = body[1:] if negated else body
        found: set[str] = set()
        at = 0
        while at < len(body):
            if body[at : at + 2] == "\\d":
                found |= _DIGITS
                at += 2
            elif body[at + 1 : at + 2] == "-" and at + 2 < len(body):
                found |= _digit_range(body[at], body[at + 2])
                at += 3
            else:
                at += body[at] == "\\"
                if body[at : at + 1] not in SYMBOLS:
                    raise BadPattern(f"Unexpected '{body[at : at + 1]}' in '[{body}]'.")
                found.add(body[at])
                at += 1
        return SYMBOLS - found if negated else frozenset(found)

    def _quantifier(self) -> tuple[int, int | None]:
        head = self.rest()[:1]
        if head and head in "?*+":
            self._at += 1
            self._no_second_quantifier()
            return {"?": (0, 1), "*": (0, None), "+": (1, None)}[head]
        if head != "{":
            return 1, 1
        end = self.rest().find("}")
        body = self.rest()[1:end]
        low, comma, high = body.partition(",")
        if end < 0 or not low.isdecimal() or (high and not high.isdecimal()):
            raise BadPattern(f"Expected {{n}}, {{n,}} or {{n,m}} at '{self.rest()[:8]}'.")
        self._at += end + 1
        self._no_second_quantifier()
        least = int(low)
        most = int(high) if high else None if comma else least
        if max(least, most or 0) > _MAX_REPEAT or (most is not None and most < least):
            raise BadPattern(f"'{{{body}}}' must run upwards and to at most {_MAX_REPEAT}.")
        return least, most

    def _no_second_quantifier(self) -> None:
        if self.rest()[:1] and self.rest()[0] in "?*+{":
            raise BadPattern(f"Patterns have no '{self.rest()[0]}' after a quantifier.")


def _digit_range(low: str, high: str) -> frozenset[str]:
    if low not in _DIGITS or high not in _DIGITS or high < low:
        raise BadPattern(f"'{low}-{high}' is no range of digits. Write one such as 0-9.")
    return frozenset(map(str, range(int(low), int(high) + 1)))
