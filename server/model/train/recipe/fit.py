"""Step 3: training, which a later call goes on with. What is trained is a task: grouped.py or neighbours.py."""

import json
import math
import socket
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import distributed, multiprocessing
from tqdm import tqdm

from . import device
from .losses import Weights

# Parameters that no encoder brings along.
NEW = ("classifier", "weigh", "scale", "match", "shift", "projection", "token_centre", "mean_centre")


@dataclass
class Plan:
    """How long and how fast, whatever is trained."""

    epochs: float = field(default=3.0, metadata={"help": "passes over the data"})
    rate: float = field(default=1e-4, metadata={"help": "highest learning rate"})
    warmup: float = field(default=0.06, metadata={"help": "share of the steps until it is reached"})
    decay: float = field(default=0.01, metadata={"help": "weight decay"})
    max_length: int = field(default=128, metadata={"help": "tokens of a pair, or of a passage read apart"})
    frozen: int = field(default=2, metadata={"help": "leave word vectors and the lowest N layers as they are"})
    checkpoints: int = field(default=10, metadata={"help": "kept of a run, evenly spread, to be averaged"})
    minutes: float = field(default=4.0, metadata={"help": "of work that an interruption may cost"})
    seed: int = field(default=1, metadata={"help": "of new weights and of the order of the data"})


def optimizer(model, plan: Plan) -> torch.optim.AdamW:
    """AdamW; biases and norms do not decay, and what starts from nothing learns five times as fast."""
    groups = [
        {"params": [], "weight_decay": decay, "base": base}
        for base in (plan.rate, 5 * plan.rate)
        for decay in (plan.decay, 0.0)
    ]
    for name, p in model.named_parameters():
        if p.requires_grad:
            groups[2 * name.startswith(NEW) + (p.ndim <= 1)]["params"].append(p)
    return torch.optim.AdamW([g for g in groups if g["params"]], lr=plan.rate)


def rate(step: int, steps: int, plan: Plan) -> float:
    """Share of the full learning rate: linear up, then a cosine down to a twentieth."""
    up = max(1, int(plan.warmup * steps))
    if step < up:
        return (step + 1) / up
    return 0.05 + 0.95 * 0.5 * (1 + math.cos(math.pi * (step - up) / max(1, steps - up)))


class Run:
    """A training run in a folder: log.jsonl, checkpoints, and the state to go on from.

    A task has a `model`, a `tokenizer`, a number of `steps`, and `loss(step)`,
    that of this process's share of a step.
    """

    def __init__(self, folder: Path, task, plan: Plan):
        self.folder, self.task, self.plan = folder, task, plan
        self.model = task.model.train().to(device.pick())
        self.rank, self.world = distributed.get_rank(), distributed.get_world_size()
        folder.mkdir(parents=True, exist_ok=True)
        self.optimizer = optimizer(self.model, plan)
        self.step = self.resume()
        if self.rank == 0:
            task.tokenizer.save_pretrained(folder)

    def resume(self) -> int:
        """Loads the newest state, if there is one; returns the next step."""
        path = self.folder / "state.pt"
        if not path.exists():
            return 0
        state = torch.load(path, weights_only=True, map_location=device.pick())
        self.model.load_state_dict(state["model"])
        self.optimizer.load_state_dict(state["optimizer"])
        print(f"going on from step {state['step']}")
        return state["step"]

    def keep(self, step: int) -> None:
        """Writes a checkpoint to be averaged."""
        checkpoint = self.folder / f"step-{step:06d}"
        checkpoint.mkdir(exist_ok=True)
        save_file(self.model.state_dict(), checkpoint / "model.safetensors", metadata={"format": "pt"})
        self.model.config.save_pretrained(checkpoint)

    def save(self, step: int) -> None:
        """Writes the state to go on from, whole or not at all."""
        part = self.folder / "state.part"
        torch.save({"model": self.model.state_dict(), "optimizer": self.optimizer.state_dict(), "step": step}, part)
        part.replace(self.folder / "state.pt")

    def train(self) -> None:
        """Runs to the end; interrupted, it loses at most `minutes` of work."""
        saved, last = time.monotonic(), self.task.steps
        kept = {last * (i + 1) // self.plan.checkpoints for i in range(self.plan.checkpoints)}
        for step in tqdm(range(self.step, last), initial=self.step, total=last, mininterval=15, disable=self.rank > 0):
            self.log(step, self.one(step))
            if self.rank > 0:
                continue
            if step + 1 in kept:
                self.keep(step + 1)
            if step + 1 == last or time.monotonic() - saved > 60 * self.plan.minutes:
                self.save(step + 1)
                saved = time.monotonic()

    def one(self, step: int) -> float:
        """One step; returns its loss."""
        for group in self.optimizer.param_groups:
            group["lr"] = group["base"] * rate(step, self.task.steps, self.plan)
        loss = self.task.loss(step)
        self.optimizer.zero_grad()
        loss.backward()
        self.share()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.optimizer.step()
        return loss.item()

    def share(self) -> None:
        """Averages the gradients of all processes."""
        if self.world == 1:
            return
        grads = [p.grad for p in self.model.parameters() if p.grad is not None]
        flat = torch.cat([g.flatten() for g in grads]) / self.world
        distributed.all_reduce(flat)
        for g, part in zip(grads, flat.split([g.numel() for g in grads])):
            g.copy_(part.view_as(g))

    def log(self, step: int, loss: float) -> None:
        """Adds a line to log.jsonl; the loss is that of the first process."""
        if self.rank > 0:
            return
        with open(self.folder / "log.jsonl", "a", encoding="utf-8") as f:
            f.write(json.dumps({"step": step, "loss": round(loss, 5)}) + "\n")


def fit(task: Callable, folder: Path, start: str, data: Path, plan: Plan, weights: Weights, processes: int) -> None:
    """Trains `task(start, data, plan, weights, rank, world)`, with one process on a GPU, else one a processor.

    embed.spread says why.
    """
    processes = 1 if device.pick().type == "cuda" else processes
    folder.mkdir(parents=True, exist_ok=True)
    told = {"plan": asdict(plan), "weights": asdict(weights), "start": Path(start).name, "task": task.__name__}
    (folder / "plan.json").write_text(json.dumps(told, indent=1), encoding="utf-8")
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{s.getsockname()[1]}"
    multiprocessing.spawn(member, (processes, address, folder, task, start, data, plan, weights), nprocs=processes)


def member(rank: int, world: int, address: str, folder: Path, task: Callable, *about) -> None:
    """One process of a run."""
    torch.set_num_threads(1)
    distributed.init_process_group("gloo", init_method=address, rank=rank, world_size=world)
    Run(folder, task(*about, rank, world), about[2]).train()
    distributed.destroy_process_group()
