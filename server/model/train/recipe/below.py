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
from transformers import AutoModel, AutoTokenizer

from . import device
from .gather import MIX, SOURCE
from .late import Late, tokenizer, unit
from .records import Passage, Query, read
from .runtime import known, session
from .texts import batches

# What is written: below9-passages-tokens.npy (float16, all tokens one after the other) and -ends.npy; means of opinions.
OWN = "own"
# The longest passage and query that are read, in tokens: a statement of a need is a long query.
PASSAGE, QUERY = 100, 80

Vectors = np.ndarray


def below(work: Path, base: str, layers: int, prefixes: tuple[str, str] = ("", ""), rough: bool = False) -> None:
    """Writes both kinds of vectors of the model `base`, whose lowest `layers` are not trained.

    `prefixes` go before a passage and a query, and are part of what is
    compared, as in the server. Products are in bfloat16 where it may be `rough`.
    """
    model, cut = Late.start(base).eval(), tokenizer(base)
    model.freeze(layers)
    last = {}
    for (kind, (texts, length)), prefix in zip(said(work).items(), prefixes, strict=True):
        lower, last[kind] = both(model, cut, [prefix + t for t in texts], length + extra(cut, prefix), rough)
        write(work, f"below{layers}-{kind}", lower)
    opinion(work, OWN, last, True)


@torch.inference_mode()
def both(model: Late, cut, texts: list[str], length: int, rough: bool) -> tuple[list[Vectors], list[Vectors]]:
    """The vectors of texts after the lowest layers, and after the last one."""
    lower, last = ([np.empty(0)] * len(texts) for _ in range(2))
    for places, e in batches(cut, texts, length):
        mask = e["attention_mask"]
        with device.autocast(rough):
            x = model.lower(e["input_ids"], mask)
            for rows, found in ((x, lower), (model.higher(x, mask), last)):
                keep(places, rows, mask, found)
    return lower, last


def keep(places: list[int], rows: torch.Tensor, mask: torch.Tensor, found: list) -> None:
    """Puts the vectors of a batch's texts, without padding, in their places."""
    for place, row, count in zip(places, rows.float().numpy(), mask.sum(1).tolist(), strict=True):
        found[place] = row[:count].copy()


def extra(cut, prefix: str) -> int:
    """The number of a prefix's tokens."""
    return len(cut(prefix, add_special_tokens=False)["input_ids"]) if prefix else 0


def teacher(work: Path, name: str, graph: Path, cut: Path, prefixes: tuple[str, str], centred: bool) -> None:
    """Writes the vectors of a teacher of English, whose tokenizer is the file `cut`, under a name.

    `prefixes` go before a passage and a query and are no part of what is
    compared. Queries in two languages are asked in English. A teacher that is
    a folder brings its tokenizer along, and is read in batches and in bfloat16.
    """
    read_all, found = folder(graph) if graph.is_dir() else single(graph, cut), {}
    for (kind, (texts, length)), prefix in zip(said(work, True).items(), prefixes, strict=True):
        found[kind] = read_all(texts, prefix, length)
    opinion(work, name, found, centred)


def folder(path: Path) -> Callable:
    """What reads texts with the encoder of a folder."""
    cut = AutoTokenizer.from_pretrained(path)
    model = AutoModel.from_pretrained(path, attn_implementation="eager").eval().to(torch.bfloat16)

    @torch.inference_mode()
    def read_all(texts: list[str | None], prefix: str, length: int) -> list[Vectors | None]:
        found, more = [None] * len(texts), extra(cut, prefix)
        for places, e in batches(cut, [None if t is None else prefix + t for t in texts], length + more):
            keep(places, model(**e).last_hidden_state, e["attention_mask"], found)
        return [None if r is None else without(r, more) for r in found]

    return read_all


def single(graph: Path, cut: Path) -> Callable:
    """What reads texts one by one with a graph of ONNX."""
    run, encoder = session(graph), Tokenizer.from_file(str(cut))
    encoder.no_padding()

    def read_all(texts: list[str | None], prefix: str, length: int) -> list[Vectors | None]:
        more = len(encoder.encode(prefix, add_special_tokens=False)) if prefix else 0
        encoder.enable_truncation(length + more)
        return [None if t is None else last(run, encoder, prefix + t, more) for t in texts]

    return read_all


def last(run: onnxruntime.InferenceSession, encoder: Tokenizer, text: str, more: int) -> Vectors:
    """The vectors of a text's tokens less those of its prefix, which stand second and on."""
    e = encoder.encode(text)
    feed = {"input_ids": [e.ids], "attention_mask": [e.attention_mask], "token_type_ids": [e.type_ids]}
    return without(run.run(None, known(run, feed))[0][0], more)


def without(rows: Vectors, more: int) -> Vectors:
    """Vectors of a text's tokens less those of its prefix, which follow the first."""
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

    def counts(self, some: np.ndarray) -> np.ndarray:
        """The number of tokens of some texts."""
        return np.diff(self.ends, prepend=0)[some]

    def texts(self, some: list[int]) -> tuple[torch.Tensor, torch.Tensor]:
        """Vectors (texts, tokens, width), padded with zeros, and a mask (texts, tokens)."""
        rows = [self.tokens[self.ends[i - 1] if i else 0 : self.ends[i]] for i in some]
        counts = np.array([len(r) for r in rows])
        mask = np.arange(counts.max()) < counts[:, None]
        padded = np.zeros((*mask.shape, self.tokens.shape[1]), np.float32)
        padded[mask] = np.concatenate(rows)
        return torch.from_numpy(padded), torch.from_numpy(mask.astype(np.int32))
