"""A bi-encoder: vectors of the tokens of its last layer, and their mean for a text (Reimers and Gurevych 2019)."""

from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from os import cpu_count
from typing import NamedTuple

import numpy as np
import torch
from torch.nn.functional import normalize
from tqdm import tqdm
from transformers import AutoModel, AutoTokenizer

from . import device

# Texts a batch: a CPU gains nothing by more, a GPU has room for eight times as many.
BATCH = 32


class Read(NamedTuple):
    """A batch of texts: their means (texts, width), and the vectors of all tokens of each, all of unit length."""

    means: np.ndarray
    tokens: list[np.ndarray]


class BiEncoder:
    """A sentence encoder. Runs in bfloat16: ranks need no more."""

    def __init__(self, folder: str, max_length: int, tokens: bool):
        self.tokenizer = AutoTokenizer.from_pretrained(folder)
        model = AutoModel.from_pretrained(folder, attn_implementation="eager").eval()
        self.model = model.to(torch.bfloat16).to(device.pick())
        self.max_length, self.tokens = max_length, tokens

    @torch.inference_mode()
    def read(self, texts: list[str]) -> Read:
        """Reads one batch; without tokens where only the means are wanted."""
        e = self.tokenizer(texts, truncation=True, max_length=self.max_length, padding=True, return_tensors="pt")
        hidden = self.model(**e.to(self.model.device)).last_hidden_state.float()
        mask = e["attention_mask"].unsqueeze(-1).float()
        means = normalize((hidden * mask).sum(1) / mask.sum(1), dim=1).cpu().numpy()
        if not self.tokens:
            return Read(means, [])
        rows = normalize(hidden, dim=2).half().cpu().numpy()
        return Read(means, [row[:n].copy() for row, n in zip(rows, e["attention_mask"].sum(1).tolist(), strict=True)])


def read(folder: str, texts: list[str], label: str, max_length: int, tokens: bool) -> Iterator[tuple[list[int], Read]]:
    """Yields batches with the places of their texts. Long and short texts do not share one."""
    gpu = device.pick().type == "cuda"
    order, size = sorted(range(len(texts)), key=lambda i: -len(texts[i])), 8 * BATCH if gpu else BATCH
    batches = [order[at : at + size] for at in range(0, len(order), size)]
    told = ([texts[i] for i in b] for b in batches)
    found = map(BiEncoder(folder, max_length, tokens).read, told) if gpu else spread(told, folder, max_length, tokens)
    for batch, places in zip(tqdm(found, total=len(batches), desc=label, mininterval=10), batches):
        yield places, batch


def spread(told: Iterable[list[str]], *about) -> Iterator[Read]:
    """Reads batches with one process a processor, each with one thread.

    That is a third faster than threads that wait for each other after every
    operator, and bears other work beside it.
    """
    with ProcessPoolExecutor(cpu_count(), get_context("spawn"), start, about) as pool:
        yield from pool.map(work, told, chunksize=4)


def embed(folder: str, texts: list[str], label: str, max_length: int = 128) -> np.ndarray:
    """Returns the means, float32 of shape (texts, width), in order."""
    rows: dict[int, np.ndarray] = {}
    for places, batch in read(folder, texts, label, max_length, False):
        rows |= zip(places, batch.means, strict=True)
    return np.stack([rows[i] for i in range(len(texts))])


def start(folder: str, max_length: int, tokens: bool) -> None:
    """Loads the encoder of a worker process."""
    global encoder
    torch.set_num_threads(1)
    encoder = BiEncoder(folder, max_length, tokens)


def work(texts: list[str]) -> Read:
    """Reads one batch in a worker process."""
    return encoder.read(texts)
