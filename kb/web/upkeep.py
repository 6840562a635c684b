"""What editors correct: entries of the dictionaries, and what was concluded about a document's editions and days."""

from __future__ import annotations

from datetime import date, datetime
from threading import Lock
from typing import Annotated, Literal

from fastapi import APIRouter, Form, Request
from pydantic import BaseModel, ConfigDict, Field

from kb.access.people import LOCAL
from kb.errors import DocumentMissing, UsageError
from kb.formats import Json
from kb.records import Correction
from kb.web.dictionaries import get_dictionary, save_dictionary
from kb.web.entries import DICTIONARY, KINDS, drop_entry, put_entry
from kb.web.site import Site, user_of

Name = Annotated[str, Field(min_length=1, max_length=1000)]
Text = Annotated[str, Field(max_length=2000)]


class EntryForm(BaseModel):
    """词条: a new one, or one in the place of the text ``was``."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"kind": "synonym", "fields": {"lay": "扫大道", "official": "清扫保洁"}},
                {
                    "kind": "concrete",
                    "fields": {"generic": "城市管理部门", "place": "云泽市", "name": "云泽市城市管理局"},
                },
            ]
        }
    )
    kind: Literal["synonym", "body", "reform", "concrete"]
    was: str = Field("", max_length=20_000)
    fields: dict[Annotated[str, Field(max_length=20)], Text] = Field(max_length=10)


class EntryGone(BaseModel):
    """A 词条 to remove."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"kind": "synonym", "was": "扫大道 = 清扫保洁"}]})
    kind: Literal["synonym", "body", "reform", "concrete"]
    was: str = Field(min_length=1, max_length=20_000)


class LineageForm(BaseModel):
    """沿革更正: days, or whether two documents are editions of one work."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"kind": "dates", "document": "条例(2018).md", "ends": "2023-03-01", "note": "见公报2023年第3期"},
                {"kind": "unlink", "document": "条例(2018).md", "other": "条例(2023).md"},
            ]
        }
    )
    kind: Literal["link", "unlink", "dates"]
    document: Name
    other: Name | None = None
    begins: date | None = None
    ends: date | None = None
    note: str = Field("", max_length=500)


def build_upkeep(site: Site) -> APIRouter:
    """Routes below /api/manage."""
    router = APIRouter(prefix="/api/manage", tags=["管理"])
    _add_dictionaries(router, site)
    _add_lineage(router, site)
    return router


def _add_dictionaries(router: APIRouter, site: Site) -> None:
    turn = Lock()  # two editors at once must not each save over the other's entry

    @router.post("/entries", summary="添加或修改一个词条，立即生效；有误时不改动任何内容")
    def put(body: EntryForm, request: Request) -> Json:
        name = DICTIONARY[body.kind]
        with turn:
            space = site.spaces.whole
            text = get_dictionary(space, name).text
            save_dictionary(site.spaces, name, put_entry(name, text, body.kind, body.fields, space.agencies, body.was))
        what = "、".join(v for v in body.fields.values() if v)[:200]
        site.note(request, "change", f"{'修改' if body.was else '添加'}{KINDS[body.kind]}词条 {what}")
        return {"saved": name}

    @router.post("/entries/remove", summary="删除一个词条")
    def remove(body: EntryGone, request: Request) -> Json:
        name = DICTIONARY[body.kind]
        with turn:
            text = get_dictionary(site.spaces.whole, name).text
            save_dictionary(site.spaces, name, drop_entry(name, text, body.was))
        site.note(request, "change", f"删除{KINDS[body.kind]}词条 {' '.join(body.was.split())[:200]}")
        return {"saved": name}

    @router.post("/dictionaries/{name}", summary="保存整部词典：synonyms 或 agencies")
    def dictionary(name: str, request: Request, text: Annotated[str, Form(max_length=400_000)] = "") -> Json:
        with turn:
            save_dictionary(site.spaces, name, text)
        site.note(request, "change", f"保存词典 {name}")
        return {"saved": name}


def _add_lineage(router: APIRouter, site: Site) -> None:
    @router.post("/lineage", summary="更正一份文件的有效期间或版次关系")
    def correct(body: LineageForm, request: Request) -> Json:
        known = {i.document for i in site.space(request).library.find_documents()}
        for document in (body.document, body.other):
            if document is not None and document not in known:
                raise DocumentMissing(f"库中没有“{document}”，请从列表中选一份。")
        if body.kind == "dates":
            if body.begins is None and body.ends is None:
                raise UsageError("请至少填一个日期。")
            if body.begins and body.ends and body.ends <= body.begins:
                raise UsageError(f"失效日 {body.ends} 应晚于施行日 {body.begins}，请核对。")
        elif body.other is None or body.other == body.document:
            raise UsageError("请选择另一份文件。")
        days = (body.begins, body.ends) if body.kind == "dates" else (None, None)
        other = None if body.kind == "dates" else body.other
        at = datetime.now().isoformat(timespec="seconds")
        name = user_of(request).name
        by = "本机" if name == LOCAL.name else name
        given = Correction(body.kind, body.document, other, *days, body.note.strip(), by, at)
        stored = site.spaces.whole.library.correct(given)
        site.note(request, "change", f"更正沿革 {stored.id}：{body.document}")
        return {"id": stored.id}

    @router.post("/lineage/{id}/withdraw", summary="撤回一项沿革更正")
    def withdraw(id: int, request: Request) -> Json:
        if id not in {c.id for c in site.space(request).library.find_corrections()}:
            raise UsageError("没有这项更正，它可能已被撤回。")
        site.spaces.whole.library.withdraw_correction(id)
        site.note(request, "change", f"撤回沿革更正 {id}")
        return {"withdrawn": id}
