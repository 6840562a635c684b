"""Which stretch of the passages found answers a question: candidate spans, measured by what stands in and around them.

Every candidate begins and ends where an official could begin and end a quotation: at a sentence, a clause, a list
label, after the words of the question that lead up to the answer, or around an amount or a date.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import log

import numpy as np
from numpy.typing import NDArray

from kb.answer.span_cuts import CLAUSE_END, LABEL, SENTENCE_END, Cuts, begins_item, cut_clauses
from kb.embedding import Encoder
from kb.text import normalise
from kb.words import STOP, Words

Ints = NDArray[np.int64]
Table = NDArray[np.float64]

_AMOUNT = re.compile(
    r"[\d０-９一二三四五六七八九十百千万亿两]+(?:[.．,，]\d+)*(?:余|多)?[%％‰万亿]*(?:个百分点|百分点|元|人次|人|名|家|个|项|条|件|吨|公里|平方米|平方公里|米|亩|户|万|亿|台|套|只|份|批|辆|所|座|处|倍|分钟|小时|天|日|周|个月|月|年|周岁|岁|次|％|%)"
)
_DATE = re.compile(r"(?:\d{4}年)?(?:\d{1,2}月)(?:\d{1,2}日)?(?:[上下]?午)?(?:\d{1,2}[时点:：]\d{0,2})?|\d{4}年")
_PHONE = re.compile(r"\d{3,4}[-—－]\d{7,8}|(?<!\d)1\d{10}(?!\d)|(?<!\d)(?:12\d{3}|9\d{4})(?!\d)")
_BODY = re.compile(
    r"(?:部门|机关|委员会|办公室|办事处|政府|中心|公司|单位|医院|街道|局|厅|委|院|办)(?=[^\u4e00-\u9fff]|[、和及与等将对在为负应要可已是]|$)"
)
_QUOTED = re.compile(r"[“《][^”》]{2,60}[”》]")
# Words before which an answer often begins, kept or not.
_LEAD_IN = re.compile(
    r"[是为由于至将对按以向给达共即在从自有]|包括|通过|采取|实行|要求|负责|分别|主要|可以|应当|需要|不得|按照|根据"
)

# What is asked, by the words of asking; several may hold.
_TYPES: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(cue))
    for name, cue in (
        ("amount", r"多少|几[个家项次名天日年月人种条]|多大|多高|多远|百分之|比例|额度|金额|幅度"),
        ("time", r"什么时候|何时|时间|哪天|几号|几点|多久|多长|期限|时限|日期|截至|截止"),
        ("who", r"谁|哪[个些家]?(?:部门|单位|机构|机关|企业|公司|人)|对象|什么(?:部门|单位|机构)|牵头"),
        ("where", r"哪里|在哪|何处|什么地方|哪些?(?:地方|地区|城市|省)|网址|地址|渠道|平台"),
        ("phone", r"电话|热线|号码|联系方式"),
        ("why", r"为什么|为何|原因|目的|目标|意义|何目"),
        ("how", r"如何|怎么|怎样|方式|方法|流程|步骤|程序|办理"),
        ("measures", r"措施|举措|做法|安排|部署|工作|要求|规定|政策|办法|内容|方面|条件|材料|任务|建议|优惠|支持|服务"),
        ("list", r"哪些|哪几|有什么|分别|包括|什么.{0,6}[？?]?$"),
        ("which", r"哪[个一种类项]|什么"),
        ("whether", r"是否|能否|可否|可以.{0,12}吗|吗[？?]?$"),
    )
)
TYPES = tuple(name for name, _ in _TYPES)
_ASKING = re.compile(
    r"什么时候|什么样|什么|怎么样|怎么|怎样|如何|哪些|哪个|哪里|哪几|哪|多少|几个|是否|能否|可否|谁|何时|为何|为什么|有何|何|吗|呢|多久|多长时间|请问|的|了|和|与|对于|对|在|是|有|将|会|应|该|要|可以|进行|具体|主要|相关|有关|[？?，,。、；;：:“”\"'《》（）()\s]"
)
_LONGEST_RUN = 26  # clauses of one candidate
_LONGEST = 700  # characters of one candidate
_SENTENCES = 7  # best-matching sentences around which candidates are made
_SPREAD = 2  # sentences beside each of them
_MOST = 1600  # candidates of one window; beyond them the lesser sentences are left out


@dataclass(frozen=True, slots=True)
class Window:
    """窗口: a stretch of one document around the passages found, in which spans are sought."""

    document: str
    start: int  # offset of ``text`` in the document
    text: str
    context: str  # title and headings above
    rank: int  # of its document among those found, from 0
    score: float  # of its best passage, relative to the best of all, 0–1
    lead: float  # by how much its passage beats the next document's; negative where another is better


@dataclass(frozen=True, slots=True)
class Spans:
    """候选跨度: the candidates of one question side by side; ``features`` has one row each."""

    window: Ints
    start: Ints  # in the window
    end: Ints
    features: Table


def asked_types(question: str) -> tuple[str, ...]:
    """What kinds of answer the words of asking want."""
    return tuple(name for name, cue in _TYPES if cue.search(question))


def fold_same_length(text: str) -> str:
    """The text as compared, one character for one."""
    whole = normalise(text)
    if len(whole) == len(text):
        return whole
    return "".join(f if len(f := normalise(c)) == 1 else (c if f else " ") for c in text)


# --- what the question says, laid over a text ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Asked:
    terms: tuple[str, ...]
    weights: Table
    types: tuple[str, ...]
    heads: tuple[str, ...]  # words beside the word of asking: 哪些措施 → 措施
    bare: str


def read_asked(question: str, words: Words, windows: Sequence[Window]) -> _Asked:
    """Terms of the question weighed by their rarity among the sentences of the windows."""
    plain = normalise(question)
    bare = _ASKING.sub(" ", plain)
    terms: dict[str, float] = {}
    for piece in bare.split():
        if len(piece) == 1:
            continue
        for gram in words.bigrams_normal(piece):
            terms[gram] = 0.5
    for word in words.cut_normal(bare):
        if len(word) > 1 and word not in STOP:
            terms[word] = 1.0
    for word in words.expand(question):
        terms.setdefault(normalise(word), 0.6)
    sentences = [fold_same_length(s) for w in windows for s in re.split(r"[。！？\n\u3000；]", w.text) if len(s) > 3]
    total = len(sentences) or 1
    kept = tuple(terms)
    frequency = [sum(t in s for s in sentences) for t in kept]
    weights = np.asarray([terms[t] * log(1 + total / (1 + f)) for t, f in zip(kept, frequency, strict=True)])
    return _Asked(kept, weights, asked_types(plain), _find_heads(plain, words), bare)


_HEAD = re.compile(
    r"(?:什么|哪些|哪个|哪几|何种|有何|怎样的|几|多少)(?:样的?)?([\u4e00-\u9fff]{1,6})|([\u4e00-\u9fff]{2,6}?)(?:有哪些|是什么|是多少|包括|如何|怎样|怎么|是谁|为多少|在哪)"
)


def _find_heads(plain: str, words: Words) -> tuple[str, ...]:
    found: list[str] = []
    for m in _HEAD.finditer(plain):
        if m[1]:
            cut = [w for w in words.cut_normal(m[1]) if len(w) > 1]
            found += cut[:2]
        elif m[2]:
            cut = [w for w in words.cut_normal(m[2]) if len(w) > 1]
            found += cut[-1:]
    return tuple(dict.fromkeys(w for w in found if w not in STOP))


@dataclass(frozen=True, slots=True)
class _Laid:
    """覆盖: where the question's terms stand in a window, as sums from the left."""

    text: str
    cuts: Cuts
    counts: Ints  # (terms, length + 1): occurrences that begin before each place
    ends: Ints  # occurrences that end at or before each place
    matched: Table  # (length + 1): characters covered, weighed
    marks: Ints  # (5, length + 1): amounts, dates, phones, bodies, quoted
    heads: Ints  # (length + 1)
    labels: Ints
    vectors: Table  # (clauses + 1, dimension): sums from the left


def _lay(window: Window, asked: _Asked, encoder: Encoder) -> _Laid:
    text = fold_same_length(window.text)
    n = len(text)
    counts = np.zeros((len(asked.terms), n + 1), dtype=np.int64)
    ends = np.zeros_like(counts)
    cover = np.zeros(n)
    for row, (term, weight) in enumerate(zip(asked.terms, asked.weights, strict=True)):
        at = text.find(term)
        while at >= 0:
            counts[row, at + 1] += 1
            ends[row, at + len(term)] += 1
            cover[at : at + len(term)] = np.maximum(cover[at : at + len(term)], weight)
            at = text.find(term, at + 1)
    cuts = cut_clauses(window.text)
    rows = encoder.encode([window.text[a:b] for a, b in zip(cuts.starts, cuts.ends, strict=True)])
    sizes = np.sqrt((cuts.ends - cuts.starts).astype(float))[:, None]
    vectors = np.vstack([np.zeros((1, rows.shape[1])), np.cumsum(rows * sizes, axis=0)])
    marks = np.zeros((5, n + 1), dtype=np.int64)
    for row, pattern in enumerate((_AMOUNT, _DATE, _PHONE, _BODY, _QUOTED)):
        for m in pattern.finditer(text):
            marks[row, m.start() + 1] += 1
    heads = np.zeros(n + 1, dtype=np.int64)
    for head in asked.heads:
        at = text.find(head)
        while at >= 0:
            heads[min(n, at + len(head))] += 1
            at = text.find(head, at + 1)
    labels = np.zeros(n + 1, dtype=np.int64)
    for m in LABEL.finditer(window.text):
        if begins_item(window.text, m.start()):
            labels[m.start() + 1] += 1
    return _Laid(
        text,
        cuts,
        np.cumsum(counts, axis=1),
        np.cumsum(ends, axis=1),
        np.concatenate([[0.0], np.cumsum(cover)]),
        np.cumsum(marks, axis=1),
        np.cumsum(heads),
        np.cumsum(labels),
        vectors,
    )


def _coverage(laid: _Laid, asked: _Asked, start: Ints, end: Ints) -> Table:
    """Share of the question's weight that stands wholly within each stretch."""
    n = len(laid.text)
    start, end = np.clip(start, 0, n), np.clip(end, 0, n)
    held = laid.ends[:, end] - laid.counts[:, start] > 0
    total = float(asked.weights.sum()) or 1.0
    return np.asarray((asked.weights[:, None] * held).sum(axis=0) / total)


# --- candidates ----------------------------------------------------------------------------------------------------


def _propose(laid: _Laid, asked: _Asked, words: Words) -> tuple[list[int], list[int]]:
    """Starts and ends of candidates around the sentences that carry most of the question."""
    cuts = laid.cuts
    count = int(cuts.sentence[-1]) + 1 if len(cuts.sentence) else 0
    if not count:
        return [], []
    first = np.searchsorted(cuts.sentence, np.arange(count), side="left")
    last = np.searchsorted(cuts.sentence, np.arange(count), side="right") - 1
    keep = np.nonzero(last >= first)[0]
    begins, stops = cuts.starts[first[keep]], cuts.ends[last[keep]]
    carried = _coverage(laid, asked, begins, stops)
    carried = carried + 0.3 * np.concatenate([[0.0], carried[:-1]])
    near: set[int] = set()
    for best in np.argsort(-carried, kind="stable")[:_SENTENCES]:
        near |= set(range(int(best) - 1, int(best) + _SPREAD + 1))
    sentences = [int(keep[k]) for k in sorted(near) if 0 <= k < len(keep)]
    pairs: dict[tuple[int, int], None] = {}
    total = len(cuts.starts)
    for s in sentences:
        for i in range(int(first[s]), int(last[s]) + 1):
            inner = _inner_starts(laid, asked, int(cuts.starts[i]), int(cuts.ends[i]), words)
            for j in range(i, min(total, i + _LONGEST_RUN)):
                a, b = int(cuts.starts[i]), int(cuts.ends[j])
                if b - a > _LONGEST:
                    break
                if j - i > 5 and cuts.end_level[j] < 2 and laid.text[b - 1] != "；":
                    continue
                if cuts.start_level[i] < 2 and j - i > 12 and cuts.sentence[j] != cuts.sentence[i]:
                    break
                pairs[a, b] = None
                for inside in inner:
                    if j - i <= 6:
                        pairs[inside, b] = None
            for a, b in _inner_spans(laid, asked, int(cuts.starts[i]), int(cuts.ends[i]), inner):
                pairs[a, b] = None
        if len(pairs) > _MOST:
            break
    return [a for a, _ in pairs], [b for _, b in pairs]


def _inner_starts(laid: _Laid, asked: _Asked, start: int, end: int, words: Words) -> list[int]:
    """Word edges inside a clause at which an answer may begin: after words of the question, around a lead-in."""
    text = laid.text
    found: set[int] = set()
    at = start
    known = set(asked.terms)
    for word in words.segment(text[start:end]):
        after = at + len(word)
        if start < at:
            if _LEAD_IN.match(word):
                found |= {at, after}
            if word in known or word[-2:] in known:
                found.add(after)
            elif laid.matched[at] - laid.matched[max(start, at - 2)] > 0:
                found.add(at)
        elif word in known or _LEAD_IN.match(word):
            found.add(after)
        at = after
    return sorted(p for p in found if start < p < end - 1 and text[p] not in CLAUSE_END + SENTENCE_END)


def _inner_spans(laid: _Laid, asked: _Asked, start: int, end: int, starts: Sequence[int]) -> Iterable[tuple[int, int]]:
    """Amounts, dates, names and quoted words; and stretches that stop before words of the question or 等."""
    text = laid.text
    for pattern in (_AMOUNT, _DATE, _PHONE, _QUOTED):
        for m in pattern.finditer(text, start, end):
            if m.end() > m.start():
                yield m.start(), m.end()
                for a in starts:
                    if 0 < m.start() - a <= 14:
                        yield a, m.end()
    stops: set[int] = set()
    bare_end = end
    while bare_end > start and text[bare_end - 1] in CLAUSE_END + SENTENCE_END:
        bare_end -= 1
    stops.add(bare_end)
    for at in range(start + 1, bare_end):
        begins = laid.matched[at + 1] - laid.matched[at] > 0 and laid.matched[at] - laid.matched[at - 1] == 0
        if begins or text[at] in "的等":
            stops.add(at)
    for a in (start, *starts):
        for b in sorted(stops):
            if 2 <= b - a <= 60:
                yield a, b


# --- measuring -----------------------------------------------------------------------------------------------------

FEATURES = (
    "log_length", "in", "before_12", "before_40", "before_100", "after_20", "after_60", "sentence", "previous",
    "cover_in", "cover_6", "cover_20", "cover_after", "start_level", "end_level", "clauses", "sentences", "amounts",
    "dates", "phones", "bodies", "quoted", "score", "lead", "rank", "place", "head_before", "head_in", "labels",
    "colon_before", "starts_label", "lead_in", "ends_mark", "lines", "semicolons", "cosine", "cosine_sentence",
    "cosine_before", "context", "asked_length", "terms", "unit", "outside", "density", "from_peak", "first_cover", "enumerated",
    *(f"type_{t}" for t in TYPES),
)  # fmt: skip


def find_spans(question: str, windows: Sequence[Window], words: Words, encoder: Encoder) -> Spans:
    """Every candidate span of the windows with its features."""
    asked = read_asked(question, words, windows)
    vector = encoder.encode([question])[0]
    parts: list[Spans] = []
    for n, window in enumerate(windows):
        laid = _lay(window, asked, encoder)
        starts, ends = _propose(laid, asked, words)
        if starts:
            s, e = np.asarray(starts, dtype=np.int64), np.asarray(ends, dtype=np.int64)
            table = _measure(question, window, laid, asked, vector, s, e)
            parts.append(Spans(np.full(len(s), n, dtype=np.int64), s, e, table))
    if not parts:
        empty = np.zeros(0, dtype=np.int64)
        return Spans(empty, empty, empty, np.zeros((0, len(FEATURES))))
    return Spans(
        np.concatenate([p.window for p in parts]),
        np.concatenate([p.start for p in parts]),
        np.concatenate([p.end for p in parts]),
        np.vstack([p.features for p in parts]),
    )


_UNIT = re.compile(r"(?:多少|几)([\u4e00-\u9fff]{1,2})")


def _measure(
    question: str, window: Window, laid: _Laid, asked: _Asked, vector: NDArray[np.float32], s: Ints, e: Ints
) -> Table:
    cuts, text, n = laid.cuts, laid.text, len(laid.text)
    total = len(cuts.starts)
    first = np.clip(np.searchsorted(cuts.starts, s, side="right") - 1, 0, total - 1)
    last = np.clip(np.searchsorted(cuts.ends, e, side="left"), 0, total - 1)
    sentence_of = cuts.sentence
    count = int(sentence_of[-1]) + 1
    opens = cuts.starts[np.clip(np.searchsorted(sentence_of, np.arange(count), side="left"), 0, total - 1)]
    shuts = cuts.ends[np.clip(np.searchsorted(sentence_of, np.arange(count), side="right") - 1, 0, total - 1)]
    a, b = sentence_of[first], sentence_of[last]
    length = e - s
    lines = np.cumsum(cuts.start_level >= 3)

    def cover(x: Ints, y: Ints) -> Table:
        x, y = np.clip(x, 0, n), np.clip(y, 0, n)
        return np.asarray((laid.matched[y] - laid.matched[x]) / np.maximum(1, y - x))

    def held(values: Ints, x: Ints, y: Ints) -> Table:
        return np.asarray(values[np.clip(y, 0, n)] - values[np.clip(x, 0, n)], dtype=float)

    top = float(np.max(asked.weights)) if len(asked.weights) else 1.0
    inside = _coverage(laid, asked, s, e)
    whole = _coverage(laid, asked, opens[a], shuts[b])
    local = _coverage(laid, asked, np.maximum(0, s - 60), np.minimum(n, e + 20))
    previous = _coverage(laid, asked, opens[np.maximum(0, a - 1)], shuts[b])
    peak = int(np.argmax(np.convolve(np.diff(laid.matched), np.ones(24), "same"))) if n else 0
    edge_start = np.where(cuts.starts[first] == s, cuts.start_level[first], -1)
    edge_end = np.where(cuts.ends[last] == e, cuts.end_level[last], -1)
    unit = [u[0] for u in _UNIT.findall(question)]
    has_unit = (
        np.asarray([any(u in text[x:y] for u in unit) for x, y in zip(s, e, strict=True)], dtype=float)
        if unit
        else np.zeros(len(s))
    )
    mean = laid.vectors[last + 1] - laid.vectors[first]
    of_sentence = (
        laid.vectors[np.searchsorted(sentence_of, b, side="right")]
        - laid.vectors[np.searchsorted(sentence_of, a, side="left")]
    )
    before = laid.vectors[first] - laid.vectors[np.maximum(0, first - 3)]
    heads_before = held(laid.heads, s - 30, s)
    columns: dict[str, Table] = {
        "log_length": np.log(length),
        "in": inside,
        "before_12": _coverage(laid, asked, s - 12, s),
        "before_40": _coverage(laid, asked, s - 40, s),
        "before_100": _coverage(laid, asked, s - 100, s),
        "after_20": _coverage(laid, asked, e, e + 20),
        "after_60": _coverage(laid, asked, e, e + 60),
        "sentence": whole,
        "previous": previous,
        "cover_in": cover(s, e) / top,
        "cover_6": cover(s - 6, s) / top,
        "cover_20": cover(s - 20, s) / top,
        "cover_after": cover(e, e + 6) / top,
        "start_level": edge_start.astype(float),
        "end_level": edge_end.astype(float),
        "clauses": (last - first + 1).astype(float),
        "sentences": (b - a + 1).astype(float),
        "amounts": held(laid.marks[0], s, e),
        "dates": held(laid.marks[1], s, e),
        "phones": held(laid.marks[2], s, e),
        "bodies": held(laid.marks[3], s, e),
        "quoted": held(laid.marks[4], s, e),
        "score": np.full(len(s), window.score),
        "lead": np.full(len(s), window.lead),
        "rank": np.full(len(s), float(window.rank)),
        "place": s / max(1, n),
        "head_before": heads_before,
        "head_in": held(laid.heads, s, e),
        "labels": held(laid.labels, s, e),
        "colon_before": np.asarray([text[max(0, x - 3) : x].rstrip()[-1:] in ("：", ":") for x in s], dtype=float),
        "starts_label": np.asarray([laid.labels[min(n, x + 1)] - laid.labels[x] > 0 for x in s], dtype=float),
        "lead_in": np.asarray([bool(_LEAD_IN.match(text, int(x))) for x in s], dtype=float),
        "ends_mark": np.asarray([(SENTENCE_END + CLAUSE_END).find(text[y - 1]) for y in e], dtype=float),
        "lines": (lines[last] - lines[first]).astype(float),
        "semicolons": np.asarray([text[x:y].count(";") for x, y in zip(s, e, strict=True)], dtype=float),
        "cosine": _cosine(mean, vector),
        "cosine_sentence": _cosine(of_sentence, vector),
        "cosine_before": _cosine(before, vector),
        "context": np.full(len(s), _share(asked, fold_same_length(window.context))),
        "asked_length": np.full(len(s), float(len(question))),
        "terms": np.full(len(s), float(len(asked.terms))),
        "unit": has_unit,
        "outside": local - inside,
        "density": inside / np.log(3 + length),
        "from_peak": np.clip(s - peak, -400, 400).astype(float),
        "first_cover": cover(s, s + 6) / top,
        "enumerated": np.asarray([text[x:y].count("、") for x, y in zip(s, e, strict=True)], dtype=float) / np.log(3 + length),
    }  # fmt: skip
    for name in TYPES:
        columns[f"type_{name}"] = np.full(len(s), float(name in asked.types))
    return np.column_stack([columns[name] for name in FEATURES])


def _share(asked: _Asked, text: str) -> float:
    total = float(asked.weights.sum()) or 1.0
    return float(sum(w for t, w in zip(asked.terms, asked.weights, strict=True) if t in text)) / total


def _cosine(rows: Table, vector: NDArray[np.float32]) -> Table:
    norms = np.linalg.norm(rows, axis=1)
    return np.asarray((rows @ vector.astype(float)) / np.where(norms == 0, 1, norms))
