"""The bi-encoder: one vector a text, mean of its last layer, unit length (Reimers and Gurevych 2019)."""

from concurrent.futures import ProcessPoolExecutor
from os import cpu_count

import numpy as np
import torch
from tqdm import tqdm
from transformers import AutoModel, AutoTokenizer

BATCH = 32


class BiEncoder:
    """A sentence encoder. Runs in bfloat16 where the processor has it: ranks need no more."""

    def __init__(self, folder: str, max_length: int):
        torch.set_num_threads(1)
        self.tokenizer = AutoTokenizer.from_pretrained(folder)
        self.model = AutoModel.from_pretrained(folder, attn_implementation="eager").eval().to(torch.bfloat16)
        self.max_length = max_length

    @torch.inference_mode()
    def vectors(self, texts: list[str]) -> np.ndarray:
        """Returns the vectors of one batch, shape (texts, width)."""
        e = self.tokenizer(texts, truncation=True, max_length=self.max_length, padding=True, return_tensors="pt")
        hidden = self.model(**e).last_hidden_state.float()
        mask = e["attention_mask"].unsqueeze(-1).float()
        return torch.nn.functional.normalize((hidden * mask).sum(1) / mask.sum(1), dim=1).numpy()


def embed(folder: str, texts: list[str], label: str, max_length: int = 128) -> np.ndarray:
    """Returns float32 of shape (texts, width), in order.

    Long and short texts do not share a batch. One process a processor, each
    with one thread: that is a third faster than threads that wait for each
    other after every operator, and bears other work beside it.
    """
    order = sorted(range(len(texts)), key=lambda i: -len(texts[i]))
    batches = [order[at : at + BATCH] for at in range(0, len(order), BATCH)]
    with ProcessPoolExecutor(cpu_count(), initializer=start, initargs=(folder, max_length)) as pool:
        found = pool.map(work, [[texts[i] for i in b] for b in batches], chunksize=4)
        parts = list(tqdm(found, total=len(batches), desc=label, mininterval=10))
    out = np.empty((len(texts), parts[0].shape[1]), np.float32)
    out[[i for b in batches for i in b]] = np.concatenate(parts)
    return out


def start(folder: str, max_length: int) -> None:
    """Loads the encoder of a worker process."""
    global encoder
    encoder = BiEncoder(folder, max_length)


def work(texts: list[str]) -> np.ndarray:
    """Embeds one batch in a worker process."""
    return encoder.vectors(texts)
