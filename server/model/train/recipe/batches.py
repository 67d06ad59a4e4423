"""Groups as tensors: tokenized, and split so that long and short pairs are padded apart."""

from dataclasses import dataclass

import torch

from .losses import Weights
from .records import Group


@dataclass
class Batch:
    """Some groups. `parts` are (positions, encoding): positions index the flattened logits."""

    parts: list[tuple[torch.Tensor, dict[str, torch.Tensor]]]
    labels: torch.Tensor
    cosine: torch.Tensor
    wanted: torch.Tensor
    bonus: torch.Tensor


def encode(groups: list[Group], tokenizer, max_length: int, parts: int, w: Weights) -> Batch:
    """Tokenizes groups of one size. A query is never cut: only passages are."""
    pairs = [(g.query, p) for g in groups for p in g.passages]
    ids = tokenizer([q for q, _ in pairs], [p for _, p in pairs], truncation="only_second", max_length=max_length)
    order = sorted(range(len(pairs)), key=lambda i: len(ids["input_ids"][i]))
    step = -(-len(order) // parts)
    split = [order[at : at + step] for at in range(0, len(order), step)]
    return Batch(
        parts=[(torch.tensor(some), pad(ids, some, tokenizer)) for some in split],
        labels=torch.tensor([g.labels for g in groups]),
        cosine=torch.tensor([g.cosine for g in groups]),
        wanted=torch.tensor([g.wanted() for g in groups]),
        bonus=torch.tensor([w.weak if g.kind == "claim" else w.bonus for g in groups]),
    )


def pad(ids, some: list[int], tokenizer) -> dict[str, torch.Tensor]:
    """Pads the chosen pairs to the longest of them."""
    return tokenizer.pad({k: [v[i] for i in some] for k, v in ids.items()}, padding=True, return_tensors="pt")
