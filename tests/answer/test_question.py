"""What kind of question is asked; every row says why."""

from __future__ import annotations

from datetime import date

import pytest

from kb.answer.draft import Draft, Question
from kb.answer.follow_up import resolve_follow_up
from kb.answer.lacking import find_lacking
from kb.answer.limits import check_limits, refuse_by_kind
from kb.answer.question import find_kind, find_quoted_titles, find_years, split_questions
from kb.records import DocumentInfo, Identity
from kb.search.catalogue import Catalogue
from kb.search.places import Gazetteer


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("小广告谁来清？", "duty"),  # 谁来
        ("牛皮癣归城管还是街办？", "duty"),  # 归…还是…
        ("占道经营由哪个部门处罚？", "duty"),  # 问的是谁罚，不是罚多少
        ("乱张贴罚多少？", "requirement"),  # 罚则
        ("受理后多少个工作日内答复？", "requirement"),  # 期限
        ("2024年全市地区生产总值增长多少？", "figure"),  # 指标
        ("三年共拆除违法建设面积是多少？", "figure"),  # 报告数据
        ("农贸市场暂行办法还有效吗？", "status"),  # 效力
        ("责任区办法现行哪版？", "status"),  # 现行
        ("新旧两版条例的罚则有什么不同？", "compare"),  # 版本比较
        ("三定是啥？", "definition"),  # 名词
        ("列全街道市容职责", "duty"),  # 列举的是职责: 由职责表回答
        ("复工复产有哪些支持措施？", "list"),  # 列举
        ("企业如何申请延期缴税？", "general"),  # 没有类别线索
        ("对走失老人可采取哪些处理办法？", "general"),  # 哪些处理，不是哪个处
        ("出差报销由哪个处管？", "duty"),  # 哪个处
        ("货车进城的通行证是去交通局办吗？", "duty"),  # 猜了一家，要问的是哪一家
        ("无证办园是不是教育局来查处？", "duty"),
        ("表前的管子是物业的事还是业主的事？", "duty"),
        ("滩地取土找水利局批行不行？", "duty"),
        ("网站没备案是网警管还是通信局管？", "duty"),
        ("散养鸡和散养狗，处罚的是同一家吗？", "duty"),
        ("验收报告报到哪里备案？", "duty"),
        ("药品保护谁初审、谁最后定？", "duty"),  # 谁最后，不是谁最大
        ("城市管理部门是不是城管局？", "general"),  # 问的是名称
        ("促进就业的意见印发后，各省最迟多少天内要拿出实施办法？", "requirement"),  # 期限，不是就业指标
    ],
)
def test_kind(text: str, kind: str) -> None:
    assert find_kind(text) == kind


# A body is guessed, or its place or rank is asked for: who may do it answers, and the asker need not say 谁.
WHO = (
    # may it do so alone
    "镇里的街景规划，镇政府能不能自己定？ 街道能否自行罚款？ 县局可不可以直接吊证？ 居委会可以单独查账吗？ 区城管能不请示就拆楼吗？ 物业能不经业主同意就封门吗？ 县里能不问市里就设收费站吗？ 协管员有权当场扣车吗？ 派出所可以现场拘人吗？ 镇长能擅自停工程吗？ "
    "街道有权撤摊位吗？ 园区有权直接免税么？ 乡镇能自己下令封山吗？ 消防能直接封店吗？ 收费站能自行延期吗？ 指挥部能自行收费吗？ 高新区可以自己划红线吗？ 财政所可以自行审账吗？ 省厅能直接编目录吗？ 疾控能自行处理病死猪吗？ "
    "学校能自行处分校长吗？ 法院能直接处置查封物吗？ 街道有权强制清场吗？ 县里能自行发证吗？ 科长能自己点头吗？ 督学能自行下整改意见吗？ 副局长能单独同意吗？ 主席团能直接通过法规吗？ 镇里能自行公布名单吗？ 气象台以外能自行发布预警吗？ 开发区可以自行解释条例吗？ "
    "市里能自行增减许可事项吗？ 学校能自行宣布证书作废吗？ 乡里能自行成立执法队吗？ 市里能自行出台补贴吗？ 业主能自行开工吗？ 指挥部能自行发通告吗？ 专利局有权自己批吗？ "
    "扩建方案矿上自己定行吗？ 停水的事水厂自己批？ 转包的事总包自己决定？ 要不要监理业主自己作主？ 遗物能由殡仪馆自己做主吗？ 挖路是不是住建批就行？ 夜间施工环保同意就能干吗？ 编制表大会通过就算吗？ 换供应商厂长点头就可以吗？ 股权的事董事会做主就够吗？",
    # where to go
    "网店开张后去哪儿登记？ 停车场收费要到哪备案？ 展销会往哪里报备？ 修路改道找哪个地方备个案？ 换水表户名去哪儿办？ 老手艺评非遗去哪申请？ 烟叶税到哪里申报？ 假货找哪儿举报？ 受了欺负去哪里告？ 厂子被刁难去哪告状？ 出租车绕路去哪投诉？ 煤气户名到哪儿改？ 菜场的秤到哪儿检？ 图纸找哪审？ 开山证找哪个窗口批？ 狗证到哪里去领？ 商标找哪注册？ 校车去哪年检？ 二手电动车到哪过户？",
    # which rank or kind of body
    "股民告公司归哪个法院？ 抚养费的官司归哪一个法庭？ 科普由哪个组织承担？ 鉴定纠纷由哪个协会来调解？ 预算由哪个权力机关监督？ 业务由哪个委员会指导？ 评比由哪个协会负责？ 年会由哪个协会牵头？ 章程由哪个组织审？ 活动由哪个协会办？ 名单由哪个委员会批？ 队伍由哪个组织管？ "
    "矿山证哪一级批？ 湖泊哪级管？ 医保哪级办？ 范围由哪级定？ 方案由哪一级审？ 打非由哪级牵头？ 演练由哪级组织？ 防火由哪级负责？ 偷排由何级处罚？ 河道由哪级管理？ 撤乡要哪级同意？ 采石由哪级许可？ 补助由哪级来发？ 表彰由何一级去办？ 停产要哪级才行？ 代表建议由哪一方来答复？ 合办的事哪一方去谈？ 联名提案哪方统一答复？ 共建项目哪方牵头？ 合资项目哪方承担税款？ 没培训员工由何级机关追究？ 加气站要过哪两个部门？ 农机补贴由哪几家部门定？ 作假要追究哪几类机构？ 联营的铺子哪方负责？",
    # two held against each other
    "黑诊所是警察查还是卫生查？ 广告是市监牵头管，还是民政牵头管？ 档案是由住建建还是由规划建？ 校车是归教育批还是归交通批？ 年货节是街道办还是商务办？ 秤是店家检还是质监检？ 预案是林业编还是应急编？ 水费是水厂收还是物业收？ 证是省里发还是市里发？ 票价是交通审还是物价审？ 乱停车是交警罚还是城管罚？",
)
NOT_WHO = (
    # a person's own right, a place, a finding: no body is asked for
    "承运人能不能自行留置货物？ 房客可以直接起诉房东吗？ 哪些行为可以直接认定为逃税？ 档案什么时候起不能现场查？ 业主有权参加会议吗？ 公交从哪里到哪里？ 意见表应当寄到哪里？ 分会场在哪里办？ 通知由哪两个部门印发？ 办公室在哪里办公？ 消息应告知哪里？"
)


def test_who_is_asked_for_in_other_words() -> None:
    assert {q: kind for line in WHO for q in line.split() if (kind := find_kind(q)) != "duty"} == {}
    assert [q for q in NOT_WHO.split() if find_kind(q) == "duty"] == []


def test_years_in_order_and_titles() -> None:
    assert find_years("按2004—2007年各年报告，2003年至2006年增速依次是多少？") == (2004, 2007, 2003, 2006)
    assert find_quoted_titles("《行政处罚法》与《立法法》的关系") == ("行政处罚法", "立法法")


@pytest.mark.parametrize(
    ("history", "text", "full"),
    [
        (["四级道路谁扫、谁考核？"], "那二级呢？", "二级道路谁扫、谁考核？"),  # 换等级
        (["小广告谁来清？"], "那罚款呢？", "小广告罚多少？"),  # 同一件事，另一种问法
        (["养犬不束牵引带归谁管？"], "罚多少？", "养犬不束牵引带，罚多少？"),  # 只有问法
        (["青岛市占道经营归谁管？"], "那济南呢？", "济南占道经营归谁管？"),  # 换地方
        (["占道经营归谁管？"], "青岛市的呢？", "青岛市占道经营归谁管？"),  # 补地方
        (["山东省2024年粮食总产量是多少？"], "2023年呢？", "山东省2023年粮食总产量是多少？"),  # 换年份
        (["山东省2024年粮食总产量是多少？"], "那城镇新增就业呢？", "山东省2024年城镇新增就业是多少？"),  # 换指标
        (["占道经营归谁管？"], "那乱倒垃圾呢？", "乱倒垃圾归谁管？"),  # 换事项
        (
            ["《物业管理条例》现行有效吗？"],
            "它对业主委员会怎么规定？",
            "《物业管理条例》对业主委员会怎么规定？",
        ),  # 代词
        (["上海市养犬管理条例第五条规定了什么？"], "第十二条呢？", "上海市养犬管理条例第十二条规定了什么？"),  # 换条号
        (["济南养犬由哪个部门主管？"], "不登记罚多少？", "济南养犬，不登记罚多少？"),  # 只有行为
        (["2024年湖南地区生产总值增长多少？"], "2025年目标呢？", "2025年湖南地区生产总值目标是多少？"),
        (["上海市养犬管理条例第五条规定了什么？"], "该条例第十二条呢？", "上海市养犬管理条例第十二条呢？"),
        (["青岛市占道经营归谁管？", "那济南呢？"], "那罚款呢？", "济南占道经营罚多少？"),  # 一层接一层
        (["小广告谁来清？"], "有物业的住宅小区由谁负责清扫保洁？", "有物业的住宅小区由谁负责清扫保洁？"),  # 自足
        (["小广告谁来清？"], "行政许可的期限是多久？", "行政许可的期限是多久？"),  # 自足
        ([], "那二级呢？", "那二级呢？"),  # 没有前文
    ],
)
def test_follow_up(history: list[str], text: str, full: str) -> None:
    assert resolve_follow_up(text, history, Gazetteer.load()) == full


@pytest.mark.parametrize(
    ("question", "quotes", "reason"),
    [
        # 一地一事的干部该不该追责：资料库不作判断
        ("东营河道治污没见效，板子该打到谁身上？", [], "out-of-scope"),
        ("临沂供热不达标的事，主要领导有没有责任？", [], "out-of-scope"),
        # 一类人违规怎么处理：有法可依，照答
        ("领导干部违反规定干预行政执法怎么处理？", [], None),
        ("国有企业领导人员严重不负责任致使国家财产被骗，由谁承担责任？", [], None),
        ("滨州的环卫这么差，该撤谁的职？", [], "out-of-scope"),
        # 评判优劣
        ("山东和河南的大气污染条例，哪个写得更好？", [], "out-of-scope"),
        # 原因：报告写了的照答，没写的不推断
        ("2024年出口增长是因为什么？", ["出口增长9.5%。"], "out-of-scope"),
        ("2024年出口增长是因为什么？", ["得益于新能源汽车出口倍增，出口增长9.5%。"], None),
        ("四川经济增速回升是哪些因素推动的？", ["地区生产总值增长5.7%。"], "out-of-scope"),
        # 作用：有量化的照答
        ("消费对经济增长起到了多大作用？", ["消费贡献率82.5%。"], None),
        ("限塑令对海洋垃圾减少起到了多大作用？", ["禁止生产超薄塑料袋。"], "out-of-scope"),
        # 将来：写明了年份的规划照答
        ("地铁二号线什么时候会开通？", ["二号线计划2028年建成通车。"], None),
        ("北京控烟条例什么时候会再次修改？", ["本条例自2015年6月1日起施行。"], "out-of-scope"),
        ("明年国庆放几天假？", ["2019年国庆节：10月1日至7日放假，共7天。"], "out-of-scope"),
        ("明年国庆放几天假？", ["2027年国庆节：10月1日至7日放假，共7天。"], None),
        # 法条里的“会不会”“将来”问的是后果，不是预测
        ("不交罚款会不会被强制执行？", ["依法申请人民法院强制执行。"], None),
        ("“将来”应收账款设质，质权人如何实现其质权？", ["质权人可以请求实现质权。"], None),
        # 此刻的情形
        ("今天重庆空气质量指数是多少？", ["优良天数338天以上。"], "out-of-scope"),
        ("农贸市场现在归谁管？", ["由商务局牵头。"], None),
        # 私人信息；公开的电话照答
        ("市长的手机号码是多少？", ["可以通过手机号码通知当事人。"], "out-of-scope"),
        ("海陵区民政局咨询电话是多少？", ["咨询电话：0523-86880000。"], None),
    ],
)
def test_what_documents_cannot_answer(question: str, quotes: list[str], reason: str | None) -> None:
    asked = Question(question, question, "general", date(2026, 11, 24))
    draft = refuse_by_kind(asked) or check_limits(asked, Draft("general"), quotes, ())
    assert draft.reason == reason


@pytest.mark.parametrize(
    ("question", "lacking"),
    [
        ("哈尔滨市城市供热条例规定室温不得低于多少度？", ("哈尔滨市城市供热条例",)),  # 没有这个市的
        ("西安市养犬管理条例对烈性犬怎么规定？", ("西安市养犬管理条例",)),
        ("云泽市市容条例对占道经营怎么罚？", ()),  # 简称
        ("云泽市的养犬办法什么时候施行？", ()),  # “的”后不是名称
        ("云泽市有什么办法治理飞线？", ()),  # 办法是普通名词
    ],
)
def test_local_acts_that_the_library_lacks(question: str, lacking: tuple[str, ...]) -> None:
    infos = tuple(
        DocumentInfo(f"{title}.md", title, "md", Identity(title, place="云泽市"), 1, 1)
        for title in ("云泽市市容和环境卫生管理条例", "云泽市养犬管理办法")
    )
    assert find_lacking(question, Catalogue.build(infos)) == lacking


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("居委会能不能不干清单上没有的事？这个清单该由谁来定？", 1),  # 这个 is of no use without what stands before
        ("二次供水水箱多久清洗一次？不洗归谁罚？", 2),
    ],
)
def test_a_message_is_split_only_into_what_stands_alone(text: str, parts: int) -> None:
    assert len(split_questions(text)) == parts
