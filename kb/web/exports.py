"""Files to take away: an answer as .docx with footnotes, the responsibility table as .xlsx or .docx, over what the user may see."""

from __future__ import annotations

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
from kb.web.answering import get_own_record
from kb.web.responsibility import Asked, find_map
from kb.web.site import Site, user_of

_TYPES = {
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
        with TemporaryDirectory() as folder:
            path = Path(folder) / f"table.{kind}"
            write_file(found, space.agencies, path)
            return attach(path.read_bytes(), f"职责表 {asked.task or asked.agency}.{kind}", kind)

    return router


def attach(content: bytes, name: str, kind: str) -> Response:
    """A file for the browser to keep."""
    headers = {"content-disposition": f"attachment; filename*=UTF-8''{quote(name)}"}
    return Response(content, media_type=_TYPES[kind], headers=headers)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise UsageError(f"日期“{text}”应写成 2026-11-24 的样子。") from None
