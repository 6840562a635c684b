"""Files to take away: an answer as .docx with footnotes, the responsibility table as .xlsx or .docx, over what the user may see."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from secrets import token_hex
from tempfile import TemporaryDirectory
from time import time
from typing import Annotated, Literal
from urllib.parse import quote

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from kb.errors import UsageError
from kb.export import write_file
from kb.export_answer import export_answer
from kb.export_comparison import write_comparison, write_series
from kb.formats import Json
from kb.jobs import Handle, Job, Work
from kb.web.access import Access
from kb.web.answering import get_own_record
from kb.web.comparing import find_matrix, find_series, read_names, read_series
from kb.web.responsibility import Asked, find_map
from kb.web.site import Site, Spaces, user_of
from kb.web.turns import Turns
from kb.workspace import Workspace

What = Literal["duties", "compare", "series"]
Kind = Literal["docx", "xlsx", "html"]
Step = Callable[[int, int, str], None]
_KINDS: Mapping[What, tuple[Kind, ...]] = {
    "duties": ("xlsx", "docx"),
    "compare": ("docx", "xlsx", "html"),
    "series": ("xlsx",),
}
_KEPT = 3_600  # seconds for which a made file can be fetched
_TYPES = {
    "html": "application/octet-stream",  # opened from disk, never as a page of ours
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


class ExportRequest(BaseModel):
    """导出: which file, from which page's filters."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"what": "duties", "kind": "xlsx", "query": {"task": "垃圾分类"}}]}
    )
    what: What
    kind: Kind
    query: dict[Annotated[str, Field(max_length=40)], Annotated[str, Field(max_length=9_000)]] = Field(max_length=20)


@dataclass(frozen=True, slots=True)
class Made:
    """成品: a file by the name it is kept under."""

    name: str
    content: bytes


def build_exports(site: Site) -> APIRouter:
    """Routes of the exports."""
    router = APIRouter(prefix="/export", include_in_schema=False)

    @router.get("/answer.docx")
    def answer(request: Request, id: Annotated[str, Query(min_length=1, max_length=80)]) -> Response:
        record = get_own_record(site, user_of(request), id)
        site.note(request, "export", f"答复 {record.id}")
        return attach(export_answer(record.answer), f"答复 {record.id}.docx", "docx")

    @router.get("/{what}.{kind}")
    def made(what: What, kind: Kind, request: Request) -> Response:
        query = dict(request.query_params)
        site.note(request, "export", _describe(what, query))
        export = make_export(site.space(request), what, kind, query, lambda done, total, at: None)
        return attach(export.content, export.name, kind)

    return router


def build_export_jobs(site: Site) -> APIRouter:
    """Routes of the same in the background, for what takes a while; nobody sees or gets another user's."""
    router = APIRouter(prefix="/api")

    def own(request: Request, id: str) -> Job:
        job = site.jobs.get(id)
        if job.kind != "export" or job.user != user_of(request).name:
            raise UsageError(f"没有导出任务 {id[:40]}。")
        return job

    @router.post("/exports", summary="在后台生成导出文件，再查进度、取文件", tags=["导出"])
    def begin(body: ExportRequest, request: Request) -> Json:
        what = _describe(body.what, body.query)
        site.note(request, "export", what)
        name = user_of(request).name
        return {"job": site.jobs.submit("export", f"导出{what}", name, {**body.model_dump(), "user": name})}

    @router.get("/exports/{id}", summary="导出的进度", tags=["导出"])
    def progress(id: str, request: Request) -> Json:
        job = own(request, id)
        fields = {"id": job.id, "state": job.state, "done": job.done, "total": job.total, "at": job.at}
        return {**fields, "name": job.result.get("name"), "error": job.result.get("error")}

    @router.post("/exports/{id}/cancel", summary="取消导出", tags=["导出"])
    def cancel(id: str, request: Request) -> Json:
        site.jobs.cancel(own(request, id).id)
        return progress(id, request)

    @router.post("/exports/{id}/resume", summary="重做中断或失败的导出", tags=["导出"])
    def resume(id: str, request: Request) -> Json:
        site.jobs.resume(own(request, id).id)
        return progress(id, request)

    @router.get("/exports/{id}/file", summary="取导出的文件", tags=["导出"])
    def file(id: str, request: Request) -> Response:
        job = own(request, id)
        path = _folder(site.spaces.whole.library.folder) / str(job.result.get("file", "-"))
        if job.state != "done" or not path.is_file():
            raise UsageError("导出的文件还没有生成，或已过期清除；请重新导出。")
        return attach(path.read_bytes(), job.result["name"], path.suffix[1:])

    return router


def build_exporting(spaces: Spaces, access: Access, working: Turns) -> Work:
    """The job: what the user asked for, over what the user may see when it runs, into a file kept for an hour."""

    def export(request: Json, handle: Handle) -> Json:
        user = access.named(request["user"])
        if user is None:
            raise UsageError("用户已停用或删除，没有导出。")
        with working:
            made = make_export(spaces.of(user), request["what"], request["kind"], request["query"], handle.step)
        folder = _folder(spaces.whole.library.folder)
        folder.mkdir(exist_ok=True)
        for old in folder.iterdir():
            if time() - old.stat().st_mtime > _KEPT:
                old.unlink(missing_ok=True)
        name = f"{token_hex(12)}.{request['kind']}"
        (folder / name).write_bytes(made.content)
        return {"file": name, "name": made.name}

    return export


def make_export(space: Workspace, what: What, kind: Kind, query: Mapping[str, str], step: Step) -> Made:
    """One file; UsageError where the query asks for nothing that can be exported so. ``step`` may end the work."""
    if kind not in _KINDS[what]:
        raise UsageError(f"没有“{what}.{kind}”这种导出，可用 {'、'.join(_KINDS[what])}。")
    step(0, 2, "查找内容")
    write: Callable[[Path], None]
    if what == "duties":
        asked = Asked.read(query, _day(query.get("as_of", "")), _day(query.get("since", "")))
        if not asked:
            raise UsageError("请先给出工作或机构，再导出。")
        table = find_map(space, asked)
        name, write = f"职责表 {asked.task or asked.agency}", lambda path: write_file(table, space.agencies, path)
    elif what == "compare":
        matrix = find_matrix(space, read_names(query))
        name, write = "比对", lambda path: write_comparison(path, matrix, space.words)
    else:
        found = find_series(space, read_series(query))
        name, write = "历年数据", lambda path: write_series(path, found)
    step(1, 2, "写成文件")
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"file.{kind}"
        write(path)
        step(2, 2, "完成")
        return Made(f"{name}.{kind}", path.read_bytes())


def _describe(what: What, query: Mapping[str, str]) -> str:
    """What is exported, for the audit log and the list of jobs."""
    if what == "duties":
        return f"职责表 {query.get('task', '')} {query.get('agency', '')}".rstrip()[:200]
    names = read_names(query) if what == "compare" else read_series(query)
    return ("比对 " + " → ".join(names) if what == "compare" else "历年数据 " + "、".join(names))[:200]


def _folder(library: Path) -> Path:
    return library / "exports"


def attach(content: bytes, name: str, kind: str) -> Response:
    """A file for the browser to keep."""
    headers = {"content-disposition": f"attachment; filename*=UTF-8''{quote(name)}"}
    return Response(content, media_type=_TYPES[kind], headers=headers)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise UsageError(f"日期“{text}”应写成 2026-11-24 的样子。") from None
