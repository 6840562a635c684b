"""What a sentence claims: amounts, document numbers, bodies, roles, negation, modality, validity."""

from __future__ import annotations

import re

from kb.text import CHINESE_NUMERAL, normalise, parse_numeral

# --- amounts ---------------------------------------------------------------------------------------------------------

_DOC_NUMBER = r"[\u4e00-\u9fff]{1,12}[〔\[（(]\d{4}[〕\]）)]\d{1,4}号"
_ARABIC = r"\d[\d,，.．]*(?:\s*(?:个百分点|百分点|[%％‰]|[万亿]?[元吨人件起处条户亩辆座平方米公里]+|年|月|日|小时|分钟|周岁|倍))?"
_CHINESE = rf"[{CHINESE_NUMERAL}万亿]{{1,10}}(?:元|日|年|月|个月|周岁|小时|分钟|个工作日|倍|米|平方米|处|次|人|条)"
_ARTICLE = rf"第[{CHINESE_NUMERAL}\d]+[条款项章]"
_AMOUNT = re.compile(f"{_DOC_NUMBER}|{_ARTICLE}|{_ARABIC}|{_CHINESE}")


def find_amounts(text: str) -> tuple[str, ...]:
    """Amounts with their unit, percentages, dates, articles and document numbers, as written."""
    return tuple(m.group().strip("，,.．") for m in _AMOUNT.finditer(text))


def canonical(text: str) -> str:
    """One spelling for every numeral, so that 二十日 and 20日 are the same claim."""
    text = re.sub(r"\s+", "", normalise(text)).replace(",", "")
    return re.sub(rf"[{CHINESE_NUMERAL}]+(?=[万亿元日年月个周小倍米平条款项章处次人分])", _digits, text)


def _digits(match: re.Match[str]) -> str:
    value = parse_numeral(match.group())
    return match.group() if value is None else str(value)


# --- bodies ----------------------------------------------------------------------------------------------------------

# The word a body's name ends in; the longer first.
_ENDING = (
    r"(?:街道办事处|人民政府|人民法院|人民检察院|委员会办公室|委员会|办公室|办事处|管理中心|监管部门|主管部门|管理部门|行政部门|部门|机关|总局"
    r"|大队|支队|总队|居委会|村委会|管委会|爱卫办|编办|街办|物业服务企业|物业服务人|开办单位|管理单位|[局厅署委])"
)
# What stands between a name and what it does; a name holds none of these.
_BREAK = re.compile(
    r"[^\u4e00-\u9fff\ue000]|以及|会同|协助|配合|负责|牵头|应当|可以|指导|监督(?!管理)|督促|委托|授权|提请|报请|移送|其中|所在地的?|有关|不得"
    r"|[由向对经与和及或并应按交报的为是在将把被归给请各该本原说称至到从于以须需不]"
)
_PAIRED = re.compile(
    r"(?<=住房)和(?=城乡)|(?<=资源)和(?=社会)|(?<=发展)和(?=改革)|(?<=工业)和(?=信息)|(?<=文化)和(?=旅游)|(?<=规划)和(?=自然)|(?<=自然资源)和(?=规划)"
    r"|(?<=市容)和(?=环境)|(?<=卫生健康)和|(?<=应急)和"
)
_BODY = re.compile(rf"[\u4e00-\u9fff\ue000]{{0,14}}{_ENDING}(?![长员])")
_PLACE = re.compile(
    r"^(?:中共)?[\u4e00-\u9fff]{2,6}?(?:省|自治区|自治州|市|自治县|县|区|旗|镇|乡|街道)(?=[\u4e00-\u9fff]{2,})"
)


def find_bodies(text: str) -> tuple[str, ...]:
    """Names of bodies in a text, in order; a bare 部门 or 单位 names none."""
    pieces = _BREAK.split(_PAIRED.sub("\ue000", text))
    found = [m.group().replace("\ue000", "和") for piece in pieces for m in _BODY.finditer(piece)]
    return tuple(
        dict.fromkeys(b for b in found if len(b) >= 3 and b not in ("主管部门", "管理部门", "委员会", "办公室"))
    )


def same_body(one: str, other: str) -> bool:
    """Whether two names can mean one body: equal, or one is the other with the place before it."""
    short, long = sorted((one, other), key=len)
    if short == long:
        return True
    if len(short) < 3 or not long.endswith(short):
        return False
    lead = long[: -len(short)]
    # 云泽市|城市管理局 and 市|城市管理局 are one body; 区|城市管理局 and 市城市管理局 never meet here.
    place = _PLACE.match(long)
    return (place is not None and place[0].startswith(lead)) or (len(lead) >= 2 and lead[-1] in "省市县区旗镇乡")


# --- roles, negation, modality ----------------------------------------------------------------------------------------

# Each role word → its class; words of one class may stand for each other.
_ROLES: tuple[tuple[str, str], ...] = (
    ("牵头", "lead"), ("主管", "lead"), ("主办", "lead"), ("负责", "own"), ("承担", "own"), ("组织实施", "own"), ("会同", "joint"), ("共同", "joint"),
    ("配合", "support"), ("协助", "support"), ("协同", "support"), ("参与", "support"), ("指导", "guide"), ("监督", "oversee"), ("监管", "oversee"), ("督促", "oversee"),
    ("考核", "assess"), ("检查", "oversee"), ("协调", "coordinate"), ("统筹", "coordinate"), ("审批", "approve"), ("许可", "approve"), ("批准", "approve"),
    ("备案", "file"), ("处罚", "enforce"), ("罚款", "enforce"), ("查处", "enforce"), ("责令", "enforce"), ("确定", "decide"), ("裁决", "decide"), ("决定", "decide"),
)  # fmt: skip
_NEGATION = re.compile(
    r"不(?:再|得|予|应|承担|负责|需|必|属于?|包括|适用|准|能|可|是|作为|低于|少于|超过|高于|满|足|服)|无权|没有|未(?!成年|来|满)|禁止|严禁|免于?(?=缴|征|收|除|予)|无须|无需|并非|不"
)
# Words in which 不 negates nothing that matters to who does what.
_NOT_NEGATION = re.compile(
    r"不动产|不良|不断|不同|不仅|不论|不服|不可抗力|不文明|不定期|不明确|不清|不及时|不力|不一致|不少|未成年人"
)
_MODALS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("must", re.compile(r"应当|必须|须(?!知)|应(?=[^用对急答届])|一律")),
    ("may", re.compile(r"可以|可(?=[由将向按以])|有权")),
    ("never", re.compile(r"不得|禁止|严禁|不准|不应")),
)
_STATUS_WORDS: tuple[tuple[re.Pattern[str], frozenset[str]], ...] = (
    (re.compile(r"现行有效|仍然有效|继续有效|仍有效"), frozenset({"in-force"})),
    (re.compile(r"已(?:经)?(?:被)?废止|予以废止"), frozenset({"repealed"})),
    (re.compile(r"已(?:经)?失效|有效期(?:已)?届满|已届满|已过期"), frozenset({"expired", "repealed"})),
    (re.compile(r"尚未施行"), frozenset({"not-yet"})),
)
_CLAUSE = re.compile(r"[^，。；：！？\n,;:!?]+[，。；：！？\n,;:!?]?")


def split_clauses(text: str) -> list[str]:
    """Clauses of a text, each with the mark that ends it."""
    return [m.group() for m in _CLAUSE.finditer(text) if m.group().strip()]


def find_roles(text: str) -> frozenset[str]:
    """The classes of the role words in a text."""
    return frozenset(kind for word, kind in _ROLES if word in text)


def find_negations(text: str) -> tuple[str, ...]:
    """Negating words of a text, without those that are part of another word."""
    return tuple(_NEGATION.findall(_NOT_NEGATION.sub("", text)))


def find_modals(text: str) -> frozenset[str]:
    """must, may and never, as far as a text says them."""
    return frozenset(name for name, cue in _MODALS if cue.search(text))


def find_status_words(text: str) -> tuple[tuple[str, frozenset[str]], ...]:
    """Words about validity, each with the statuses that bear it out."""
    return tuple((m.group(), fitting) for cue, fitting in _STATUS_WORDS if (m := cue.search(text)))


# --- likeness --------------------------------------------------------------------------------------------------------

_FRAME = re.compile(
    r"根据|依据|按照|规定|其中|此外|同时|以及|因此|综上|目前|现行|明确|具体|主要|文件|该|本|其|等|的|了|是|由|对|和|与|及|在|为|并|将|第[^条]{1,6}条|《[^》]*》"
)


def content_share(text: str, evidence: str) -> float:
    """Share of a text's character bigrams, words of mere framing left out, that the evidence holds; 1 for none."""
    held = re.sub(r"\s+", "", canonical(evidence))
    grams = [
        run[i : i + 2]
        for run in re.findall(r"[\u4e00-\u9fffa-z0-9%.]+", _FRAME.sub("，", canonical(text)))
        for i in range(len(run) - 1)
    ]
    return sum(g in held for g in grams) / len(grams) if grams else 1.0
