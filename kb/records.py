"""The nouns of the knowledge base: frozen records that own no behaviour beyond reading their own fields.

Only :class:`Version` owns text. Every ``start``/``end`` anywhere is a half-open character offset into the
text of one version, so a citation survives re-indexing. Dates are :class:`datetime.date`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

Role = Literal[
    "lead",  # 牵头
    "own",  # 负责
    "joint",  # 会同、共同负责
    "support",  # 配合、协助
    "oversee",  # 指导、监督、考核
    "coordinate",  # 统筹、协调
    "approve",  # 审批、许可、备案
    "enforce",  # 执法、处罚、责令
    "duty-holder",  # 责任人、经营管理单位
    "decide",  # 责任不清时由谁确定
]
Status = Literal["in-force", "not-yet", "expired", "repealed", "superseded", "proposed", "unknown"]
Modality = Literal["norm", "description", "proposal", "quotation", "target"]
ClauseKind = Literal[
    "document",  # an embedded document: the cover notice's annexed text
    "annex",  # 附件、附表
    "part",  # 编
    "subpart",  # 分编
    "chapter",  # 章
    "section",  # 节
    "article",  # 条
    "paragraph",  # 款, or an unlabelled paragraph that stands on its own
    "item",  # 项（一）inside an article
    "subitem",  # 目 1. inside an item
    "heading",  # 一、（一）1.（1）① of plans, notices and reports; also unnumbered headings
    "row",  # one row of a table
]


@dataclass(frozen=True, slots=True)
class Span:
    """跨度: half-open character offsets into one text."""

    start: int
    end: int

    def of(self, text: str) -> str:
        """The characters the span covers."""
        return text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Doubt:
    """疑点: something a reader or parser saw and did not repair; ``message`` is Chinese and names the place."""

    kind: str  # a stable slug: ocr-low-confidence, article-gap, lost-figure, displaced-text, truncated …
    message: str
    start: int = 0
    end: int = 0


@dataclass(frozen=True, slots=True)
class Place:
    """位置: where a stretch of text stands in its source file (page from 1; box in points from the top left)."""

    start: int
    end: int
    page: int | None = None
    box: tuple[float, float, float, float] | None = None
    paragraph: int | None = None  # ordinal of the paragraph in the source, from 0
    confidence: float | None = None  # of OCR, 0–1


@dataclass(frozen=True, slots=True)
class Identity:
    """身份: what a document says about itself; anything it does not say is None, never guessed."""

    title: str
    doc_number: str | None = None  # 文号
    issuer: str | None = None  # 发文机关
    recipients: tuple[str, ...] = ()  # 主送机关
    adopted_on: date | None = None  # 通过
    issued_on: date | None = None  # 印发、公布（成文日期）
    effective_on: date | None = None  # 施行
    expires_on: date | None = None  # 有效期届满
    repealed_on: date | None = None  # 废止
    revised_on: tuple[date, ...] = ()  # 修订、修正
    genre: str | None = None  # 法律 条例 规章 三定 通知 方案 报告 纪要 台账 标准 清单 手册 公告 决定 司法解释 …
    level: str | None = None  # 法律 行政法规 地方性法规 部门规章 地方政府规章 规范性文件 司法解释 参考资料
    place: str | None = None  # 适用地域: 全国, 上海市, 云泽市 …
    proposed: bool = False  # 草案、征求意见稿
    marked_invalid: bool = False  # the source itself is marked 废止或失效, without a date


@dataclass(frozen=True, slots=True)
class Clause:
    """条款: one labelled unit of a document, from its label to the end of its last descendant."""

    id: str  # the path; a repeated path gets "#2", "#3" …; unique in its version
    kind: ClauseKind
    level: int  # depth among headings, from 1; an article's is one more than that of what holds it
    label: str  # 第三条, （一）, 附件1; "" for an unnumbered heading
    title: str  # the heading's words; "" for an article without one
    path: str  # labels outermost first, joined by a space; an unnumbered heading stands by its title
    start: int
    end: int
    heading_end: int  # start..heading_end is label and title as written; equals start for none
    parent: str | None = None


@dataclass(frozen=True, slots=True)
class Reference:
    """引用: one 《…》第X条, 本条例第X条 or 前款 in a text; ``document``/``clause`` only where one target exists."""

    start: int
    end: int
    title: str | None  # as written between 《》
    label: str | None  # 第二十三条第一款
    document: str | None = None
    clause: str | None = None  # clause id in the target's version


@dataclass(frozen=True, slots=True)
class Version:
    """版本: one text of one document; the only owner of text."""

    id: str  # sha256 of document path and file bytes, first 16 hex digits
    document: str  # path relative to the ingested folder, with "/"
    text: str
    format: str  # md txt html docx pdf ofd xlsx …
    content_hash: str  # sha256 of the file's bytes
    identity: Identity
    clauses: tuple[Clause, ...] = ()
    places: tuple[Place, ...] = ()
    furniture: tuple[Span, ...] = ()  # 页眉页脚、页码、网页残留: kept in the text, never indexed
    references: tuple[Reference, ...] = ()
    doubts: tuple[Doubt, ...] = ()


@dataclass(frozen=True, slots=True)
class Passage:
    """段落: the unit that is indexed and found: an article, an item group, a few paragraphs or a table row."""

    id: str  # version id + ":" + ordinal
    version: str
    document: str
    ordinal: int
    clause: str  # id of the smallest clause that holds the whole passage; "" for none
    path: str  # that clause's path
    start: int
    end: int
    context: str  # title and headings above, for the index; not part of the text


@dataclass(frozen=True, slots=True)
class Basis:
    """依据: the literal span a record rests on."""

    document: str
    version: str
    clause: str  # path
    start: int
    end: int
    quote: str


@dataclass(frozen=True, slots=True)
class Scope:
    """适用范围 of a duty; every field as written, None where the text does not restrict it."""

    road_grade: str | None = None
    property_management: str | None = None  # 有物业 / 无物业
    area: str | None = None
    time: str | None = None
    condition: str | None = None


@dataclass(frozen=True, slots=True)
class Duty:
    """职责: who does what, in which role, within which scope, by which clause."""

    agency: str  # as written
    role: Role
    role_word: str
    action: str
    object: str
    basis: Basis
    agency_id: str | None = None
    agency_level: str | None = None
    scope: Scope = field(default_factory=Scope)
    negative: bool = False
    modality: Modality = "norm"
    counterpart: str | None = None
    status: Status = "unknown"
    valid_from: date | None = None
    valid_to: date | None = None
    inference: tuple[str, ...] = ()
    confidence: float = 1.0

    def __hash__(self) -> int:
        """Of what tells duties apart: they are looked up by the thousand for one question."""
        return hash((self.basis.document, self.basis.start, self.agency, self.action))


@dataclass(frozen=True, slots=True)
class Requirement:
    """要求: a standard, threshold, deadline or penalty."""

    kind: str  # threshold deadline penalty standard procedure
    item: str
    basis: Basis
    indicator: str | None = None
    operator: str | None = None  # ≥ ≤ > < = range
    value: str | None = None  # as written
    unit: str | None = None
    deadline: str | None = None
    responsible: str | None = None


@dataclass(frozen=True, slots=True)
class Figure:
    """数据: one indicator's value in a report; ``missing`` where the source lost it."""

    indicator: str
    value: str | None
    unit: str | None
    period: str | None
    basis: Basis
    cumulative: bool | None = None
    qualifier: str | None = None
    missing: bool = False
    target: bool = False


ActKind = Literal[
    "begin",  # 本条例自…起施行
    "revise",  # 题注: 根据…《决定》第二次修正
    "term",  # 有效期五年
    "repeal",  # 《…》同时废止; a list of 废止
    "expire",  # 《…》已于…期满失效; a list of 失效
    "valid",  # a list of 继续有效: no longer term than the text's own
    "amend",  # 关于修改《…》的决定; 对《…》作如下调整
    "replace",  # 原任务分解表不再执行, 以调整后的为准: of a part only
]


@dataclass(frozen=True, slots=True)
class Act:
    """效力依据: what a document says about when it holds itself, or becomes of another it names."""

    kind: ActKind
    basis: Basis
    title: str | None = None  # of the document meant, as written; None for the text itself
    number: str | None = None  # its 文号, where one stands beside
    on: date | None = None  # the day, where one is said
    listed: bool = False  # in a clean-up list, which takes nobody's place
    part: str | None = None  # of the document meant, where only that is: 任务分解表, 第十二条


@dataclass(frozen=True, slots=True)
class Correction:
    """更正: what a user says about lineage, which then holds over what the texts seem to say."""

    kind: Literal["link", "unlink", "dates"]
    document: str
    other: str | None  # the document that it is, or is not, an edition of the same work with; None for dates
    begins: date | None
    ends: date | None  # the first day on which it no longer holds
    note: str
    made_by: str
    made_at: str  # ISO 8601
    id: int = 0  # given by the library


@dataclass(frozen=True, slots=True)
class Hit:
    """命中: a passage found for a question, with the score of each signal."""

    passage: Passage
    title: str
    text: str
    score: float
    scores: dict[str, float]


@dataclass(frozen=True, slots=True)
class Citation:
    """引证: a numbered, literal, checked quotation."""

    n: int
    document: str
    title: str
    number: str | None
    clause: str
    quote: str
    start: int
    end: int
    level: str | None
    effective_on: date | None
    status: Status


@dataclass(frozen=True, slots=True)
class AnswerAgency:
    """答案中的机构及其角色."""

    name: str
    role: Role
    action: str
    scope: str | None
    inferred: bool
    citation: int


@dataclass(frozen=True, slots=True)
class AnswerFigure:
    """答案中的数据."""

    indicator: str
    value: str
    unit: str
    period: str
    target: bool
    citation: int


@dataclass(frozen=True, slots=True)
class Conflict:
    """分歧: sources that do not agree, side by side."""

    about: str
    citations: tuple[int, ...]


AnswerKind = Literal["duty", "requirement", "figure", "compare", "status", "definition", "list", "general"]
AnswerStatus = Literal["answered", "partial", "abstained"]
Reason = Literal["no-evidence", "expired-only", "ambiguous", "missing-figure", "out-of-scope"]


@dataclass(frozen=True, slots=True)
class Usage:
    """用量: what a language model was asked to read and wrote, and what that cost where prices are set."""

    model: str
    prompt_tokens: int
    completion_tokens: int
    cost: float | None = None
    currency: str | None = None
    estimated: bool = False  # by characters, where the endpoint did not count


@dataclass(frozen=True, slots=True)
class Answer:
    """答案: text whose every [n] has a citation, or an honest abstention with its reason."""

    question: str
    kind: AnswerKind
    status: AnswerStatus
    text: str
    as_of: date
    reason: Reason | None = None
    agencies: tuple[AnswerAgency, ...] = ()
    figures: tuple[AnswerFigure, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    citations: tuple[Citation, ...] = ()
    id: str | None = None
    elapsed_ms: float = 0.0
    usage: Usage | None = None  # of the language model that worded the text; None for an answer by quotation
    choices: tuple[str, ...] = ()  # whole questions that say more exactly what may be meant; each can be asked as it is


@dataclass(frozen=True, slots=True)
class Parsed:
    """解析结果: everything one document version gives to the library, stored in one transaction."""

    version: Version
    passages: tuple[Passage, ...] = ()
    duties: tuple[Duty, ...] = ()
    requirements: tuple[Requirement, ...] = ()
    figures: tuple[Figure, ...] = ()
    acts: tuple[Act, ...] = ()


@dataclass(frozen=True, slots=True)
class DocumentInfo:
    """文件条目: a current version without its text, for lists, filters and badges."""

    document: str
    version: str
    format: str
    identity: Identity
    characters: int
    passages: int
