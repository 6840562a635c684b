"""三定规定 and 内设机构: an office stands as a heading, what it does stands below without a subject."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ingest.duty.draft import Found
from ingest.duty.names import begins_as_clause
from ingest.duty.units import find_sentences, find_units
from ingest.duty.verbs import role_of
from ingest.extract import Table
from kb.records import Version

# Only documents that are about an agency's structure are read so.
_STRUCTURE = re.compile(r"内设机构|机构设置|三定|职能配置|机构编制|部门职责|处室职责|科室职责|主要职责")
_OFFICE = re.compile(
    r"^[^，。；：]{2,16}?(?:处|科|室|局|司|中心|部|厅|办公室|委|队|站|所|股|组)(?:[（(][^）)]{2,14}[）)])?$"
)
_OWN_BODY = re.compile(
    r"(?:关于印发|^)\s*《?(?:中共)?(?P<who>[^《》，。]{3,24}?)(?:职能配置|主要职责|职责配置|机构编制|机构职能|职能、|“?三定|履行职责事项|履职事项|权责清单|权力清单|责任清单|职责清单)"
)
# 一、主要职责: items below it are what the named body does
FUNCTIONS_HEADING = re.compile(r"^(?:主要|部门|工作|机构)?(?:职责|职能)(?:任务|配置)?[：:]?$")
# 集体宿舍的调整和管理，督办房租的收交: two pieces of work in one sentence
_VERBS_ON = re.compile(
    r"，(?=(?:负责|承担|协助|配合|督办|督促|监督|指导|检查|协调|组织|参与|审核|审批|管理|办理|制定|拟订|起草|研究|提出))"
)
_NOT_WORK = re.compile(r"^(?:主\s*任|副主任|处\s*长|副处长|负责人|电话|地址|邮编|传真|联系|人员编制|编制|\d)|[：:]$")


def get_named_body(version: Version) -> str:
    """The agency a 三定 or a list of duties is about, from its title; empty for any other document."""
    m = _OWN_BODY.search(re.sub(r"\s", "", version.identity.title).strip("《》"))
    return m["who"] if m else ""


def find_in_functions(version: Version, tables: Sequence[Table]) -> Iterator[tuple[Found, str]]:
    """Duties of offices that stand as headings, each with its path."""
    text = version.text
    if not _STRUCTURE.search(text[:4000]):
        return
    for unit in find_units(version, tables):
        office = unit.headings[-1].strip() if unit.headings else ""
        if unit.statute or not _OFFICE.match(office) or begins_as_clause(office):
            continue
        for s in find_sentences(text, unit.start, unit.end):
            sentence = s.of(text).strip()
            if len(sentence) < 6 or _NOT_WORK.search(sentence) or sentence.rstrip("。：") == office:
                continue
            start = s.start + s.of(text).index(sentence)
            for part in _VERBS_ON.split(sentence.rstrip("。；")):
                role, word = role_of(part)
                yield Found(office, role, word, part, "", start, start + len(sentence), trusted=True), unit.path
