"""The body a stretch of text begins with, and what it is said to do."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import chain

from ingest.duty.names import HEADS, NOT_IN_NAME, PLACE_HEADS, ends_with_name, is_holder, is_place, looks_like_name
from ingest.duty.verbs import FRONTED, MODAL_AT, NEGATIVE, SKIP, TRIGGER, VERB_START, WEAK_TRIGGERS, WORK_VERBS

# What may stand before the subject without a comma.
_FRONT = re.compile(
    r"^(?:并且?(?=[^非])|同时|其中|但是?|违反前款规定|必要时|请(?=(?:省|市|县|区|各|有关|相关)[^，]*(?:负责|牵头|会同|配合|做好))|(?:在|经)[^，]{1,12}领导下|[^，]{2,8}期间(?=[^，内的]{3})|会议(?:议定|决定|明确|要求|确定)|此外|(?:\d{4}年)?\d{1,2}月底?前)"
)
_NUMBERING = re.compile(r"\d+(?:[.．]\d+)*[.．、]?[\s　]*(?=[^\d年月日个家所名])")
# Trimmed off the right end of a subject before it is looked at.
_TRAILING = re.compile(
    r"(?:依法|具体|主要|统一|共同|分别|各自|定期|及时|应当|应|可以|必须|要|直接|全面|（[^（）]{1,60}）|"
    r"(?:按照?|依照|根据|依据)[^，。；]{1,24}(?:规定|职责|分工|要求|权限|范围内?)?|在[^，。；]{1,18}(?:内|下|中)|先|再|也|均|都|同时|并|还|则|仍|集中|切实|认真|积极|每年|进一步|继续|另行|自行)+$"
)
# How what _TRAILING takes off can end; the regex is tried at every character, so this comes first.
_ADVERB_ENDS = (
    "依法", "具体", "主要", "统一", "共同", "分别", "各自", "定期", "及时", "应当", "应", "可以", "必须", "要", "直接", "全面", "）", "内",
    "下", "中", "先", "再", "也", "均", "都", "同时", "并", "还", "则", "仍", "集中", "切实", "认真",
    "积极", "每年", "进一步", "继续", "另行", "自行",
)  # fmt: skip
_RULE_WORDS = re.compile(r"[按依]照|根据|依据|按")
_LEADING = re.compile(
    r"^(?:并(?=[^购])|其中|同时|必要时|以及|共同到|和(?=[^谐平田县林])|或者?|及(?!时)|由|经(?!营|济|办|信|贸|开|理|常|纪|费)|报(?!社|业|刊|送单位|告|关|检|名|废)|向|该|本(?:条例|办法|规定)规定的)"
)
_DELEGATE = re.compile(r"^.{2,20}?(?:委托|授权|聘请)(?=.{2})")
# 管理专利工作的部门: a verb that belongs to the name
# 经市规划局, 对企业: not 经营者, 对外贸易部门, which begin so too
_NO_SUBJECT = re.compile(r"经(?!营|济|办|信|贸|开|理|纪|销)")
_OWN_NAME = re.compile(
    r"(?:负责|管理|主管|承担|行使|履行|办理|受理|监督|实施|组织|批准|审批|核发|查处|处理|分管)(?!对)[^，。；]{0,20}?的[^，。；的、和]{0,4}(?:部门|机关|机构|单位|企业|负责人|人民政府|人民法院|人民检察院)"
)
# These open an aside; the subject before them waits for its verb.
_NOUNS_TOO = frozenset(("管理", "监督", "检查", "组织", "指导", "考核", "协调", "领导"))
_OPENERS = frozenset(("在", "对", "按照", "依照", "根据", "自", "于", "发现"))
# The verb after 由X or after a guided body: what X is to do.
BY_VERB = re.compile(
    r"负责(?!同志|人)|承担|牵头|主管|考核|评价|评估|验收(?!组)|巡查|抽查|督办|核定|论证|负担|管辖|审理|审议|层报|拨付|修复|更换|重建|填写|安排|按(?=[^，]{2,20})|自(?=[^，]{2,30}(?:起|内))|(?<!都)于(?=[^，]{2,20}(?:前|内))|责令|处(?=[^理置分以，]{0,3}[一二三四五六七八九十百千万\d])|处以|处理|处置|处罚|给予|予以|没收|吊销|警告|查处|依法|依照|依据|根据|会同|联合|商|组织|确定|决定|指定|明确|界定|划分|协调|协助|配合|批准|审批|"
    r"审核|审查|核准|核发|制定|制订|拟订|编制|规定|实施|实行|执行|行使|办理|管理|公布|发布|统一|统筹|监督|指导|检查|撤销|取缔|扣押|查封|强制|暂扣|收回|代为|代履行|进行|作出|提出|通知|通报|备案|划定|"
    r"认定|裁定|裁决|征收|收取|收集|运输|清理|清除|清运|清扫|拆除|维护|养护|受理|登记|发给|颁发|召集|主持|任命|任免|另行|具体|共同|分别|直接|应当|可以|落实|开展|建立|设置|设立|安排|解释|追究|注销|采取|发放|处|报|从|(?<!所)在|对(?!外)|向|参照|代表|配备|签订|出具|保管|接收|调查|调解|仲裁|移送|送|复核|复查|核实|核查|监测|推荐|选举|产生|协商|补助|支付|列入|保障|提供|督促|调整|汇总|派出|主办|归口|托管|拟定|起草|改正|退还|宣布|履行|申请|委托|聘请|纳入|先行|每|限期|聘任|研究|解决|组成|构成|将|补偿|赔偿|出资|筹集|拥有"
)
# These after a name say what it is made of or owns, not what it does; or the name stands inside an aside.
_STOP_VERB = frozenset(("组成", "构成", "拥有"))
_GIVEN = frozenset(("指定", "委托", "确定", "推荐", "设立", "批准", "聘请", "派出", "聘任", "规定"))
GUIDED_VERB = re.compile(
    r"做好|开展|落实|实施|履行|依法|建立|完善|加强|组织|处置|处理|进行|推进|推动|执行|查处|承担|负责|制定|限期|予以|及时|按照|清理|清除|维护|采取|提供|参与|解决|管理|整改|改正|提高|编制|规范|健全|强制拆除|代收|代管"
)
_VERB_IN_NAME = (
    "管理部门", "执法", "监督管理", "检查机", "管理机", "处理机", "登记机", "审批局", "审批部门", "管理委", "管理局", "管理所", "管理处", "监督机", "监督所", "审查机", "维护单位",
    "经营单位", "使用单位", "管理单位", "保障部门", "保障行政", "保障局", "登记部门", "登记管理", "保障主管", "经营者", "经营企业", "使用人", "所有人", "所有权", "使用者", "协调机", "指导委", "组织部", "指导机", "处置单位", "运输企业", "运输单位", "运输主管", "运输管理", "运输部门", "运输行政", "检查站", "备案机", "批准机", "审批机",
    "编制委员会", "编制委", "编制部门", "编制管理", "编制机", "安排部", "评估机", "评价机", "考核委", "考核办", "决定机", "征收部门", "征收机", "研究院", "研究所", "研究中心", "研究机", "调解委", "调解组", "仲裁委", "仲裁机", "补偿机", "实施机", "实施单", "执行机", "委托人", "申请人", "委托方", "负责人", "处（", "以上", "在地", "自治", "自然", "对外", "为民", "落实单", "商务", "商会", "商业", "商行", "商部", "主管部门", "主管机", "主办单", "主办方", "主办者", "组织者", "组织单", "报社", "从业", "发放机", "发布者", "提供者",
)  # fmt: skip


# 公安机关接到报告后, 行政机关认为…的: who the next stretch is about
_EVENT = re.compile(
    r"接到|收到|发现|认为|受理|决定|办理|审查|审核|进行|开展|实施|作出|制定|编制|获知|获悉|得知|核实|使用|从事|组织|举办|聘用|雇用|委托|采取|履行|执行|经营|生产|销售|运输|提供|设置|建设|拆除|变更|终止|申请|检测|转移|遇到|遇有|安装|参加|结算|进口|出口|购买|转让|出租|取得|提出|查处|调查|检查|未|不|违反|拒绝|在|自|因|经|需要|确需|应当"
)
_EVENT_END = re.compile(r"(?:后|时|前|的|之日起|期间|过程中|之前|之后)$")


@dataclass(frozen=True, slots=True)
class Predicate:
    """谓语: a verb phrase without modal and adverbs; ``object`` is what was said before the modal, ``words`` all of it."""

    text: str
    modal: str = ""
    object: str = ""
    aside: str = ""  # 在…内, 自…之日起…: where and when
    words: str = ""


# 设区的市、县（市、区）应当…: levels act by their bare word before an express modal
_LEVELS_ACT = re.compile(
    r"^(?:各|有关|所在)?(?:省|自治区|直辖市|设区的市|市|州|县|区|旗|乡|镇|街道)(?:（[^）]{1,6}）)?"
    r"(?:[、和](?:自治区|直辖市|设区的市|自治州|市|州|县|区|旗|乡|镇|街道)(?:（[^）]{1,6}）)?)*$"
)
_SUGGESTED = re.compile(r"^建议(?:由|尽快|进一步)?(?=[^，]{4})")
_WORK = re.compile(WORK_VERBS)
_ABOUT_THING = re.compile(r"的(?![^，。；]{0,30}(?:职责|职权|职能))")
# The last characters of names, levels and of what may stand between a name and its verb.
_ENDS = frozenset(h[-1] for h in (*HEADS, *PLACE_HEADS, *_ADVERB_ENDS, "）", "办", "街道", "自治区"))
_FARTHEST = 90  # characters a list of bodies before its verb may take


def strip_trailing(text: str) -> str:
    """A stretch without the adverbs and rules between a subject and its verb."""
    if text.endswith(_ADVERB_ENDS) or _RULE_WORDS.search(text):
        return _TRAILING.sub("", text)
    return text


def trim_name(name: str) -> str:
    """A name without what only leads to it: 其他情形由, 有权."""
    name = strip_trailing(name.strip(" 　"))
    name = _LEADING.sub("", name)
    name = name.removeprefix("继续")
    m = _DELEGATE.match(name)
    if m and ends_with_name(name[m.end() :]) and "的" not in name[m.end() :]:
        name = name[m.end() :]
    return name.strip("、，（( ")


def find_subject(body: str) -> tuple[str, str] | None:
    """Name and the rest of a stretch that begins with the name of a body and goes on with a duty's verb."""
    front = _FRONT.match(body)
    text = body[front.end() :] if front else body
    text = text[m.end() :] if (m := _NUMBERING.match(text)) else text
    if m := _SUGGESTED.match(text):  # 建议区人民政府明确…: no modal is needed
        name, action = cut_name(text[m.end() :], _WORK)
        return (name, action) if name and action else None
    # An express modal first: 政府设立的图书馆应当…, where 设立 belongs to the name.
    ruled = _RULE_WORDS.search(text) is not None
    tried: set[int] = set()
    for m in chain(MODAL_AT.finditer(text), TRIGGER.finditer(text)):
        at = m.start()
        if at < 2 or at > _FARTHEST or at in tried:
            continue
        tried.add(at)
        if not ruled and text[at - 1] not in _ENDS:
            continue  # no name ends so; the costly tests come after this cheap one
        if _OWN_NAME.match(text, m.start()) or (_ABOUT_THING.match(text, m.end()) and m.group() not in _OPENERS):
            continue  # 财政部门制定的文件: a clause about the thing, not a duty
        before = text[:at]
        placed = (m.group() in ("应当", "必须") and _LEVELS_ACT.match(before) is not None) or (
            m.group() in ("牵头", "配合", "协助") and len(before) <= 10 and is_place(before)
        )
        before = before if placed else strip_trailing(before)
        if not (ends_with_name(before) or placed) or NOT_IN_NAME.search(before) or _NO_SUBJECT.match(before):
            continue
        rest = text[len(before) :]
        if rest.startswith(("（", "(")) and "）" in rest:
            rest = rest[rest.index("）") + 1 :]
        if placed:
            return before, rest
        if m.group() in _NOUNS_TOO and not MODAL_AT.match(rest) and is_holder(before):
            continue  # 企业管理, 单位组织: a noun phrase
        if m.group() in WEAK_TRIGGERS and not MODAL_AT.match(rest) and not NEGATIVE.match(rest):
            read = read_predicate(rest)
            if not VERB_START.match(read.text):
                if m.group() in _OPENERS:
                    return trim_name(before), ""  # 村级河长在巡查中发现…: the verb comes in a later stretch
                continue
        if rest.startswith(("是", "为", "的")):
            return None
        given = read_predicate(rest)
        if not given.modal and given.text[:2] in _GIVEN and given.text[2:3] == "的" and "职责" not in given.text:
            continue  # 市人民政府依法确定的运营单位实施…: part of another's name
        return trim_name(before), rest
    return None


def read_predicate(rest: str) -> Predicate:
    """What follows a subject, without modal, adverbs and asides; a fronted 对O is kept as the object."""
    modal, fronted, aside, at = "", "", "", 0
    while at < len(rest):
        if NEGATIVE.match(rest[at:]):
            break
        m = MODAL_AT.match(rest, at)
        if m:
            modal = modal or m.group()
            at = m.end()
            continue
        m = FRONTED.match(rest, at)
        if m and not fronted:
            fronted, at = m["fronted"], m.end()
            continue
        m = SKIP.match(rest, at)
        if m is None or m.end() == at:
            break
        if m.group().startswith(("在", "自", "于", "从", "每")):
            aside = aside or m.group()
        at = m.end()
    return Predicate(rest[at:], modal, fronted, aside, rest)


def cut_name(text: str, verb: re.Pattern[str] = BY_VERB) -> tuple[str, str]:
    """Name and verb phrase of a stretch such as 大数据、公安机关等部门建立健全…; empty where there is no such cut."""
    for m in verb.finditer(text):
        if text.startswith(_VERB_IN_NAME, m.start()) or _OWN_NAME.match(text, m.start()):
            continue
        if m.group() in _GIVEN and text.startswith("的", m.end()):
            continue  # 国务院指定的部门: part of the name
        before = strip_trailing(text[: m.start()])
        placed = before.endswith(PLACE_HEADS) and m.group() in ("牵头", "负责", "主办") and not looks_like_name(before)
        if len(before) >= 2 and (ends_with_name(before) or placed) and not NOT_IN_NAME.search(before):
            if m.group() in _STOP_VERB:
                return "", ""
            return trim_name(before), text[m.start() :]
        if m.group() in ("在", "对", "向", "将", "组成", "构成") and "的" not in text[m.end() :]:
            break
    cleaned = strip_trailing(text)
    if ends_with_name(cleaned) and not NOT_IN_NAME.search(cleaned):
        return trim_name(cleaned), ""
    return "", ""


def find_event_subject(body: str, *, open_end: bool = False) -> str:
    """The body at the head of an event or condition: 公安机关接到报告后, 旅行社使用格式合同的; empty for any other.

    ``open_end`` takes an event without 后, 的 or 时 too: 纳税人进口货物，应当….
    """
    if not open_end and not _EVENT_END.search(body):
        return ""
    front = _FRONT.match(body)
    text = body[front.end() :] if front else body
    for m in _EVENT.finditer(text):
        before = text[: m.start()]
        if len(before) > 40:
            return ""
        if len(before) >= 2 and ends_with_name(before) and not NOT_IN_NAME.search(before):
            return trim_name(before)
    return ""


_FUNCTION_OF = re.compile(rf"(?P<who>.{{2,40}}?(?:{'|'.join(HEADS)}))(?:的)?(?:主要)?(?:职责|职能|任务)")


def find_stem_subject(stem: str) -> str:
    """The body a list is about: 街道办事处履行下列职责：, 秘书处主要职责是：; empty where the stem names none."""
    sentences = [s for s in re.split(r"[。；]", stem.rstrip("：: ")) if s]
    for sentence in reversed(sentences):
        subject = find_subject(sentence.split("，")[-1]) or find_subject(sentence)
        if subject is not None:
            return "" if subject[0].endswith(("责任人", "责任单位")) else subject[0]
        actor = find_event_subject(sentence.split("，")[0]) if "应当" in sentence else ""
        if actor:  # 供热企业接到投诉后，应当按照下列规定处理
            return actor
        m = _FUNCTION_OF.match(sentence)
        if m and ends_with_name(m["who"]):
            return trim_name(m["who"])
    return ""


def starts_with_verb(text: str) -> bool:
    """Whether a list item says what to do rather than names a thing."""
    return VERB_START.match(text) is not None
