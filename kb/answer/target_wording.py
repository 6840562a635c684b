"""How a report words its targets, year against year: what is no longer listed, what is new, what changed its wording."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from kb.answer.draft import Context, Draft, DraftFigure, Evidence, Question, Statement
from kb.answer.figure_question import Asked, fit_indicator, plain_indicator
from kb.records import DocumentInfo

_WORDING = re.compile(r"表述|提法|不再列|新列|新增了?哪|有(?:什么|何)不同|怎么变了|哪些指标")
_WHOLE = re.compile(r"哪些|哪一项|哪几项|新增了?哪")
_GOAL = re.compile(r"[^。\n]*(?:预期目标|主要目标)[^。\n]{0,12}(?:是|为|包括)?[：:][^。\n]+。?")
_SEGMENT = re.compile(r"[^，；：。、][^，；：。]*")
_VALUE = re.compile(
    r"分别|增长|下降|控制|保持|达到|提质|合理|与|高于|[\d０-９]|左右|完成|降低|涨幅|基本|回升|增加|平衡|稳|继续|全面|持续"
)
_LEAST = 0.72


@dataclass(frozen=True, slots=True)
class _Goal:
    """目标句中的一项."""

    year: int
    info: DocumentInfo
    start: int
    end: int
    text: str

    @property
    def name(self) -> str:
        """The indicator, up to where its value begins."""
        m = _VALUE.search(self.text)
        return self.text[: m.start()] if m and m.start() >= 2 else self.text


def answer_wording(
    context: Context, question: Question, asked: Asked, reports: Callable[[Context, str, int, bool], list[DocumentInfo]]
) -> Draft | None:
    """Two years' wording of a target side by side, or the items only one of them lists; None for another question."""
    if not _WORDING.search(question.full) or len(asked.places) != 1 or len(asked.years) < 2:
        return None
    goals = {
        year: _find_goals(context, year, reports(context, asked.places[0], year, True)) for year in asked.years[:2]
    }
    if not all(goals.values()):
        return None
    old, new = asked.years[0], asked.years[1]
    statements: list[Statement] = []
    figures: list[DraftFigure] = []
    if _WHOLE.search(question.full):
        for year, other, word in ((old, new, "不再列出"), (new, old, "新列")):
            alone = [g for g in goals[year] if not any(_alike(g, o) for o in goals[other])]
            for run in _runs(alone):
                _say(context, run, f"{word}（仅见于{year}年目标）", statements, figures)
    else:
        for year in (old, new):
            best = max(goals[year], key=lambda g: (fit_indicator(g.name, asked.indicator), -g.start))
            if (
                fit_indicator(best.name, asked.indicator) < _LEAST
                and plain_indicator(best.name)[:4] not in asked.indicator
            ):
                best = next((g for g in goals[year] if _mentions(g, asked)), best)
                if not _mentions(best, asked):
                    return None
            _say(context, [best], f"{year}年目标的表述", statements, figures)
    if not statements:
        return None
    return Draft("figure", statements=tuple(statements), figures=tuple(figures), confidence=0.8)


def _mentions(goal: _Goal, asked: Asked) -> bool:
    return any(len(p) >= 4 and plain_indicator(p) in asked.indicator for p in re.split(r"[、和]|分别", goal.name))


def _find_goals(context: Context, year: int, infos: list[DocumentInfo]) -> list[_Goal]:
    for info in infos:
        text = context.version(info.document).text
        for m in _GOAL.finditer(text):
            head = max(m.group().find("："), m.group().find(":")) + 1
            if re.search(r"十[一二三四五]五|到20|五年", m.group()[:head]) or not re.search(r"\d|[０-９]", m.group()):
                continue
            return [
                _Goal(year, info, m.start() + s.start(), m.start() + s.end(), s.group())
                for s in _SEGMENT.finditer(m.group(), head)
                if len(s.group()) >= 4
            ]
    return []


def _alike(one: _Goal, other: _Goal) -> bool:
    a, b = plain_indicator(one.name), plain_indicator(other.name)
    return a == b or a in b or b in a


def _runs(goals: list[_Goal]) -> list[list[_Goal]]:
    """Items that follow one another are shown as one stretch."""
    runs: list[list[_Goal]] = []
    for g in goals:
        if runs and g.start - runs[-1][-1].end <= 1:
            runs[-1].append(g)
        else:
            runs.append([g])
    return runs


def _say(
    context: Context, run: list[_Goal], what: str, statements: list[Statement], figures: list[DraftFigure]
) -> None:
    first, last = run[0], run[-1]
    version = context.version(first.info.document)
    clause = next((c.path for c in reversed(version.clauses) if c.start <= first.start < c.end), "")
    evidence = Evidence(first.info.document, version.id, clause, first.start, last.end)
    words = version.text[first.start : last.end]
    value = (
        words.removeprefix(first.name)
        if len(run) == 1 and "、" not in first.name and "所列" not in what and "仅见于" not in what
        else words
    )
    if "分别" in value:
        value = value[value.index("分别") :]
    elif "分别" in words and "表述" in what:
        value = words[words.index("分别") :]
    statements.append(Statement(f"{what}：{words}。", (evidence,)))
    figures.append(DraftFigure(f"{first.year}年主要预期目标", value, "文字", str(first.year), evidence, target=True))
