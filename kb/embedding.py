"""Text → vectors, behind one protocol: the shipped static model, a hashing stand-in, or any sentence-transformers model."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from kb.errors import KBError
from kb.text import normalise

Matrix = NDArray[np.float32]
_MODEL = Path(__file__).parent / "model"
_BATCH = 1024  # texts at a time: token ids and gathered rows stay within some tens of MB
_NONE = np.zeros(0, dtype=np.intp)
_ODD = (0x9E3779B1, 0x85EBCA77, 0xC2B2AE3D)  # the multipliers of xxHash, one a place in the gram
_AVALANCHE = 0x9E3779B97F4A7C15  # 2^64 / golden ratio, as in Fibonacci hashing


class Encoder(Protocol):
    """编码器: ``encode`` gives float32 of shape (n, dimension), rows of length 1; ``name`` identifies the weights."""

    name: str
    dimension: int

    def encode(self, texts: Sequence[str]) -> Matrix:
        """One row a text."""
        ...


class HashingEncoder:
    """散列编码: signed character 1–3-gram feature hashing; deterministic on every platform, needs no model."""

    def __init__(self, dimension: int = 256) -> None:
        self.dimension = dimension
        self.name = f"hashing-{dimension}"

    def encode(self, texts: Sequence[str]) -> Matrix:
        """One row a text, white space ignored; a text without characters becomes a zero row."""
        out = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for start, batch in _batches(texts):
            out[start : start + len(batch)] = self._counts(["".join(normalise(t).split()) for t in batch])
        return unit_rows(out)

    def _counts(self, texts: Sequence[str]) -> Matrix:
        points = np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), dtype="<u4").astype(np.uint64)
        rows = np.repeat(np.arange(len(texts)), [len(t) for t in texts])
        cells = len(texts) * self.dimension
        total = np.zeros(cells)
        for size in (1, 2, 3):
            count = len(points) - size + 1
            if count <= 0:
                break
            code = np.full(count, size, dtype=np.uint64)
            for place in range(size):  # wraps modulo 2^64, the same everywhere
                code = (code ^ points[place : place + count]) * np.uint64(_ODD[place])
            code = (code * np.uint64(_AVALANCHE)) >> np.uint64(32)
            within = rows[:count] == rows[size - 1 :]  # a gram must not run into the next text
            cell = rows[:count] * self.dimension + (code % np.uint64(self.dimension)).astype(np.int64)
            sign = np.where(code >> np.uint64(20) & np.uint64(1), 1.0, -1.0)
            total += np.bincount(cell[within], weights=sign[within], minlength=cells)
        return total.reshape(len(texts), self.dimension).astype(np.float32)


class StaticEncoder:
    """静态编码: the mean of the vectors of a text's pieces, from a sentence-transformers StaticEmbedding folder.

    Reads ``tokenizer.json`` and ``model.safetensors`` with tokenizers and numpy alone, so that no torch is imported.
    """

    def __init__(self, folder: Path) -> None:
        content = (folder / "model.safetensors").read_bytes()
        self._weights = _read_weights(content)
        self._tokenizer: Tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        self.dimension = int(self._weights.shape[1])
        digest = hashlib.sha256(content + (folder / "tokenizer.json").read_bytes()).hexdigest()
        self.name = f"dingze-static-{self.dimension}@{digest[:8]}"

    def encode(self, texts: Sequence[str]) -> Matrix:
        """One row a text; a text without known pieces becomes a zero row."""
        out = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for start, batch in _batches(texts):
            encodings = self._tokenizer.encode_batch_fast(list(batch), add_special_tokens=False)
            for row, encoding in enumerate(encodings, start):
                np.add.reduce(self._weights.take(encoding.ids or _NONE, axis=0), axis=0, out=out[row])
        return unit_rows(out)

    @property
    def size(self) -> int:
        """Rows of the table."""
        return len(self._weights)

    def cut(self, text: str) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        """The pieces of a text: row numbers, where each begins and where it ends, in characters."""
        encoding = self._tokenizer.encode(text, add_special_tokens=False)
        places = np.asarray(encoding.offsets, dtype=np.int64).reshape(-1, 2)
        return np.asarray(encoding.ids, dtype=np.int64), places[:, 0], places[:, 1]

    def unit_vectors(self, pieces: NDArray[np.int64]) -> tuple[Matrix, NDArray[np.float32]]:
        """The pieces' vectors scaled to length 1, and the logarithm of 1 + their lengths; zeros for what has none."""
        rows = self._weights.take(pieces, axis=0)
        lengths = np.linalg.norm(rows, axis=1)
        return unit_rows(rows), np.asarray(np.log1p(lengths), dtype=np.float32)


def _read_weights(content: bytes) -> Matrix:
    """One row a piece, from sentence-transformers' own layout or from model2vec's (rows in 8 bits, a factor a row).

    In float32 whatever the file holds: summing halves or bytes is far slower.
    """
    size = int.from_bytes(content[:8], "little")
    header = json.loads(content[8 : 8 + size])
    if "embedding.weight" in header:
        return _read_tensor(content, header["embedding.weight"]).astype(np.float32)
    rows = _read_tensor(content, header["embeddings"]).astype(np.float32)
    rows *= _read_tensor(content, header["weights"]).astype(np.float32)[:, None]
    return rows


def _read_tensor(content: bytes, entry: dict[str, Any]) -> NDArray[Any]:
    start = 8 + int.from_bytes(content[:8], "little")
    begin, end = entry["data_offsets"]
    dtype = {"F16": "<f2", "F32": "<f4", "I8": "i1"}[entry["dtype"]]
    return np.frombuffer(content[start + begin : start + end], dtype=dtype).reshape(entry["shape"])


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
        self.dimension = int(self._model.get_embedding_dimension())
        # A folder or a name can come to hold other weights: a taste of every tensor tells them apart, cheaply.
        digest = hashlib.sha256()
        for key, tensor in sorted(self._model.state_dict().items()):
            digest.update(f"{key}{tuple(tensor.shape)}".encode())
            digest.update(tensor.flatten()[:1024].float().cpu().numpy().tobytes())
        self.name = f"{model}@{digest.hexdigest()[:8]}"

    def encode(self, texts: Sequence[str]) -> Matrix:
        """One row a text, normalised."""
        rows = self._model.encode(
            list(texts), normalize_embeddings=True, convert_to_numpy=True, show_progress_bar=False
        )
        return unit_rows(np.asarray(rows, dtype=np.float32).reshape(len(texts), self.dimension))


@lru_cache(maxsize=1)
def load_packaged() -> StaticEncoder:
    """The packaged model, once; KBError where its files are missing."""
    missing = [part for part in ("model.safetensors", "tokenizer.json") if not (_MODEL / part).exists()]
    if missing:
        raise KBError(
            f"自带模型缺少文件 {'、'.join(missing)}（应在 {_MODEL}）：请重新安装，或把 DINGZE_ENCODER 设为 hashing。"
        )
    return StaticEncoder(_MODEL)


def _batches(texts: Sequence[str]) -> Iterator[tuple[int, Sequence[str]]]:
    for start in range(0, len(texts), _BATCH):
        yield start, texts[start : start + _BATCH]


def unit_rows(rows: Matrix) -> Matrix:
    """Rows scaled to length 1; zero rows stay zero."""
    norms = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.where(norms == 0, 1, norms), dtype=np.float32)


def load_encoder(name: str) -> Encoder:
    """The encoder of that name: ``builtin``, ``hashing``, or a sentence-transformers name or path; KBError if absent."""
    if name == "hashing":
        return HashingEncoder()
    if name != "builtin":
        return SentenceTransformersEncoder(name)
    return load_packaged()
