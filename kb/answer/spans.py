"""Which stretch of the passages found answers a question: candidate spans, measured by what stands in and around them.

Every candidate begins and ends where an official could begin and end a quotation: at a sentence, a clause, a list
label, after the words of the question that lead up to the answer, or around an amount or a date.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kb.answer.reader import COLUMNS, Reader, Reading
from kb.answer.span_candidates import LEAD_IN, coverage, propose
from kb.answer.span_layout import Ints, Laid, Window, fold_same_length, lay
from kb.answer.span_question import TYPES, Asked, Table, read_asked
from kb.embedding import Encoder
from kb.words import Words

# What stands right before and right after a candidate, and how it begins: groups of characters.
_BEFORE = ("，,", "。；;！？!?", "：:", "、", "的", "了为是", "至到达于向给", "“《（(", "》”）)")
_AFTER = ("，,", "。！？!?", "；;", "、", "的", "等", "）)”》")
_FIRST = (
    "对",
    "将从由",
    "要应须需",
    "在自按凡",
    "为是",
    "通过采取实行施",
    "可不",
    "加推建开组强确保支优",
    "给予减免延降",
    "各全",
    "0123456789一二三四五六七八九十两",
    "“《（(",
)
_LAST = ("。！？!?", "；;", "，,", "）)”》", "等", "元%％个日月年天")
_PEAK = 24  # characters over which the densest place of the question's words is sought

FEATURES = (
    "log_length", "in", "before_12", "before_40", "before_100", "after_20", "after_60", "sentence", "previous",
    "cover_in", "cover_6", "cover_20", "cover_after", "start_level", "end_level", "clauses", "sentences", "amounts",
    "dates", "phones", "bodies", "quoted", "bylines", "score", "lead", "rank", "place", "head_before", "head_in", "labels",
    "starts_label", "lead_in", "lines", "semicolons", "cosine", "cosine_sentence",
    "cosine_before", "context", "asked_length", "terms", "unit", "outside", "density", "from_peak", "first_cover", "enumerated",
    "focus_in", "focus_sentence", "focus_before", "focus_previous", "left_before", "right_after", "right_before", "right_in",
    "near_in", "near_before", "near_after", "near_sentence", "heading", "heading_focus", "alike_in", "alike_before",
    "alike_sentence", "alike_previous", "run_in", "run_before", "run_sentence", "torn", "title_share", "title_sentence",
    "unfinished", "from_start", "from_end", "head_end", "head_after", "new", "numbers", "lasting", "asking",
    "after_asking", "asking_before",
    *(f"before_{n}_mark" for n in range(len(_BEFORE))), *(f"after_{n}_mark" for n in range(len(_AFTER))),
    *(f"first_{n}_mark" for n in range(len(_FIRST))), *(f"last_{n}_mark" for n in range(len(_LAST))),
    *(f"type_{t}" for t in TYPES), *COLUMNS,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Spans:
    """候选跨度: the candidates of one question side by side; ``features`` has one row each."""

    window: Ints
    start: Ints  # in the window
    end: Ints
    features: Table


def lay_all(question: str, windows: Sequence[Window], words: Words, encoder: Encoder) -> tuple[Asked, list[Laid]]:
    """The question as read, and laid over every window."""
    sentences = [fold_same_length(s) for w in windows for s in re.split(r"[。！？\n\u3000；]", w.text) if len(s) > 3]
    asked = read_asked(question, words, sentences)
    return asked, [lay(window, asked, words, encoder) for window in windows]


def find_spans(
    question: str, windows: Sequence[Window], words: Words, encoder: Encoder, reader: Reader | None
) -> Spans:
    """Every candidate span of the windows with its features; what a reader says is missing (NaN) without one."""
    asked, laid_over = lay_all(question, windows, words, encoder)
    readings = reader.read(asked, windows, laid_over) if reader else [None] * len(windows)
    vector = encoder.encode([question])[0]
    parts: list[Spans] = []
    for n, (window, laid, reading) in enumerate(zip(windows, laid_over, readings, strict=True)):
        starts, ends = propose(laid, asked)
        if len(starts):
            table = _measure(window, laid, asked, vector, reading, starts, ends)
            parts.append(Spans(np.full(len(starts), n, dtype=np.int64), starts, ends, table))
    if not parts:
        empty = np.zeros(0, dtype=np.int64)
        return Spans(empty, empty, empty, np.zeros((0, len(FEATURES))))
    return Spans(
        np.concatenate([p.window for p in parts]),
        np.concatenate([p.start for p in parts]),
        np.concatenate([p.end for p in parts]),
        np.vstack([p.features for p in parts]),
    )


class _Highest:
    """区间最大值: the largest value of any stretch of columns, from tables of stretches of 1, 2, 4, … columns."""

    def __init__(self, values: Table) -> None:
        self._levels = [values]
        while (step := 1 << (len(self._levels) - 1)) * 2 <= values.shape[1]:
            last: Table = self._levels[-1]
            self._levels.append(np.maximum(last[:, :-step], last[:, step:]))

    def over(self, start: Ints, stop: Ints) -> Table:
        """Rows of the largest values of columns start … stop - 1; zeros where there are none."""
        rows = self._levels[0].shape[0]
        found = np.zeros((rows, len(start)))
        width = stop - start
        level = np.where(width > 0, np.floor(np.log2(np.maximum(width, 1))), -1).astype(np.int64)
        for at, table in enumerate(self._levels):
            here = np.nonzero(level == at)[0]
            if len(here):
                found[:, here] = np.maximum(table[:, start[here]], table[:, stop[here] - (1 << at)])
        return found


def _measure(
    window: Window, laid: Laid, asked: Asked, vector: NDArray[np.float32], reading: Reading | None, s: Ints, e: Ints
) -> Table:
    cuts, text, n = laid.cuts, laid.text, len(laid.text)
    total = len(cuts.starts)
    first = np.clip(np.searchsorted(cuts.starts, s, side="right") - 1, 0, total - 1)
    last = np.clip(np.searchsorted(cuts.ends, e, side="left"), 0, total - 1)
    a, b = cuts.sentence[first], cuts.sentence[last]
    opens, shuts = laid.opens[a], laid.shuts[b]
    columns = _measure_terms(window, laid, asked, s, e, a, opens, shuts)
    columns |= _measure_likeness(laid, asked, vector, s, e, first, last, opens, shuts)
    columns |= _measure_shape(window, laid, asked, s, e, first, last)
    columns |= reading.measure(s, e) if reading else dict.fromkeys(COLUMNS, np.full(len(s), np.nan))
    length = e - s
    columns["sentences"] = (b - a + 1).astype(float)
    columns["clauses"] = (last - first + 1).astype(float)
    columns["density"] = columns["in"] / np.log(3 + length)
    columns["new"] = (laid.matched[e] <= laid.matched[s]).astype(float)
    title = laid.title
    columns["title_share"] = np.asarray((title[e] - title[s]) / length, dtype=float)
    columns["title_sentence"] = np.asarray((title[shuts] - title[opens]) / np.maximum(1, shuts - opens), dtype=float)
    columns["unfinished"] = laid.unfinished[a].astype(float)
    heads = [h for h in asked.heads if h]
    columns["head_end"] = np.asarray(
        [any(text[x:y].rstrip("。；;，,等 ").endswith(h[-2:]) for h in heads) for x, y in zip(s, e, strict=True)],
        dtype=float,
    )
    columns["head_after"] = np.asarray(laid.heads[np.clip(e + 8, 0, n)] - laid.heads[e], dtype=float)
    for name in TYPES:
        columns[f"type_{name}"] = np.full(len(s), float(name in asked.types))
    return np.column_stack([columns[name] for name in FEATURES])


def _measure_terms(
    window: Window, laid: Laid, asked: Asked, s: Ints, e: Ints, a: Ints, opens: Ints, shuts: Ints
) -> dict[str, Table]:
    """How the question's terms are spread in and around each candidate."""
    n = len(laid.text)
    top = float(np.max(asked.weights)) if len(asked.weights) else 1.0
    everything = asked.weights
    focus, left, right, near = (everything * flags for flags in (laid.focus, asked.left, asked.right, asked.near))
    earlier = laid.opens[np.maximum(0, a - 1)]

    def cover(x: Ints, y: Ints) -> Table:
        x, y = np.clip(x, 0, n), np.clip(y, 0, n)
        return np.asarray((laid.matched[y] - laid.matched[x]) / np.maximum(1, y - x)) / top

    def share(weights: Table, x: Ints, y: Ints) -> Table:
        return coverage(laid, weights, x, y)

    inside = share(everything, s, e)
    peak = int(np.argmax(np.convolve(np.diff(laid.matched), np.ones(_PEAK), "same"))) if n else 0
    headed = laid.headed[a]
    return {
        "in": inside,
        "before_12": share(everything, s - 12, s),
        "before_40": share(everything, s - 40, s),
        "before_100": share(everything, s - 100, s),
        "after_20": share(everything, e, e + 20),
        "after_60": share(everything, e, e + 60),
        "sentence": share(everything, opens, shuts),
        "previous": share(everything, earlier, shuts),
        "outside": share(everything, np.maximum(0, s - 60), np.minimum(n, e + 20)) - inside,
        "cover_in": cover(s, e),
        "cover_6": cover(s - 6, s),
        "cover_20": cover(s - 20, s),
        "cover_after": cover(e, e + 6),
        "first_cover": cover(s, s + 6),
        "from_peak": np.clip(s - peak, -400, 400).astype(float),
        "focus_in": share(focus, s, e),
        "focus_sentence": share(focus, opens, shuts),
        "focus_before": share(focus, s - 40, s),
        "focus_previous": share(focus, earlier, shuts),
        "left_before": share(left, s - 60, s),
        "right_after": share(right, e, e + 25),
        "right_before": share(right, s - 40, s),
        "right_in": share(right, s, e),
        "near_in": share(near, s, e),
        "near_before": share(near, s - 30, s),
        "near_after": share(near, e, e + 20),
        "near_sentence": share(near, opens, shuts),
        "heading": share(everything, headed[:, 0], headed[:, 1]),
        "heading_focus": share(focus, headed[:, 0], headed[:, 1]),
        "context": np.full(len(s), _share_of_text(asked, fold_same_length(window.context))),
        "terms": np.full(len(s), float(len(asked.terms))),
        "asked_length": np.full(len(s), float(len(asked.plain))),
    }  # fmt: skip


def _measure_likeness(
    laid: Laid, asked: Asked, vector: NDArray[np.float32],
    s: Ints, e: Ints, first: Ints, last: Ints, opens: Ints, shuts: Ints,
) -> dict[str, Table]:  # fmt: skip
    """How near in meaning and in wording each candidate and its surroundings come to the question."""
    sentence = laid.cuts.sentence
    begin, end = (
        np.searchsorted(sentence, sentence[first], side="left"),
        np.searchsorted(sentence, sentence[last], side="right"),
    )
    earlier = np.searchsorted(sentence, np.maximum(0, sentence[first] - 1), side="left")
    alike, run = _Highest(laid.alike), _Highest(laid.run[None, :])
    weights = asked.word_weights / (float(asked.word_weights.sum()) or 1.0)

    def likeness(x: Ints, y: Ints) -> Table:
        return np.asarray(weights @ alike.over(x, y))

    def longest(x: Ints, y: Ints) -> Table:
        x = np.clip(x, 0, len(laid.text))
        return np.asarray(np.log1p(np.minimum(run.over(x + 1, y + 1)[0], y - x)))

    def cosine(x: Ints, y: Ints) -> Table:
        rows = laid.vectors[y] - laid.vectors[x]
        norms = np.linalg.norm(rows, axis=1)
        return np.asarray((rows @ vector.astype(float)) / np.where(norms == 0, 1, norms))

    return {
        "cosine": cosine(first, last + 1),
        "cosine_sentence": cosine(begin, end),
        "cosine_before": cosine(np.maximum(0, first - 3), first),
        "alike_in": likeness(first, last + 1),
        "alike_before": likeness(np.maximum(0, first - 3), first),
        "alike_sentence": likeness(begin, end),
        "alike_previous": likeness(earlier, end),
        "run_in": longest(s, e),
        "run_before": longest(s - 40, s),
        "run_sentence": longest(opens, shuts),
    }


def _measure_shape(
    window: Window, laid: Laid, asked: Asked, s: Ints, e: Ints, first: Ints, last: Ints
) -> dict[str, Table]:
    """What each candidate holds, where it stands, and what its edges look like."""
    cuts, text, n = laid.cuts, laid.text, len(laid.text)
    lines = np.cumsum(cuts.start_level >= 3)
    length = e - s
    spans = list(zip(s.tolist(), e.tolist(), strict=True))

    def held(values: Ints, x: Ints, y: Ints) -> Table:
        return np.asarray(values[np.clip(y, 0, n)] - values[np.clip(x, 0, n)], dtype=float)

    def each(test: list[bool] | list[int]) -> Table:
        return np.asarray(test, dtype=float)

    before = [text[max(0, x - 3) : x].rstrip()[-1:] or " " for x, _ in spans]
    after = [text[y : y + 3].lstrip()[:1] or " " for _, y in spans]
    columns: dict[str, Table] = {
        "log_length": np.log(length),
        "start_level": np.where(cuts.starts[first] == s, cuts.start_level[first], -1).astype(float),
        "end_level": np.where(cuts.ends[last] == e, cuts.end_level[last], -1).astype(float),
        "score": np.full(len(s), window.score),
        "lead": np.full(len(s), window.lead),
        "rank": np.full(len(s), float(window.rank)),
        "place": s / max(1, n),
        "from_start": np.log1p(window.start + s),
        "from_end": np.log1p(np.maximum(0, max(window.size, window.start + n) - window.start - e)),
        "head_before": held(laid.heads, s - 30, s),
        "head_in": held(laid.heads, s, e),
        "labels": held(laid.labels, s, e),
        "starts_label": each([laid.labels[min(n, x + 1)] - laid.labels[x] > 0 for x, _ in spans]),
        "lead_in": each([bool(LEAD_IN.match(text, x)) for x, _ in spans]),
        "lines": (lines[last] - lines[first]).astype(float),
        "semicolons": each([text[x:y].count(";") for x, y in spans]),
        "enumerated": each([text[x:y].count("、") for x, y in spans]) / np.log(3 + length),
        "unit": each([any(u in text[x:y] for u in asked.units) for x, y in spans]) if asked.units else np.zeros(len(s)),
        "torn": np.abs(laid.depth[:, e] - laid.depth[:, s]).sum(axis=0).astype(float),
    }  # fmt: skip
    for row, name in enumerate(
        ("amounts", "dates", "phones", "bodies", "quoted", "bylines", "numbers", "lasting", "asking")
    ):
        columns[name] = held(laid.marks[row], s, e)
    columns["after_asking"] = held(laid.marks[8], s - 12, s)
    columns["asking_before"] = held(laid.marks[8], s - 60, s)
    # text is folded, and the groups name characters as written: both forms are in them
    for n_, group in enumerate(_BEFORE):
        columns[f"before_{n_}_mark"] = each([c in group for c in before])
    for n_, group in enumerate(_AFTER):
        columns[f"after_{n_}_mark"] = each([c in group for c in after])
    for n_, group in enumerate(_FIRST):
        columns[f"first_{n_}_mark"] = each([text[x] in group for x, _ in spans])
    for n_, group in enumerate(_LAST):
        columns[f"last_{n_}_mark"] = each([text[y - 1] in group for _, y in spans])
    return columns


def _share_of_text(asked: Asked, text: str) -> float:
    total = float(asked.weights.sum()) or 1.0
    return float(sum(w for t, w in zip(asked.terms, asked.weights, strict=True) if t in text)) / total
