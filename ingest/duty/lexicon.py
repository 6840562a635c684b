"""Words of responsibility as tables: how agencies' names end, and which role each verb gives."""

from __future__ import annotations

import re

from kb.records import Role

# How names of public bodies end. str.endswith over a tuple is far faster than a regex alternation.
PUBLIC_HEADS = (
    "人民政府", "政府", "管委会", "管理委员会", "委员会", "街道办", "办事处", "部门", "机关", "机构", "主管部门",
    "派出所", "局", "厅", "委", "部", "署", "办公室", "办公厅", "专班", "院", "中心", "总站", "监测站", "管理站", "服务站",
    "管理处", "管理所", "监督所", "支队", "大队", "总队", "中队", "法院", "检察院", "常委会", "代表大会", "主席团",
    "小组", "指挥部", "联席会议", "常务会议", "海关", "银行", "联合会", "总工会", "工会", "团委", "妇联", "居委会", "村委会",
    "组织", "平台", "河长", "湖长", "林长", "田长", "路长", "河长办", "编办", "网信办", "金融办", "扶贫办", "爱卫办", "爱卫会",
    "省长", "市长", "县长", "区长", "乡长", "镇长", "总社", "总会", "执法人员",
    "边检站", "消防站", "村级组织", "社区", "开发区", "新区", "高新区", "街道", "上级", "国务院", "军事机关",
)  # fmt: skip
# Bodies and persons that owe a duty without being an authority.
HOLDER_HEADS = (
    "企业", "单位", "公司", "业主", "经营者", "责任人", "管理者", "管理人", "使用人", "所有人", "运营者", "建设者", "生产者",
    "销售者", "承运人", "托运人", "负责人", "协会", "商会", "学校", "医院", "幼儿园", "养犬人", "携犬人", "行为人", "当事人",
    "监护人", "驾驶人", "施工方", "开办者", "举办者", "组织者", "提供者", "承包人", "发包人", "网格员", "合作社", "业委会",
    "交易场所", "运营商", "开发商", "供应商", "经纪人", "权利人", "义务人", "申请人", "用人单位", "代理机构", "服务机构",
    "中介机构", "检验机构", "检测机构", "鉴定机构", "评估机构", "认证机构", "医疗机构", "金融机构", "培训机构", "养老机构",
    "施工单位", "业主委员会", "业主大会", "社会组织", "经济组织", "人民团体",
)  # fmt: skip
HEADS = PUBLIC_HEADS + HOLDER_HEADS
PLACE_HEADS = (
    "市",
    "县",
    "区",
    "旗",
    "乡",
    "镇",
    "村",
    "州",
    "盟",
)  # 由达茂旗牵头: only where the construction leaves no doubt
# Words that end as names do but name no body.
_BARE = frozenset(
    {
        "组织",
        "单位",
        "平台",
        "中心",
        "企业",
        "机构",
        "小组",
        "社区",
        "村级",
        "上级",
        "部门",
        "机关",
        "协会",
        "学校",
        "医院",
    }
)
# Words that only look like a name: 全部, 内部, 社会, 地区 …
NOT_NAMES = re.compile(
    r"(全部|内部|外部|局部|大部|本部|干部|小区|地区|山区|辖区|库区|园区|景区|保护区|功能区|住宅区|责任区|区域|城市|城镇|乡村"
    r"|农村|都市|上市|结局|布局|格局|市场|超市|本市|全市|本省|全省|本县|全县|本区|本乡|本镇|本村|各自|部分|方案|进村|到村|中部|东部|西部"
    r"|的组织|负责人的单位|任何单位|有权单位|其他单位|任何组织|其他组织|有关组织|个人|公民|学院|法院判决|住院|出院|剧院|电影院)$"
)
# A verb at the head: 支持街道办事处, 指导居民委员会 are verb and object, not a name.
VERB_HEAD = re.compile(
    r"^(?:支持|配合|协助|接受|不接受|指挥|组织|监督(?!管理|检查|机构)|指导|督促|通知|加强|引导|鼓励|要求|会同|联合|参与|委托|交由|交|确定|报|告知|通报|责成|责令|安排|动员|发动|"
    r"负责[^，]{0,30}的组织|负责本|不|未|没有|请|听取|征求|保障|推动|推进|完善|健全|落实|协调|统筹|与|和|及|或|并|是|为|有(?!关)|无|的|以|向|对|给|在|从|负责组织|负责[^的]{0,12}$|其他情形|各类|违法|移送|移交|提请|建议|邀请|成立|设立|设置|建立|依托|通过|结合|围绕|聘请|选择|按|由|凡)"
)
# A stretch that holds one of these is a clause about something, not a name.
NOT_IN_NAME = re.compile(
    r"违反|不得|将|交由|确需|委托或者|(?<!自)由|应当|需要|禁止|如果|因为|为了|已经|可以|发生|取得|造成|规定|认为|发现(?!的)|确定|一个|建立|制定|设立|开展|做好|符合|接到|收到|批准|同意|未经|实施|进行|擅自|属于|经过|以上的|的，|拒不|使用的"
)

MODAL = r"应当|必须|可以|不得|不再|有权|无权|应该|应(?!急|用|对|届|税|诉|聘|征|邀|答|有尽有|援)|须(?!知)|可(?!能|行|再|燃|持续|追溯|见|靠|研)|要(?!求|素|件|约|点|案|闻|害)|将(?!军|来)"
# What may stand between a subject and its verb; it narrows but does not name a role.
ADVERB = (
    r"(?:依法|具体|主要|统一|共同|分别|各自|定期|及时|积极|认真|切实|全面|直接|并|也|还|则|再|均|都|同时|予以|负有|"
    r"(?:依照|按照|根据|依据)[^，。；]{0,40}?(?:规定|职责|职权|分工|要求|权限|法规|范围内?|原则|情况|需要|程序|标准)(?:的[^，。；]{1,12}?(?:职责分工|职责|分工|要求|权限|标准|程序))?"
    r"|在[^，。；]{1,30}?(?:内|下|中|上|后|时(?![间限段效])|前)|对[^，。；]{2,60}?(?=负责|承担|进行|实施|实行|予以|给予|依法|作出|加强|开展)"
    r"|向[^，。；]{2,20}?(?=报告|提出|申请|反映)|会同有关部门)"
)
# Verbs that bear a role without a modal before them: 公安机关负责…
ROLE_VERBS = (
    "负责(?!人|同志|制)", "主管(?!部门|机关|人员|单位)", "牵头(?!部门|单位)", "承担", "会同", "联合", "配合", "协助", "协同", "参与", "指导(?!价|性|意见|目录|员)", "监督(?!管理部门|管理局|管理机|机构|部门|员|检查机|管理总局|管理委)", "督促", "检查(?!机关|机构|员|院|站)", "考核",
    "督办", "统筹", "协调", "组织(?!机构|的|内|成员)", "归口", "主办", "主责", "履行", "行使", "实施", "办理", "受理", "查处", "审批", "审核",
    "核发", "备案", "责令", "处理", "处置", "接受", "执行", "管理(?!部门|机关|机构|单位|委员会|人员|局|处|所|体制|制度|办法|规定|条例)", "编制", "制定", "拟订", "依法", "按照", "依照", "根据",
    "予以", "在", "对", "具体", "统一", "主要", "共同", "分别", "不承担", "不再", "没有", "享有", "给予", "进行", "领导", "综合",
)  # fmt: skip
TRIGGER = re.compile(rf"{MODAL}|{'|'.join(ROLE_VERBS)}")

# Role of a predicate by its verbs, the first matching row wins. Comments give the domain's name of the row.
ROLE_ROWS: tuple[tuple[Role, re.Pattern[str]], ...] = (
    ("lead", re.compile(r"^(?:负责)?(牵头考核)")),  # replaced by oversee in role_of: 牵头考核 only examines
    ("lead", re.compile(r"^(?:负责)?(牵头|主管|主责|主办|归口管理|归口|总牵头)")),  # 牵头
    ("support", re.compile(r"^(?:负责|做好|支持、|积极|予以|给予|主动|依法)*(配合|协助|参与|协同|支持)")),  # 配合
    (
        "enforce",
        re.compile(
            r"^(?:负责|承担|行使|实施|履行|及时|予以|给予|依法|对|可以?|应当)*"
            r"(责令|处罚|处以|并处|警告|罚款|查处|没收|吊销|取缔|拘留|查封|扣押|强制|暂扣|撤销|行政处罚|行政执法|执法|处(?=[^置理，。；]{0,24}(?:罚款|元))|通报批评|依法追究|制止|劝阻并)"
        ),
    ),  # 执法
    (
        "approve",
        re.compile(
            r"^(?:负责|承担|予以|依法|组织)*(审批|批准|许可|审核|核准|备案|审查|核发|颁发|审定|核定|发给|登记|发放|认定)"
        ),
    ),
    (
        "coordinate",
        re.compile(r"^(?:负责|承担|应当|切实|加强)*(?:组织、?)?(统筹|召集|协调|组织协调|综合协调|组织领导|统一领导|领导)"),
    ),
    (
        "oversee",
        re.compile(
            r"^(?:负责|承担|应当|进行|实施|组织|开展|加强|定期|依法)*(监督|督促|检查|考核|督办|指导|监管|督导|评议|督查|巡查督|稽查|抽查)"
        ),
    ),
)  # fmt: skip
# 负责O的V工作: the noun at the end tells the role. Tried where the verb itself is neutral.
NOMINAL_ROWS: tuple[tuple[Role, re.Pattern[str]], ...] = (
    ("enforce", re.compile(r"(监督执法|行政执法|执法工作|查处|处罚|行政强制|执法)(?:等?(?:工作|职责|活动|权))?$")),
    (
        "coordinate",
        re.compile(r"(统筹|协调|组织协调|综合协调)(?:[、和与]?(?:指导|监督|督促|服务|考核))*(?:等?(?:工作|职责))?$"),
    ),
    (
        "oversee",
        re.compile(
            r"(监督管理|监督检查|监督指导|指导监督|指导和监督|监督|指导|监管|考核|督促|检查|督办)(?:等?(?:工作|职责|活动))?$"
        ),
    ),
    ("approve", re.compile(r"(审批|许可|备案|审核|核准)(?:等?(?:工作|手续|职责))?$")),
)
# 责任不清的，由…确定: only then is 确定 the power to decide.
UNCLEAR = re.compile(
    r"不明确|不清|不明|有争议|争议|不能确定|无法确定|难以确定|未规定|没有规定|未明确|不一致|意见分歧|推诿|职责交叉|多个(?:部门|单位|承办单位)|协商不成|协调不成|协调[^，]{0,6}不能解决|未能解决|管辖权"
)
DECIDE = re.compile(r"(确定|决定|指定|裁定|裁决|明确|界定|划定|划分|认定|研究解决)")
NEGATIVE = re.compile(
    r"^(?:不得再|不再|不(?:具体)?承担|没有[^，。]{0,8}(?:权|职责)|无权|不具有[^，。]{0,8}权|有权拒绝|不负责|不参与|不行使|可以拒绝)"
)
PROPOSAL = re.compile(r"建议|拟(?=[^定订于]|于)|设想|应考虑")
QUOTED = re.compile(r"^[“\"]")


_VERB = re.compile(
    r"负责|组织|制定|编制|拟订|建立|健全|完善|加强|做好|开展|落实|履行|行使|受理|处理|处置|办理|公布|发布|保障|维护|清理|划定|确定|提供|提出|推动|推进|管理|规范|"
    r"通知|报告|报送|公示|公开|告知|采取|设置|设立|配备|安排|实施|执行|接受|引导|鼓励|支持|宣传|调查|处分|纠正|移送|召集|召开|听取|反映|调解|制止|养护|清扫|收集|运输|作出|给予|批复|答复|予以|进行"
)


def ends_with_name(text: str) -> bool:
    """Whether a stretch ends as the name of a body does."""
    return text.endswith(HEADS) and not NOT_NAMES.search(text) and text not in _BARE and not VERB_HEAD.match(text)


def is_holder(name: str) -> bool:
    """Whether a name is of an enterprise or person rather than an authority."""
    return name.endswith(HOLDER_HEADS) and not re.search(
        r"(?:部门|机关|政府|机构)(?:和|、|及)?(?:有关|相关)?单位$|执法机构$", name
    )


def role_of(predicate: str, condition: str = "") -> tuple[Role, str]:
    """Role and role word of a predicate such as 负责停车收费的监督管理工作; ``condition`` is what stands before it."""
    body = predicate.strip("，。；、 　")
    if body.startswith("牵头考核"):
        return "oversee", "牵头考核"
    if UNCLEAR.search(condition) and (m := DECIDE.search(body[:16])):
        return "decide", m.group(1)
    for role, pattern in ROLE_ROWS:
        m = pattern.match(body)
        if m:
            return role, m.group(1)
    first = body.split("，")[0]
    if first.startswith(("负责", "承担", "加强", "具体负责", "实施", "做好", "行使", "履行")):
        for role, pattern in NOMINAL_ROWS:
            m = pattern.search(first)
            if m:
                return role, m.group(1)
    if re.match(r"建立[^，]{2,50}(?:审核|审批)(?:机制|制度)", first):
        return "approve", "审核"
    for word in ("负责", "承担", "组织实施", "实施"):
        if word in first[:8]:
            return "own", word
    verb = _VERB.search(body[:40])
    return "own", verb.group() if verb else "负责"


_LEVEL = (
    r"(?:中央|国家|全国|省级?|自治区|直辖市|市级?|设区的市|州|自治州|盟|县级?|自治县|区级?|旗|县（市）|县（区）|区（市）|"
    r"县（市、区）|乡（镇）|乡级?|镇级?|街道|村级?|县级以上|市（州）|区县（自治县）|国务院|各级|镇（乡）)"
)
_ONLY_LEVEL = re.compile(rf"(?:.*(?:的|所在地?)|本|有关|相关|各)?{_LEVEL}(?:（[^）]*）)?$")
# 城管执法、公安等执法和管理机构: the tail names a family of bodies, the members stay bare
_FAMILY = re.compile(r"(?P<list>.+?、.+?)等(?:执法|管理|服务|监督)[和、与]?[^、等]{0,8}(?:机构|部门|机关)$")
_SPLIT = re.compile(
    r"、|以及|及(?!其|时)|和(?!信息|社会|城乡|环境|林业|草原|计划|规划|旅游|改革|国土|水务|其)|(?<!参)与(?!否)|或者|或(?!者)|并(?=[^非])"
)
# A shared tail: 公安、城市管理、市场监管等部门
_TAIL = re.compile(r"等?(?P<tail>(?:有关|相关|行政|主管|行政主管|职能|管理)*(?:部门|机关|机构|单位))$")


def split_agencies(phrase: str) -> tuple[str, ...]:
    """Names in a list such as 公安、城市管理等部门; level words stay with the name they qualify (乡、镇人民政府).

    A shared tail is given to each member: 公安部门, 城市管理部门. A list that ends 等执法和管理机构 keeps bare members.
    """
    text = phrase.strip(" 　、，")
    family = _FAMILY.match(text)
    if family and re.search(r"[和与]", text[family.end("list") :]):
        text = family["list"]
    if "等" in text:  # …等部门和单位: one tail
        text = re.sub(r"(部门|机构|机关)(?:和|、|及)(?:单位|机构|组织)$", r"\1", text)
        text = re.sub(r"等参与(?=部门|单位)", "等", text)
    depth, parts, begin = 0, [], 0
    i = 0
    while i < len(text):
        if text[i] in "（(":
            depth += 1
        elif text[i] in "）)":
            depth -= 1
        m = _SPLIT.match(text, i) if depth == 0 else None
        if m and i > begin:
            parts.append((text[begin:i], m.group()))
            begin = i = m.end()
            continue
        i += 1
    parts.append((text[begin:], ""))
    merged: list[str] = []
    held = ""
    for part, mark in parts:
        whole = held + part
        if (_ONLY_LEVEL.match(part) and mark) or (not part and mark):
            held = whole + mark
            continue
        merged.append(whole)
        held = ""
    if held:
        merged.append(held.rstrip("、和及与"))
    return tuple(_share_tail(merged))


def _share_tail(names: list[str]) -> list[str]:
    if len(names) < 2:
        return [n for n in names if n]
    last = names[-1]
    tail = _TAIL.search(last)
    bare = [n for n in names[:-1] if not n.endswith(HEADS)]
    if not bare or tail is None:
        return [re.sub(r"等$", "", n) for n in names if n]
    stem = last[: tail.start()].removesuffix("等")
    short = tail["tail"][-2:]
    kept = [n if n.endswith(HEADS) else n + short for n in names[:-1]]
    return [n for n in (*kept, stem + tail["tail"] if stem else "") if n]
