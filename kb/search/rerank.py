"""A cross-encoder over the leading hits, where one is set: slower, and needs sentence-transformers; never by default."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from kb.errors import KBError

READ = 24  # leading hits a cross-encoder reads; each costs tens of milliseconds on a CPU


class Reranker(Protocol):
    """重排器: scores of shape (n,), higher is better."""

    def score(self, question: str, texts: Sequence[str]) -> NDArray[np.float64]:
        """How well each text answers the question."""
        ...


class CrossEncoderReranker:
    """交叉编码器: any sentence-transformers CrossEncoder by name or path; imports torch when made."""

    def __init__(self, model: str) -> None:
        try:
            from sentence_transformers import CrossEncoder
        except ImportError as e:
            raise KBError(
                f"重排模型“{model}”需要 sentence-transformers：请安装 pip install 'dingze[models]'，或删去 DINGZE_RERANKER。"
            ) from e
        try:
            self._model: Any = CrossEncoder(model)
        except Exception as e:  # the library raises many kinds for a missing or broken model
            raise KBError(f"无法载入重排模型“{model}”：{e}。请检查 DINGZE_RERANKER 的名称或路径。") from e

    def score(self, question: str, texts: Sequence[str]) -> NDArray[np.float64]:
        """The model's own scores."""
        return np.asarray(self._model.predict([(question, t) for t in texts], show_progress_bar=False), dtype=float)
