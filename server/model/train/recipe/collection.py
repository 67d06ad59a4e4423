"""Judged collections out of training data: a BEIR folder with BM25's candidates, to tune a trim on."""

import json
import random
from collections.abc import Iterable
from pathlib import Path

from . import sources
from .mine import by_words
from .records import Passage, Query

READERS = {"squad": sources.squad, "qed": sources.qed, "medquad": sources.medquad}


def once(examples: Iterable[sources.Example]) -> tuple[list[Passage], list[Query]]:
    """Passages and queries in which equal texts are one passage: a copy of the answer is no wrong answer."""
    first: dict[str, Passage] = {}
    queries = []
    for passage, query in examples:
        kept = first.setdefault(passage.text, passage)
        if query:
            query.positives = [kept.id]
            queries.append(query)
    return list(first.values()), queries


def save(out: Path, passages: list[Passage], queries: list[Query], depth: int) -> None:
    """Writes corpus, queries, judgements and run.bm25.trec."""
    (out / "qrels").mkdir(parents=True, exist_ok=True)
    lines(out / "corpus.jsonl", ({"_id": p.id, "title": p.title, "text": p.text} for p in passages))
    lines(out / "queries.jsonl", ({"_id": q.id, "text": q.text} for q in queries))
    judged = [f"{q.id}\t{p}\t1\n" for q in queries for p in q.positives]
    (out / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\n" + "".join(judged), encoding="utf-8")
    found = by_words([q.text for q in queries], [p.joined() for p in passages], min(depth, len(passages)))
    with open(out / "run.bm25.trec", "w", encoding="utf-8") as f:
        for q, places in zip(queries, found, strict=True):
            f.writelines(f"{q.id} Q0 {passages[p].id} {i + 1} {depth - i} bm25\n" for i, p in enumerate(places))


def lines(path: Path, rows: Iterable[dict]) -> None:
    """Writes JSON lines."""
    with open(path, "w", encoding="utf-8") as f:
        f.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def collect(out: Path, data: Path, names: list[str], count: int, depth: int, seed: int) -> None:
    """Writes out/NAME for each name: all passages of a source, and `count` of its questions."""
    for name in names:
        rng = random.Random(f"{seed} {name}")
        file = "medquad" if name == "medquad" else f"{name}-train"
        passages, queries = once(READERS[name](data / f"{file}.jsonl.gz", rng))
        save(out / name, passages, rng.sample(queries, min(count, len(queries))), depth)
        print(f"{out / name}: {len(passages)} passages, {min(count, len(queries))} queries")
