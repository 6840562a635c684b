"""The words of an answer that are ours and not a document's: held against the evidence as a model's sentences are.

A line of a composed answer is mostly quotation. What is left when every literal stretch is taken out (names of bodies,
roles, dates, numbers, status) must be borne out by what the line cites, by the document's own identity and lineage, or be
what was asked. A line whose own words say more is left out of the answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from kb.answer.claims import canonical, find_amounts, find_bodies, find_negations, same_body
from kb.answer.compose import shorten
from kb.answer.draft import Context, Draft, DraftAgency, Evidence, Question, Statement
from kb.answer.naming import find_article
from kb.answer.verify import Fault
from kb.records import Role
from kb.text import normalise

_STRETCH = 5  # characters of a stretch that is quoted and not just alike
_RECKONED = re.compile(r"^推算|相差|合计")  # said to be reckoned, with the two numbers it comes from beside it
_COUNTED = re.compile(r"^\s*(?:\d+|[一二三四五六七八九十]+)\s*(?:个|项|份|条|处|类|种|家)")  # counts of what is listed
_NEGATIVE = "不承担或者无权"
# What a text says for a body to stand in a role; wide, for a role is often told by the deed: 责令, 核发, 划定.
_ROLE_WORDS: tuple[tuple[Role, str], ...] = (
    ("lead", r"牵头|主管|主责|主办|归口|统一|会同|组织|负责|商|第一"),
    ("joint", r"会同|共同|联合|分别|协商|征求|商|配合|与|和|、|按照(?:各自)?职责"),
    ("support", r"配合|协助|参与|协同|支持|会同|帮助|报告|移送|、"),
    ("oversee", r"指导|监督|监管|督促|督办|督导|检查|考核|巡查|监测|评估|评议|管理|抽查|考评|监察|审计|评价|约谈"),
    ("coordinate", r"统筹|协调|领导|综合|组织|指导|调度|建立|推进|规划"),
    ("approve", r"审批|许可|备案|批准|核准|审核|登记|同意|核发|办理|审查|确定|认定|验收|受理|审定|颁发|发证|决定|批"),
    ("enforce", r"罚|处|责令|查处|执法|吊销|没收|警告|制止|拆除|扣|责任|追究|强制|改正|取缔|查封"),
    ("decide", r"确定|决定|裁|指定|明确|划定|协调|协商|界定|认定|批准|划分"),
)  # fmt: skip
_BORNE = {role: re.compile(words) for role, words in _ROLE_WORDS}
_DENIED = re.compile(r"不(?:再)?(?:承担|负责|履行|行使|具有|享有|得)|无权|没有.{0,6}权|不属于")


def check_own_words(context: Context, question: Question, draft: Draft) -> tuple[Draft, tuple[Fault, ...]]:
    """The draft without what its own words claim beyond the evidence, and what that was."""
    faults: list[Fault] = []
    kept: list[Statement] = []
    for statement in draft.statements:
        fault = find_claim(context, question, statement)
        if fault is None:
            kept.append(statement)
        else:
            faults.append(fault)
    agencies: list[DraftAgency] = []
    for agency in draft.agencies:
        fault = _check_agency(context, agency)
        if fault is None:
            agencies.append(agency)
        else:
            faults.append(fault)
    cited = {e for s in kept for e in s.evidence}
    # A body that stands where it is cited from must be told in the text too: by the bare quotation.
    bare = {
        a.evidence: Statement(_quote(context, a.evidence), (a.evidence,)) for a in agencies if a.evidence not in cited
    }
    return replace(draft, statements=(*bare.values(), *kept), agencies=tuple(agencies)), tuple(faults)


def _quote(context: Context, evidence: Evidence) -> str:
    return shorten(context.version(evidence.document).text[evidence.start : evidence.end])


def find_claim(context: Context, question: Question, statement: Statement) -> Fault | None:
    """The first number or body of a line's own words that nothing bears out; None for a line that only quotes."""
    if not statement.evidence or _RECKONED.search(statement.text):
        return None
    held = canonical("\n".join([*_told(context, statement.evidence), question.full, question.as_of.isoformat()]))
    own = _without_quoted(canonical(statement.text), held)
    for amount in find_amounts(_COUNTED.sub("", own)):
        if canonical(amount) not in held and not _is_day_of(amount, held):
            return Fault(statement.text, amount, "数字、日期或文号不见于所引原文")
    known = find_bodies(held)
    for body in find_bodies(own):
        if body not in held and not any(same_body(body, other) for other in known) and not _shares_tail(body, held):
            return Fault(statement.text, body, "机构不见于所引原文")
    if _NEGATIVE in statement.text and not find_negations(held):
        return Fault(statement.text, _NEGATIVE, "肯定与否定和原文相反")
    return None


def _check_agency(context: Context, agency: DraftAgency) -> Fault | None:
    """A body must stand in what it is cited from, in its heading or its document's name, in a role that is said there."""
    quote, *around = _told(context, (agency.evidence,))
    held = "\n".join([quote, *around])
    line = f"{agency.name}（{agency.role}）"
    names = [n for n in agency.name.split("、") if n]
    if not agency.inferred and not all(_is_named(n, held) for n in names):
        return Fault(line, agency.name, "机构不见于所引原文")
    borne = _BORNE.get(agency.role)
    if borne is not None and not agency.inferred and not borne.search(held + _article_of(context, agency.evidence)):
        return Fault(line, agency.role, "职责角色与原文不符")
    if not agency.action.startswith("不") and _denies(agency.name, quote):
        return Fault(line, agency.action, "肯定与否定和原文相反")
    return None


def _is_named(name: str, held: str) -> bool:
    """Whether a body stands in a text: as it is, or its parts in order where the text names several at once."""
    if name in held or normalise(name) in normalise(held):
        return True
    bare = re.sub(r"(?:行政)?(?:主管)?部门$", "", name)
    known = any(same_body(name, other) for other in find_bodies(held))
    return bare in held or known or _is_spread(name, held) or _shares_tail(name, held)


_SHORTEST = 2  # characters of either half of a name that a list tears apart


def _shares_tail(name: str, held: str) -> bool:
    """铁路、水务管理部门 names 铁路管理部门: the members of a list share the end of their names."""
    for cut in range(_SHORTEST, len(name) - _SHORTEST + 1):
        head, tail = re.escape(name[:cut]), re.escape(name[cut:])
        if re.search(rf"{head}(?:(?:、|和|与|或者?|以及|及)[\u4e00-\u9fff（）()]{{1,12}}?){{1,8}}{tail}", held):
            return True
    return False


def _is_spread(name: str, held: str) -> bool:
    """市、区城市管理部门 names 区城市管理部门; 住房城乡建设、交通部门 names 住房城乡建设部门."""
    at = 0
    for piece in re.findall(r"[\u4e00-\u9fff]{2,}?(?:省|市|县|区|局|部门|政府|委员会|$)|[\u4e00-\u9fff]+", name):
        at = held.find(piece.removesuffix("部门"), at)
        if at < 0:
            return False
    return True


def _article_of(context: Context, evidence: Evidence) -> str:
    """The whole article of a quotation: 没有乡级河长的，由… goes on with the deed of the sentence before."""
    version = context.version(evidence.document)
    article = find_article(version, evidence.start)
    return version.text[article.start : article.end] if article is not None else ""


def _denies(name: str, quote: str) -> bool:
    """Whether every clause that names a body denies it the task."""
    parts = [p for p in re.split(r"[，。；：\n]", quote) if name in p]
    return bool(parts) and all(_DENIED.search(p.split(name, 1)[1]) for p in parts)


def _told(context: Context, evidence: Iterable[Evidence]) -> list[str]:
    """What a line may rest on: its quotations, the headings above them, and what is known of their documents."""
    quotes: list[str] = []
    around: list[str] = []
    for e in dict.fromkeys(evidence):
        version = context.version(e.document)
        quotes.append(version.text[e.start : e.end])
        above = [c for c in version.clauses if c.start <= e.start < c.end]
        around += [version.text[c.start : max(c.heading_end, min(c.start + _LEAD, e.start))] for c in above]
        i = version.identity
        days = (i.adopted_on, i.issued_on, i.effective_on, i.expires_on, i.repealed_on, *i.revised_on)
        around += [i.title, i.doc_number or "", i.issuer or "", e.clause, *(_spell(d.isoformat()) for d in days if d)]
        if i.genre == "报告":  # 去年 in the report of 2002 is 2001
            around += [f"{int(y) - 1}年" for y in re.findall(r"(?<!\d)((?:19|20)\d\d)(?=年)", i.title[:_LEAD])]
        edition = context.searcher.library.lineage().edition(e.document)
        if edition is not None:
            ends = [x.on for x in (*edition.endings, *(p.ending for p in edition.lost))]
            around += [
                edition.title,
                edition.number or "",
                *(_spell(d.isoformat()) for d in (edition.begins, *ends) if d),
            ]
    return [*quotes, *around]


_DIGITS = "0123456789."
_LEAD = 200  # characters of the stem of a clause: who the items below it are of


def _spell(day: str) -> str:
    """A day as dates are written: 2021-05-01 2021年5月1日."""
    year, month, date = day.split("-")
    return f"{day} {year}年{int(month)}月{int(date)}日 {year}年{int(month)}月"


def _is_day_of(amount: str, held: str) -> bool:
    """Whether a bare number is part of a day that is told: 2021, 05 and 01 of 2021-05-01."""
    return amount.isdigit() and re.search(rf"(?<!\d)0?{int(amount)}(?!\d)", held) is not None


def _without_quoted(text: str, held: str) -> str:
    """A text with every stretch that stands literally in the evidence blanked."""
    out: list[str] = []
    at = 0
    while at < len(text):
        end = at + _STRETCH
        inside = at > 0 and text[at].isdigit() and text[at - 1].isdigit()
        if not inside and end <= len(text) and text[at:end] in held:
            while end < len(text) and text[at : end + 1] in held:
                end += 1
            while at < end < len(text) and text[end - 1].isdigit() and text[end] in _DIGITS:
                end -= 1  # 500 is no part of 5000
            out.append("，" if end > at else text[at])
            at = max(end, at + 1)
        else:
            out.append(text[at])
            at += 1
    return "".join(out)
