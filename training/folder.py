"""Writes the model folder that sentence-transformers opens and kb.embedding reads."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save_file
from tokenizers import Tokenizer

HOME = "sentence_transformers"
STEPS = 127  # an int8 either way of zero


def quantise(matrix: NDArray[np.float32]) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Rows as int8 with one factor a row: the layout of model2vec, which sentence-transformers opens by itself."""
    factor = np.abs(matrix).max(axis=1) / STEPS
    rows = np.rint(matrix / np.where(factor == 0, 1, factor)[:, None]).astype(np.int8)
    return rows, factor.astype(np.float32)


def level(table: NDArray[np.float32], share: float) -> NDArray[np.float32]:
    """Rows with their lengths drawn together, to the power 1 - ``share``: trained, rare pieces end longer than serves."""
    lengths = np.maximum(np.linalg.norm(table, axis=1, keepdims=True), 1e-6)
    return np.asarray(table * lengths**-share, dtype=np.float32)


def write_model(out: Path, tokenizer: Tokenizer, table: NDArray[np.float32]) -> None:
    """A StaticEmbedding folder in 8 bits; [UNK] gets no vector."""
    matrix = table.copy()
    matrix[0] = 0
    rows, factor = quantise(matrix / np.abs(matrix).max())
    out.mkdir(parents=True, exist_ok=True)
    save_file({"embeddings": rows, "weights": factor}, str(out / "model.safetensors"))
    tokenizer.save(str(out / "tokenizer.json"), pretty=False)
    modules = [
        {
            "idx": 0,
            "name": "0",
            "path": "",
            "type": f"{HOME}.sentence_transformer.modules.static_embedding.StaticEmbedding",
        },
        {"idx": 1, "name": "1", "path": "1_Normalize", "type": f"{HOME}.base.modules.normalize.Normalize"},
    ]
    (out / "modules.json").write_text(json.dumps(modules, indent=1) + "\n", encoding="utf-8")
    (out / "1_Normalize").mkdir(exist_ok=True)
    (out / "1_Normalize" / "config.json").write_text(
        json.dumps({"module_input_name": "sentence_embedding", "module_output_name": "sentence_embedding"}) + "\n",
        encoding="utf-8",
    )
    config = {"model_type": "SentenceTransformer", "similarity_fn_name": "cosine"}
    (out / "config_sentence_transformers.json").write_text(json.dumps(config, indent=1) + "\n", encoding="utf-8")
