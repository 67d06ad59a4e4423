"""Step 2: a larger bi-encoder's opinion, for the model to learn what its own encoder does not know."""

from pathlib import Path

from .mine import vectors
from .records import Passage, Query, read

PASSAGES, QUERIES = "teacher-passages.npy", "teacher-queries.npy"


def teach(out: Path, encoder: str) -> None:
    """Writes the teacher's vectors of passages and queries of `out` beside them; a second run reads what is there."""
    passages, queries = read(out / "passages.jsonl", Passage), read(out / "queries.jsonl", Query)
    said = vectors(out, encoder, Path(PASSAGES).stem, [p.joined() for p in passages])
    asked = vectors(out, encoder, Path(QUERIES).stem, [q.text for q in queries])
    print(f"{len(said)} passages and {len(asked)} queries, {said.shape[1]} wide")
