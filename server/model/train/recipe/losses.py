"""What models are trained towards. All tensors have the shape (queries, passages)."""

from dataclasses import dataclass, field

import torch
from torch.nn import functional


@dataclass
class Weights:
    """How the parts of the loss are weighed."""

    scale: float = field(default=20.0, metadata={"help": "what the opinion is multiplied by: how sharp the target is"})
    bonus: float = field(default=4.0, metadata={"help": "what a known answer gets on top, in logits"})
    weak: float = field(default=2.0, metadata={"help": "the same for the source of a claim"})
    binary: float = field(default=0.2, metadata={"help": "weight of the part that makes a sigmoid a probability"})
    margin: float = field(
        default=0.0, metadata={"help": "weight of the opinion's differences within a group; 0 = none"}
    )


def target(wanted: torch.Tensor, labels: torch.Tensor, bonus: torch.Tensor, w: Weights) -> torch.Tensor:
    """The wanted distribution over a group: the bi-encoder's, moved towards the known answer.

    Without a label it is plain distillation, which keeps what the bi-encoder
    learned elsewhere; with one it is a listwise contrastive loss with soft
    negatives.
    """
    return torch.softmax(w.scale * wanted + bonus.unsqueeze(1) * (labels == 1), dim=1)


def listwise(logits: torch.Tensor, wanted: torch.Tensor) -> torch.Tensor:
    """Cross-entropy against a distribution (ListNet, Cao et al. 2007)."""
    return -(wanted * torch.log_softmax(logits, dim=1)).sum(1).mean()


def binary(logits: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """Binary cross-entropy of what is known; an answer weighs as much as all its negatives."""
    known = labels >= 0
    wrong = (labels == 0).sum(1, keepdim=True).clamp(min=1)
    weight = torch.where(labels == 1, torch.ones_like(logits), 1 / wrong)
    each = functional.binary_cross_entropy_with_logits(logits, (labels == 1).float(), reduction="none")
    return (each * weight * known).sum() / (weight * known).sum().clamp(min=1e-9)


def margin(logits: torch.Tensor, wanted: torch.Tensor) -> torch.Tensor:
    """Mean squared error of all differences within a group (margin-MSE, Hofstätter et al. 2020).

    The softmax of a group says little about passages far below its best one;
    this tells them apart as well.
    """
    error = logits - wanted
    return (error - error.mean(1, keepdim=True)).square().mean()


def total(
    logits: torch.Tensor, labels: torch.Tensor, wanted: torch.Tensor, bonus: torch.Tensor, w: Weights
) -> torch.Tensor:
    """The loss of a step."""
    loss = listwise(logits, target(wanted, labels, bonus, w)) + w.binary * binary(logits, labels)
    return loss + w.margin * margin(logits, w.scale * wanted) if w.margin else loss
