"""Which alternatives of the rules' regular expressions matched while something ran: the measure behind "every rule has an example".

A pattern is rewritten so that each of its alternatives is a group of its own; what matches is asked twice, once of the
pattern itself, whose answer is handed on unchanged, and once of the rewritten one, whose groups say which words did it.
What stands in a negative look-around is no alternative: it says what a rule is not.
"""

from __future__ import annotations

import ast
import inspect
import re
import sys
from collections.abc import Callable, Container, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import FunctionType, ModuleType
from typing import Any

_PREFIX = "alt_"  # of the groups that are put in


@dataclass(slots=True)
class _Group:
    """A group of a regular expression (or the whole of one), as its alternatives."""

    opening: str  # "(?:", "(?P<who>", "(?!" or "" for the whole
    alternatives: list[list[str | _Group]] = field(default_factory=lambda: [[]])

    @property
    def source(self) -> str:
        inside = "|".join(self.words())
        return f"{self.opening}{inside})" if self.opening else inside

    def words(self) -> list[str]:
        """Each alternative as written."""
        return ["".join(p if isinstance(p, str) else p.source for p in a) for a in self.alternatives]


_TOKEN = re.compile(
    r"(?P<escape>\\.)|(?P<set>\[\^?\]?(?:\\.|[^\]\\])*\])|(?P<open>\((?:\?(?:P<\w+>|<?[=!]|:))?)|(?P<close>\))|(?P<bar>\|)|(?P<plain>.)",
    re.DOTALL,
)


def _parse(pattern: str) -> _Group:
    whole = _Group("")
    stack = [whole]
    for m in _TOKEN.finditer(pattern):
        if m["open"]:
            group = _Group(m["open"])
            stack[-1].alternatives[-1].append(group)
            stack.append(group)
        elif m["close"]:
            stack.pop()
        elif m["bar"]:
            stack[-1].alternatives.append([])
        else:
            stack[-1].alternatives[-1].append(m.group())
    return whole


def _find_main(group: _Group) -> _Group:
    """The group whose alternatives are the pattern's own: the whole, or the only one in it that has any."""
    if len(group.alternatives) == 1:
        inner = [p for p in group.alternatives[0] if isinstance(p, _Group) and p.opening not in ("(?!", "(?<!")]
        if len(inner) == 1 and "".join(p for p in group.alternatives[0] if isinstance(p, str)).strip("^$+*?") == "":
            return _find_main(inner[0])
    return group


class Rule:
    """规则: a pattern that notes which of its alternatives matched; it answers as the pattern does."""

    def __init__(self, pattern: re.Pattern[str], tables: Container[str], seen: set[tuple[str, str]]) -> None:
        self.pattern_itself = pattern
        self.tables = tables
        self.seen = seen
        self.known: list[tuple[str, str]] = []  # (the alternation as written, the alternative), in the order of groups
        whole = _parse(pattern.pattern)
        self._main = _find_main(whole)
        self._noting = re.compile(self._write(whole), pattern.flags)

    def _write(self, group: _Group) -> str:
        if group.opening in ("(?!", "(?<!"):
            return group.source
        table = "|".join(group.words())
        counted = group is self._main or (len(group.alternatives) > 1 and table in self.tables)
        parts = []
        for alternative, words in zip(group.alternatives, group.words(), strict=True):
            number = len(self.known)
            if counted:
                self.known.append((table, words))
            inside = "".join(p if isinstance(p, str) else self._write(p) for p in alternative)
            parts.append(f"(?P<{_PREFIX}{number}>{inside})" if counted else inside)
        body = "|".join(parts)
        return f"{group.opening}{body})" if group.opening else body

    def note(self, m: re.Match[str] | None) -> None:
        for name, found in m.groupdict().items() if m else ():
            if found is not None and name.startswith(_PREFIX):
                self.seen.add(self.known[int(name.removeprefix(_PREFIX))])

    def __getattr__(self, name: str) -> Any:
        return getattr(self.pattern_itself, name)

    def match(self, *args: Any) -> Any:
        self.note(self._noting.match(*args))
        return self.pattern_itself.match(*args)

    def fullmatch(self, *args: Any) -> Any:
        self.note(self._noting.fullmatch(*args))
        return self.pattern_itself.fullmatch(*args)

    def search(self, *args: Any) -> Any:
        self.note(self._noting.search(*args))
        return self.pattern_itself.search(*args)

    def finditer(self, *args: Any) -> Any:
        self._note_all(*args)
        return self.pattern_itself.finditer(*args)

    def findall(self, *args: Any) -> Any:
        self._note_all(*args)
        return self.pattern_itself.findall(*args)

    def split(self, string: str, *args: Any, **more: Any) -> Any:
        self._note_all(string)
        return self.pattern_itself.split(string, *args, **more)

    def sub(self, put: Any, string: str, *args: Any, **more: Any) -> Any:
        self._note_all(string)
        return self.pattern_itself.sub(put, string, *args, **more)

    def _note_all(self, *args: Any) -> None:
        for m in self._noting.finditer(*args):
            self.note(m)


class _Inline:
    """What stands in for ``re`` in a module: patterns written where they are used note what matched too."""

    def __init__(self, get: Callable[[str], Rule]) -> None:
        self.get = get

    def __getattr__(self, name: str) -> Any:
        if name in _USES:
            return lambda pattern, *args, **more: getattr(self.get(pattern), name)(*args, **more)
        return getattr(re, name)


_USES = frozenset(("search", "match", "fullmatch", "finditer", "findall", "split", "sub"))


def find_written(module: ModuleType) -> Iterator[str]:
    """The patterns that a module's functions hand to ``re`` as they stand, without a name."""
    for node in ast.walk(ast.parse(inspect.getsource(module))):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute) or node.func.attr not in _USES:
            continue
        of_re = isinstance(node.func.value, ast.Name) and node.func.value.id == "re"
        if of_re and isinstance(node.args[0], ast.Constant):
            yield node.args[0].value


def find_patterns(module: ModuleType) -> Iterator[tuple[str, re.Pattern[str]]]:
    """The patterns a module holds, alone or in tables, each with the name it stands under."""
    for name, value in vars(module).items():
        for pattern in _inside(value):
            yield name, pattern


def _inside(value: object) -> Iterator[re.Pattern[str]]:
    if isinstance(value, re.Pattern):
        yield value
    elif isinstance(value, tuple | list):
        for v in value:
            yield from _inside(v)


def _exchange(value: Any, rules: dict[int, Rule]) -> Any:
    if isinstance(value, re.Pattern):
        return rules.get(id(value), value)
    if type(value) in (tuple, list) and next(_inside(value), None) is not None:
        return type(value)(_exchange(v, rules) for v in value)
    return value


@contextmanager
def noting(modules: Sequence[ModuleType]) -> Iterator[dict[tuple[str, str], Rule]]:
    """While it is open, every pattern of the modules notes what matched; by module and name, the first owner named."""
    seen: set[tuple[str, str]] = set()
    tables = {v for m in modules for v in vars(m).values() if isinstance(v, str) and "|" in v}
    rules: dict[int, Rule] = {}
    named: dict[tuple[str, str], Rule] = {}
    for module in modules:
        for n, (name, pattern) in enumerate(find_patterns(module)):
            if id(pattern) not in rules:
                rules[id(pattern)] = Rule(pattern, tables, seen)
                key = (module.__name__, name)
                named[key if key not in named else (module.__name__, f"{name}[{n}]")] = rules[id(pattern)]
    undo: list[tuple[Any, str, Any]] = []
    for module in modules:
        if vars(module).get("re") is not re:
            continue

        written = {p: Rule(re.compile(p), tables, seen) for p in find_written(module)}
        named |= {(module.__name__, p): rule for p, rule in written.items()}

        def get(pattern: str, written: dict[str, Rule] = written) -> Rule:
            return written.get(pattern) or Rule(re.compile(pattern), tables, seen)

        undo.append((module, "re", re))
        vars(module)["re"] = _Inline(get)
    for module in [m for n, m in sys.modules.items() if n.split(".")[0] in ("kb", "ingest")]:
        for name, value in list(vars(module).items()):
            changed = _exchange(value, rules)
            if changed is not value:
                undo.append((module, name, value))
                setattr(module, name, changed)
            if hasattr(value, "cache_clear"):
                value.cache_clear()  # what is remembered is not matched again
            if isinstance(value, FunctionType) and value.__defaults__:
                undo.append((value, "__defaults__", value.__defaults__))
                value.__defaults__ = _exchange(value.__defaults__, rules)
    try:
        yield named
    finally:
        for holder, name, value in undo:
            setattr(holder, name, value)


def find_unused(named: dict[tuple[str, str], Rule]) -> list[tuple[str, str, str]]:
    """(module, pattern, alternative) of everything that did not match; words that several patterns share count once."""
    out: dict[tuple[str, str], tuple[str, str, str]] = {}
    for (module, name), rule in named.items():
        for known in rule.known:
            if known not in rule.seen:
                out.setdefault(known, (module, name, known[1]))
    return list(out.values())
