"""What editors and administrators do: uploads, removal, jobs, dictionaries, people; the guard asks for the role."""

from __future__ import annotations

import shutil
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, UploadFile
from pydantic import BaseModel, ConfigDict, Field

from kb.access.people import Role
from kb.errors import UsageError
from kb.formats import Json
from kb.jobs import STATES, Job
from kb.web.site import Site, user_of
from kb.web.work import FOLDER, remove_documents, safe_name, uploads

Name = Annotated[str, Field(min_length=1, max_length=1000)]


class Documents(BaseModel):
    """Documents to act on."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"documents": ["上传/停车管理办法.docx"]}]})
    documents: list[Name] = Field(min_length=1, max_length=500)


class Account(BaseModel):
    """A user as the form sends it; what is left out stays."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"name": "张三", "role": "reader", "password": "至少十个字符的密码"}]}
    )
    name: str = Field(min_length=1, max_length=40)
    role: Role | None = None
    password: str | None = Field(default=None, max_length=200)
    disabled: bool | None = None


class GroupForm(BaseModel):
    """A group as the form sends it."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"name": "纪要", "patterns": ["内部/", "*纪要*"], "members": ["张三"]}]}
    )
    name: str = Field(min_length=1, max_length=40)
    patterns: list[str] = Field(max_length=200)
    members: list[str] = Field(default_factory=list, max_length=1000)


def build_manage(site: Site) -> APIRouter:
    """Routes below /api/manage, and the progress that everybody may see."""
    router = APIRouter(prefix="/api", tags=["管理"])

    @router.get("/progress", summary="后台任务进度（只有数目）")
    def progress() -> Json:
        running = next((j for j in site.jobs.find(5, without="export") if j.state == "running"), None)
        return {"running": running is not None, **({"done": running.done, "total": running.total} if running else {})}

    _add_files(router, site)
    _add_jobs(router, site)
    _add_people(router, site)
    _add_groups(router, site)

    return router


def _add_files(router: APIRouter, site: Site) -> None:
    @router.post("/manage/uploads", summary="上传一个文件，稍后一并读入；同名的被替换")
    def upload(request: Request, file: UploadFile) -> Json:
        library = site.spaces.whole.library
        folder = uploads(library) / FOLDER
        folder.mkdir(parents=True, exist_ok=True)
        name = safe_name(file.filename or "")
        limit = site.spaces.whole.settings.limits.file_bytes
        if file.size is not None and file.size > limit:
            raise UsageError(f"“{name}”超过 {limit >> 20} MB 的上限，请拆分后再上传。")
        replaced = (folder / name).exists()
        part = folder / f".{name}.part"  # hidden files are passed over, so a torn upload is never read
        with part.open("wb") as out:
            shutil.copyfileobj(file.file, out, 1 << 20)
        part.replace(folder / name)
        site.note(request, "change", f"上传 {FOLDER}/{name}")
        return {"document": f"{FOLDER}/{name}", "replaced": replaced}

    @router.post("/manage/read", summary="在后台读入已上传的文件")
    def read(body: Documents, request: Request) -> Json:
        title = f"读入 {len(body.documents)} 个上传的文件"
        asked = {"paths": [str(uploads(site.spaces.whole.library))], "documents": body.documents}
        return {"job": site.jobs.submit("ingest", title, user_of(request).name, asked)}

    @router.post("/manage/reread", summary="在后台重新读入文件")
    def reread(body: Documents, request: Request) -> Json:
        site.note(request, "change", "重新读入 " + "、".join(body.documents))
        title = f"重新读入 {len(body.documents)} 份文件"
        return {"job": site.jobs.submit("reread", title, user_of(request).name, {"documents": body.documents})}

    @router.post("/manage/remove", summary="把文件移出文库")
    def remove(body: Documents, request: Request) -> Json:
        done = remove_documents(site.spaces.whole.library, body.documents)
        site.note(request, "change", "移除 " + "、".join(done))
        return {"removed": done}

    @router.post("/manage/rebuild", summary="在后台重建索引")
    def rebuild(request: Request) -> Json:
        site.note(request, "change", "重建索引")
        return {"job": site.jobs.submit("rebuild", "重建全文与向量索引", user_of(request).name, {})}


def _add_jobs(router: APIRouter, site: Site) -> None:
    @router.get("/manage/jobs", summary="后台任务")
    def jobs() -> Json:
        return {"jobs": [format_job(j) for j in site.jobs.find(without="export")]}

    @router.get("/manage/jobs/{id}", summary="一个任务的进度与结果")
    def job(id: str) -> Json:
        return format_job(_get_job(site, id))

    @router.post("/manage/jobs/{id}/cancel", summary="取消任务")
    def cancel(id: str, request: Request) -> Json:
        site.jobs.cancel(_get_job(site, id).id)
        site.note(request, "change", f"取消任务 {id}")
        return format_job(site.jobs.get(id))

    @router.post("/manage/jobs/{id}/resume", summary="继续任务")
    def resume(id: str, request: Request) -> Json:
        site.jobs.resume(_get_job(site, id).id)
        site.note(request, "change", f"继续任务 {id}")
        return format_job(site.jobs.get(id))


def _get_job(site: Site, id: str) -> Job:
    """A job that editors share; an export is its user's own, under /api/exports."""
    job = site.jobs.get(id)
    if job.kind == "export":
        raise UsageError(f"没有任务 {id[:40]}，它可能已从列表中清除。")
    return job


def _add_people(router: APIRouter, site: Site) -> None:
    people = site.people

    @router.post("/manage/people/users", summary="建立或修改用户")
    def user(body: Account, request: Request) -> Json:
        known = {u.name for u in people.find_users()}
        if body.name not in known:
            people.add_user(body.name, body.role or "reader", body.password or None)
            if body.disabled:
                people.change_user(body.name, disabled=True)
        else:
            lowers = bool(body.disabled) or body.role not in (None, "admin")
            _keep_an_administrator(request, body.name, lowers=lowers)
            people.change_user(body.name, role=body.role, disabled=body.disabled, password=body.password or None)
        site.note(request, "access", f"用户 {body.name}")
        return {"user": body.name}

    @router.post("/manage/people/users/{name}/remove", summary="删除用户")
    def remove_user(name: str, request: Request) -> Json:
        _keep_an_administrator(request, name, lowers=True)
        people.remove_user(name)
        site.note(request, "access", f"删除用户 {name}")
        return {"removed": name}

    @router.post("/manage/people/users/{name}/keys", summary="发给用户一个密钥，只显示这一次")
    def key(name: str, request: Request, note: Annotated[str, Query(max_length=80)] = "") -> Json:
        made = people.add_key(name, note)
        site.note(request, "access", f"发密钥给 {name}")
        return {"user": name, "key": made}

    @router.post("/manage/people/keys/{id}/remove", summary="收回密钥")
    def remove_key(id: str, request: Request) -> Json:
        people.remove_key(id)
        site.note(request, "access", f"收回密钥 {id}")
        return {"removed": id}


def _add_groups(router: APIRouter, site: Site) -> None:
    people = site.people

    @router.post("/manage/people/groups", summary="建立或修改文件组")
    def group(body: GroupForm, request: Request) -> Json:
        people.set_group(body.name.strip(), body.patterns, body.members)
        site.note(request, "access", f"文件组 {body.name}：{'、'.join(body.patterns)}")
        return {"group": body.name}

    @router.post("/manage/people/groups/{name}/remove", summary="删除文件组")
    def remove_group(name: str, request: Request) -> Json:
        people.remove_group(name)
        site.note(request, "access", f"删除文件组 {name}")
        return {"removed": name}

    @router.get("/manage/audit", summary="审计日志，新的在前")
    def audit(
        user: Annotated[str, Query(max_length=40)] = "",
        action: Annotated[str, Query(max_length=20)] = "",
        q: Annotated[str, Query(max_length=100)] = "",
        before: Annotated[int | None, Query(ge=0, le=2**62)] = None,
    ) -> Json:
        entries = site.audit.find(user=user, action=action, text=q, before=before)
        fields = ("key", "at", "user", "action", "what", "request")
        return {"entries": [{f: getattr(e, f) for f in fields} for e in entries]}


def _keep_an_administrator(request: Request, name: str, *, lowers: bool) -> None:
    """An administrator does not shut the door behind everybody: nobody lowers or stops their own account."""
    if lowers and name == user_of(request).name:
        raise UsageError("不能停用、删除或降低自己的账户，请由另一位管理员操作。")


def format_job(job: Job) -> dict[str, Any]:
    """A job as pages and programs see it."""
    return {
        "id": job.id, "kind": job.kind, "title": job.title, "user": job.user, "state": job.state,
        "state_name": STATES[job.state], "done": job.done, "total": job.total, "at": job.at, "result": job.result,
        "created_at": job.created_at, "ended_at": job.ended_at, "resumable": job.resumable,
    }  # fmt: skip
