"""The house rules of docs/architecture.md: imports go strictly down, each package has one home."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

# Longest prefix wins. Modules of one room may import each other; another room's only if its floor is lower.
FLOORS = {
    "kb.records": 0, "kb.errors": 0, "kb.text": 0, "kb.config": 0,
    "kb.words": 1, "kb.agencies": 1, "kb.agency_names": 0, "kb.embedding": 1, "kb.lineage": 1, "kb.sqlite": 1, "kb.matching": 1, "kb.linking": 1,
    "kb.library": 2, "kb.access": 2, "kb.jobs": 3,
    "kb.search": 3,
    "kb.compare": 4, "kb.timeline": 5, "kb.blame": 5, "kb.responsibility": 4,
    "kb.answer": 6, "kb.export_answer": 7, "kb.export_comparison": 7, "kb.evaluate": 7, "kb.formats": 1, "kb.workspace": 7,
    "ingest": 3,  # may see kb's floors 0–2
    "kb.doctor": 8, "kb.suites": 8, "kb.web": 8, "kb.commands": 8, "kb.cli": 8, "app": 8,
}  # fmt: skip
FACES = ("kb.web", "kb.commands", "kb.cli", "kb.suites", "kb.doctor", "app")

# Third-party package -> the only places that may import it.
HOMES = {
    "jieba": ("kb.words",), "rjieba": ("kb.words",),
    "sqlalchemy": ("kb.sqlite", "kb.library", "kb.access", "kb.jobs"), "tantivy": ("kb.library",), "faiss": ("kb.library",),
    "sentence_transformers": ("kb.embedding", "kb.search.rerank"), "torch": (), "tokenizers": ("kb.embedding",),
    "llama_index": ("kb.library", "kb.answer.llm"),
    "gradio": ("kb.web",), "fastapi": ("kb.web",), "uvicorn": ("kb.web", "app"),
    "docx": ("ingest.readers", "kb.export", "kb.export_answer", "kb.export_comparison"),
    "openpyxl": ("ingest.readers", "kb.export", "kb.export_comparison"), "python_calamine": ("ingest.readers",),
    "pypdfium2": ("ingest.readers",), "pdfplumber": ("ingest.readers",), "rapidocr": ("ingest.readers",),
    "onnxruntime": ("ingest.readers",), "charset_normalizer": ("ingest.readers",), "lxml": ("ingest.readers",),
    "platformdirs": ("kb.config",), "argon2": ("kb.access",),
    "structlog": ("kb.web",), "prometheus_client": ("kb.web",), "limits": ("kb.web",), "mcp": ("kb.web",),
}  # fmt: skip
FLOORS["kb.export"] = 7


def modules() -> list[tuple[str, Path]]:
    files = [*(ROOT / "kb").rglob("*.py"), *(ROOT / "ingest").rglob("*.py")]
    files += [ROOT / "app.py"] if (ROOT / "app.py").exists() else []
    return [(".".join(f.relative_to(ROOT).with_suffix("").parts), f) for f in sorted(files) if f.name != "__init__.py"]


def imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
            if node.module.split(".")[0] in ("kb", "ingest"):
                found |= {f"{node.module}.{a.name}" for a in node.names}
    return found


def room(module: str) -> str | None:
    return max((r for r in FLOORS if module == r or module.startswith(r + ".")), key=len, default=None)


@pytest.mark.parametrize(("name", "path"), modules(), ids=lambda v: v if isinstance(v, str) else "")
def test_imports_go_strictly_down(name: str, path: Path) -> None:
    here = room(name)
    assert here is not None, f"{name} has no room: add it to FLOORS and to docs/architecture.md"
    for target in imports(path):
        there = room(target)
        if there is None or there == here:
            continue
        if there == "ingest":
            assert here in FACES, f"{name} imports {target}: kb never imports ingest except from the faces"
        elif here == "ingest":
            assert FLOORS[there] <= 2, f"{name} imports {target}: ingest may import kb's floors 0–2 only"
        elif FLOORS[here] == 0:
            assert FLOORS[there] == 0, f"{name} imports {target}"
        else:
            assert FLOORS[there] < FLOORS[here] or here in FACES, (
                f"{name} (floor {FLOORS[here]}) imports {target} (floor {FLOORS[there]})"
            )


@pytest.mark.parametrize(("name", "path"), modules(), ids=lambda v: v if isinstance(v, str) else "")
def test_one_home_per_third_party_package(name: str, path: Path) -> None:
    for target in imports(path):
        homes = HOMES.get(target.split(".")[0])
        if homes is not None:
            assert any(name == h or name.startswith(h + ".") for h in homes), (
                f"{name} imports {target}, which lives in {homes}"
            )
