"""Who issued a text and when, where a line of its own says so: 落款 at its end, （某办公室2019年3月18日印发） below its title."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from kb.text import ZERO_WIDTH, parse_date

_SEEN = re.compile(rf"[\s　{ZERO_WIDTH}]+")
ORGAN = r"(?:院|厅|部|局|委|会|府|办公室|署|组|中心|公司|处|站|所|队|银行|分行|协会|指挥部)"
_ORGAN_LINE = re.compile(rf"[\s　]*[\u4e00-\u9fff、（）()·\s　]{{2,60}}?{ORGAN}[\s　]*")
_DAY = r"(?:[\d〇○零一二三四五六七八九]{4})\s*年\s*[\d一二三四五六七八九十]{1,3}\s*月\s*[\d一二三四五六七八九十廿]{1,3}\s*日"
_DAY_LINE = re.compile(rf"[\s　（(]*{_DAY}[\s　）)]*")
# 中共云泽市委办公室 云泽市人民政府办公室2019年3月18日印发; …指挥中心　2020年3月印制
_IMPRINT = re.compile(
    rf"[（(]?(?P<issuer>[\u4e00-\u9fff、\s　]{{3,60}}?{ORGAN})[\s　]*"
    rf"(?P<day>{_DAY}|\d{{4}}年\d{{1,2}}月)[\s　]*(?:印发|发布|公布|公告|制定|印制|编印|编制|编)?[）)]?"
)
_TWO_OFFICES = re.compile(r"(?<=委办公[室厅])(?=[\u4e00-\u9fff]{2,12}?人民政府办公[室厅])")
_PARTY = re.compile(r"[、，\s　]+")
_PLACED = re.compile(
    r"(?:[\u4e00-\u9fff]{2,8}?(?:省|市|区|县|州|盟|旗|镇|乡|街道)|国务院|国家|全国|中央|中共|中国|中华|最高|教育部|财政部)"
)
_LONG = 300  # characters; a line beyond this is a text that lost its breaks: white space parts it
_ORGANS = 6  # names above one date


def is_organ(words: str) -> bool:
    """Whether a line is but the name of an organ (or of several)."""
    return len(words.strip()) <= 60 and _ORGAN_LINE.fullmatch(words) is not None


def join_organs(words: str) -> str:
    """Names that stand side by side, joined as Chinese joins them; the offices of party and government often lose the space."""
    words = _TWO_OFFICES.sub("、", words)
    return "、".join(p for p in _PARTY.split(words.strip()) if p)


def split_glued(lines: Sequence[str]) -> list[str]:
    """Lines, those that lost their breaks parted at white space."""
    return [p for x in lines for p in (re.split(r"[\s　]+", x.strip()) if len(x) > _LONG else [x]) if p.strip()]


def find_imprint(lines: Sequence[str]) -> tuple[str | None, date | None]:
    """Issuer and date that the lines between title and body give: in one line, or name and date one after another."""
    for n, line in enumerate(lines):
        if line.endswith(("：", ":")) or "。" in line:  # recipients or text: the lines below the title end here
            break
        m = _IMPRINT.fullmatch(line.strip())
        if m:
            return join_organs(m["issuer"]), parse_date(m["day"])
        following = next((x for x in lines[n + 1 : n + 4] if _DAY_LINE.fullmatch(x)), None)
        if is_organ(line) and following is not None:
            return join_organs(line), parse_date(following)
    return None, None


def find_signature(text: str) -> tuple[str | None, date | None]:
    """落款: names of organs above a date, the last in a text."""
    whole = [x for x in text.split("\n") if x.strip()]
    lines = split_glued(whole)
    glued = len(lines) > len(whole)
    for n in range(len(lines) - 1, 0, -1):
        if not _DAY_LINE.fullmatch(lines[n]):
            continue
        day = parse_date(_SEEN.sub("", lines[n]))
        if glued:
            return _glued_name(lines[:n]), day
        names: list[str] = []
        for line in reversed(lines[max(0, n - _ORGANS) : n]):
            if not is_organ(line):
                break
            names.insert(0, line)
        # An organ's name may be spread over its line (国　务　院); several stand side by side with words between.
        return "、".join(_name(x) for x in names) or None, day
    return None, None


def _name(line: str) -> str:
    parts = [p for p in _PARTY.split(line.strip()) if p]
    return (
        "、".join(parts) if len(parts) > 1 and all(len(p) > 2 and is_organ(p) for p in parts) else _SEEN.sub("", line)
    )


def _glued_name(before: Sequence[str]) -> str | None:
    """The names before a date in a text without breaks: whole only where they begin with a place or a known organ."""
    names: list[str] = []
    at = len(before)
    while at > 0 and len(names) < _ORGANS:
        count = next((c for c in (1, 2) if c <= at and _is_whole("".join(before[at - c : at]))), 0)
        if not count:
            break
        names.insert(0, "".join(before[at - count : at]))
        at -= count
    return "、".join(names) or None


def _is_whole(words: str) -> bool:
    return len(words) <= 60 and _PLACED.match(words) is not None and is_organ(words)
