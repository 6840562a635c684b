"""What a word means in the documents: definitions, full names behind short ones, what a list is made of, differences."""

from __future__ import annotations

import re
from dataclasses import dataclass

from kb.answer.draft import Context, Draft, Evidence, Question, Statement
from kb.answer.naming import cite, find_meant, find_sentences, is_report, short_title
from kb.text import CHINESE_NUMERAL, normalise, parse_numeral

# How a meaning is asked for; ``x`` is the word, ``y`` what it is held against.
_ASKED: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(pattern))
    for name, pattern in (
        ("differ", r"[“\"]?(?P<x>[\u4e00-\u9fff]{2,10})[”\"]?(?:和|与|跟)[“\"]?(?P<y>[\u4e00-\u9fff]{2,10}?)[”\"]?(?:的)?(?:有(?:什么|何|啥))?(?:区别|差别|不同|差在哪|有何不同)"),
        ("parts", r"(?P<x>[\u4e00-\u9fff]{0,8}[一二三四五六七八九]张清单|[一二三四五六七八九][类种][\u4e00-\u9fff]{2,6})(?:有(?:什么|何|啥))?(?:区别|不同|差别)"),
        ("holds", r"[“\"]?(?P<x>[\u4e00-\u9fff]{2,12}?)[”\"]?(?:是否|是不是)?(?:包括|包含|含|算不算|算)(?P<y>[\u4e00-\u9fff]{1,10}?)(?:吗|么|在内)?[？?]?$"),
        ("same", r"(?P<x>[\u4e00-\u9fff]{2,12}?)(?:就是|是不是|等于|是)(?:现在的|如今的|原来的|以前的)?(?P<y>[\u4e00-\u9fff]{2,12})(?:吗|么)[？?]?$"),
        ("use", r"(?P<x>[\u4e00-\u9fff]{2,10}?)(?:能不能|能否|可以|能|可否)(?:当|作为|做|用作)(?P<y>[\u4e00-\u9fff]{2,10}?)(?:吗|么)?[？?]?$"),
        ("parts", r"[“\"]?(?P<x>[\u4e00-\u9fff]{2,8}?)[”\"]?(?:包(?:什么|啥|哪些)|包括(?:什么|哪些|哪几)|是哪(?:些|几))"),
        ("is", r"[“\"]?(?P<x>[\u4e00-\u9fff]{2,14}?)[”\"]?(?:具体|究竟|到底)?(?:指的是谁|指的是什么|指谁|指什么|是指什么|是什么意思|是啥意思|是什么|是啥|指哪)"),
        ("is", r"(?:什么是|何谓|什么叫|啥叫)[“\"]?(?P<x>[\u4e00-\u9fff]{2,14})"),
    )
)  # fmt: skip
_OF_THINGS = ("holds", "same", "use")  # asked of a body they ask what it has to do
_DEFINES = re.compile(r"是指|系指|所称|简称|以下称|是对|指的是|统称|即[：“]|包括[：:]?|分为|由.{1,12}组成")
# What stands before 里 or 中 is where the word is used; a quoted word itself may end so: “四个集中”.
_LEAD = re.compile(r"^(?:[^\"]|\"[^\"]*\")*?(?:里|中|里面|中的|里的)(?:的)?(?=[“\"]?[\u4e00-\u9fff])")
# A kind of document known by a short name, and what its titles say in full.
_FULL_NAMES = {
    "三定": "职能配置、内设机构和人员编制规定",
    "三定方案": "职能配置、内设机构和人员编制规定",
    "三定规定": "职能配置、内设机构和人员编制规定",
}
# “四色预警”内容是什么 asks for what is in it, 具体要求是什么 for the requirements: no text says what such a word means.
_NO_TERM = re.compile(
    r"的?(?:主要|具体|最后|有关|相关)?(?:内容|要求|标准|目的|目标|原因|措施|举措|政策|条件|程序|流程|步骤|范围|依据|情况|时间|对象|做法|结果|性质)?$"
)
_INSIDE = re.compile(r"(?:里|中|里面|上)(?:的|所?说|，|“|\")")
_DEFINED = 1.0  # score of a sentence from which it defines rather than uses a word
_SENTENCES = 40  # candidates looked at for one word
_LONGEST = 500
_SPELT_IN = 5  # documents in which the several things of one word are looked for


@dataclass(frozen=True, slots=True)
class _Found:
    score: float
    document: str
    start: int
    end: int


def answer_meaning(context: Context, question: Question) -> Draft | None:
    """The sentences that say what a word means; partial where it is only used, None where no meaning is asked."""
    plain = normalise(question.full).strip()
    asked = next(((name, m) for name, cue in _ASKED if (m := cue.search(_LEAD.sub("", plain)))), None)
    if asked is None or (_NO_TERM.match(asked[1]["x"]) and f'"{asked[1]["x"]}"' not in plain):
        return None
    name, match = asked
    if question.kind == "duty" and name in _OF_THINGS:  # 处罚的是同一家吗, 街道办算什么角色
        return None
    x, y = match["x"], (match.groupdict().get("y") or "")
    if x in _FULL_NAMES:
        return _answer_kind(context, question, x)
    if name == "is" and (listed := _spell_out(context, question, x)) is not None:
        return listed
    if name == "parts" and (several := _define_parts(context, question, x)) is not None:
        return several
    if name == "differ":
        found = [f for term in (x, y) for f in _define_in_each(context, question, term)]
        if len({f.start for f in found}) < 2:
            return None
        return Draft("definition", statements=tuple(s for f in found for s in _quote(context, f)), confidence=0.85)
    if name == "same":
        x, y = x, find_spelling(context, y)
    one = _define(context, question, x, y, parts=name == "parts")
    if name in ("is", "parts") and (one is None or one.score < _DEFINED):
        # Not every “X是什么” asks for a meaning; a word in quotes, or of one document, does.
        return _only_used(context, question, x) if f'"{x}"' in plain or _INSIDE.search(plain) else None
    if one is None:
        return _only_used(context, question, x) if name == "holds" else None
    return Draft("definition", statements=tuple(_quote(context, one)), confidence=0.8)


# 三个确保: so many things that begin with one word; the 一 of 八个一 stands everywhere.
_NUMBERED = re.compile(rf"^([{CHINESE_NUMERAL}]{{1,2}})个([\u4e00-\u9fff]{{2,4}})$")


def _spell_out(context: Context, question: Question, term: str) -> Draft | None:
    """Three things called 三个确保, each in its own words: the first stretch where the word stands three times over."""
    m = _NUMBERED.match(term)
    if m is None:
        return None
    count, word = parse_numeral(m[1]), re.compile(re.escape(m[2]))
    for document in list(dict.fromkeys(h.passage.document for h in context.hits))[:_SPELT_IN]:
        text = context.version(document).text
        at = text.find(term)
        while at >= 0:
            found = [w.start() for w in word.finditer(text, at + len(term), at + len(term) + _LONGEST)]
            found = [p for p in found if not text.startswith(term, p - (len(term) - len(m[2])))]
            if count and count >= 2 and len(found) >= count:
                stop = re.compile(r"[。！？；\n]|$").search(text, found[count - 1])
                end = stop.start() if stop else len(text)
                if text.count("”", found[0], end) > text.count("“", found[0], end):  # “集中…、集中救治”是…
                    end = text.index("”", found[count - 1])
                evidence = cite(context, document, found[0], end)
                words = Statement(text[evidence.start : evidence.end], (evidence,))
                return Draft("definition", statements=(words,), confidence=0.8)
            at = text.find(term, at + 1)
    return None


def find_spelling(context: Context, name: str) -> str:
    """The fuller name of a body where the registry knows one: 城管局 is 城市管理局."""
    expanded = [w for w in context.searcher.words.expand(name) if len(w) > len(name)]
    return expanded[0] if expanded else "城市管理" if name.startswith("城管") else name


def _define(context: Context, question: Question, term: str, other: str, *, parts: bool = False) -> _Found | None:
    """The best sentence that defines a term, and speaks of the other one where one is asked."""
    found: list[_Found] = []
    for document, start, end, text in _uses(context, question, term):
        score = _judge(text, term, other, parts)
        if score > 0:
            status = context.searcher.library.status_of(document, question.as_of, at=start)
            found.append(_Found(score + (0.2 if status == "in-force" else 0.0), document, start, end))
    return max(found, key=lambda f: (f.score, f.document, -f.start), default=None)


def _define_in_each(context: Context, question: Question, term: str) -> list[_Found]:
    """The best definition of a term in each of the two documents that define it best."""
    best: dict[str, _Found] = {}
    for document, start, end, text in _uses(context, question, term):
        score = _judge(text, term, "", False)
        status = context.searcher.library.status_of(document, question.as_of, at=start)
        score += 0.2 if status == "in-force" and score > 0 else 0.0
        if score > 0 and score > best.get(document, _Found(0.0, "", 0, 0)).score:
            best[document] = _Found(score, document, start, end)
    return sorted(best.values(), key=lambda f: (-f.score, f.document))[:2]


def _judge(text: str, term: str, other: str, parts: bool) -> float:
    plain = normalise(text)
    at = plain.find(term) if term in plain else plain.find(f"本{term[-2:]}")
    if at < 0:
        return 0.0
    cue = _DEFINES.search(plain)
    score = 0.0
    if re.search(rf"{re.escape(term)}[”\"』]?[,，]?(?:是指|系指|是对|指的是|包括|分为|是(?!否))", plain):
        score = 1.2
    elif re.search(rf"(?:简称|以下简称|以下称|统称)[“\"]?{re.escape(term)}", plain):
        score = 1.1
    elif re.search(rf"所称[“\"]?{re.escape(term)}", plain):
        score = 1.3
    elif parts and cue and at < cue.start():
        score = 0.9
    elif (other_word := re.search(r"所称([^，。]{2,12}?)[,，]?是指", plain)) and _share_two(term, other_word[1]):
        score = 1.0
    elif "是指" in plain:
        score = 0.7
    if other:
        near = other in plain or any(other[i : i + 2] in plain for i in range(len(other) - 1))
        if not near:
            return 0.8 * score if score >= 1.2 else 0.0
        # 不作为…依据, 不包括…: what is asked is whether, so a sentence that speaks of both answers it.
        score = max(score, 0.7) + (0.3 if re.search(r"不(?:包括|作为|得|属于|含)|包括|整合|更名|组建", plain) else 0.0)
    return score


def _share_two(one: str, other: str) -> bool:
    """Whether two words have two characters in a row in common: 本标准所称损伤 defines no 补助标准."""
    return any(one[i : i + 2] in other for i in range(len(one) - 1))


def _uses(context: Context, question: Question, term: str) -> list[tuple[str, int, int, str]]:
    """Sentences with a term, in the documents meant, else in those the search finds for the term with the question."""
    library = context.searcher.library
    meant = find_meant(context, question.full)
    hits = [*context.hits, *context.search(f"{term}是指", k=12, as_of=question.as_of)]
    documents = list(dict.fromkeys(h.passage.document for h in hits))[:10]
    if meant and _INSIDE.search(normalise(question.full)):
        documents = []
    found = []
    for document in dict.fromkeys([*meant, *documents]):
        version = library.get_version(document)
        spellings = (term, f"本{term[-2:]}") if document in meant else (term,)
        for start, end in find_sentences(version.text):
            text = version.text[start:end]
            if any(t in normalise(text) for t in spellings) and len(text) <= _LONGEST:
                found.append((document, start, end, text))
            if len(found) >= _SENTENCES * (1 + len(documents)):
                break
    return found


def _quote(context: Context, found: _Found) -> list[Statement]:
    """The sentence, and the items under it where it opens a list."""
    text = context.version(found.document).text
    evidence = cite(context, found.document, found.start, found.end)
    statements = [Statement(text[evidence.start : evidence.end], (evidence,))]
    if text[evidence.start : evidence.end].rstrip().endswith(("：", ":")):
        for item in find_items(context, found.document, evidence.end):
            statements.append(Statement(text[item.start : item.end], (item,)))
    return statements


def find_items(context: Context, document: str, at: int) -> list[Evidence]:
    """The labelled items that follow a stem, until a line that is none."""
    text = context.version(document).text
    found = []
    for m in re.compile(r"[^\n]+").finditer(text, at):
        if re.match(r"\s*(?:[（(][一二三四五六七八九十\d]+[）)]|\d+[.．、]|[①-⑩])", m.group()):
            found.append(cite(context, document, m.start(), m.end()))
        elif m.group().strip():
            break
    return found[:12]


def _answer_kind(context: Context, question: Question, term: str) -> Draft | None:
    """A kind of document: what its full name is, by the titles of those in the library."""
    full = _FULL_NAMES[term]
    infos = [i for i in context.searcher.library.find_documents() if full in normalise(i.identity.title)]
    order = {"in-force": 0, "unknown": 1}
    infos.sort(key=lambda i: (order.get(context.searcher.library.status_of(i.document, question.as_of), 2), i.document))
    statements = []
    for info in infos[:3]:
        text = context.version(info.document).text
        at = text.find(full)
        if at >= 0:
            begin = text.rfind("\n", 0, at) + 1
            statements.append(
                Statement(text[begin : at + len(full)].strip(), (cite(context, info.document, begin, at + len(full)),))
            )
    if not statements:
        return None
    head = Statement(
        f"“{term}”是机关“{full}”的通称，规定职责、机构和编制这三项；库中以此为名的文件有：", statements[0].evidence
    )
    return Draft("definition", statements=(head, *statements), confidence=0.8)


def _define_parts(context: Context, question: Question, term: str) -> Draft | None:
    """Several things of one list, each by the sentence that defines it: 三张清单, 四类垃圾."""
    for document in find_meant(context, question.full):
        text = context.version(document).text
        spans = [(a, b) for a, b in find_sentences(text) if re.search(r"[，,]?是指", text[a:b]) and b - a <= _LONGEST]
        tail = term[-2:]
        spans = [s for s in spans if tail in text[slice(*s)].split("是指")[0]]
        if len(spans) >= 2:
            evidence = [cite(context, document, a, b) for a, b in spans[:6]]
            return Draft(
                "definition",
                statements=tuple(Statement(text[e.start : e.end], (e,)) for e in evidence),
                confidence=0.85,
            )
    return None


def _only_used(context: Context, question: Question, term: str) -> Draft | None:
    """A word that is used and nowhere defined: say so, with where it stands."""
    uses = _uses(context, question, term)
    meant = set(find_meant(context, question.full))
    if not uses:
        return None
    document, start, end, _ = min(uses, key=lambda u: (u[0] not in meant, u[1]))
    evidence = cite(context, document, start, end)
    return Draft(
        "definition",
        status="partial",
        statements=(
            Statement(f"现有资料用到“{term}”，但没有界定其含义，不作推断。"),
            Statement(
                f"{short_title(context, document)}：{context.version(document).text[evidence.start : evidence.end]}",
                (evidence,),
                "依据",
            ),
        ),
        confidence=0.6,
        notes=(f"“{term}”的含义请向制定机关核实。",),
    )


__all__ = ["answer_meaning", "find_items", "is_report"]
