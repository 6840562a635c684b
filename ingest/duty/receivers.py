"""报X批准, 经X同意, 向X申请, 接受X的监督: the body at the other end of somebody's act."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ingest.duty.draft import Found
from ingest.duty.names import NOT_IN_NAME, ends_with_name, is_holder
from ingest.duty.segments import CONDITION_ENDS, State, make_found
from ingest.duty.subjects import strip_trailing, trim_name
from ingest.duty.verbs import UNCLEAR
from kb.records import Role

_APPROVALS = r"协调|研究处理|研究决定|研究解决|讨论决定|审议决定|裁定认可|批准|审批(?!机关|部门)|(?:发布|公布)(?=通告|公告|后?实施|后?施行|后执行)|审核同意|审核|审查同意|审查|审定|核定|核准|备案|同意|确定|决定|裁决|裁定"
# 报市人民政府批准, 经省生态环境厅审查同意
_SUBMIT = re.compile(
    rf"(?P<via>(?<!通)报(?:请|至|送)?|报经|(?<!流)经(?!济|营|贸|信|办|理)商?|提请|提交)(?P<who>(?:[^，。；：报经]|经(?=济|营|贸|信|开|办)){{2,60}}?)(?P<verb>{_APPROVALS})"
)
# 应当向所在地公安机关报告, 到城市管理主管部门办理…许可
_TURN_TO = re.compile(
    r"(?:^|应当|应|须|必须|可以|并|(?<!未)及时|(?<!未)依法|负责人|[日月年]内|[持凭](?!股|有|牌|祥)[^，。；：]{2,24}?)(?P<to>向|到)(?P<who>[^，。；：]{2,50}?)"
    r"(?P<verb>申请|申报|办理|提出申请|申领|登记|备案|报告|反映|报送|举报|投诉)(?!材料|人|机关|机构|部门|地)(?:(?!并|后|和|或|时|前)[^，。；：、的]{2,20}$)?"
)
# 应当及时报告当地人民政府
_REPORT_TO = re.compile(
    r"(?P<verb>应当(?:立即|及时)?报告|并报告?|及时报告|可以报告|立即报告)(?P<who>[^，。；：]{3,40})$"
)
_CONSULT = re.compile(r"(?:征求|征得|听取)(?P<who>[^，。；：]{2,50}?)(?:的)?(?P<verb>意见|同意)")
# 接受街道城市网格化综合管理机构的派单调度
_UNDERGO = re.compile(
    r"(?<!不)接受(?P<who>[^，。；：]{2,40}?)(?:的|依法)?(?P<verb>监督检查|监督管理|监督|指导|检查|考核|督办|督察|派单调度|统一调度|指挥调度|调度|业务指导)"
)
_ASIDE = re.compile(r"(?:组织相关部门|组织有关部门|集体|(?<![务席任长])会议|书面|负责人|主要负责人)+$")
_RULINGS = frozenset(("确定", "决定", "裁决", "裁定", "研究处理", "研究决定", "研究解决", "讨论决定", "审议决定"))
_BARRED = re.compile(r"(?:不得|禁止|严禁)(?:擅自|随意)?(?P<what>.{2,60})")
_SETTLED = frozenset(("裁决", "裁定"))  # said only where something is in dispute
_RECEIVING = frozenset(("报告", "反映", "报送", "举报", "投诉"))
# 居民可以向街道办事处投诉: who turns to a body is nothing that is submitted to it
_RULED = re.compile(r"应(?:当|自|在|于)|可以|之日起")
_ANYBODY = re.compile(r"(?:居民|村民|公民|个人|群众|市民|摊贩|商贩|人员|队伍|[人者]|双方)$")


def find_receivers(body: str, state: State) -> Iterator[Found]:
    """The bodies that approve, record, are consulted, hear or watch, in one stretch."""
    obj = "" if state.topic.endswith(CONDITION_ENDS[1:]) else state.topic  # 接到险情后 is when, not what
    if "报" in body or "经" in body or "提" in body:
        for m in _SUBMIT.finditer(body):
            if body.endswith("未", 0, m.start()):  # 未经X批准，不得Y: Y is what X approves
                barred = _BARRED.search(state.following[0]) if state.following else None
                if barred:
                    yield from _approving(m, barred["what"], body, state)
                continue
            if state.following and state.following[0].startswith(("现", "决定")):
                continue  # 已经国务院同意，现转发给你们; 经国务院批准，决定推广: what was done before
            yield from _approving(m, obj or _matter(body[: m.start()], state), body, state)
    if "向" in body or "到" in body:
        for m in _TURN_TO.finditer(body):
            role: Role = "coordinate" if m["verb"] in _RECEIVING else "approve"
            yield from _found(
                m, role, obj or _matter(body[: m.start()], state), state, 0.6 if m["verb"] in _RECEIVING else 0.8
            )
    if "报" in body:
        for m in _REPORT_TO.finditer(body):
            yield from _found(m, "coordinate", obj or _matter(body[: m.start()], state), state, 0.6)
    if "征" in body or "听取" in body:
        for m in _CONSULT.finditer(body):
            yield from _found(m, "support", obj or _matter(body[: m.start()], state), state, 0.8)
    if "接受" in body:
        for m in _UNDERGO.finditer(body):
            watching: Role = "coordinate" if "调度" in m["verb"] else "oversee"
            named = bool(strip_trailing(body[: m.start()]))  # who is watched is said in this stretch
            yield from _found(m, watching, "" if named else state.subject or obj, state, 0.7)


def _matter(words: str, state: State) -> str:
    """What is submitted: the words before, unless they are only the body that submits; kept for the next stretch."""
    words = strip_trailing(words).strip("，、 　")
    if (
        len(words) < 2
        or words.startswith("经")
        or _RULED.search(words)
        or ends_with_name(words)
        or _ANYBODY.search(words)
    ):
        return ""
    state.topic = state.topic or words
    return words


def _approving(m: re.Match[str], obj: str, body: str, state: State) -> Iterator[Found]:
    role: Role = "approve"
    if m["verb"] in _SETTLED or (
        m["verb"] in _RULINGS and (state.unclear or UNCLEAR.search(f"{state.topic}{state.condition}{body}"))
    ):
        role = "decide"
    if m["verb"] == "协调":
        role = "coordinate"
    yield from _found(m, role, obj, state, 1.0)


def _found(m: re.Match[str], role: Role, obj: str, state: State, confidence: float) -> Iterator[Found]:
    who = re.split(r"提出|依法|会同", m["who"])[0]
    who = _ASIDE.sub("", trim_name(who))
    if not ends_with_name(who) or NOT_IN_NAME.search(who) or (role == "coordinate" and is_holder(who)):
        return  # an enterprise that is told of something only hears of it
    word = m["verb"] if role != "support" else f"征求{m['verb']}"
    condition = state.condition if state.condition != obj else ""
    action = re.sub(r"^(?:负责人|[日月年]内)", "", m.group())
    yield make_found(state, who, role, _word(word), action, obj, condition=condition, confidence=confidence)
    partners = trim_name(m["who"].partition("会同")[2])
    if ends_with_name(partners) and not NOT_IN_NAME.search(partners):
        yield make_found(state, partners, "joint", "会同", action, obj, condition=condition, counterpart=who)


def _word(verb: str) -> str:
    """The verb alone: 应当及时报告 → 报告, 并报 → 报."""
    return re.sub(r"^(?:应当|立即|及时|并|可以)+", "", verb)
