"""Asking back: what a question leaves open, with choices that the library really has an answer to."""

from __future__ import annotations

import re
from collections.abc import Iterable

from kb.answer.coverage import read_terms
from kb.answer.draft import Context, Draft, Question, Statement
from kb.answer.figure_question import fit_indicator, fold_indicator, read_figure_question
from kb.answer.question import find_relative_years, is_indicator
from kb.records import DocumentInfo
from kb.search.places import NATION
from kb.text import normalise

_SHOWN = 4  # choices offered
_LOCAL = frozenset({"地方性法规", "地方政府规章", "规范性文件"})
_BARE = 8  # characters of an indicator that nothing is said of besides
_FIT = 0.72  # from which a report's indicator is the one asked for
_DOCUMENTS = 12  # documents found that a subject is taken from
# Words by which somebody means a body or a document named before; alone they name none.
_POINTING = re.compile(
    r"(?:该|本|这个|那个|这家|那家|此)(?:局|部门|单位|机构|中心|机关|文件|办法|条例)|他们|它们?|上述"
)
_CONTENT = re.compile(
    r"职责|职能|主管|牵头|负责|分工|管|办理?|处罚|罚款?|标准|要求|规定|多少|谁|哪|什么|怎么|部门|单位|机关"
)
_ONLY = re.compile(rf"(?:{_CONTENT.pattern}|主要|具体|来|该|归|由|是|的|有)+")
_GENRE = re.compile(r"(?:暂行|试行|实施)?(?:条例|办法|细则|规定|规则|若干规定|法|通知|意见|方案)$")
_POINTED_BODY = re.compile(r"局|部门|单位|机构|中心|机关|他们")
_ASKING = re.compile(r"(?:是|为|有|达到?|完成|了|的)*(?:多少|几|怎么样|如何|什么).*$|[？?。]$")


def ask_back(question: Question, what: str, choices: Iterable[str]) -> Draft:
    """An abstention that says what is left open and offers whole questions, each of which can be asked as it stands."""
    offered = tuple(choices)
    lines = "".join(f"\n- {c}" for c in offered)
    text = f"{what}，例如：{lines}" if offered else f"{what}。"
    return Draft(question.kind, "abstained", "ambiguous", (Statement(text),), confidence=1.0, choices=offered)


def name_choices(found: Iterable[str]) -> tuple[str, ...]:
    """The first few, each once."""
    return tuple(dict.fromkeys(found))[:_SHOWN]


def find_ambiguity(context: Context, question: Question) -> Draft | None:
    """An asking back where a question names nothing to be answered about, or a figure that several places report."""
    if question.documents or question.titles or question.kind in ("compare", "status"):
        return None
    if question.kind == "figure":
        return _ask_place(context, question)
    if _is_empty(context, question):
        return _ask_subject(context, question)
    return None


def offer_places(context: Context, question: Question) -> tuple[str, ...]:
    """The question asked of each place whose own rules were found, where it names none and the rules differ by place."""
    catalogue = context.searcher.catalogue()
    if catalogue.gazetteer.find(question.full) or question.documents:
        return ()
    rows = [catalogue.rows[h.passage.version] for h in context.hits]
    ruled = [catalogue.places[row] for row in rows if catalogue.infos[row].identity.level in _LOCAL]
    places = dict.fromkeys(p for p in ruled if p and p != NATION and not p.endswith(("街道", "镇", "乡")))
    return name_choices(f"{p}{question.full}" for p in places) if len(places) > 1 else ()


def _is_empty(context: Context, question: Question) -> bool:
    """Whether nothing but words of asking is left: no task, no thing, no body."""
    plain = normalise(question.full)
    pointing = _POINTING.search(plain) is not None
    bare = _POINTING.sub("", plain)
    if not pointing and not (_CONTENT.search(plain) and question.kind in ("duty", "requirement", "list")):
        return False
    terms = read_terms(context, Question(bare, bare, question.kind, question.as_of))
    bodies = context.agencies.find_body(re.sub(r"(?:的|是|有|由|归|谁|什么|哪些?|负责|职责|主要|管).*$", "", bare))
    return bodies is None and all(_ONLY.fullmatch(t) for t in terms.weights) and not _BODY_SAID.search(bare)


_BODY_SAID = re.compile(
    r"城管|街道|街办|住建|交警|公安|环保|卫健|民政|居委|村委|物业|政府|法院|[\u4e00-\u9fff]{2}(?:局|厅|委|处|办公室|中心|委员会|大队|所)"
)


def _ask_subject(context: Context, question: Question) -> Draft:
    """The same question about the subjects of the acts found that have something to say of it."""
    library = context.searcher.library
    infos = {i.document: i for i in library.find_documents()}
    documents = list(dict.fromkeys(h.passage.document for h in context.hits))[:_DOCUMENTS]
    duties = library.find_duties(documents=documents)
    held = {d.basis.document for d in duties}
    rest = _POINTING.sub("", question.full).lstrip("的，, ")
    pointed = _POINTING.search(question.full)
    if pointed is not None and _POINTED_BODY.search(pointed.group()):
        bodies = [d.agency for d in duties if context.agencies.find_body(d.agency) is not None]
        return ask_back(
            question,
            "请说明问的是哪个机构",
            name_choices(f"{b}{'的' if rest[:1] != '负' else ''}{rest}" for b in bodies),
        )
    subjects = [s for d in documents if d in held and (s := _subject(infos[d]))]
    return ask_back(question, "请说明问的是哪一事项或哪个机构", name_choices(f"{s}{rest}" for s in subjects))


def _subject(info: DocumentInfo) -> str:
    """What an act is about, by its name: 养犬管理 for 上海市养犬管理条例; empty where the name says more than that."""
    title = re.sub(r"[（(].*$", "", normalise(info.identity.title)).replace("中华人民共和国", "").strip("《》")
    subject = _GENRE.sub("", _GENRE.sub("", title))
    return subject if subject != title and 4 <= len(subject) <= 16 and "关于" not in subject else ""


def _ask_place(context: Context, question: Question) -> Draft | None:
    """The places whose reports give the figure asked for, where the question names none and several do."""
    catalogue = context.searcher.catalogue()
    asked = read_figure_question(question, catalogue)
    if asked.places or not asked.indicator:
        return None
    noun = _ASKING.sub("", re.sub(r"今年|去年|前年|上年|本年|同期|\d{4}年?|目标|实际", "", normalise(question.full)))
    if len(noun) < 3:
        return None
    places = {i.document: p for i, p in zip(catalogue.infos, catalogue.places, strict=True)}
    figures = context.searcher.library.find_figures(indicator=noun[-6:] if len(noun) > 6 else noun)
    wanted = set(question.years) or set(find_relative_years(question.full, question.as_of))
    found: dict[str, set[int]] = {}
    for f in figures:
        place, year = places.get(f.basis.document), (f.period or "")[:4]
        if (
            place
            and year.isdigit()
            and f.value is not None
            and fit_indicator(f.indicator, fold_indicator(noun)) >= _FIT
        ):
            found.setdefault(place, set()).add(int(year))
    reporting = {places[i.document] for i in catalogue.infos if i.identity.genre == "报告"} - {None}
    if len(reporting) < 2:  # a library of one place asks about that place
        return None
    if not found and len(noun) <= _BARE and is_indicator(noun):
        titles = (h.title.strip("《》") for h in context.hits if noun in normalise(h.text))
        return ask_back(
            question, "请说明地区、年份或所指的文件", name_choices(f"《{t}》中的{noun}是多少？" for t in titles)
        )
    if not found:
        return None
    # The nation first, then those that have the year asked for, then the latest.
    order = sorted(found, key=lambda p: (p != NATION, not (found[p] & wanted), -max(found[p]), p))
    choices = name_choices(f"{p}{max(found[p] & wanted or found[p])}年{noun}是多少？" for p in order)
    years = "、".join(f"{y}年" for y in sorted(wanted) if not any(y in ys for ys in found.values()))
    lead = f"现有资料没有{years}的这一数据；" if years else ""
    return ask_back(question, f"{lead}请说明地区和年份，库中有这一数据的有{len(found)}个地区", choices)
