"""Training any cross-encoder on groups: a query, its answer, and negatives mined for it."""

import re
from dataclasses import dataclass, field
from pathlib import Path

import torch
from transformers import AutoModelForSequenceClassification, AutoTokenizer

from . import device
from .fit import Plan
from .losses import Weights, total
from .records import Group, read


@dataclass
class GroupPlan(Plan):
    """What is asked beside how long and how fast."""

    groups: int = field(default=8, metadata={"help": "queries a step, over all processes"})
    parts: int = field(default=2, metadata={"help": "parts of a step that are padded apart"})
    layers: int = field(default=0, metadata={"help": "keep the first N layers; 0 = all"})


class Grouped:
    """The task (fit.Run says what that is)."""

    def __init__(self, start: str, data: Path, plan: GroupPlan, weights: Weights, rank: int, world: int):
        self.plan, self.weights, self.rank, self.world = plan, weights, rank, world
        self.tokenizer, self.model = AutoTokenizer.from_pretrained(start), base(start, plan)
        self.groups = list(read(data / "groups.jsonl", Group))
        self.steps = int(len(self.groups) * plan.epochs) // plan.groups

    def loss(self, step: int) -> torch.Tensor:
        """The loss of this process's groups; a second epoch begins at the front again."""
        at = step * self.plan.groups
        mine = range(at + self.rank, at + self.plan.groups, self.world)
        some = [self.groups[i % len(self.groups)] for i in mine]
        bonus = [self.weights.weak if g.kind == "claim" else self.weights.bonus for g in some]
        told = [g.labels for g in some], [g.cosine for g in some], bonus
        labels, opinion, bonus = (torch.tensor(part, device=device.pick()) for part in told)
        return total(self.logits(some).view(labels.shape), labels, opinion, bonus, self.weights)

    def logits(self, some: list[Group]) -> torch.Tensor:
        """Scores all pairs, each part padded by itself. A query is never cut: only passages are."""
        asked, said = zip(*((g.query, p) for g in some for p in g.passages))
        e = self.tokenizer(list(asked), list(said), truncation="only_second", max_length=self.plan.max_length)
        order = sorted(range(len(asked)), key=lambda i: len(e["input_ids"][i]))
        size, flat = -(-len(order) // self.plan.parts), torch.zeros(len(order), device=device.pick())
        for at in range(0, len(order), size):
            part = order[at : at + size]
            with device.autocast():
                scored = self.model(**pad(e, part, self.tokenizer).to(device.pick())).logits.squeeze(-1)
            flat = flat.index_copy(0, torch.tensor(part, device=device.pick()), scored.float())
        return flat


def pad(e, some: list[int], tokenizer):
    """Pads the chosen pairs to the longest of them."""
    return tokenizer.pad({k: [v[i] for i in some] for k, v in e.items()}, padding=True, return_tensors="pt")


def base(folder: str, plan: GroupPlan):
    """Loads what training starts from, without dropout: it costs a CPU much of its time."""
    torch.manual_seed(plan.seed)
    model = AutoModelForSequenceClassification.from_pretrained(
        folder, num_labels=1, attn_implementation="eager", hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0
    )
    if plan.layers:
        shorten(model, plan.layers)
    freeze(model, plan.frozen)
    return model.float()


def shorten(model, layers: int) -> None:
    """Drops all but the lowest layers."""
    encoder = getattr(model.base_model, "encoder", None)
    if encoder is None:
        raise SystemExit(f"layers: not known how to shorten a model of type {model.config.model_type}")
    encoder.layer = encoder.layer[:layers]
    model.config.num_hidden_layers = layers


def freeze(model, layers: int) -> None:
    """Keeps word and position vectors, and the lowest layers, as they are."""
    for name, p in model.named_parameters():
        layer = re.search(r"\.layer\.(\d+)\.", name)
        if "word_embeddings" in name or "position_embeddings" in name or (layer and int(layer[1]) < layers):
            p.requires_grad_(False)
