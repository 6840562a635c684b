"""Files to take away: an answer as .docx with footnotes, the responsibility table as .xlsx or .docx, over what the user may see."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Literal
from urllib.parse import quote

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from kb.errors import UsageError
from kb.export import write_file
from kb.export_answer import export_answer
from kb.export_comparison import write_comparison, write_series
from kb.web.answering import get_own_record
from kb.web.comparing import find_matrix, find_series, read_names, read_series
from kb.web.responsibility import Asked, find_map
from kb.web.site import Site, user_of

_TYPES = {
    "html": "application/octet-stream",  # opened from disk, never as a page of ours
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


def build_exports(site: Site) -> APIRouter:
    """Routes of the exports."""
    router = APIRouter(prefix="/export", include_in_schema=False)

    @router.get("/answer.docx")
    def answer(request: Request, id: Annotated[str, Query(min_length=1, max_length=80)]) -> Response:
        record = get_own_record(site, user_of(request), id)
        site.note(request, "export", f"答复 {record.id}")
        return attach(export_answer(record.answer), f"答复 {record.id}.docx", "docx")

    @router.get("/duties.{kind}")
    def duties(
        kind: Literal["xlsx", "docx"],
        request: Request,
        as_of: Annotated[str, Query(max_length=10)] = "",
        since: Annotated[str, Query(max_length=10)] = "",
    ) -> Response:
        asked = Asked.read(request.query_params, _day(as_of), _day(since))
        if not asked:
            raise UsageError("请先给出工作或机构，再导出。")
        site.note(request, "export", f"职责表 {asked.task} {asked.agency}")
        space = site.space(request)
        found = find_map(space, asked)
        name = f"职责表 {asked.task or asked.agency}.{kind}"
        return _written(name, kind, lambda path: write_file(found, space.agencies, path))

    @router.get("/compare.{kind}")
    def compare(kind: Literal["docx", "xlsx", "html"], request: Request) -> Response:
        names = read_names(request.query_params)
        site.note(request, "export", f"比对 {' → '.join(names)}")
        space = site.space(request)
        matrix = find_matrix(space, names)
        return _written(f"比对.{kind}", kind, lambda path: write_comparison(path, matrix, space.words))

    @router.get("/series.xlsx")
    def series(request: Request) -> Response:
        names = read_series(request.query_params)
        site.note(request, "export", f"历年数据 {'、'.join(names)}")
        found = find_series(site.space(request), names)
        return _written("历年数据.xlsx", "xlsx", lambda path: write_series(path, found))

    return router


def _written(name: str, kind: str, write: Callable[[Path], None]) -> Response:
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"file.{kind}"
        write(path)
        return attach(path.read_bytes(), name, kind)


def attach(content: bytes, name: str, kind: str) -> Response:
    """A file for the browser to keep."""
    headers = {"content-disposition": f"attachment; filename*=UTF-8''{quote(name)}"}
    return Response(content, media_type=_TYPES[kind], headers=headers)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise UsageError(f"日期“{text}”应写成 2026-11-24 的样子。") from None
