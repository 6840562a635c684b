"""Text → vectors, behind one protocol: the shipped static model, a hashing stand-in, or any sentence-transformers model."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from kb.errors import KBError
from kb.text import normalise

Matrix = NDArray[np.float32]
_MODEL = Path(__file__).parent / "model"


class Encoder(Protocol):
    """编码器: ``encode`` gives float32 of shape (n, dimension), rows of length 1; ``name`` identifies the weights."""

    name: str
    dimension: int

    def encode(self, texts: Sequence[str]) -> Matrix:
        """One row a text."""
        ...


class HashingEncoder:
    """散列编码: signed character 1–3-gram feature hashing; deterministic, needs no model."""

    def __init__(self, dimension: int = 256) -> None:
        self.dimension = dimension
        self.name = f"hashing-{dimension}"

    def encode(self, texts: Sequence[str]) -> Matrix:
        """One row a text; a text without characters becomes a zero row."""
        out = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, text in enumerate(texts):
            plain = "".join(normalise(text).split())
            hashes = [_hash(plain[i : i + n]) for n in (1, 2, 3) for i in range(len(plain) - n + 1)]
            if hashes:
                codes = np.asarray(hashes, dtype=np.int64)
                np.add.at(out[row], codes % self.dimension, np.where(codes >> 20 & 1, 1.0, -1.0))
        return unit_rows(out)


@lru_cache(maxsize=200_000)
def _hash(gram: str) -> int:
    return crc32(gram.encode())


class SentenceTransformersEncoder:
    """外接编码器: any sentence-transformers model by name or path; imports torch on first use."""

    def __init__(self, model: str) -> None:
        try:
            from sentence_transformers import SentenceTransformer
        except ImportError as e:
            raise KBError(
                f"编码器“{model}”需要 sentence-transformers：请安装 pip install 'dingze[models]'，或删去 DINGZE_ENCODER 使用自带模型。"
            ) from e
        try:
            self._model: Any = SentenceTransformer(model)
        except Exception as e:  # the library raises many kinds for a missing or broken model
            raise KBError(f"无法载入编码器“{model}”：{e}。请检查 DINGZE_ENCODER 的名称或路径。") from e
        self.name = model
        self.dimension = int(self._model.get_sentence_embedding_dimension())

    def encode(self, texts: Sequence[str]) -> Matrix:
        """One row a text, normalised."""
        rows = self._model.encode(
            list(texts), normalize_embeddings=True, convert_to_numpy=True, show_progress_bar=False
        )
        return np.asarray(rows, dtype=np.float32)


def unit_rows(rows: Matrix) -> Matrix:
    """Rows scaled to length 1; zero rows stay zero."""
    norms = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.where(norms == 0, 1, norms), dtype=np.float32)


def load_encoder(name: str) -> Encoder:
    """The encoder of that name: ``builtin``, ``hashing``, or a sentence-transformers name or path; KBError if absent."""
    if name == "hashing" or (name == "builtin" and not (_MODEL / "model.safetensors").exists()):
        return HashingEncoder()
    return SentenceTransformersEncoder(str(_MODEL) if name == "builtin" else name)
