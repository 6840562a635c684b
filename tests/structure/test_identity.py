"""What a document says about itself: each row a real-looking opening or closing and why it is hard."""

from __future__ import annotations

from datetime import date

import pytest
from structure_samples import clauses_of, extract_of

from ingest.identity import find_identity
from ingest.identity_kind import find_genre, find_level, find_place
from kb.records import Identity


def identity_of(text: str, document: str = "示例.md") -> tuple[Identity, list[str]]:
    identity, doubts = find_identity(document, extract_of(text), clauses_of(text)[0])
    return identity, [d.kind for d in doubts]


def test_a_local_regulation_with_its_history() -> None:
    text = """# 云泽市市容管理条例

2010年8月27日 云泽市第十二届人民代表大会常务委员会第二十次会议通过

2010年11月26日 江南省第十一届人民代表大会常务委员会第十八次会议批准

2019年6月27日 云泽市第十四届人民代表大会常务委员会第十次会议《关于修改〈云泽市市容管理条例〉的决定》修正

<!-- INFO END -->

第一条 为了加强市容管理，制定本条例。

第二条 本条例自2011年1月1日起施行。2001年3月1日施行的《云泽市市容管理办法》同时废止。
"""
    identity, doubts = identity_of(text, "laws/local/云泽/云泽市市容管理条例(2019-06-27).md")
    assert identity == Identity(
        title="云泽市市容管理条例",
        issuer="云泽市人民代表大会常务委员会",
        adopted_on=date(2010, 8, 27),
        effective_on=date(2011, 1, 1),
        revised_on=(date(2019, 6, 27),),
        genre="条例",
        level="地方性法规",
        place="云泽市",
    )
    assert doubts == []


@pytest.mark.parametrize(
    ("opening", "title"),
    [
        # a web page's heading, then the document's own, broken over two lines
        (
            "云泽市人民政府关于印发稳定就业若干措施的通知\n云泽市人民政府关于印发稳定\n就业若干措施的通知\n云政〔2025〕12号",
            "云泽市人民政府关于印发稳定就业若干措施的通知",
        ),
        # the page is headed by the issuer alone
        (
            "云泽市防汛抗旱指挥部\n云泽市防汛抗旱指挥部\n关于做好强降雨防范工作的通知\n云汛〔2025〕3号",
            "云泽市防汛抗旱指挥部关于做好强降雨防范工作的通知",
        ),
        # two issuers that begin alike are no repetition
        (
            "云泽市财政局\n云泽市民政局\n关于提高低保标准的通知\n云财〔2025〕3号",
            "云泽市财政局云泽市民政局关于提高低保标准的通知",
        ),
    ],
)
def test_a_title_that_stands_twice_is_read_once(opening: str, title: str) -> None:
    identity, _ = identity_of(f"{opening}\n\n各县（市、区）人民政府：\n\n现将有关事项通知如下。\n", "通知.txt")
    assert identity.title == title


def test_a_mark_on_an_earlier_edition_is_a_doubt_only() -> None:
    text = """---
title: "某某管理条例"
publish_date: "1992-06-28"
status: "废止或失效"
category: "行政法规"
---
# 某某管理条例

1992年6月28日 中华人民共和国国务院令第101号发布　

第一条 甲。
第二条 本条例自1992年8月1日起施行。
"""
    identity, doubts = identity_of(text, "某某管理条例(2017-03-01).md")
    assert identity == Identity(
        title="某某管理条例",
        doc_number="中华人民共和国国务院令第101号",
        issuer="国务院",
        issued_on=date(1992, 6, 28),
        effective_on=date(1992, 8, 1),
        genre="条例",
        level="行政法规",
        place="全国",
    )
    assert doubts == ["date-conflict", "marked-invalid"]  # the file's name gives a date the text does not know
    assert identity_of(text, "某某管理条例(1992-06-28).md")[0].marked_invalid  # the record is of this very text
    revised = text.replace(
        "令第101号发布　", "令第101号发布　\n\n2017年3月1日 《国务院关于修改部分行政法规的决定》修订"
    )
    assert not identity_of(revised, "某某管理条例.md")[0].marked_invalid


def test_a_notice_with_a_title_over_two_lines_and_a_term() -> None:
    text = """云泽市人民政府办公室关于进一步
加强犬只管理工作的通知
云政办发〔2023〕12号
各区人民政府，市政府各部门、各直属机构：
请认真贯彻执行。
一、总体要求
本通知自印发之日起施行，有效期5年。
云泽市人民政府办公室
2023年5月8日
"""
    identity, doubts = identity_of(text)
    assert identity == Identity(
        title="云泽市人民政府办公室关于进一步加强犬只管理工作的通知",
        doc_number="云政办发〔2023〕12号",
        issuer="云泽市人民政府办公室",
        recipients=("各区人民政府", "市政府各部门", "各直属机构"),
        issued_on=date(2023, 5, 8),
        effective_on=date(2023, 5, 8),
        expires_on=date(2028, 5, 7),
        genre="通知",
        level="规范性文件",
        place="云泽市",
    )
    assert doubts == []


def test_a_work_report_takes_its_date_from_the_subtitle() -> None:
    text = "2025年云泽市政府工作报告\n来源：云泽日报\n——2025年1月18日在云泽市第十四届人民代表大会第三次会议上\n各位代表：\n一、回顾\n成绩显著。\n"
    identity, _ = identity_of(text)
    assert (identity.title, identity.issuer, identity.issued_on, identity.level, identity.place) == (
        "2025年云泽市政府工作报告",
        "云泽市人民政府",
        date(2025, 1, 18),
        "参考资料",
        "云泽市",
    )
    assert identity.recipients == ()  # 各位代表 are no addressees


def test_a_work_report_behind_web_residue_names_its_place_in_the_subtitle() -> None:
    text = "2026年政府工作报告\n首页\n>\n要闻\n下载\n打印\n全屏\n收藏\n【字号：\n加大\n还原\n减小\n】\n2026年政府工作报告\n——2026年1月28日在云泽市第十四届人民代表大会第四次会议上\n各位代表：\n一、回顾\n成绩显著。\n"
    identity, _ = identity_of(text)
    assert (identity.title, identity.issuer, identity.issued_on, identity.place) == (
        "2026年政府工作报告",
        "云泽市人民政府",
        date(2026, 1, 28),
        "云泽市",
    )


def test_a_title_glued_to_the_text_is_cut_with_a_doubt() -> None:
    text = "还剩5页未读,继续阅读\n文本内容:\n市创建卫生城市情况报告自召开动员大会以来,各级各部门付出巨大努力,奋力推动环境面貌发生较大变化、城市品质形象得到了提升主要体现在\n一、主要成效\n有效解决。\n"
    identity, doubts = identity_of(text, "报告.txt")
    assert (identity.title, identity.issued_on, identity.issuer, doubts) == (
        "市创建卫生城市情况报告",
        None,
        None,
        ["glued-heading"],
    )


def test_a_decree_is_named_after_the_text_it_announces() -> None:
    text = """云泽市人民政府令
第12号
《云泽市供水管理办法》已经2024年2月6日市政府第23次常务会议通过，现予公布。
市长　王某某
2024年3月1日
云泽市供水管理办法
（1999年3月4日云泽市人民政府令第3号发布　2024年2月6日云泽市人民政府第23次常务会议修订通过）
第一条 甲。
第二条 本办法自2024年5月1日起施行。
"""
    identity, _ = identity_of(text)
    assert (identity.title, identity.doc_number, identity.issuer, identity.issued_on, identity.revised_on) == (
        "云泽市供水管理办法",
        "云泽市人民政府令第12号",
        "云泽市人民政府",
        date(1999, 3, 4),
        (date(2024, 2, 6),),
    )


def test_everything_above_the_number_is_the_title() -> None:
    text = "云泽市人民政府关于暂停实施《云泽市养犬管理办法》\n和行政执法公示制度\n有关规定的决定\n云政发〔2024〕8号\n各区人民政府：\n略。\n"
    identity, _ = identity_of(text)
    assert identity.title == "云泽市人民政府关于暂停实施《云泽市养犬管理办法》和行政执法公示制度有关规定的决定"
    assert identity.genre == "决定"


def test_what_is_not_said_is_none() -> None:
    identity, doubts = identity_of("会议记录\n大家讨论了有关问题。\n")
    assert identity == Identity(title="会议记录")
    assert doubts == []


CLOSINGS = [
    ("本办法自2024年5月1日起施行。", (date(2024, 5, 1), None), "plain"),
    ("本办法自二〇二四年五月一日起施行，有效期至2026年12月31日。", (date(2024, 5, 1), date(2026, 12, 31)), "Chinese numerals"),
    ("本办法自公布之日起施行。", (date(2024, 3, 1), None), "from the day of issue"),
    ("本办法自2024年5月1日起施行，有效期二年。", (date(2024, 5, 1), date(2026, 4, 30)), "the last day is the day before"),
    ("《旧办法》自2001年1月1日起施行的部分同时废止。", (None, None), "another document's date"),
    ("本办法的修改另行公布。", (None, None), "nothing said"),
]  # fmt: skip


@pytest.mark.parametrize(("closing", "expected", "why"), CLOSINGS, ids=[c[2] for c in CLOSINGS])
def test_when_a_document_holds(closing: str, expected: tuple[date | None, date | None], why: str) -> None:
    text = f"云泽市供水管理办法\n2024年3月1日 云泽市人民政府令第5号公布\n第一条 甲。\n第二条 {closing}\n"
    identity, _ = identity_of(text)
    assert (identity.effective_on, identity.expires_on) == expected


GENRES = [
    ("云泽市城市管理局主要职责内设机构和人员编制规定", "三定"),
    ("关于印发任务分解表的通知", "通知"),
    ("云泽市养犬管理条例", "条例"),
    ("云泽市养犬管理条例（草案征求意见稿）", "条例"),
    ("中华人民共和国民法典", "法律"),
    ("专题会议纪要", "纪要"),
    ("某某简介", None),
]


@pytest.mark.parametrize(("title", "genre"), GENRES)
def test_genre_from_the_title(title: str, genre: str | None) -> None:
    assert find_genre(title) == genre


def test_level_of_authority() -> None:
    assert find_level("", "a.docx", "云泽市供水管理办法", "云泽市人民政府", "云泽市人民政府令第5号") == "地方政府规章"
    assert find_level("", "a.docx", "燃气管理规定", "建设部", "建设部令第62号") == "部门规章"
    assert find_level("", "a.docx", "云泽市养犬条例", "云泽市人民代表大会常务委员会", None) == "地方性法规"
    # the front matter of the national law stands before the province's own
    assert find_level("", "a.md", "江南省清洁生产促进条例", "全国人民代表大会常务委员会", None) == "地方性法规"
    assert find_level("", "a.md", "中华人民共和国清洁生产促进法", "全国人民代表大会常务委员会", None) == "法律"
    assert find_level("", "a.docx", "关于某某问题的解释", "最高人民法院", "法释〔2020〕1号") == "司法解释"
    assert find_level("宪法相关法", "a.md", "监督法", None, None) == "法律"
    assert find_level("", "a.docx", "某单位简介", None, None) == "参考资料"
    assert find_level("", "a.docx", "杂记", None, None) is None


PLACES = [
    ("a.docx", "云泽市人民政府关于供水的通知", None, "云泽市"),
    ("a.docx", "城市市容和环境卫生管理条例", "国务院", "全国"),  # 城市 is no place
    ("a.docx", "2017年海拉尔区政府工作报告", None, "海拉尔区"),
    ("laws/local/上海/x.md", "某条例", None, "上海市"),  # the shelf names it in short
    ("a.docx", "江南省海州市城市绿化条例", None, "江南省海州市"),
    ("a.docx", "开发区管理办法", None, None),
    ("a.docx", "云泽市技术市场条例", None, "云泽市"),  # 技术市 is none
    ("laws/local/上海/x.md", "上海市建筑市场管理条例", None, "上海市"),
    ("laws/local/上海/x.md", "上海市浦东新区城市管理若干规定", None, "上海市浦东新区"),
    ("laws/local/广东/x.md", "深圳经济特区绿化条例", "深圳市人民代表大会常务委员会", "深圳市"),
    ("a.docx", "盐城市物业管理条例", "盐城市人民代表大会常务委员会", "盐城市"),  # 城市 within a name
    ("a.docx", "山东省聊城市城镇容貌条例", None, "山东省聊城市"),
    ("a.docx", "上海城市管理若干规定", None, None),  # 上海城市 is none
    ("a.docx", "市容管理若干规定", "某地人民代表大会常务委员会", None),  # no organ of the state
    ("a.docx", "某某情况报告", None, None),
]


@pytest.mark.parametrize(("document", "title", "issuer", "place"), PLACES)
def test_place(document: str, title: str, issuer: str | None, place: str | None) -> None:
    assert find_place(document, title, issuer) == place


# What stands between title and body names issuer and day: (lines, issuer, issued on, number)
IMPRINTS = [
    (
        "# 临河街道履行职责事项清单\n云东办发〔2025〕9号\n（中共云东区委办公室 云东区人民政府办公室2025年5月8日印发）\n一、说明\n甲。\n",
        "中共云东区委办公室、云东区人民政府办公室", date(2025, 5, 8), "云东办发〔2025〕9号",
    ),
    (
        "# 云泽市专题会议纪要\n〔2020〕第27期\n云泽市人民政府办公室　2020年9月16日\n一、关于经费\n会议议定，由市级承担。\n",
        "云泽市人民政府办公室", date(2020, 9, 16), "〔2020〕第27期",
    ),
    (
        "# 云泽市创卫工作情况报告\n云泽市创卫指挥部办公室\n（2021年1月8日）\n一、进展\n甲。\n",
        "云泽市创卫指挥部办公室", date(2021, 1, 8), None,
    ),
    # only month and year: a day is not guessed
    ("# 云泽市数字城管指挥手册\n云泽市数字城管指挥中心　2020年3月印制\n一、说明\n甲。\n", "云泽市数字城管指挥中心", None, None),
    # several organs sign one below the other
    (
        "# 关于开展整治的通知\n各街道：\n请执行。\n云泽市城市管理局\n云泽市公安局\n2022年3月1日\n",
        "云泽市城市管理局、云泽市公安局", date(2022, 3, 1), None,
    ),
    # the whole text in one line, as some sites serve it
    (
        "关于做好农贸市场防疫工作的通知 云防控〔2020〕4号 各区人民政府，各有关单位： " + "各市场每日通风消毒并做好记录，" * 25
        + " 云泽市疫情防控 工作领导小组 2020年2月16日\n",
        "云泽市疫情防控工作领导小组", date(2020, 2, 16), "云防控〔2020〕4号",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("text", "issuer", "issued_on", "number"), IMPRINTS, ids=[i[1] for i in IMPRINTS])
def test_issuer_and_day_below_the_title_or_at_the_end(
    text: str, issuer: str, issued_on: date | None, number: str | None
) -> None:
    identity, _ = identity_of(text, "示例.txt")
    assert (identity.issuer, identity.issued_on, identity.doc_number) == (issuer, issued_on, number)


# 、 joins what is one: (line, recipients)
RECIPIENTS = [
    (
        "各省、自治区、直辖市人民政府，国务院各部委、各直属机构：",
        ("各省、自治区、直辖市人民政府", "国务院各部委", "各直属机构"),
    ),
    ("湖宁省人民政府，教育部、财政部、体育总局：", ("湖宁省人民政府", "教育部", "财政部", "体育总局")),
    ("各旗、县、区人民政府，市直有关部门、单位：", ("各旗、县、区人民政府", "市直有关部门、单位")),
]


@pytest.mark.parametrize(("line", "recipients"), RECIPIENTS)
def test_recipients_are_parted_between_full_names_only(line: str, recipients: tuple[str, ...]) -> None:
    identity, _ = identity_of(f"# 关于开展整治的通知\n云政办发〔2023〕12号\n{line}\n请认真贯彻执行。\n")
    assert identity.recipients == recipients


def test_announced_after_the_approval() -> None:
    text = """# 云泽市茶园保护条例
2001年4月18日 云泽市第九届人民代表大会常务委员会第三次会议通过
2001年6月29日 湖宁省第九届人民代表大会常务委员会第二次会议批准
（根据2022年12月27日云泽市第十届人民代表大会常务委员会第八次会议通过、2023年1月17日湖宁省第十届人民代表大会常务委员会第九次会议批准的《关于修改〈云泽市茶园保护条例〉的决定》修正）
<!-- INFO END -->
第一条 为了保护茶园，制定本条例。
第二条 本条例自公布之日起施行。
"""
    identity, _ = identity_of(text)
    assert (identity.adopted_on, identity.effective_on) == (date(2001, 4, 18), date(2001, 6, 29))
    assert identity.revised_on == (date(2023, 1, 17),)


def test_a_verb_is_no_place() -> None:
    assert find_place("a.txt", "关于进一步完善全市中小学教学工作的通知", None) is None
    assert find_place("a.txt", "中共云东区委办公室关于印发职责规定的通知", None) == "云东区"


def test_revisions_that_follow_the_announcement_in_one_bracket() -> None:
    text = """# 云泽税法实施条例
（1994年1月28日国务院令第142号发布　根据2005年12月19日《国务院关于修改〈云泽税法实施条例〉的决定》第一次修订　2018年12月18日国务院令第707号第四次修订）
第一条 甲。
第二条 本条例自2019年1月1日起施行。
"""
    identity, _ = identity_of(text)
    assert (identity.issued_on, identity.revised_on) == (date(1994, 1, 28), (date(2005, 12, 19), date(2018, 12, 18)))


# History lines that lost the space between two events: (line, adopted, issued, revised, number)
GLUED = [
    (
        "2017年9月30日 云泽市第二届人民代表大会常务委员会第四次会议通过根据2020年9月24日云泽市第三届人民代表大会常务委员会第九次会议《关于修改〈云泽市工伤条例〉的决定》修正",
        date(2017, 9, 30), None, (date(2020, 9, 24),), None,
    ),
    (
        "2021年6月28日 云泽市第三届人民代表大会常务委员会第九次会议通过2021年7月30日湖宁省第三届人民代表大会常务委员会第六次会议批准",
        date(2021, 6, 28), None, (), None,
    ),
    ("2003年8月18日 云泽总署第4号令公布", None, date(2003, 8, 18), (), "云泽总署第4号令"),
]  # fmt: skip


@pytest.mark.parametrize(("line", "adopted", "issued", "revised", "number"), GLUED)
def test_events_without_a_space_between_them(
    line: str, adopted: date | None, issued: date | None, revised: tuple[date, ...], number: str | None
) -> None:
    identity, _ = identity_of(
        f"# 云泽市工伤条例\n{line}\n<!-- INFO END -->\n第一条 甲。\n第二条 本条例自2022年1月1日起施行。\n"
    )
    assert (identity.adopted_on, identity.issued_on, identity.revised_on) == (adopted, issued, revised)
    assert (identity.doc_number, identity.effective_on) == (number, date(2022, 1, 1))
