"""Names of bodies in running text: how they end, what they never begin with, and how a list of them is taken apart."""

from __future__ import annotations

import re

# How names of public bodies end. str.endswith over a tuple is far faster than a regex alternation.
PUBLIC_HEADS = (
    "人民政府", "政府", "管委会", "管理委员会", "委员会", "街道办", "办事处", "部门", "机关", "机构", "主管部门",
    "派出所", "司法所", "监管所", "税务所", "财政所", "国土所", "环卫所", "工商所", "局", "厅", "委", "部", "署", "办公室", "办公厅", "专班", "院", "中心", "总站", "监测站", "管理站", "服务站",
    "管理处", "管理所", "监督所", "车辆管理所", "支队", "大队", "总队", "中队", "法院", "法庭", "检察院", "常委会", "代表大会", "主席团",
    "小组", "指挥部", "联席会议", "常务会议", "委员会会议", "主任会议", "委员长会议", "海关", "银行", "联合会", "总工会", "工会", "团委", "妇联",
    "居委会", "村委会", "平台", "河长", "湖长", "林长", "田长", "路长", "河长办", "编办", "编委办", "网信办", "金融办",
    "扶贫办", "创卫办", "政府办", "爱卫办", "爱卫会", "新闻办", "信息办", "法制办", "港澳办", "侨办", "台办", "外办", "文明办", "防汛办", "应急办", "双拥办", "老龄办", "食安办", "禁毒办", "综治办", "安委办", "安办", "防办", "征收办", "研究室", "督查室", "流域机构", "管处", "市政处", "环卫处", "公路处", "航务处", "省长", "市长", "县长", "区长", "乡长", "镇长", "总社", "总会", "执法人员", "工作人员", "督察员", "执法队", "环卫队", "办事处主任", "办公室主任", "局长", "党委书记",
    "交通警察", "边检站", "检查站", "研究所", "消防站", "村级组织", "社区", "开发区", "新区", "高新区", "街道", "上级", "国务院", "军事机关", "武装部",
    "党组", "党委", "党工委", "纪委", "监委", "仲裁庭", "合议庭", "秘书处", "工商联", "图书馆", "博物馆", "档案馆", "文化馆", "资料馆", "科技馆", "体育馆", "美术馆", "纪念馆", "电台", "报社", "电视台", "气象台",
    "组织", "共青团", "青年团", "残联", "红十字会", "文联", "科协", "政法委", "理事会", "董事会", "监事会", "股东会", "检察长", "看守所", "监狱", "戒毒所", "收容所", "交易所", "军区", "军分区", "兵团", "国资委", "总局", "市级财政", "区级财政", "本级财政", "同级财政", "省级财政", "县级财政", "中央财政", "各级财政", "各地", "各地区", "各省份", "各市", "各县", "各区",
)  # fmt: skip
# Bodies and persons that owe a duty without being an authority.
HOLDER_HEADS = (
    "企业", "单位", "公司", "业主", "经营者", "责任人", "管理者", "管理人", "使用人", "所有人", "所有权人", "运营者", "建设者",
    "生产者", "销售者", "承运人", "托运人", "负责人", "协会", "学会", "基金会", "商会", "学校", "医院", "幼儿园", "养犬人", "携犬人", "行为人",
    "当事人", "监护人", "驾驶人", "施工方", "开办者", "举办者", "主办者", "主办方", "委托人", "受托人", "组织者", "提供者", "承包人", "发包人", "网格员", "合作社", "业委会",
    "交易场所", "运营商", "开发商", "供应商", "经纪人", "权利人", "义务人", "申请人", "用人单位", "代理机构", "服务机构",
    "中介机构", "检验机构", "检测机构", "鉴定机构", "评估机构", "认证机构", "医疗机构", "金融机构", "培训机构", "养老机构",
    "施工单位", "业主委员会", "业主大会", "社会组织", "经济组织", "人民团体", "服务组织", "纳税人", "招标人", "投标人", "供水人",
    "注册人", "备案人", "产权人", "使用权人", "所有者", "使用者", "被申请人", "处理者", "制造者", "出租者", "持有人", "制作者", "发布者", "开发者", "贮存者", "被检查人", "经营人", "父母", "项目法人", "请求人", "债务人", "债权人", "团体", "行业组织", "法定代表人", "从业人员", "物业服务人", "经营户", "商户", "业主组织", "收购者", "旅行社", "媒体", "申报人", "养殖者", "饲养人", "承租人", "出租人", "房东",
)  # fmt: skip
HEADS = PUBLIC_HEADS + HOLDER_HEADS
# 由达茂旗牵头: a place acts only where the construction leaves no doubt.
PLACE_HEADS = ("市", "县", "区", "旗", "乡", "镇", "村", "州", "盟")
# Words that end as names do but name no body.
_BARE = frozenset(
    ["组织", "单位", "平台", "中心", "企业", "机构", "小组", "社区", "村级", "上级", "部门", "机关", "协会", "学校", "医院", "政府", "银行", "街道", "委员会", "办公室", "公司", "局长"]
) - {"企业", "政府", "学校", "医院", "部门", "机关", "单位", "社区", "街道", "办公室", "公司"}  # fmt: skip
# Words that only look like a name: 全部, 内部, 决策部署, 地区 …
_LOOKALIKES = (
    "全部", "内部", "外部", "局部", "大部", "本部", "干部", "小区", "山区", "辖区", "库区", "园区", "景区", "保护区", "功能区", "住宅区",
    "责任区", "建成区", "规划区", "管理区", "居住区", "街区", "城区", "片区", "区域", "城市", "城镇", "乡村", "农村", "都市", "上市", "结局",
    "布局", "格局", "市场", "超市", "本市", "全市", "本省", "全省", "本县", "全县", "本区", "本乡", "本镇", "本村", "各自", "部分", "方案",
    "进村", "到村", "中部", "东部", "西部", "南部", "北部", "顶部", "底部", "部署", "署名", "当局", "大局", "的组织", "负责人的单位", "任何单位",
    "有权单位", "其他单位和个人", "任何组织", "个人", "公民", "学院", "住院", "出院", "剧院", "电影院", "法院判决", "原则", "文化中心城市", "为中心",
    "市场准入", "网上平台", "门户网站", "经济社区", "智慧社区", "和谐社区", "城乡社区", "数字政府", "服务型政府", "阳光政府", "法治政府", "老区", "融资平台",
)  # fmt: skip
_NOT_NAMES = re.compile(
    r"(?:(?<!各)地区"
    r"|(?<!安)全局"
    r"|(?:依法|定期|统一|具体|认真|抓好|做好|负责|每年|每季度|应当|共同|精心|周密|科学|继续|另行|牵头|自行|先行|集中|部门|人民政府|至少|主管|局|处|机关|工作)组织)$"
)
_LOOK_BACK = 12  # characters of a name that _NOT_NAMES can need; the pattern is tried at every one of them
# What never begins a name: a verb or preposition whose object the body is.
_NEVER_FIRST = (
    r"不(?!动产)|未(?!成年)|没有|请(?!求)|听取|征求|征得|与(?!会)|和|及|或|并|是|为(?!民)|有(?!关|线|色|[^，]{1,16}的)|无(?!线|偿|人机|锡|棣|损)|的|以(?!外|工)|向|对(?!外|口|台)|给|在(?!京|沪|建)|从(?!业|事)|按|由|凡|凭|除|自(?!治|然|来|愿|贸|主|建|动)|被(?![^，]{1,4}人$)|"
    r"必须|应(?!急|届|用|对)|到(?!会)|于|持(?!有)|再(?!生|就|担保)|立即|逐级|故意|允许|主要(?=承担)|因(?!私)|就(?!业|医|诊)|使(?!用|馆|领)|将|把|让|令|可以|要(?!求|素|件|塞)|需|须|据|均|且|但|则|若|如(?!东|皋)|"
    r"加快|加强|深化|强化|优化|促进|推动|推进|推行|坚持|发挥|提高|提升|打造|培育|搭建|构建|保证|确保|鼓励|提倡|引导|支持|帮助|扶持|落实|贯彻|健全|完善|"
    r"供(?!水|电|气|热|应|销|货|暖)|联系(?!人|会议|点|单位)|抗拒|阻碍|阻挠|妨碍|妨害|损害|拒绝|服从|报(?!社|业|送单位|警|告人|关|检|名)|告(?!诉|知人)|送(?!达人|检|货)|抄送|通报|要求|责成|责令|发动|动员|提交|下达|列入|纳入|参照|比照|组成(?!部门|人员)|出具|形成|通过|结合|围绕|依托|带动|依照|根据|依据|遵守|违反|"
    r"可(?!再生|燃)|代表(?!大会|人|团|资格|机构|处|联络|工作)|层报|布局|建议|邀请|成立|设立|建立|指挥(?!部|中心|机构)|委派|进一步|全面|大力|积极|切实|扎实|严格|主动|充分|统筹(?!城乡)|新增|做好|开展|开办|加大|扩大|降低|关闭|查封|恢复|保障(?!部门|机构|单位)|维护(?!单位|管理|保养|企业)"
)
# Verbs that begin a name only as a relative clause: 委托的单位, 作出决定的机关, but not 委托街道办事处.
_RELATIVE_FIRST = r"配合|协助|接受|组织(?!者|部|人事|部门|编制)|监督(?!管理|检查|机构|所|部门|站|员|抽查)|指导|督导(?!组|委|室|机构|部门|员)|督促|通知|会同|联合(?!会|国|惩戒|调解)|参与|委托(?!方|人|单位|代理|机构|监护)|交由|交(?!通|警|易|流|接|管)|安排|协调(?!机构|小组|议事)|移送|移交|提请|设置|聘请|选择|各类|违法(?!行为人|当事人)|负责(?!人)|承担|履行(?!义务)|行使|执行(?!机构|机关|法院|局|部门|单位)|实施(?!机关|机构|单位|主体)|受(?!理|托|让|助|益|赠|检|审|诉|案|害|质询|捐|委托|灾|损)|过|采取|配备|采用|具有|具备|负有|作出|使用(?!人|者|单位|权|企业|管理单位|放射)|从事|进行|取得|达到|属于|包括|提供(?!者|商|方|单位|机构)|制止|撤销|强制(?!隔离|医疗)|申请(?!人|执行|单位)|指定|授权(?!机关|单位)|约定|决定(?!机关|单位)|选举(?!单位|委员会|机构|工作)|实行|研究(?!院|所|中心|机构|会|室|开发|单位)|(?:扩建|新建|改建)(?!单位)|建设(?!部|单位|厅|局|委|行政|主管|管理|工程|项目|用地|银行|、|和|者|监理|交通|兵团|规划|领导|业|方|公司|集团|环保)"
_VERB_FIRST = re.compile(rf"^(?:{_NEVER_FIRST}|(?:{_RELATIVE_FIRST})(?!(?:[^的]|的(?=[^的]*的))*的[^的]{{1,16}}$))")
# A stretch that holds one of these is a clause about something, not a name.
NOT_IN_NAME = re.compile(
    r"违反|不得|将|交由|确需|委托或者|(?<!自)由|应当|需要|禁止|如果|因为|为了|已经|可以|可(?=在|到|向)|发生(?!地|单位)|凭(?!祥)|造成|认为|发现(?!的|地)|一个|做好|(?:接到|收到)(?![^，]{0,16}的)|未经|提请|建议|以(?![上下内外及前后来色工免])|变更(?!登记|机关)|(?<=.)对(?!外|口|台|象)|同(?:一些|有关|各|其他)|即(?!时)|作为|(?<=.)要求(?![^，]{0,20}的)|要加强|依托(?!单位)|(?<=法院)审理|设在|擅自|经过|划转|布局|\d+[所个家名]|通过|以上的|的，|拒不|(?<=[^财神已曾未流])经(?=省|市|县|区|镇|乡|国务院|本级|上级|所在地|行政|公安|主管)|(?<=.)报(?:[请送至经]|(?=省|市|县|区|镇|乡|国务院|上级|本级|同级|当地|所在地))(?!社)"
    r"|(?:规划|方案|名单|名册|人员|职务|线索|文件|金额|更新|结果|情况|材料|意见|审查)(?:一律)?(?:应|须|报|提交|送|以|抄)|(?<!对)应(?=转|经|报|送|由)"
    r"|(?:规定|确定|取得|建立|制定|设立|开展|符合|批准|同意|实施|进行|属于)(?![^，]{0,20}的|机关|机构|单位|部门|主体|者|人|方)|(?<!所在地)(?:是|均|向|并(?!购)|了)(?!海)|适用于|所称|(?:国家|本市|本省|政府)(?:依法(?!确定的|设立的)|建立|支持|鼓励|引导|扶持|保护|实行)"
)
# 其他有关, 县级以上地方: what may stand before any name
_TAIL_WORDS = r"(?:行政主管部门|主管部门|行政部门|管理部门|职能部门|工作部门|监管部门|部门|主管机关|行政机关|机关|机构|单位|企业|局)"
# 公安、城市管理等有关部门: the shared tail, with what stands before it
_TAIL = re.compile(
    rf"^(?P<last>.*?)(?<![高中平均])等(?!级|待)(?P<mid>[^等、]{{0,24}}?)(?P<tail>{_TAIL_WORDS})(?:(?:和|及|、)(?:单位|机构|组织|人员))?$"
)
_OWN_TAIL = re.compile(rf"(?P<tail>{_TAIL_WORDS})$")
# 、和及与或 between names, but not inside 文化和旅游
_COMPOUND = re.compile(
    r"中华人民共和国|(?:文化|体育|广播电视|农业|教育)和(?:旅游|体育|农村|广播|文物)|住房(?:和|与)?(?:城乡|城市)|人力资源和社会保障|劳动和社会保障|(?:经济|工业|大数据)和(?:信息化|商务)|"
    r"市容和?环境|(?:自然资源|国土资源|规划)和(?:规划|房屋|自然资源|国土|城乡|住房|建设)|发展(?:和|与)改革|卫生和计划生育|林业和(?:草原|园林)|园林和|民族(?:和)?宗教|机关和军队|水利和|交通和|"
    r"新闻出版和|粮食和物资|城市管理和|综合行政执法和|安全生产和|产品和服务|法律、法规|应急和|生产和|气象和|海洋(?:和|与)渔业|管理和服务机构"
)
_SPLIT = re.compile(
    r"、|以及|及(?!其(?!他)|时|早)|和(?!谐)|(?<![参给赋])与(?!否|会)|或者|或(?!者)|(?:(?<=政府)|(?<=[局院]))同(?!级|时|意)|，"
)
_MARKS = re.compile(r"[“”（）《》]")
_LEVEL = (
    r"(?:中央|国家|全国|省级?|自治区|直辖市|城市|市级?|设区的市|州|自治州|盟|县级?|自治县|区级?|旗|县（市）|县（区）|区（市）|"
    r"县（市、区）|乡（镇）|(?:民族)?乡级?|镇级?|街道|村级?|县级以上|市（州）|区县|区县（自治县）|各级|镇（乡）|居)"
)
_ONLY_LEVEL = re.compile(rf"(?:.*(?:的|所在地?|[运住居属]地)|本|有关|相关|各|全)?{_LEVEL}(?:（[^）]*）)?$")
# 城管执法、公安等执法和管理机构: the tail names a family of bodies, the members stay bare
_FAMILY = re.compile(r"(?P<list>.+?、.+?)等(?:执法|管理|服务|监督)[和、与]?[^、等]{0,8}(?:机构|部门|机关)$")
# Sectors that act by their bare word where a list gives them no tail: 由公安、消防依法处理
_BARE_SECTORS = frozenset(
    [
        "公安",
        "城管",
        "城管执法",
        "市场监管",
        "消防",
        "税务",
        "海关",
        "工商",
        "环保",
        "交警",
        "卫生",
        "财政",
        "住建",
        "民政",
        "司法",
        "审计",
        "监察",
    ]
)
# 从事生物技术研究、开发与应用活动的单位: one body, whose work is the list
_WORK_OF = re.compile(
    r"(?:从事|生产|经营|储存|运输|收集|销售|使用)[^的]*、[^的]*(?<!等)的(?:单位|企业|机构|组织|个人|经营者)$"
)
_PERSONS = ("人", "者", "员", "户", "商", "方", "师", "客", "们", "属")
_GOVERNMENT = re.compile(r"(?:人民政府|政府|管委会|管理委员会|街道办事处)(?:办公厅|办公室)?$")
_ACTING_PLACE = re.compile(
    r"^(?:所在|各|有关|本)?(?:[\u4e00-\u9fff]{0,5}[省市县区旗乡镇村州盟](?:（[^）]{1,4}）)?[、和]?){1,4}$"
)
_PLACED = re.compile(r"^[\u4e00-\u9fff]{1,10}(?:省|自治区|市|县|区|旗|州|盟|镇|乡)$")


# 市创建办, 区效能办: an office by its short name, known by the level it begins with
_SHORT_OFFICE = re.compile(
    r"^(?:国务院|中央|省|市|县|区|州|旗|镇|乡|街道)[\u4e00-\u9fff]{1,6}(?<![主承协督举开兴交经会])办$"
)


def begins_as_clause(text: str) -> bool:
    """Whether a stretch begins with a verb or preposition, so that the name at its end is only its object."""
    return _VERB_FIRST.match(text) is not None


def looks_like_name(text: str) -> bool:
    """Whether a stretch only ends like a name: 全部, 城市, 依法组织."""
    return text.endswith(_LOOKALIKES) or _NOT_NAMES.search(text[-_LOOK_BACK:]) is not None


def ends_with_name(text: str) -> bool:
    """Whether a stretch ends as the name of a body does and does not begin as a clause."""
    if text.endswith("）") and "（" in text:  # 街道办事处（乡镇人民政府）
        text = text[: text.rindex("（")]
    named = text.endswith(HEADS) or (text.endswith("办") and _SHORT_OFFICE.match(text) is not None)
    return named and not looks_like_name(text) and text not in _BARE and not begins_as_clause(text)


def is_name(text: str) -> bool:
    """Whether one member of a list names a body: as ``ends_with_name``, and no clause inside."""
    if text in _BARE_SECTORS:
        return True
    if _MARKS.search(text) and any(text.count(a) != text.count(b) for a, b in ("“”", "（）", "《》")):
        return False
    return 2 <= len(text) <= 45 and ends_with_name(text) and not NOT_IN_NAME.search(text)


def is_place(text: str) -> bool:
    """Whether a member of a list is a place that acts as a body: 达茂旗, 所在县（市）、乡（镇）、村."""
    return _ACTING_PLACE.match(text) is not None and not looks_like_name(text)


def is_holder(name: str) -> bool:
    """Whether a name is of an enterprise or person rather than an authority."""
    if re.search(r"企(?:业)?事业单位$|^从事.*的机构$", name):
        return True
    return name.endswith(HOLDER_HEADS) and not re.search(
        r"(?:部门|机关|政府|机构)(?:和|、|及)?(?:有关|相关)?单位$|(?:政务|公共.{0,2}|管理和)服务机构$|(?:部门|机关|政府|机构)的?(?:主要)?负责人$|(?:承办|责任|牵头|成员|监管|主管|执法|行政|受理|事业|工作|有关|相关|各|其他)单位$|人民医院$",
        name,
    )


def split_agencies(phrase: str) -> tuple[str, ...]:
    """Names in a list such as 公安、城市管理等部门; level words stay with the name they qualify (乡、镇人民政府).

    A shared tail is given to each bare member: 公安部门, 城市管理部门. A list that ends 等执法和管理机构 keeps bare members.
    """
    text = phrase.strip(" 　、，")
    if (not _SPLIT.search(text) and "等" not in text) or _WORK_OF.match(text):
        return (text,)
    family = _FAMILY.match(text)
    if family and re.search(r"[和与]", text[family.end("list") :]):
        return tuple(n for n in _pieces(family["list"]) if n)
    return tuple(dict.fromkeys(n for n in _share_tail(_join_levels(_cut(_close_tail(text)))) if n))


def _close_tail(text: str) -> str:
    """…等部门和单位 as one tail, so that 单位 does not stand alone."""
    return re.sub(
        rf"((?:等[^等、]{{0,12}}|有关|相关|各有关|承办){_TAIL_WORDS})(?:和|、|及|以及)(?:有关|相关)?(?:单位|机构|组织|人员)$",
        r"\1",
        text,
    )


_BRACKET_OR_SPLIT = re.compile(rf"[（(《“]|[）)》”]|{_SPLIT.pattern}")


def _cut(text: str) -> list[tuple[str, str]]:
    """Members with the mark after each; marks inside brackets or compounds do not cut."""
    kept = [m.span() for m in _COMPOUND.finditer(text)]
    depth, parts, begin = 0, list[tuple[str, str]](), 0
    for m in _BRACKET_OR_SPLIT.finditer(text):
        mark, i = m.group(), m.start()
        if mark in "（(《“":
            depth += 1
        elif mark in "）)》”":
            depth = max(0, depth - 1)
        elif depth == 0 and i > begin and not any(a <= i < z for a, z in kept):
            parts.append((text[begin:i], mark))
            begin = m.end()
    parts.append((text[begin:], ""))
    return parts


def _pieces(text: str) -> list[str]:
    return _join_levels(_cut(text))


# 水库、核电站等重大工程的建设单位: the list stands inside what modifies the one name
_MODIFIER = re.compile(
    r"等(?!(?:有关|相关)[^等、]*部门$)[^等、]{0,4}(?:行业|领域|区域|地区|场所|方面)[^等、]{2,20}$|等(?!其他|有关|相关|负有|负责|承担|依法|具有)[^等、]{1,24}的[^的、]{1,12}$"
)


def _join_levels(parts: list[tuple[str, str]]) -> list[str]:
    """乡 and 镇人民政府 are one member, as are the halves of 房屋、土地所在地的基层组织."""
    merged: list[str] = []
    held = ""
    for n, (part, mark) in enumerate(parts):
        whole = held + part
        following = parts[n + 1][0] if n + 1 < len(parts) else ""
        if mark and not part.endswith(HEADS) and _opens_modifier(parts[n + 1 :]):
            held = whole + mark
            continue
        level = _ONLY_LEVEL.match(part) and mark and following
        open_phrase = (
            mark
            and "的" in following
            and not part.endswith(HEADS)
            and "等" not in following
            and not re.match(r"(?:其他|有关|相关|负有|负责|依法)", following)
        )
        if level or open_phrase or (not part and mark):
            held = whole + mark
            continue
        merged.append(whole)
        held = ""
    if held:
        merged.append(held.rstrip("、和及与"))
    return merged


def _opens_modifier(rest: list[tuple[str, str]]) -> bool:
    """Whether bare members go on up to one such as 核电站等重大工程的建设单位."""
    for part, _ in rest:
        if _MODIFIER.search(part) and part.endswith(HEADS):
            return True
        if part.endswith(HEADS):
            return False
    return False


def _share_tail(names: list[str]) -> list[str]:
    """Bare members take the tail of the member after them, a bare place takes its 人民政府; what stays bare is dropped."""
    out: list[str] = []
    tail = government = ""
    for name in reversed(names):
        m = None if _MODIFIER.search(name) else _TAIL.match(name)
        if (
            name.endswith(HEADS) and name not in _BARE and begins_as_clause(name)
        ):  # 统一领导、组织、协调有关部门: verbs share an object, not bodies a tail
            tail = ""
            out.append(name)
            continue
        if m:
            tail, last = m["tail"], m["last"]
            kept = last if last.endswith(HEADS) or not last else last + tail
            out.append(kept)
            continue
        plain = re.sub(r"等$", "", name)
        if plain.endswith(HEADS) and plain not in _BARE:
            own = _OWN_TAIL.search(plain)
            tail = (own["tail"] if not re.match(r"其他|有关|相关", plain) else own["tail"][-2:]) if own else tail
            seat = _GOVERNMENT.search(plain)
            government = seat.group() if seat else ""
            out.append(plain)
        elif government and _PLACED.match(plain):
            out.append(plain + government)
        elif plain.endswith(_PERSONS) or plain.endswith("地区"):
            out.append(plain)  # 赔偿请求人和赔偿义务机关: a person takes no tail
        elif tail and len(plain) >= 2:
            out.append(plain + tail)
        elif len(names) == 1 or plain in _BARE_SECTORS or plain.endswith(PLACE_HEADS):
            out.append(plain)
    return out[::-1]
