"""The reader of :mod:`kb.answer.reader` as torch learns it: the same weights by the same names."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from kb.answer.reader import DILATIONS, REACH
from kb.answer.reader_tokens import COMMON, QUESTION_FEATURES, TOKEN_FEATURES

COMMON_WIDTH = 16


class ReaderNetwork(nn.Module):
    """Questions of one batch with one stretch of a window each; ``*_mask`` is 1 where there is a token."""

    def __init__(self, dimension: int, width: int, dropout: float) -> None:
        super().__init__()
        self.project = nn.Linear(dimension, width, bias=False)
        self.common = nn.Embedding(COMMON + 1, COMMON_WIDTH)
        nn.init.normal_(self.common.weight, std=0.1)
        self.asked = nn.Linear(width + COMMON_WIDTH + QUESTION_FEATURES, width)
        self.told = nn.Linear(width + COMMON_WIDTH + TOKEN_FEATURES, width)
        self.asked_near = nn.Conv1d(width, width, 3, padding=1)
        self.pool = nn.Linear(width, 1)
        self.queries = nn.Linear(width, width, bias=False)
        self.keys = nn.Linear(width, width, bias=False)
        self.likeness = nn.Parameter(torch.tensor(4.0))
        self.fuse = nn.Linear(3 * width, width)
        self.steer = nn.ModuleList(nn.Linear(width, 2 * width) for _ in DILATIONS)
        self.layers = nn.ModuleList(
            nn.Conv1d(width, width, 2 * REACH + 1, padding=REACH * d, dilation=d) for d in DILATIONS
        )
        self.out = nn.Linear(width, 3)
        self.heads = nn.Linear(width, 3 * width)
        self.dropout = nn.Dropout(dropout)
        self.width = width

    def ask(self, vectors: Tensor, ids: Tensor, features: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        """The question's tokens and the question as a whole."""
        u = F.relu(self.asked(torch.cat([self.project(vectors), self.common(ids), features], 2))) * mask[:, :, None]
        u = u + F.relu(self.asked_near(u.transpose(1, 2)).transpose(1, 2)) * mask[:, :, None]
        share = torch.softmax(self.pool(u)[:, :, 0].masked_fill(mask == 0, -1e9), 1)
        return u, (share[:, :, None] * u).sum(1)

    def forward(
        self, asked: tuple[Tensor, Tensor, Tensor, Tensor], told: tuple[Tensor, Tensor, Tensor, Tensor]
    ) -> Tensor:
        """(questions, tokens, 3): logits of beginning, end and inside."""
        u, whole = self.ask(*asked)
        vectors, ids, features, mask = told
        h = F.relu(self.told(torch.cat([self.project(vectors), self.common(ids), features], 2)))
        likeness = self.queries(h) @ self.keys(u).transpose(1, 2) / self.width**0.5
        likeness = likeness + self.likeness * (vectors @ asked[0].transpose(1, 2))
        met = torch.softmax(likeness.masked_fill(asked[3][:, None, :] == 0, -1e9), 2) @ u
        h = h + F.relu(self.fuse(torch.cat([h, met, h * met], 2)))
        for steer, layer in zip(self.steer, self.layers, strict=True):
            scale, shift = steer(whole)[:, None, :].chunk(2, 2)
            steered = (F.layer_norm(h, (self.width,)) * (1 + scale) + shift) * mask[:, :, None]
            h = h + self.dropout(F.relu(layer(steered.transpose(1, 2)).transpose(1, 2)))
        h = F.layer_norm(h, (self.width,))
        heads = self.heads(whole).view(-1, 3, self.width)
        logits: Tensor = self.out(h) + h @ heads.transpose(1, 2) / self.width**0.5
        return logits
