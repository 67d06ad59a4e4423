"""Step 2: each query gets hard negatives, found by BM25 and by the bi-encoder, and the bi-encoder's opinion."""

import random
from pathlib import Path

import bm25s
import numpy as np

from .embed import embed
from .records import Group, Passage, Query, read, write

DEPTH = 50
# A passage this close to the answer, by the bi-encoder or the teacher, may be an
# answer too: it is scored but not called wrong.
MARGIN = 0.05


def vectors(out: Path, encoder: str, name: str, texts: list[str]) -> np.ndarray:
    """Embeds texts once; a second run reads them from a file."""
    path = out / f"{name}.npy"
    if path.exists() and len(found := np.load(path)) == len(texts):
        return found
    found = embed(encoder, texts, f"embedding {name}")
    np.save(path, found)
    return found


def by_cosine(queries: np.ndarray, passages: np.ndarray, depth: int) -> np.ndarray:
    """Returns the nearest passages of each query, shape (queries, depth), nearest first."""
    near = np.empty((len(queries), depth), np.int64)
    for at in range(0, len(queries), 1024):
        scores = queries[at : at + 1024] @ passages.T
        some = np.argpartition(-scores, depth, axis=1)[:, :depth]
        order = np.argsort(-np.take_along_axis(scores, some, 1), axis=1)
        near[at : at + 1024] = np.take_along_axis(some, order, 1)
    return near


def by_words(queries: list[str], passages: list[str], depth: int) -> np.ndarray:
    """Returns the best passages of each query by BM25, shape (queries, depth), best first."""
    index = bm25s.BM25()
    index.index(bm25s.tokenize(passages, stopwords="en", show_progress=False), show_progress=False)
    tokens = bm25s.tokenize(queries, stopwords="en", show_progress=False)
    return index.retrieve(tokens, k=depth, show_progress=True, n_threads=2)[0]


def choose(
    rng: random.Random, words: list[int], near: list[int], count: int, barred: set[int], total: int
) -> list[int]:
    """Picks negatives: half by the bi-encoder, a third by BM25, the rest from further down and from anywhere."""
    plan = [(near[:15], count * 3 // 7), (words[:15], count * 2 // 7), (near[15:] + words[15:], count // 7)]
    chosen: list[int] = []
    for pool, wanted in plan:
        free = [i for i in dict.fromkeys(pool) if i not in barred and i not in chosen]
        chosen += rng.sample(free, min(wanted, len(free)))
    while len(chosen) < min(count, total - len(barred)):
        i = rng.randrange(total)
        if i not in barred and i not in chosen:
            chosen.append(i)
    return chosen


class Miner:
    """What is known about the passages of one collection."""

    def __init__(self, passages: list[Passage], vectors: np.ndarray, size: int, seed: int):
        self.passages, self.vectors, self.size = passages, vectors, size
        self.place = {p.id: i for i, p in enumerate(passages)}
        self.rng = random.Random(seed)

    def group(self, q: Query, vector: np.ndarray, words: list[int], near: list[int]) -> Group:
        """Joins one answer, the negatives that came with the query, and mined ones."""
        barred = {self.place[p] for p in q.positives}
        answer = self.place[q.positives[0] if q.kind == "claim" else self.rng.choice(q.positives)]
        given = [self.place[n] for n in q.negatives][: self.size - 1]
        barred |= set(given)
        mined = choose(self.rng, words, near, self.size - 1 - len(given), barred, len(self.passages))
        chosen = [answer, *given, *mined]
        cosine = [round(float(c), 4) for c in self.vectors[chosen] @ vector]
        labels = [1] + [0] * len(given) + [0 if c < cosine[0] - MARGIN else -1 for c in cosine[1 + len(given) :]]
        return Group(q.text, q.kind, q.source, [self.passages[i].joined() for i in chosen], labels, cosine)


def mine(out: Path, encoder: str, size: int, seed: int) -> None:
    """Reads passages and queries of `out`, writes groups.jsonl beside them, shuffled."""
    passages, queries = list(read(out / "passages.jsonl", Passage)), list(read(out / "queries.jsonl", Query))
    texts = [p.joined() for p in passages]
    pv = vectors(out, encoder, "passages", texts)
    qv = vectors(out, encoder, "queries", [q.text for q in queries])
    depth = min(DEPTH, len(passages) - 1)
    words, near = by_words([q.text for q in queries], texts, depth), by_cosine(qv, pv, depth)
    miner = Miner(passages, pv, size, seed)
    groups = [miner.group(q, qv[i], words[i].tolist(), near[i].tolist()) for i, q in enumerate(queries)]
    miner.rng.shuffle(groups)
    write(out / "groups.jsonl", groups)
    unsure = sum(g.labels.count(-1) for g in groups)
    print(f"{len(groups)} groups of {size}; {unsure} passages too close to an answer to be called wrong")
