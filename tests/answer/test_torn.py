"""Where a quotation that the scorer chose begins, once the stump of a clause at its head is made whole."""

from __future__ import annotations

import pytest

from kb.answer.torn import begin_whole


@pytest.mark.parametrize(
    ("text", "chosen", "shown"),
    [
        # 跨过句号的，从分句开头起
        ("三、物资免税，已征收的应免税款予以退还。其中，未抵扣的可申请退还。", "予以退还。其中，未抵扣的可申请退还。", "已征收的应免税款予以退还。其中，未抵扣的可申请退还。"),
        # 只差几个字的补上
        ("对高风险地区，要积极向党委反映，抓紧制定措施。", "向党委反映，抓紧制定措施。", "要积极向党委反映，抓紧制定措施。"),
        # 开头只剩“物资，”的补上
        ("通知明确，对企业多生产的重点医疗防护物资，全部由政府兜底采购。", "物资，全部由政府兜底采购。", "对企业多生产的重点医疗防护物资，全部由政府兜底采购。"),
        # 一个分句里的数和名称照旧
        ("第二批预拨补助资金80亿元，用于防控。", "80亿元", "80亿元"),
        # 从动词起、止于句末的照旧
        ("通知对做好居家老年人的防控工作提出明确要求，要求加大督导力度。", "提出明确要求，要求加大督导力度。", "提出明确要求，要求加大督导力度。"),
        # 本来就从分句起的照旧
        ("记者获悉，即日起暂停办理，恢复时间另行通知。请互相转告。", "即日起暂停办理，恢复时间另行通知。请互相转告。", "即日起暂停办理，恢复时间另行通知。请互相转告。"),
        # 差得太远的照旧：那是标题或一长串
        (f"{'甲' * 60}事项。其他事项另议。", "事项。其他事项另议。", "事项。其他事项另议。"),
    ],
)  # fmt: skip
def test_where_it_begins(text: str, chosen: str, shown: str) -> None:
    start = text.index(chosen)
    end = start + len(chosen)
    assert text[begin_whole(text, start, end) : end] == shown
