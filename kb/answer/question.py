"""What kind of question it is, and what a follow-up leaves out; names and places are recognised by search."""

from __future__ import annotations

import re
from datetime import date

from kb.records import AnswerKind
from kb.text import normalise

# Tables of cues, tried in order; the first kind whose cue is found wins. Each row says what it is for.
_CUES: tuple[tuple[AnswerKind, str], ...] = (
    # 两个版本之间有何变化
    ("compare", r"(新旧|两版|两个版本|修[订正改]前后|前后两|新版|旧版).*(不同|变化|区别|差异|改)|哪些.{0,6}(条款|任务|指标|职责|标准|规定|条).*(增|删|移|改|换|取消|变)"
     r"|(条款|罚则|职责|标准|指标).{0,8}(变化|增删|有何不同)|修[订正改].{0,8}(增|删|移|改|变|新增|取消)|原(来)?的?第.+条.*第几条|换了?牵头|取消了?(定量|限值)|[“\"]?(协助|配合|负责)[”\"]?(变|转|改)(成|为|了)"),
    # 是否还有效、哪一版现行
    ("status", r"(还|是否|仍)(现行)?有效(吗|么|力)?|有效(吗|么)|失效|废止了(吗|没)|现行.{0,4}哪|哪(一)?(版|份|个文件).*(现行|有效|适用|为准)|按哪(份|个)文件|还?(算数|管用|作数)(吗|么)?|(办法|规定|条例|文件|通知|意见|方案|标准|决定)的?(有效期|效力).{0,8}(到|至|多久|如何)"),
    # 罚则、期限、门槛
    ("requirement", r"罚(多少|款.*(多少|幅度|区间|标准)|几)|(怎么|如何|什么)(处罚|处理|罚)|(受|面临).*处罚|(多|几)(少|个)?(长|久|远|大|高|宽)(时间|范围|距离|年龄)?|多少(日|天|小时|个?工作日|年|个?月|米|岁|周岁)|几(日|天|小时|个?工作日|年|个?月|米|岁|周岁)|期限|时限|(什么|哪些|何种)(要求|标准|条件)|最(多|少|低|高)|不得(超过|少于|低于)|至少"),
    # 谁来管: 见 asks_who；这里只认“职责”一类的词
    ("duty", r"职责|职能|分工|责任主体|配合单位|踢皮球|推诿|往外推"),
    # 报告中的数据
    ("figure", r"(是|为|达到?|完成|增长|下降|提高|降低|新增|清理|拆除|投入|共|了)(了)?(多少|百分之几|几个?百分点)|多少(亿|万)?(元|吨|人|户|公里|平方米|个百分点|条|处|座|亩)|增速|同比|目标.*(多少|是什么|实际)|(变化|提高|回落|下降|增加|减少)了?(多少|几)|依次是|数(字|据|值)"),
    # 名词解释
    ("definition", r"(什么是|是什么意思|是啥|指(的是)?(谁|什么|哪)|何谓|含义|定义|叫什么|区别|差在哪)"),
    # 列举
    ("list", r"^(列|请列)|列(出|全|举)|清单|有哪些|哪些(内容|事项|措施|情形|范围)"),
)  # fmt: skip
_KINDS = tuple((kind, re.compile(pattern)) for kind, pattern in _CUES)
# An amount asked of an economic or campaign indicator is a figure, even with 最高/多少 in it.
_INDICATOR = re.compile(
    r"(生产总值|GDP|gdp|财政收入|预算收入|增加值|投资|就业|失业率|人均|收入|产量|人口|满意度|城镇化|能耗|赤字|零售|进出口|物价|消费价格|经济增长|预期目标|寿命|编制)"
)
_LISTED = re.compile(r"^(?:请)?列|哪个(?:最|增速|更)|谁(?:最(?!后|终)|更|的增)")
_PENALTY_BY_WHOM = re.compile(r"(谁|哪个?部门|哪家|归.{0,8}).{0,8}罚|罚.{0,6}(归谁|由谁|谁)")
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})(?=\s*年|\s*[—\-–至到]|年|[^\d]|$)")
_TITLE = re.compile(r"《([^《》]{2,60})》")


# Questions about who: by the word for it, by the place a matter falls to, or by two bodies held against each other.
_ASKS_WHO = re.compile(
    r"谁(?!的(?:数据|数字))|哪(?:一)?(?:个|些|几个|几家|几|家|边|一)?(?:级|层级)?(?:部门|部(?=[来管]|负责|牵头|[？?]|$)|单位|机关|机构|局(?!面|限|部)|委(?!托|派)|处室?(?!(?:理|罚|置|分)(?:的?(?:办法|方式|措施|程序|结果|意见|决定|方法|流程|种类|规定|标准|要求)|[？?]|$))|科室?|政府|司(?!机)|家(?!医院|企业|公司|学校|银行|酒店|商场|超市|机场))(?!.{0,6}(?:名单|地址|电话))|哪(?:一)?(?:级|层级)[\u4e00-\u9fff]{0,6}(?:部门|单位|机关|政府)|(?:什么|何)(?:部门|单位|机关|机构)|哪一关"
    r"|归.{1,14}(?:管|还是|负责|查)|说了算|(?:往|向)哪(?:儿|里)?(?:报|反映|投诉|申请)|(?:报|送|交|找|去|到)(?:到|给)?哪(?:儿|里)(?:备案|审|批|登记|申请|办|领|投诉|反映)|落(?:在|到)(?:哪|谁)|责任单位|主管部门是|盖.{0,4}章|没人管|无人管|踢皮球|推诿|往外推"
    r"|(?:由|归|该|让).{1,18}(?:来)?(?:做|管|罚|办|处理|负责|执行)(?:吗|么|还是)|还能?照?样?.{0,6}开罚单|(?:有权|能)(?:处罚|罚款|执法|查处).{0,6}(?:吗|么)|该由.{1,12}还是"
)


# 是去交通局办吗, 找海事还是找乡里, 是同一家吗: a body is guessed, and the right one is wanted.
_BODY = r"(?:局|委|厅|政府|部门|机构|机关|街道办?|乡镇|居委会|村委会|物业|公安|派出所|交警|网警|城管|消防|海事|环保|市监|执法队?|民政|法院|[省市区县乡镇]里)"
_GUESSES = re.compile(
    rf"(?:是|找|归|由|该)(?!不是|否)[^，。；？]{{0,8}}{_BODY}(?!的)[^，。；？]{{0,8}}(?:吗|么|还是)|是不是[^，。；？]{{0,8}}{_BODY}[^，。；？]{{0,3}}(?:管|罚|办|批|定|编|查|处理|决定|负责)"
    rf"|{_BODY}的(?:事|活|责任)(?:吗|么|还是)|(?:找|给|去|由|经)[^，。；？]{{0,6}}{_BODY}[^，。；？]{{0,5}}(?:对吗|对不对|行不行|行吗|可以吗|就行|就够)|{_BODY}[^，。；？]{{0,4}}(?:管|罚|办|批|定|编|处理|决定)[^，。；？]{{0,4}}还是"
    r"|(?:是不?是?|找|归|属于?)同一(?:家|个(?:部门|单位|机关))"
)


# 能自己定吗, 有权当场处罚吗, 镇里批就行了吗: whether a body may do it alone, which who may do it answers
_POWER = r"(?:(?<!认)定|[罚批查拆拘吊撤令封扣设划收审停免延审编]|处理|处分|处置|强制|发证|点头|意见|同意|通过|公布|发布|解释|增减|宣布|成立|出台|开工|通告)"
_ALONE = re.compile(
    rf"(?:能不能|能否|可不可以|可以|(?<!不)能|有权)(?:自己|自行|直接|单独|擅自|不经|不请示|不问|当场|现场)(?!向|起诉|要求|请求)[^，。；？]{{0,14}}{_POWER}|有权(?:自己|自行|直接|当场)?[^，。；？]{{0,8}}{_POWER}[^，。；？]{{0,8}}(?:吗|么)"
    r"|自己(?:就能?|来)?(?:定|批|决定|作主|做主)|(?:批|同意|通过|点头|做主)就(?:行|能|可以|算数?|够)"
)
# 去哪儿登记, 到哪里去检, 归哪个法院, 哪一级牵头: the place or the rank of the body that is asked for
_WHERE = re.compile(
    r"(?:去|到|找|往)(?:哪(?:儿|里|个(?:地方|窗口))?)(?:去|来)?(?:登记|报备|备个?案|办(?!的|公)|申请|申报|举报|告(?!知)|告状|投诉|改|检|审|批|领|注册|年检|过户)"
    r"|归哪(?:一)?个?(?:法院|法庭)|哪(?:一)?个?(?:组织|协会|委员会|权力机关)(?:[承来管负牵办审批]|监督|指导)|(?:哪|何)(?:一)?级[^别，。？]{0,6}(?:批|管|办|定|审|牵头|组织|负责|处罚|管理|同意|许可)|(?:哪|何)(?:一)?级(?:来|去|才)|哪一?方(?:来|去|负责|统一|牵头|承担)|何级机关|哪(?:几|两)(?:个部门|家部门|类机构)(?!印发|发布|联合)"
)
# 是警察查还是防疫站查: two held against each other by the same deed
_EITHER = re.compile(
    r"是(?:由|归|找)?[^，。；？]{2,12}?(?P<deed>[查管批办建审编罚检收发]|牵头[查管批办建审编]?)(?:，)?还是(?:由|归|找)?[^，。；？]{2,12}?(?P=deed)"
)


# 所长是谁: a person is asked for, not a body.
_PERSON = re.compile(
    r"(?:所长|局长|主任|市长|县长|区长|省长|部长|组长|书记|院长|校长|处长|科长|会长|理事长|负责人|法定代表人)(?:分别)?(?:是|为|叫)谁|谁(?:是|担任|任).{0,12}(?:长|主任|书记)"
)


def asks_who(text: str) -> bool:
    """Whether a question asks which body does, decides or may do something."""
    plain = normalise(text)
    cues = (_ASKS_WHO, _GUESSES, _ALONE, _WHERE, _EITHER)
    return any(cue.search(plain) for cue in cues) and not _PERSON.search(plain)


# 各省最迟多少天内拿出促进就业的办法: a term, whatever indicator the subject names
_DEADLINE = re.compile(r"最迟|期限|时限|多少(?:个)?(?:工作)?(?:天|日|小时)|几(?:天|日|个?小时|个月)之?内")
_MARK = re.compile(r"[？?]")
_LEANS = re.compile(
    r"这|该(?!谁|由|找|归|往|怎)|此|它|其|上述"
)  # 这个清单该由谁来定: of no use without what stands before
_ARTICLE = re.compile(r"第[零〇一二三四五六七八九十百千\d]+条")


def split_questions(text: str) -> tuple[str, ...]:
    """The questions of a message where they are of different kinds; one alone, or several of one kind, stays whole."""
    parts = [p.strip("，,。；; ") for p in _MARK.split(text) if len(p.strip("，,。；; ")) >= 3]
    if not 2 <= len(parts) <= 4:
        return (text,)
    kinds = [find_kind(p) for p in parts]
    if any(kind == "duty" and _LEANS.match(part) for kind, part in zip(kinds[1:], parts[1:], strict=True)):
        return (text,)
    told = all(kind != "general" or _ARTICLE.search(part) for kind, part in zip(kinds, parts, strict=True))
    return tuple(f"{p}？" for p in parts) if len(set(kinds)) > 1 and told else (text,)


def is_indicator(text: str) -> bool:
    """Whether a question is about one of the indicators that reports give year by year."""
    return bool(_INDICATOR.search(normalise(text)))


def find_kind(text: str) -> AnswerKind:
    """The kind of answer a question asks for; ``general`` when no cue is found."""
    plain = normalise(text)
    if _PENALTY_BY_WHOM.search(plain):
        return "duty"
    found: AnswerKind = next((kind for kind, cue in _KINDS if cue.search(plain)), "general")
    if (
        found in ("requirement", "definition", "list", "general", "figure")
        and asks_who(text)
        and not _LISTED.search(plain)
    ):
        return "duty"
    if (
        found in ("requirement", "list", "general")
        and _INDICATOR.search(plain)
        and re.search(r"多少|几个?百分点|百分之几|增速", plain)
        and not _DEADLINE.search(plain)
    ):
        return "figure"
    return found


def find_years(text: str) -> tuple[int, ...]:
    """Calendar years written in a question, in order; a range such as 2004—2007 is given by its ends."""
    return tuple(dict.fromkeys(int(y) for y in _YEAR.findall(normalise(text))))


def find_relative_years(text: str, as_of: date) -> tuple[int, ...]:
    """Years said by where they stand to the as-of date: 今年, 去年, 前年."""
    found = {0: r"今年|本年", 1: r"去年|上年(?!度同期)", 2: r"前年"}
    return tuple(as_of.year - back for back, cue in found.items() if re.search(cue, text))


def find_quoted_titles(text: str) -> tuple[str, ...]:
    """Titles between 《》, in order."""
    return tuple(dict.fromkeys(_TITLE.findall(text)))


def is_past(year: int, as_of: date) -> bool:
    """Whether a whole year lies behind the as-of date."""
    return year < as_of.year
