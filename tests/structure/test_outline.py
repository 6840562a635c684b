"""The numbering grammar: which marks are believed, what a heading says, where a clause ends."""

from __future__ import annotations

import pytest
from structure_samples import centred, clauses_of

from ingest.marks import find_mark
from ingest.outline import find_clauses

# line, expected (kind, number, sub, label) or None, why
MARKS = [
    ("第一条 为了加强管理，制定本办法。", ("article", 1, 0, "第一条"), "plain"),
    ("　　第十二条　市人民政府应当……", ("article", 12, 0, "第十二条"), "wide spaces before and behind"),
    ("第三十五 条 违反规定的，", ("article", 35, 0, "第三十五条"), "a space inside the label"),
    ("第五十－条 本条例自公布之日起施行。", ("article", 51, 0, "第五十－条"), "一 typed as a full-width dash"),
    ("第二\u200b十条 本办法由市住建局解释。", ("article", 20, 0, "第二十条"), "zero-width space inside the number"),
    ("第一百二十条之一 资助恐怖活动组织的，", ("article", 120, 1, "第一百二十条之一"), "inserted article"),
    ("## 第二章  城市市容管理", ("chapter", 2, 0, "第二章"), "Markdown mark"),
    ("**第一节 一般规定**", ("section", 1, 0, "第一节"), "bold Markdown"),
    ("第三分编 担保物权", ("subpart", 3, 0, "第三分编"), "分编 before 编"),
    ("第二篇 发展目标", ("part", 2, 0, "第二篇"), "篇 of a plan stands where 编 stands"),
    ("第九条第二款规定的处罚，", None, "cross-reference at the start of a line"),
    ("第五条、第六条所列行为，", None, "list of cross-references"),
    ("第三章规定的程序，适用于本章。", None, "a chapter referred to"),
    ("一、总体要求", ("cn", 1, 0, "一、"), "first level of a plan"),
    ("二、三级道路的垃圾清扫", None, "road grades, not a heading"),
    ("三、四类建筑应当每年检测", None, "building classes"),
    ("(三)加强监督检查", ("cn-paren", 3, 0, "(三)"), "half-width brackets"),
    ("（ 四 ）严肃追责问责", ("cn-paren", 4, 0, "（四）"), "spaces inside brackets"),
    ("2.5万人次参加", None, "a decimal is no label"),
    ("3．加快项目建设", ("arabic", 3, 0, "3．"), "full-width stop"),
    ("（2）报送材料", ("arabic-paren", 2, 0, "（2）"), "third level"),
    ("③建立台账", ("circled", 3, 0, "③"), "circled"),
    ("附件2：任务分解表", ("annex", 2, 0, "附件2"), "numbered annex"),
    ("附 则", None, "a chapter's name, not an annex"),
    ("一方面加强领导", None, "no separator"),
]


@pytest.mark.parametrize(("line", "expected", "why"), MARKS, ids=[m[2] for m in MARKS])
def test_a_mark_at_the_start_of_a_line(line: str, expected: tuple[str, int, int, str] | None, why: str) -> None:
    mark = find_mark(line, 0)
    assert (mark and (mark.kind, mark.number, mark.sub, mark.label)) == expected


def paths(text: str) -> list[tuple[str, str, str]]:
    return [(c.kind, c.path, c.title) for c in clauses_of(text)[0]]


STATUTE = """# 云泽市市容管理条例

## 第一章  总　则

第一条 为了加强市容管理，制定本条例。

第二条 市城市管理部门负责下列工作：

（一）拟订规划；

（二）依照本条例第一条组织检查。

## 第二章 附则

第三条 本条例自2024年5月1日起施行。
"""


def test_a_statute_has_chapters_articles_and_items() -> None:
    assert paths(STATUTE) == [
        ("chapter", "第一章", "总则"),
        ("article", "第一章 第一条", ""),
        ("article", "第一章 第二条", ""),
        ("item", "第一章 第二条 （一）", ""),
        ("item", "第一章 第二条 （二）", ""),
        ("chapter", "第二章", "附则"),
        ("article", "第二章 第三条", ""),
    ]


def test_a_clause_reaches_to_the_end_of_its_last_descendant() -> None:
    clauses, _ = clauses_of(STATUTE)
    second = next(c for c in clauses if c.label == "第二条")
    assert STATUTE[second.start : second.end].rstrip() == (
        "第二条 市城市管理部门负责下列工作：\n\n（一）拟订规划；\n\n（二）依照本条例第一条组织检查。"
    )
    assert second.parent == "第一章"


# text, expected paths with titles, why
HEADINGS = [
    (
        "关于整治的方案\n一、工作目标\n年底前完成。\n二、工作任务\n（一）摸底排查。各街道逐户登记，建立台账。\n（二）集中整治。城管局牵头清理。\n",
        ["一、|工作目标", "二、|工作任务", "二、 （一）|摸底排查", "二、 （二）|集中整治"],
        "run-in headings end at the first full stop",
    ),
    (
        "放假通知\n一、元旦：1月1日放假。\n二、春节：2月9日至15日放假调休。\n",
        ["一、|元旦", "二、|春节"],
        "run-in headings end at the colon",
    ),
    (
        "意见\n一、总体要求\n（一）指导思想。坚持以人民为中心。\n（二）基本原则。坚持依法治理。\n二、主要任务\n（三）完善制度。健全各项制度。\n（四）强化督查。定期通报情况。\n",
        [
            "一、|总体要求",
            "一、 （一）|指导思想",
            "一、 （二）|基本原则",
            "二、|主要任务",
            "二、 （三）|完善制度",
            "二、 （四）|强化督查",
        ],
        "（三） under 二、 goes on from （二） under 一、",
    ),
    (
        "报告\n城管局不但自己要负责\n一、\n二、三级道路的清扫，还要考核街办。\n一、主要成效\n有效解决。\n二、存在问题\n仍有差距。\n",
        ["一、|主要成效", "二、|存在问题"],
        "grades of roads broken over two lines are no headings",
    ),
    (
        "报告\n一、主要做法\n一是加强领导。二是压实责任。\n一要抓落实。\n二要抓督查。\n",
        ["一、|主要做法"],
        "一是, 一要 are no headings",
    ),
    (
        "报告\n一、工作回顾\n成绩显著。\n名词解释\n1.“两重”：国家重大战略实施。\n2．双碳：碳达峰与碳中和。\n",
        ["一、|工作回顾", "名词解释|名词解释"],
        "entries of a glossary are items",
    ),
    (
        "专栏\n主要职责\n承担市容管理工作。\n内设机构：\n1. 办公室\n负责日常运转。\n2. 法规科\n负责执法监督。\n",
        ["主要职责|主要职责", "内设机构|内设机构", "内设机构 1.|办公室", "内设机构 2.|法规科"],
        "customary section names without numbers",
    ),
    (
        "措施\n一、优化环境\n（一）支持设立受理窗口。（市市场监管局负责）\n（二）探索开展异地评标。（市住建局负责）\n二、保障\n各区落实。\n",
        ["一、|优化环境", "二、|保障"],
        "a sentence with who is responsible in brackets is an item",
    ),
    (
        "复函\n一、气象站由各方共建。建成后移交使用。\n二、所需经费由各方分担，具体数额另行商定并报省政府批准后执行，不得截留挪用。\n三、建设要尽量避开各类军事设施和军事设施保护区域。选址报批。\n四、请商有关方面办理，办理过程中遇到的重大问题应当及时报告，由有关部门协调解决。\n",
        ["一、|气象站由各方共建"],
        "long first sentences among sentences are none; a short one stays in doubt a heading",
    ),
    (
        "条件\n一、申请人应当符合下列条件：\n1.有固定住所；\n2.有合法收入；\n3.还应具备：\n二、办理程序\n到窗口办理。\n",
        ["二、|办理程序"],
        "a sentence that opens a list is no heading",
    ),
]


@pytest.mark.parametrize(("text", "expected", "why"), HEADINGS, ids=[h[2] for h in HEADINGS])
def test_headings_of_plans_and_reports(text: str, expected: list[str], why: str) -> None:
    clauses, _ = clauses_of(text)
    assert [f"{c.path}|{c.title}" for c in clauses if c.kind in ("heading", "annex")] == expected


def test_a_chapter_heading_broken_over_two_lines() -> None:
    text = "## 第二章 听取和审议人民政府、人民法院和\n\n人民检察院的专项工作报告\n\n第八条 每年选择若干重大问题。\n"
    clauses, _ = clauses_of(text)
    assert clauses[0].title == "听取和审议人民政府、人民法院和人民检察院的专项工作报告"
    assert text[clauses[0].start : clauses[0].heading_end].endswith("专项工作报告")


def test_a_list_inside_an_article_may_start_again() -> None:
    clauses, _ = clauses_of("第一条 甲：\n（一）子；\n（二）丑。\n乙：\n（一）寅；\n（二）卯。\n第二条 丙。\n")
    assert [c.id for c in clauses] == [
        "第一条", "第一条 （一）", "第一条 （二）", "第一条 （一）#2", "第一条 （二）#2", "第二条",
    ]  # fmt: skip


def test_articles_glued_into_one_line_are_cut_where_the_number_is_next() -> None:
    text = "第一条 为了规范飞行，制定本规则。 第二条 凡从事飞行的，应当遵守本规则。 第三条 依照本规则第一条 执行。\n第四条 略。\n"
    clauses, doubts = clauses_of(text)
    assert [c.label for c in clauses] == ["第一条", "第二条", "第三条", "第四条"]
    assert doubts == ()


def test_a_glued_article_needs_the_next_number_to_go_on_from_it() -> None:
    text = (
        "第一条 甲。第二条市政府应当公布名录。\n第三条 乙。 第四条的规定除外。\n第四条 丙。第九条 丁。\n第五条 戊。\n"
    )
    assert [c.label for c in clauses_of(text)[0]] == ["第一条", "第二条", "第三条", "第四条", "第五条"]


def test_a_chapter_glued_to_the_article_before_is_cut_and_told() -> None:
    text = "第一章 总则\n第一条 甲甲甲甲甲甲。 第二章 罚则\n第二条 乙乙乙乙乙乙。\n"
    clauses, doubts = clauses_of(text)
    assert [c.path for c in clauses] == ["第一章", "第一章 第一条", "第二章", "第二章 第二条"]
    assert [d.kind for d in doubts] == ["glued-heading"]


NOTICE = """云泽市人民政府关于印发云泽市供水管理办法的通知
云政发〔2024〕3号
各区人民政府：
现将《云泽市供水管理办法》印发给你们，请认真贯彻执行。
云泽市人民政府
2024年3月1日
云泽市供水管理办法
第一章 总则
第一条 为了规范供水，制定本办法。
第二条 本办法自2024年5月1日起施行。
附件
供水服务标准表
一、水压
不低于0.14兆帕。
"""


def test_a_cover_notice_and_its_annexed_text() -> None:
    clauses, doubts = clauses_of(NOTICE)
    assert [(c.kind, c.path) for c in clauses] == [
        ("document", "云泽市供水管理办法"),
        ("chapter", "云泽市供水管理办法 第一章"),
        ("article", "云泽市供水管理办法 第一章 第一条"),
        ("article", "云泽市供水管理办法 第一章 第二条"),
        ("annex", "附件"),
        ("heading", "附件 一、"),
    ]
    assert clauses[4].title == "供水服务标准表"
    assert doubts == ()


def test_the_list_of_annexes_under_a_notice_is_text() -> None:
    text = "通知\n各单位：\n请遵照执行。\n附件：1.任务分解表\n2.考核标准\n云泽市城管局\n2024年3月1日\n"
    assert [c.kind for c in clauses_of(text)[0] if c.kind == "annex"] == []


def test_a_centred_title_behind_the_date_opens_an_annexed_text() -> None:
    lines = [
        ("关于做好整治工作的通知", True), ("各街道：", False), ("现印发给你们。", False), ("2024年3月1日", False),
        ("集中整治工作方案", True), ("一、目标", False), ("年底完成。", False),
    ]  # fmt: skip
    clauses, _ = find_clauses(centred(lines))
    assert [c.path for c in clauses] == ["集中整治工作方案", "集中整治工作方案 一、"]


def test_a_table_of_contents_repeats_the_headings_and_is_none() -> None:
    text = "目录\n第一章 总则\n第二章 附则\n第一章 总则\n第一条 甲。\n第二章 附则\n第二条 乙。\n"
    clauses, doubts = clauses_of(text)
    assert [c.path for c in clauses] == ["第一章", "第一章 第一条", "第二章", "第二章 第二条"]
    assert [(d.kind, text[d.start : d.end]) for d in doubts] == [("toc", "目录\n第一章 总则\n第二章 附则")]


DOUBTS = [
    ("第一条 甲。\n第二条 乙。\n第四条 丁。\n第五条 戊。\n", ["article-gap"], "a label lost in the source"),
    ("第三条 甲。\n第四条 乙。\n", ["article-gap"], "a part of a code, or its head is lost"),
    ("第一条 甲。\n第二条 乙。\n第二条 丙。\n第三条 丁。\n", ["duplicate-article"], "the same number twice"),
    ("第一章 总则\n第一条 甲。\n第三章 罚则\n第二条 乙。\n", ["chapter-gap"], "a chapter heading lost"),
    ("第一条 甲：\n（一）子；\n（三）寅。\n第二条 乙。\n", ["number-gap"], "an item's label lost"),
    ("第一条 甲。\n第二条 各级人民政府应当加强对本行政区域内\n", ["truncated"], "stops in mid-sentence"),
    ("第一条 甲。\n第二条 违反\n第九条 规定的，处罚款。\n第三条 丙。\n", [], "a broken line before a cross-reference"),
]


@pytest.mark.parametrize(("text", "kinds", "why"), DOUBTS, ids=[d[2] for d in DOUBTS])
def test_doubt_is_told_and_nothing_is_repaired(text: str, kinds: list[str], why: str) -> None:
    _, doubts = clauses_of(text)
    assert [d.kind for d in doubts] == kinds
    assert all(0 <= d.start <= d.end <= len(text) for d in doubts)


def test_headings_above_articles_in_an_interpretation() -> None:
    text = "## 一、管辖\n第一条 甲。\n第二条 乙。\n## 二、证据\n第三条 丙。\n"
    assert [c.path for c in clauses_of(text)[0]] == [
        "一、", "一、 第一条", "一、 第二条", "二、", "二、 第三条",
    ]  # fmt: skip


def test_a_heading_glued_to_a_long_text_keeps_its_title_unknown() -> None:
    body = "诚然近几个月开展的工作成效比较明显但在过程中暴露出诸多的不适应" * 6
    clauses, _ = clauses_of(f"报告\n一、主要成效\n有效解决。\n二、存在的问题{body}\n三、下一步{body}\n")
    assert [(c.kind, c.label, c.title) for c in clauses] == [
        ("heading", "一、", "主要成效"), ("heading", "二、", ""), ("heading", "三、", ""),
    ]  # fmt: skip


def test_ids_are_unique_and_spans_nest() -> None:
    clauses, _ = clauses_of(STATUTE + NOTICE)
    known = {c.id: c for c in clauses}
    assert len(known) == len(clauses)
    for c in clauses:
        assert c.start <= c.heading_end <= c.end
        if c.parent:
            assert known[c.parent].start <= c.start and c.end <= known[c.parent].end


# Chapters that lost their number, as scraped statutes have them: (lines, headings found)
UNNUMBERED = [
    ("第一条 甲。\n规划与建设\n第二条 乙。\n第三条 丙。\n", ["规划与建设"]),
    # a name over two lines
    ("第一条 甲。\n听取和审议人民政府、人民法院和\n人民检察院的专项工作报告\n第二条 乙。\n", ["听取和审议人民政府、人民法院和人民检察院的专项工作报告"]),
    ("第一章 总则\n第一条 甲。\n附 则\n第二条 乙。\n", ["总则", "附则"]),
    # a line that goes on in the middle of a sentence is none
    ("第一条 市、县人民政府应当\n加强领导和协调\n第二条 乙。\n", []),
    # nor one before an article out of turn, a formula or a list
    ("第一条 甲。\n规划与建设\n第五条规定的情形除外。\n第二条 乙。\n", []),
    ("第一条 甲。\n税额＝销售额×税率\n第二条 乙。\n", []),
    # marks of wikis
    ("第一条 甲。\n===== 第二节　工业污染防治 =====\n第二条 乙。\n", ["工业污染防治"]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "titles"), UNNUMBERED)
def test_chapters_without_a_number(text: str, titles: list[str]) -> None:
    clauses, doubts = clauses_of(text)
    assert [c.title for c in clauses if c.kind in ("chapter", "section")] == titles
    unnumbered = [c for c in clauses if c.kind == "chapter" and not c.label]
    assert [text[d.start : d.end] for d in doubts if d.kind == "unnumbered-heading"] == [
        text[c.start : c.end].split("\n第")[0] for c in unnumbered
    ]


def test_decimal_numbers_of_emergency_plans_and_standards() -> None:
    text = """# 云泽市粮食应急预案
目　录
1　总则
1.1　编制目的
2　组织机构
2.1　指挥部
1　总则
1.1　编制目的
为了保证供应，制定本预案。
1.2　等级划分
1.2.1　市级：两个以上区出现应急状态。
1.2.2　区级：一个区出现应急状态。
2　组织机构
4 月底前，各区应当完成编制。
2.1　指挥部
市人民政府设立指挥部。
2.4　跳号的不算标题
"""
    clauses, doubts = clauses_of(text)
    assert [(c.kind, c.path, c.title) for c in clauses] == [
        ("heading", "1", "总则"),
        ("heading", "1 1.1", "编制目的"),
        ("heading", "1 1.2", "等级划分"),
        ("item", "1 1.2 1.2.1", ""),
        ("item", "1 1.2 1.2.2", ""),
        ("heading", "2", "组织机构"),
        ("heading", "2 2.1", "指挥部"),
    ]
    assert [d.kind for d in doubts] == ["toc"]


def test_a_number_and_a_space_alone_are_no_outline() -> None:
    assert clauses_of("情况通报\n1 台车辆违规停放。\n2 处工地未围挡。\n")[0] == ()
