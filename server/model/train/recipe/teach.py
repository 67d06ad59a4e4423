"""Step 2b: a larger bi-encoder's opinion of every group, for the model to learn what its own encoder does not know."""

from collections.abc import Iterable
from pathlib import Path

import numpy as np

from .mine import vectors
from .records import Group, read, write


def distinct(texts: Iterable[str]) -> dict[str, int]:
    """Numbers texts in the order in which they are first met."""
    return {t: i for i, t in enumerate(dict.fromkeys(texts))}


def opinion(group: Group, query: np.ndarray, passages: np.ndarray) -> Group:
    """Adds the cosines of a query's vector with those of its passages, in [-1, 1]."""
    group.teacher = [round(float(c), 4) for c in passages @ query]
    return group


def teach(out: Path, encoder: str) -> None:
    """Rewrites groups.jsonl of `out` with the teacher's cosines; vectors are kept beside it and read by a second run."""
    groups = list(read(out / "groups.jsonl", Group))
    asked, texts = distinct(g.query for g in groups), distinct(p for g in groups for p in g.passages)
    queries = vectors(out, encoder, "teacher-queries", list(asked))
    passages = vectors(out, encoder, "teacher-passages", list(texts))
    write(
        out / "groups.jsonl",
        (opinion(g, queries[asked[g.query]], passages[[texts[p] for p in g.passages]]) for g in groups),
    )
