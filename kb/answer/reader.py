"""A small network that reads the windows token by token: how likely the answer begins, ends or goes on at each.

Convolutions over the tokens of a window, steered by the question; ``training/train_reader.py`` fits it in torch, here it
runs in numpy. Two are packaged, which differ in what they began with; an answer takes the mean of both.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kb.answer.reader_tokens import COMMON, Rows, Seen, see_question, see_window
from kb.answer.span_layout import Ints, Laid, Window
from kb.answer.span_question import Asked, Table
from kb.embedding import StaticEncoder
from kb.errors import KBError

PACKAGED = Path(__file__).parent / "reader.npz"
ENCODER = "encoder"  # under which the name of the vectors stands beside the weights
DILATIONS = (1, 2, 4, 8, 1)
REACH = 2  # places on either side that a convolution sees
_FLOOR = -12.0  # of a logarithm of a probability
_NEAR = 3  # tokens by which an edge may be off and still count
_AROUND = 30  # tokens beside a candidate in which an answer that begins may be a longer one
COLUMNS = (
    "read_start", "read_end", "read_both", "read_inside", "read_overlap", "read_start_near", "read_end_near",
    "read_start_around",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reading:
    """读数: of each token of a window, the probability that the answer begins and ends there, and that it is inside."""

    starts: Ints  # where each token begins in the window
    ends: Ints
    begin: Table  # over all windows of a question the sum is 1
    end: Table
    inside: Table

    def measure(self, start: Ints, end: Ints) -> dict[str, Table]:
        """What the reader thinks of candidate spans, as the columns named in ``COLUMNS``."""
        count = len(self.starts)
        i = np.clip(np.searchsorted(self.ends, start, side="right"), 0, count - 1)
        j = np.maximum(i, np.clip(np.searchsorted(self.starts, end, side="left") - 1, 0, count - 1))
        begins, closes, held = (np.concatenate([[0.0], np.cumsum(p)]) for p in (self.begin, self.end, self.inside))

        def over(sums: Table, a: Ints, b: Ints) -> Table:
            return np.asarray(sums[np.clip(b + 1, 0, count)] - sums[np.clip(a, 0, count)])

        first, last = _log(self.begin[i]), _log(self.end[j])
        inside = over(held, i, j)
        size = (j - i + 1).astype(float)
        return {
            "read_start": first,
            "read_end": last,
            "read_both": first + last,
            "read_inside": inside / size,
            "read_overlap": 2 * inside / (size + held[-1]),
            "read_start_near": over(begins, i - _NEAR, j),
            "read_end_near": over(closes, i, j + _NEAR),
            "read_start_around": over(begins, i - _AROUND, j + _AROUND),
        }


class Network:
    """网络: one set of weights, by the names that torch gives them."""

    def __init__(self, weights: Mapping[str, NDArray[np.float32]]) -> None:
        self._weights = weights

    def read(self, question: Seen, windows: Sequence[Seen]) -> list[Rows]:
        """(tokens, 3) for each window: logits of beginning, end and inside."""
        w = self._weights
        asked = self._project(question)
        asked = _relu(_linear(w, "asked", asked))
        asked = asked + _relu(_convolve(asked, w["asked_near.weight"], w["asked_near.bias"], 1))
        share = _softmax(_linear(w, "pool", asked)[:, 0])
        whole = share @ asked
        keys = asked @ w["keys.weight"].T
        heads = _linear(w, "heads", whole).reshape(3, -1)
        found = []
        for seen in windows:
            told = _relu(_linear(w, "told", self._project(seen)))
            likeness = (told @ w["queries.weight"].T) @ keys.T / np.sqrt(np.float32(keys.shape[1]))
            likeness = likeness + w["likeness"] * (seen.vectors @ question.vectors.T)
            met = _softmax(likeness) @ asked
            told = told + _relu(_linear(w, "fuse", np.concatenate([told, met, told * met], axis=1)))
            for n, dilation in enumerate(DILATIONS):
                scale, shift = np.split(_linear(w, f"steer.{n}", whole), 2)
                steered = _normalise(told) * (1 + scale) + shift
                told = told + _relu(_convolve(steered, w[f"layers.{n}.weight"], w[f"layers.{n}.bias"], dilation))
            told = _normalise(told)
            found.append(_linear(w, "out", told) + told @ heads.T / np.sqrt(np.float32(told.shape[1])))
        return found

    def _project(self, seen: Seen) -> Rows:
        w = self._weights
        ids = seen.tokens.ids
        common = w["common.weight"][np.where(ids <= COMMON, ids, 0)]
        return np.concatenate([seen.vectors @ w["project.weight"].T, common, seen.features], axis=1)


class Reader:
    """读者: the networks and the vectors they read with."""

    def __init__(self, networks: Sequence[Network], encoder: StaticEncoder) -> None:
        self._networks, self._encoder = networks, encoder

    def see(self, asked: Asked, windows: Sequence[Window], laid: Sequence[Laid]) -> tuple[Seen, list[Seen]]:
        """What the networks see of a question and of its windows."""
        context = " ".join(dict.fromkeys(w.context for w in windows))
        question = see_question(asked, context, self._encoder)
        return question, [
            see_window(w, at, asked, question, self._encoder) for w, at in zip(windows, laid, strict=True)
        ]

    def read(self, asked: Asked, windows: Sequence[Window], laid: Sequence[Laid]) -> list[Reading]:
        """One reading a window."""
        question, seen = self.see(asked, windows, laid)
        if not len(question.tokens.ids) or not any(len(s.tokens.ids) for s in seen):
            nothing = [np.zeros(len(s.tokens.ids)) for s in seen]
            return [Reading(s.tokens.starts, s.tokens.ends, z, z, z) for s, z in zip(seen, nothing, strict=True)]
        sums = [np.zeros((len(s.tokens.ids), 3)) for s in seen]
        for network in self._networks:
            logits = network.read(question, seen)
            begin, end = (_over_all([rows[:, n] for rows in logits]) for n in (0, 1))
            for total, rows, b, e in zip(sums, logits, begin, end, strict=True):
                total += np.column_stack([b, e, 1 / (1 + np.exp(-rows[:, 2].astype(float)))]) / len(self._networks)
        return [
            Reading(s.tokens.starts, s.tokens.ends, total[:, 0], total[:, 1], total[:, 2])
            for s, total in zip(seen, sums, strict=True)
        ]


def load_reader(encoder: StaticEncoder, path: Path = PACKAGED, of: str = "") -> Reader:
    """The networks of a file whose names begin with ``of``; KBError where they learned with other vectors."""
    weights: dict[str, dict[str, NDArray[np.float32]]] = {}
    with np.load(path) as packed:
        if str(packed[ENCODER]) != encoder.name:
            raise KBError(f"{path.name} 由另一套词向量学得：请运行 python -m training.train_reader 重新训练。")
        for name in packed.files:
            if name != ENCODER and name.startswith(of):
                network, weight = name.split("/")
                weights.setdefault(network, {})[weight] = packed[name].astype(np.float32)
    return Reader([Network(weights[name]) for name in sorted(weights)], encoder)


def _over_all(logits: Sequence[Rows]) -> list[Table]:
    """Softmax over the tokens of all windows of a question."""
    whole = np.concatenate(logits).astype(float)
    shares = np.exp(whole - whole.max())
    return np.split(shares / shares.sum(), np.cumsum([len(x) for x in logits])[:-1])


def _log(share: Table) -> Table:
    return np.asarray(np.maximum(np.log(np.maximum(share, 1e-30)), _FLOOR))


def _relu(rows: Rows) -> Rows:
    return np.maximum(rows, 0)


def _softmax(rows: Rows) -> Rows:
    shares = np.exp(rows - rows.max(axis=-1, keepdims=True))
    return np.asarray(shares / shares.sum(axis=-1, keepdims=True))


def _normalise(rows: Rows) -> Rows:
    centred = rows - rows.mean(axis=1, keepdims=True)
    return np.asarray(centred / np.sqrt((centred * centred).mean(axis=1, keepdims=True) + 1e-5))


def _linear(weights: Mapping[str, NDArray[np.float32]], name: str, rows: Rows) -> Rows:
    return np.asarray(rows @ weights[f"{name}.weight"].T + weights[f"{name}.bias"])


def _convolve(rows: Rows, kernel: Rows, bias: Rows, dilation: int) -> Rows:
    """``kernel``: (out, in, width), as torch has it; the edges are padded with zeros."""
    width = kernel.shape[2]
    reach = width // 2 * dilation
    padded = np.pad(rows, ((reach, reach), (0, 0)))
    side = np.concatenate([padded[n * dilation : n * dilation + len(rows)] for n in range(width)], axis=1)
    return np.asarray(side @ kernel.transpose(2, 1, 0).reshape(-1, kernel.shape[0]) + bias)
