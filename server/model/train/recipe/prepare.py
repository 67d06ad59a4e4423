"""Step 1: training data becomes passages.jsonl and queries.jsonl."""

import random
from pathlib import Path

from . import sources
from .records import Passage, Query, write
from .wording import claim, keywords

# Share of queries of each source that are reworded as keywords, and of
# passages that also give a claim. Web questions are left as people typed them
# more often: there are few of them.
KEYWORDS = {"squad": 0.3, "qed": 0.15, "medquad": 0.4}
CLAIMS = 0.12


def reword(query: Query, rng: random.Random) -> Query:
    """Some queries as keywords."""
    if rng.random() < KEYWORDS.get(query.source, 0):
        query.text, query.kind = keywords(query.text, rng), "keywords"
    return query


def claims(passages: list[Passage], rng: random.Random) -> tuple[list[Passage], list[Query]]:
    """Sentences as queries for the passages that they were taken out of."""
    found = []
    for p in passages:
        made = claim(p.text, rng) if p.source != "medquad" and rng.random() < CLAIMS else None
        if made:
            rest = Passage(p.id + "-rest", made[1], p.source, p.title)
            found.append((rest, Query(p.id + "-claim", made[0], [rest.id, p.id], p.source, "claim")))
    return [p for p, _ in found], [q for _, q in found]


def own(data: Path, limits: dict[str, int], seed: int) -> tuple[list[Passage], list[Query]]:
    """The data of the shipped model. `limits` bounds the queries of each source."""
    rng = random.Random(seed)
    passages, queries = [], []
    for name, reader, file in [
        ("squad", sources.squad, "squad-train"),
        ("qed", sources.qed, "qed-train"),
        ("medquad", sources.medquad, "medquad"),
    ]:
        examples = list(reader(data / f"{file}.jsonl.gz", rng))
        asked = [e for e in examples if e[1]]
        chosen = rng.sample(asked, min(limits[name], len(asked)))
        passages += [p for p, _ in chosen]
        queries += [reword(q, rng) for _, q in chosen]
    extra, more = claims(passages, rng)
    kept = rng.sample(range(len(more)), min(limits["claim"], len(more)))
    return passages + [extra[i] for i in kept], queries + [more[i] for i in kept]


def save(out: Path, passages: list[Passage], queries: list[Query]) -> None:
    """Writes both files and says how much there is."""
    out.mkdir(parents=True, exist_ok=True)
    print(
        f"{write(out / 'passages.jsonl', passages)} passages, {write(out / 'queries.jsonl', queries)} queries in {out}"
    )
