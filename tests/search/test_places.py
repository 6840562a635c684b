"""Districts, counties and zones under the names that texts and people give them; each row says where it lies."""

from __future__ import annotations

import pytest

from kb.search.places import Gazetteer

KNOWN = (
    "呼伦贝尔市海拉尔区", "北京市朝阳区", "山东省青岛西海岸新区", "杭州大江东产业集聚区", "宁波东钱湖旅游度假区",
    "横琴粤澳深度合作区", "河南省云台山景区", "景宁畲族自治县", "浙江省景宁畲族自治县", "云泽市云东区", "海口江东经济技术开发区",
    "福州马尾自由贸易试验区", "苏州太湖风景名胜区", "上海市外高桥保税区", "武汉东湖高新技术产业开发区",
)  # fmt: skip


@pytest.mark.parametrize(
    ("asked", "place", "holders"),
    [
        ("海拉尔区的路灯归谁管", "呼伦贝尔市海拉尔区", ("呼伦贝尔市", "内蒙古自治区")),
        ("海拉尔的路灯归谁管", "呼伦贝尔市海拉尔区", ("呼伦贝尔市", "内蒙古自治区")),
        # 朝阳 after 北京市 is no city of 辽宁
        ("朝阳区的公园归谁管", "北京市朝阳区", ("北京市",)),
        ("朝阳市的公园归谁管", "朝阳市", ("辽宁省",)),
        # two holders before the name, one of them short
        ("西海岸新区的海滩谁清理", "山东省青岛西海岸新区", ("青岛市", "山东省")),
        # zones by the name before what kind of zone it is
        ("杭州大江东的控规谁批", "杭州大江东产业集聚区", ("杭州市", "浙江省")),
        ("宁波东钱湖钓鱼谁管", "宁波东钱湖旅游度假区", ("宁波市", "浙江省")),
        ("江东经济技术开发区招商归谁", "海口江东经济技术开发区", ("海口市", "海南省")),
        ("上海外高桥的仓库谁监管", "上海市外高桥保税区", ("上海市",)),
        ("横琴粤澳合作的事谁协调", "横琴粤澳深度合作区", ()),
        ("云台山的索道谁检修", "河南省云台山景区", ("河南省",)),
        # one county under two names
        ("景宁畲族自治县的补充规定谁批", "景宁畲族自治县", ("浙江省",)),
        ("浙江省景宁畲族自治县的补充规定谁批", "景宁畲族自治县", ("浙江省",)),
        ("景宁县的补充规定谁批", "景宁畲族自治县", ("浙江省",)),
        ("景宁的补充规定谁批", "景宁畲族自治县", ("浙江省",)),
        # a name of two characters is an ordinary word: 马尾, 太湖, 东湖
        ("福州马尾的码头谁管", "福州市", ("福建省",)),
        ("苏州太湖的渔船谁管", "苏州市", ("江苏省",)),
        ("武汉东湖的游船谁管", "武汉市", ("湖北省",)),
    ],
)
def test_where_a_name_lies(asked: str, place: str, holders: tuple[str, ...]) -> None:
    gazetteer = Gazetteer.load(KNOWN)
    assert gazetteer.find(asked) == (place,)
    assert gazetteer.holders(place) == holders
