"""Readers of training data: SQuAD, QED and MedQuAD as JSON lines, BEIR folders, click pairs."""

import gzip
import json
import random
import re
from collections.abc import Iterator
from pathlib import Path

from .records import Passage, Query
from .wording import fragment, sentences

Example = tuple[Passage, Query | None]

# A comment, and the function of Go that it stands above, up to its closing brace.
FUNCTION = re.compile(r"^((?://.*\n)+)(func (?:\([^)]*\) )?(\w+).*\{\n(?:.*\n)*?\}\n)", re.MULTILINE)


def lines(path: Path) -> Iterator[dict]:
    """Yields the JSON objects of a file, compressed or not."""
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as f:
        for line in f:
            yield json.loads(line)


def squad(path: Path, rng: random.Random) -> Iterator[Example]:
    """One question a paragraph; every second paragraph is cut to sentences around the answer."""
    for i, row in enumerate(lines(path)):
        qa = rng.choice(row["qas"]) if row["qas"] else None
        text, title = row["context"], row["title"].replace("_", " ")
        if rng.random() < 0.5:
            text = fragment(text, rng, keep=qa["answers"][0] if qa and qa["answers"] else "")
        passage = Passage(f"squad-{i}", text, "squad", title if rng.random() < 0.3 else "")
        yield passage, qa and Query(f"squad-q{i}", qa["question"], [passage.id], "squad")


def asked(path: Path) -> dict[str, list[str]]:
    """All questions of each paragraph that squad() reads, by passage."""
    return {f"squad-{i}": [qa["question"] for qa in row["qas"]] for i, row in enumerate(lines(path))}


def wholes(folder: Path) -> dict[str, str]:
    """The texts that squad() and medquad() cut their passages out of, by passage."""
    told = {"squad": ("squad-train.jsonl.gz", "context"), "medquad": ("medquad.jsonl.gz", "positive")}
    return {f"{name}-{i}": row[of] for name, (file, of) in told.items() for i, row in enumerate(lines(folder / file))}


def qed(path: Path, rng: random.Random) -> Iterator[Example]:
    """Questions that people asked a search engine, with a Wikipedia paragraph each."""
    for i, row in enumerate(lines(path)):
        title = row["title"] if rng.random() < 0.3 else ""
        passage = Passage(f"qed-{i}", row["positive"], "qed", title)
        yield passage, Query(f"qed-q{i}", row["query"], [passage.id], "qed")


def medquad(path: Path, rng: random.Random) -> Iterator[Example]:
    """Medical FAQ; the answers are long, so their beginnings stand for them."""
    for i, row in enumerate(lines(path)):
        passage = Passage(f"medquad-{i}", fragment(row["positive"], rng, first=True, words=110), "medquad")
        yield passage, Query(f"medquad-q{i}", row["query"], [passage.id], "medquad")


def code(folder: Path, rng: random.Random) -> Iterator[Example]:
    """Functions of Go, asked for with the first sentence of their comment; every second time without their name."""
    for path in sorted(p for p in folder.rglob("*.go") if "testdata" not in p.parts and "_test" not in p.name):
        for comment, body, name in FUNCTION.findall(path.read_text(encoding="utf-8", errors="replace")):
            said = " ".join(line.removeprefix("//").strip() for line in comment.splitlines())
            said = sentences(said.removeprefix(f"{name} ") if rng.random() < 0.5 else said)
            if not said or not 4 <= len(said[0].split()) <= 30 or "go:" in comment:
                continue
            where = f"code-{path.relative_to(folder)}-{len(comment)}-{name}"
            passage = Passage(where, " ".join(body.split()[:150]), "code")
            yield passage, Query(f"{passage.id}-q", said[0].rstrip("."), [passage.id], "code")


def beir(folder: Path, split: str) -> tuple[list[Passage], list[Query]]:
    """A BEIR folder: corpus.jsonl[.gz], queries.jsonl and qrels/SPLIT.tsv."""
    corpus = next(p for p in (folder / "corpus.jsonl.gz", folder / "corpus.jsonl") if p.exists())
    passages = [Passage(r["_id"], r["text"], folder.name, r.get("title", "")) for r in lines(corpus)]
    texts = {r["_id"]: r["text"] for r in lines(folder / "queries.jsonl")}
    positives: dict[str, list[str]] = {}
    for row in (folder / "qrels" / f"{split}.tsv").read_text(encoding="utf-8").splitlines()[1:]:
        query, passage, grade = row.split("\t")
        if int(grade) > 0 and query in texts:
            positives.setdefault(query, []).append(passage)
    return passages, [Query(q, texts[q], p, folder.name) for q, p in positives.items()]


def pairs(path: Path) -> tuple[list[Passage], list[Query]]:
    """Clicks or judgements: {"query", "positive", "negatives"?: [...]} a line."""
    ids: dict[str, str] = {}
    queries = []
    for i, row in enumerate(lines(path)):
        named = [ids.setdefault(t, f"{path.stem}-{len(ids)}") for t in [row["positive"], *row.get("negatives", [])]]
        queries.append(Query(f"{path.stem}-q{i}", row["query"], named[:1], path.stem, negatives=named[1:]))
    return [Passage(id, text, path.stem) for text, id in ids.items()], queries
