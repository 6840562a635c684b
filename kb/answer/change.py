"""What changed between two editions: renumbered clauses, added and deleted ones, roles, penalties, limits, leads."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date

from kb.answer.draft import Context, Draft, Evidence, Question, Statement
from kb.answer.naming import cite, find_meant, find_sentences, flat
from kb.compare.comparison import Comparison, Row, compare_versions
from kb.compare.flags import Flag
from kb.lineage.editions import Edition
from kb.records import Duty
from kb.search.question import find_labels
from kb.text import normalise

_WHERE_NOW = re.compile(r"(?:现在?|新版|修[订正]后).{0,8}(?:第几条|哪(?:一)?条)|第几条")
_ROLES = re.compile(r"职责|协助|配合|负责|主体|角色|分工")
_PENALTY = re.compile(r"罚")
_LEAD = re.compile(r"牵头")
_LIMITS = re.compile(r"定量|指标|数值|标准值|阈值|限值")
_WHOLE = re.compile(r"增删|增加|删除|新增|修改|改了|哪些条|变化|不同|区别|差异|移")
_TURN = re.compile(
    r"[“\"]?(?P<old>协助|配合|参与|负责|牵头)[”\"]?(?:变|转|改|成|为|了)+[“\"]?(?P<new>负责|主体|牵头|承担|协助|配合)"
)
_MOST = 14  # changes listed in one answer
_LONGEST = 260  # characters of one clause quoted


def answer_change(context: Context, question: Question) -> Draft | None:
    """The changes asked about between the two latest editions of the document meant; None when there are not two."""
    pair = _find_pair(context, question)
    if pair is None:
        return None
    old, new = (context.searcher.library.get_version(e.document, e.version) for e in pair)
    plain = normalise(question.full)
    if _LEAD.search(plain) and re.search(r"换|变|改", plain):
        statements = _lead_changes(context, pair)
    else:
        comparison = compare_versions(old, new, context.agencies, context.searcher.words)
        statements = _pick(plain)(context, comparison, plain)
    if not statements:
        return None
    names = "；".join(f"{_name(e)}" for e in pair)
    head = Statement(f"对照的两个文本：旧为{_name(pair[0])}，新为{_name(pair[1])}。" if names else "")
    return Draft("compare", statements=(head, *statements[: _MOST + 1]), confidence=0.9)


def _name(edition: Edition) -> str:
    since = f"，{edition.since}" if edition.since else ""
    number = f"，{edition.number}" if edition.number else ""
    return f"《{edition.name.core or edition.title}》（{edition.document.rsplit('/', 1)[-1]}{number}{since}）"


def _find_pair(context: Context, question: Question) -> tuple[Edition, Edition] | None:
    """The two latest texts of the work meant, or a text and the one that amends it."""
    lineage = context.searcher.library.lineage()
    hits = [h.passage.document for h in context.hits[:6]]
    for document in (*question.documents, *find_meant(context, question.full), *hits):
        editions = {(e.document, e.version): e for e in lineage.chain(document)}
        for link in lineage.links_of(document):
            if link.kind == "amends":
                editions |= {k: lineage.editions[k] for k in (link.older, link.newer) if k in lineage.editions}
        ordered = sorted(editions.values(), key=lambda e: (_since(e), e.current, e.document))
        distinct = [e for n, e in enumerate(ordered) if n == 0 or e.version != ordered[n - 1].version]
        if len(distinct) >= 2:
            return distinct[-2], distinct[-1]
    return None


def _since(edition: Edition) -> date:
    if edition.begins is not None:
        return edition.begins
    year = re.search(r"(?:19|20)\d\d", edition.document)
    return edition.made_on or (date(int(year.group()), 6, 30) if year else date.min)


def _pick(plain: str) -> Callable[[Context, Comparison, str], list[Statement]]:
    if _WHERE_NOW.search(plain) and find_labels(plain):
        return _renumbered
    if _PENALTY.search(plain):
        return _penalties
    if _LIMITS.search(plain) and re.search(r"取消|不再|删|定性", plain):
        return _lost_limits
    if _TURN.search(plain) or (_ROLES.search(plain) and not re.search(r"条款|条文", plain)):
        return _roles
    return _whole


def _renumbered(context: Context, comparison: Comparison, plain: str) -> list[Statement]:
    found = []
    for label in find_labels(plain):
        for row in comparison.rows:
            if any(c.label == label for c in row.old):
                where = "、".join(c.label for c in row.new) or "已删除"
                tail = "" if row.change in ("renumbered", "unchanged", "moved") else "（内容有修改）"
                text = f"原{label}现为{where}{tail}。" if row.new else f"原{label}在新文本中没有对应条款。"
                found.append(Statement(text, _evidence(context, comparison, row)))
    return found


def _penalties(context: Context, comparison: Comparison, plain: str) -> list[Statement]:
    return _flagged(
        context, comparison, lambda f: f.kind == "penalty" or (f.kind == "number" and "罚" in f.old + f.new)
    )


def _roles(context: Context, comparison: Comparison, plain: str) -> list[Statement]:
    turn = _TURN.search(plain)

    def fits(flag: Flag) -> bool:
        if flag.kind != "role":
            return False
        return turn is None or (
            turn["old"] in flag.old
            and ("负责" if turn["new"] == "主体" else turn["new"]) in flag.new
            and turn["old"] not in flag.new
        )

    return _flagged(context, comparison, fits)


def _lost_limits(context: Context, comparison: Comparison, plain: str) -> list[Statement]:
    """Limits of the old text that the sentence taking its place in the new one no longer has."""
    old, new = comparison.old, comparison.new
    sentences = [(a, b, _grams(new.text[a:b])) for a, b in find_sentences(new.text)]
    statements = []
    for start, end in find_sentences(old.text):
        was = old.text[start:end]
        if not _LIMIT.search(was):
            continue
        grams = _grams(was)
        near, at = max(((_dice(grams, g), (a, b)) for a, b, g in sentences), key=lambda p: p[0], default=(0.0, (0, 0)))
        now = new.text[slice(*at)]
        for words in re.split(r"[，；。]", was):
            if _LIMIT.search(words) and (near >= _ALIKE or _shares_name(words, now)) and not _still_limited(words, now):
                evidence = (cite(context, old.document, start, end), cite(context, new.document, *at))
                statements.append(Statement(f"“{flat(words)}”改为“{flat(now).strip('，；。')}”，不再定量。", evidence))
    return statements


_LIMIT = re.compile(
    r"(?:不(?:超过|少于|低于|高于|大于|小于|得超过)|达到|≥|≤).{0,8}?[\d０-９]|[\d０-９].{0,6}以[上下内]"
)
_ALIKE = 0.3  # of two sentences without their numbers, from which one took the other's place


def _grams(text: str) -> set[str]:
    plain = re.sub(r"[^\u4e00-\u9fff]|不超过|不少于|不低于|不高于", "", text)
    return {plain[i : i + 2] for i in range(len(plain) - 1)}


def _dice(one: set[str], other: set[str]) -> float:
    return 2 * len(one & other) / (len(one) + len(other)) if one and other else 0.0


def _name_of(words: str) -> set[str]:
    return _grams(re.split(r"不(?:超过|少于|低于|高于|大于|小于|得超过)|达到|≥|≤", words)[0])


def _shares_name(words: str, now: str) -> bool:
    name = _name_of(words)
    return bool(name) and len(name & _grams(now)) >= _ALIKE * len(name)


def _still_limited(words: str, now: str) -> bool:
    """Whether a clause of the new sentence still limits the same thing."""
    name = _name_of(words)
    return any(
        _LIMIT.search(c) and (not name or len(name & _grams(c)) >= 0.5 * len(name)) for c in re.split(r"[，；。]", now)
    )


def _whole(context: Context, comparison: Comparison, plain: str) -> list[Statement]:
    old = [c for r in comparison.rows for c in r.old if c.kind == "article"]
    new = [c for r in comparison.rows for c in r.new if c.kind == "article"]
    statements = []
    if old and new:
        last_old, last_new = max(old, key=lambda c: c.start), max(new, key=lambda c: c.start)
        statements.append(
            Statement(
                f"旧文本止于{last_old.label}，新文本止于{last_new.label}。",
                (
                    cite(context, comparison.old.document, last_old.start, last_old.end),
                    cite(context, comparison.new.document, last_new.start, last_new.end),
                ),
            )
        )
    words = {"added": "新增", "deleted": "删去", "moved": "移动", "merged": "合并", "split": "拆分"}
    for change, word in words.items():
        for row in comparison.rows:
            if row.change == change:
                before, after = ("、".join(c.label or c.title for c in side) for side in (row.old, row.new))
                where = f"{before}→{after}" if before and after else before or after
                statements.append(Statement(f"{word}：{where}。", _evidence(context, comparison, row)))
    reworded = [r for r in comparison.rows if r.change == "reworded"]
    if reworded:
        some = reworded[:4]
        names = "、".join(
            f"{'、'.join(c.label or c.title for c in r.old)}→{'、'.join(c.label or c.title for c in r.new)}"
            for r in reworded
        )
        statements.append(
            Statement(f"改写：{names}。", tuple(e for r in some for e in _evidence(context, comparison, r)[-1:]))
        )
    return statements


def _flagged(context: Context, comparison: Comparison, fits: Callable[[Flag], bool]) -> list[Statement]:
    statements = []
    for row in comparison.rows:
        for flag in row.flags:
            if fits(flag):
                old = flag.old.strip()[:_LONGEST] or "（无）"
                new = flag.new.strip()[:_LONGEST] or "（无）"
                statements.append(
                    Statement(f"原为“{old}”，现为“{new}”。", _spans(context, comparison, row, flag.old, flag.new))
                )
    return statements


def _spans(context: Context, comparison: Comparison, row: Row, old: str, new: str) -> tuple[Evidence, ...]:
    """The words of both sides where they stand; the clause itself where the words were joined from several lines."""
    found = []
    for version, clauses, words in ((comparison.old, row.old, old), (comparison.new, row.new, new)):
        words = words.strip()
        if not clauses or not words:
            continue
        start, end = min(c.start for c in clauses), max(c.end for c in clauses)
        at = version.text.find(words, start, end)
        found.append(
            cite(context, version.document, at, at + len(words))
            if at >= 0
            else cite(context, version.document, start, end)
        )
    return tuple(found)


def _evidence(context: Context, comparison: Comparison, row: Row) -> tuple[Evidence, ...]:
    return tuple(
        cite(context, version.document, clauses[0].start, clauses[0].end)
        for version, clauses in ((comparison.old, row.old), (comparison.new, row.new))
        if clauses
    )


def _lead_changes(context: Context, pair: Sequence[Edition]) -> list[Statement]:
    """Tasks that stand in both texts with another lead body."""
    old, new = ({_task(d): d for d in _leads(context, e.document)} for e in pair)
    statements = []
    for task, now in new.items():
        was = old.get(task)
        if was is not None and not context.agencies.same(was.agency, now.agency) and was.agency != now.agency:
            statements.append(
                Statement(f"{task}：牵头单位由{was.agency}变为{now.agency}。", (_basis(was), _basis(now)))
            )
    return statements


def _leads(context: Context, document: str) -> Iterable[Duty]:
    return (d for d in context.searcher.library.find_duties(documents=[document]) if d.role == "lead" and _task(d))


def _task(duty: Duty) -> str:
    return duty.object or duty.action


def _basis(duty: Duty) -> Evidence:
    b = duty.basis
    return Evidence(b.document, b.version, b.clause, b.start, b.end)
