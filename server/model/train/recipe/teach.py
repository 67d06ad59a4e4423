"""Step 2: a larger bi-encoder's opinion, for the model to learn what its own encoder does not know.

Its opinion of a pair is what splitrank-mini computes with a smaller encoder: the
cosine of both means, and the mean over the query's tokens of the cosine with the
nearest token of the passage. So what is kept of a text are the vectors of all its
tokens, some 1.5 kB each, in a file that is read where it lies.
See RATIONALE: why-a-larger-encoder-taught-it.
"""

from pathlib import Path

import numpy as np
import torch
from transformers import AutoConfig, AutoTokenizer

from .embed import read as encode
from .late import Texts
from .records import Passage, Query, read

PASSAGES, QUERIES = "teacher-passages", "teacher-queries"


def teach(out: Path, encoder: str, length: int) -> None:
    """Writes the teacher's vectors of passages and queries of `out` beside them; a second run leaves what is there."""
    passages = [p.joined() for p in read(out / "passages.jsonl", Passage)]
    queries = [q.text for q in read(out / "queries.jsonl", Query)]
    for name, texts in ((PASSAGES, passages), (QUERIES, queries)):
        write(out, name, encoder, texts, length)
        print(f"{name}: {len(texts)} texts, {np.load(out / f'{name}-ends.npy')[-1]} tokens")


def write(out: Path, name: str, encoder: str, texts: list[str], length: int) -> None:
    """Writes NAME-tokens.npy (float16, all tokens one after the other), NAME-means.npy and, last, NAME-ends.npy."""
    done = out / f"{name}-ends.npy"
    if done.exists() and len(np.load(done)) == len(texts):
        return
    ids = AutoTokenizer.from_pretrained(encoder)(texts, truncation=True, max_length=length)["input_ids"]
    ends = np.cumsum([len(row) for row in ids])
    width = AutoConfig.from_pretrained(encoder).hidden_size
    tokens = np.lib.format.open_memmap(out / f"{name}-tokens.npy", "w+", np.float16, (int(ends[-1]), width))
    means = np.empty((len(texts), width), np.float32)
    for places, batch in encode(encoder, texts, name, length, True):
        means[places] = batch.means
        for at, rows in zip(places, batch.tokens, strict=True):
            tokens[ends[at] - len(rows) : ends[at]] = rows
    tokens.flush()
    np.save(out / f"{name}-means.npy", means)
    np.save(done, ends)


class Taught:
    """What the teacher keeps of some texts, as `write` left it."""

    def __init__(self, folder: Path, name: str, device: torch.device):
        self.means = np.load(folder / f"{name}-means.npy")
        self.ends = torch.from_numpy(np.load(folder / f"{name}-ends.npy"))
        self.counts = torch.diff(self.ends, prepend=torch.zeros(1, dtype=torch.long))
        self.device = device
        tokens = torch.from_numpy(np.load(folder / f"{name}-tokens.npy", mmap_mode="c"))
        self.tokens = tokens.to(device) if device.type == "cuda" else tokens  # a CPU's memory may be too small

    def texts(self, some: list[int]) -> Texts:
        """Some texts as a model that has read them. What stands first and last is no word and has no weight."""
        ends, counts = self.ends[some], self.counts[some]
        place = torch.arange(int(counts.max()))
        mask = place < counts.unsqueeze(1)
        at = ((ends - counts).unsqueeze(1) + place).where(mask, 0).to(self.tokens.device)
        said = (place > 0) & (place < counts.unsqueeze(1) - 1)
        weights = said / said.sum(1, keepdim=True).clamp(min=1)
        means = torch.from_numpy(self.means[some])
        tokens = self.tokens[at]
        tokens = tokens if tokens.is_cuda else tokens.to(torch.bfloat16)  # a CPU multiplies no float16
        found = (tokens, means, mask.int(), weights)
        return Texts(*(part.to(self.device) for part in found))
