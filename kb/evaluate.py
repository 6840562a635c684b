"""Question sets → scores with 95% intervals and the errors to read; formats as in the sets' own README."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from kb.errors import UsageError
from kb.records import Hit
from kb.text import normalise

Json = dict[str, Any]
_RESAMPLES = 1_000  # of the bootstrap; intervals settle to the second decimal
_DEPTH = 10  # hit@10, nDCG@10
_FETCHED = 60  # passages fetched so that ten different documents or articles are among them
_TOP = 5  # a gold clause must be this high for an answer to be built on it
_PUNCTUATION = re.compile(r"[\s,，、。；;：:．.（）()\[\]《》\"'“”]")
_LABEL = re.compile(
    r"^(?:附件\d*[：:])?[一二三四五六七八九十]+、(?:\s*[（(][一二三四五六七八九十]+[）)])?(?:\s*\d+[．.、])?"
)


# What a question asks for, by its words; the first that fits.
_FORMS = (
    ("问谁", re.compile(r"谁|哪[个些一]?(?:部门|单位|机关|机构)|什么部门")),
    ("问多少", re.compile(r"多少|几[个天年月人元]|多[长久大高远]|比例|什么时候|何时|时间")),
    ("问是否", re.compile(r"吗|是否|能否|可否|能不能|可不可以|是不是|有没有")),
    ("问怎样", re.compile(r"如何|怎么|怎样|怎么办")),
    ("问什么", re.compile(r"什么|哪|何谓|为何")),
)


@dataclass(frozen=True, slots=True)
class Runners:
    """被测程序: what a set is run through; JSON of the shapes in the interface."""

    ask: Callable[[str, date | None], Json]
    search: Callable[[str, int], Sequence[Hit]]
    outline: Callable[[str], Json]
    compare: Callable[[str, str], Json]


@dataclass(frozen=True, slots=True)
class Marked:
    """一题的得分: measure → 0–1, and what went wrong in words, None when nothing did."""

    scores: dict[str, float]
    error: Json | None = None


def evaluate(suite: Path, runners: Runners) -> Json:
    """Scores of one set: {"suite", "kind", "questions", "scores": {measure: {mean, low, high}}, "by", "errors"}."""
    rows = read_suite(suite)
    kind = find_suite_kind(rows[0])
    mark = _MARKS[kind]
    groups: dict[str, list[dict[str, float]]] = defaultdict(list)
    errors = []
    for row in rows:
        marked = mark(row, runners)
        groups[""].append(marked.scores)
        part = row.get("style") or row.get("kind") or row.get("reason") or find_form(row.get("question", ""))
        if part:
            groups[str(part)].append(marked.scores)
        if marked.error is not None:
            errors.append({"id": row["id"], **marked.error})
    return {
        "suite": suite.name,
        "kind": kind,
        "questions": len(rows),
        "scores": summarise(groups.pop("")),
        "by": {name: summarise(group) for name, group in sorted(groups.items())},
        "errors": errors,
    }


def read_suite(suite: Path) -> list[Json]:
    """The questions of a set, one JSON object a line; UsageError names a bad line."""
    rows = []
    for number, line in enumerate(suite.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip():
            continue
        try:
            rows.append(json.loads(line))
        except ValueError as e:
            raise UsageError(f"题集 {suite} 第 {number} 行不是 JSON，请改正后重试。") from e
    if not rows:
        raise UsageError(f"题集 {suite} 是空的，请检查路径。")
    return rows


def find_suite_kind(row: Mapping[str, Any]) -> str:
    """Which kind of set a question belongs to, by the fields it has."""
    marks = (
        ("alignment", "compare"), ("headings", "outline"), ("gold", "articles"), ("agencies", "duties"),
        ("values", "figures"), ("near_documents", "refusals"), ("must_contain", "facts"), ("answer", "documents"),
    )  # fmt: skip
    kind = next((kind for field, kind in marks if field in row), None)
    if kind is None:
        raise UsageError(f"题目 {row.get('id', '')} 的字段不属于任何已知题集，格式见 benchmarks 的说明。")
    return "requirements" if kind == "facts" and "clauses" in row else kind


def find_form(question: str) -> str | None:
    """How a question asks, for sets that do not sort theirs; None for a row without one."""
    if not question:
        return None
    return next((form for form, pattern in _FORMS if pattern.search(question)), "其他问法")


def summarise(rows: Sequence[Mapping[str, float]]) -> Json:
    """Each measure's mean with a bootstrap 95% interval; a measure missing from a question is not counted there."""
    found = {}
    for name in dict.fromkeys(n for r in rows for n in r):
        values = np.asarray([r[name] for r in rows if name in r])
        drawn = np.random.default_rng(0).integers(0, len(values), (_RESAMPLES, len(values)))
        low, high = np.percentile(values[drawn].mean(axis=1), [2.5, 97.5])
        found[name] = {
            "mean": round(float(values.mean()), 4), "low": round(float(low), 4), "high": round(float(high), 4),
            "n": len(values),
        }  # fmt: skip
    return found


def format_errors(scores: Json, most: int) -> str:
    """The questions that went wrong, to be read one after another: what was wanted, what was found."""
    lines = []
    for error in scores["errors"][:most]:
        lines.append(f"  {error['id']}  {error.get('question', '')}")
        lines += [f"    应有 {w}" for w in error["wanted"]] + [f"    实得 {f}" for f in error["found"]]
    return "\n".join(lines)


def format_scores(scores: Json) -> str:
    """A table for people."""
    lines = [f"{scores['suite']}（{scores['kind']}，{scores['questions']} 题）"]
    for title, part in (("", scores["scores"]), *scores["by"].items()):
        lines += [f"  [{title}]"] if title else []
        lines += [f"  {n:<22}{s['mean']:.3f}  [{s['low']:.3f}, {s['high']:.3f}]  n={s['n']}" for n, s in part.items()]
    return "\n".join([*lines, f"  有误 {len(scores['errors'])} 题；--errors N 列出前 N 题，--json 给出全部。"])


# --- ranking -------------------------------------------------------------------------------------------------------


def rank_scores(ranks: Sequence[int], gold: int) -> dict[str, float]:
    """Measures from the 1-based ranks at which ``gold`` right things were found."""
    near = sorted(r for r in ranks if r <= _DEPTH)
    ideal = sum(1 / np.log2(n + 2) for n in range(min(gold, _DEPTH)))
    gained = sum(1 / np.log2(r + 1) for r in near)
    return {
        "hit@1": float(1 in near),
        "hit@10": float(bool(near)),
        "nDCG@10": float(gained / ideal) if ideal else 0.0,
        "MRR": 1 / min(ranks) if ranks else 0.0,
    }


def _mark_documents(row: Json, run: Runners) -> Marked:
    hits = run.search(row["question"], _FETCHED)
    order = list(dict.fromkeys(h.passage.document for h in hits))
    ranks = [n for n, document in enumerate(order, 1) if document in row["documents"]]
    answer = run.ask(row["question"], None)
    scores = rank_scores(ranks, len(row["documents"])) | {"ROUGE-L": rouge_l(answer["text"], row["answer"])}
    return Marked(scores, None if scores["hit@1"] else _missed(row, row["documents"], order))


def _mark_articles(row: Json, run: Runners) -> Marked:
    hits = run.search(row["question"], _FETCHED)
    order = list(dict.fromkeys((h.passage.document, h.passage.path) for h in hits))
    ranks, found = [], set()
    for n, (document, path) in enumerate(order, 1):
        for index, gold in enumerate(row["gold"]):
            if index not in found and document in gold["documents"] and same_clause(gold["clause"], path):
                found.add(index)
                ranks.append(n)
                break
    scores = rank_scores(ranks, len(row["gold"]))
    wanted = [f"{g['documents'][0]} {g['clause']}" for g in row["gold"]]
    return Marked(scores, None if scores["hit@10"] else _missed(row, wanted, [" ".join(o) for o in order]))


def _missed(row: Json, wanted: Sequence[str], found: Sequence[str]) -> Json:
    return {"question": row["question"], "wanted": list(wanted), "found": list(found[:3])}


def same_clause(gold: str, path: str) -> bool:
    """Whether a path is the clause a set names: its last label, or the labels a heading's words follow."""
    if not path:
        return False
    if gold.startswith("第"):
        return gold in path.split(" ")
    labels = _LABEL.match(gold)
    wanted = _plain(labels.group() if labels else gold)
    return _plain(path) == wanted or _plain(path).endswith(wanted) or _plain(gold).startswith(_plain(path))


def _plain(text: str) -> str:
    return _PUNCTUATION.sub("", normalise(text))


def is_gold(row: Json, document: str, path: str, text: str) -> bool:
    """Whether a passage or citation is one of a question's gold clauses, by its path or by the quotation it holds."""
    if document not in [*row["documents"], *row.get("documents_alt", [])]:
        return False
    clauses = row.get("clauses", [])
    quotes = [q for q in (row.get("quote"), *row.get("more_quotes", [])) if q]
    return any(same_clause(c, path) for c in clauses) or any(_overlap(text, q) for q in quotes)


def _overlap(text: str, quote: str) -> bool:
    """Whether a text holds a quotation, or is held by it."""
    one, other = _plain(text), _plain(quote)
    return bool(one and other) and (other in one or (len(one) >= 12 and one in other))


def _found_at(row: Json, run: Runners) -> dict[str, float]:
    hits = run.search(row["question"], _DEPTH)
    ranks = [n for n, h in enumerate(hits, 1) if is_gold(row, h.passage.document, h.passage.path, h.text)]
    return {"gold@1": float(1 in ranks), f"gold@{_TOP}": float(any(r <= _TOP for r in ranks))}


def rouge_l(found: str, wanted: str) -> float:
    """F-measure of the longest common subsequence of characters, marks left out."""
    a, b = _plain(re.sub(r"\[\d+\]", "", found)), _plain(wanted)
    if not a or not b:
        return 0.0
    row = np.zeros(len(b) + 1, dtype=np.int32)
    letters = np.asarray(list(b))
    for c in a:  # one row of the table at a time; running maximum carries the left neighbour
        row[1:] = np.maximum.accumulate(np.maximum(row[1:], np.where(letters == c, row[:-1] + 1, 0)))
    common = int(row[-1])
    return 2 * common / (len(a) + len(b))


# --- answers -------------------------------------------------------------------------------------------------------


def _cited(row: Json, answer: Json) -> dict[str, float]:
    right = [is_gold(row, c["document"], c["clause"], c["quote"]) for c in answer["citations"]]
    return {"gold first": float(bool(right) and right[0]), "gold cited": float(any(right))}


def same_agency(name: str, known: Iterable[str]) -> bool:
    """Whether a body named is one of those known: the same words, or one inside the other."""
    plain = _plain(name)
    return any(
        plain == (k := _plain(one)) or (len(k) >= 3 and k in plain) or (len(plain) >= 3 and plain in k) for one in known
    )


def _mark_duties(row: Json, run: Runners) -> Marked:
    answer = run.ask(row["question"], None)
    given = answer["agencies"]
    matched: dict[int, int] = {}
    for n, agency in enumerate(given):
        for g, gold in enumerate(row["agencies"]):
            if g not in matched.values() and same_agency(agency["name"], [gold["name"], *gold.get("aliases", [])]):
                matched[n] = g
                break
    roles = []
    for n, g in matched.items():
        gold = row["agencies"][g]
        also = [*gold.get("alt_roles", []), *_listed(gold.get("role_alt"))]
        roles.append(float(given[n]["role"] in (gold["role"], *also)))
    precision = len(matched) / len(given) if given else 0.0
    recall = len(matched) / len(row["agencies"]) if row["agencies"] else 1.0
    wrong = [
        a["name"]
        for n, a in enumerate(given)
        if n not in matched and _plain(a["name"]) in map(_plain, row.get("not_agencies", []))
    ]
    scores = _found_at(row, run) | _cited(row, answer)
    scores |= {"precision": precision, "recall": recall, "F1": 2 * precision * recall / ((precision + recall) or 1)}
    scores |= ({"role": sum(roles) / len(roles)} if roles else {}) | {"no wrong agency": float(not wrong)}
    scores |= {"expected mood": float(_says_mood(row, answer))} if row.get("expect") else {}
    wanted = [f"{a['name']}:{a['role']}" for a in row["agencies"]]
    fine = scores["F1"] == 1 and scores["gold cited"] == 1 and scores.get("expected mood", 1) == 1
    return Marked(
        scores, None if fine else _missed(row, wanted, [f"{a['name']}:{a['role']}" for a in given] or [answer["text"]])
    )


_MOODS = {
    "proposal": re.compile(r"建议|拟|草案|征求意见|尚非现行"),
    "planned": re.compile(r"拟|计划|打算|下一步|尚未落实|尚非现行"),
}


def _says_mood(row: Json, answer: Json) -> bool:
    """Whether every line that names a body of the set says that it is only proposed or planned, and one does."""
    names = [n for a in row["agencies"] for n in (a["name"], *a.get("aliases", []))]
    lines = [x for x in answer["text"].splitlines() if any(n in x for n in names)]
    return bool(lines) and all(_MOODS[row["expect"]].search(x) for x in lines)


def _listed(value: Any) -> list[str]:
    return [] if value is None else value if isinstance(value, list) else [value]


def _said(answer: Json) -> str:
    return _plain(" ".join([answer["text"], *(c["quote"] for c in answer["citations"])]))


def _contains(said: str, wanted: str) -> bool:
    return any(_plain(one) in said for one in wanted.split("|"))


def _mark_facts(row: Json, run: Runners) -> Marked:
    answer = run.ask(row["question"], None)
    said = _said(answer)
    any_of = row.get("must_contain_any") or []
    groups = any_of if any_of and isinstance(any_of[0], list) else [any_of] if any_of else []
    all_there = all(_contains(said, w) for w in row["must_contain"])
    all_there &= all(any(_contains(said, w) for w in group) for group in groups)
    scores = _found_at(row, run) | _cited(row, answer)
    scores |= {"contains all": float(all_there), "right": float(all_there and scores["gold cited"] == 1)}
    return Marked(scores, None if scores["right"] else _missed(row, row["must_contain"], [answer["text"]]))


def _mark_figures(row: Json, run: Runners) -> Marked:
    answer = run.ask(row["question"], None)
    found = [_has_value(answer, wanted) for wanted in row["values"]]
    scores = {"values": sum(found) / len(found), "all values": float(all(found))}
    wanted = [f"{v['indicator']} {v['value']}{v['unit']} {v['period']}" for v in row["values"]]
    return Marked(scores, None if all(found) else _missed(row, wanted, [answer["text"]]))


def _has_value(answer: Json, wanted: Json) -> bool:
    """A figure of that value and unit, cited from the right document, and no other period claimed for it."""
    documents = {c["n"]: c["document"] for c in answer["citations"]}
    for figure in answer["figures"]:
        if documents.get(figure["citation"]) != wanted["document"]:
            continue
        value = _plain_value(figure["value"]) == _plain_value(str(wanted["value"]))
        unit = _plain(figure["unit"]) == _plain(str(wanted["unit"] or ""))
        if value and unit and str(wanted["period"])[:4] in figure["period"]:
            return True
    return False


def _plain_value(text: str) -> str:
    return normalise(text).replace(",", "").strip()


def _mark_refusals(row: Json, run: Runners) -> Marked:
    answer = run.ask(row["question"], None)
    scores = {
        "refused": float(answer["status"] in ("abstained", "partial")),
        "abstained": float(answer["status"] == "abstained"),
    }
    return Marked(scores, None if scores["refused"] else _missed(row, [row["reason"]], [answer["text"]]))


# --- structure -----------------------------------------------------------------------------------------------------


def f1(found: set[Any], wanted: set[Any]) -> float:
    """Harmonic mean of precision and recall; 1 when both are empty."""
    if not found and not wanted:
        return 1.0
    return 2 * len(found & wanted) / (len(found) + len(wanted))


def _mark_outline(row: Json, run: Runners) -> Marked:
    result = run.outline(row["document"])
    neutral = {(_plain(h["label"]), _plain(h["title"])[:12]) for h in row.get("items", [])}
    labels = {label for label, _ in neutral}
    wanted = {(_plain(h["label"]), _plain(h["title"])) for h in row["headings"]}
    found = {(_plain(h["label"]), _plain(h["title"])) for h in result["headings"]}
    found = {
        h for h in found if h in wanted or not (h[0] in labels and (not h[1] or h[1][:12] in dict(neutral).values()))
    }
    fields = ("title", "doc_number", "issuer", "adopted_on", "effective_on")
    right = [_plain(str(result.get(f) or "")) == _plain(str(row.get(f) or "")) for f in fields]
    titles = {_plain(h["label"] + h["title"]) for h in result["headings"]}
    false = [h for h in row["not_headings"] if _plain(h) in titles]
    scores = {"heading F1": f1(found, wanted), "fields": sum(right) / len(right), "no false heading": float(not false)}
    if row["articles"] is not None:
        scores["articles"] = float(result["articles"] == row["articles"])
    wrong = [f for f, ok in zip(fields, right, strict=True) if not ok] + [f"多出 {h}" for h in sorted(found - wanted)]
    error = {"wanted": [f"缺 {h}" for h in sorted(wanted - found)], "found": wrong, "false": false}
    return Marked(scores, error if min(scores.values()) < 1 else None)


def _mark_compare(row: Json, run: Runners) -> Marked:
    result = run.compare(row["old"], row["new"])
    wanted = {(_labels(a["old"]), _labels(a["new"])): a["change"] for a in row["alignment"]}
    found = {(_labels(r["old"]), _labels(r["new"])): r["change"] for r in result["rows"]}
    shared = wanted.keys() & found.keys()
    labels = [float(found[pair] == wanted[pair]) for pair in shared]
    facts = [_has_fact(result["rows"], fact) for fact in row["facts"]]
    scores = {"row F1": f1(set(found), set(wanted)), "facts": sum(facts) / len(facts) if facts else 1.0}
    if labels:
        scores["label"] = sum(labels) / len(labels)
    missing = [f"{'、'.join(o)}→{'、'.join(n)}" for o, n in wanted.keys() - found.keys()]
    lost = [fact["note"] for fact, ok in zip(row["facts"], facts, strict=True) if not ok]
    return Marked(scores, {"wanted": sorted(missing), "found": lost} if missing or lost else None)


def _labels(paths: Sequence[str]) -> tuple[str, ...]:
    """An article by its own number; a heading by its labels, 二、 （三） and 二/（三） being the same."""
    last = [p.split(" ")[-1] for p in paths]
    return tuple(x if x.startswith("第") else _plain(p.replace("/", " ")) for x, p in zip(last, paths, strict=True))


def _has_fact(rows: Sequence[Json], fact: Json) -> bool:
    """A flagged row of the fact's articles whose texts hold its quotations."""
    for row in rows:
        if not row["flags"]:
            continue
        old_fits = not fact["old_quote"] or _overlap(row.get("old_text") or "", fact["old_quote"])
        new_fits = not fact["new_quote"] or _overlap(row.get("new_text") or "", fact["new_quote"])
        if old_fits and new_fits and (fact["old_quote"] or fact["new_quote"]):
            return True
    return False


_MARKS: dict[str, Callable[[Json, Runners], Marked]] = {
    "documents": _mark_documents,
    "articles": _mark_articles,
    "duties": _mark_duties,
    "requirements": _mark_facts,
    "facts": _mark_facts,
    "figures": _mark_figures,
    "refusals": _mark_refusals,
    "outline": _mark_outline,
    "compare": _mark_compare,
}
