"""管理: files in and out of the library, with a parse report each, and the library's health."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path
from threading import Lock
from typing import Any

import gradio as gr

from ingest.pipeline import IngestReport, Progress, ingest
from kb.errors import KBError
from kb.web.render import notice, source_url
from kb.web.security import Access
from kb.workspace import Workspace

FOLDER = "上传"  # uploaded files are documents below this name, apart from those read from folders
_FILES = 200  # of one upload
_NAME = 120  # characters of a file name kept


def build_admin(space: Workspace, access: Access, block: Any) -> None:
    """The components and events of the page; every event asks anew whether the user may."""
    writing = Lock()
    gr.HTML('<h2 class="dz-sub">上传文件</h2>', padding=False, apply_default_css=False)
    files = gr.File(
        file_count="multiple", type="filepath", label="拖入文件，可多选：docx、pdf、html、txt、md、xlsx、ofd、zip…", height=140,
        elem_id="dz-files",
    )  # fmt: skip
    with gr.Row(elem_classes="dz-under"):
        send = gr.Button("读入文库", variant="primary", scale=0, min_width=120, elem_id="dz-send")
    report = gr.HTML(padding=False, apply_default_css=False, elem_id="dz-report")
    gr.HTML('<h2 class="dz-sub">移除文件</h2>', padding=False, apply_default_css=False)
    with gr.Row(elem_classes="dz-under"):
        gone = gr.Dropdown([], multiselect=True, label="已上传的文件", elem_id="dz-gone", min_width=280)
        drop = gr.Button("移除", variant="stop", scale=0, min_width=90)
    health = gr.HTML(padding=False, apply_default_css=False, elem_id="dz-health")

    def allowed(request: gr.Request) -> bool:
        return access.is_admin(request.username)

    def take(
        paths: list[str] | None,
        request: gr.Request,
        progress: Any = gr.Progress(),  # noqa: B008 — Gradio finds it as a default value
    ) -> Iterator[tuple[str, Any, Any]]:
        if not allowed(request):
            yield notice("没有权限", "只有管理员可以上传文件。", "error"), gr.skip(), gr.skip()
            return
        if not paths:
            yield notice("没有选择文件", "请先拖入或选择文件。"), gr.skip(), gr.skip()
            return
        yield (
            notice("正在读入…", f"共 {len(paths)} 个文件，读完后列出每个文件的解析结果。", "waiting"),
            gr.skip(),
            gr.skip(),
        )
        with writing:
            result = store_uploads(
                space, [Path(p) for p in paths[:_FILES]], lambda done, total, name: progress((done, total), desc=name)
            )
        yield result, None, gr.Dropdown(choices=find_uploads(space), value=[])

    def remove(names: list[str], request: gr.Request) -> tuple[str, Any]:
        if not allowed(request):
            return notice("没有权限", "只有管理员可以移除文件。", "error"), gr.skip()
        with writing:
            said = remove_uploads(space, names or [])
        return said, gr.Dropdown(choices=find_uploads(space), value=[])

    def show(request: gr.Request) -> tuple[str, Any]:
        if not allowed(request):
            return notice("没有权限", "只有管理员可以查看本页。", "error"), gr.Dropdown(choices=[])
        return format_health(space), gr.Dropdown(choices=find_uploads(space))

    private: dict[str, Any] = {"api_visibility": "private", "concurrency_limit": 1}
    send.click(take, [files], [report, files, gone], **private).then(show, None, [health, gone], **private)
    drop.click(remove, [gone], [report, gone], **private).then(show, None, [health, gone], **private)
    block.load(show, None, [health, gone], show_progress="hidden", **private)


def uploads(space: Workspace) -> Path:
    """The folder that holds what was uploaded, beside the library's own files."""
    return space.settings.library / "uploads"


def find_uploads(space: Workspace) -> list[str]:
    """Documents that were uploaded here."""
    root = str(uploads(space).resolve())
    return sorted(d for d, seen in space.library.sources().items() if seen["root"] == root)


def store_uploads(space: Workspace, paths: Sequence[Path], progress: Progress | None = None) -> str:
    """Copy files under safe names, read them, and say for each what came of it."""
    folder = uploads(space) / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    names = []
    for path in paths:
        name = path.name.lstrip(".")[-_NAME:] or "未命名"
        shutil.copyfile(path, folder / name)
        names.append(f"{FOLDER}/{name}")
    try:
        report = ingest([uploads(space)], space.library, space.settings, progress=progress)
    except KBError as e:
        return notice("未能读入", str(e), "error")
    space.library.refresh()
    return _format_report(space, names, report)


def remove_uploads(space: Workspace, names: Sequence[str]) -> str:
    """Take uploaded documents out, file and records."""
    mine = set(find_uploads(space))
    done = []
    try:
        with space.library.writing():
            for name in dict.fromkeys(names):
                if name in mine:
                    space.library.remove(name)
                    (uploads(space) / name).unlink(missing_ok=True)
                    done.append(name)
            space.library.flush()
    except KBError as e:
        return notice("未能移除", str(e), "error")
    return notice(f"已移除 {len(done)} 份文件", "、".join(done) or "请先选择要移除的文件。")


def _format_report(space: Workspace, names: Sequence[str], report: IngestReport) -> str:
    failed = {f["document"]: f["reason"] for f in report.failed}
    rows = ""
    for name in names:
        if reason := failed.get(name):
            rows += f'<tr><th scope="row">{escape(name)}</th><td class="dz-bad">未读入</td><td colspan="3">{escape(reason)}</td></tr>'
            continue
        members = [i for i in space.library.find_documents() if i.document == name or i.document.startswith(f"{name}/")]
        for info in members:
            version = space.library.get_version(info.document)
            doubts = "；".join(d.message for d in version.doubts[:3]) or "无"
            rows += (
                f'<tr><th scope="row"><a href="{escape(source_url(info.document))}">{escape(info.identity.title)}</a></th>'
                f"<td>已读入</td><td>{info.characters:,} 字</td><td>{len(version.clauses)} 条款 · {info.passages} 段</td><td>{escape(doubts)}</td></tr>"
            )
    summary = f"新增 {report.added}，更新 {report.updated}，未变 {report.unchanged}，失败 {len(report.failed)}；用时 {report.seconds:.1f} 秒"
    return (
        f'<p class="dz-total" role="status">{summary}</p><div class="dz-scroll"><table><thead><tr><th>文件</th><th>结果</th>'
        f"<th>篇幅</th><th>结构</th><th>存疑</th></tr></thead><tbody>{rows}</tbody></table></div>"
    )


def format_health(space: Workspace) -> str:
    """What the library holds, and what is wrong with it."""
    library = space.library
    counts = [
        ("文件", len(library.find_documents())),
        ("段落", library.count("passages")),
        ("职责", library.count("duties")),
    ]
    counts += [("要求", library.count("requirements")), ("数据", library.count("figures"))]
    facts = "".join(f"<div><dt>{n}</dt><dd>{v:,}</dd></div>" for n, v in counts)
    problems = library.check()
    said = (
        "".join(f"<li>{escape(p.message)}处理办法：{escape(p.remedy)}</li>" for p in problems)
        or "<li>未发现问题。</li>"
    )
    return f'<h2 class="dz-sub">文库状况</h2><dl class="dz-facts">{facts}<div><dt>编码器</dt><dd>{escape(space.encoder.name)}</dd></div></dl><ul class="dz-notes">{said}</ul>'
