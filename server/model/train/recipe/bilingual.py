"""What splitrank-small is trained on: two languages, several teachers of one of them, and itself as it was.

Its lower layers stay as they are, so what they make of a text is read once
(below.py), and a step runs only the layers above: on one core a step takes
seconds. Teachers know English. Their opinions are summed, each scaled to spread
as the first one's does. Of Hebrew, and of pairs in two languages, the opinion is
the untrained model's own, so that what it knew is kept while English is taught.
Vectors are rounded as they will be kept while they are trained (straight-through
estimator, Bengio et al. 2013). See RATIONALE: why-it-is-its-own-teacher-in-hebrew.
"""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch

from . import device, late
from .below import OWN, Below
from .clusters import batches
from .fit import Plan
from .gather import SOURCE
from .late import Late, Texts
from .losses import Weights
from .neighbours import asked_of
from .project import rounded
from .records import UNKNOWN, Passage, Query, read
from .teach import Taught

# Bits of a kept token vector of a passage, and of one of a query.
KEPT, ASKED = 4, 8
# Parts of a step's queries that are padded apart, for some are long.
PARTS = 4
# Steps whose opinions say how much each teacher's are to be scaled.
SCALED = 3


@dataclass
class BilingualPlan(Plan):
    """The defaults, with WEIGHTS, are those of splitrank-small."""

    frozen: int = field(default=9, metadata={"help": "leave word vectors and the lowest N layers as they are"})
    epochs: float = field(default=2.0, metadata={"help": "passes over the data"})
    teachers: str = field(default="mpnet,e5", metadata={"help": "names of opinions; the first sets the scale"})
    passages: int = field(default=96, metadata={"help": "passages a step; all are compared with all their queries"})
    cluster: int = field(default=24, metadata={"help": "at most so many of them are neighbours"})
    matches: float = field(default=3.0, metadata={"help": "what matches weigh beside the cosine in an opinion"})
    share: float = field(default=0.6, metadata={"help": "what the sum of the teachers is multiplied by"})
    rough: int = field(default=0, metadata={"help": "1 = products in bfloat16, where a processor has them"})
    own: float = field(default=0.3, metadata={"help": "weight of its own former opinion where teachers have one"})


WEIGHTS = Weights(scale=10.0)


class Bilingual:
    """The task. Reads passages, queries, vectors of teachers, and what the lower layers made of all texts."""

    def __init__(self, start: str, data: Path, plan: BilingualPlan, weights: Weights, rank: int, world: int):
        torch.manual_seed(plan.seed)
        self.plan, self.weights, self.rank, self.world = plan, weights, rank, world
        self.model, self.tokenizer = Late.start(start), late.tokenizer(start)
        self.model.freeze(plan.frozen)
        self.passages = list(read(data / "passages.jsonl", Passage))
        self.queries = list(read(data / "queries.jsonl", Query))
        self.said, self.asked = (Below(data, kind, plan.frozen) for kind in ("passages", "queries"))
        self.opinions = [Opinion(data, name, plan.matches, bool(plan.rough)) for name in [OWN, *plan.teachers.split(",")]]
        self.known, self.taught = known(self.opinions[1:], "said"), known(self.opinions[1:], "asked")
        self.foreign = np.array([p.source == SOURCE for p in self.passages])
        self.of, self.usable = asked_of(self.passages, self.queries), np.flatnonzero(self.known | self.foreign)
        self.epoch, self.order = 0, self.batches(0)
        self.steps = int(len(self.order) * plan.epochs) // world
        self.scale()

    def batches(self, epoch: int) -> list[np.ndarray]:
        """The passages of all steps of an epoch: neighbours by the untrained model, of both languages."""
        means = self.opinions[0].said.means[self.usable]
        found = batches(means, self.plan.passages, self.plan.cluster, 1000 * self.plan.seed + epoch)
        return [self.usable[some] for some in found]

    def batch(self, step: int) -> tuple[np.ndarray, np.ndarray]:
        """The passages and queries of a step of this process."""
        epoch, at = divmod(step * self.world + self.rank, len(self.order))
        if epoch != self.epoch:
            self.epoch, self.order = epoch, self.batches(epoch)
        passages = self.order[at % len(self.order)]
        return passages, np.array([i for p in passages for i in self.of[p] if self.taught[i] or self.foreign[p]])

    def scale(self) -> None:
        """Lets every opinion spread as the first teacher's does, within queries that all know; the logit begins as its own."""
        spread = []
        for passages, queries in map(self.batch, range(SCALED)):
            passages, queries = passages[self.known[passages]], queries[self.taught[queries]]
            spread.append([float((x - x.mean(1, True)).std()) for x in (o(queries, passages) for o in self.opinions)])
        sizes = np.mean(spread, 0)
        for opinion, size in zip(self.opinions, sizes, strict=True):
            opinion.scale = float(sizes[1] / size)
        first = self.weights.scale * self.opinions[0].scale
        with torch.no_grad():
            self.model.scale.fill_(first)
            self.model.match.fill_(self.plan.matches * first)

    def loss(self, step: int) -> torch.Tensor:
        """Compares all queries of some passages with all of them."""
        passages, queries = self.batch(step)
        logits, taught, known = self.logits(queries, passages), self.taught[queries], self.known[passages]
        bonus = self.bonus(queries, passages)
        own = self.weights.scale * self.opinions[0](queries, passages)
        rows = entropy(logits, own + bonus * torch.from_numpy(~taught)[:, None])
        rows = rows * torch.from_numpy(np.where(taught, self.plan.own, 1.0)).float()
        if taught.any() and known.any():
            found = [o(queries[taught], passages[known]) for o in self.opinions[1:]]
            opinion = self.weights.scale * sum(found) * (self.plan.share if len(found) > 1 else 1)
            english = entropy(logits[taught][:, known], opinion + bonus[taught][:, known])
            rows = rows.index_add(0, torch.from_numpy(np.flatnonzero(taught)), english)
        return rows.mean()

    def bonus(self, queries: np.ndarray, passages: np.ndarray) -> torch.Tensor:
        """What known answers get on top, (queries, passages)."""
        place, found = {self.passages[p].id: c for c, p in enumerate(passages)}, torch.zeros(len(queries), len(passages))
        for row, i in enumerate(queries):
            q = self.queries[i]
            for p in q.positives if q.kind not in UNKNOWN else []:
                if p in place:
                    found[row, place[p]] = self.weights.weak if q.kind == "claim" else self.weights.bonus
        return found

    def logits(self, queries: np.ndarray, passages: np.ndarray) -> torch.Tensor:
        """Shape (queries, passages)."""
        said, order = self.read(self.said, passages, KEPT), np.argsort(self.asked.counts(queries), kind="stable")
        parts = [some for some in np.array_split(order, PARTS) if len(some)]
        rows = [self.model.grid(self.read(self.asked, queries[some], ASKED), said) for some in parts]
        return torch.cat(rows)[torch.from_numpy(np.argsort(order))]

    def read(self, below: Below, some: np.ndarray, bits: int) -> Texts:
        """Texts as the model reads and keeps them."""
        with device.autocast(bool(self.plan.rough)):
            found = self.model.above(*below.texts(some))
        return kept(found._replace(tokens=found.tokens.float(), mean=found.mean.float()), bits)


class Opinion:
    """What an encoder whose vectors are there says of pairs: the cosine and so much of the matches, times a scale."""

    def __init__(self, folder: Path, name: str, matches: float, rough: bool = False):
        self.said, self.asked = (Taught(folder, f"{name}-{kind}", torch.device("cpu")) for kind in ("passages", "queries"))
        self.matches, self.rough, self.scale = matches, rough, 1.0

    @torch.no_grad()
    def __call__(self, queries: np.ndarray, passages: np.ndarray) -> torch.Tensor:
        """Shape (queries, passages)."""
        asked, said = self.asked.texts(queries.tolist()), self.said.texts(passages.tolist())
        if not self.rough:
            asked, said = (t._replace(tokens=t.tokens.float()) for t in (asked, said))
        cosine, match = late.compare(asked, said)
        return self.scale * (cosine + self.matches * match)


def known(opinions: list[Opinion], kind: str) -> np.ndarray:
    """Which texts all of them have read."""
    return np.logical_and.reduce([getattr(o, kind).counts.numpy() > 0 for o in opinions])


def entropy(logits: torch.Tensor, wanted: torch.Tensor) -> torch.Tensor:
    """Cross-entropy of each row against the softmax of what is wanted."""
    return -(torch.softmax(wanted, 1) * torch.log_softmax(logits, 1)).sum(1)


def kept(texts: Texts, bits: int) -> Texts:
    """Texts with token vectors as they are kept; gradients go past the rounding."""
    rounding = (rounded(texts.tokens, bits) - texts.tokens).detach()
    return texts._replace(tokens=texts.tokens + rounding)
