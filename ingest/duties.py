"""Version → duties: who does what, in which role, by which words; every record rests on a literal span."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from ingest.duty.brackets import FIRST_LEADS, find_in_brackets
from ingest.duty.draft import Found, build_duties
from ingest.duty.functions import FUNCTIONS_HEADING, find_in_functions, get_named_body
from ingest.duty.names import is_holder
from ingest.duty.rows import Setting, find_in_table
from ingest.duty.sentences import find_in_sentence
from ingest.duty.subjects import find_stem_subject, find_subject, starts_with_verb
from ingest.duty.units import Unit, find_sentences, find_units
from ingest.duty.verbs import UNCLEAR
from ingest.extract import Table
from kb.records import Clause, Duty, Modality, Version

# A sentence without any of these names no duty; the cheap test comes before the grammar.
_TRIGGER = re.compile(
    r"应当|应|负责|由|主管|牵头|承担|承办|配合|协助|会同|指导|监督|必须|可以|统筹|协调|组织|查处|处罚|批准|审批|备案|不得再|不再|有权|无权|报告|申请|履行|做好|参与|支持|依法|管理|确定|决定|拟|要|同意|征求|征得|听取|提请|接受|报.{2,20}(?:备|核)"
)
_BRACKET_CUE = re.compile(r"[（(][^（）()]*(?:负责|牵头|配合|单位[：:]|部门[：:])|(?:单位|部门)[：:]")
_DUTY_STEM = re.compile(r"职责|职能|任务|职权|工作|义务")
_LIST_STEM = re.compile(
    r"(?:下列|以下|如下)[^：:]{0,20}(?:职责|工作|职权|任务|事项|规定|职能|义务)?[：:]$|(?:职责|职能|任务|职权)(?:是|为|包括)?[：:]$|(?:应当|负责|可以|必须|是)[^。；，]{0,4}[：:]$"
)
_PENALTY_STEM = re.compile(r"有?(?:下列|以下)[^：:]{0,16}(?:行为|情形)|责令|罚款|处罚|处分")
# 有下列情形之一的：…: the items say what happened, not who does what
_CASES_STEM = re.compile(
    r"(?:下列|以下)[^：:]{0,16}(?:行为|情形|情况|条件|材料|内容|信息|资料|文件|事项)[^：:]{0,30}[：:]$"
)
# 应当载明下列事项：…, 内容包括：…: the items are what stands in a paper
_CONTENT_STEM = re.compile(
    r"(?:载明|写明|注明|列明|记载|说明|填写)(?:下列|以下|如下)?[^，。；：]{0,10}[：:]$"
    r"|(?:提交|提供|公布|公开|公示|包括)(?:下列|以下|如下)[^，。；：]{0,10}(?:材料|文件|资料|信息|证明|情况|内容|事项)[：:]$"
    r"|内容(?:应当)?(?:主要)?(?:包括|如下)[：:]$|(?:下列|以下)(?:名录|目录|清单)"
)
# … but not 用工单位应当履行的义务
_OBLIGED = re.compile(r"(?:应当|必须|负责)(?![^，。；]{0,12}的[^，。；的]{1,8}[；。]?$)")
_RESPONSIBLE = re.compile(r"责任人|责任区")
# 仍不能解决的，…: a sentence about the matter of the one before
_GOES_ON = re.compile(r"仍|经协[调商]|协[调商]不|协[调商]后|逾期|拒不|情节严重|跨(?=[^，。]{1,8}的，)")
_BARE = frozenset(("负责", "承担"))  # 区城管局负责：…: only the items say what
_NO_DOER = frozenset(("joint", "support"))
# 报市人民政府批准, 应当向公安机关申请: the body at the other end, not the one that goes on
_RECEIVED = re.compile(r"报|经(?!常)|提请|提交|(?:应当?|必须|可以|须|并|及时|依法)?[向到]|接受")
_FIRST_STRETCH = re.compile(r"[，,：:；。]")
_LAST_SENTENCE = re.compile(r"[；。]")
_TITLES = ("规定", "办法", "清单", "方案", "条例", "细则", "意见", "通知", "手册")
_CHAPTER = re.compile(r"第[一二三四五六七八九十]{1,3}[编章节][\s　]*[^，。；：]{0,30}$")
_NO_TITLE = re.compile(r"[，。；：]")
_REPORT = ("报告", "总结", "讲话")
_URGED = re.compile(r"都要|必须|应当")  # of a report's sentence: what is yet to be done
_TITLE_REPORT = re.compile(r"讲话|汇报")


def find_duties(version: Version, tables: Sequence[Table], units: Sequence[Unit] | None = None) -> tuple[Duty, ...]:
    """Every duty a text states, in the order of its words; proposals, descriptions and targets are marked as such."""
    text = version.text
    first_leads = FIRST_LEADS.search(text) is not None
    report = is_report(version)
    found: list[Duty] = []
    previous: Unit | None = None
    stems: dict[int, tuple[Found, ...]] = {}
    for unit in units if units is not None else find_units(version, tables):
        body = text[unit.start : unit.end]
        if body == version.identity.title or (not unit.label and _is_title(body)) or _CHAPTER.match(body):
            continue  # 某街道履行职责事项清单, 第二章 组织管理 give no duty
        modality = _modality(version, unit, report)
        if _BRACKET_CUE.search(body):
            above = (previous.start, previous.end) if previous is not None else None
            for f in find_in_brackets(text, unit.start, unit.end, first_leads=first_leads, before=above):
                aimed = report and f.object.startswith("年度目标")
                found += build_duties(version, unit.path, f, "target" if aimed else modality)
        if _TRIGGER.search(body) or unit.stem is not None or _lists_functions(unit):
            for f in _find_in_unit(version, unit, stems):
                if report and not _is_assigned(f, text):
                    continue
                urged = report and _URGED.search(text, f.start, f.end) is not None
                found += build_duties(version, unit.path, f, "target" if urged and not unit.proposed else modality)
        previous = unit
    for f, path in find_in_functions(version, tables):
        found += build_duties(version, path, f, "norm")
    body = get_named_body(version) if tables else ""
    for table in tables:
        for f, at in find_in_table(text, table, Setting(_heading_at(version.clauses, table.start), body)):
            found += build_duties(version, _path_at(version.clauses, at), f, "norm")
    return _unique(found)


def _is_title(line: str) -> bool:
    """Whether an unlabelled line is the name of a document, standing alone."""
    return 6 <= len(line) <= 62 and line.endswith(_TITLES) and not _NO_TITLE.search(line)


# Only these words make a report's sentence a statement about responsibility.
_STRONG = frozenset({"负责", "牵头", "主管", "配合", "协助", "责任单位", "牵头单位", "配合单位"})


def _is_assigned(found: Found, text: str) -> bool:
    """Whether a sentence of a report assigns work to a public body, rather than praising what was done."""
    named = found.agencies in text[found.start : found.end]  # a report's stem lends nothing
    return named and (found.role_word in _STRONG or found.role == "decide") and not is_holder(found.agencies)


def is_report(version: Version) -> bool:
    """Whether a text tells what was done rather than what is to be done."""
    genre = version.identity.genre
    if genre:
        return genre in _REPORT
    return bool(_TITLE_REPORT.search(version.identity.title)) and version.identity.level in (None, "参考资料")


def _modality(version: Version, unit: Unit, report: bool) -> Modality:
    if version.identity.proposed or unit.proposed:
        return "proposal"
    if report:
        return "target" if unit.targeted else "description"
    return "norm"


def _find_in_unit(version: Version, unit: Unit, stems: dict[int, tuple[Found, ...]]) -> Iterator[Found]:
    """Duties of one line, with what the stem above lends it: a subject, or the penalty its items fall under."""
    text = version.text
    stem = unit.stem.of(text) if unit.stem is not None else ""
    listed = unit.stem is not None and (unit.label != "" or not unit.statute)
    around = text[max(0, unit.start - 200) : unit.end]
    responsible = "责任" in around and bool(_RESPONSIBLE.search(stem) or (unit.statute and _RESPONSIBLE.search(around)))
    if listed and _PENALTY_STEM.search(stem):
        yield from _penalised(text, unit, responsible, stems)
    subject = _lent(version, unit, stem, listed)
    body = text[unit.start : unit.end]
    if listed and _CASES_STEM.search(stem) and not subject and "由" not in body and not _has_own_subject(body):
        return
    if subject and _CONTENT_STEM.search(stem) and not _DUTY_STEM.search(_LAST_SENTENCE.split(stem)[-1]):
        subject = ""
    yield from _find_in_sentences(text, unit, subject, responsible)


def _has_own_subject(item: str) -> bool:
    """Whether an item itself says who must do something: （一）教育部门应当开展…；"""
    own = find_subject(item)
    return own is not None and _OBLIGED.match(own[1]) is not None


def _lent(version: Version, unit: Unit, stem: str, listed: bool) -> str:
    """The subject that the stem or the heading above lends to a line; empty for none."""
    body = version.text[unit.start : unit.end]
    if stem:
        if not listed or _PENALTY_STEM.search(stem) or not _LIST_STEM.search(stem):
            return ""
        subject = find_stem_subject(stem) if _DUTY_STEM.search(stem) or starts_with_verb(body) else ""
        subject = subject or (get_named_body(version) if "职责" in stem or "职能" in stem else "")
        # 市人大常委会副秘书长: an item of a statute that names does not say what to do
        return subject if not unit.statute or starts_with_verb(body) else ""
    if _lists_functions(unit):
        return get_named_body(version)
    return ""


def _lists_functions(unit: Unit) -> bool:
    """Whether a line is an item under 主要职责: what the body of the title does."""
    return bool(
        not unit.statute and unit.label and unit.headings and FUNCTIONS_HEADING.match(unit.headings[-1].strip())
    )


def _find_in_sentences(text: str, unit: Unit, subject: str, responsible: bool) -> Iterator[Found]:
    """Sentence by sentence: doubt about who is responsible, the topic and the subject carry over."""
    unclear = False
    first = before = ""
    for s in find_sentences(text, unit.start, unit.end):
        sentence = s.of(text)
        unclear = unclear or UNCLEAR.search(sentence) is not None
        if len(sentence) < 6 or not (subject or _TRIGGER.search(sentence)):
            continue
        topic = first if _GOES_ON.match(sentence) else ""
        first = first or _FIRST_STRETCH.split(sentence, maxsplit=1)[0]
        start = s.start + (len(sentence) - len(sentence.lstrip(' 　\t"“')))
        found = list(
            find_in_sentence(
                text, start, s.end, subject=subject, topic=topic, responsible=responsible, unclear=unclear,
                around=text[unit.start : s.end], before=before,
            )
        )  # fmt: skip
        if text[start - 1 : start] == "“" and text.count("”", start, s.end) > text.count("“", start, s.end):
            found = [replace(f, start=f.start - 1) if f.start == start else f for f in found]  # “门前三包”的…由X…
        yield from (f for f in found if not (f.action in _BARE and sentence.endswith(("：", ":"))))
        doers = (f.agencies for f in found if f.role not in _NO_DOER and not _RECEIVED.match(f.action))
        before = next(doers, "") if unit.statute else ""


def _penalised(text: str, unit: Unit, responsible: bool, stems: dict[int, tuple[Found, ...]]) -> Iterator[Found]:
    """由X责令… of the stem, applied to the act this item names; the stem is quoted because it names the body."""
    if unit.stem is None:
        return
    act = re.split(r"[，,；;。](?=(?:可以?)?(?:并?处|给予|责令|没收|由))", text[unit.start : unit.end])[0]
    consequence = text[unit.start + len(act) : unit.end].strip("，；。")
    if unit.stem.start not in stems:  # read once for all its items
        last = list(find_sentences(text, unit.stem.start, unit.stem.end))[-1:]
        stems[unit.stem.start] = tuple(
            f for s in last for f in find_in_sentence(text, s.start, s.end, responsible=responsible)
        )
    for f in stems[unit.stem.start]:
        if f.role == "enforce" or (
            f.role in ("own", "lead") and consequence.startswith(("处", "可", "责", "没", "给"))
        ):
            action = f"{f.action}，{consequence}" if consequence else f.action
            yield replace(f, role="enforce", object=act, action=action)


def _path_at(clauses: Sequence[Clause], at: int) -> str:
    """The path to cite for an offset; stops at the 条."""
    holders = [c for c in clauses if c.start <= at < c.end]
    article = next((c for c in holders if c.kind == "article"), None)
    return article.path if article else max(holders, key=lambda c: c.level).path if holders else ""


def _heading_at(clauses: Sequence[Clause], at: int) -> str:
    """Title of the innermost heading a table stands under."""
    return next((c.title for c in reversed(clauses) if c.start <= at < c.end and c.title), "")


def _unique(duties: Sequence[Duty]) -> tuple[Duty, ...]:
    """Each statement once, in the order of the text."""
    seen: dict[tuple[object, ...], Duty] = {}
    for d in duties:
        seen.setdefault((d.agency, d.role, d.action, d.object, d.basis.start, d.agency_level), d)
    return tuple(sorted(seen.values(), key=lambda d: (d.basis.start, d.basis.end)))
