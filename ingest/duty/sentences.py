"""One sentence → duties: 由X负责, X负责O的V, X会同Y, X指导Y做Z, 报X批准, 由X责令…处…罚款."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from ingest.duty.draft import Found
from ingest.duty.lexicon import (
    HEADS,
    NEGATIVE,
    NOT_IN_NAME,
    NOT_NAMES,
    PLACE_HEADS,
    PROPOSAL,
    TRIGGER,
    UNCLEAR,
    ends_with_name,
    is_holder,
    role_of,
)
from ingest.duty.patterns import (
    ADVERBIAL,
    ADVERBS,
    AUTHORITY,
    BY,
    BY_VERB,
    CONDITION,
    DELEGATE,
    FRONT,
    FUNCTION,
    GUIDE,
    GUIDED_VERB,
    HOLDER,
    IN_NAME_OF,
    JOINT,
    MODAL_AT,
    OWN_NAME,
    RECEIVER,
    RESIDUAL,
    TRAILING,
    VERB_START,
)
from kb.records import Modality, Role


@dataclass(frozen=True, slots=True)
class _Segment:
    """逗号段: a stretch between commas, with its place in the text."""

    text: str
    start: int


@dataclass(slots=True)
class _State:
    """What a sentence has said so far."""

    subject: str = ""
    modal: str = ""
    topic: str = ""  # the first stretch that is no clause of its own: 居民住宅区
    condition: str = ""  # the last …的
    unclear: bool = False
    around: str = ""  # the paragraph so far
    following: str = ""  # the stretch after the one at hand
    lent: bool = False  # the subject comes from the stem: the first stretch is a predicate whatever it begins with


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
) -> Iterator[Found]:
    """Duties of one sentence, each quoting the whole of it; ``subject`` and ``topic`` come from the stem above.

    ``responsible`` says that the clause above is about 责任人: then whoever is named owes a duty as its holder.
    """
    sentence = text[start:end]
    state = _State(subject=subject, topic=topic, unclear=unclear, around=around or sentence, lent=bool(subject))
    proposed = PROPOSAL.search(sentence)
    segments = list(_split(sentence, start))
    for n, segment in enumerate(segments):
        state.following = segments[n + 1].text if n + 1 < len(segments) else ""
        found = list(_in_segment(segment, state, sentence, responsible))
        state.lent = False
        for f in found:
            modality: Modality = (
                "proposal" if proposed and proposed.start() + start <= segment.start + len(segment.text) else "norm"
            )
            yield replace(f, start=start, end=end, modality=modality)
        if not found:
            _note(segment, state)


def _split(sentence: str, start: int) -> Iterator[_Segment]:
    depth = begin = 0
    for i, char in enumerate(sentence):
        if char in "（(《":
            depth += 1
        elif char in "）)》":
            depth = max(0, depth - 1)
        elif depth == 0 and char in "，,：:。；;":
            if i > begin:
                yield _Segment(sentence[begin:i].strip(), start + begin)
            begin = i + 1
    if begin < len(sentence):
        yield _Segment(sentence[begin:].strip(), start + begin)


def _note(segment: _Segment, state: _State) -> None:
    """Remember a stretch that names no duty: a topic, a condition, or a subject waiting for its verb."""
    body = segment.text
    waiting = TRAILING.sub("", body)
    if ends_with_name(body) and not NOT_IN_NAME.search(body) and len(body) <= 70:
        state.subject, state.modal = _trim(body), ""
    elif RESIDUAL.search(body) and ends_with_name(waiting) and not NOT_IN_NAME.search(waiting) and len(waiting) <= 60:
        state.subject, state.modal = _trim(waiting), ""
    if CONDITION.match(body):
        state.condition = body
    if not state.topic and not body.startswith(("违反", "根据", "依照", "为")):
        state.topic = body


def _in_segment(segment: _Segment, state: _State, sentence: str, responsible: bool) -> Iterator[Found]:
    body = segment.text
    rest = sentence[sentence.find(body) :]
    named = IN_NAME_OF.search(body)
    if named and ends_with_name(_trim(named["who"])) and not named["who"].startswith("自己"):
        state.subject = _trim(named["who"])
        return
    by = list(_by(body, rest, state, responsible))
    yield from by
    yield from _receivers(body, state)
    if by:
        return
    authority = AUTHORITY.match(body)
    if authority and ends_with_name(_trim(authority["who"])):
        yield _make(_trim(authority["who"]), "lead", "主管", authority["what"], authority["what"], state)
        return
    holder = HOLDER.match(body)
    if holder and ends_with_name(_trim(holder["who"])):
        role: Role = "duty-holder" if is_holder(holder["who"]) or responsible else "own"
        yield _make(_trim(holder["who"]), role, holder["word"], holder["word"], state.topic, state)
        return
    function = FUNCTION.match(body)
    if function and ends_with_name(function["who"]) and function["what"]:
        state.subject = _trim(function["who"])
        yield from _predicates(state.subject, "", function["what"], state, responsible)
        return
    subject = _subject(body)
    if subject is not None:
        name, modal, predicate = subject
        state.subject, state.modal = name, modal
        if predicate:
            yield from _predicates(name, modal, predicate, state, responsible)
    elif state.subject and (state.lent or VERB_START.match(body)):
        yield from _predicates(state.subject, state.modal, body, state, responsible)


def _subject(body: str) -> tuple[str, str, str] | None:
    """Subject, modal and predicate of a stretch that begins with the name of a body."""
    front = FRONT.match(body)
    text = body[front.end() :] if front else body
    for m in TRIGGER.finditer(text):
        if m.start() < 2:
            continue
        if m.start() > 90:
            return None
        if OWN_NAME.match(text, m.start()):
            continue
        before = TRAILING.sub("", text[: m.start()])
        if not ends_with_name(before) or NOT_IN_NAME.search(before) or before[0] in "对向在由经报将把从按被":
            continue
        if m.group() in ("可", "要", "将", "应", "须") and len(text) - m.end() < 2:
            continue
        rest = text[len(before) :]
        if rest.startswith(("（", "(")) and "）" in rest:
            rest = rest[rest.index("）") + 1 :]
        modal = MODAL_AT.search(rest[:14])
        if modal is None and m.group() in (
            "在",
            "对",
            "按照",
            "依照",
            "根据",
            "依法",
            "组织",
            "管理",
            "监督",
            "检查",
            "要",
            "将",
        ):
            tail = ADVERBS.sub("", rest, count=1)
            if tail and not VERB_START.match(tail) and not NEGATIVE.match(tail):
                if m.group() != "在" or tail == rest:
                    continue
                return _trim(before), "", ""  # 村级河长在巡查中发现…: the verb comes later
        predicate = ADVERBS.sub("", rest, count=1)
        predicate = MODAL_AT.sub("", predicate, count=1) if MODAL_AT.match(predicate) else predicate
        if NEGATIVE.match(rest):
            predicate = rest
        if predicate.startswith(("不得", "是", "为", "的")) and not NEGATIVE.match(predicate):
            return None
        predicate = ADVERBS.sub("", predicate, count=1)
        return _trim(before), modal.group() if modal else "", predicate
    return None


def _trim(name: str) -> str:
    """A name without what only leads to it: 其他情形由, 所在地的, 有关的."""
    name = TRAILING.sub("", name.strip(" 　"))
    name = re.sub(
        r"^(?:但是?|并|其中|同时|必要时|以及|和|或者?|及|由|经(?!营|济|办|信|贸|开|理)|报(?!社|业)|向|如(?!东|皋)|该|本条例规定的|(?:违反|依照|根据)[^，]*?规定)",
        "",
        name,
    )
    m = DELEGATE.match(name)
    if m and ends_with_name(name[m.end() :]):
        name = name[m.end() :]
    return name.strip("、，（( ")


def _predicates(name: str, modal: str, predicate: str, state: _State, responsible: bool) -> Iterator[Found]:
    """The duty of one subject and one verb phrase, with those it brings along."""
    if not NEGATIVE.match(predicate):
        head = MODAL_AT.match(predicate)
        predicate = ADVERBS.sub("", predicate[head.end() :] if head else predicate, count=1)
    if not predicate or predicate.endswith(("的", "时", "后", "前", "之日起")):
        state.condition = predicate or state.condition
        return
    if ADVERBIAL.match(predicate) or predicate[0] in "（(":
        return
    condition = state.condition if state.condition and state.condition != name else ""
    joint = JOINT.match(predicate)
    if joint:
        partners, action = _cut_name(joint["who"])
        action = action or state.following
        if partners:
            role, word = role_of(action, condition)
            if role in ("own", "coordinate", "oversee", "approve"):
                role, word = "lead", predicate[: joint.start("who")]
            yield _make(
                name, _held(name, role, responsible), word, action, _object(action, state), state, counterpart=partners
            )
            yield _make(
                partners,
                "joint",
                predicate[: joint.start("who")],
                action,
                _object(action, state),
                state,
                counterpart=name,
            )
            return
    negative = bool(NEGATIVE.match(predicate)) or modal in ("不得", "不再", "无权")
    body = NEGATIVE.sub("", predicate, count=1) if negative else predicate
    if negative and not body:
        body = predicate
    if negative and not NEGATIVE.match(predicate):
        return  # a prohibition says nothing of who is responsible
    role, word = role_of(body, f"{condition}，{state.topic}")
    role = _enforcing(role, body, state)
    if negative and role == "own" and re.search(r"协助|配合", f"{condition}{state.topic}"):
        role = "support"
    held = _held(name, role, responsible)
    residual = bool(RESIDUAL.search(predicate)) and held == "own"
    yield replace(
        _make(name, held, word, body, _object(body, state), state),
        negative=negative,
        confidence=0.4 if residual or word in ("加强", "建立", "应") else 0.9 if modal else 1.0,
    )
    if held in ("oversee", "support", "coordinate", "own") and (guided := GUIDE.match(predicate)):
        who, action = _cut_name(guided["who"], GUIDED_VERB)
        if who and action:
            inner, inner_word = role_of(action)
            if re.search(r"处置|查处|处罚|执法", action[:8]):
                inner, inner_word = "enforce", action[:2]
            yield replace(
                _make(
                    who,
                    _held(who, inner, responsible),
                    inner_word,
                    action,
                    _object(action, state),
                    state,
                    counterpart=name,
                ),
                confidence=0.7,
            )


def _enforcing(role: Role, action: str, state: _State) -> Role:
    """实施 and 行使 of a sentence about penalties is enforcement."""
    if role == "own" and re.match(r"(?:依法)?(?:实施|行使|再行使|集中行使|决定)", action):
        return "enforce" if re.search(r"行政处罚|处罚权|行政强制|执法", f"{state.around}{action}") else role
    return role


def _held(name: str, role: Role, responsible: bool) -> Role:
    """An enterprise or person owes a duty as its holder, whatever the verb; a committee does where 责任人 is the theme."""
    if role in ("own", "enforce", "oversee", "coordinate") and is_holder(name):
        return "duty-holder"
    if role == "own" and responsible and name.endswith(("居民委员会", "村民委员会", "居委会", "村委会", "民委员会")):
        return "duty-holder"
    return role


def _cut_name(text: str, verb: re.Pattern[str] = BY_VERB) -> tuple[str, str]:
    """Name and verb phrase of a stretch such as 大数据、公安机关等部门建立健全…; empty where there is no such cut."""
    for m in verb.finditer(text):
        if OWN_NAME.match(text, m.start()):
            continue
        before = TRAILING.sub("", text[: m.start()])
        placed = before.endswith(PLACE_HEADS) and m.group() in ("牵头", "负责", "主办") and not NOT_NAMES.search(before)
        if len(before) >= 2 and (ends_with_name(before) or placed) and not NOT_IN_NAME.search(before):
            # 城市管理|部门: a verb inside a name is passed over because 城市 alone is no body here
            after = text[m.start() :]
            if not after.startswith(
                ("管理部门", "执法", "监督管理", "检查机", "管理机", "处理机", "登记机", "审批局", "审批部门")
            ):
                return _trim(before), after
    cleaned = TRAILING.sub("", text)
    if ends_with_name(cleaned) and not NOT_IN_NAME.search(cleaned):
        return _trim(cleaned), ""
    return "", ""


def _by(body: str, rest: str, state: _State, responsible: bool) -> Iterator[Found]:
    """由X… once or more in one stretch."""
    for m in BY.finditer(body):
        who, action = _cut_name(m["who"])
        if (
            not who
            or not action
            or body[: m.start()].endswith("或者交")  # 不得将行政事务委托或者交由街道办事处承担
            or len(who) > 70
            or (re.match(r"[^，]{1,4}的(?!规定|职责)", action) and "行使" not in action[:6])
        ):
            continue  # 交由街道办事处承担的事项: a clause about something else
        following = rest[rest.find(action) :] if action in rest else action
        before = body[: m.start()].strip("，、 并")
        condition = before if before else state.condition or state.topic
        topic = state.topic if state.topic and state.topic != condition else condition
        joint = JOINT.match(action)
        partners = ""
        if joint:
            partners, inner = _cut_name(joint["who"])
            action = inner or action
        full = _penalty(following) if re.match(r"(?:依法)?(?:责令|处|给予|没收|吊销|警告|予以)", action) else action
        role, word = role_of(ADVERBS.sub("", action, count=1) or action, f"{condition}，{state.condition}")
        role = _enforcing(role, action, state)
        if partners and role not in ("enforce", "decide"):
            role, word = "lead", "会同"
        held = _held(who, role, responsible)
        yield replace(
            _make(who, held, word, full, topic, state, counterpart=partners or None),
            condition=condition if condition != topic else "",
        )
        if partners:
            yield replace(_make(partners, "joint", "会同", full, topic, state, counterpart=who), condition="")
        state.subject = who


def _penalty(following: str) -> str:
    """The whole consequence, up to the end of the sentence or the next authority."""
    m = re.match(r"[^。；：]{2,150}?(?=，并?由|。|；|：|$)", following)
    return m.group() if m else following[:80]


def _receivers(body: str, state: _State) -> Iterator[Found]:
    """报X批准, 经X同意, 向X申请/报告, 征求X意见."""
    for m in RECEIVER.finditer(body):
        who = m["who"] or m["who2"] or m["who3"] or m["who4"] or ""
        verb = m["verb"] or m["verb2"] or m["verb4"] or "报告"
        who = re.split(r"(?:提出|依法)", who)[0]
        who = re.sub(r"(?:组织相关部门|组织有关部门|依法|集体|会议|统一)$", "", _trim(who))
        if not ends_with_name(who) or NOT_IN_NAME.search(who) or m["via"] == "由":
            continue
        obj = state.topic or body[: m.start()]
        if m["who4"]:
            yield replace(_make(who, "support", "征求意见", m.group(), obj, state), confidence=0.8)
        elif verb in ("报告", "反映", "报送", "举报", "投诉"):
            yield replace(_make(who, "coordinate", verb, m.group(), obj, state), confidence=0.6)
        elif verb in ("确定", "决定", "裁决", "裁定"):
            role: Role = (
                "decide" if state.unclear or UNCLEAR.search(f"{state.topic}{state.condition}{body}") else "approve"
            )
            yield _make(who, role, verb, m.group(), obj, state)
        else:
            yield _make(who, "approve", verb, m.group(), obj, state)


def _object(action: str, state: _State) -> str:
    """What the action is about: the words between 负责 and the verb at its end, else the topic before."""
    m = re.match(r"(?:负责|承担|具体负责)(?P<o>.{2,80}?)的[^的，]{2,16}$", action)
    if m:
        return m["o"]
    return state.topic if state.topic and state.topic not in action else ""


def _make(
    agencies: str, role: Role, word: str, action: str, obj: str, state: _State, *, counterpart: str | None = None
) -> Found:
    condition = state.condition if state.condition != obj else ""
    return Found(agencies, role, word, action, obj, 0, 0, condition=condition, counterpart=counterpart)


def find_stem_subject(stem: str) -> str:
    """The body a list is about: 街道办事处履行下列职责：, 秘书处主要职责是：; empty where the stem names none."""
    sentences = [s for s in re.split(r"[。；]", stem.rstrip("：: ")) if s]
    for sentence in reversed(sentences):
        subject = _subject(sentence.split("，")[-1]) or _subject(sentence)
        if subject is not None:
            return "" if subject[0].endswith(("责任人", "责任单位")) else subject[0]
        m = re.match(rf"(?P<who>.{{2,40}}?(?:{'|'.join(HEADS)}))的?(?:主要)?(?:职责|职能|任务)", sentence)
        if m:
            return _trim(m["who"])
    return ""


def starts_with_verb(text: str) -> bool:
    """Whether a list item says what to do rather than names a thing."""
    return VERB_START.match(text) is not None
