"""Dates a document states about itself: 通过, 公布, 修正, 施行, 有效期, 废止."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, timedelta

from kb.text import find_dates, parse_numeral

_QUOTED = re.compile(r"《[^《》]*(?:《[^《》]*》[^《》]*)*》")
_REVISED = re.compile(
    r"修[正订改](?:通过|公布|发布|施行)*[^\u4e00-\u9fff]*$|第[一二三四五六七八九十]+次修[正订]|修[正订](?:[）)\s]|$)"
)
_APPROVED = re.compile(r"通过(?:并经|、).*?批准")  # passed and, on a later day, approved by the organ above
_YEAR_DAY = r"[12一二][\d〇○零一二三四五六七八九]{3}\s*年\s*[\d一二三四五六七八九十]{1,3}\s*月\s*[\d一二三四五六七八九十]{1,3}\s*日"
# 本条例自2019年5月1日起施行; the subject must be this text, not 《…》同时废止
_EFFECTIVE = re.compile(
    rf"(?:(?P<subject>本[\u4e00-\u9fff]{{1,8}}?|现[^。]{{0,20}}?|[\u4e00-\u9fff]{{2,20}}?(?:法|条例|办法|规定|细则|决定|解释|规则)))?[，,]?自\s*(?:(?P<date>{_YEAR_DAY})|(?P<issue>(?:公布|发布|印发|颁布|通过|下发)(?:之日|之时|后)?))\s*起?(?:正式)?(?:施行|实施|执行|生效|试行)"
)
# The text's own term, 本办法…，有效期五年; not that of a licence, 通行证有效期五年
_TERM = re.compile(
    r"(?:本(?:法|条例|办法|规定|细则|规则|决定|通知|意见|解释|标准|方案|规程|制度|公告|清单)的?|施行|实施|执行|生效|试行|印发|》|之?日起)"
    rf"[，,。；;]?(?:其)?有效期(?:为|限为|限|至)?\s*(?:(?P<years>[一二两三四五六七八九十\d]{{1,2}})\s*年|(?:截?至|到)?\s*(?P<until>{_YEAR_DAY}))"
)
_SELF_REPEALED = re.compile(
    rf"^(?:本|该)[\u4e00-\u9fff]{{1,8}}(?:已|于|自)[^。]{{0,12}}?({_YEAR_DAY})[^。]{{0,8}}(?:废止|失效)"
)


@dataclass(slots=True)
class Dates:
    """What was found; None where the text says nothing."""

    adopted: date | None = None
    approved: date | None = None  # by the organ above, before it is announced
    issued: date | None = None
    effective: date | None = None
    expires: date | None = None
    repealed: date | None = None
    revised: list[date] = field(default_factory=list)


def read_history(lines: list[str], dates: Dates) -> None:
    """The lines between title and body: DATE 某会议通过 / 令第X号公布 / 修正 / 批准 / 施行, each once."""
    for line in lines:
        found = list(find_dates(line))
        if not found or found[0][0].start > 4:
            continue  # a history line opens with its date
        approval = _APPROVED.search(line)
        day = next((d for _, d in find_dates(approval[0])), found[-1][1]) if approval else found[0][1]
        words = _QUOTED.sub("", line[found[0][0].end :]).strip(" 　（）()，,。；;")
        if re.search(r"批准的.*(?:决定|规定).*修[正订]|第[一二三四五六七八九十]+次修[正订]", words) or _REVISED.search(
            words
        ):
            dates.revised.append(day)
            continue
        if words.endswith("批准") and dates.approved is None:
            dates.approved = found[-1][1]
        if "通过" in words and dates.adopted is None:
            dates.adopted = found[0][1]
        if re.search(r"公布|发布|颁布|印发", words) and dates.issued is None:
            dates.issued = found[-1][1] if "公布" in words and len(found) > 1 else day
        own = re.search(r"(?:施行|生效|实施)", words)
        if own and not re.search(r"不再施行|停止施行", words):
            dates.effective = found[-1][1] if "起施行" in words else day


def read_clauses(text: str, tail: int, dates: Dates) -> None:
    """施行, 有效期 and the like in the last ``tail`` characters of each text (closing articles stand at the end)."""
    body = text[-tail:]
    for m in _EFFECTIVE.finditer(body):
        if m["date"]:
            day = next((d for _, d in find_dates(m["date"])), None)
        elif m["issue"].startswith("通过"):
            day = dates.adopted or dates.issued
        else:
            day = dates.issued or dates.approved or dates.adopted  # announced within days of the last act before it
        others = "》" in body[max(0, m.start() - 1) : m.end() - len(m[0]) + 2]  # 《旧办法》自…施行的部分
        if day is not None and not others:
            dates.effective = day
    term = _TERM.search(body)
    if term is not None:
        dates.expires = _expiry(term, dates)


def _expiry(term: re.Match[str], dates: Dates) -> date | None:
    if term["until"]:
        return next((d for _, d in find_dates(term["until"])), None)
    start = dates.effective or dates.issued
    years = parse_numeral(term["years"])
    if start is None or not years:
        return None
    if (start.month, start.day) == (2, 29):
        return start.replace(year=start.year + years, day=28)
    return start.replace(year=start.year + years) - timedelta(days=1)  # the last day on which it holds
