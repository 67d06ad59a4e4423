"""Fewer dimensions for token vectors: what of them a sample of the training texts needs most.

The second moments of the tokens of queries and passages say which directions
carry their products. They are kept, and turned at random within what is kept, so
that all dimensions are about as large: a vector's numbers share one scale when
they are rounded to a few bits. Where all vectors of an encoder lie to one side,
they are centred first. Fewer directions make all products a little larger, so the
matches get weight and shift that give the logits of full vectors on training
pairs. See RATIONALE: why-token-vectors-are-small.
"""

import json
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save_file
from torch import nn

from .activations import chosen
from .late import Late, Texts, moved, tokenizer

# Texts of each kind, tokens taken of a passage, and passages that each query is compared with.
TEXTS, TOKENS, COMPARED = 1000, 24, 4
# The longest text, in tokens.
LENGTH = 256


def project(
    folder: Path,
    work: Path,
    dimensions: int,
    bits: int,
    centred: bool = False,
    out: Path | None = None,
    prefixes: tuple[str, str] = ("", ""),
) -> None:
    """Adds a projection to the model of a folder, or of an encoder's, and to its configuration how tokens are compared.

    `prefixes` are what a reader will put before a passage and a query.
    """
    model, cut, out = Late.start(str(folder)).eval(), tokenizer(str(folder)), out or folder
    kinds = zip(reversed(prefixes), zip(*chosen(work, TEXTS), strict=True), strict=True)
    read = [[encode(model, cut, before + t) for t in texts] for before, texts in kinds]
    if centred:
        centre(model, read[0] + read[1])
    with torch.no_grad():
        queries, passages = ([(moved(e.tokens[0], model.token_centre), e.weights[0]) for e in texts] for texts in read)
        model.projection = nn.Parameter(torch.tensor(directions(queries, passages, dimensions), dtype=torch.float32))
        match, shift = weights(model, queries, passages, bits)
    out.mkdir(parents=True, exist_ok=True)
    save_file(model.state_dict(), out / "model.safetensors", metadata={"format": "pt"})
    model.config.save_pretrained(out)
    cut.save_pretrained(out)
    said = {"dimensions": dimensions, "bits": bits, "mean_dimensions": model.config.hidden_size, "mean_bits": 8}
    said |= {"cosine": model.scale.item(), "match": round(match, 4), "shift": round(shift, 4), "skip": []}
    path = out / "config.json"
    config = json.loads(path.read_text(encoding="utf-8")) | {"late_interaction": said}
    path.write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")
    print(f"{dimensions} dimensions in {bits} bits: match {match:.4f}, shift {shift:.4f}")


def encode(model: Late, cut, text: str) -> Texts:
    """Reads a text."""
    e = cut([text], truncation=True, max_length=LENGTH, return_tensors="pt")
    with torch.inference_mode():
        return model.encode(e["input_ids"], e["attention_mask"])


def centre(model: Late, read: list[Texts]) -> None:
    """Gives a model without centres those of some texts: the mean token vector, and the mean of means."""
    model.token_centre = nn.Parameter(torch.cat([e.tokens[0] for e in read]).mean(0).clone())
    model.mean_centre = nn.Parameter(torch.cat([e.mean for e in read]).mean(0).clone())


def directions(queries: list, passages: list, dimensions: int) -> np.ndarray:
    """The directions of the largest second moments of both kinds of tokens, turned at random, (width, dimensions)."""
    rng, moments = np.random.default_rng(7), 0.0
    said = [t[rng.permutation(len(t))[:TOKENS]] for t, _ in passages]
    for vectors in (torch.cat(said), torch.cat([t for t, _ in queries])):
        x = vectors.double().numpy()
        moments = moments + x.T @ x / len(x)
    kept = np.linalg.eigh(moments)[1][:, ::-1][:, :dimensions]
    turned, upper = np.linalg.qr(rng.normal(size=(dimensions, dimensions)))
    return kept @ (turned * np.sign(np.diag(upper)))


def weights(model: Late, queries: list, passages: list, bits: int) -> tuple[float, float]:
    """The weight of matches and the shift with which small vectors give the logits of full ones, by least squares."""
    full, small = [], []
    little = [rounded(model.project(t), bits) for t, _ in passages]
    for i, (tokens, weight) in enumerate(queries):
        query = rounded(model.project(tokens), 8)
        for j in range(COMPARED):
            at = (i + 7 * j) % len(passages)
            full.append(float(weight @ (tokens @ passages[at][0].T).amax(1)))
            small.append(float(weight @ (query @ little[at].T).amax(1)))
    slope, offset = np.polyfit(small, full, 1)
    return model.match.item() * slope, model.shift.item() + model.match.item() * offset


def rounded(vectors: torch.Tensor, bits: int) -> torch.Tensor:
    """Vectors as they are kept: signed integers of so many bits and a scale for each vector; halves go away from 0."""
    most = 2 ** (bits - 1) - 1
    scale = vectors.abs().amax(-1, keepdim=True).clamp(min=1e-30) / most
    return torch.sign(vectors) * (vectors.abs() / scale + 0.5).floor() * scale
