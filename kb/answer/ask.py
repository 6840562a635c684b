"""Question → Answer: understand, search, let the modules draft, compose, verify, refuse where evidence is missing."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace
from datetime import date
from time import perf_counter

from kb.agencies import Agencies
from kb.answer.across import answer_across, contradicts, quote_beside
from kb.answer.amended import note_amendments
from kb.answer.between import answer_between
from kb.answer.change import answer_change
from kb.answer.choices import find_ambiguity, offer_places
from kb.answer.chronicle import answer_chronicle
from kb.answer.compose import compose
from kb.answer.coverage import read_terms
from kb.answer.division import check_subject, quote_division, with_conflicts
from kb.answer.draft import Context, Draft, Evidence, Question, Statement
from kb.answer.duty import answer_duty
from kb.answer.evidence import check_evidence, find_quotes
from kb.answer.expired import mark_expired
from kb.answer.figure import answer_figure
from kb.answer.figure_question import read_figure_question
from kb.answer.follow_up import resolve_follow_up
from kb.answer.general import answer_general
from kb.answer.inventory import answer_inventory
from kb.answer.joined import join_answers
from kb.answer.lacking import find_lacking
from kb.answer.limits import check_limits, refuse_by_kind
from kb.answer.meaning import answer_meaning
from kb.answer.named_article import answer_article
from kb.answer.own_words import check_own_words
from kb.answer.penalty import check_penalty
from kb.answer.plain import prefer_plain
from kb.answer.question import (
    asks_who,
    find_kind,
    find_quoted_titles,
    find_years,
    is_indicator,
    split_questions,
)
from kb.answer.refusal import refusal, refuse_by_words, refuse_missing_title
from kb.answer.requirement import answer_requirement, asks_limit
from kb.answer.second import add_second
from kb.answer.series_answer import answer_blank, answer_series
from kb.answer.support import check_support, check_thing
from kb.answer.table_row import answer_row
from kb.answer.told import is_told
from kb.answer.validity_answer import answer_validity
from kb.answer.verify import find_faults
from kb.answer.wanted import Wanted, answer_wanted, find_wanted, has_wanted, says_wanted
from kb.answer.whether import answer_whether
from kb.answer.within import answer_within
from kb.lineage.editions import STATUTES
from kb.linking import plain_title
from kb.records import Answer, DocumentInfo, Hit, Version
from kb.search.search import Searcher, SearchScope
from kb.text import normalise

_CANDIDATES = 40  # hits given to the answer modules
_LEADING = 2  # passages that answers mostly rest on
_LEFT = 5  # passages of the place asked about beside which those of others are not looked at
_NAMED = 6  # documents named beyond which the name says little
_INSIDE = 8  # hits from within the documents named
_MIN_COVERAGE = 0.34  # share of the question's words; below it a quotation would not be about the question


def _answer_change(context: Context, question: Question) -> Draft | None:
    return answer_change(context, question) if question.kind == "compare" else None


def _answer_validity(context: Context, question: Question) -> Draft | None:
    return answer_validity(context, question) if question.kind == "status" else None


Module = Callable[[Context, Question], Draft | None]
# Questions whose words say what kind of answer they want: the module itself says whether it is meant, in this order.
_EXPRESS: tuple[Module, ...] = (
    answer_row, _answer_change, answer_inventory, answer_chronicle, _answer_validity, answer_between, answer_whether, answer_meaning, answer_within,
)  # fmt: skip
_LIKELY = 0.35  # confidence of a duty answer below which quoting is more often right
_COVERED = (
    0.85  # share of the question that the leading passages must carry for a figure to be looked for in their words
)
_SET_BY_RULE = 0.65  # confidence from which a limit that a rule sets answers a question not plainly about limits
_SURE = 0.5  # confidence from which an express module's answer stands


def answer_question(
    searcher: Searcher, question: str, *, as_of: date, history: Sequence[str] = (), agencies: Agencies | None = None
) -> Answer:
    """The answer to one question, every citation a literal span; abstains with a reason rather than guess."""
    began = perf_counter()
    parts = split_questions(question)
    if len(parts) > 1 and not all(map(_asks_what_is_set, parts)):
        before = [
            tuple(history),
            *((*history, *parts[:n]) for n in range(1, len(parts))),
        ]  # each leans on the ones before
        answers = [
            answer_question(searcher, p, as_of=as_of, history=said, agencies=agencies)
            for p, said in zip(parts, before, strict=True)
        ]
        joined = join_answers(question, answers)
        return replace(joined, elapsed_ms=(perf_counter() - began) * 1000)
    asked = understand(searcher, question, as_of, history)
    context, draft = draft_answer(searcher, asked, agencies or Agencies.load(None))
    answer = compose_answer(context, asked, add_second(context, asked, draft))
    return replace(answer, elapsed_ms=(perf_counter() - began) * 1000)


def _asks_what_is_set(part: str) -> bool:
    """Whether one of several questions asks for a limit: such questions lean on each other and are answered together."""
    kind = find_kind(part)
    return kind == "requirement" or (kind in ("general", "figure") and asks_limit(part) and not find_years(part))


def draft_answer(searcher: Searcher, asked: Question, agencies: Agencies) -> tuple[Context, Draft]:
    """What the modules and the checks of their evidence make of a question, with what was found for it."""
    context = Context(searcher, agencies, ())
    draft = refuse_by_kind(asked) or refuse_by_words(asked)
    if draft is not None:
        return replace(context, hits=context.search(asked.full, k=3, as_of=asked.as_of)), draft
    hits = find_hits(context, asked)
    context = replace(context, hits=hits)
    draft = refuse_missing_title(asked, hits) or _draft(context, asked)
    draft = check_thing(context, asked, check_limits(asked, draft, find_quotes(context, draft), hits))
    draft = check_support(context, asked, draft)
    if draft.status != "abstained" and draft.kind in ("duty", "requirement", "general"):
        draft = replace(draft, choices=offer_places(context, asked))
    return context, draft


def find_hits(context: Context, question: Question) -> tuple[Hit, ...]:
    """The passages to answer from, those of the documents named in the question first."""
    hits = _prefer_place(context, question, context.search(question.full, k=_CANDIDATES, as_of=question.as_of))
    if not question.documents or len(question.documents) > _NAMED:
        return hits
    scope = SearchScope(documents=frozenset(question.documents))
    inside = context.search(question.full, k=_INSIDE, as_of=question.as_of, scope=scope)
    known = {h.passage.id for h in inside}
    return (*inside, *(h for h in hits if h.passage.id not in known))[:_CANDIDATES]


def _prefer_place(context: Context, question: Question, hits: tuple[Hit, ...]) -> tuple[Hit, ...]:
    """The passages without those of another place than the one asked about, where one of them leads: it could not answer.

    Where few are left the others go last.
    """
    catalogue = context.searcher.catalogue()
    asked = catalogue.gazetteer.find(question.full)
    rows = [catalogue.rows[h.passage.version] for h in hits]
    fits = [catalogue.gazetteer.relation(asked, catalogue.places[row]) != "other" for row in rows]
    if all(fits[:_LEADING]):
        return hits
    first = tuple(h for h, fit in zip(hits, fits, strict=True) if fit)
    return first if len(first) >= _LEFT else (*first, *(h for h, fit in zip(hits, fits, strict=True) if not fit))


def understand(searcher: Searcher, text: str, as_of: date, history: Sequence[str]) -> Question:
    """The question with its ellipsis resolved, its kind, years and the documents it names."""
    full = resolve_follow_up(text, history, searcher.catalogue().gazetteer)
    titles = find_quoted_titles(full)
    found = {t: _find_titled(searcher, t) for t in titles}
    return Question(
        text=text,
        full=full,
        kind=find_kind(full),
        as_of=as_of,
        years=find_years(full),
        titles=titles,
        documents=tuple(d for t in titles for d in found[t]),
        lacking=(*(t for t in titles if not found[t]), *find_lacking(full, searcher.catalogue())),
    )


def _find_titled(searcher: Searcher, title: str) -> tuple[str, ...]:
    """The documents of exactly that title, every edition; where there is none, those whose title holds it.

    《城市市容和环境卫生管理条例》 is the State Council's, not the seventeen cities' whose titles end in it.
    """
    infos = searcher.library.find_documents()
    exact = tuple(i.document for i in infos if plain_title(i.identity.title) == plain_title(title))
    wanted = normalise(title).removeprefix("中华人民共和国")
    return exact or tuple(i.document for i in infos if wanted in normalise(i.identity.title))


def _draft(context: Context, question: Question) -> Draft:
    article = answer_article(context, question)
    if article is not None:
        return article
    if not context.hits:
        return refusal(question, "no-evidence", "资料库中没有找到与问题相关的条文。")
    vague = find_ambiguity(context, question)
    if vague is not None:
        return vague
    blank = answer_blank(context, question)
    if blank is not None:
        return blank
    figures = _answer_figures(context, question)
    if figures is not None and (figures.status != "abstained" or is_indicator(question.full) or _is_lost(figures)):
        return figures
    for module in _EXPRESS:
        draft = module(context, question)
        if draft is not None and draft.confidence >= _SURE:
            return draft
    draft = _answer_from_records(context, question)
    wanted = find_wanted(question) if question.kind in ("requirement", "general", "figure") else None
    if wanted is not None and (draft is None or not has_wanted(context, wanted, draft)):
        quoted = None if _is_ruled(context) else answer_general(context, question)
        if quoted is not None and quoted.confidence >= _MIN_COVERAGE and says_wanted(context, wanted, quoted):
            return check_evidence(context, question, check_penalty(context, question, quoted))
        draft = answer_wanted(context, question, wanted) or (draft and _without_wanted(draft, wanted))
    if figures is not None and draft is None and question.kind == "figure" and not _is_covered(context, question):
        return figures
    if draft is not None:
        checked = check_evidence(context, question, check_penalty(context, question, draft))
        return checked if draft.quoted else _with_others(context, question, checked)
    draft = answer_general(context, question)
    if draft is None or draft.confidence < _MIN_COVERAGE:
        return refusal(question, "no-evidence", "检索到的条文与所问事项关联不足。", context.hits)
    return check_evidence(context, question, check_penalty(context, question, draft))


def _is_lost(draft: Draft) -> bool:
    """Whether a refusal says that the number was lost in the source."""
    return draft.reason == "missing-figure" and any("数字缺失" in s.text for s in draft.statements)


def _answer_figures(context: Context, question: Question) -> Draft | None:
    """Figures of reports, for a question that names an indicator with a year, whatever else its words are."""
    if question.kind in ("duty", "status", "definition", "requirement", "compare"):
        return None
    asked = read_figure_question(question, context.searcher.catalogue())
    if not asked.places:
        series = answer_series(context, question)
        if series is not None:
            return series
    if question.kind != "figure" and not (asked.indicator and asked.years and is_indicator(question.full)):
        return None
    return answer_figure(context, question)


def _is_covered(context: Context, question: Question) -> bool:
    """Whether the leading passages speak of everything the question is about."""
    return read_terms(context, question).share(*(f"{h.title}{h.text}" for h in context.hits[:3])) >= _COVERED


def _answer_from_records(context: Context, question: Question) -> Draft | None:
    """Duties for who, requirements for how much and how long; None where the records do not bear on the question."""
    if question.kind == "duty":
        draft = answer_duty(context, question)
        fits = draft is not None and not _is_other_case(context, question, draft)
        told = _answer_from_told(context, question, draft if fits else None)
        if told is not None:
            return told
        if draft is None or not fits:
            return answer_across(context, question)
        return draft if draft.confidence >= _LIKELY else _after_quotes(context, question, draft)
    if question.kind == "requirement" and _is_ruled(context):
        return answer_requirement(context, question)
    # what news or a notice tells of one event is no rule: its own words answer
    of_event = is_told(context) and not _is_ruled(context)
    limit = (question.kind == "requirement" and not of_event) or (_is_ruled(context) and asks_limit(question.full))
    if question.kind in ("requirement", "general", "figure") and limit:
        draft = answer_requirement(context, question)
        return draft if draft is not None and draft.confidence >= _SET_BY_RULE else None
    return None


def _answer_from_told(context: Context, question: Question, draft: Draft | None) -> Draft | None:
    """Who did what in a notice or news: its own words, where no duty surely answers or a whole division of work is asked."""
    if not is_told(context) or (asks_who(question.full) and _is_sure(context, draft)):
        return None
    quoted = answer_general(context, question)
    if quoted is None or quoted.confidence < _MIN_COVERAGE:
        return None
    named = not asks_who(question.full) or any(_ANY_BODY.search(s.text) for s in quoted.statements)
    return quoted if named else None


def _is_sure(context: Context, draft: Draft | None) -> bool:
    """Whether a duty answer is likely right and comes from the text that bears most on the question."""
    if draft is None or draft.confidence < _LIKELY:
        return False
    return context.hits[0].passage.document in {e.document for s in draft.statements[:1] for e in s.evidence}


# What may answer who: any word that ends as the names of bodies do.
_ANY_BODY = re.compile(
    r"[局厅委部署办院府处会所站社司组]|部门|政府|单位|企业|公司|集团|中心|机构|医院|学校|街道|[省市县区]"
)


def _is_ruled(context: Context) -> bool:
    """Whether the leading passage is of a rule or standard: in notices and news the words themselves answer better."""
    leading = context.hits[0].passage.document
    identity = context.version(leading).identity
    return identity.level in STATUTES or identity.genre in ("标准", "条例", "办法", "规章", "三定", "清单")


def _after_quotes(context: Context, question: Question, draft: Draft) -> Draft:
    """A doubtful duty answer behind the sentences that bear most on the question."""
    quoted = answer_across(context, question, 2)
    if quoted is None:
        return draft
    cited = {e for s in draft.statements for e in s.evidence}
    first = [s for s in quoted.statements if not any(e in cited for e in s.evidence)]
    return replace(draft, statements=(*first, *draft.statements))


def _is_other_case(context: Context, question: Question, draft: Draft) -> bool:
    """Whether everything a draft rests on is for the opposite case of the one asked about."""
    quotes = [context.version(e.document).text[e.start : e.end] for s in draft.statements for e in s.evidence]
    return bool(quotes) and all(contradicts(question.full, q) for q in quotes)


def _without_wanted(draft: Draft, wanted: Wanted) -> Draft:
    """An answer that does not hold what was asked for says so."""
    note = f"所引条文没有写明{wanted.name}，现有资料未见。"
    return replace(draft, status="partial", notes=(*draft.notes, note))


def _with_others(context: Context, question: Question, draft: Draft) -> Draft:
    """A duty answer with what further documents in force say of the same."""
    if draft.kind != "duty" or draft.status == "abstained":
        return draft
    cited = {e for s in draft.statements for e in s.evidence}
    beside = _on_the_matter(context, question, quote_beside(context, question, cited), cited)
    draft, opened = check_subject(context, question, draft, beside)
    if opened:
        return draft
    shared = quote_division(context, question, [*cited, *(e for s in beside for e in s.evidence)])
    return with_conflicts(context, question, replace(draft, statements=(*draft.statements, *shared, *beside)))


def _on_the_matter(
    context: Context, question: Question, beside: Sequence[Statement], cited: Collection[Evidence]
) -> list[Statement]:
    """Of further quotations those that carry about as much of what is asked as the answer does, its rarest word too."""
    terms = read_terms(context, question)

    def words(evidence: Iterable[Evidence]) -> str:
        return "\n".join(context.version(e.document).text[e.start : e.end] for e in evidence)

    said = words(cited)
    least, turns = _AS_MUCH * terms.share(said), terms.turns_on(said)
    kept = [s for s in beside if terms.share(words(s.evidence)) >= least]
    return [s for s in kept if not turns or terms.turns_on(words(s.evidence))]


_AS_MUCH = 0.75  # share of what the answer carries that a further quotation must carry


def compose_answer(context: Context, question: Question, draft: Draft) -> Answer:
    """The answer that a draft makes, every citation checked; a refusal where none is left."""
    infos = {i.document: i for i in context.searcher.library.find_documents()}

    def get_version(document: str) -> Version:
        return context.version(document)

    def get_info(document: str) -> DocumentInfo:
        return infos[document]

    status_at = context.searcher.library.lineage().statuses_on(question.as_of)

    draft = note_amendments(context, question, mark_expired(context, question, prefer_plain(context, draft)))
    draft, _ = check_own_words(context, question, draft)
    answer = compose(question, draft, get_version, get_info, status_at)
    if find_faults(answer, lambda document: get_version(document).text) or (
        answer.status != "abstained" and not answer.citations
    ):
        answer = compose(
            question,
            refusal(question, "no-evidence", "未能为答案找到可核验的出处。", context.hits),
            get_version,
            get_info,
            status_at,
        )
    return answer
