"""A text holds from its first day to its last, and doubt stays unknown."""

from __future__ import annotations

from datetime import date

import pytest

from kb.records import Identity, Status
from kb.validity import status_of

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
    assert status_of(identity, DAY) == status


def test_a_later_version_takes_over() -> None:
    old = Identity("甲", effective_on=date(2018, 11, 1))
    assert status_of(old, DAY, superseded_on=date(2023, 3, 1)) == "superseded"
    assert status_of(old, date(2020, 1, 1), superseded_on=date(2023, 3, 1)) == "in-force"
