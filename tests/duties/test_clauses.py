"""What only looks like a name: a clause whose object a body is, and words that only lead to a name."""

from __future__ import annotations

import pytest

from ingest.duty.names import begins_as_clause, is_name
from ingest.duty.subjects import trim_name


@pytest.mark.parametrize(
    ("words", "body"),
    [
        # prepositions and negations
        ("不接受 不 未 没有 与 和 及 或 并 是 以 向 对 给 在 从 按 由 凡 凭 除 自 被 到 于 因 就 使 将 把 让 令 据 均 且 但 则 若 如", "街道办事处"),
        # what ought to be or is
        ("必须 应 可以 要 需 须 有 无 为 可 再 持", "综合执法队"),
        # asking and telling
        ("请 听取 征求 征得 通报 要求 责成 责令 告 送 抄送 提交 下达 报 层报 建议 邀请 联系", "区人民政府"),
        # furthering a matter
        ("加快 加强 深化 强化 优化 促进 推动 推进 推行 坚持 发挥 提高 提升 打造 培育 搭建 构建 保证 确保 鼓励 提倡 引导 支持 帮助 扶持 落实 贯彻 健全 完善", "物业服务企业"),
        # standing in the way
        ("抗拒 阻碍 阻挠 妨碍 妨害 损害 拒绝 服从 遵守 违反", "行政机关"),
        # by or according to whom
        ("参照 结合 围绕 依托 带动 依照 根据 依据 形成 通过 出具 列入 纳入", "上级部门"),
        # in which way
        ("立即 逐级 故意 进一步 全面 大力 积极 切实 扎实 严格 主动 充分", "社区居民委员会"),
        # founding and running
        ("成立 设立 建立 代表 指挥 委派 统筹 新增 做好 开展 开办 加大 扩大 降低 关闭 查封 恢复 保障 维护 供 布局 发动 动员", "养老机构"),
        # verbs that would open a relative clause, without one
        ("配合 协助 接受 组织 监督 指导 督促 通知 会同 联合 参与 委托 交由 交 安排 协调 移送 移交 提请 设置 聘请 选择 各类 违法 负责 承担 履行 行使 执行 实施 受 过", "环卫作业单位"),
        ("采取 配备 采用 具有 具备 负有 作出 使用 从事 进行 取得 达到 属于 包括 提供 制止 撤销 强制 申请 指定 授权 约定 决定 选举 实行 研究 扩建 建设", "监测站"),
    ],
)  # fmt: skip
def test_words_that_begin_a_clause(words: str, body: str) -> None:
    assert [w for w in words.split() if not begins_as_clause(w + body) or is_name(w + body)] == []


@pytest.mark.parametrize(
    "phrase",
    [
        "门店违反规定的经营单位", "道路两侧不得设置的机构", "垃圾交由环卫公司", "工程确需延期的施工单位", "依法委托或者指定的机构", "垃圾由环卫单位",
        "区里应当设立的机构", "工期需要延长的企业", "街面禁止设摊的商户", "摊主如果是企业", "道路因为施工单位", "各镇为了居民委员会", "镇上已经设立的机构",
        "事务可以委托的单位", "居民可在社区", "现场发生事故的企业", "排污造成损失的企业", "裁决认为不当的上级机关", "巡查发现隐患企业", "全市一个监督机构",
        "全力做好社区", "社区接到街道办事处", "车辆未经行政机关", "草案提请人民政府", "委员建议主管部门", "物业将保洁单位", "文书以市城管局", "业主变更物业服务企业",
        "宣传工作对街道办事处", "区城管局同有关部门", "执法主体即公安机关", "第三人作为行政机关", "各级要加强主管部门", "市住建局要求供热企业", "法院审理行政机关", "办公室设在市城管局",
        "中标人擅自转包企业", "案件经过公安机关", "职责划转市水务局", "全区统一布局学校", "辖区3家企业", "场所通过消防机构", "五人以上的施工单位",
        "情节严重的，经营单位", "催告后拒不配合的单位", "案件报市公安局", "专项规划应报市人民政府", "检测报告应经行政机关", "时限规定公安机关", "责任人是街道办事处",
        "条款适用于企业", "本法所称主管部门", "近年来国家支持企业", "全国各地区的某地区", "把握全局",
    ],
)  # fmt: skip
def test_a_clause_is_no_name(phrase: str) -> None:
    assert not is_name(phrase)


@pytest.mark.parametrize(
    ("phrase", "name"),
    [
        ("并区城管局", "区城管局"), ("其中街道办事处", "街道办事处"), ("同时镇人民政府", "镇人民政府"), ("必要时公安机关", "公安机关"),
        ("以及区财政局", "区财政局"), ("和区水务局", "区水务局"), ("或者区林业局", "区林业局"), ("及区民政局", "区民政局"),
        ("由区教育局", "区教育局"), ("经市规划局", "市规划局"), ("报市住建局", "市住建局"), ("向所在地派出所", "所在地派出所"),
        ("该街道办事处", "街道办事处"), ("本条例规定的行政机关", "行政机关"),
        ("区人民政府委托街道办事处", "街道办事处"),  # the one that does, not the one that has it done
        ("和平街道办事处", "和平街道办事处"),  # 和 of a name stays
        ("区城管局应当依法及时", "区城管局"),
    ],
)  # fmt: skip
def test_what_only_leads_to_a_name_is_taken_off(phrase: str, name: str) -> None:
    assert trim_name(phrase) == name
