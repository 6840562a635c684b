"""What a document says of itself: title, number, issuer, dates, genre, level, place; what it does not say is None."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from pathlib import PurePosixPath

from ingest.extract import Extract
from kb.records import Clause, Doubt, Identity
from kb.text import find_dates, normalise, parse_date, parse_numeral

_HEAD = 3_000  # characters in which a document names itself
_TAIL = 1_500  # characters in which it says from when it holds

_NUMBER = re.compile(
    r"(?P<plain>[\u4e00-\u9fff]{1,12}(?:发明电|[发办函规令字公告政通审])?\s*[〔\[（(［]\s*(?:19|20)\d{2}\s*[〕\]）)］]\s*(?:第\s*)?\d{1,4}\s*号)"
    r"|(?P<order>(?:中华人民共和国)?(?:国务院|主席|[\u4e00-\u9fff]{2,14}?)令\s*(?:\[\d{4}\])?第?\s*[\d一二三四五六七八九十百零〇]{1,5}\s*号)"
)
_ISSUER = re.compile(
    r"(?P<name>[\u4e00-\u9fff]{0,16}(?:人民代表大会(?:常务委员会)?|人民政府(?:办公厅|办公室)?|国务院(?:办公厅)?|人民法院|人民检察院|"
    r"委员会(?:办公室)?|[\u4e00-\u9fff]{2,10}(?:局|厅|部|署|办公室)))"
)
# Title endings → genre, tried in order.
_GENRES: tuple[tuple[str, str], ...] = (
    (r"政府工作报告", "政府工作报告"), (r"(情况报告|总结|汇报|报告)$", "报告"), (r"会议纪要|纪要$", "会议纪要"),
    (r"三定|主要职责.*内设机构|职能配置|部门职责|机构设置", "三定"), (r"台账$", "台账"), (r"(清单|目录)$", "清单"), (r"手册$", "手册"),
    (r"(分解表|任务表|分工)", "任务分解"), (r"(公告|通告)$", "公告"), (r"通知$", "通知"), (r"意见$", "意见"), (r"(方案|计划|规划|纲要)$", "方案"),
    (r"条例$", "条例"), (r"(法|法典|宪法)$", "法律"), (r"(实施细则|细则)$", "细则"), (r"(规定|办法|规则|规程)$", "规章"),
    (r"(标准|规范)$", "标准"), (r"(决定|决议)$", "决定"), (r"解释$|批复$", "司法解释"),
)  # fmt: skip
_EFFECTIVE = re.compile(
    r"(?:本|该)?[\u4e00-\u9fff]{0,10}?自\s*(?P<date>[\d〇零○一二三四五六七八九十]{2,4}\s*年\s*[\d一二三四五六七八九十]{1,3}\s*月\s*[\d一二三四五六七八九十]{1,3}\s*日)\s*(?:起)?\s*(?:施行|实施|执行|生效)"
)
_ON_ISSUE = re.compile(r"自\s*(?:公布|发布|印发|颁布|下发|通过)之日\s*起?\s*(?:施行|实施|执行|生效)")
_TERM = re.compile(
    r"有效期(?:为|限为|至)?\s*(?:(?P<years>[一二三四五六七八九十\d]{1,2})\s*年|(?P<until>[^，。；]{4,16}日))"
)
_HISTORY = re.compile(r"(?P<what>通过|公布|发布|修订|修正|修改|批准|印发)")
_FILE_DATE = re.compile(r"\((\d{4}-\d{2}-\d{2})\)")
_RECIPIENTS = re.compile(r"^[\s　]*(?P<names>(?:各|市|省|区|县|有关|驻)[^。；\n]{3,120})[：:]\s*$", re.M)
_FRONT = re.compile(r"\A---\n(?P<body>.*?)\n---", re.S)  # front matter of a Markdown file
_FRONT_TITLE = re.compile(r"^title:\s*[\"']?(.+?)[\"']?\s*$", re.M)
_PLACE = re.compile(r"(?P<place>[\u4e00-\u9fff]{2,7}?(?:省|自治区|自治州|自治县|经济特区|市|州|区|县))")


def find_identity(document: str, extract: Extract, clauses: Sequence[Clause]) -> tuple[Identity, tuple[Doubt, ...]]:
    """The identity of one document and what in it was doubted."""
    text = extract.text
    head = text[:_HEAD]
    title, title_end = _title(document, extract)
    doubts: list[Doubt] = []
    number = _NUMBER.search(head)
    history = _history(head)
    adopted = next((d for d, what in history if what in ("通过", "公布", "发布", "批准")), None)
    revised = tuple(d for d, what in history if what in ("修订", "修正", "修改"))
    issued = _issued(text, head) or (history[-1][0] if history else None)
    effective, expires = _validity(text, issued or adopted)
    file_date = _FILE_DATE.search(PurePosixPath(document).name)
    if file_date and history:
        named = date.fromisoformat(file_date[1]) if _is_date(file_date[1]) else None
        if named and named not in {d for d, _ in history}:
            doubts.append(Doubt("file-date", f"文件名日期 {file_date[1]} 不见于正文的通过、修订记录。"))
    genre = next((g for pattern, g in _GENRES if re.search(pattern, title)), None)
    issuer = _issuer(document, title, head[title_end:], history, head)
    level = _level(document, title, genre, issuer)
    identity = Identity(
        title=title,
        doc_number=re.sub(r"\s", "", number.group()) if number else None,
        issuer=issuer,
        recipients=_recipients(head),
        adopted_on=adopted,
        issued_on=issued,
        effective_on=effective,
        expires_on=expires,
        revised_on=revised,
        genre=genre,
        level=level,
        place=_place(document, title, issuer),
        proposed=bool(re.search(r"(征求意见稿|草案|送审稿|讨论稿)", title)),
        marked_invalid=bool(re.search(r"废止或失效|<!--\s*(已)?(废止|失效)", head)),
    )
    return identity, tuple(doubts)


def _title(document: str, extract: Extract) -> tuple[str, int]:
    """The first heading, the centred lines at the top, or the first line; the file's name when nothing stands there."""
    text = extract.text
    front = _FRONT.match(text)
    titled = _FRONT_TITLE.search(front["body"]) if front else None
    if front and titled:
        return _clean(titled[1]), front.end()
    lines = [b for b in extract.blocks if b.kind in ("paragraph", "heading") and b.start < _HEAD][:12]
    for b in lines[:6]:
        if front and b.start < front.end():
            continue
        if b.kind == "heading" and b.level == 1:
            return _clean(text[b.start : b.end]), b.end
    centred = [b for b in lines if b.centred and not _NUMBER.search(text[b.start : b.end])]
    if centred:
        run = [centred[0]]
        for b in centred[1:]:
            if (
                text[run[-1].end : b.start].strip()
                or len(_clean(text[b.start : b.end])) < 2
                or re.match(r"[（(]\d{4}年", text[b.start : b.end].strip())
            ):
                break
            run.append(b)
        joined = "".join(_clean(text[b.start : b.end]) for b in run)
        if 4 <= len(joined) <= 90:
            return joined, run[-1].end
    for b in lines:
        line = _clean(text[b.start : b.end])
        if 4 <= len(line) <= 90 and not re.search(r"[。；：]|https?:|引证码|^来源|未读|^文本内容", line):
            return line, b.end
    if extract.title and extract.title.strip():
        return _clean(extract.title), 0
    return re.sub(r"\s*\(\d{4}-\d{2}-\d{2}\)$", "", PurePosixPath(document).stem), 0


def _clean(line: str) -> str:
    return re.sub(r"\s+", " ", line.strip(" \t\n\u3000#*")).strip()


def _history(head: str) -> list[tuple[date, str]]:
    """Dates with what happened on them, from the lines before the first article."""
    front = re.split(r"<!-- INFO END -->|\n[\s　#]*第一[条章]", head)[0]
    found = []
    for span, day in find_dates(front):
        tail = front[span.end : span.end + 90].split("\n")[0]
        following = re.split(r"\d{4}\s*年", tail)[0]
        what = _HISTORY.findall(following)
        if what:
            found.append((day, what[-1] if "修" in what[-1] else what[0]))
    return found


def _issued(text: str, head: str) -> date | None:
    """成文日期: a date alone on a line, at the end of the notice or of the text."""
    alone = re.findall(
        r"^[\s　]*([〇零○一二三四五六七八九十\d]{4}\s*年\s*[\d一二三四五六七八九十]{1,3}\s*月\s*[\d一二三四五六七八九十]{1,3}\s*日)[\s　]*$",
        text,
        re.M,
    )
    return parse_date(alone[0]) if alone else None


def _validity(text: str, issued: date | None) -> tuple[date | None, date | None]:
    tail = text[-_TAIL:] if len(text) > _TAIL else text
    m = _EFFECTIVE.search(tail) or _EFFECTIVE.search(text)
    effective = parse_date(re.sub(r"\s", "", m["date"])) if m else None
    if effective is None and _ON_ISSUE.search(text):
        effective = issued
    term = _TERM.search(text)
    expires = None
    if term and term["years"] and (effective or issued):
        begins = effective or issued
        years = parse_numeral(term["years"])
        if begins and years:
            expires = _years_on(begins, years)
    elif term and term["until"]:
        expires = parse_date(term["until"])
    return effective, expires


def _years_on(day: date, years: int) -> date:
    """The last day of a term of whole years: five years from 1 July 2021 end on 30 June 2026."""
    same = date(day.year + years, day.month, min(day.day, 28) if day.month == 2 else day.day)
    return date.fromordinal(same.toordinal() - 1)


def _issuer(document: str, title: str, after: str, history: list[tuple[date, str]], head: str) -> str | None:
    named = re.match(r"(?P<who>[\u4e00-\u9fff、 ]{2,40}?)(?:关于|印发|转发|办公厅关于)", title)
    if named and _ISSUER.search(named["who"]):
        return named["who"].strip()
    congress = re.search(r"([\u4e00-\u9fff]{2,20}?)第[一二三四五六七八九十]+届人民代表大会(常务委员会)?", head[:1200])
    if congress:
        return f"{congress[1].removeprefix('经')}人民代表大会{congress[2] or ''}"
    if re.search(r"国务院令|国务院第\d+次常务会议", head[:1200]):
        return "国务院"
    report = re.search(r"(\d{4}年)?(?P<who>[\u4e00-\u9fff]{2,12}?)(省|市|区|县|自治区)?政府工作报告", title)
    if report:
        return None
    signed = re.findall(
        r"^[\s　]*([\u4e00-\u9fff]{2,20}(?:人民政府|国务院|办公厅|办公室|委员会|局|厅|部))[\s　]*$",
        head + after[-200:],
        re.M,
    )
    return signed[0] if signed else None


def _level(document: str, title: str, genre: str | None, issuer: str | None) -> str | None:
    """Level of authority from where the source files it, else from genre and issuer."""
    for folder, level in (
        ("行政法规", "行政法规"),
        ("部门规章", "部门规章"),
        ("司法解释", "司法解释"),
        ("法律/", "法律"),
        ("民法典", "法律"),
        ("laws/local", "地方性法规"),
    ):
        if folder in document:
            return level
    who = issuer or ""
    if genre in ("报告", "政府工作报告", "台账", "会议纪要"):
        return "参考资料"
    if genre == "法律" and "全国人民代表大会" in who:
        return "法律"
    if genre == "条例":
        return "行政法规" if who == "国务院" else "地方性法规"
    if genre in ("通知", "意见", "方案", "公告", "规章", "细则", "三定", "清单", "手册", "标准", "任务分解", "决定"):
        return "规范性文件"
    return None


def _place(document: str, title: str, issuer: str | None) -> str | None:
    if "national" in document or (issuer or "").startswith(("国务院", "全国人民代表大会", "中华人民共和国")):
        return "全国"
    for source in (title, issuer or ""):
        m = _PLACE.search(re.sub(r"^\d{4}年", "", normalise(source)))
        if m:
            return m["place"]
    local = re.search(r"local/([\u4e00-\u9fff]+)/", document)
    return local[1] if local else None


def _recipients(head: str) -> tuple[str, ...]:
    m = _RECIPIENTS.search(head)
    return tuple(n.strip() for n in re.split(r"[，、,]", m["names"]) if n.strip()) if m else ()


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
