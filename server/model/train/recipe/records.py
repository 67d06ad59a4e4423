"""The files that one step hands to the next: JSON lines, written whole or not at all."""

import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path


@dataclass
class Passage:
    """A text that can be ranked. `source` names the data set."""

    id: str
    text: str
    source: str
    title: str = ""

    def joined(self) -> str:
        """What a model reads: title and text, as the server joins them."""
        return f"{self.title} {self.text}" if self.title else self.text


# Kinds of queries whose answer nobody knows: a teacher's opinion is all that is wanted of them.
UNKNOWN = ("near", "need")


@dataclass
class Query:
    """A query and the passages known to answer it. `kind` says how it is worded."""

    id: str
    text: str
    positives: list[str]
    source: str
    kind: str = "question"
    negatives: list[str] = field(default_factory=list)


@dataclass
class Group:
    """A query with the passages that it is trained on, all scored at once.

    `labels` are 1 (answers), 0 (does not) or -1 (nobody knows: it looks too
    much like an answer). `cosine` is the bi-encoder's opinion in [-1, 1].
    """

    query: str
    kind: str
    source: str
    passages: list[str]
    labels: list[int]
    cosine: list[float]


def read(path: Path, kind: type) -> Iterator:
    """Yields the records of a file. An error names the line, or the steps that write what is not there."""
    if not path.exists():
        raise SystemExit(
            f"{path}: not there; `prepare` writes passages and queries, `mine` groups; --work names their folder"
        )
    with open(path, encoding="utf-8") as f:
        for number, line in enumerate(f, 1):
            try:
                yield kind(**json.loads(line))
            except (ValueError, TypeError) as e:
                raise SystemExit(f"{path}:{number}: {e}") from e


def write(path: Path, records: Iterable) -> int:
    """Writes records beside the file and moves them into place; returns how many."""
    count, part = 0, path.with_suffix(".part")
    with open(part, "w", encoding="utf-8") as f:
        for record in records:
            f.write(json.dumps(asdict(record), ensure_ascii=False) + "\n")
            count += 1
    os.replace(part, path)
    return count
