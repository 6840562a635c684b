"""Identity: title, number, issuer, dates, genre, level and place, as the document itself gives them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import PurePosixPath

from ingest.clean import is_residue
from ingest.extract import Extract
from ingest.identity_dates import Dates, read_clauses, read_history
from ingest.identity_issuer import ORGAN, find_imprint, find_signature, is_organ, join_organs, split_glued
from ingest.identity_kind import find_genre, find_level, find_place, place_of
from kb.records import Clause, Doubt, Identity
from kb.text import ZERO_WIDTH, find_dates, parse_date

SIGNATURE = 1500  # characters at the end of a text in which its signature stands
CLOSING = 900  # characters at the end of a text in which 施行 and 有效期 stand
PUBLISHED_WITHIN = 92  # days between an act and its announcement; more is another version
_FRONT = re.compile(r"\A---[ \t]*\n(?P<body>.*?)\n---[ \t]*(?:\n|\Z)", re.DOTALL)
_FIELD = re.compile(r'^(?P<key>\w+):[ \t]*"?(?P<value>[^"\n]*)"?[ \t]*$', re.MULTILINE)
_TYPE = (
    r"(?:法|法典|条例|办法|规定|细则|规则|决定|决议|通知|通报|意见|方案|规划|纲要|计划|要点|报告|公告|通告|批复|函|纪要|解释|标准|"
    r"清单|手册|目录|措施|章程|制度|规程|准则|修正案|命令|令|答复)"
)
_ENDS = re.compile(rf"{_TYPE}(?:[（(][^）)]{{1,20}}[）)])?$")
# 国发〔2019〕5号, 国办发明电〔2018〕15号, 国务院令第101号, 公告第15号
_NUMBER = (
    r"[\u4e00-\u9fff]{1,12}[〔\[（(【﹝]\s*(?:19|20)\d\d\s*[〕\]）)】﹞]\s*第?\s*\d{1,5}\s*号"
    r"|[\u4e00-\u9fff、]{0,30}?(?:令|公告)第?\s*[\d一二三四五六七八九十百零〇]{1,5}\s*号"
    r"|[\u4e00-\u9fff、]{2,30}公告\s*[〔\[（(][\u4e00-\u9fff\d]{2,12}[〕\]）)]\s*第\s*\d{1,4}\s*号"
    r"|[〔\[（(](?:19|20)\d\d[〕\]）)]\s*第?\s*\d{1,4}\s*期"
)
_ORDINAL = r"[\d一二三四五六七八九十百零〇]{1,6}"
# 1991年3月4日…发布　2018年9月6日…修订通过: one event a part
_EVENTS = re.compile(
    r"(?:[\s　]+|(?<=通过)|(?<=批准)|(?<=修订)|(?<=修正)|(?<=公布)|(?<=发布))"
    r"(?=(?:根据)?\d{4}年\d{1,2}月\d{1,2}日[\s　]*[\u4e00-\u9fff《])"
)
_NUMBER_LINE = re.compile(rf"^[\s　（(]*(?P<number>{_NUMBER})[\s　）)]*$")
_DECREE = re.compile(
    rf"(?P<number>(?P<issuer>[\u4e00-\u9fff、]{{2,40}}?)(?:(?:令|公告)\s*第\s*{_ORDINAL}\s*号|第\s*{_ORDINAL}\s*号令))"
)
_MEETING = re.compile(
    r"第[一二三四五六七八九十\d]+届|第[一二三四五六七八九十百零〇\d]+次?会议.*$|第[一二三四五六七八九十百零〇\d]+次.*$|第\d+号.*$|\d{4}年?$|部长办公会议.*$|审判委员会|第[一二三四五六七八九十\d]+届?检察委员会|检察委员会|常务会议.*$"
)
_BODY = re.compile(
    r"^(?:[\u4e00-\u9fff、]*?(?:人民代表大会常务委员会|人民代表大会|人民法院|人民检察院|国务院|政府|部|委员会|局|署|办公厅|办公室|银行))"
)
_SUBTITLE = re.compile(r"^[\s　]*[—–\-―]{1,4}|在[\u4e00-\u9fff\d]{2,40}(?:会议|大会)[^。]{0,12}上")
_SEEN = re.compile(rf"[\s　{ZERO_WIDTH}]+")
_PROPOSED = re.compile(r"草案|征求意见稿|送审稿|讨论稿|审议稿|公开征求意见")


_MANY = re.compile(
    r"(?:机构|部门|单位|部委|企业|学校|院校|大学|团体|街道|乡镇|兵团|军区|部队|总队|机关|办事处|法院|园区|集团|分局|直属)(?:[（(][^）)]+[）)])?$"
)
_OFFICE = re.compile(rf"{ORGAN}(?:[（(][^）)]+[）)])?$")
_BARE = re.compile(r"(?:街道|乡镇)$")  # 各街道、镇党（工）委 is one
_PERSONS = re.compile(r"委员$|同志$|先生$|女士$|各位")
_PROSE = re.compile(r"^(?:为|根据|据|按照|经|现将)|如下|发布$|消息$|情况$|[。！？]")
_IMPRINT_LINES = 6  # below the title
_GLUED, _HEAD_PARTS = 300, 8
_REPEATED = 8  # characters at the beginning of a title that do not stand twice by chance
_LONGEST_TITLE = 100  # characters; the longest real title in the statutes has 87
# Up to the first genre word that white space or the body's own opening follows.
_TITLE_END = re.compile(
    r".{4,90}?(?:通知|通告|公告|意见|办法|规定|措施|方案|决定|报告|纪要|指南|预案|函|令)(?:（[^）]{1,12}）)?(?=[\s　])"
)


@dataclass(slots=True)
class _Head:
    """What stands before the body: front matter, the title's lines, the lines of its history."""

    fields: dict[str, str]
    title: str
    lines: list[str] = field(default_factory=list)
    number: str | None = None
    recipients: tuple[str, ...] = ()
    doubts: list[Doubt] = field(default_factory=list)


def find_identity(document: str, extract: Extract, clauses: Sequence[Clause]) -> tuple[Identity, tuple[Doubt, ...]]:
    """What a document says about itself, and where its own statements disagree."""
    text = extract.text
    head = _read_head(document, extract, clauses)
    dates = Dates()
    read_history(head.lines, dates)
    number, issuer = head.number, None
    signer, signed = _signature(extract, clauses)
    if dates.adopted is None and dates.issued is None and not dates.revised:
        dates.issued = signed
    number, issuer = _number_issuer(head, number)
    printed, printed_on = find_imprint(head.lines[:_IMPRINT_LINES])
    if dates.issued is None and dates.adopted is None and not dates.revised:
        dates.issued = printed_on
    named = _issuer_of_act(head.title) or _issuer_of_speech(head) or printed
    issuer = issuer or head.fields.get("issuing_authority") or named or _issuer_of_office(head.title) or signer
    issuer = issuer or next((join_organs(x) for x in head.lines[:2] if is_organ(x)), None)
    if dates.issued is None and dates.adopted is None:
        dates.issued = parse_date(head.fields.get("publish_date", ""))
    stated = dates.effective
    read_clauses(text, CLOSING, dates)
    if not re.search(r"施行|实施|执行|生效", text[-CLOSING:]) and dates.effective is None:
        dates.effective = parse_date(head.fields.get("implement_date", ""))
    category = head.fields.get("category", "")
    title = head.title
    level = find_level(category, document, title, issuer, number)
    identity = Identity(
        title=title,
        doc_number=number,
        issuer=issuer,
        recipients=head.recipients,
        adopted_on=dates.adopted,
        issued_on=dates.issued,
        effective_on=dates.effective,
        expires_on=dates.expires,
        repealed_on=dates.repealed,
        revised_on=tuple(sorted(set(dates.revised))),
        genre="司法解释" if level == "司法解释" else find_genre(title),
        level=level,
        place=find_place(document, title, issuer),
        proposed=bool(_PROPOSED.search(title)),
        marked_invalid=_is_marked(head) and _marked_edition(document, head, dates) is None,
    )
    return identity, (*head.doubts, *_doubts(document, identity, stated, head))


def _read_head(document: str, extract: Extract, clauses: Sequence[Clause]) -> _Head:
    text = extract.text
    front = _FRONT.match(text)
    fields = {m["key"]: m["value"].strip() for m in _FIELD.finditer(front["body"])} if front else {}
    body_start = front.end() if front else 0
    first = next((c.start for c in clauses if c.kind != "document"), len(text))
    mark = text.find("<!-- INFO END -->", body_start, body_start + 6000)
    stop = mark if mark >= 0 else min(first, body_start + 3000)
    lines: list[str] = []
    for block in extract.blocks:
        if block.end <= body_start or block.kind in ("row", "comment", "footnote", "furniture"):
            continue
        if block.start >= stop:
            break
        lines += [s for line in text[block.start : block.end].split("\n") if (s := line.strip(" \t　\u2003\u00a0"))]
    lines = [x for x in lines if not is_residue(x)]
    if lines and len(lines[0]) > _GLUED:  # a text that lost its breaks: white space parts title, number and recipients
        lines = split_glued(lines[:1])[:_HEAD_PARTS]
    head = _Head(fields, "")
    title, used = _title(lines, head)
    marked = fields.get("title", "")
    if marked and (not title or lines[:1] == [] or not lines[0].startswith("#")):
        title, used = marked, 0
    decree = re.fullmatch(rf"第\s*{_ORDINAL}\s*号", lines[used]) if title.endswith("令") and used < len(lines) else None
    if decree:  # 国务院令 第706号: the text it announces gives the title
        head.number = _SEEN.sub("", title + decree[0])
        title = next((c.title for c in clauses if c.kind == "document"), title)
    head.title = _shorten(_once(_SEEN.sub(" ", title).strip())) or extract.title or PurePosixPath(document).stem
    head.lines = [part for line in lines[used:] for part in _EVENTS.split(line)]
    for line in head.lines[:8]:
        m = _NUMBER_LINE.match(line)
        if m and head.number is None:
            head.number = _SEEN.sub("", m["number"])
        if line.endswith(("：", ":")) and head.recipients == () and 4 < len(line) < 300 and "代表" not in line:
            names = tuple(_recipients(line.rstrip("：:")))
            head.recipients = names if all(map(_is_addressed, names)) else ()
            break
    return head


def _recipients(line: str) -> Iterator[str]:
    """主送机关: parted at commas; at 、 only between full names, for 各省、自治区、直辖市人民政府 is one."""
    for part in re.split(r"[，,；;]", line):
        names = part.strip().split("、")
        whole = all(len(n) > 2 and (is_organ(n) or _MANY.search(n)) and not _BARE.search(n) for n in names)
        yield from names if whole else ([part.strip()] if part.strip() else [])


def _is_addressed(name: str) -> bool:
    """Whether a part of the line before the text names somebody: an organ, several, or persons of an office."""
    return not _PROSE.search(name) and bool(_OFFICE.search(name) or _MANY.search(name) or _PERSONS.search(name))


def _once(title: str) -> str:
    """A page's heading and the document's own below it, both taken for title lines, once."""
    half = len(title) // 2
    again = next((n for n in range(half, _REPEATED - 1, -1) if title[:n] == title[n : 2 * n]), 0)
    return title[again:]


def _shorten(title: str) -> str:
    """A title glued to its body in one line, cut where a title can end; the words cut off stay in the text."""
    if len(title) <= _LONGEST_TITLE:
        return title
    ended = _TITLE_END.match(title)
    if ended:
        return ended.group().strip()
    first = re.split(r"\s", title, maxsplit=1)[0]
    return first if 4 <= len(first) <= _LONGEST_TITLE else title[: _LONGEST_TITLE // 2]


def _title(lines: Sequence[str], head: _Head) -> tuple[str, int]:
    """The title and how many lines it takes; broken lines are joined while a later one completes it."""
    if not lines:
        return "", 0
    first = lines[0].lstrip("#").strip()
    if lines[0].startswith("#"):
        return first, 1
    if len(first) > 60:
        glued = re.match(
            r"[^，。；：,;:\n]{4,40}?(?:报告|方案|通知|意见|办法)(?:[（(][^）)]{1,12}[）)])?(?=自|为|根据|按照|近年|今年|一年来|\d{4}年)",
            first,
        )
        if glued:
            head.doubts.append(Doubt("glued-heading", f"标题“{glued[0]}”与正文连写，按此断开。"))
            return glued[0], 1
    numbered = next((n for n, line in enumerate(lines[:6]) if _NUMBER_LINE.match(line)), 0)
    if numbered > 1 and first not in lines[1:numbered] and all(_is_title_line(x) for x in lines[1:numbered]):
        return first + "".join(lines[1:numbered]), numbered  # everything above the number is the title
    joined = first
    for n, line in enumerate(lines[1:4], start=2):
        if (
            _ENDS.search(joined)
            or _NUMBER_LINE.match(line)
            or _SUBTITLE.search(line)
            or line.endswith(("：", ":", "。"))
        ):
            break
        if len(line) > 60 or not any(_ENDS.search(x) for x in lines[n - 1 : 4]):
            break
        joined += line
        if _ENDS.search(joined):
            return joined, n
    return (joined, n - 1) if _ENDS.search(joined) and joined != first else (first, 1)


def _is_title_line(line: str) -> bool:
    return len(line) <= 60 and not re.search(r"[。；：:，]$", line) and not _SUBTITLE.search(line)


def _number_issuer(head: _Head, number: str | None) -> tuple[str | None, str | None]:
    """文号 and 发文机关 as the history lines state them: 令第X号公布, 某会议通过."""
    issuer: str | None = None
    later: str | None = None  # who revised it, where nothing tells who made it
    for line in head.lines:
        first = next((span for span, _ in find_dates(line)), None)
        if first is None or first.start > 4:
            continue  # 此件公开发布 is no history
        words = _behind_date(re.sub(r"《[^《》]*(?:《[^《》]*》[^《》]*)*》", "", line))
        decree = _DECREE.search(words)
        if decree and number is None and re.search(r"公布|发布|颁布|$", words):
            number = _SEEN.sub("", decree["number"])
        if issuer is not None:
            continue
        if re.search(r"修[正订]", words):
            later = later or _organ(re.split(r"会议|修[正订]|通过|批准|《", words)[0] + "会议")
            continue
        if "通过" in words and "批准的" not in words:
            issuer = _organ(words.split("通过")[0])
        elif decree:
            issuer = _organ(decree["issuer"])
        elif re.search(r"(?:公布|发布|颁布)$", words):
            issuer = _organ(re.sub(r"(?:公布|发布|颁布)$", "", words))
    return number, issuer or later


def _behind_date(line: str) -> str:
    """What a history line says happened on its first date."""
    first = next((span for span, _ in find_dates(line)), None)
    return line[first.end if first else 0 :].strip("（）() \u3000")


def _organ(words: str) -> str | None:
    """河南省第十三届人民代表大会常务委员会第五次会议 → 河南省人民代表大会常务委员会."""
    organs = []
    for part in re.split(r"、(?=\d{4}年)", words):
        plain = re.sub(r"^\d{4}年\d{1,2}月\d{1,2}日", "", part)
        plain = _MEETING.sub("", plain).removeprefix("经").replace("中华人民共和国国务院", "国务院")
        plain = re.sub(r"^中华人民共和国(?=[\u4e00-\u9fff]+部|.*(?:局|署|委员会)$)", "", _SEEN.sub("", plain))
        plain = re.sub(r"^人民代表大会", "全国人民代表大会", plain)
        plain = re.sub(r"(?:公告|命令|令)$", "", plain)
        if plain and plain not in organs:
            organs.append(plain)
    return "、".join(organs) or None


def _signature(extract: Extract, clauses: Sequence[Clause]) -> tuple[str | None, date | None]:
    """落款 before an annexed text or at the end; else the day on which a report was given."""
    text = extract.text
    stop = next((c.start for c in clauses if c.kind in ("document", "annex")), len(text))
    glued = text.count("\n", 0, stop) <= 3  # without breaks nothing tells where a cover notice ends
    name, day = find_signature(text[0 if glued else max(0, stop - SIGNATURE) : stop])
    if day is not None:
        return name, day
    head = [x for x in text[: min(stop, 1200)].split("\n") if x.strip()][:40]
    for line in head:  # ——2025年1月18日在某某大会上
        if _SUBTITLE.search(line) and parse_date(line):
            return None, parse_date(line)
    return None, None


def _issuer_of_act(title: str) -> str | None:
    """国务院办公厅关于…的通知 → 国务院办公厅; 2025年云南省政府工作报告 → 云南省人民政府."""
    m = re.match(
        r"(?P<issuer>[\u4e00-\u9fff、“”\s　]{2,80}?(?:院|厅|部|局|委|委员会|政府|办公室|署|组|中心|指挥部|分行))(?:关于|印发|转发|批转|公告|通告)",
        title,
    )
    if m:
        return join_organs(m["issuer"])
    if re.search(r"政府工作报告", title):
        if re.search(r"国务院|全国", title):
            return "国务院"
        place = place_of(title)
        return f"{place}人民政府" if place else None
    return None


def _issuer_of_office(title: str) -> str | None:
    """国家矿山安全监察局职能配置…规定 → 国家矿山安全监察局, where nobody else is named."""
    m = re.match(
        r"(?P<issuer>[\u4e00-\u9fff]{2,20}?(?:中心|局|委员会|部|厅|办公室))(?:部门|职能|主要职责|简介|内设)", title
    )
    return m["issuer"] if m else None


def _issuer_of_speech(head: _Head) -> str | None:
    """A work report without a place in its title: given 在云泽市第十四届人民代表大会…上."""
    if not head.title.endswith("政府工作报告"):
        return None
    for line in head.lines:
        m = re.search(r"在(?P<place>[\u4e00-\u9fff]{2,12}?)第[一二三四五六七八九十]+届人民代表大会", line)
        if m:
            return "国务院" if m["place"] == "全国" else f"{m['place']}人民政府"
    return None


def _doubts(document: str, identity: Identity, stated: date | None, head: _Head) -> list[Doubt]:
    doubts: list[Doubt] = []
    known = {day for line in head.lines for _, day in find_dates(line)}
    known |= {d for d in (identity.issued_on, identity.effective_on) if d is not None}
    named = parse_date(PurePosixPath(document).stem)
    if named is not None and known and not _near(named, known):
        doubts.append(Doubt("date-conflict", f"文件名中的日期 {named} 不见于正文的制定、修改、施行日期，以正文为准。"))
    if stated and identity.effective_on and stated != identity.effective_on:
        message = f"题注称 {stated} 施行，正文称 {identity.effective_on} 施行，以正文为准。"
        doubts.append(Doubt("date-conflict", message))
    published = parse_date(head.fields.get("publish_date", ""))
    if published and known and not _near(published, known):
        message = f"卷首信息的公布日期 {published} 与正文不符，可能属于另一版本。"
        doubts.append(Doubt("date-conflict", message))
    if identity.marked_invalid:
        doubts.append(Doubt("marked-invalid", "来源将本文标为“废止或失效”，但未给出日期。"))
    elif _is_marked(head):
        message = f"来源将 {published} 公布的版本标为“废止或失效”；本文是其后的版本，效力以施行、废止的明文为准。"
        doubts.append(Doubt("marked-invalid", message))
    return doubts


def _is_marked(head: _Head) -> bool:
    return bool(re.search(r"废止|失效", head.fields.get("status", "")))


def _marked_edition(document: str, head: _Head, dates: Dates) -> date | None:
    """The day of the edition that a mark 废止或失效 speaks of, where that is not this text but an earlier one.

    Archives keep one record a title: its day is that of the first publication, and so is its mark, while the text is
    that of the latest revision (城市绿化条例 of 2017 under the mark of the record of 1992).
    """
    published = parse_date(head.fields.get("publish_date", ""))
    days = [dates.adopted, dates.issued, *dates.revised, parse_date(PurePosixPath(document).stem)]
    latest = max((d for d in days if d is not None), default=None)
    if published is None or latest is None or (latest - published).days <= PUBLISHED_WITHIN:
        return None
    return published


def _near(day: date, known: set[date]) -> bool:
    """Announced on the day of a known act, or within the weeks that publication takes."""
    return any(abs((day - d).days) <= PUBLISHED_WITHIN for d in known)
