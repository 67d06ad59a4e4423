"""What splitrank-mini is trained on: neighbouring passages, all their queries, and a teacher's opinion of each pair."""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch

from . import late
from .clusters import batches
from .fit import Plan
from .late import Late, Texts
from .losses import Weights, total
from .mine import MARGIN
from .records import Passage, Query, read
from .teach import PASSAGES, QUERIES


@dataclass
class LatePlan(Plan):
    """The defaults are those of splitrank-mini."""

    passages: int = field(default=128, metadata={"help": "passages a step; those of a process are all compared"})
    cluster: int = field(default=32, metadata={"help": "at most so many of them are neighbours"})
    parts: int = field(default=2, metadata={"help": "parts of a step that are padded apart"})
    query_length: int = field(default=48, metadata={"help": "tokens of a query while training"})


class Taught:
    """The task. Reads passages, queries and a teacher's vectors of both."""

    def __init__(self, start: str, data: Path, plan: LatePlan, weights: Weights, rank: int, world: int):
        torch.manual_seed(plan.seed)
        self.plan, self.weights, self.rank, self.world = plan, weights, rank, world
        self.model, self.tokenizer = Late.start(start), late.tokenizer(start)
        self.model.freeze(plan.frozen)
        self.passages = list(read(data / "passages.jsonl", Passage))
        self.queries = list(read(data / "queries.jsonl", Query))
        self.said, self.asked = np.load(data / PASSAGES), np.load(data / QUERIES)
        self.of = asked_of(self.passages, self.queries)
        self.epoch, self.order = 0, self.batches(0)
        self.size = len(self.order)
        self.steps = int(self.size * plan.epochs) // world

    def batches(self, epoch: int) -> list[np.ndarray]:
        """The passages of all steps and processes of an epoch, without those batches that nobody asks about."""
        size = self.plan.passages // self.world
        found = batches(self.said, size, self.plan.cluster, 1000 * self.plan.seed + epoch)
        return [some for some in found if any(self.of[p] for p in some)]

    def batch(self, step: int) -> list[int]:
        """This process's passages in a step, the shortest first."""
        epoch, at = divmod(step * self.world + self.rank, self.size)
        if epoch != self.epoch:
            self.epoch, self.order = epoch, self.batches(epoch)
        return sorted(self.order[at % len(self.order)].tolist(), key=lambda i: len(self.passages[i].text))

    def loss(self, step: int) -> torch.Tensor:
        """Compares all queries of some passages with all of them."""
        passages = self.batch(step)
        queries = [i for p in passages for i in self.of[p]]
        opinion = torch.from_numpy(self.asked[queries] @ self.said[passages].T)
        labels = self.labels(queries, passages, opinion)
        bonus = torch.tensor(
            [self.weights.weak if self.queries[i].kind == "claim" else self.weights.bonus for i in queries]
        )
        return total(self.logits(queries, passages).float(), labels, opinion, bonus, self.weights)

    def logits(self, queries: list[int], passages: list[int]) -> torch.Tensor:
        """Shape (queries, passages). Passages are padded apart in parts."""
        size = -(-len(passages) // self.plan.parts)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            asked = self.read([self.queries[i].text for i in queries], self.plan.query_length)
            parts = [passages[at : at + size] for at in range(0, len(passages), size)]
            said = [self.read([self.passages[i].joined() for i in part], self.plan.max_length) for part in parts]
            return torch.cat([self.model.grid(asked, part) for part in said], 1)

    def read(self, texts: list[str], length: int) -> Texts:
        """Tokenizes and encodes."""
        e = self.tokenizer(texts, truncation=True, max_length=length, padding=True, return_tensors="pt")
        return self.model.encode(e["input_ids"], e["attention_mask"])

    def labels(self, queries: list[int], passages: list[int], opinion: torch.Tensor) -> torch.Tensor:
        """1 where a passage answers, 0 where it does not, -1 where nobody knows."""
        place = {self.passages[p].id: column for column, p in enumerate(passages)}
        labels = torch.full(opinion.shape, -1)
        for row, q in enumerate(self.queries[i] for i in queries):
            answers = [place[p] for p in q.positives if p in place] if q.kind != "near" else []
            if answers:
                labels[row, opinion[row] < opinion[row, answers].min() - MARGIN] = 0
                labels[row, answers] = 1
        return labels


def asked_of(passages: list[Passage], queries: list[Query]) -> list[list[int]]:
    """The queries of each passage."""
    place, of = {p.id: i for i, p in enumerate(passages)}, [[] for _ in passages]
    for i, q in enumerate(queries):
        of[place[q.positives[0]]].append(i)
    return of
