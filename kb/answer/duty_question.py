"""What a question about responsibility asks: its parts, and the roles that each part wants to hear of."""

from __future__ import annotations

import re
from dataclasses import dataclass

from kb.records import Role

# What a question asks for, by its words → roles that answer it. A part may ask for several.
_CUES: tuple[tuple[re.Pattern[str], tuple[Role, ...]], ...] = (
    (re.compile(r"罚|执法|查处|归.{0,4}查|责令|拖走|处理|处置|撤掉|盖.{0,4}章|管得了|投诉"), ("enforce",)),
    (re.compile(r"谁(?:来|去)?定|由谁.{0,6}定|说了算|听谁|争|扯皮|踢皮球|划不清|对不上|指定|不归自己|确定|裁定|套不上"), ("decide",)),
    (re.compile(r"批|许可|手续|备案|过哪一关|受理|登记|[谁哪][^，。]{0,4}(?:申请|申办|申领)|点头|同意|审核|审查|审定|核定|评定|确认|发证|过户|注册"), ("approve",)),
    (re.compile(r"配合|协助|打下手|参与|一道|会同|征求"), ("support", "joint")),
    (re.compile(r"牵头|主管|主办|挑头|唱主角"), ("lead",)),
    (re.compile(r"督|盯|监管|考核|指导|监督"), ("oversee",)),
    (re.compile(r"协调|统筹|往哪儿?报|报到哪|报给谁|报告|告诉谁|通知谁|派单|调度|反映"), ("coordinate",)),
    (re.compile(r"义务|责任人|担责|张罗"), ("duty-holder", "own")),
    (re.compile(r"负责|谁管|谁来管|归.{0,6}管|谁干|落实|落在|处置|承担|兜底|编|(?<!怎么)(?<![主咋申])办|谁.{0,2}(?:修|补|扫|清|拆|挪|搬|换|装|铲|通|打扫|整治|治理|保护|养护|维护|巡查)|该谁"), ("own", "lead", "duty-holder")),
    (re.compile(r"找谁|找哪"), ("own", "lead")),
)  # fmt: skip
_WHO = re.compile(r"谁|哪|什么(?:部门|单位|机构)|何(?:部门|单位)|几家|归.{1,12}还是|该找|吗$|么$|盖.{0,3}章|责任单位")
_SPLIT = re.compile(
    r"[？?；;。]|(?<=[谁家])、(?=[^，。？]{0,12}(?:谁|哪))|[，,、](?=(?:又|那|要是|最后|再往|谁|由谁|哪|依据|定了|真正|依|多久|拖着|另外|该找|停|谁来))"
)
_ASKING = re.compile(
    r"[谁哪个家些级几的该归由管找又最后再往还来去是那要呢吗么，。？、]|部门|单位|机关|负责|处理|什么|真正|处罚|牵头"
)
_SELF_STANDING = 5  # characters of topic; a part with fewer leans on the part before it


@dataclass(frozen=True, slots=True)
class Part:
    """分问: one of the questions inside a question."""

    text: str  # with what it leans on; what is searched
    own: str  # its own words; they say which roles are asked for


def find_parts(text: str) -> tuple[Part, ...]:
    """The questions inside a question; what only leads in stays with the part that follows it."""
    pieces = [p.strip("，,、 ") for p in _SPLIT.split(text) if p and p.strip("，,、 ")]
    pieces = [q for p in pieces if not _GUESS.match(p) for q in _split_asked(p)] or pieces
    parts: list[str] = []
    lead = ""
    for piece in pieces:
        whole = f"{lead}，{piece}" if lead else piece
        if _WHO.search(piece):
            parts.append(whole)
            lead = ""
        else:
            lead = whole
    if lead and parts:
        parts += [lead] if _OTHERWISE.search(lead) else []
        parts[-1] = parts[-1] if _OTHERWISE.search(lead) else f"{parts[-1]}，{lead}"
    return tuple(p for part in _lean(parts) for p in _list_cases(part)) or (Part(text, text),)


# What asks for one body; 上课归谁，宣传归哪个部门 asks for two.
_ASKS_ONE = re.compile(r"谁(?![都也])|[哪何](?:个|一|级|几|家)*(?:部门|单位|机关|机构|家|级)|什么(?:部门|单位|机构)")


def _split_asked(piece: str) -> list[str]:
    """One piece for each body asked for, cut at the comma after the asking."""
    cut: list[str] = []
    for clause in re.split(r"(?<=[，,、])", piece):
        if cut and _ASKS_ONE.search(cut[-1]) and (_ASKS_ONE.search(clause)):
            cut.append(clause)
        else:
            cut[-1:] = [(cut[-1] if cut else "") + clause]
    return [c.strip("，,、 ") for c in cut]


_GUESS = re.compile(
    r"(?:难道)?是(?:不是)?(?:归|找|由)?[^，。谁哪]{2,8}(?:吗|么)?$"
)  # 是派出所吗: the asker's own guess
_OTHERWISE = re.compile(r"呢$")  # 要是横跨两个区呢: the same asked of another case


# 分别归谁, 各由谁, 这两样: what stands before is a list of cases, and each may have a body of its own.
_EACH = re.compile(
    r"分别|各(?=[归由盖是属找该管负])|[这那两]两?[样件种项段](?:事|违法)?|[这那][两三四几](?:种|家|户|件|样|类|项|个)|哪几家"
)
_CASES = re.compile(r"[，,、；;：:]|(?<=.)(?:和|与|跟|以及)(?=.)")
_SHORTEST_CASE = 2
_MOST_CASES = 5


def _list_cases(part: Part) -> list[Part]:
    """One part for each case that a question lists before 分别, each with the asking; the whole where it lists none."""
    *before, asking = re.split(r"(?<=[，,])(?=[^，,]*$)", part.text)
    if not before or not _EACH.search(asking):
        return [part]
    cases = [c.strip() for c in _CASES.split("".join(before)) if c and len(c.strip()) >= _SHORTEST_CASE]
    if not 2 <= len(cases) <= _MOST_CASES:
        return [part]
    return [part, *(Part(f"{case}，{asking}", asking) for case in cases)]


def _lean(parts: list[str]) -> list[Part]:
    """Parts such as 谁来罚 name no topic of their own: the part before gives it."""
    leaning: list[Part] = []
    for own in parts:
        bare = leaning and (len(_ASKING.sub("", own)) < _SELF_STANDING or _OTHERWISE.search(own))
        leaning.append(Part(f"{leaning[-1].text}，{own}" if bare else own, own))
    return leaning


def find_roles(part: Part) -> frozenset[Role]:
    """The roles a part asks for, by its own words before those it leans on."""
    for words in (part.own, part.text):
        asked = frozenset(r for cue, given in _CUES if cue.search(words) for r in given)
        if asked:
            return asked
    return frozenset({"own", "lead"}) if _WHO.search(part.text) else frozenset()


_ASKED_AWAY = re.compile(
    r"(?:到底|究竟|现在|平时|应?该|由|归|找|是|要)*(?:谁|哪[个些家级几]*(?:部门|单位|机关|局)?|什么部门|何部门)(?:来|去|该|应当?|负责|说了算)*|没人管|无人管|咋办|怎么办|归.{0,2}管|[？?吗呢啊。，,、]|负责|整治|管理?$|的事"
)


def find_topic(text: str) -> str:
    """What a question is about, the asking taken out: 飞线谁负责整治 → 飞线."""
    return _ASKED_AWAY.sub("", _ASKED_AWAY.sub("", text)).strip()


def asks_who(text: str) -> bool:
    """Whether a question asks for a body rather than an amount, a date or a meaning."""
    return _ASKS_BODY.search(text) is not None or any(cue.search(text) for cue in _ASKS)


# 哪个部门 asks for a body, 哪个钟点 and 哪两防 do not.
_ASKS_BODY = re.compile(
    r"谁|(?:什么|何|哪[个些几家级一]*)(?:部门|单位|机构|机关|政府|局|委|处|科|街道|主体|方面|家|级)|几家|归.{1,12}还是|该找|盖.{0,3}章|责任单位"
)
_ASKS = tuple(
    re.compile(p)
    for p in (
        r"说了算",
        r"往哪儿?报|报到哪",
        r"哪一关",
        r"归.{1,12}(?:管|罚|办|批|查)",
        r"由.{1,16}(?:来|做|负责|罚)吗",
        r"(?:能|可以|有权|还能).{0,12}(?:罚|开罚单|执法|拖走|拆)",
        r"没人管|无人管|牵头|配合单位",
    )
)
