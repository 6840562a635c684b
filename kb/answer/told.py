"""Notices and news: what they tell of one event is answered in their own words; whether something is so, by the finding."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kb.answer.draft import Context, Question, Statement
from kb.answer.naming import cite, flat
from kb.answer.span_cuts import cut_clauses, widen
from kb.records import Hit
from kb.text import normalise

_GENRES = (None, "通知", "公告", "通告", "通报")  # of which a text as a rule is of one event
# 还能办理…吗, 是否退还…: what is asked about stands behind the word of asking.
_ASKED = re.compile(
    r"(?:(?:能不能|能否|可否|可不可以|是否|是不是|要不要|需不需要|用不用|会不会)(?P<one>[^，。；？?]{2,24}?)(?:吗|么|呢)?"
    r"|(?:还能|还可以|可以|还会|还要|还需要?|需要|能|还)(?P<other>[^，。；？?]{2,24}?)(?:了)?(?:吗|么))[？?]?$"
)
# The words by which a text decides; what stands before them and turns or widens them belongs to the finding.
_DECIDES = re.compile(
    r"(?:一律|全部|均|都|原则上|继续|仍|仍然|已经?|暂时?)*"
    r"(?:不予|不得|不再|不能|不可|不需要?|不用|不必|无需|无须|毋需|严禁|禁止|暂不|暂停|停止|中止|终止|取消|关闭|停办|恢复|重新开放|照常|正常|延期|推迟|延长|免予|免于|准予|予以|允许|可以|可|应当|必须|须|需要?)"
)
# Under which the finding holds, or what it leaves out.
_CONDITION = re.compile(
    r"(?:^|[，；。\s])(?:但|对|凡|如(?!下)|若|经(?!研究)|除|仅|只|符合|满足|确有|确因|确需|凭|持)|的[，：]|(?:前提|条件|情况|情形)下|之外|以外"
)
_ALIKE = 0.6  # share of what is asked about that a clause must carry to decide it
_WHOLE = 24  # characters up to which a clause is given whole; a longer one from the word that decides
_LEAST = 4  # and from which it says something
_SENTENCE = "。！？\n"
_LONGEST = 400  # characters of a sentence shown as evidence


def is_told(context: Context) -> bool:
    """Whether the leading passage is of news or a notice, and not of a rule, a plan or a reference on bodies."""
    identity = context.version(context.hits[0].passage.document).identity
    return identity.level in (None, "规范性文件") and identity.genre in _GENRES


def quote_finding(context: Context, question: Question, hits: Sequence[Hit]) -> list[Statement]:
    """暂停办理婚姻登记: the clause of the leading notice that decides whether something is so, its sentence as evidence.

    Where the sentence sets conditions, it follows: the finding alone would say more than the text does.
    """
    m = _ASKED.search(normalise(question.full).strip())
    if m is None or not hits or not is_told(context):
        return []
    what = m["one"] or m["other"]
    document = hits[0].passage.document
    text = context.version(document).text
    best: tuple[float, int, int] | None = None
    for hit in hits:
        if hit.passage.document != document:
            continue
        cuts = cut_clauses(hit.text)
        for start, end in zip(cuts.starts.tolist(), cuts.ends.tolist(), strict=True):
            clause = hit.text[start:end].rstrip("，。；：！,;:! ")
            if flat(clause) in flat(hit.title):
                continue
            found = _decide(clause, what)
            if found is not None and (best is None or found[0] > best[0]):
                at = hit.passage.start + start
                best = (found[0], at + found[1], at + found[2])
    if best is None or best[2] - best[1] < _LEAST:
        return []
    _, start, end = best
    left, right = widen(text, start, end, _SENTENCE)
    if right - left > _LONGEST:
        left, right = start, end
    evidence = cite(context, document, left, right)
    finding = Statement(text[start:end].strip(), (evidence,))
    if not _CONDITION.search(f"{text[left:start]}，{text[end:right]}"):
        return [finding]
    return [finding, Statement(flat(text[left:right]), (evidence,))]


def _decide(clause: str, what: str) -> tuple[float, int, int] | None:
    """How much of what is asked a clause decides, and where in it the finding begins and ends; None where it does not."""
    grams = {what[i : i + 2] for i in range(len(what) - 1)}
    share = sum(g in normalise(clause) for g in grams) / len(grams)
    if clause.endswith("的"):  # only the condition of something
        return None
    # 是否延期: to say 延期 again decides nothing
    cue = next((c for c in _DECIDES.finditer(clause) if normalise(c.group()) not in what), None)
    if cue is None or share < _ALIKE:
        return None
    bracket = re.search(r"[（(]", clause[cue.end() :])
    end = cue.end() + bracket.start() if bracket else len(clause)
    return share, 0 if end <= _WHOLE else cue.start(), end
