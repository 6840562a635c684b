"""Flags: the changes that matter, by kind, with what changed in a word; the weightiest first."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from kb.compare.align import measure_likeness
from kb.compare.edits import find_edits
from kb.compare.plain import plain, plain_numbers
from kb.compare.units import split_sentences
from kb.words import Words

FlagKind = Literal[
    "role", "modality", "number", "deadline", "agency-rename", "scope", "penalty", "added-duty", "deleted-duty"
]
# What a reader wants to see first; pure renames come last.
RANKS: dict[FlagKind, int] = {
    "role": 1, "penalty": 2, "modality": 3, "deadline": 4, "number": 5, "added-duty": 6, "deleted-duty": 7,
    "scope": 8, "agency-rename": 9,
}  # fmt: skip
CHANGED_BODY = "机构变更："  # how the note of such a flag begins
_SAME_SENTENCE = 0.25  # likeness from which two sentences of one clause are the same one reworded

_ROLES = {
    "牵头": "lead", "主管": "lead", "归口管理": "lead", "主办": "lead", "负责": "own", "承担": "own", "组织实施": "own",
    "会同": "joint", "共同负责": "joint", "协助": "support", "配合": "support", "参与": "support", "协同": "support",
    "指导": "oversee", "监督": "oversee", "检查": "oversee", "考核": "oversee", "督促": "oversee",
    "统筹": "coordinate", "协调": "coordinate", "审批": "approve", "批准": "approve", "许可": "approve",
    "备案": "approve", "核准": "approve", "审查同意": "approve", "查处": "enforce", "处罚": "enforce", "责令": "enforce",
}  # fmt: skip
_ROLE = re.compile(rf"(?:{'|'.join(sorted(_ROLES, key=len, reverse=True))})(?!表决|投票|证|刑事责任|民事责任|法律责任)")
_MODAL = re.compile(
    r"不得|禁止|严禁|必须|应当|应该|可以|仅可|方可|有权|鼓励|倡导|允许|免予|免除|不予|一律|须"
    r"|(?<![相适响反供对效呼感])应(?=[\u4e00-\u9fff])(?![急用对聘诉届征税付收有邀变力])"  # 应由, not 应急 or 供应
)
_PENALTY = re.compile(r"罚款|罚金|没收|吊销|拘留|警告|违法所得|处罚|滞纳金|处分|刑事责任|暂扣|责令停产")
# A stretch of time, or 之日起 before one; 每年 and 2019年 are no deadlines.
_SPAN = re.compile(
    r"(?<![\d年])\d+(?:个)?(?:工作日|分钟|小时|日|天|周|个月|月|年)(?!度|版|代|\d|修)(?:以内|之?前|之?内|后|以上|以下)?"
    r"|立即|及时|营业前"
)
_DAY = re.compile(r"\d{4}年(?:\d+月)?(?:\d+日)?|\d+月\d+日")
_DUE = re.compile(r"(?:前|内|底|之前|以前|止|完成|届满|起)")
_UNIT = r"(?:%|‰|[a-zA-Z㎡]+|元|人|名|户|个|件|处|次|亩|公顷|米|公里|平方米|立方米|吨|公斤|倍|家|座|台|辆|层|只|条|项|分(?!之|钟|贝)|分贝|周岁|岁|株|平方公里)"
_NUMBER = re.compile(
    rf"\d+分之\d+(?:以上|以下)?|过半数|半数(?:以上)?|\d+(?:\.\d+)?{_UNIT}(?:以上|以下|以内)?|\d+(?:\.\d+)?(?=以上|以下|至)"
)
_REFERENCE = re.compile(r"第\d+[编章节条款项](?:之\d+)?|\(\d+\)|[(（]\d+[)）]项?")
_DUTY = re.compile(
    r"应当|负责|不得|必须|禁止|严禁|承担|应予|应(?=[\u4e00-\u9fff])"
    r"|由[^，。；]{2,24}?(?:制定|公布|发布|批准|决定|实施|组织|办理|管理|审批|发放|核准|任免|确定|责令)"
)
# 一个 and 第三个 count nothing that could change.
_ONES = re.compile(r"第\d+[个次]|(?<![\d.])1[个种项名](?!工作日|月|以上|以下)")
# Persons whom everyone calls by a role word.
_PERSONS = re.compile(
    r"(?:直接)?负责的主管人员|主管人员|(?:主要|部门|单位)?负责人|负有(?:直接)?责任|直接责任人员|第一责任人"
)
# Words between which no name runs on.
_CUTS = re.compile(
    r"[，。；、：:,;（）()《》“”\s]|符合|扶持|报告|移交|劝阻|设立|关于|及时|并|由|向|经|报|会同|和|与|及|或者|应当|可以|必须|不得|负责|承担|对|将|的|是|在|为|依法|统一|根据|按照|从|给|到|凡|未"
    r"|申请|告知|通知|反馈|支付|使用|采购|拖欠|迟延|提前|书面|代表|委托|接受|统称|受理|以下|要求|协助|配合|监督(?!管理|机构|检验|所|局|部门|委员会)|检查|指导|组织(?!部)"
)
_MINISTRY = r"(?:公安|民政|财政|商务|教育|司法|外交|国防|水利|农业|卫生|建设|宣传|组织|统战|资源|环境|保障|农村|运输|信息化|安全|应急管理|文化和旅游)部(?!门)"
_ORGAN = re.compile(
    r"[\u4e00-\u9fff]*(?:部门|管理局|分局|局|委员会|厅|办公室|指挥部|领导小组|办事处|人民政府|政府|机关|法院|检察院|国务院|机构|中心|管理处|管委会|街道"
    r"|物业服务企业|开办单位|建设单位|施工单位|产权单位|主管单位|协会"
    rf"|{_MINISTRY})"
)
# 本市市容环境卫生主管部门 is the 市容环境卫生主管部门 of the place the text is for.
_OWN_PLACE = re.compile(r"^(?:本(?:省|市|区|县|级|自治区)|所在地|原)(?=..)")
_NO_ORGAN = re.compile(
    r"有关(?:部门|机关)$|^(?:有关|相关|其他|各|该|本|前|所|上述|以上|各级|地方)*(?:行政|主管|管理|人民)*(?:部门|机关|机构|政府|中心|单位)$"
)
# A clause's own number is no edit.
_LABEL = re.compile(
    r"^\s*(?:第[一二三四五六七八九十百零〇\d]+[条章]|[（(][一二三四五六七八九十\d]+[）)]|[一二三四五六七八九十\d]+[、.．])\s*"
)
_FILLERS = frozenset("的和及或不在有应当可以并由对为以等其与")  # characters that two unrelated sentences share
_LARGE = re.compile(r"\d{5,}")
_NOTE = 3  # changed stretches quoted in a note
_QUOTED = 16  # characters of each
_WHOLE = 30  # characters of a clause that is new or gone


@dataclass(frozen=True, slots=True)
class Flag:
    """要点: one important difference, in the words of both versions; ``note`` says it in short."""

    kind: FlagKind
    old: str
    new: str
    note: str = ""


def find_flags(
    old: str, new: str, same_agency: Callable[[str, str], bool], words: Words | None = None
) -> tuple[Flag, ...]:
    """What changed between two texts of a clause, sentence by sentence, the weightiest first."""
    found = []
    for was, now in _pair_sentences(split_sentences(old), split_sentences(new)):
        found += list(_flags_of(was.strip(), now.strip(), same_agency, words))
    return tuple(sorted(found, key=lambda f: RANKS[f.kind]))


def flag_whole(text: str, *, added: bool) -> tuple[Flag, ...]:
    """The flag of a clause or sentence that is new or gone."""
    duty = _DUTY.search(text) is not None
    shown = _LABEL.sub("", text.strip()).split("\n")[0]
    note = shown if len(shown) <= _WHOLE else shown[:_WHOLE] + "…"
    if added:
        return (Flag("added-duty" if duty else "scope", "", text, f"新增：{note}"),)
    return (Flag("deleted-duty" if duty else "scope", text, "", f"删去：{note}"),)


def _pair_sentences(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Sentences that differ: pairs of the same one reworded, then those that only one version has."""
    before, after = [plain(_LABEL.sub("", s)) for s in old], [plain(_LABEL.sub("", s)) for s in new]
    same = _same_text(before, after)
    left = [i for i in range(len(before)) if before[i] and i not in {a for a, _ in same}]
    right = [j for j in range(len(after)) if after[j] and j not in {b for _, b in same}]
    pairs = [(left[a], right[b]) for a, b in _alike([before[i] for i in left], [after[j] for j in right])]
    pairs += _in_place([*same, *pairs], left, right, before, after)
    yield from ((old[i], new[j]) for i, j in pairs)
    yield from ((old[i], "") for i in left if i not in {a for a, _ in pairs})
    yield from (("", new[j]) for j in right if j not in {b for _, b in pairs})


def _same_text(before: Sequence[str], after: Sequence[str]) -> list[tuple[int, int]]:
    """Sentences that both versions have, in order of the old one."""
    places: dict[str, list[int]] = {}
    for j, sentence in enumerate(after):
        places.setdefault(sentence, []).append(j)
    return [(i, places[s].pop(0)) for i, s in enumerate(before) if s and places.get(s)]


def _alike(before: Sequence[str], after: Sequence[str]) -> list[tuple[int, int]]:
    """Pairs of sentences alike enough to be one, the likest first, each once."""
    if not before or not after:
        return []
    likeness = measure_likeness(before, after)
    ranked = sorted(
        ((float(likeness[a, b]), a, b) for a in range(len(before)) for b in range(len(after))),
        key=lambda r: (-r[0], r[1], r[2]),
    )
    found: list[tuple[int, int]] = []
    for score, a, b in ranked:
        if score >= _SAME_SENTENCE and a not in {x for x, _ in found} and b not in {y for _, y in found}:
            found.append((a, b))
    return found


def _in_place(
    pairs: Sequence[tuple[int, int]],
    left: Sequence[int],
    right: Sequence[int],
    before: Sequence[str],
    after: Sequence[str],
) -> list[tuple[int, int]]:
    """The one old and the one new sentence between two paired neighbours, if they share as much as a word."""
    ends = [(-1, -1), *sorted(pairs), (len(before), len(after))]
    found = []
    for (i1, j1), (i2, j2) in pairwise(ends):
        rows = [i for i in left if i1 < i < i2]
        columns = [j for j in right if j1 < j < j2]
        if len(rows) == 1 == len(columns) and _bigrams(before[rows[0]]) & _bigrams(after[columns[0]]):
            found.append((rows[0], columns[0]))
    return found


def _bigrams(text: str) -> set[str]:
    return {text[i : i + 2] for i in range(len(text) - 1) if not set(text[i : i + 2]) & _FILLERS}


def _flags_of(was: str, now: str, same_agency: Callable[[str, str], bool], words: Words | None) -> Iterator[Flag]:
    if not was or not now:
        yield from flag_whole(was or now, added=not was)
        return
    a, b = plain_numbers(was), plain_numbers(now)
    if plain(_REFERENCE.sub("", a)) == plain(_REFERENCE.sub("", b)):
        return  # only the numbers of the clauses it refers to have shifted
    found = [*_role_flags(was, now, same_agency)]
    for kind, note in (_modality(a, b), *_numbers(_ONES.sub("", a), _ONES.sub("", b))):
        if note:
            found.append(Flag(kind, was, now, note))
    yield from found
    longer, shorter = max(len(a), len(b)), min(len(a), len(b))
    if not found or longer > 1.3 * shorter:
        yield Flag("scope", was, now, _quote_edits(was, now, words))


def _quote_edits(was: str, now: str, words: Words | None) -> str:
    """The longest stretches taken out and put in: 删“饭馆、车马店”；增“旅店”."""
    runs = find_edits(_LABEL.sub("", was), _LABEL.sub("", now), words)
    parts = []
    for kind, word in (("delete", "删"), ("insert", "增")):
        texts = [t for r in runs if r.kind == kind and (t := (r.old or r.new).strip("，。；、：,;: \n"))]
        longest = sorted(range(len(texts)), key=lambda n: (-len(texts[n]), n))[:_NOTE]
        if longest:
            shown = (t if len(t) <= _QUOTED else t[:_QUOTED] + "…" for t in (texts[n] for n in sorted(longest)))
            parts.append(word + "".join(f"“{t}”" for t in shown))
    return "；".join(parts)


def _role_flags(was: str, now: str, same_agency: Callable[[str, str], bool]) -> Iterator[Flag]:
    """Role words that changed, and agencies that came, went or changed their name."""
    gone, come = _lost(_roles(was), _roles(now))
    classes_gone, classes_come = {_ROLES[w] for w in gone}, {_ROLES[w] for w in come}
    if classes_gone ^ classes_come:
        yield Flag("role", was, now, _arrow(gone, come))
    out, into = _lost(find_agencies(was), find_agencies(now))
    renamed = [(x, y) for x in out for y in into if same_agency(x, y)]
    for x, y in renamed:
        if x in out and y in into:
            out.remove(x)
            into.remove(y)
            yield Flag("agency-rename", was, now, f"{x}→{y}")
    if out and into:
        yield Flag("role", was, now, f"{CHANGED_BODY}{_arrow(out, into)}")
    elif into:
        yield Flag("role", was, now, f"新增机构：{'、'.join(into)}")
    elif out:
        yield Flag("role", was, now, f"删去机构：{'、'.join(out)}")


def _roles(text: str) -> list[str]:
    """Role words, without those inside a name (卫生主管部门, 监督机构)."""
    text = _PERSONS.sub("□", text)
    for name in find_agencies(text):
        text = text.replace(name, "□")
    return _ROLE.findall(text)


def find_agencies(text: str) -> list[str]:
    """Bodies named in a sentence, as written, without words that only stand before them."""
    found = []
    text = text.replace("省、自治区、直辖市", "省级").replace("区、县", "区县")
    for piece in _CUTS.split(text):
        m = _ORGAN.match(piece)
        name = _OWN_PLACE.sub("", m.group()) if m else ""
        if len(name) >= 2 and not _NO_ORGAN.search(name):
            found.append(name)
    return found


def _modality(a: str, b: str) -> tuple[FlagKind, str]:
    gone, come = _lost(_MODAL.findall(a), _MODAL.findall(b))
    return "modality", _arrow(gone, come) if gone or come else ""


def _numbers(a: str, b: str) -> Iterator[tuple[FlagKind, str]]:
    """Penalties, deadlines and other numbers; a sentence whose numbers all went has lost its threshold."""
    a, b = _REFERENCE.sub("", a), _REFERENCE.sub("", b)
    spans_a, spans_b = _deadlines(a), _deadlines(b)
    gone, come = _lost(spans_a, spans_b)
    rest_a, rest_b = (_NUMBER.findall(_DAY.sub("", _SPAN.sub("", t))) for t in (a, b))
    less, more = _lost(rest_a, rest_b)
    fined = _PENALTY.search(a) or _PENALTY.search(b)
    words_less, words_more = _lost(_PENALTY.findall(a), _PENALTY.findall(b))
    if fined and (less or more or words_less or words_more):
        yield "penalty", _arrow(_written(less or words_less), _written(more or words_more))
        less, more = [], []
    if gone or come:
        yield "deadline", _arrow(gone, come)
    if less and not rest_b:
        yield "number", f"取消定量：{'、'.join(_written(less))}"
    elif less or more:
        yield "number", _arrow(_written(less), _written(more))


def _deadlines(text: str) -> list[str]:
    """Stretches of time, and days by which something is due."""
    found = [m.group() for m in _SPAN.finditer(_DAY.sub("", text))]
    for m in _DAY.finditer(text):
        if _DUE.match(text[m.end() : m.end() + 3]):
            found.append(m.group())
    return found


def _lost(old: Sequence[str], new: Sequence[str]) -> tuple[list[str], list[str]]:
    """What only the old text has and what only the new one has, counted."""
    a, b = Counter(old), Counter(new)
    return list((a - b).elements()), list((b - a).elements())


def _arrow(gone: Sequence[str], come: Sequence[str]) -> str:
    return f"{'、'.join(dict.fromkeys(gone)) or '无'}→{'、'.join(dict.fromkeys(come)) or '无'}"


def _written(values: Sequence[str]) -> list[str]:
    """Numbers as people write them: 500000元以上 → 50万元以上."""
    return [_LARGE.sub(lambda m: _shorten(int(m.group())), v) for v in values]


def _shorten(number: int) -> str:
    for scale, name in ((100_000_000, "亿"), (10_000, "万")):
        if number >= scale and number * 100 % scale == 0:
            return f"{number / scale:.2f}".rstrip("0").rstrip(".") + name
    return str(number)
