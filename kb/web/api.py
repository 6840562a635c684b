"""The HTTP API: outsiders' JSON in, the objects of the interface out; every failure is Chinese and below 500."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from time import perf_counter
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Query
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from kb.errors import DocumentMissing, LibraryDamaged
from kb.formats import Json, format_answer, format_document, format_search
from kb.records import DocumentInfo, Status, Version
from kb.validity import status_of
from kb.workspace import Workspace

QUESTION_LENGTH = 2_000  # characters; a pasted paragraph fits
Question = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=QUESTION_LENGTH)]
Name = Annotated[str, StringConstraints(min_length=1, max_length=1_000)]


class AskRequest(BaseModel):
    """提问."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"question": "背街小巷由谁清扫保洁？", "as_of": "2026-11-24"}]}
    )
    question: Question
    as_of: date | None = Field(None, description="以该日的效力为准，默认今天")
    history: list[Question] = Field(default_factory=list, max_length=20, description="此前的问题，先问的在前")
    id: str | None = Field(None, max_length=200)


class SearchRequest(BaseModel):
    """检索."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"question": "窨井盖 缺失 处置", "k": 5}]})
    question: Question
    k: int = Field(10, ge=1, le=100)
    as_of: date | None = None
    id: str | None = Field(None, max_length=200)


class CompareRequest(BaseModel):
    """比对: 文件, or 文件@版本."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"old": "条例(2018).md", "new": "条例(2023).md"}]})
    old: Name
    new: Name


def get_version(space: Workspace, name: str) -> Version:
    """The version that ``DOCUMENT`` or ``DOCUMENT@version`` names; DocumentMissing otherwise."""
    try:
        return space.library.get_version(name)
    except DocumentMissing:
        document, at, version = name.rpartition("@")
        if not at or not version:
            raise
        return space.library.get_version(document, version)


def compare(space: Workspace, old: str, new: str) -> Json:
    """The comparison of two versions, as ``kb compare --json`` prints it."""
    from kb.compare.comparison import compare_versions
    from kb.compare.format import format_comparison

    result: Json = format_comparison(compare_versions(get_version(space, old), get_version(space, new)))
    return result


def format_info(info: DocumentInfo, status: Status) -> Json:
    """One line of the list of documents."""
    i = info.identity
    day = i.effective_on
    return {
        "document": info.document,
        "version": info.version,
        "title": i.title,
        "number": i.doc_number,
        "issuer": i.issuer,
        "genre": i.genre,
        "level": i.level,
        "place": i.place,
        "effective_on": day.isoformat() if day else None,
        "status": status,
        "format": info.format,
        "characters": info.characters,
        "passages": info.passages,
    }


def build_api(space: Workspace) -> APIRouter:
    """Routes of the API over one library."""
    router = APIRouter()

    @router.post("/api/ask", summary="提问，得到带引证的回答", tags=["问答"])
    def ask(body: AskRequest) -> Json:
        answer = space.ask(body.question, as_of=body.as_of, history=body.history)
        return format_answer(answer, body.id)

    @router.post("/api/search", summary="只检索条文", tags=["问答"])
    def search(body: SearchRequest) -> Json:
        hits, elapsed = space.search(body.question, k=body.k, as_of=body.as_of)
        return format_search(body.question, hits, elapsed, body.id)

    @router.post("/api/compare", summary="两个版本逐条比对", tags=["文库"])
    def compare_two(body: CompareRequest) -> Json:
        return compare(space, body.old, body.new)

    @router.get("/api/documents", summary="文件清单", tags=["文库"])
    def documents(
        q: Annotated[str, Query(max_length=200)] = "",
        offset: Annotated[int, Query(ge=0)] = 0,
        limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    ) -> Json:
        infos = [i for i in space.library.find_documents() if q in i.identity.title or q in i.document]
        today = date.today()
        page = [format_info(i, status_of(i.identity, today)) for i in infos[offset : offset + limit]]
        return {"total": len(infos), "offset": offset, "documents": page}

    @router.get("/api/documents/{document:path}", summary="一份文件的正文、结构、版本与效力", tags=["文库"])
    def document(document: str, version: Annotated[str | None, Query(max_length=64)] = None) -> Json:
        found = space.library.get_version(document, version or None)
        return format_document(
            found, space.library.find_versions(found.document), status_of(found.identity, date.today())
        )

    @router.get("/health", summary="进程是否活着", tags=["运行"])
    def health() -> Json:
        return {"status": "ok"}

    @router.get("/ready", summary="知识库能否回答", tags=["运行"])
    def ready() -> Any:
        try:
            began = perf_counter()
            count = len(space.library.find_documents())
        except Exception:  # whatever is wrong with the library, a probe gets an answer
            return JSONResponse({"status": "unavailable", "error": "知识库不可用，请运行 kb doctor。"}, 503)
        return {"status": "ready", "documents": count, "elapsed_ms": round((perf_counter() - began) * 1000, 1)}

    return router


def http_status(error: Exception) -> int:
    """The HTTP status of one of this product's own failures."""
    if isinstance(error, DocumentMissing):
        return 404
    return 503 if isinstance(error, LibraryDamaged) else 400


def describe_invalid(errors: Iterator[Any] | list[Any]) -> str:
    """Pydantic's complaints in one Chinese sentence that names each field."""
    words = {
        "missing": "缺少",
        "string_too_short": "不能为空",
        "string_too_long": "过长",
        "too_long": "项数过多",
        "json_invalid": "不是合法的 JSON",
        "greater_than_equal": "过小",
        "less_than_equal": "过大",
    }
    said = []
    for e in errors:
        place = ".".join(str(p) for p in e.get("loc", ()) if p not in ("body", "query")) or "请求"
        kind = str(e.get("type", ""))
        reason = words.get(kind) or ("应为 2026-11-24 样式的日期" if "date" in kind else "类型或内容不符")
        said.append(f"{place[:60]}：{reason}")
    return "请求有误——" + "；".join(dict.fromkeys(said)) + "。字段说明见 /docs。"


def bad_request(message: str) -> HTTPException:
    """A 400 with a Chinese explanation."""
    return HTTPException(400, message)
