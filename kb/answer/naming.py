"""Which documents a question means: by 《》, 文号, short name, or the word for their kind: 台账, 纪要, 分解表, 三定."""

from __future__ import annotations

import re

from kb.answer.draft import Context, Evidence
from kb.records import Clause, DocumentInfo, Version
from kb.search.question import find_named, is_subsequence
from kb.text import normalise

# Words by which people call a document; longer before shorter.
_KIND = re.compile(
    r"任务分解表|分解表|整改台账|台账|会议纪要|纪要|指挥手册|手册|三定(?:规定|方案)?|履职清单|事项清单|清单|评价标准|标准|情况报告|工作报告|报告"
    r"|实施方案|方案|管理办法|暂行办法|办法|条例|规定|细则|通知|公告|意见|决定|规划"
)
_GENRES = {"三定": "三定", "纪要": "纪要", "台账": "台账", "清单": "清单", "报告": "报告"}
_CHINESE = re.compile(r"[^\u4e00-\u9fffA-Za-z0-9]")
_REACH = 14  # characters before the word for its kind that may belong to a name
_SHARE = 0.2  # of a document's name; a mention below it points at too many


def find_meant(context: Context, text: str) -> tuple[str, ...]:
    """Documents a question names or calls by their kind, the most fully named first; empty when it names none."""
    catalogue = context.searcher.catalogue()
    plain = normalise(text)
    titles = {i.document: i.identity.title for i in catalogue.infos}
    found: dict[str, float] = {}
    for row, share in find_named(plain, catalogue)[0].items():
        if share >= _SHARE:
            found[catalogue.infos[row].document] = 1 + share
    for mention, lead in _mentions(plain):
        for info in catalogue.infos:
            score = _fits(info, mention, lead)
            if score > 0:
                found[info.document] = max(found.get(info.document, 0.0), score)
    best = max(found.values(), default=0.0)
    kept = sorted((d for d, score in found.items() if score >= best - 0.25), key=lambda d: (-found[d], d))
    years = re.findall(r"(?:19|20)\d\d(?=年)", plain)
    of_year = [d for d in kept if any(y in f"{d} {titles[d][:60]}" for y in years)]
    return tuple(of_year or kept)


def _mentions(plain: str) -> list[tuple[str, str]]:
    """The words for kinds, each with the Chinese that runs up to it."""
    out, after = [], 0
    for m in _KIND.finditer(plain):
        lead = _CHINESE.split(plain[max(after, m.start() - _REACH) : m.start()])[-1]
        out.append((m.group(), lead))
        after = m.end()
    return out


def _fits(info: DocumentInfo, mention: str, lead: str) -> float:
    """0 for a document that cannot be meant, else more the more of the words before it stand in its title, in order."""
    title = normalise(info.identity.title)
    kind = next((g for word, g in _GENRES.items() if word in mention), None)
    holds = (
        mention in title
        or (kind is not None and kind == info.identity.genre)
        or (kind in ("三定",) and "编制规定" in title)
    )
    if not holds and not (
        mention.endswith(("办法", "条例", "标准", "规定", "方案")) and is_subsequence(mention, title)
    ):
        return 0.0
    if _is_own_name(lead, mention) and not is_subsequence(lead[-4:], title):
        return 0.0  # 城市生活垃圾管理办法 is none of the other 管理办法
    whole = 0.4 if mention in title else 0.0
    for start in range(len(lead)):
        rest = lead[start:]
        if len(rest) >= 2 and is_subsequence(rest, title):
            return 0.6 + whole + 0.1 * min(4, len(rest))
    return 0.5 + whole if whole or kind is not None or len(mention) >= 4 else 0.0


def _is_own_name(lead: str, mention: str) -> bool:
    """Whether what stands before 办法 or 条例 is the name of one act, and no talk of it: 那个, 原来的, 按照."""
    return mention.endswith(_ACTS) and len(lead) >= 4 and _TALK.search(lead[-4:]) is None


def find_unmet(text: str) -> str:
    """The name of an act that a question speaks of by its own name; empty where it speaks of none."""
    return next((f"{lead}{mention}" for mention, lead in _mentions(normalise(text)) if _is_own_name(lead, mention)), "")


_ACTS = ("办法", "条例", "规定", "细则", "标准", "规划")
_TALK = re.compile(r"[的了把在按照依据这那哪原新旧本该有无和与用]|什么|关于|根据|现行|最新")


def find_clause_path(version: Version, start: int) -> str:
    """The path of the smallest clause that holds a place; empty for none."""
    holding = [c for c in version.clauses if c.start <= start < c.end]
    return min(holding, key=lambda c: c.end - c.start).path if holding else ""


def find_article(version: Version, start: int) -> Clause | None:
    """The article that holds a place, the innermost where one text quotes another; None outside of articles."""
    return next((c for c in reversed(version.clauses) if c.kind == "article" and c.start <= start < c.end), None)


def cite(context: Context, document: str, start: int, end: int) -> Evidence:
    """A span of a document's current text as evidence, white space at its edges left out."""
    version = context.version(document)
    while start < end and version.text[start].isspace():
        start += 1
    while end > start and version.text[end - 1].isspace():
        end -= 1
    return Evidence(document, version.id, find_clause_path(version, start), start, end)


_SENTENCE = re.compile(r"[^。！？；\n]+[。！？；]?")


def find_sentences(text: str) -> list[tuple[int, int]]:
    """Sentences and lines of a text, as spans without white space at their edges."""
    found = []
    for m in _SENTENCE.finditer(text):
        start, end = m.span()
        while start < end and text[start].isspace():
            start += 1
        while end > start and text[end - 1].isspace():
            end -= 1
        if end - start >= 4:
            found.append((start, end))
    return found


def is_report(info: DocumentInfo) -> bool:
    """Whether a document tells rather than rules: a report, minutes, a ledger, a speech."""
    title = info.identity.title
    return info.identity.genre in ("报告", "纪要", "台账", "总结", "讲话") or bool(
        re.search(r"(?:情况|工作|总结)报告", title[:60])
    )


_TITLE = 40  # characters of a title shown before a quotation


def short_title(context: Context, document: str) -> str:
    """A document's name as people say it: without who issues it and 关于印发…的通知, between 《》."""
    edition = context.searcher.library.lineage().edition(document)
    title = context.version(document).identity.title.strip("《》")
    core = edition.name.core if edition is not None else title
    chosen = core if 4 <= len(core) <= _TITLE else title
    return f"《{chosen[:_TITLE]}{'…' if len(chosen) > _TITLE else ''}》"


def flat(text: str) -> str:
    """A quotation on one line, the cells of a table's row parted by ｜."""
    cells = (" ".join(cell.split()) for cell in text.split("\t"))
    return "｜".join(cell for cell in cells if cell)
