"""Step 1: training data becomes passages.jsonl and queries.jsonl."""

import random
from pathlib import Path

from . import sources
from .records import Passage, Query, write
from .wording import claim, keywords, need, sentences

# Share of queries of each source that are reworded as keywords, and of
# passages that also give a claim. Web questions are left as people typed them
# more often: there are few of them.
KEYWORDS = {"squad": 0.3, "qed": 0.15, "medquad": 0.4, "code": 0.2}
CLAIMS = 0.12
# Further questions of a paragraph, at most.
OTHERS = 4


def reword(query: Query, rng: random.Random) -> Query:
    """Some queries as keywords."""
    if rng.random() < KEYWORDS.get(query.source, 0):
        query.text, query.kind = keywords(query.text, rng), "keywords"
    return query


def claims(passages: list[Passage], rng: random.Random) -> tuple[list[Passage], list[Query]]:
    """Sentences as queries for the passages that they were taken out of."""
    found = []
    for p in passages:
        made = claim(p.text, rng) if p.source not in ("medquad", "code") and rng.random() < CLAIMS else None
        if made:
            rest = Passage(p.id + "-rest", made[1], p.source, p.title)
            found.append((rest, Query(p.id + "-claim", made[0], [rest.id, p.id], p.source, "claim")))
    return [p for p, _ in found], [q for _, q in found]


def more(passages: list[Passage], queries: list[Query], asked: dict[str, list[str]], rng: random.Random) -> list[Query]:
    """Further queries that nobody has to label, for a teacher's opinion is enough.

    Other questions of a SQuAD paragraph, whose answer may have been cut
    away with it ("near"), and the keywords of what is asked in full elsewhere.
    """
    first = {q.positives[0]: q for q in reversed(queries)}
    found = []
    for p in passages:
        q = first.get(p.id)
        others = [text for text in asked.get(p.id, []) if not q or text != q.text]
        for text in rng.sample(others, min(OTHERS, len(others))):
            found.append((p, keywords(text, rng) if rng.random() < 0.25 else text, "near"))
        if p.id not in asked and q and q.kind == "question" and (words := keywords(q.text, rng)) != q.text:
            found.append((p, words, "keywords"))
    return [Query(f"more-{i}", text, [p.id], p.source, kind) for i, (p, text, kind) in enumerate(found)]


def needs(passages: list[Passage], texts: dict[str, str], asked: dict[str, list[str]], rng: random.Random) -> list[Query]:
    """Long statements of a need, for passages beside which they stood: what was cut away of a text, and questions in a row.

    None of them is answered for sure by its passage.
    """
    found = []
    for p in passages:
        rest = need([s for s in sentences(texts.get(p.id, "")) if s not in p.text], rng)
        row = need(rng.sample(others, len(others)), rng) if (others := asked.get(p.id)) else None
        if some := [text for text in (rest, row) if text]:
            found.append(Query(f"{p.id}-need", rng.choice(some), [p.id], p.source, "need"))
    return found


def own(data: Path, code: Path | None, limits: dict[str, int], seed: int, share: float = 0) -> tuple[list[Passage], list[Query]]:
    """The data of the shipped model. `limits` bounds the queries of each source; without `code` there is none.

    Of the passages that a need can be stated for, `share` get one.
    """
    rng = random.Random(seed)
    passages, queries = [], []
    for name, reader, path in [
        ("squad", sources.squad, data / "squad-train.jsonl.gz"),
        ("qed", sources.qed, data / "qed-train.jsonl.gz"),
        ("medquad", sources.medquad, data / "medquad.jsonl.gz"),
        ("code", sources.code, code),
    ]:
        examples = list(reader(path, rng)) if path else []
        asked = [e for e in examples if e[1]]
        chosen = rng.sample(asked, min(limits[name], len(asked)))
        passages += [p for p, _ in chosen]
        queries += [reword(q, rng) for _, q in chosen]
    extra, said = claims(passages, rng)
    kept = rng.sample(range(len(said)), min(limits["claim"], len(said)))
    passages, queries = passages + [extra[i] for i in kept], queries + [said[i] for i in kept]
    asked = sources.asked(data / "squad-train.jsonl.gz")
    queries += more(passages, queries, asked, rng)
    some = [p for p in passages if rng.random() < share] if share else []
    return passages, queries + needs(some, sources.wholes(data) if some else {}, asked, rng)


def save(out: Path, passages: list[Passage], queries: list[Query]) -> None:
    """Writes both files and says how much there is."""
    out.mkdir(parents=True, exist_ok=True)
    print(
        f"{write(out / 'passages.jsonl', passages)} passages, {write(out / 'queries.jsonl', queries)} queries in {out}"
    )
