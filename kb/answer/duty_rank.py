"""Which duties answer a part of a question: signals of the pool and of the duty itself, weighed by what was learned."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from math import log

import numpy as np
from numpy.typing import NDArray

from kb.answer.draft import Context, Question
from kb.answer.duty_items import READ_ON, Item, choose_items
from kb.answer.duty_question import Part, find_roles, find_topic
from kb.answer.pool import NAMES, Pool, find_likeness, measure_records
from kb.matching import Task, parse_task, read_scope
from kb.records import Duty, Role
from kb.text import normalise

# Listwise logistic regression (training/records.py) on the development questions and 295 written over other documents, each
# set weighing the same, drawn towards the weights that the development questions alone gave; outsider was learned last.
WEIGHTS: dict[str, float] = {
    "share_part": 1.24,
    "quote_part": 0.86,
    "share_full": 2.08,
    "cosine_part": 1.58,
    "cosine_quote": 1.6,
    "cosine_full": 2.64,
    "phrase": 0.06,
    "title": 1.83,
    "height_full": 4.34,
    "height_part": -0.12,
    "first": 1.19,
    "refers": 1.65,
    "document": -0.68,
    "neighbour": -1.16,
    "local": 1.82,
    "role": 0.58,
    "role_near": 0.26,
    "role_document": 0.81,
    "sure": 0.84,
    "body": 1.35,
    "decides": 1.01,
    "holder": -1.08,
    "long": -1.36,
    "general": -0.37,
    "denies": 1.01,
    "disputed": 1.19,
    "disputed_high": 1.3,
    "decider": 0.93,
    "no_decider": -1.19,
    "same_case": 1.7,
    "support": 0.86,
    "enforce_only": 0.93,
    "discipline": -1.31,
    "fee": -2.99,  # by hand, as is the next: too few questions of the set bear on them
    "not_doing": -3.01,
    "object": 1.48,
    "named": 0.25,
    "article": 1.49,
    "core": 0.48,
    "outsider": -0.73,
}
_BODY = re.compile(r"[局厅委部署院府处会关队所]$|部门|机构|企业|单位|公司|组织|办事处|中心|平台|[者人长旗县市区村]$")
# 负责本行政区域内的…工作 of the first chapter: true, and seldom what is asked.
_GENERAL = re.compile(r"(?:行政区域|辖区)内?的?.{0,12}(?:工作|管理)")
_LONG = 200  # characters of a quotation that is as long as they get
# Those under control, or nobody: to name them is no answer to who handles it.
_NOBODY = re.compile(
    r"^(?:.{0,4}当事人|行为人|违法(?:行为)?人|单位(?:和|或者?)个人|任何.*|个人|公民|责任人|责任单位|有关(?:责任)?人员|直接责任人员?|其他.{0,4}人员?)$"
)


# Who handles it may be told as who punishes, supervises or decides.
_NEAR: dict[Role, frozenset[Role]] = {
    "own": frozenset({"enforce", "oversee", "coordinate", "approve", "joint"}), "lead": frozenset({"own", "coordinate", "oversee"}),
    "enforce": frozenset({"own", "lead", "oversee"}), "decide": frozenset({"approve", "own", "coordinate"}),
    "approve": frozenset({"own", "decide"}), "support": frozenset({"joint", "own"}), "joint": frozenset({"support"}),
    "oversee": frozenset({"own", "enforce", "lead"}), "coordinate": frozenset({"own", "decide", "oversee"}),
    "duty-holder": frozenset({"own"}),
}  # fmt: skip
_LOCAL = NAMES.index("local")
_DOCUMENT, _FULL, _PART = (NAMES.index(n) for n in ("document", "height_full", "height_part"))


@dataclass(frozen=True, slots=True)
class Candidate:
    """候选职责: a duty with its score for one part of the question."""

    duty: Duty
    score: float
    part: int
    role_asked: bool
    signals: NDArray[np.float64]
    item: Item | None = None  # of a list under the duty's stem, the one that is most like what is asked


def find_spoken(ranked: Sequence[Sequence[Candidate]]) -> frozenset[str]:
    """The documents that speak of what the question names by its rarest word; all of them where none does."""
    everything = [c for part in ranked for c in part]
    spoken = frozenset(c.duty.basis.document for c in everything if c.signals[_CORE])
    return spoken or frozenset(c.duty.basis.document for c in everything)


def rank_duties(
    context: Context, question: Question, parts: Sequence[Part], pool: Pool, number: int, duties: Sequence[Duty]
) -> list[Candidate]:
    """Duties for one part, best first; equal scores in the order of the texts."""
    part = parts[number]
    asked = find_roles(part)
    kept = [d for d in duties if not is_nobody(d.agency) or "duty-holder" in asked]
    items = choose_items(context, part.text, kept)
    listed = {d: item.text for d, item in items.items()}
    texts = [f"{text_of(d)}，{listed.get(d, '')}" for d in kept]
    quotes = [d.basis.quote + listed.get(d, "") for d in kept]
    whole, own = about(question.full), about(part.text)
    pooled = measure_records(context, whole, own, pool, number, kept, texts, quotes)
    bare = context.searcher.catalogue().gazetteer.pattern.sub(" ", find_topic(part.text))
    objects = [_object_of(p.record) + listed.get(p.record, "") for p in pooled]
    near = find_likeness(context.searcher.encoder, [bare], objects)[0]
    manner = find_manner(question, part)
    told = [f"{text_of(p.record)}{p.record.basis.quote}{listed.get(p.record, '')}" for p in pooled]
    named, _ = _measure_named(context, part, told)
    around, core = _measure_named(context, part, _read_articles(context, [p.record for p in pooled]))
    spoken = any(core)
    ranked = []
    for p, *measured in zip(pooled, near, named, around, core, strict=True):
        signals = np.concatenate([p.signals, own_signals(p.record, asked, p.signals, manner), measured])
        if spoken and not signals[_CORE] and p.record.basis.document not in pool.local:
            signals[_LOCAL] = 0.0  # a national text that does not speak of the matter is none for every place
        score, item = float(signals @ _VECTOR), items.get(p.record)
        ranked.append(Candidate(p.record, score, number, p.record.role in asked, signals, item))
    return sorted(ranked, key=lambda c: (-c.score, c.duty.basis.document, c.duty.basis.start, c.duty.agency))


OWN_NAMES = (
    "role", "role_near", "role_document", "sure", "body", "decides", "holder", "long", "general",
    "denies", "disputed", "disputed_high", "decider", "no_decider", "same_case", "support", "enforce_only",
    "discipline", "fee", "not_doing", "outsider", "object", "named", "article", "core",
)  # fmt: skip
_CORE = len(NAMES) + OWN_NAMES.index("core")
_VECTOR = np.asarray([WEIGHTS[n] for n in (*NAMES, *OWN_NAMES)])
# 还能开罚单吗, 行不行: what is denied answers as well as what is given.
_WHETHER = re.compile(r"能不能|能否|可不可以|行不行|还能|一律.{0,12}吗|(?:能|可以|有权|[得要管]了?).{0,14}吗")
_DENIES = re.compile(r"不得|不再|无权|不承担|有权拒绝|不予|不能|未经")
# 两家抢着管, 划不清, 谁说了算: asked is who settles it, and the rule speaks of the dispute or of what is unclear.
_DISPUTE = re.compile(
    r"说了算|听谁|争|扯皮|踢皮球|推诿|[划分说]不清|[对套]不上|不明确|指定|不归自己|都不管|谁(?:来|去)?定|由谁.{0,6}定|定哪|不是自己的"
)
_DISPUTED = re.compile(
    r"争议|不明确|不明的|不清|[不无]法?能?确定|未明确|未规定|协[商调]不成|经协调|不一致|指定管辖|有异议|跨(?:行政)?区|不属于"
)


# Who disciplines officials is at the end of every statute, and answers only those who ask about officials.
_DISCIPLINE = re.compile(r"(?:给予|予以)[^，。；]{0,4}(?:处分|问责)|追究[^，。；]{0,6}责任|主管人员")
# 该由谁来处罚, 谁牵头、什么时候完成 ask for a role and a date; a text that has the words is no nearer to
# the matter. 市容方面的处罚 and 处罚权 are the matter.
_ASKED = re.compile(
    r"(?<!的)(?:行政)?处罚(?!权)|(?<!的)罚款(?!的?权)|开?罚单|谁来?执法|查处|(?<!处)罚(?![款单])|牵头|(?:划分|[划分说])不清|[对套]不上号?|抢着管|都不管|不归自己|争起来|扯皮|踢皮球|推诿|说了算|听谁的?|"
    r"(?:什么时候|何时|几时|哪天)(?:能|要|才|应当?)?(?:完成|办完|做完)?"
)
_DERELICT = re.compile(r"处分|问责|追责|追究|失职|渎职|不作为|滥用职权|徇私|工作人员|干部")
# 建筑垃圾由谁处置 is not about the price of it, which 费用标准由价格主管部门制定 is about.
_FEE = re.compile(r"费(?!者)|收费|价格|经费|资金|保证金|补贴")
# 丢了由谁补: who does the work is asked, not who punishes those who do not.
_DOING = re.compile(r"谁.{0,2}(?:修|补|扫|清|拆|挪|搬|换|装|铲|养护|维护|保洁|打扫|维修)")
# 去哪个部门登记, 谁来罚: an office is asked for, not the shopkeeper who has to register or is fined.
_ASKS_OFFICE = re.compile(
    r"部门|机关|哪[一几]?[级家]|政府|罚|查处|批|许可|登记|备案|投诉|举报|主管|监管|归.{0,8}管|[去到往找]哪|找谁"
)
_OFFICE = re.compile(
    r"政府|机关|部门|[局厅署队部]$|(?<!业主)(?<!居民)(?<!村民)委(?:员会)?$|办公室|办事处|法院|派出所|执法|机构$|国务院"
)
_MONEY = re.compile(r"费|价|钱|资金|出资|掏|补贴|拨款|收")
# Words of asking, of roles and of the genre, which every duty has or none.
_OF_ASKING = re.compile(
    r"^(?:处罚|罚款|执法|查处|投诉|举报|负责|管理|主管|牵头|部门|单位|机关|机构|政府|职责|责任|分别|哪[\w]*|由谁|归谁|谁\w*|什么\w*|怎么\w*|到底|究竟|应该|应当|可以|规定|条例|办法|处理|处置|工作|问题|有关|相关|自己|时候|现在|没有|不是|还是|这个|那个|这些|那些|要是|如果|事情|有人|按照|最后|平时|真正|清楚|两种|两样|几家)$"
)


@dataclass(frozen=True, slots=True)
class Manner:
    """问法: what the wording of a part says of the rule that answers it."""

    whether: bool
    dispute: bool
    discipline: bool
    money: bool
    doing: bool
    office: bool
    property_managed: bool | None


def find_manner(question: Question, part: Part) -> Manner:
    """How a part is worded."""
    return Manner(
        _WHETHER.search(part.text) is not None,
        _DISPUTE.search(part.text) is not None,
        _DERELICT.search(question.full) is not None,
        _MONEY.search(question.full) is not None,
        _DOING.search(part.own) is not None and not _ASKED.search(part.own),
        _ASKS_OFFICE.search(part.own) is not None,
        scope_of(question, part).property_managed,
    )


# 是派出所吗, 归价格部门罚吗: what the asker guesses says nothing of the matter, and a text is no nearer for naming it.
_GUESSED = re.compile(
    r"(?:是|归|找|由)(?:[^，。？；、谁哪什么的]{0,8}?(?:[局委队]|部门|[^主开督承]办|派出所|公安|城管|交警|海事|消防|环保))(?=[^，。？；谁哪]{0,10}(?:吗|行不行))"
)


def about(text: str) -> str:
    """A question without the words that only ask for a role or a date, and without the body that the asker guesses."""
    return _ASKED.sub("", _GUESSED.sub("", text))


def scope_of(question: Question, part: Part) -> Task:
    """The case a part is about, by its own words before those of the whole question: 请了物业的又是谁."""
    own = read_scope(part.own)
    return (
        own
        if own.property_managed is not None or own.grades
        else read_scope(part.text if part.own in part.text else question.full)
    )


def is_nobody(agency: str) -> bool:
    """Whether a name is of those under control or of anybody at all."""
    return _NOBODY.match(agency) is not None


def is_telling(word: str) -> bool:
    """Whether a word of a question says what it is about, rather than that something is asked."""
    return len(word) >= 2 and not _OF_ASKING.match(word)


def own_signals(
    duty: Duty, asked: frozenset[Role], signals: NDArray[np.float64], manner: Manner
) -> NDArray[np.float64]:
    """What a duty itself says for it as an answer, in the order of OWN_NAMES without the last four."""
    document, height = float(signals[_DOCUMENT]), float(max(signals[_FULL], signals[_PART]))
    quote = duty.basis.quote
    exact = duty.role in asked
    near = not exact and any(duty.role in _NEAR[r] for r in asked)
    disputed = manner.dispute and _DISPUTED.search(quote) is not None
    decides = duty.role == "decide"
    same_case = manner.property_managed is not None and parse_task(duty).property_managed == manner.property_managed
    return np.asarray([
        exact, near, document if exact else 0.0, duty.confidence >= 0.5, _BODY.search(duty.agency) is not None,
        height if exact and decides else 0.0, duty.role == "duty-holder" and not exact,
        min(1.0, len(quote) / _LONG), _GENERAL.search(quote) is not None,
        manner.whether and (duty.negative or _DENIES.search(quote) is not None),
        disputed, height if disputed else 0.0, manner.dispute and decides, manner.dispute and not disputed and not decides,
        same_case, duty.role == "support" and not exact, exact and asked == {"enforce"},
        not manner.discipline and _DISCIPLINE.search(quote) is not None,
        not manner.money and _FEE.search(text_of(duty)) is not None,
        manner.doing and duty.role in ("enforce", "approve", "decide"),
        manner.office and (duty.role == "duty-holder" or _OFFICE.search(duty.agency) is None),
    ], dtype=np.float64)  # fmt: skip


def _measure_named(context: Context, part: Part, texts: Sequence[str]) -> tuple[list[float], list[float]]:
    """Share of what a part names (背街小巷, 清扫保洁) that each text names too, and whether its rarest word is there.

    A word that few of the texts have counts for more; official wordings count as the word.
    """
    searcher = context.searcher
    bare = searcher.catalogue().gazetteer.pattern.sub(" ", normalise(about(find_topic(part.text))))
    lay = searcher.words.synonyms.table  # 屎: one character, and a dictionary knows what it is called
    words = [w for w in searcher.words.topic(bare) if is_telling(w) or w in lay]
    forms = {w: (w, *map(normalise, searcher.words.expand(w))) for w in words}
    distinct = {t: normalise(t) for t in dict.fromkeys(texts)}  # the duties of an article share it
    has = {w: {t: any(f in plain for f in of) for t, plain in distinct.items()} for w, of in forms.items()}
    carried = {w: [of[t] for t in texts] for w, of in has.items()}
    worth = {w: log((1 + len(texts)) / n) for w, of in carried.items() if (n := sum(of))}
    total = sum(worth.values())
    if not total:
        return [0.0] * len(texts), [0.0] * len(texts)
    rarest = max(worth, key=lambda w: (worth[w], w))
    shares = [sum(v for w, v in worth.items() if carried[w][n]) / total for n in range(len(texts))]
    return shares, [float(c) for c in carried[rarest]]


def _read_articles(context: Context, duties: Sequence[Duty]) -> list[str]:
    """The whole article of each duty, under its document's title: 不能确定的，由X确定 leans on what stands before it."""
    known: dict[tuple[str, str], str] = {}
    for duty in duties:
        b = duty.basis
        if (b.document, b.clause) in known:
            continue
        version = context.version(b.document)
        label = next((n for n, part in enumerate(b.clause.split(" ")) if part.endswith("条")), None)
        path = b.clause if label is None else " ".join(b.clause.split(" ")[: label + 1])
        clause = next((c for c in version.clauses if c.path == path and c.start <= b.start < c.end), None)
        text = b.quote if clause is None or not path else version.text[clause.start : clause.end][:READ_ON]
        known[b.document, b.clause] = f"{version.identity.title}\n{text}"
    return [known[d.basis.document, d.basis.clause] for d in duties]


def _object_of(duty: Duty) -> str:
    """What a duty is about, without who and how much."""
    about = f"{duty.object}，{duty.scope.condition or ''}".strip("，")
    return about or duty.action


def text_of(duty: Duty) -> str:
    """What a duty is about and who does what, as one text."""
    return f"{duty.object}，{duty.scope.condition or ''}，{duty.action}，{duty.agency}"
