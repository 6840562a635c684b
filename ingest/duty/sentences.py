"""One sentence → duties: X负责O的V, X会同Y, X指导Y做Z, X是…的主管部门; 由X… and 报X批准 stand in their own modules."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from ingest.duty.draft import Found, enforcing
from ingest.duty.founded import SEATED, find_host, take_founded
from ingest.duty.names import NOT_IN_NAME, ends_with_name, is_holder
from ingest.duty.passive import find_by
from ingest.duty.receivers import find_receivers
from ingest.duty.segments import CONDITION_ENDS, Segment, State, make_found, split_segments
from ingest.duty.stated import find_above, find_moved, find_stated
from ingest.duty.subjects import (
    GUIDED_VERB,
    Predicate,
    cut_name,
    find_event_subject,
    find_subject,
    read_predicate,
    trim_name,
)
from ingest.duty.verbs import HEADING, MODAL_AT, NEGATIVE, VERB_START, WORK_VERB_AT, WORK_VERBS, role_of
from ingest.duty.whole import complete_action
from kb.records import Modality, Role

# Words without which nothing moves; the patterns come after this cheap test.
_MOVES = re.compile(
    r"(?=[划移转下上收不撤组调变改])(?:划[入转归给]|移交|转[交隶]|下放|[上收]收|收回|不再保留|撤销|组建|(?:调整|变更|改)为)"
)
# X的主要职责是V
_FUNCTION = re.compile(
    r"^(?P<who>[^，。；：]{2,30}?)的?(?:主要)?(?:职责|职能|任务)(?:是|为|包括)(?:从事)?(?P<what>.*)$"
)
_JOINT = re.compile(
    r"^[^，。；：]{0,20}?(?:会同|联合|会商|(?<![工通招协外])商(?!务|业|品|标|事|会|场|户|行|议|城|店|定))(?P<who>[^，。；：]{2,80})"
)
_JOINT_WITH = re.compile(
    r"^(?:与|和|同)(?P<who>[^，。；：]{2,60}?)(?P<verb>共同|联合|协商)(?P<action>[^，。；：]{2,80})$"
)
_GUIDE = re.compile(
    r"(?:指导|督促|监督|组织|统筹协调|协调|要求|通知|协助|支持、?协助|支持|配合)(?:、|和|与)?(?:协调|督促|监督|指导|协助|支持|帮助)?(?P<who>[^，。；：]{2,60})"
)
_IN_NAME_OF = re.compile(r"以(?P<who>[^，。；：]{2,30})(?:的)?名义")
# 作为…的依据, 规定的原则: what is left of a noun phrase
_NO_PREDICATE = re.compile(
    r"作为|利用职务|[^，]*的高度$|履行[^，。；的]{2,8}的情况$|(?:具备|作出|采取|缴纳|提交|规定|确定|要求|负责|管理|制定|设立|批准)的[^，。；]{2,16}$"
)
# 报告和缴纳税款的期限不得超过…: a clause about a thing
_ABOUT_THING = re.compile(r"的(?:期限|时限|标准|比例|数额|金额|时间|面积|价格)(?:不得|不超过|应当|必须|不少于|不低于)")
_DRAFTED = re.compile(r"(?:会同|联合|商)[^，。；]*?(?:拟定|拟订|制定|制订|起草|提出|研究|印发)的(?:《|$)")
_DELEGATES = re.compile(r"^(?:依法)?(?P<word>委托|授权)(?P<who>[^，。；：]{2,60})")
# Only how or why, not yet what: 结合片区发展目标
_ADVERBIAL = re.compile(
    r"^(?:结合|根据|按照|依照|自|为了?|(?:通过|依托)(?![^，]*(?:选择|确定|进行|公布|公开|发布|实施|实现|提供|办理|开展|组织|建立|制定))|以|针对|遵循|坚持|本着|围绕|借助|从|的)[^，]*$|^予支持$|^受[^，]{2,30}(?:委托|指派)$"
)
_NO_TOPIC = re.compile(
    r"违反|根据|依照|为|以[^，]*名义$|会议(?:议定|决定|明确|要求|强调|确定|指出|认为)$|必要时$|同时$|其中$|做到|围绕|坚持|近年来$"
    r"|但是$|要(?!求|素|件)|经(?!营|济|费|纪)|[从自][^，]*起$|在[^，]*(?:前提|基础|情况)[下上]$|[^，]{2,20}提出$|[^“]*”"
)
# 除前款规定外, 如果故意犯罪, 因质量问题: in which case, never what is done
_PLACE = re.compile(r"在[^，]*内$|[^，在]{2,24}(?:区域|范围)内$")
_CASE = re.compile(r"除[^，]*外$|如果|因(?!私|公|特网)|由于|未经")
_OWN_BRACKET = re.compile(r"[（(][^（）()]*[）)]?[。；]?")
# 本办法所称…，是指…: a definition gives nobody work
_DEFINITION = re.compile(r"^(?:本[^，。；]{1,8})?(?:中)?所称|^[^，。；]{2,20}，?是指")
# 听取当事人陈述的，适用本规定: what a rule covers
_APPLIES = re.compile(r"的，适用本[^，。；]{1,4}。?$")
# 会同Y，根据…，制定…: what only says how or where before the verb
_ADVERBIAL_JOINT = re.compile(
    r"^(?:根据|按照|依照|依据|结合|为|通过|以|在|对)(?![^，]*(?:负责|进行|实施|开展|予以|给予|作出|加强|制定|设立|建立|组织))[^，]*$"
)
# 构成…罪的，以…罪定罪处罚: whoever does it is punished, and only courts and police have something to do
_CRIME = re.compile(r"定罪处罚|罪论处|判处罚金|(?<!被判)处[^，。；]{0,24}(?:有期徒刑|拘役|罚金)")
_JUDGES = re.compile(r"(?:法院|检察院|公安机关|执行机关)$")
_RESIDUAL = re.compile(r"(?:按照?|依照|根据|在)(?:各自|其|法定|规定的?|本|有关)?[^，。；]{0,6}(?:职责|分工)")
# What was done, in a text that rules
_TOLD = re.compile(
    r"(?=[从一近多实取形作组进开统研\d])(?:从[^，。]{2,10}情况看|一年来|近年来|多年来|实现了|取得了|形成了一|作出(?:了)?重要(?:批示|指示)|^\d{4}年[^。]{0,30}召开|(?:组织|进行|开展|统筹考虑|研究提出)了)"
)
PROPOSAL = re.compile(
    r"(?=[建拟设应])(?:(?<![供出策的和、未])(?<!可以|应当)建议(?!书|稿|、|的|情况|和意见|权|其|[，。；）]|$)|(?<![草模虚编的])拟(?=[^定订于稿]|于)(?![^，。；]{1,12}的(?:单位|个人|企业|人|地方|，))|设想|应考虑)"
)


def find_in_sentence(
    text: str,
    start: int,
    end: int,
    *,
    subject: str = "",
    topic: str = "",
    responsible: bool = False,
    unclear: bool = False,
    around: str = "",
    before: str = "",
) -> Iterator[Found]:
    """Duties of one sentence, each quoting the whole of it; ``subject`` and ``topic`` come from the stem above.

    ``before`` is the subject of the sentence before, taken up where this one says only 应当…
    ``responsible`` says that the clause above is about 责任人: then whoever is named owes a duty as its holder.
    """
    sentence = text[start:end]
    if bracket := _OWN_BRACKET.match(sentence):  # read by the grammar of brackets
        sentence = sentence[bracket.end() :]
    if len(sentence) < 4 or _DEFINITION.match(sentence) or _APPLIES.search(sentence):
        return
    offset = end - len(sentence)
    state = State(
        subject=subject, topic=topic, unclear=unclear, around=around or sentence, lent=bool(subject), pending=before,
        before=before, start=start, end=end, responsible=responsible,
    )  # fmt: skip
    proposed = PROPOSAL.search(sentence)
    otherwise: Modality = "description" if _TOLD.search(sentence) else "norm"
    segments = list(split_segments(sentence, offset))
    stated: list[Found] = []
    last = 0  # where the last stretch that states a duty ends
    for n, segment in enumerate(segments):
        state.following = tuple(s.text for s in segments[n + 1 : n + 6])
        reached = segment.start + len(segment.text) - offset
        state.modality = "proposal" if proposed and proposed.start() <= reached else otherwise
        found = list(_in_segment(segment, state, sentence))
        state.lent = False
        stated += found
        if found:
            last = reached
        else:
            _note(segment, state)
    if _CRIME.search(sentence):
        stated = [f for f in stated if _JUDGES.search(f.agencies)]
    yield from _complete(stated, sentence[last:])


_BARE_ROLE = frozenset(("牵头", "牵头负责", "配合", "协助", "参与"))
_TASK_BEHIND = re.compile(rf"(?:[^，。；]{{1,12}}[前内底])?(?:共同|抓紧|尽快|按期)*(?:完成|{WORK_VERBS})[^。；]{{2,}}")


def _complete(stated: list[Found], rest: str) -> Iterator[Found]:
    """由A牵头，B配合，3月底前完成O: bare roles take the task that stands behind them."""
    task = _TASK_BEHIND.match(rest.lstrip("，, "))
    for found in stated:
        bare = task is not None and not found.object and found.action in _BARE_ROLE
        yield replace(found, object=task.group()) if task and bare else found


# 举办康复医疗机构 after 应当…: what the body does, no new body
_DOES = re.compile(r"举办|开办|兴办|创办|组建")


def _note(segment: Segment, state: State) -> None:
    """Remember a stretch that names no duty: a topic, a condition, or a subject waiting for its verb."""
    body = segment.text
    if body in state.covered:
        return  # told already with the duty before
    goes_on = state.subject and state.modal and _DOES.match(body)
    if len(body) <= 70 and not goes_on and ends_with_name(body) and not NOT_IN_NAME.search(body):
        state.subject, state.modal = trim_name(body), ""
    elif ("职责" in body or "分工" in body) and _RESIDUAL.search(body):
        waiting = trim_name(body)
        if len(waiting) <= 60 and ends_with_name(waiting) and not NOT_IN_NAME.search(waiting):
            state.subject, state.modal = waiting, ""
    occasion = bool(state.following) and _TAKES_UP.match(state.following[0]) is not None
    if (body.endswith(CONDITION_ENDS) and len(body) > 2) or occasion:
        state.condition = f"{state.condition}，{body}" if _PLACE.match(state.condition) else body
        if not state.lent and (actor := find_event_subject(body, open_end=occasion)):
            state.pending, state.subject = actor, ""
            return  # an event is the condition, not the matter
    if _CASE.match(body) or _PLACE.match(body):
        state.condition = state.condition or body
    elif not state.topic and _may_be_topic(body, state):
        state.topic = _NUMBER.sub("", body)


_RULED = re.compile(r"应当|必须|不得")
_NUMBER = re.compile(r"^\d+(?:[.．]\d+)+[\s　]*")  # 6.4.1　对参加应急工作的人员


def _may_be_topic(body: str, state: State) -> bool:
    """Whether a stretch without a duty can be the matter of those behind it: not what the body before it does as well."""
    if _NO_TOPIC.match(body) or (state.subject and body.startswith(state.subject)):
        return False
    if _RULED.search(body) and not body.startswith("对"):
        return False  # 建设项目应当符合规划，区规划局…: a duty of somebody else
    spoken = state.subject and not state.lent
    return not spoken or any("由" in f for f in state.following[:2])


def _in_segment(segment: Segment, state: State, sentence: str) -> Iterator[Found]:
    body = segment.text
    if "设在" in body and (seated := SEATED.match(body)):
        yield from find_host(seated, state)
        return
    named = _IN_NAME_OF.search(body) if "名义" in body else None
    if named and ends_with_name(trim_name(named["who"])) and not named["who"].startswith("自己"):
        state.subject = trim_name(named["who"])
        return
    if "下" in body or "统一" in body:
        yield from find_above(body, state)
    moved = list(find_moved(body, state)) if _MOVES.search(body) else []
    if moved:
        yield from moved
        return
    by = list(find_by(body, sentence[sentence.find(body) :], state)) if "由" in body else []
    yield from by
    for found in by:
        if found.action.startswith("组织") and not found.counterpart:
            yield from _brought(found.agencies, found.role, found.action, state)
    state.by = state.by or bool(by)
    yield from find_receivers(body, state)
    if by:
        return
    stated = list(find_stated(body, state)) if "为" in body or "是" in body or "包括" in body else []
    if stated:
        yield from stated
        return
    function = _FUNCTION.match(body) if "职" in body or "任务" in body else None
    if function and ends_with_name(function["who"]) and len(function["what"]) >= 4:
        state.subject = trim_name(function["who"])
        yield from _predicate(state.subject, read_predicate(function["what"]), state, body)
        return
    subject = find_subject(body)
    if subject is not None:
        state.subject, rest = subject
        if _is_event(rest, state):
            state.condition = state.condition or body
            return
        read = read_predicate(rest)
        yield from _predicate(state.subject, read, state, sentence)
        take_founded(read, state)
    elif not (state.covered and body in state.covered):  # 可以处…罚款 of a consequence that was taken whole
        yield from _goes_on(body, state, sentence)


_AUTHORITY_ACTS = re.compile(
    r"$|对|经|审查|审核|认为|初步|符合|不符合|不予|准予|决定|必要时|需要|发现|情况|受理|核实|验收|查明|在|自"
)
# Verbs that assign work even without a modal; any other verb before a stretch with 应当 only says when.
_ASSIGNS = re.compile(r"[^，。；]{0,20}?(?:负责|主管|牵头|承担|配合|协助|会同|指导|监督|归口|协调|统筹|领导|组织实施)")


def _is_event(rest: str, state: State) -> bool:
    """公司设立分公司，应当登记: the first stretch is the occasion, the second the duty."""
    following = state.following[0] if state.following else ""
    if following.endswith("的") and not _TAKES_UP.match(following) and len(state.following) > 1:
        following = state.following[1]  # 进行养护活动，或者确需限制通航的，应当…
    taken_up = _TAKES_UP.match(following) is not None or following.startswith("不得")
    return taken_up and not MODAL_AT.search(rest) and not _ASSIGNS.match(rest)


_SANCTION = re.compile(
    r"[^，。；]{0,24}?(?:给予[^，。；]{0,12}处分|处分|责令|处罚|处以|罚款|吊销|没收|追究|通报批评|予以公告)"
)
_BREACH = re.compile(
    r"违反|不履行|未(?:按|依|履行|及时|经|采取)|滥用职权|玩忽职守|徇私舞弊|情形之一|行为之一|情节|拒不|不改正"
)
_OWN_CLAUSE = re.compile(r"[^，。；]{3,16}?(?:应当|(?<!相)应(?!急|用|对)|必须|不得|可以)")
_TAKES_UP = re.compile(r"^(?:并|也|还|且)?(?:应当|必须|有权|应(?!急|用|对)|须|可以)")


def _goes_on(body: str, state: State, sentence: str) -> Iterator[Found]:
    """A stretch without a subject of its own: it goes on with the one before, or takes up that of the event."""
    if state.subject and state.lent and _is_work(body, state):
        read = read_predicate(body)
    elif (state.subject and not state.lent) or (state.pending and _TAKES_UP.match(body)):
        read = read_predicate(body)
        if not VERB_START.match(body) and not VERB_START.match(read.text):
            return
        if not read.modal and _OWN_CLAUSE.match(body):
            return  # 管理经费应专项用于…: a clause with a subject that is no body
    else:
        return
    taken_up = not state.subject
    name = state.subject or state.pending
    if state.authority and is_holder(name) and _SANCTION.match(read.text):
        name = state.authority  # 费用由违法行为人承担，可以处…罚款: nobody fines himself
    if taken_up and name == state.before and not _AUTHORITY_ACTS.match(state.condition or state.topic):
        return  # 终止经营活动的，应当…: somebody else than the body of the sentence before
    if not state.by and (taken_up or not read.modal) and _SANCTION.match(read.text) and _BREACH.search(sentence):
        return  # X不履行职责的，给予处分: the body is punished, it does not punish
    for found in _predicate(name, replace(read, modal=read.modal or state.modal), state, sentence):
        yield replace(found, confidence=min(found.confidence, 0.7)) if taken_up else found
    state.subject = name


def _is_work(body: str, state: State) -> bool:
    """Whether an item of a list of functions says what to do: 集体宿舍的调整和管理, but not a bare heading 应急保障."""
    if VERB_START.match(body):
        return True
    return not HEADING.match(body) and not any(f.startswith("由") for f in state.following)


_JUST_DUTIES = re.compile(r"(?:工作)?(?:职责|职能|任务|职权)(?:分工|任务)?$")  # 现场指挥部主要职责: a heading
_ACCOUNTABLE = re.compile(r"负责(?:$|并|，)")


def _predicate(name: str, read: Predicate, state: State, sentence: str) -> Iterator[Found]:
    """The duty of one subject and one verb phrase, with those it brings along."""
    predicate = read.text
    state.modal = read.modal or state.modal
    if predicate in ("确定", "划定") and name.endswith("责任人"):
        return  # 责任人按照下列规定确定: who is meant, not what they do
    if _NO_PREDICATE.match(predicate) or (not read.modal and _ABOUT_THING.search(predicate)):
        if not predicate.startswith(("作为", "利用")):
            state.subject = ""  # 行政机关采取的措施，…: the next stretch is about the thing
        return
    if _JUST_DUTIES.match(predicate):
        return
    if _ACCOUNTABLE.match(predicate) and read.object and ends_with_name(read.object):
        return  # 镇长对镇人民代表大会负责: to whom, not for what
    if not predicate or predicate.endswith(CONDITION_ENDS):
        state.condition = predicate or state.condition
        return
    if (_ADVERBIAL.match(predicate) and not VERB_START.match(predicate)) or predicate[0] in "（(的":
        return
    if read.modal.startswith("不得") and not NEGATIVE.match(predicate):
        return  # a prohibition says nothing of who is responsible
    if _DRAFTED.match(predicate):
        return  # 会同Y拟定的《…》: how a document came about
    joint = list(_joint(name, read, state))
    if joint:
        yield from joint
        return
    yield from _plain(name, read, state, sentence)


def _plain(name: str, read: Predicate, state: State, sentence: str) -> Iterator[Found]:
    predicate = read.text
    condition = state.condition if state.condition and state.condition != name else ""
    negative = bool(NEGATIVE.match(predicate)) or read.modal in ("不再", "无权")
    body = NEGATIVE.sub("", predicate, count=1) or predicate if negative else predicate
    action, said = complete_action(body, sentence, state.following)
    role, word = role_of(said, f"{condition}，{state.topic}")
    if word == "认定" and name.endswith("人"):
        state.subject = ""
        return  # 当事人提供…的，应当认定为…: a court is meant
    role = "support" if predicate.startswith("不参与") else enforcing(role, body, state.around)
    if negative and role == "own" and re.search(r"协助|配合", f"{condition}{state.topic}"):
        role = "support"
    residual = bool(_RESIDUAL.search(read.words)) and role == "own"
    state.covered = action
    if negative and (m := NEGATIVE.match(predicate)) and word not in predicate:
        word = m.group()
    yield make_found(
        state,
        name,
        role,
        word,
        action,
        _object(read, body, state),
        negative=negative,
        time=read.aside if read.aside and re.search(r"[日月年]", read.aside) else None,
        confidence=0.4 if residual or word in ("加强", "建立") else 0.9 if read.modal else 1.0,
    )
    if not negative:
        yield from _brought(name, role, predicate, state)


def _joint(name: str, read: Predicate, state: State) -> Iterator[Found]:
    """X会同Y…V: the subject leads, the others join."""
    predicate = read.text
    m = _JOINT.match(predicate)
    partners, action, word = "", "", ""
    if m:
        partners, action = cut_name(m["who"])
        word = next(w for w in ("会同", "联合", "会商", "商") if w in predicate[: m.start("who")])
    elif with_others := _JOINT_WITH.match(predicate):
        who = trim_name(with_others["who"])
        if ends_with_name(who) and not NOT_IN_NAME.search(who):
            partners, action, word = who, with_others["action"].removeprefix("后"), with_others["verb"]
            action = f"{word}{action}" if action == "一致" else action  # 与X协商一致, 与X协商后回购
    if not partners:
        return
    if not action or _ADVERBIAL_JOINT.match(action):
        action = next((f for f in state.following if not _ADVERBIAL_JOINT.match(f)), action)
    role, own_word = role_of(read_predicate(action).text or action, state.condition)
    if role not in ("own", "coordinate", "oversee", "approve", "lead"):
        joint_role, joint_word = role, own_word
    else:
        joint_role, joint_word = "lead", word
    obj = _object(read, action, state)
    state.covered = action
    yield make_found(state, name, joint_role, joint_word, action, obj, counterpart=partners)
    yield make_found(state, partners, "joint", word, action, obj, counterpart=name)


def _brought(name: str, role: Role, predicate: str, state: State) -> Iterator[Found]:
    """The other body of 指导Y做Z, 协助Y做Z and 委托Y做Z: what it does, at less confidence."""
    delegated = _DELEGATES.match(predicate)
    guided = delegated or (_GUIDE.match(predicate) if role in ("oversee", "support", "coordinate", "own") else None)
    if guided is None:
        return
    who, action = cut_name(guided["who"], GUIDED_VERB)
    if not who or not action or action.endswith("的"):
        return
    inner, word = role_of(read_predicate(action).text or action)
    if re.search(r"处置|查处|处罚|执法", action[:8]):
        inner, word = "enforce", action[:2]
    obj = _object(Predicate(action), action, state)
    yield make_found(state, who, inner, word, action, obj, counterpart=name, confidence=0.7)


# 对O进行V, 将O纳入…, 负责O的V
_OBJECTS = (
    re.compile(r"^(?:负责|具体负责|承担|主管)(?P<o>[^，。；]{2,80}?)的(?!事项|任务|责任|义务|费用)[^的，]{2,16}$"),
    re.compile(r"^(?:负责|依法)?对(?P<o>[^，。；]{2,60}?)(?=进行|实施|实行|开展|予以|给予|作出|加强|依法|提出)"),
    re.compile(
        r"^(?:将|把)(?P<o>[^，。；]{2,60}?)(?=纳入|列入|作为|报(?!表|告书|纸|废)|送|移送|抄|公布|公开|通知|告知|交(?!流|通))"
    ),
)


_ONLY_WHERE = re.compile(r"(?:[^，的]{0,6}(?:区域|辖区|范围)内?|全[省市县区国])$")


def _object(read: Predicate, action: str, state: State) -> str:
    """What the action is about: the words between 负责 and the verb at its end, a 对O or 将O, else the topic before."""
    if read.object:
        return read.object
    for pattern in _OBJECTS:
        m = pattern.match(action)
        if m and (where := _ONLY_WHERE.match(m["o"])):
            # 负责本辖区的清扫工作: what stands behind the place
            return re.sub(r"(?:等)?工作$", "", action[m.start("o") + where.end() + 1 :])
        if m:
            return "" if WORK_VERB_AT.match(m["o"]) else re.sub(r"^对|(?:依法|及时|定期|应当)+$", "", m["o"])
    topic = state.topic
    return (
        topic
        if topic and topic not in action and not ends_with_name(topic) and not topic.endswith(CONDITION_ENDS)
        else ""
    )
