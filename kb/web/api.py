"""The HTTP API: outsiders' JSON in, the objects of the interface out; every failure is Chinese and below 500."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter, HTTPException, Query, Request
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from kb.errors import DocumentMissing, LibraryDamaged, UnreadableFile
from kb.export import format_map
from kb.formats import Json, format_answer, format_document, format_search
from kb.records import Answer, DocumentInfo, Status
from kb.responsibility.map import ResponsibilityMap
from kb.web.answering import get_own_record
from kb.web.comparing import find_matrix
from kb.web.responsibility import Asked, find_map
from kb.web.site import Chosen, Site, user_of
from kb.workspace import Workspace

QUESTION_LENGTH = 2_000  # characters; a pasted paragraph fits
Question = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=QUESTION_LENGTH)]
Name = Annotated[str, StringConstraints(min_length=1, max_length=1_000)]


class Narrowed(BaseModel):
    """范围: what a request may be narrowed to."""

    place: str = Field("", max_length=100, description="只看此地域的文件；全国性文件一并保留")
    agency: str = Field("", max_length=100, description="发文机关，可写一部分")
    genre: str = Field("", max_length=100, description="文件类型，如“三定”")

    def chosen(self) -> Chosen:
        """The scope."""
        return Chosen(self.place.strip(), self.agency.strip(), self.genre.strip())


class AskRequest(Narrowed):
    """提问."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"question": "背街小巷由谁清扫保洁？", "as_of": "2026-11-24"},
                {"question": "那二级道路呢？", "history": ["四级道路由谁清扫？"], "place": "云泽市"},
            ]
        }
    )
    question: Question
    as_of: date | None = Field(None, description="以该日的效力为准，默认今天")
    history: list[Question] = Field(default_factory=list, max_length=20, description="此前的问题，先问的在前")
    id: str | None = Field(None, max_length=200)


class SearchRequest(Narrowed):
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


class FeedbackRequest(BaseModel):
    """评价."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"answer": "20261124-3f2a91c0de", "verdict": "wrong", "reason": "已经失效"}]}
    )
    answer: str = Field(min_length=1, max_length=80, description="答复记录的编号")
    verdict: Literal["right", "partial", "wrong"]
    reason: str = Field("", max_length=40)
    note: str = Field("", max_length=500)


_FAILURES: dict[int | str, dict[str, Any]] = {
    400: {"description": "请求有误"},
    401: {"description": "需要登录或密钥"},
    404: {"description": "没有这份文件"},
    413: {"description": "请求过大"},
    422: {"description": "字段不合要求"},
    429: {"description": "过于频繁"},
    503: {"description": "知识库不可用"},
}


def compare(space: Workspace, old: str, new: str) -> Json:
    """The comparison of two versions, as ``kb compare --json`` prints it."""
    from kb.compare.format import format_comparison

    result: Json = format_comparison(find_matrix(space, (old, new)).comparisons[0])
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


def _cut(found: ResponsibilityMap, limit: int) -> ResponsibilityMap:
    return replace(found, entries=found.entries[:limit], conflicts=found.conflicts[:limit], gaps=found.gaps[:limit])


def count_answer(site: Site, answer: Answer) -> None:
    """One more answer in the metrics."""
    site.metrics.answers.labels(answer.kind, answer.status).inc()


def build_api(site: Site) -> APIRouter:
    """Routes of the API; every one sees the library as its user may."""
    router = APIRouter()
    _add_asking(router, site)
    _add_library(router, site)
    _add_own(router, site)
    _add_probes(router, site)
    return router


def _add_asking(router: APIRouter, site: Site) -> None:
    @router.post("/api/ask", summary="提问，得到带引证的回答", tags=["问答"], responses=_FAILURES)
    def ask(body: AskRequest, request: Request) -> Json:
        site.note(request, "ask", body.question)
        space = site.space(request, body.chosen())
        with site.working:
            answer = space.ask(body.question, as_of=body.as_of, history=body.history)
        count_answer(site, answer)
        return format_answer(answer, body.id)

    @router.post("/api/search", summary="只检索条文", tags=["问答"], responses=_FAILURES)
    def search(body: SearchRequest, request: Request) -> Json:
        site.note(request, "search", body.question)
        space = site.space(request, body.chosen())
        with site.finding:
            hits, elapsed = space.search(body.question, k=body.k, as_of=body.as_of)
        return format_search(body.question, hits, elapsed, body.id)

    @router.get("/api/duties", summary="职责、冲突与缺口", tags=["职责"], responses=_FAILURES)
    def duties(
        request: Request,
        task: Annotated[str, Query(max_length=100, examples=["垃圾分类"])] = "",
        agency: Annotated[str, Query(max_length=100, examples=["街道办事处"])] = "",
        place: Annotated[str, Query(max_length=100)] = "",
        as_of: date | None = None,
        limit: Annotated[int, Query(ge=1, le=1000)] = 200,
    ) -> Json:
        if not task.strip() and not agency.strip():
            raise bad_request("请给出 task（工作）或 agency（机构）。")
        site.note(request, "duties", f"{task} {agency}".strip())
        space = site.space(request)
        with site.working:
            found = find_map(space, Asked.read({"task": task, "agency": agency, "place": place}, as_of))
        return {**format_map(_cut(found, limit), space.agencies), "total": len(found.entries)}


def _add_library(router: APIRouter, site: Site) -> None:
    @router.post("/api/compare", summary="两个版本逐条比对", tags=["文库"], responses=_FAILURES)
    def compare_two(body: CompareRequest, request: Request) -> Json:
        site.note(request, "compare", f"{body.old} → {body.new}")
        with site.working:
            return compare(site.space(request), body.old, body.new)

    @router.get("/api/documents", summary="文件清单", tags=["文库"], responses=_FAILURES)
    def documents(
        request: Request,
        q: Annotated[str, Query(max_length=200)] = "",
        offset: Annotated[int, Query(ge=0, le=10**9)] = 0,
        limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    ) -> Json:
        library = site.space(request).library
        infos = [i for i in library.find_documents() if q in i.identity.title or q in i.document]
        today = date.today()
        page = [format_info(i, library.status_of(i.document, today)) for i in infos[offset : offset + limit]]
        return {"total": len(infos), "offset": offset, "documents": page}

    @router.get(
        "/api/documents/{document:path}", summary="一份文件的正文、结构、版本与效力", tags=["文库"], responses=_FAILURES
    )
    def document(document: str, request: Request, version: Annotated[str | None, Query(max_length=64)] = None) -> Json:
        library = site.space(request).library
        found = library.get_version(document, version or None)
        site.note(request, "read", document)
        status = library.status_of(document, date.today(), found.id)
        return format_document(found, library.find_versions(found.document), status)


def _add_own(router: APIRouter, site: Site) -> None:
    @router.post("/api/feedback", summary="评价一条答复", tags=["问答"], responses=_FAILURES)
    def feedback(body: FeedbackRequest, request: Request) -> Json:
        user = user_of(request)
        record = get_own_record(site, user, body.answer)
        why = "：".join(p for p in (body.reason.strip(), body.note.strip()) if p)
        site.spaces.whole.give_feedback(record.id, body.verdict, why, user.name)
        return {"answer": record.id, "verdict": body.verdict}

    @router.get("/api/conversations", summary="自己的对话", tags=["问答"])
    def conversations(request: Request) -> Json:
        held = site.history.find(user_of(request).name)
        return {"conversations": [{"id": c.id, "title": c.title, "updated_at": c.updated_at} for c in held]}

    @router.delete("/api/conversations/{id}", summary="删除自己的一次对话", tags=["问答"])
    def forget(id: str, request: Request) -> Json:
        site.history.remove(user_of(request).name, id)
        return {"removed": id}


def _add_probes(router: APIRouter, site: Site) -> None:
    @router.get("/healthz", summary="进程是否活着", tags=["运行"])
    def healthz() -> Json:
        return {"status": "ok"}

    @router.get("/readyz", summary="知识库能否回答", tags=["运行"])
    def readyz() -> Any:
        try:
            site.spaces.whole.library.find_documents()
        except Exception:  # whatever is wrong with the library, a probe gets an answer
            return JSONResponse({"status": "unavailable", "error": "知识库不可用，请运行 kb doctor。"}, 503)
        return {"status": "ready"}

    @router.get("/metrics", summary="Prometheus 指标", tags=["运行"])
    def metrics() -> Response:
        infos = site.spaces.whole.library.find_documents()
        site.metrics.documents.set(len(infos))
        site.metrics.passages.set(sum(i.passages for i in infos))
        return Response(site.metrics.format(), media_type="text/plain; version=0.0.4; charset=utf-8")


def http_status(error: Exception) -> int:
    """The HTTP status of one of this product's own failures."""
    if isinstance(error, DocumentMissing) or (isinstance(error, UnreadableFile) and error.error == "missing"):
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
