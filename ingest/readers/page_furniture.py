"""Page heads, feet and numbers: lines at the edge of a page that come again on others, or are but a number."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher

from ingest.readers.lines import Line

_PAGE_NUMBER = re.compile(
    r"[\s—–―\-－·~～]*(?:第\s*)?(?:\d{1,4}|[IVXivx]{1,6})(?:\s*页)?(?:[\s/／,，]*(?:共\s*)?\d{1,4}\s*页?)?[\s—–―\-－·~～]*"
)
_ZONE = 0.16  # of the page's height: heads and feet stand above and below the text, which GB/T 9704 sets 37 mm in
_EDGE = 3  # lines at either end of a page that may be furniture
_LEVEL = 8.0  # points by which a head may stand higher or lower on another page, as scans do
_ALIKE = 0.75  # of the characters: recognition reads a head a little differently on each page
_FEW = 300  # candidates up to which they are compared one by one


def find_page_furniture(lines: Sequence[Line], sizes: Mapping[int, tuple[float, float]]) -> set[int]:
    """Indices of the lines that are page furniture."""
    pages: dict[int, list[int]] = defaultdict(list)
    for n, line in enumerate(lines):
        pages[line.page].append(n)
    found: set[int] = set()
    candidates: list[tuple[int, str, float]] = []
    for page, numbers in pages.items():
        height = sizes.get(page, (0.0, 0.0))[1]
        numbers.sort(key=lambda n: lines[n].box[1])
        for place, n in enumerate(numbers):
            if min(place, len(numbers) - 1 - place) >= _EDGE:
                continue
            top, bottom = lines[n].box[1], lines[n].box[3]
            head, foot = bottom < _ZONE * height, top > (1 - _ZONE) * height
            if not head and not foot:
                continue
            if _PAGE_NUMBER.fullmatch(lines[n].text) and place in (0, 1, len(numbers) - 1, len(numbers) - 2):
                found.add(n)
            else:
                level = top if head else top - height
                candidates.append((n, re.sub(r"\d+", "#", re.sub(r"\s", "", lines[n].text)), level))
    return found | _repeated(candidates, lines, len(pages))


def _repeated(candidates: Sequence[tuple[int, str, float]], lines: Sequence[Line], pages: int) -> set[int]:
    """Candidates of which the like stands at the same height on other pages."""
    needed = 2 if pages < 8 else pages // 8 + 1
    exact: dict[tuple[str, bool], set[int]] = defaultdict(set)
    for n, words, level in candidates:
        exact[words, level < 0].add(lines[n].page)
    found = set()
    few = candidates[:_FEW] if len(candidates) <= _FEW else ()
    for n, words, level in candidates:
        on = set(exact[words, level < 0])
        if len(on) < needed:
            on |= {
                lines[m].page
                for m, other, height in few
                if abs(height - level) <= _LEVEL
                and SequenceMatcher(None, words, other, autojunk=False).ratio() >= _ALIKE
            }
        if len(on) >= needed and len(words) > 1:
            found.add(n)
    return found
