"""Documents to look at: the reading page, pictures of its pages, the original file; each only for who may read it."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date
from pathlib import PurePosixPath
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, Response

from ingest.readers.originals import PAGED, draw_page, find_sizes, load_original
from kb.errors import DocumentMissing, UnreadableFile
from kb.linking import Titles
from kb.records import DocumentInfo, Span, Version
from kb.timeline import find_timeline
from kb.web import layout
from kb.web.reader import Shown, find_clause, find_pages, format_outline, format_reader
from kb.web.site import Site, user_of
from kb.workspace import Workspace

_SCALE = 1.6  # 115 dpi: a page of small print can be read, and takes about 60 KB
_LARGE = 3.0
_INDEXES = 7  # and the one in use; each holds the titles of a library in memory
_OFFSET = Query(ge=0, le=10**9)
_VERSION = Query(max_length=64)


def build_sources(site: Site) -> APIRouter:
    """Routes of the reader."""
    router = APIRouter(include_in_schema=False)
    kept = _TitlesKept()

    @router.get("/source/{document:path}", response_class=HTMLResponse)
    def source(
        document: str,
        request: Request,
        start: Annotated[int | None, _OFFSET] = None,
        end: Annotated[int | None, _OFFSET] = None,
        version: Annotated[str | None, _VERSION] = None,
        part: Annotated[str, Query(max_length=20)] = "",
        view: Annotated[str, Query(max_length=20)] = "",
        clause: Annotated[str, Query(max_length=200)] = "",
    ) -> HTMLResponse:
        space = site.space(request)
        found = space.library.get_version(document, version or None)
        site.note(request, "read", document)
        span = Span(start, end if end is not None else start) if start is not None else _clause_span(found, clause)
        shown = _shown(site, space, kept.of(space), found, span, view == "page")
        shown = replace(shown, traced=view == "blame", correct=user_of(request).may("editor"))
        article = format_reader(shown)
        if part == "panel":
            return HTMLResponse(article)
        body = f'<main class="dz-reader">{format_outline(shown)}{article}</main>'
        return HTMLResponse(layout.page(found.identity.title, body, "/library", user_of(request), site))

    @router.get("/page/{document:path}")
    def page(
        document: str,
        request: Request,
        n: Annotated[int, Query(ge=1, le=100_000)] = 1,
        version: Annotated[str | None, _VERSION] = None,
        large: bool = False,
    ) -> Response:
        found = site.space(request).library.get_version(document, version or None)
        content = _original(site, found)
        picture = draw_page(found, content, n, _LARGE if large else _SCALE)
        headers = {"cache-control": "private, max-age=600"}
        return Response(picture.content, media_type=picture.media_type, headers=headers)

    @router.get("/original/{document:path}")
    def original(document: str, request: Request) -> Response:
        found = site.space(request).library.get_version(document)
        content = _original(site, found)
        site.note(request, "download", document)
        name = quote(PurePosixPath(document).name)
        headers = {"content-disposition": f"attachment; filename*=UTF-8''{name}"}
        # Never by its own type: a page of markup among the documents must not run as one of ours.
        return Response(content, media_type="application/octet-stream", headers=headers)

    return router


def _clause_span(version: Version, wanted: str) -> Span | None:
    """The span of the clause that an address names; None where it names none."""
    found = find_clause(version, wanted) if wanted else None
    return Span(found.start, found.end) if found is not None else None


def _shown(site: Site, space: Workspace, titles: Titles, version: Version, span: Span | None, paged: bool) -> Shown:
    start, end = (span.start, span.end) if span is not None else (None, None)
    can = version.format in PAGED and any(p.page is not None for p in version.places)
    sizes: dict[int, tuple[float, float]] = {}
    said = ""
    if can and paged:
        try:
            sizes = find_sizes(version, _original(site, version), find_pages(version, start, end))
        except (UnreadableFile, DocumentMissing) as e:
            said = str(e)
    return Shown(
        version,
        space.library.status_of(version.document, date.today(), version.id),
        space.library.find_versions(version.document),
        start,
        end,
        sizes,
        can,
        titles.find,
        said,
        find_timeline(space.library.lineage(), version.document),
    )


class _TitlesKept:
    """Title indexes of the last few sets of documents; making one reads every title, and a view's tuple tells it apart."""

    def __init__(self) -> None:
        self._kept: list[tuple[tuple[DocumentInfo, ...], Titles]] = []

    def of(self, space: Workspace) -> Titles:
        """The index of what a workspace holds."""
        infos = space.library.find_documents()
        held = next((t for i, t in self._kept if i is infos), None)
        if held is None:
            today = date.today()
            held = Titles.of(infos, lambda document: space.library.status_of(document, today))
            self._kept = [*self._kept[-_INDEXES:], (infos, held)]
        return held


def _original(site: Site, version: Version) -> bytes:
    """The file's bytes as they were read; UnreadableFile where the file has changed or gone since."""
    whole = site.spaces.whole
    seen = whole.library.get_source(version.document)
    if seen is None:
        raise DocumentMissing(f"“{version.document}”没有记下来源，原件不能打开；重新读入后即可。")
    content = load_original(seen["root"], version.document, whole.settings.limits)
    if hashlib.sha256(content).hexdigest() != version.content_hash:
        raise UnreadableFile("missing", f"“{version.document}”的原件在读入后有改动，与库中这一版不符，请先重新读入。")
    return content
