"""The pages that are whole as the server sends them: 职责 文库 比对 管理; a filter changes the address and one part of the page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from html import escape

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse

from kb.blame import find_blame
from kb.errors import DocumentMissing
from kb.records import DocumentInfo
from kb.web import layout
from kb.web.answering import find_follow_ups, get_own_record
from kb.web.origins import format_origins
from kb.web.pages import admin
from kb.web.pages.compare import format_compare
from kb.web.pages.duties import format_duties
from kb.web.pages.library import format_library, most
from kb.web.site import Chosen, Site, user_of
from kb.workspace import Workspace

Build = Callable[[Workspace, Mapping[str, str]], str]
PAGES: Mapping[str, tuple[str, Build]] = {
    "duties": ("职责", format_duties),
    "library": ("文库", format_library),
    "compare": ("比对", format_compare),
}
_OPTIONS = 300  # places and agencies offered


def add_pages(app: FastAPI, site: Site) -> None:
    """Routes of the pages and of their parts."""
    for name, (title, build) in PAGES.items():
        app.add_api_route(f"/{name}", _page(site, name, title, build), include_in_schema=False)

    @app.get("/fragment/{name}", response_class=HTMLResponse, include_in_schema=False)
    def fragment(name: str, request: Request) -> HTMLResponse:
        query = dict(request.query_params)
        if name in PAGES:
            return HTMLResponse(_build(site, request, name, PAGES[name][1]))
        if name == "scope":
            return HTMLResponse(_scope(site.space(request).library.find_documents(), query))
        if name == "blame":
            space = site.space(request)
            with site.working:
                found = find_blame(space.library, query.get("document", ""), query.get("version") or None)
            return HTMLResponse(format_origins(found))
        if name == "follow":
            return HTMLResponse(_follow_ups(site, request, query))
        raise DocumentMissing("没有这个页面。")

    @app.get("/admin", response_class=HTMLResponse, include_in_schema=False)
    @app.get("/admin/{section}", response_class=HTMLResponse, include_in_schema=False)
    def manage(request: Request, section: str = "") -> HTMLResponse:
        user = user_of(request)
        body = admin.format_admin(site, user, section, dict(request.query_params))
        return HTMLResponse(layout.page("管理", body, "/admin", user, site))


def _page(site: Site, name: str, title: str, build: Build) -> Callable[[Request], HTMLResponse]:
    def page(request: Request) -> HTMLResponse:
        body = f'<main class="dz-fragment dz-page">{_build(site, request, name, build)}</main>'
        return HTMLResponse(layout.page(title, body, f"/{name}", user_of(request), site))

    return page


def _build(site: Site, request: Request, name: str, build: Build) -> str:
    query = dict(request.query_params)
    said = (" → " if name == "compare" else " ").join(
        v for k in ("q", "task", "agency", "old", "new") if (v := query.get(k))
    )
    if said:
        site.note(request, {"duties": "duties", "compare": "compare"}.get(name, "search"), said)  # type: ignore[arg-type]
    if not said:
        return build(site.space(request), query)
    with site.finding if name == "library" else site.working:
        return build(site.space(request), query)


def _scope(infos: tuple[DocumentInfo, ...], query: Mapping[str, str]) -> str:
    """The controls that narrow a question, with what this user's library holds."""
    identities = [i.identity for i in infos]
    chosen = Chosen.read(query)
    places = [p for p in most([i.place for i in identities]) if p != "全国"][:_OPTIONS]
    boxes = ""
    for name, label, values, value in (
        ("place", "地域", places, chosen.place),
        ("genre", "类型", most([i.genre for i in identities]), chosen.genre),
    ):
        listed = "".join(
            f'<option value="{escape(v)}"{" selected" if v == value else ""}>{escape(v)}</option>' for v in values
        )
        boxes += f'<label>{label}<select name="{name}"><option value="">不限</option>{listed}</select></label>'
    issuers = "".join(f'<option value="{escape(v)}">' for v in most([i.issuer for i in identities])[:_OPTIONS])
    return (
        f'{boxes}<label>机关<input name="agency" list="dz-issuers" maxlength="100" placeholder="不限" value="{escape(chosen.agency)}"></label>'
        f'<datalist id="dz-issuers">{issuers}</datalist>'
    )


def _follow_ups(site: Site, request: Request, query: Mapping[str, str]) -> str:
    record = get_own_record(site, user_of(request), query.get("id", "")[:80])
    found = find_follow_ups(site, site.space(request, Chosen.read(query)), record.answer)
    buttons = "".join(f'<button type="button" class="dz-example">{escape(q)}</button>' for q in found)
    return f"<span>接着问</span>{buttons}" if found else ""
