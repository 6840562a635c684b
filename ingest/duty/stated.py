"""Statements of who is responsible or who takes over: X是O的主管部门, 牵头单位由A调整为B, O的职责划入X, 在X的指导下."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ingest.duty.draft import Found
from ingest.duty.names import NOT_IN_NAME, ends_with_name
from ingest.duty.segments import State, make_found
from ingest.duty.subjects import trim_name
from kb.records import Role

# X是O的主管部门, X为O的责任主体
_AUTHORITY = re.compile(
    r"^(?P<who>[^，。；：]{2,40}?)(?:是|为)(?P<what>[^，。；：]{0,40}的?(?:行政)?(?:主管部门|主管机关|主管单位|管理机关|执法主体|责任主体|牵头单位|主办单位))$"
)
_RANK = re.compile(r"第一[位个]")  # 排在第一位的单位为牵头单位: how the lists are to be read
# O的主管部门是X
_AUTHORITY_BACK = re.compile(
    r"^(?P<what>[^，。；：]{2,40}?的?(?P<word>主管部门|主管机关|执法主体|责任主体|牵头单位|牵头部门|责任人|责任单位))(?:是|为)(?P<who>[^，。；：]{2,40}?)(?:[（(][^（）()]*[)）]?)?$"
)
_HOLDER = re.compile(
    r"^(?P<who>[^，。；：]{2,40}?)(?:为|是)[^，。；：]{0,24}?(?P<word>第一责任人|责任人|责任单位|责任主体|主要负责人)$"
)
# 控烟工作的主管部门 → 控烟工作
_THEME = re.compile(
    r"的?(?:行政)?(?:主管部门|主管机关|主管单位|管理机关|执法主体|责任主体|牵头单位|牵头部门|主办单位|第一责任人|主要负责人|责任人|责任单位)$"
)
# 在X的指导下: X stands above the one who does it
_UNDER = re.compile(
    r"在(?P<who>[^，。；：在]{2,40}?)的?(?:统一)?(?P<word>指导|监督|统筹协调|统筹指导|统筹|组织协调|领导)下"
    r"|按照(?P<who2>[^，。；：在]{2,40}?)的?(?P<word2>统一(?:规划|部署|领导|安排|协调|调度))"
)
# X的牵头单位由A调整为B
_CHANGED = re.compile(
    r"^(?P<what>[^，。；]{2,40}?)的?(?P<word>牵头|责任|主办|配合|主管)(?:单位|部门)由(?P<old>[^，。；]{2,40}?)(?:调整|变更|改|更改)为(?P<new>[^，。；]{2,40})$"
)
# 其承担的O职责划入X, 将O移交X
_MOVED = re.compile(
    r"^(?:将|把)?(?P<what>[^，。；]{2,40}?(?:职责|职能|职权|权限|工作|事项))(?:整合)?(?P<word>划入|划转至|划转到|划转给|划归|划给|移交给|移交至|移交|转交|转隶至|下放至|下放到|上收至|收回至)(?P<to>[^，。；]{2,40})$"
)
# 不再保留X, 重新组建X
_ENDED = re.compile(r"^(?P<word>不再保留|撤销|(?:重新)?组建)(?P<who>[^，。；]{3,60})$")


def find_above(body: str, state: State) -> Iterator[Found]:
    """在X的指导下."""
    for m in _UNDER.finditer(body):
        who, word = trim_name(m["who"] or m["who2"]), m["word"] or m["word2"]
        if ends_with_name(who) and not NOT_IN_NAME.search(who):
            role: Role = "oversee" if word in ("指导", "监督") else "coordinate"
            yield make_found(state, who, role, word, m.group(), state.topic, confidence=0.6)


_CHANGED_ROLES: dict[str, Role] = {"牵头": "lead", "主办": "lead", "主管": "lead", "责任": "own", "配合": "support"}


def find_moved(body: str, state: State) -> Iterator[Found]:
    """The body that takes a task over, and the one that gives it up."""
    moved = _MOVED.match(body)
    if moved and ends_with_name(moved["to"]):
        giver, what = _giver(moved["what"], state)
        yield make_found(state, moved["to"], "own", moved["word"], body, what, counterpart=giver or None)
        if giver:
            yield make_found(state, giver, "own", moved["word"], body, what, negative=True, counterpart=moved["to"])
        return
    ended = _ENDED.match(body)
    if ended and ends_with_name(ended["who"]) and not NOT_IN_NAME.search(ended["who"]):
        gone = not ended["word"].endswith("组建")
        yield make_found(state, ended["who"], "own", ended["word"], body, state.topic, negative=gone)
        return
    m = _CHANGED.match(body)
    if m is None:
        return
    role = _CHANGED_ROLES[m["word"]]
    what = m["what"].strip("“”《》")
    for who, given_up in ((m["new"], False), (m["old"], True)):
        if ends_with_name(who):
            yield make_found(state, who, role, m["word"], what, what, negative=given_up)


def find_stated(body: str, state: State) -> Iterator[Found]:
    """X是O的主管部门, O的主管部门是X, X是第一责任人, X的职责是V."""
    authority = _AUTHORITY.match(body)
    if authority and ends_with_name(trim_name(authority["who"])) and not _RANK.search(authority["who"]):
        what = authority["what"]
        word = re.search(r"主管|牵头|主办|执法主体|责任主体|管理机关", what)
        role: Role = "own" if what.endswith("责任主体") else "enforce" if what.endswith("执法主体") else "lead"
        yield make_found(
            state, trim_name(authority["who"]), role, word.group() if word else "主管", what, _THEME.sub("", what)
        )
        state.subject = trim_name(authority["who"])
        return
    back = _AUTHORITY_BACK.match(body)
    if back and ends_with_name(trim_name(back["who"])) and not ends_with_name(back["what"].split("的")[0]):
        word_role: Role = (
            "lead" if re.match(r"主管|牵头", back["word"]) else "enforce" if back["word"] == "执法主体" else "own"
        )
        yield make_found(
            state, trim_name(back["who"]), word_role, back["word"], back["what"], _THEME.sub("", back["what"])
        )
        return
    holder = _HOLDER.match(body)
    if holder and ends_with_name(trim_name(holder["who"])):
        what = body[holder.end("who") :].lstrip("是为")
        yield make_found(
            state, trim_name(holder["who"]), "own", holder["word"], what, state.topic or _THEME.sub("", what)
        )
        state.subject = trim_name(holder["who"])
        return


def _giver(what: str, state: State) -> tuple[str, str]:
    """Who gave a task up, and the task: 其承担的考核职责 of the subject before, 原市房产管理局的职责."""
    own = re.match(r"其(?:承担的?|所承担的)?", what)
    if own:
        return state.subject, what[own.end() :]
    said = re.match(r"(?P<who>[^，]{2,30}?)(?:将|把)(?=.{2})", what)  # 市城管局将燃气管理职责移交给…
    if said and ends_with_name(said["who"]):
        return said["who"], what[said.end() :]
    at = what.rfind("的")
    who = what[:at].removeprefix("原") if at > 0 else ""
    return (who, what[at + 1 :]) if who and ends_with_name(who) else ("", what)
