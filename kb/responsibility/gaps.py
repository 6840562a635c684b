"""Tasks nobody is named for: problems that reports call unclear, after looking for an owner and for the default clause."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kb.matching import covers, find_parts, likeness
from kb.records import Basis, Version
from kb.responsibility.entries import Entry, Region
from kb.text import normalise
from kb.words import Words

# What a report says of a task whose owner is not settled.
_UNCLEAR = re.compile(
    r"推诿|扯皮|互推|互相推|踢皮球|各有各的|悬而不决|(?:没有|尚未|未|至今没有)(?:进一步)?明确.{0,8}(?:哪个|哪家|谁|责任|职责|牵头|主管)|"
    r"(?:职责|权责|责任|分工)(?:不清|不明|不明确|交叉)|无人(?:管(?!理)|过问|负责)|没人管|(?:尚|仍|还)?(?:需|有待)(?:进一步)?(?:明确|厘清|理顺)(?:主体)?(?:职责|责任)|(?:管理|监管)(?:盲区|空白|真空)"
)
# How an example or a list of such tasks is put: 又如X问题, …; X、Y等尚需明确职责; X长期无人过问.
_EXAMPLE = re.compile(
    r"(?:例如|譬如|比如|诸如|[又再]如|(?<![了未象例假])如)[,，]?(?:一些|部分|有的)?(?P<topic>[^,，。；;]{2,24}?)(?:问题)?(?=[,，。；;]|因|长期|由于)"
)
_NAMED = re.compile(
    r"(?P<topic>[^,，。；;]{2,40}?)(?:等|问题)*(?:的?(?:职责|权责|责任|分工)(?:不清|不明|交叉)|(?:长期)?无人(?:管(?!理)|过问|负责)|(?:尚|仍|还)(?:需|有待)(?:进一步)?(?:明确|厘清|理顺))"
)
_TURN = re.compile(
    r"[。；;\n]|[一二三四五六]是(?=[\u4e00-\u9fff])|(?=例如|譬如|比如|[又再]如)|(?=[（(][一二三四五六七八九十]+[）)])"
)
_LIST = re.compile(r"[、]|和|以及|及")
_VAGUE = re.compile(
    r"^(?:交叉领域|一些领域|有的|部分|职责|职能|管理|现象|问题|部门|单位|各级|街[道办].{0,6}|社区.{0,4}|体制机制)$|推诿|扯皮"
)
# A stretch of ground; only of these does a clause on 责任区 or 管辖 that is unclear decide.
_GROUND = re.compile(r"(?:[地区段处巷院楼域街路]|小区|地带|结合部|交界)$")
_GROUND_CLAUSE = re.compile(r"责任区|责任人|责任单位|区域|范围|地段|管辖|界线|交界")
_OWNERS = frozenset({"lead", "own", "duty-holder", "joint", "enforce", "oversee", "approve"})
_SAME_TOPIC = 0.6
_MOST = 0.6  # share of a topic that a lay word must make up to be replaced


@dataclass(frozen=True, slots=True)
class Problem:
    """问题: something a report says is not settled, with the words that say so."""

    topic: str
    basis: Basis


@dataclass(frozen=True, slots=True)
class Gap:
    """缺口: a problem for which no text in force names an owner; ``default`` is the clause that says who decides."""

    task: str
    problems: tuple[Problem, ...]
    default: tuple[Entry, ...] = ()
    procedure: tuple[Entry, ...] = ()  # how a dispute between agencies is settled, where no clause decides


def find_problems(version: Version) -> tuple[Problem, ...]:
    """What a report or ledger says has no settled owner, in the order of its words."""
    found = []
    for start, end in _segments(version.text):
        segment = version.text[start:end]
        if not _UNCLEAR.search(segment):
            continue
        path = next((c.path for c in reversed(version.clauses) if c.start <= start < c.end), "")
        basis = Basis(version.document, version.id, path, start, end, segment)
        found += [Problem(topic, basis) for topic in _topics(segment)]
    return tuple(found)


def _segments(text: str) -> Iterable[tuple[int, int]]:
    """Sentences, cut before each further example, without white space at the ends."""
    begin = 0
    for m in (*_TURN.finditer(text), None):
        end = m.start() if m else len(text)
        if end > begin:
            piece = text[begin:end]
            lead = len(piece) - len(piece.lstrip())
            if piece.strip():
                yield begin + lead, begin + len(piece.rstrip())
        begin = m.end() if m else end


def _topics(segment: str) -> list[str]:
    example = _EXAMPLE.search(segment)
    listed = [example["topic"]] if example else [m["topic"] for m in _NAMED.finditer(segment)]
    topics = []
    for phrase in listed:
        for part in _LIST.split(phrase):
            part = re.sub(r"^(?:[（(][一二三四五六七八九十]+[）)]|但|如|有|对|在|其中|特别是)|等$", "", part.strip())
            if len(part) >= 2 and not _VAGUE.search(part):
                topics.append(part)
    return topics


def find_gaps(
    problems: Sequence[Problem], entries: Sequence[Entry], words: Words, region: Region, places: dict[str, str | None]
) -> tuple[Gap, ...]:
    """Problems without an owner among the entries that rule; ``places`` gives each report's place."""
    ruling = [e for e in entries if e.rules and not e.duty.negative]
    owning = [(e, _text_of(e)) for e in ruling if e.duty.role in _OWNERS]
    deciding = [(e, _text_of(e)) for e in ruling if e.duty.role == "decide"]
    gaps: list[Gap] = []
    for group in _group(problems):
        topic, place = group[0].topic, places.get(group[0].basis.document)
        names = [w for p in group for w in _names_of(p.topic, words)]
        if any(covers(text, n) for e, text in owning if region.related(e.place, place) for n in names):
            continue
        near = [(e, text) for e, text in deciding if e.place == place or region.related(e.place, place)]
        ground = bool(_GROUND.search(topic))
        default = tuple(
            e
            for e, text in near
            if covers(text, topic) or (ground and e.place == place and _GROUND_CLAUSE.search(text))
        )
        procedure = (
            () if default else tuple(e for e, text in near if re.search("职责分工|职责不", e.duty.basis.quote + text))
        )
        gaps.append(Gap(topic, tuple(group), default, procedure))
    return tuple(gaps)


def _names_of(topic: str, words: Words) -> list[str]:
    """What a topic is called; an official wording counts only where it stands for most of it: 停放 is not 商业广场停车."""
    core = _core(topic)
    table = words.synonyms.table
    whole = [lay for lay in table if lay in core and len(lay) >= _MOST * len(core)]
    return [core, *(w for lay in whole for w in table[lay])]


def _group(problems: Sequence[Problem]) -> list[list[Problem]]:
    """Problems that several reports name are one."""
    groups: list[list[Problem]] = []
    for p in problems:
        for group in groups:
            if any(likeness(_core(p.topic), _core(q.topic)) >= _SAME_TOPIC for q in group):
                group.append(p)
                break
        else:
            groups.append([p])
    return groups


def _core(topic: str) -> str:
    return "".join(find_parts(topic)) or topic


def _text_of(entry: Entry) -> str:
    d = entry.duty
    return normalise(f"{d.object}，{d.scope.condition or ''}，{d.action}")
