"""Step 3: training, in checkpoints that a later run goes on from."""

import json
import math
import re
import socket
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import distributed, multiprocessing
from tqdm import tqdm
from transformers import AutoModelForSequenceClassification, AutoTokenizer

from . import hybrid
from .batches import Batch, encode
from .hybrid import Hybrid
from .losses import Weights, total
from .records import Group, read

# Parameters that no encoder brings along.
NEW = ("classifier", "head", "segment", "scale", "shift")


@dataclass
class Plan:
    """How long and how fast. The defaults are those of splitrank-mini."""

    epochs: float = field(default=0.46, metadata={"help": "passes over the groups"})
    groups: int = field(default=8, metadata={"help": "queries a step, over all processes"})
    rate: float = field(default=1e-4, metadata={"help": "highest learning rate"})
    warmup: float = field(default=0.06, metadata={"help": "share of the steps until it is reached"})
    decay: float = field(default=0.01, metadata={"help": "weight decay"})
    max_length: int = field(default=128, metadata={"help": "tokens of a pair while training"})
    parts: int = field(default=2, metadata={"help": "parts of a step that are padded apart"})
    shared: int = field(default=3, metadata={"help": "layers below both branches of a hybrid; 0 = plain cross-encoder"})
    layers: int = field(default=0, metadata={"help": "keep the first N layers; 0 = all"})
    frozen: int = field(default=0, metadata={"help": "leave the lowest N layers as they are"})
    minutes: float = field(default=8.0, metadata={"help": "between checkpoints"})
    seed: int = field(default=1, metadata={"help": "of the new layer's weights"})


def base(folder: str, plan: Plan):
    """Loads what training starts from, without dropout: the data is seen once."""
    torch.manual_seed(plan.seed)
    if plan.shared:
        return Hybrid.start(folder, plan.shared)
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


def logits(model, batch: Batch) -> torch.Tensor:
    """Scores a batch, each part padded by itself."""
    flat = torch.zeros(batch.labels.numel())
    with torch.autocast("cpu", dtype=torch.bfloat16):
        scored = [(positions, score(model, encoding)) for positions, encoding in batch.parts]
    for positions, scores in scored:
        flat = flat.index_copy(0, positions, scores.float())
    grid = flat.view(batch.labels.shape)
    return model.combine(grid, batch.cosine) if isinstance(model, Hybrid) else grid


def score(model, encoding: dict[str, torch.Tensor]) -> torch.Tensor:
    """What is learned about each pair of an encoding."""
    return model.residual(**encoding) if isinstance(model, Hybrid) else model(**encoding).logits.squeeze(-1)


class Run:
    """A training run in a folder: log.jsonl, checkpoints, and the state to go on from."""

    def __init__(self, folder: Path, start: str, data: Path, plan: Plan, weights: Weights):
        self.folder, self.plan, self.weights = folder, plan, weights
        self.rank, self.world = distributed.get_rank(), distributed.get_world_size()
        folder.mkdir(parents=True, exist_ok=True)
        self.tokenizer = hybrid.tokenizer(start) if plan.shared else AutoTokenizer.from_pretrained(start)
        self.groups = list(read(data / "groups.jsonl", Group))
        self.model = base(start, plan).train()
        self.optimizer = optimizer(self.model, plan)
        self.steps = int(len(self.groups) * plan.epochs) // plan.groups
        self.step = self.resume()
        if self.rank == 0:
            self.tokenizer.save_pretrained(folder)
            told = {"plan": asdict(plan), "weights": asdict(weights), "start": Path(start).name}
            (folder / "plan.json").write_text(json.dumps(told, indent=1))

    def resume(self) -> int:
        """Loads the newest state, if there is one; returns the next step."""
        path = self.folder / "state.pt"
        if not path.exists():
            return 0
        state = torch.load(path, weights_only=True)
        self.model.load_state_dict(state["model"])
        self.optimizer.load_state_dict(state["optimizer"])
        print(f"going on from step {state['step']}")
        return state["step"]

    def save(self, step: int) -> None:
        """Writes a checkpoint to be averaged, and the state, each whole or not at all."""
        checkpoint = self.folder / f"step-{step:06d}"
        checkpoint.mkdir(exist_ok=True)
        save_file(self.model.state_dict(), checkpoint / "model.safetensors", metadata={"format": "pt"})
        self.model.config.save_pretrained(checkpoint)
        part = self.folder / "state.part"
        torch.save({"model": self.model.state_dict(), "optimizer": self.optimizer.state_dict(), "step": step}, part)
        part.replace(self.folder / "state.pt")

    def train(self) -> None:
        """Runs to the end; interrupted, it loses at most `minutes` of work."""
        saved = time.monotonic()
        for step in self.progress():
            self.log(step, self.one(step))
            if self.rank == 0 and (step + 1 == self.steps or time.monotonic() - saved > 60 * self.plan.minutes):
                self.save(step + 1)
                saved = time.monotonic()

    def progress(self) -> tqdm:
        """The steps to go, with a bar in the first process."""
        todo = range(self.step, self.steps)
        return tqdm(todo, initial=self.step, total=self.steps, mininterval=15, disable=self.rank > 0)

    def batch(self, step: int) -> Batch:
        """This process's share of the groups of a step; a second epoch begins at the front again."""
        at = step * self.plan.groups
        mine = range(at + self.rank, at + self.plan.groups, self.world)
        some = [self.groups[i % len(self.groups)] for i in mine]
        return encode(some, self.tokenizer, self.plan.max_length, self.plan.parts, self.weights)

    def one(self, step: int) -> float:
        """One step; returns its loss."""
        for group in self.optimizer.param_groups:
            group["lr"] = group["base"] * rate(step, self.steps, self.plan)
        batch = self.batch(step)
        loss = total(logits(self.model, batch), batch.labels, batch.wanted, batch.bonus, self.weights)
        self.optimizer.zero_grad()
        loss.backward()
        self.share()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.optimizer.step()
        return loss.item()

    def share(self) -> None:
        """Averages the gradients of all processes."""
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


def fit(folder: Path, start: str, data: Path, plan: Plan, weights: Weights, processes: int) -> None:
    """Trains with one process a processor, each with one thread (see embed.embed for why)."""
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{s.getsockname()[1]}"
    multiprocessing.spawn(member, (processes, address, folder, start, data, plan, weights), nprocs=processes)


def member(rank: int, world: int, address: str, *run) -> None:
    """One process of a run."""
    torch.set_num_threads(1)
    distributed.init_process_group("gloo", init_method=address, rank=rank, world_size=world)
    Run(*run).train()
    distributed.destroy_process_group()
