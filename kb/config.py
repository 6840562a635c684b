"""Settings: read once from the environment at a face, then passed down; nothing else reads the environment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import platformdirs

from kb.errors import UsageError

PREFIX = "DINGZE_"


@dataclass(frozen=True, slots=True)
class Limits:
    """上限: bounds that keep a hostile file from costing more than it may."""

    file_bytes: int = 300 * 1024 * 1024
    text_characters: int = 10_000_000  # twenty thousand pages; read and understood in about ten seconds
    unpacked_bytes: int = 1024 * 1024 * 1024  # of one zip, docx, xlsx or ofd, all members together
    unpack_ratio: int = 200  # a larger ratio of unpacked to packed bytes is a zip bomb
    members: int = 20_000
    depth: int = 3  # zips inside zips
    xml_depth: int = 256
    pages: int = 3_000
    ocr_pages: int = 200
    seconds: float = 300.0  # for one file, without OCR
    converted: Path | None = None  # where a run keeps old Office files converted ahead, by the hash of their bytes


@dataclass(frozen=True, slots=True)
class Model:
    """语言模型端点: any OpenAI-compatible server, or Ollama; none by default."""

    kind: str = ""  # "", "openai" or "ollama"
    url: str = ""
    name: str = ""
    key: str = field(default="", repr=False)
    seconds: float = 60.0
    retries: int = 2
    price_in: float | None = None  # of a million tokens read, in ``currency``
    price_out: float | None = None  # of a million tokens written
    currency: str = "元"


@dataclass(frozen=True, slots=True)
class Settings:
    """设置."""

    library: Path
    encoder: str = "builtin"  # "builtin", "hashing", or a sentence-transformers model by name or path
    reranker: str = ""  # a sentence-transformers CrossEncoder by name or path
    dictionary: Path | None = None  # the user's words and synonyms
    agencies: Path | None = None  # the user's agency registry
    workers: int = 2
    host: str = "127.0.0.1"
    port: int = 7860
    limits: Limits = field(default_factory=Limits)
    model: Model = field(default_factory=Model)


def read_settings(environ: Mapping[str, str] | None = None, *, library: str | Path | None = None) -> Settings:
    """Settings from ``DINGZE_*`` variables; ``library`` (a command's option) goes before them.

    Raises UsageError for a number or price that is none.
    """
    env = os.environ if environ is None else environ

    def text(name: str, default: str = "") -> str:
        return env.get(PREFIX + name, default).strip()

    def number(name: str, default: int) -> int:
        value = text(name)
        if not value:
            return default
        try:
            return int(value)
        except ValueError as e:
            raise UsageError(f"环境变量 {PREFIX}{name} 应为整数，现为“{value}”，请改正或删去。") from e

    def price(name: str) -> float | None:
        try:
            return float(text(name)) if text(name) else None
        except ValueError as e:
            raise UsageError(f"环境变量 {PREFIX}{name} 应为每百万词元的价格，现为“{text(name)}”，请改正或删去。") from e

    def path(name: str) -> Path | None:
        return Path(text(name)).expanduser() if text(name) else None

    default_library = path("LIBRARY") or Path(platformdirs.user_data_dir("dingze")) / "library"
    return Settings(
        library=Path(library).expanduser() if library else default_library,
        encoder=text("ENCODER", "builtin"),
        reranker=text("RERANKER"),
        dictionary=path("DICTIONARY"),
        agencies=path("AGENCIES"),
        workers=max(1, number("WORKERS", min(4, os.cpu_count() or 1))),
        host=text("HOST", "127.0.0.1"),
        port=number("PORT", 7860),
        model=Model(
            kind=text("LLM", "openai" if text("LLM_URL") else ""),
            url=text("LLM_URL"),
            name=text("LLM_MODEL"),
            key=text("LLM_KEY"),
            seconds=float(number("LLM_SECONDS", 60)),
            retries=max(0, number("LLM_RETRIES", 2)),
            price_in=price("LLM_PRICE_IN"),
            price_out=price("LLM_PRICE_OUT"),
            currency=text("LLM_CURRENCY", "元"),
        ),
    )
