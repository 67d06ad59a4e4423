"""Step 4: the mean of the last checkpoints, and how far to go there from where training began.

The mean generalises better than the last checkpoint alone (Izmailov et al.
2018), and a point on the way better than either on texts of another kind than
those trained on (Wortsman et al. 2022).
"""

import shutil
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from transformers import AutoConfig

from .late import Late

State = dict[str, torch.Tensor]


def average(runs: list[Path], last: int, base: str, share: float, weights: list[float], out: Path) -> None:
    """Writes a Hugging Face folder: `share` of the way from `base` to the mean of the last checkpoints of all runs.

    `weights` are those of the cosine and of the matches, and the shift, in
    place of the trained ones; empty keeps them.
    """
    steps = [s for run in runs for s in checkpoints(run, last)]
    states = [load_file(s / "model.safetensors") for s in steps]
    found = {name: torch.stack([s[name] for s in states]).mean(0) for name in states[0]}
    if share < 1:
        found = between(beginning(base, steps[-1]), found, share)
    found |= {name: torch.tensor(w) for name, w in zip(("scale", "match", "shift"), weights)}
    out.mkdir(parents=True, exist_ok=True)
    save_file(found, out / "model.safetensors", metadata={"format": "pt"})
    shutil.copy(steps[-1] / "config.json", out)
    for name in ("tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "vocab.txt"):
        if (runs[0] / name).exists():  # which of them there are depends on the kind of tokenizer
            shutil.copy(runs[0] / name, out)
    print(f"mean of {', '.join(s.name for s in steps)} in {out}")


def checkpoints(run: Path, last: int) -> list[Path]:
    """The newest checkpoints of a run."""
    steps = sorted(run.glob("step-*"))[-last:]
    if not steps:
        raise SystemExit(f"{run}: no checkpoint yet")
    return steps


def beginning(base: str, trained: Path) -> State:
    """The state that training began with."""
    if not hasattr(AutoConfig.from_pretrained(trained), "late"):
        raise SystemExit("share: only for what train makes; a cross-encoder's new head begins as noise")
    return Late.start(base).state_dict()


def between(start: State, end: State, share: float) -> State:
    """A point on the straight line from one state to another."""
    return {name: torch.lerp(start[name], end[name], share) for name in end}
