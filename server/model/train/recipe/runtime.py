"""Pairs and sessions as the server has them."""

from pathlib import Path

import onnxruntime
from tokenizers import Tokenizer

INPUTS = ("input_ids", "attention_mask", "token_type_ids")


def tokenizer(folder: Path, cut: str = "only_second") -> Tokenizer:
    """The tokenizer of a folder, which cuts the end of a passage that is too long; texts alone need another `cut`."""
    found = Tokenizer.from_file(str(folder / "tokenizer.json"))
    found.enable_truncation(512, strategy=cut)
    return found


def ids(folder: Path, text: str) -> list[int]:
    """The ids of a text's tokens, without special ones."""
    return tokenizer(folder, "longest_first").encode(text, add_special_tokens=False).ids


def feed(tokenizer: Tokenizer, query: str, passage: str | None = None) -> dict[str, list]:
    """One pair, or one text, as the inputs of a graph, some of which it may not have."""
    e = tokenizer.encode(query, passage)
    return {k: [v] for k, v in zip(INPUTS, (e.ids, e.attention_mask, e.type_ids), strict=True)}


def session(graph: Path | bytes) -> onnxruntime.InferenceSession:
    """A graph, with one thread a call."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])


def known(session: onnxruntime.InferenceSession, feed: dict[str, list]) -> dict[str, list]:
    """The inputs that a graph has."""
    names = {i.name for i in session.get_inputs()}
    return {k: v for k, v in feed.items() if k in names}
