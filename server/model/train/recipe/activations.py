"""What activations look like on training texts, for a graph that is to be rounded."""

import random
from pathlib import Path

import numpy as np
import onnx
from onnx import helper

from .graph import weighted
from .records import Passage, Query, read
from .runtime import feed, known, session, tokenizer

# Pairs of the sample, or queries and passages, and rows taken of each.
PAIRS, ROWS = 128, 16


def chosen(work: Path, count: int) -> list[tuple[str, str]]:
    """A fixed choice of training queries, each with a passage that answers it."""
    passages = {p.id: p.joined() for p in read(work / "passages.jsonl", Passage)}
    queries = [q for q in read(work / "queries.jsonl", Query) if q.positives]
    return [(q.text, passages[q.positives[0]]) for q in random.Random(5).sample(queries, min(count, len(queries)))]


def pairs(work: Path, folder: Path) -> list[dict]:
    """The choice as inputs of one pair each."""
    encoder = tokenizer(folder)
    return [feed(encoder, query, passage) for query, passage in chosen(work, PAIRS)]


def texts(work: Path, folder: Path) -> list[dict]:
    """The choice as inputs of one text each."""
    encoder = tokenizer(folder, "longest_first")
    return [feed(encoder, text) for pair in chosen(work, PAIRS) for text in pair]


def sample(model: onnx.ModelProto, feeds: list[dict]) -> dict[str, np.ndarray]:
    """Rows of everything that goes into a product with weights, by name and in the order of the graph."""
    names = list(dict.fromkeys(n.input[0] for n in weighted(model)))
    probe = onnx.ModelProto()
    probe.CopyFrom(model)
    probe.graph.output.extend(helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, None) for name in names)
    run, rng, found = session(probe.SerializeToString()), np.random.default_rng(5), {n: [] for n in names}
    for pair in feeds:
        chosen = rng.permutation(len(pair["input_ids"][0]))[:ROWS]
        for name, value in zip(names, run.run(names, known(run, pair)), strict=True):
            found[name].append(value[0][chosen] if value.ndim == 3 else value)
    return {name: np.concatenate(values) for name, values in found.items()}
