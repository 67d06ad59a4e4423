"""What encoders make of texts, read once for all epochs of a training that compares them in two languages.

Of the model that is trained: the vectors below its trained layers, and those of
its last layer, which are its own opinion before training. Of a teacher that is
given as a graph of ONNX: those of its last layer, where it knows the language.
Every text is read alone. See bilingual.py, which reads what is written here.
"""

from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
import onnxruntime
import torch
from tokenizers import Tokenizer

from .gather import MIX, SOURCE
from .late import Late, tokenizer, unit
from .records import Passage, Query, read
from .runtime import known, session

# What is written: below9-passages-tokens.npy (float16, all tokens one after the other) and -ends.npy; means of opinions.
OWN = "own"
# The longest passage and query that are read, in tokens.
PASSAGE, QUERY = 100, 40

Vectors = np.ndarray


def below(work: Path, base: str, layers: int) -> None:
    """Writes both kinds of vectors of the model `base`, whose lowest `layers` are not trained."""
    model, cut = Late.start(base).eval(), tokenizer(base)
    model.freeze(layers)
    lower, last = {}, {}
    for kind, (texts, length) in said(work).items():
        rows = [both(model, cut, text, length) for text in texts]
        lower[kind], last[kind] = ([row[i] for row in rows] for i in (0, 1))
        write(work, f"below{layers}-{kind}", lower[kind])
    opinion(work, OWN, last, True)


@torch.inference_mode()
def both(model: Late, cut, text: str, length: int) -> tuple[Vectors, Vectors]:
    """A text's vectors after the lowest layers, and after the last one."""
    e = cut([text], truncation=True, max_length=length, return_tensors="pt")
    lower = model.lower(e["input_ids"], e["attention_mask"])
    return lower[0].numpy(), model.higher(lower, e["attention_mask"])[0].numpy()


def teacher(work: Path, name: str, graph: Path, cut: Path, prefixes: tuple[str, str], centred: bool) -> None:
    """Writes the vectors of a teacher of English, whose tokenizer is the file `cut`, under a name.

    `prefixes` go before a passage and a query and are no part of what is
    compared. Queries in two languages are asked in English.
    """
    run, encoder, found = session(graph), Tokenizer.from_file(str(cut)), {}
    encoder.no_padding()
    for (kind, (texts, length)), prefix in zip(said(work, True).items(), prefixes, strict=True):
        more = len(encoder.encode(prefix, add_special_tokens=False)) if prefix else 0
        encoder.enable_truncation(length + more)
        found[kind] = [None if t is None else last(run, encoder, prefix + t, more) for t in texts]
    opinion(work, name, found, centred)


def last(run: onnxruntime.InferenceSession, encoder: Tokenizer, text: str, more: int) -> Vectors:
    """The vectors of a text's tokens less those of its prefix, which stand second and on."""
    e = encoder.encode(text)
    feed = {"input_ids": [e.ids], "attention_mask": [e.attention_mask], "token_type_ids": [e.type_ids]}
    rows = run.run(None, known(run, feed))[0][0]
    return np.concatenate([rows[:1], rows[1 + more :]])


def said(work: Path, english: bool = False) -> dict[str, tuple[list[str | None], int]]:
    """Passages and queries with how much of them is read; None where only Hebrew stands, if it is to be `english`."""
    passages, queries = list(read(work / "passages.jsonl", Passage)), list(read(work / "queries.jsonl", Query))
    if not english:
        return {"passages": ([p.joined() for p in passages], PASSAGE), "queries": ([q.text for q in queries], QUERY)}
    first = {q.id: q.text for q in queries}
    texts = [None if p.source == SOURCE else p.joined() for p in passages]
    asked = [None if q.source == SOURCE else first[q.id.removesuffix(MIX)] for q in queries]
    return {"passages": (texts, PASSAGE), "queries": (asked, QUERY)}


def opinion(work: Path, name: str, found: dict[str, list[Vectors | None]], centred: bool) -> None:
    """Writes unit vectors of tokens and means, less their own mean where they all lie to one side."""
    tokens = {kind: [None if r is None else units(r) for r in rows] for kind, rows in found.items()}
    means = {kind: [None if r is None else units(r.mean(0)) for r in rows] for kind, rows in found.items()}
    if centred:
        tokens, means = apart(tokens, np.concatenate), apart(means, np.stack)
    for kind, rows in tokens.items():
        write(work, f"{name}-{kind}", rows)
        width = next(r.shape[1] for r in rows if r is not None)
        kept = [np.zeros(width, np.float32) if m is None else m for m in means[kind]]
        np.save(work / f"{name}-{kind}-means.npy", np.stack(kept).astype(np.float32))


def apart(rows: dict[str, list[Vectors | None]], join: Callable) -> dict[str, list[Vectors | None]]:
    """Vectors less their mean, of length 1 again."""
    centre = join([r for some in rows.values() for r in some if r is not None]).mean(0)
    return {kind: [None if r is None else units(r - centre) for r in some] for kind, some in rows.items()}


def units(vectors: Vectors) -> Vectors:
    """Vectors of length 1."""
    return unit(torch.from_numpy(vectors)).numpy()


def write(work: Path, name: str, rows: Iterable[Vectors | None]) -> None:
    """Writes NAME-tokens.npy and NAME-ends.npy; a text that is None has no tokens."""
    kept = [r for r in rows if r is not None]
    np.save(work / f"{name}-tokens.npy", np.concatenate(kept).astype(np.float16))
    np.save(work / f"{name}-ends.npy", np.cumsum([0 if r is None else len(r) for r in rows]))


class Below:
    """The vectors of some texts' tokens after the lowest layers."""

    def __init__(self, folder: Path, kind: str, layers: int):
        name = f"below{layers}-{kind}"
        self.tokens = np.load(folder / f"{name}-tokens.npy", mmap_mode="r")
        self.ends = np.load(folder / f"{name}-ends.npy")

    def texts(self, some: list[int]) -> tuple[torch.Tensor, torch.Tensor]:
        """Vectors (texts, tokens, width), padded with zeros, and a mask (texts, tokens)."""
        rows = [self.tokens[self.ends[i - 1] if i else 0 : self.ends[i]] for i in some]
        counts = np.array([len(r) for r in rows])
        mask = np.arange(counts.max()) < counts[:, None]
        padded = np.zeros((*mask.shape, self.tokens.shape[1]), np.float32)
        padded[mask] = np.concatenate(rows)
        return torch.from_numpy(padded), torch.from_numpy(mask.astype(np.int32))
