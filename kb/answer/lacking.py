"""Local acts that a question names without 《》 and that the library does not hold: 哈尔滨市供热条例."""

from __future__ import annotations

import re

from kb.search.catalogue import Catalogue
from kb.search.question import is_subsequence
from kb.text import normalise

# What follows a name: nothing, a mark, or what is asked of the act. 规定 and 通知 are verbs too, and left out.
_ACT = re.compile(
    r"(?P<own>[\u4e00-\u9fff]{2,24}?(?:条例|办法|实施细则|细则|规划|章程))(?=$|[^\u4e00-\u9fff]|的|第|对|中|里|规定|要求|有|是|什么|何|还|现)"
)
_NO_NAME = re.compile(r"的|对|在|有|按|依|照|什么|哪|怎|如何|这|那|本|该")
_ALIKE = 0.5  # share of an act's own bigrams that the name of another act of the place has; then that may be meant


def find_lacking(text: str, catalogue: Catalogue) -> tuple[str, ...]:
    """Acts named after a place, where no document of that place bears a like name."""
    plain = re.sub(r"《[^》]*》", "。", normalise(text))
    gazetteer = catalogue.gazetteer
    found = []
    for m in gazetteer.pattern.finditer(plain):
        act = _ACT.match(plain, m.end())
        if act is None or _NO_NAME.search(act["own"]):
            continue
        own = act["own"].lstrip("省市县区州盟旗")
        mention, place = m.group() + act["own"], gazetteer.spellings[m.group()]
        grams = {own[n : n + 2] for n in range(len(own) - 1)} - {"条例", "办法", "管理"}
        names = [
            name
            for name, where in zip(catalogue.names, catalogue.places, strict=True)
            if gazetteer.relation((place,), where) in ("same", "below", "above")
        ]
        known = any(is_subsequence(mention, n) or is_subsequence(own, n) for n in names)
        if grams and not known and not any(sum(g in n for g in grams) >= _ALIKE * len(grams) for n in names):
            found.append(mention)
    return tuple(dict.fromkeys(found))
