"""由X负责, 由X责令…处…罚款, 由X会同Y…: the body behind 由, once or more in one stretch."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from ingest.duty.draft import Found, enforcing
from ingest.duty.names import is_holder
from ingest.duty.segments import CONDITION_ENDS, State, make_found
from ingest.duty.subjects import cut_name, read_predicate, strip_trailing, trim_name
from ingest.duty.verbs import role_of

# 理由, 事由, 案由 and 从来由 hold no 由X; 管理由X负责 and 方案由X制定 do.
_BY = re.compile(
    r"(?<![自缘])(?<![^管办处审清修治代整受护打总]理)(?<![^人赛农军外]事)(?<![^方草预档提备个图文答教议]案)(?<![^原后未将历]来)"
    r"由(?!于|此|衷|来|上述|各省、)(?P<who>[^，。；：]{2,90})"
)
_JOINT = re.compile(r"^[^，。；：]{0,4}?(?:会同|联合|商(?!务|业|品|标|事|会))(?P<who>[^，。；：]{2,80})")
_BEFORE = re.compile(
    r"^也?(?:建议|请|拟|可以?|应当)$|^或者$|(?:应当|可以|必须|一律)*交$"
)  # 建议由X: no matter, only how it is said
_ONLY_HOW = re.compile(
    r"(?:根据|按照?|依照|依据|结合|在|对|视)(?![^，]*(?:负责|进行|实施|开展|予以|给予|作出|加强|制定|编制|设立|建立|组织|确定|处|审批|核发|管理|支付|拨付|发放|缴|收取|执行|办理|安排))[^，]*$"
)
_CONSEQUENCE = re.compile(r"(?:依法|可以)?(?:责令|处|给予|没收|吊销|警告|予以|撤销|暂扣|拘留)")
_WHOLE = re.compile(r"[^。；：]{2,150}?(?=，(?:并|可以)?由|。|；|：|$)")

_NEXT_CASE = re.compile(r"，[^，]*的$")  # 责令整改，拒不整改的，由…: the case that the next body deals with

_COST = re.compile(r"(?:费用?|费的收取)$")
_ADVERBS = ("主要", "统一", "分别", "具体")


# 由轨道交通企业移交公安部门处理: two bodies, the second of which deals with it
_HANDS_OVER = re.compile(
    r"(?P<giver>[^，]{2,24}?(?:企业|单位|部门|机构|机关|人民政府|办事处|[局委]))(?P<word>移交|移送|转交)(?P<to>[^，]{3,30})$"
)


def find_by(body: str, rest: str, state: State) -> Iterator[Found]:
    """Duties of every 由X in a stretch; ``rest`` is the sentence from the stretch on, for consequences over commas."""
    for m in _BY.finditer(body):
        who, action = cut_name(m["who"])
        if handed := _HANDS_OVER.match(who):
            giver, who = trim_name(handed["giver"]), handed["to"]
            yield make_found(
                state, giver, "own", handed["word"], f"{handed['word']}{who}{action}", _before(body[: m.start()])
            )
        if not who or not action or len(who) > 80 or _is_aside(body, m.start(), action):
            continue
        state.covered = action
        yield from _found(who, action, _BEFORE.sub("", _before(body[: m.start()])), rest, state)
        state.subject = who
        state.authority = state.authority if is_holder(who) else who


def _before(words: str) -> str:
    """What stands before 由, without the adverbs that belong to the verb: 其投资主要由…"""
    words = re.sub(r"(?<=[^也许认])可$", "", words.strip("，、 并"))
    return strip_trailing(words) if words.endswith(_ADVERBS) else words


def _after(rest: str, words: str) -> str:
    """The first stretch after some words that says what is done, not how."""
    stretches = re.split(r"[，,。；：]", rest[rest.find(words) + len(words) :])
    return next((s for s in stretches if len(s) > 1 and not _ONLY_HOW.match(s)), "")


def _is_aside(body: str, at: int, action: str) -> bool:
    """交由街道办事处承担的事项, 由X制定的办法: a clause about something else."""
    before = body[:at]
    if before.endswith(("或者交", "不再", "约定", "按照", "依照", "根据", "按")) or (
        "不得" in before and before.endswith("交")
    ):
        return True
    if action.endswith("的"):
        return True  # 应当由公安机关处理的，…: a case
    if re.search(r"的[^，的]{0,4}(?:体制|机制|格局|局面)$", action):
        return True  # 由政府负责、分级管理的新体制
    if action.startswith(("按", "依", "根据", "对", "向", "将", "在", "自", "于")):
        return action.endswith("的")
    relative = re.match(
        r"[^，]{1,12}的(?!规定|职责|原则|要求|权限|程序|标准|[^，]{0,8}(?:工作|职责|管理))[^，]", action
    )
    return relative is not None and "行使" not in action[:6] and "负责" not in action[:2]


def _found(who: str, action: str, before: str, rest: str, state: State) -> Iterator[Found]:
    at = rest.find(action, rest.find(who) + len(who))  # 交由处置单位处置: not inside the name
    following = rest[at:] if at >= 0 else action
    condition = before or state.condition or state.topic
    topic = state.topic if state.topic and state.topic != condition else condition
    if (
        before
        and topic != before
        and (topic.endswith("的") or _COST.search(before))
        and not before.endswith(("的", "时", "后", "内"))
    ):
        condition, topic = topic, before  # 逾期不清理的，所需费用由X承担: the cost, not the case
    if topic.endswith(CONDITION_ENDS[1:]):  # 接到报告后 is when, not what
        condition, topic = topic, ""
    joint = _JOINT.match(action)
    partners = ""
    if joint:
        partners, inner = cut_name(joint["who"])
        action = inner or _after(rest, joint.group()) or action
    if _ONLY_HOW.match(action):  # 由X根据情节轻重，分别给予…: the verb stands behind the comma
        more = re.match(
            r"[，,](?:分别|依法|并)*(?P<verb>(?![^，,。；：]*由)[^，,。；：]{2,80})",
            rest[rest.find(action) + len(action) :],
        )
        action = more["verb"] if more else action
    full = action
    if _CONSEQUENCE.match(read_predicate(action).text or action):
        m = _WHOLE.match(following)
        full = _NEXT_CASE.sub("", m.group() if m else following[:80])
        state.covered = full
    predicate = read_predicate(action)
    unclear = "不明确" if state.unclear else ""
    role, word = role_of(predicate.text or action, f"{condition}，{state.condition}，{unclear}")
    role = enforcing(role, predicate.text or action, state.around)
    if partners and role not in ("enforce", "decide"):
        role, word = "lead", "会同" if "会同" in rest else "联合"
    found = make_found(
        state,
        who,
        role,
        word,
        full,
        topic,
        condition=condition if condition != topic else "",
        counterpart=partners or None,
    )
    yield found
    if partners:
        with_word = "会同" if "会同" in rest else "联合"
        yield replace(found, agencies=partners, role="joint", role_word=with_word, condition="", counterpart=who)
