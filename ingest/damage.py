"""Damage in a text: lost figures, placeholders, garbled role words, displaced words; reported, never repaired."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kb.records import Doubt, Span

EACH = 20  # doubts of one kind listed one by one; a text full of XX is told once more in a sum
_MEASURE = r"(?:元|平方米|平方公里|立方米|公顷|公里|千瓦|吨|亩|辆次|辆|起次|起|人次|人|户|条|米|个|件|份)"
# 清理卫生死角万平方米: a unit of ten thousands behind a word; 每万人, 千家万户, 亿元以上项目 are idiom
_LOST_AMOUNT = rf"(?<=[\u4e00-\u9fff])(?<!千.)(?<![每上近成几数逾超过破成百千十一二三四五六七八九零〇两半余多第万亿个动和、投产])[万亿]{_MEASURE}(?!级|以上|[A-Z]|地区|国内|生产|工业|计划|拥有|超?深|标准煤|食品)"
# 自年月以来, 在年月日前: the digits of a date are gone
_LOST_DATE = r"(?<=[自从于至在到])年月日?(?=以来|起|前|底|至|施行|实施)"
# 增长%, 达到%: a share without its number
_LOST_SHARE = r"(?:增长|下降|提高|降低|达到?|占|完成)\s*[%％]"
_PLACEHOLDER = r"[XxＸ×]{2,}+(?![A-Za-z0-9])"
# Misreadings of role words, as scraped texts have them
_GARBLE = r"负贵|负賣|(?<![离退辞解免])职费|职贵|职贡|责仕|贵任|牵失|协肋|管哩|部们"
# 依照《》, 依据本条例第条: a name or number dropped
_LOST_NAME = r"《[\s　]*》|(?<=[法例定则》])第条(?=[第的规之])"
# l000元, lO万元: letters read for digits
_OCR_DIGIT = r"(?<![A-Za-z\d])(?:[lIO][\dO]{1,8}|\d{1,8}[lIO][\dlIO]{0,8}|lO)(?:[百千万亿]*元|%|％|日|年|倍)"
_BROKEN = r"\ufffd+|锟斤拷|烫烫烫"
# 近两2000年: a year pushed into a numeral; 社1区: a digit inside a word
_PUSHED_YEAR = r"[一二两三四五六七八九十][12]\d{3}年"
_SPLIT_WORD = r"(?:社\d区|街\d道|部\d门|城\d市|政\d府|工\d作|管\d理)"
# 工作开解决展得: one verb standing inside another
_VERBS = ("开展", "推进", "落实", "提高", "完善", "整治")
_INNER = ("解决", "推进", "落实", "提高", "完善", "整治")
_SPLIT_VERB = "|".join(f"{v[0]}(?:{'|'.join(o for o in _INNER if o != v)}){v[1]}" for v in _VERBS)

_KINDS = {
    "lost_figure": ("lost-figure", "“{0}”前的数字脱漏，按缺失处理。"),
    "lost_date": ("lost-figure", "“{0}”的年月数字脱漏，按缺失处理。"),
    "lost_name": ("lost-name", "“{0}”处的名称或序号脱漏。"),
    "placeholder": ("placeholder", "“{0}”可能是隐去的名称、脱漏的数字或乱码。"),
    "garble": ("scrape-garble", "“{0}”疑为误识的字，请核对原件。"),
    "ocr": ("ocr-digit", "“{0}”疑将字母误作数字，请核对原件。"),
    "broken": ("encoding", "“{0}”处的字符已损坏。"),
    "displaced": ("displaced-text", "“{0}”疑有错位的文字，未作修补。"),
}
_DAMAGE = re.compile(
    "|".join(
        f"(?P<{name}>{pattern})"
        for name, pattern in (
            ("lost_figure", rf"{_LOST_AMOUNT}|{_LOST_SHARE}"),
            ("lost_date", _LOST_DATE),
            ("lost_name", _LOST_NAME),
            ("placeholder", _PLACEHOLDER),
            ("garble", _GARBLE),
            ("ocr", _OCR_DIGIT),
            ("broken", _BROKEN),
            ("displaced", f"{_PUSHED_YEAR}|{_SPLIT_WORD}|{_SPLIT_VERB}"),
        )
    )
)


def find_damage(text: str, furniture: Sequence[Span] = ()) -> tuple[Doubt, ...]:
    """Every visible damage outside the furniture, in order of place, with its span."""
    doubts: list[Doubt] = []
    counts: dict[str, int] = {}
    hidden = iter(furniture)
    skip = next(hidden, None)
    for m in _DAMAGE.finditer(text):
        while skip is not None and skip.end <= m.start():
            skip = next(hidden, None)
        if skip is not None and skip.start <= m.start():
            continue
        kind, message = _KINDS[m.lastgroup or ""]
        counts[kind] = counts.get(kind, 0) + 1
        if counts[kind] <= EACH:
            doubts.append(Doubt(kind, message.format(m[0]), m.start(), m.end()))
    doubts += [Doubt(k, f"此类疑点共 {n} 处，只列出前 {EACH} 处。") for k, n in counts.items() if n > EACH]
    return tuple(doubts)
