"""What documents cannot answer, by what is asked: blame, taste, causes, the future, the moment, private particulars.

Each limit is told by how such questions are built, not by their topics. Some fall where the evidence itself says what
is asked: a report may name a cause, a plan a future year; then the answer stands.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from kb.answer.draft import Draft, Question
from kb.answer.refusal import refusal
from kb.records import Hit, Reason
from kb.text import normalise

_OFFICIAL = r"(?:领导(?:干部)?|干部|官员|一把手|省长|市长|县长|区长|镇长|乡长|书记|局长|厅长|主任)"
_GUILT = r"(?:失职|渎职|责任|负责|追责|问责|背锅|撑腰|包庇|撤职|免职|处分|下台|引咎|腐败|贪污|犯罪)"
# One case and no class of cases: a law says what follows for 领导干部; whether this one is at fault it does not say.
_THIS_CASE = (
    r"(?:当地|本地|我们[省市县区镇村]|该[省市县区]|这[次件起个]|此次|那[次件起]|的事[，,]|分管|\d{4}年|省|市|县|区)"
)
_SETS_RULE = r"(?:怎么|如何|怎样)(?:处理|处分|追究|追责|问责)|应当|依法|规定"
_MEASURED = r"(?:增长|增速|下降|上升|减少|提高|提升|回落|变化|超过|超额|低于|高于|改善|好转|恶化|预期|增多|变多|变少)"
_NEXT = r"(?:明年|后年|下一?届|下一?次|下一?轮|下个(?:月|季度|年度)|将来|今后|未来(?:[一二三四五六七八九十几\d]+年)?)"
_ALTERS = r"(?:修[改订]|出台|取消|废止|上调|下调|涨|降|调整|发布|公布|撤[销并]?|合并|改革|放开|延长|恢复|扩大|缩小|推行|取缔|建成|开通|通车|开工|搬|拆)"
_MOMENT = r"(?:今天|今晚|今早|明天|后天|昨天|本周|这周|此刻|这会儿|眼下|实时|刚刚|正在|现在)"
_STATE = (
    r"(?:气温|天气|下雨|下雪|刮风|多少度|温度|路况|堵车|拥堵|限行|股价|股市|汇率|油价|菜价|肉价|房价|空气质量|aqi|pm2|水位"
    r"|值班|在岗|在家|开门|关门|营业|排.{0,5}队|余票|停电|停水|停运|有没有人)"
)


@dataclass(frozen=True, slots=True)
class _Limit:
    """答复边界: a kind of question, why it is refused, and what in the evidence would answer it all the same."""

    asks: re.Pattern[str]
    why: str
    unless: Callable[[Question, str], bool] | None = None  # given the words quoted; None: never answered
    not_for: re.Pattern[str] | None = None  # a question with this asks for the rule
    reason: Reason = "out-of-scope"


def _names_cause(question: Question, quoted: str) -> bool:
    return bool(
        re.search(
            r"由于|因为|(?<![原此])因(?=[\u4e00-\u9fff]{2})|得益于|受.{1,14}影响|原因(?:是|在于|主要)|归功于", quoted
        )
    )


def _weighs_effect(question: Question, quoted: str) -> bool:
    return bool(re.search(r"(?:拉动|拖累|贡献率?|带动|使得?|影响).{0,24}\d", quoted))


def _tells_future(question: Question, quoted: str) -> bool:
    years = {int(y) for y in re.findall(r"(?<!\d)(20\d\d)(?=年|-|至|—)", quoted)}
    wanted = {y for y in question.years if y > question.as_of.year}
    return bool(years & wanted) if wanted else any(y > question.as_of.year for y in years)


def _gives_number(question: Question, quoted: str) -> bool:
    return bool(_NUMBER.search(quoted))


_NUMBER = re.compile(r"(?<!\d)(?:0\d{2,3}[-—－ ]?\d{7,8}|1\d{10}|[1-9]\d{6,7}|12\d{3}|9\d{4})(?!\d)")
_LIMITS: tuple[_Limit, ...] = (
    # 个人追责: the documents allot work; who among people is at fault is for those with the power to say
    _Limit(re.compile(
        rf"(?:哪[一]?[位个名]|哪几[位个]|谁|什么人).{{0,12}}{_OFFICIAL}.{{0,16}}{_GUILT}|应?由哪[一]?[位名].{{0,12}}(?:负责|{_OFFICIAL})"
        rf"|{_THIS_CASE}.{{0,24}}{_OFFICIAL}.{{0,4}}(?:有没有|有无|算不算|是不是|是否|该不该|要不要|应不应该|该当).{{0,10}}{_GUILT}"
        rf"|{_OFFICIAL}.{{0,10}}(?:背后)?(?:撑腰|包庇)|板子.{{0,8}}打|(?:谁|哪家).{{0,6}}背.{{0,2}}锅|谁的锅|该?(?:撤|免)谁的?职|谁(?:就)?(?:该|应当?)(?:下台|被?撤职|被?问责|引咎|坐牢)"
        r"|(?:责任人|当事人).{0,8}(?:受到|受了|得到).{0,6}(?:处分|处罚|判)"
    ), "个人责任的认定须由有权机关作出，资料库不对个人追责作判断", not_for=re.compile(_SETS_RULE)),
    # 评价: which is better, whether a policy is good
    _Limit(re.compile(
        r"你们?(?:觉得|认为|怎么看|怎么评价|喜欢|支持)|(?:政策|规定|条例|办法|制度|做法|法律|标准|方案|改革|举措|要求).{0,6}(?:合理吗|合不合理|好不好|公平吗|公不公平|科学吗|值得吗|先进吗|太严|过严)"
        r"|哪(?:个|家|部|一).{0,14}(?:更好|最好|更合理|更先进|写得好|做得好|更有用)|是不是.{0,6}太.{1,4}了?[？?]?$|.{2,14}(?:最好|最差|最宜居|最负责|最有水平|最科学|最合理|最人性化|最先进|最优秀)(?:的?是(?:哪|谁).{0,8})?[？?]?$"
    ), "这是评价性的问题，资料库只说明文件写了什么，不作优劣评判"),
    # 因果: figures stand side by side, causes mostly are not in them
    _Limit(re.compile(
        rf"{_MEASURED}.{{0,12}}(?:因为什么|(?:是)?什么原因|为何|为什么|靠的?是?(?:什么|哪)|得益于(?:什么|哪)|归功于)"
        rf"|(?:因为什么|什么原因|为何|为什么|靠(?:的是)?(?:什么|哪)|得益于(?:什么|哪)).{{0,24}}{_MEASURED}|(?:归功于|得益于|归因于|归咎于)(?:谁|什么|哪)|{_MEASURED}.{{0,8}}(?:哪些|什么|几个)(?:因素|动力|力量)|(?:哪些|什么)(?:因素|动力|力量).{{0,12}}{_MEASURED}|(?:主要)?(?:是|由)?哪几?[个些]项目.{{0,12}}(?:造成|导致|引起)"
        r"|为什么.{0,40}(?:写成|不一样|不一致|却写)"
    ), "资料只列出数据和做法，没有给出这一因果关系的依据", unless=_names_cause),
    _Limit(re.compile(
        r"(?:拖累|拉动|贡献).{0,30}(?:几个?|多少)个?百分点|起到?了?(?:多大|什么|多少|怎样)的?(?:作用|效果|影响)|(?:作用|效果|影响)(?:有多大|多大|怎么样)"
        r"|(?:让|使|令).{2,14}(?:变[好差多少]|好转|改善|减少|下降|提高|增加|上升)了?(?:吗|么|没有?)"
        r"|有没有(?:让|使|令).{2,16}(?:减少|增加|下降|提高|改善|变|增多)|(?:是不是|是否)因此|因此.{0,8}(?:吗|么|了没)"
        r"|(?:提升|提高|改善|降低|减少|促进|带动|推动)了.{2,14}(?:吗|么)[？?]?$|和.{2,14}(?:有没有|有无|是否有)(?:因果|关系|关联)"
    ), "资料只列出数据和做法，没有给出这一因果关系的依据", unless=_weighs_effect),
    # 预测: no document states what has not been decided; a plan states what is planned
    _Limit(re.compile(
        rf"{_NEXT}[^,，;；。]{{0,20}}(?:会|将|要|能|得|打算|准备|计划)[^,，;；。]{{0,14}}(?:多少|几|哪|什么|吗|么|{_ALTERS})|(?:什么时候|何时|哪[一]?年|几时).{{0,4}}(?:会|才会|将).{{0,6}}{_ALTERS}"
        rf"|(?:会不会|是否会|会否)(?:再|继续|马上|很快|进一步)?.{{0,4}}(?:修[改订]|出台|取消|废止|上调|下调|调整|涨价?|降价|撤[销并]|改革|放开)"
        r"|(?<![监委员大协学议机社])会(?:定|达到?|涨到?|降到?|增长到?)(?:多少|到多少|百分之)|将会.{0,8}(?:多少|怎样|如何)|(?:预计|可能)会.{0,6}(?:多少|怎样|如何)|会定多少"
        r"|(?:明年|后年|下个月|下周)[^,，;；。]{0,14}(?:几[天个次日]|多少|哪[天些])"
    ), "这是对尚未公布事项的预测，资料库只回答已有文件写明的内容", unless=_tells_future),
    # 实时信息
    _Limit(re.compile(rf"{_MOMENT}.{{0,24}}{_STATE}"), "这是实时信息，不在公文资料范围内"),
    # 私人信息与联系方式
    _Limit(re.compile(
        rf"{_OFFICIAL}.{{0,8}}(?:工资|收入|年薪|月薪|存款|家产|拿|挣|领).{{0,6}}(?:多少|几)"
        r"|"
        r"(?:手机号码?|手机|微信号?|qq号?|身份证号码?|银行卡号|家庭住址|住址|门牌号码?|私人电话|邮箱|电子邮件)(?:是|为|在)?(?:多少|什么|哪|几号|给我)|(?:家)?住在?(?:哪|什么地方)[^，。]{0,4}[？?]?$"
        r"|(?:找谁|打哪|打什么|拨打?(?:哪|什么)).{0,6}(?:电话|热线)|电话(?:号码)?(?:是|为)?多少|(?:联系|咨询|举报|投诉)电话"
    ), "资料未收录联系电话、住址等信息，请查询主管部门公开的联系方式", unless=_gives_number),
)  # fmt: skip


def refuse_by_kind(question: Question) -> Draft | None:
    """A refusal of what no document can answer, whatever is found; None to go on."""
    for limit in _reached(question):
        if limit.unless is None:
            return refusal(question, limit.reason, f"{limit.why}。")
    return None


def check_limits(question: Question, draft: Draft, quotes: Sequence[str], hits: tuple[Hit, ...]) -> Draft:
    """The draft, or a refusal where what it quotes does not say the cause, the future or the number asked for."""
    if draft.status == "abstained" and draft.reason != "no-evidence":  # of which the limit says why
        return draft
    quoted = normalise("\n".join(quotes))
    coming = [y for y in question.years if y > question.as_of.year]
    if (
        draft.status != "abstained"
        and question.kind == "figure"
        and coming
        and not any(str(y) in quoted for y in coming)
    ):
        return refusal(question, "no-evidence", f"{coming[0]}年尚未到来，所引资料没有写到这一年。", hits)
    for limit in _reached(question):
        if limit.unless is not None and not limit.unless(question, quoted):
            return refusal(question, limit.reason, f"{limit.why}。", hits)
    return draft


def _reached(question: Question) -> list[_Limit]:
    plain = normalise(question.full)
    return [x for x in _LIMITS if x.asks.search(plain) and not (x.not_for and x.not_for.search(plain))]
