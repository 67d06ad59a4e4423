"""Step 4: the mean of the last checkpoints, which generalises better than the last alone (Izmailov et al. 2018)."""

import shutil
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file


def average(run: Path, last: int, out: Path) -> None:
    """Writes a Hugging Face folder with the mean of the last checkpoints of a run."""
    steps = sorted(run.glob("step-*"))[-last:]
    if not steps:
        raise SystemExit(f"{run}: no checkpoint yet")
    states = [load_file(s / "model.safetensors") for s in steps]
    mean = {name: torch.stack([s[name] for s in states]).mean(0) for name in states[0]}
    out.mkdir(parents=True, exist_ok=True)
    save_file(mean, out / "model.safetensors", metadata={"format": "pt"})
    shutil.copy(steps[-1] / "config.json", out)
    for name in ("tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "vocab.txt"):
        if (run / name).exists():  # which of them there are depends on the kind of tokenizer
            shutil.copy(run / name, out)
    print(f"mean of {', '.join(s.name for s in steps)} in {out}")
