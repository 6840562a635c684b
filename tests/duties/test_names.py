"""Names of bodies: what is one, how a list of them is taken apart; the role a predicate gives."""

from __future__ import annotations

import pytest

from ingest.duty.names import is_holder, is_name, split_agencies
from ingest.duty.verbs import role_of


@pytest.mark.parametrize(
    ("phrase", "names"),
    [
        ("公安、城市管理、市场监管等部门", ("公安部门", "城市管理部门", "市场监管部门")),  # the tail is shared
        ("公安、城市管理、市场监管等有关部门", ("公安部门", "城市管理部门", "市场监管部门")),  # 有关 does not go with the tail
        ("乡、民族乡、镇人民政府", ("乡、民族乡、镇人民政府",)),
        ("乡、镇人民政府", ("乡、镇人民政府",)),  # levels of one body, not two bodies
        ("市和区卫生健康部门", ("市和区卫生健康部门",)),
        ("街道办事处、镇人民政府", ("街道办事处", "镇人民政府")),
        ("城管执法、公安、市场监管等执法和管理机构", ("城管执法", "公安", "市场监管")),  # a family: members stay bare
        ("商务部、供销合作总社等和各有关省级人民政府", ("商务部", "供销合作总社", "各有关省级人民政府")),
        ("住房和城乡建设、文化和旅游部门", ("住房和城乡建设部门", "文化和旅游部门")),  # 和 inside a name does not cut
        ("发展和改革委员会、财政局", ("发展和改革委员会", "财政局")),
        ("青川县、云东区人民政府", ("青川县人民政府", "云东区人民政府")),  # a bare place takes its 人民政府
        ("市城管局、住建局等部门和单位", ("市城管局", "住建局")),  # 单位 does not stand alone
        ("赔偿请求人和赔偿义务机关", ("赔偿请求人", "赔偿义务机关")),  # a person takes no tail
        ("水库、核电站等重大工程的建设单位", ("水库、核电站等重大工程的建设单位",)),  # a list inside what modifies one name
        ("街道办事处（乡镇人民政府）", ("街道办事处（乡镇人民政府）",)),  # brackets belong to the name
        ("公安机关或者其授权的单位", ("公安机关", "其授权的单位")),
        ("业主委托的物业服务企业或者业主", ("业主委托的物业服务企业", "业主")),
        ("房屋、土地所在地的基层组织", ("房屋、土地所在地的基层组织",)),  # halves of one modifier
        ("市、区人民政府及其有关部门", ("市、区人民政府及其有关部门",)),
        ("各区县（自治县）人民政府", ("各区县（自治县）人民政府",)),
        ("有关地区和部门", ("有关地区", "部门")),  # 地区 takes no tail
        ("县级以上地方人民政府自然资源、水行政主管部门", ("县级以上地方人民政府自然资源行政主管部门", "水行政主管部门")),
        ("统一领导、组织、协调有关部门", ("协调有关部门",)),  # verbs share an object, not bodies a tail
        ("组织、宣传、网信等部门", ("组织部门", "宣传部门", "网信部门")),  # but the Party's 组织部门 is one
        ("公安、消防", ("公安", "消防")),  # sectors that act by their bare word
        ("人力资源和社会保障、经济和信息化、市容和环境卫生、自然资源和规划、卫生和计划生育、林业和草原、民族和宗教事务、新闻出版和广播电视部门", ("人力资源和社会保障部门", "经济和信息化部门", "市容和环境卫生部门", "自然资源和规划部门", "卫生和计划生育部门", "林业和草原部门", "民族和宗教事务部门", "新闻出版和广播电视部门",)),  # 和 inside names
        ("劳动和社会保障、粮食和物资储备、城市管理和综合执法、综合行政执法和市容、安全生产和应急、应急和消防、气象和水文部门", ("劳动和社会保障部门", "粮食和物资储备部门", "城市管理和综合执法部门", "综合行政执法和市容部门", "安全生产和应急部门", "应急和消防部门", "气象和水文部门",)),  # 和 inside names
        ("中华人民共和国住房和城乡建设部、中华人民共和国财政部", ("中华人民共和国住房和城乡建设部", "中华人民共和国财政部",)),  # 和 inside names
        ("机关和军队单位、园林和绿化单位、水利和水电企业、交通和运输企业、生产和经营单位、产品和服务提供者", ("机关和军队单位", "园林和绿化单位", "水利和水电企业", "交通和运输企业", "生产和经营单位", "产品和服务提供者",)),  # 和 of other kinds
        ("法律、法规授权的组织和行政机关", ("法律、法规授权的组织", "行政机关",)),  # a list of the law
        ("市城管局以及市住建局及市水务局，市生态环境局或市林业局", ("市城管局", "市住建局", "市水务局", "市生态环境局", "市林业局",)),  # joined by other words
        ("区人民政府，街道办事处", ("区人民政府", "街道办事处",)),  # who is not torn at a comma
        ("公安、交通行政主管部门和财政、税务主管部门", ("公安行政主管部门", "交通行政主管部门", "财政主管部门", "税务主管部门",)),  # shared tails
        ("卫生、教育行政部门和园林、绿化管理部门", ("卫生行政部门", "教育行政部门", "园林管理部门", "绿化管理部门",)),  # shared tails
        ("住建、水务职能部门以及民政、司法工作部门", ("住建职能部门", "水务职能部门", "民政工作部门", "司法工作部门",)),  # shared tails
        ("城管、环保监管部门及林业、农业主管机关", ("城管监管部门", "环保监管部门", "林业主管机关", "农业主管机关",)),  # shared tails
        ("公安、税务行政机关和劳动、人事仲裁机构", ("公安行政机关", "税务行政机关", "劳动机构", "人事仲裁机构",)),  # shared tails
        ("供水、供电、供气企业和建设、施工单位", ("供水企业", "供电企业", "供气企业", "建设单位", "施工单位",)),  # shared tails
        ("市城管局及市住建局", ("市城管局", "市住建局",)),  # joined by 及
        ("市公安局或市司法局", ("市公安局", "市司法局",)),  # joined by 或
        ("公安、其他负有监管职责的部门", ("公安部门", "其他负有监管职责的部门",)),  # a member that says what it is of
        ("环保、有关主管的部门", ("环保部门", "有关主管的部门",)),  # a member that says what it is of
        ("水务、相关领域的部门", ("水务部门", "相关领域的部门",)),  # a member that says what it is of
        ("应急、负有安全监管职责的部门", ("应急部门", "负有安全监管职责的部门",)),  # a member that says what it is of
        ("财政、负责审计的部门", ("财政部门", "负责审计的部门",)),  # a member that says what it is of
        ("税务、依法设立的机构", ("税务机构", "依法设立的机构",)),  # a member that says what it is of
        ("公安、其他行政主管部门", ("公安部门", "其他行政主管部门",)),  # a tail of 其他, 有关 and 相关 lends only its end
        ("公安、有关主管部门", ("公安部门", "有关主管部门",)),  # a tail of 其他, 有关 and 相关 lends only its end
        ("公安、相关行政机关", ("公安机关", "相关行政机关",)),  # a tail of 其他, 有关 and 相关 lends only its end
        ("从事生物技术研究、开发与应用活动的单位", ("从事生物技术研究、开发与应用活动的单位",)),  # one body, whose work is a list
        ("生产、储存危险物品的企业", ("生产、储存危险物品的企业",)),
        ("经营、储存烟花爆竹的个人", ("经营、储存烟花爆竹的个人",)),
        ("储存、使用剧毒物品的组织", ("储存、使用剧毒物品的组织",)),
        ("运输、装卸渣土的经营者", ("运输、装卸渣土的经营者",)),
        ("收集、贮存废油的机构", ("收集、贮存废油的机构",)),
        ("销售、维修农机的单位", ("销售、维修农机的单位",)),
        ("使用、保管放射源的单位", ("使用、保管放射源的单位",)),
        ("住房城乡建设、交通运输、水利等有关行业主管部门", ("住房城乡建设主管部门", "交通运输主管部门", "水利主管部门")),  # but 有关行业 binds nothing
        ("粮食、水利等相关行业主管部门", ("粮食主管部门", "水利主管部门")),
        ("农产品、食品等有关行业协会", ("农产品、食品等有关行业协会",)),
        ("林业、海洋与渔业、海洋和渔业部门", ("林业部门", "海洋与渔业部门", "海洋和渔业部门")),
        ("云东区人民政府同青川县人民政府", ("云东区人民政府", "青川县人民政府")),
    ],
)  # fmt: skip
def test_lists_of_agencies_are_split_without_tearing_names(phrase: str, names: tuple[str, ...]) -> None:
    assert split_agencies(phrase) == names


@pytest.mark.parametrize(
    ("phrase", "named"),
    [
        ("市创建办", True),  # a short name, known by its level
        ("承办", False),
        ("知识产权法庭", True),
        ("全部", False),  # 部 is no body here
        ("规划区", False),
        ("依法组织", False),
        ("由街道办事处", False),  # a preposition begins a clause
        ("委托街道办事处", False),  # a verb whose object the body is
        ("委托的单位", True),  # but a relative clause is part of the name
        ("批准设立的机构", True),
        ("建设行政主管部门", True),
        ("建设街道办事处", False),
        ("区人民政府应当设立的机构", False),  # a modal inside
    ],
)  # fmt: skip
def test_what_names_a_body(phrase: str, named: bool) -> None:
    assert is_name(phrase) is named


@pytest.mark.parametrize(
    ("name", "holder"),
    [
        ("业主委托的物业服务企业", True),
        ("临街单位", True),
        ("养犬人", True),
        ("市直有关部门", False),
        ("有关部门和单位", False),  # 单位 of the public sector
        ("牵头单位", False),
        ("市第一人民医院", False),
        ("辖区企事业单位", True),
        ("有关部门和单位", False), ("市政务服务机构", False), ("行政机关主要负责人", False), ("综合执法机构", False), ("承办单位", False), ("公共就业服务机构", False), ("从事车辆检验的机构", True),
    ],
)  # fmt: skip
def test_enterprises_and_persons_hold_a_duty(name: str, holder: bool) -> None:
    assert is_holder(name) is holder


@pytest.mark.parametrize(
    ("predicate", "condition", "role"),
    [
        ("负责统筹、协调和指导工作", "", "coordinate"),
        ("牵头考核", "", "oversee"),  # examining is not leading
        ("配合和监督", "", "support"),  # the first verb counts
        ("组织实施", "", "own"),
        ("审批", "", "approve"),
        ("核发许可证", "", "approve"),
        ("处五百元罚款", "", "enforce"),
        ("处理投诉", "", "own"),  # 处 of 处理 is no penalty
        ("负责执法监督工作", "", "oversee"),
        ("对拍卖活动进行监督", "", "oversee"),  # the verb stands behind its object
        ("将违法线索移送公安机关", "", "own"),
        ("确定", "责任人不明确的", "decide"),  # only where responsibility is unclear
        ("确定", "收费标准", "own"),
    ],
)  # fmt: skip
def test_role_of_a_predicate(predicate: str, condition: str, role: str) -> None:
    assert role_of(predicate, condition)[0] == role
