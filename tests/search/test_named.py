"""Documents that a question names: by 文号, by name in full or in short, by what they are about; each row says why."""

from __future__ import annotations

import pytest

from kb.records import DocumentInfo, Identity
from kb.search.catalogue import Catalogue
from kb.search.question import find_named

TITLES = (
    "云泽市人民政府办公室关于加快餐饮油烟治理的指导意见",
    "云泽市人民政府关于支持临河产业园区改造提升若干措施的通知",
    "云泽市深化文化体制改革实施方案",
    "关于开展城市公园绿地养护考核的通知",
    "云东区城市公园绿地养护考核细则",
    "临江市城市公园绿地养护考核办法",
    "云西区城市公园绿地养护考核标准",
    "云泽市行政规范性文件合法性审核办法",
    "云泽市地名管理办法",
)
NUMBER = "云政办发〔2022〕7号"
CATALOGUE = Catalogue.build(
    tuple(
        DocumentInfo(f"{n}.md", f"v{n}", "md", Identity(title, NUMBER if n == 8 else None), 100, 3)
        for n, title in enumerate(TITLES)
    )
)


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("云政办发〔2022〕7号要求谁来做？", {8: 1.0}),
        ("《云泽市地名管理办法》第三条说什么？", {8: 1.0}),
        # after the issuer, after 关于, after a place: all that is said of the document stands in its title
        ("市府办餐饮油烟治理文件里，谁负责查店？", {0: 0.6}),
        ("关于餐饮油烟治理的那份文件，谁牵头？", {0: 0.6}),
        ("云泽市餐饮油烟治理文件由谁解释？", {0: 0.6}),
        # so much in one piece that no other title can be meant, whatever stands before it
        ("去年出台的临河产业园区改造提升文件归谁落实？", {1: 0.6}),
        # 医药卫生体制改革 is not the 体制改革 of 文化
        ("深化医药卫生体制改革的那个文件谁落实？", {}),
        # several texts have these words: none is meant
        ("城市公园绿地养护考核的文件里谁打分？", {}),
        # what kind of paper it is says nothing of its title
        ("招标文件谁来审？", {}),
        ("区里的规范性文件由谁审核？", {}),
        # a number says more than the words after it
        ("云政办发〔2022〕7号餐饮油烟治理文件", {8: 1.0, 0: 0.6}),
    ],
)  # fmt: skip
def test_documents_named(question: str, named: dict[int, float]) -> None:
    assert find_named(question.replace("〔", "[").replace("〕", "]"), CATALOGUE)[0] == named


def test_the_words_that_name_a_document_are_not_what_is_asked_of_it() -> None:
    question = "餐饮油烟治理的文件里谁负责查店"
    (span,) = find_named(question, CATALOGUE)[1]
    assert question[span.start : span.end] == "餐饮油烟治理的文件"
