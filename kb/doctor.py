"""Checks the installation and the library, and says how to mend what is wrong."""

from __future__ import annotations

import importlib.util
import shutil
from dataclasses import dataclass
from typing import Literal

from kb.config import Settings
from kb.errors import KBError

# Import name of each package the product needs -> what is lost without it.
_PACKAGES = {
    "tantivy": "全文检索",
    "faiss": "向量检索",
    "jieba": "分词",
    "rjieba": "批量分词",
    "lxml": "读取 docx、ofd、html",
    "pypdfium2": "读取 PDF",
    "rapidocr": "识别扫描件",
    "gradio": "网页",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """检查结果: what is wrong and what to do about it."""

    severity: Literal["error", "warning"]
    message: str
    remedy: str


def check_installation(settings: Settings) -> tuple[Finding, ...]:
    """Packages, tools and the encoder that the settings ask for."""
    found = [
        Finding("error", f"缺少软件包 {name}（{use}不可用）。", "在项目目录运行 make setup 重新安装。")
        for name, use in _PACKAGES.items()
        if importlib.util.find_spec(name) is None
    ]
    if not shutil.which("soffice"):
        found.append(
            Finding(
                "warning",
                "未安装 LibreOffice，.doc、.wps、.rtf、.xls 不能读入。",
                "Debian/Ubuntu：apt-get install libreoffice-writer-nogui libreoffice-calc-nogui。",
            )
        )
    from kb.embedding import load_encoder

    try:
        load_encoder(settings.encoder)
    except KBError as e:
        found.append(Finding("error", str(e), "检查环境变量 DINGZE_ENCODER，或删去它以使用自带模型。"))
    return tuple(found)


def check_library(settings: Settings) -> tuple[Finding, ...]:
    """What the library says of itself: the truth, the derived stores, the encoder."""
    from kb.workspace import open_workspace

    try:
        space = open_workspace(settings)
    except KBError as e:
        return (Finding("error", str(e), "运行 kb ingest 建库；库已损坏时运行 kb rebuild，仍不行则从备份恢复。"),)
    return tuple(
        Finding("error" if p.severity == "error" else "warning", p.message, p.remedy) for p in space.library.check()
    )
