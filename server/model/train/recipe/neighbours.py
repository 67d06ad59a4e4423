"""What splitrank-mini is trained on: neighbouring passages, all their queries, and a teacher's opinion of each pair."""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch

from . import device, late
from .clusters import batches
from .fit import Plan
from .late import Late, Texts
from .losses import Weights, total
from .mine import MARGIN
from .records import UNKNOWN, Passage, Query, read
from .teach import PASSAGES, QUERIES, Taught


@dataclass
class LatePlan(Plan):
    """The defaults, with WEIGHTS, are those of splitrank-mini."""

    passages: int = field(default=512, metadata={"help": "passages a step; those of a process are all compared"})
    cluster: int = field(default=32, metadata={"help": "at most so many of them are neighbours"})
    parts: int = field(default=4, metadata={"help": "parts of a step that are padded apart"})
    query_length: int = field(default=48, metadata={"help": "tokens of a query while training"})
    matches: float = field(default=3.0, metadata={"help": "what the teacher's matches weigh beside its cosine"})


# Among hundreds of passages the target is softer than among the few of a group.
WEIGHTS = Weights(scale=10.0)


class Neighbours:
    """The task. Reads passages, queries and a teacher's vectors of both."""

    def __init__(self, start: str, data: Path, plan: LatePlan, weights: Weights, rank: int, world: int):
        torch.manual_seed(plan.seed)
        self.plan, self.weights, self.rank, self.world, self.device = plan, weights, rank, world, device.pick()
        self.model, self.tokenizer = Late.start(start), late.tokenizer(start)
        self.model.freeze(plan.frozen)
        self.passages = list(read(data / "passages.jsonl", Passage))
        self.queries = list(read(data / "queries.jsonl", Query))
        self.said, self.asked = (Taught(data, name, self.device) for name in (PASSAGES, QUERIES))
        self.said_ids = self.tokenize([p.joined() for p in self.passages], plan.max_length)
        self.asked_ids = self.tokenize([q.text for q in self.queries], plan.query_length)
        self.of = asked_of(self.passages, self.queries)
        self.epoch, self.order = 0, self.batches(0)
        self.size = len(self.order)
        self.steps = int(self.size * plan.epochs) // world

    def tokenize(self, texts: list[str], length: int) -> list[np.ndarray]:
        """Token ids, once for all epochs."""
        return [np.array(ids) for ids in self.tokenizer(texts, truncation=True, max_length=length)["input_ids"]]

    def batches(self, epoch: int) -> list[np.ndarray]:
        """The passages of all steps and processes of an epoch, without those batches that nobody asks about."""
        size = self.plan.passages // self.world
        found = batches(self.said.means, size, self.plan.cluster, 1000 * self.plan.seed + epoch)
        return [some for some in found if any(self.of[p] for p in some)]

    def batch(self, step: int) -> list[int]:
        """This process's passages in a step, the shortest first."""
        epoch, at = divmod(step * self.world + self.rank, self.size)
        if epoch != self.epoch:
            self.epoch, self.order = epoch, self.batches(epoch)
        return sorted(self.order[at % len(self.order)].tolist(), key=lambda i: len(self.said_ids[i]))

    def loss(self, step: int) -> torch.Tensor:
        """Compares all queries of some passages with all of them."""
        passages = self.batch(step)
        queries = [i for p in passages for i in self.of[p]]
        cosine, opinion = self.opinion(queries, passages)
        labels = self.labels(queries, passages, cosine.cpu()).to(self.device)
        bonus = [self.weights.weak if self.queries[i].kind == "claim" else self.weights.bonus for i in queries]
        bonus = torch.tensor(bonus, device=self.device)
        return total(self.logits(queries, passages).float(), labels, opinion, bonus, self.weights)

    @torch.no_grad()
    def opinion(self, queries: list[int], passages: list[int]) -> tuple[torch.Tensor, torch.Tensor]:
        """The teacher's cosines, and its opinion of all pairs, (queries, passages)."""
        asked = self.asked.texts(queries)
        found = [late.compare(asked, self.said.texts(part)) for part in self.parts(passages)]
        cosine, match = (torch.cat(part, 1).float() for part in zip(*found, strict=True))
        return cosine, cosine + self.plan.matches * match

    def parts(self, passages: list[int]) -> list[list[int]]:
        """What is padded apart."""
        size = -(-len(passages) // self.plan.parts)
        return [passages[at : at + size] for at in range(0, len(passages), size)]

    def logits(self, queries: list[int], passages: list[int]) -> torch.Tensor:
        """Shape (queries, passages)."""
        with device.autocast():
            asked = self.read([self.asked_ids[i] for i in queries])
            said = [self.read([self.said_ids[i] for i in part]) for part in self.parts(passages)]
            return torch.cat([self.model.grid(asked, part) for part in said], 1)

    def read(self, ids: list[np.ndarray]) -> Texts:
        """Pads and encodes."""
        counts = np.array([len(row) for row in ids])
        mask = np.arange(counts.max()) < counts[:, None]
        padded = np.zeros(mask.shape, np.int64)
        padded[mask] = np.concatenate(ids)
        return self.model.encode(*(torch.from_numpy(part).to(self.device) for part in (padded, mask.astype(np.int32))))

    def labels(self, queries: list[int], passages: list[int], cosine: torch.Tensor) -> torch.Tensor:
        """1 where a passage answers, 0 where it does not, -1 where nobody knows."""
        place = {self.passages[p].id: column for column, p in enumerate(passages)}
        asked = [self.queries[i] for i in queries]
        known = [(r, place[p]) for r, q in enumerate(asked) if q.kind not in UNKNOWN for p in q.positives if p in place]
        rows, columns = torch.tensor(known, dtype=torch.long).view(-1, 2).T
        least = torch.full((len(queries),), -torch.inf)
        least = least.scatter_reduce(0, rows, cosine[rows, columns], "amin", include_self=False)
        labels = torch.where(cosine < least.unsqueeze(1) - MARGIN, 0, -1)
        labels[rows, columns] = 1
        return labels


def asked_of(passages: list[Passage], queries: list[Query]) -> list[list[int]]:
    """The queries of each passage."""
    place, of = {p.id: i for i, p in enumerate(passages)}, [[] for _ in passages]
    for i, q in enumerate(queries):
        of[place[q.positives[0]]].append(i)
    return of
