"""A text holds from its first day to its last, and doubt stays unknown."""

from __future__ import annotations

from datetime import date

import pytest

from kb.lineage.editions import Edition, Ending, read_edition, sort_endings
from kb.records import DocumentInfo, Identity, Status

DAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("identity", "status"),
    [
        (Identity("甲", effective_on=date(2021, 7, 1)), "in-force"),  # 已施行
        (Identity("甲", effective_on=DAY), "in-force"),  # 施行当日即生效
        (Identity("甲", adopted_on=date(2026, 9, 1), effective_on=date(2027, 1, 1)), "not-yet"),  # 通过而未施行
        (Identity("甲", issued_on=date(2020, 1, 1)), "in-force"),  # 未写施行日，自印发起
        (Identity("甲", effective_on=date(2021, 7, 1), expires_on=date(2026, 6, 30)), "expired"),  # 有效期五年，已满
        (Identity("甲", effective_on=date(2021, 7, 1), expires_on=DAY), "in-force"),  # 届满当日仍有效
        (Identity("甲", effective_on=date(2016, 5, 1), repealed_on=date(2021, 7, 1)), "repealed"),  # 明文废止
        (Identity("甲", effective_on=date(2016, 5, 1), repealed_on=date(2027, 1, 1)), "in-force"),  # 废止日未到
        (Identity("甲", effective_on=date(1992, 8, 1), marked_invalid=True), "repealed"),  # 来源标“废止或失效”
        (Identity("甲", issued_on=date(2026, 1, 1), proposed=True), "proposed"),  # 征求意见稿
        (Identity("甲"), "unknown"),  # 没有任何日期
        (Identity("甲", expires_on=date(2020, 1, 1)), "expired"),  # 只写了有效期至何日
        (Identity("甲", repealed_on=date(2020, 1, 1)), "repealed"),  # 只见于别处的废止决定
        (Identity("甲", effective_on=date(2027, 1, 1), repealed_on=date(2026, 10, 1)), "repealed"),  # 未施行即废止
        (Identity("甲", issued_on=date(2026, 11, 1), effective_on=date(2026, 12, 1)), "not-yet"),  # 已印发，施行日在后
        (Identity("甲", effective_on=date(2027, 1, 1), marked_invalid=True), "not-yet"),  # 施行前谈不上失效
        # 标为失效且失效日已知：失效日之前仍有效
        (Identity("甲", effective_on=date(2016, 5, 1), repealed_on=date(2027, 1, 1), marked_invalid=True), "in-force"),
    ],
)
def test_status(identity: Identity, status: Status) -> None:
    assert read(identity).status_on(DAY) == status


def read(identity: Identity) -> Edition:
    return read_edition(DocumentInfo("甲.md", "v", "md", identity, 10, 1), (), current=True, correction=None)


@pytest.mark.parametrize(
    ("day", "status"),
    [
        (date(2021, 4, 30), "in-force"),
        (date(2021, 5, 1), "expired"),  # 届满次日
        (date(2021, 7, 1), "repealed"),  # 届满之后又明文废止：以废止为准
    ],
)
def test_the_strongest_ending_gives_the_status(day: date, status: Status) -> None:
    endings = sort_endings([Ending("repealed", date(2021, 7, 1)), Ending("expired", date(2021, 5, 1))])
    edition = read(Identity("甲", effective_on=date(2016, 5, 1)))
    ended = Edition(**{**{f: getattr(edition, f) for f in Edition.__dataclass_fields__}, "endings": endings})
    assert (ended.status_on(day), ended.ends) == (status, date(2021, 5, 1))


@pytest.mark.parametrize(
    ("document", "identity", "begins", "exact"),
    [
        ("甲(2024-12-06).md", Identity("甲", effective_on=date(2001, 8, 2), level="行政法规"), date(2024, 12, 6), False),  # 卷首沿革漏了最后一次修订
        ("甲(2001-08-20).md", Identity("甲", effective_on=date(2001, 8, 2), level="行政法规"), date(2001, 8, 2), True),  # 公布稍晚
        ("通知(2024-12-06).md", Identity("通知", issued_on=date(2001, 8, 2)), date(2001, 8, 2), True),  # 普通文件名不作数
        ("甲.md", Identity("甲", effective_on=date(2001, 8, 2), revised_on=(date(2019, 3, 2),)), date(2019, 3, 2), False),
        ("甲.md", Identity("甲", effective_on=date(2019, 4, 1), revised_on=(date(2019, 3, 2),)), date(2019, 4, 1), True),
        ("甲(2024-02-30).md", Identity("甲", effective_on=date(2001, 8, 2), level="法律"), date(2001, 8, 2), True),  # 没有这一天
    ],
)  # fmt: skip
def test_first_day_of_a_text(document: str, identity: Identity, begins: date, exact: bool) -> None:
    edition = read_edition(DocumentInfo(document, "v", "md", identity, 10, 1), (), current=True, correction=None)
    assert (edition.begins, edition.exact) == (begins, exact)


@pytest.mark.parametrize(
    ("identity", "since"),
    [
        (Identity("甲", effective_on=date(2021, 1, 1)), "2021-01-01起施行"),
        (Identity("甲", adopted_on=date(2020, 5, 28)), "2020-05-28成文，未写明施行日期"),  # 通过之日不是施行之日
        (Identity("甲"), ""),
    ],
)
def test_since_when_in_words(identity: Identity, since: str) -> None:
    assert read(identity).since == since
