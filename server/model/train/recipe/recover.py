"""A trained model out of a small graph that reads pairs, as splitrank-mini was shipped before it read texts alone.

The weights that training gave are not kept. The small graph holds them in eight
bits, with channels that smooth.py centred and scaled: this multiplies its
scales back, so that `project`, `export` and `quantize` go on from there. What
it writes computes what the small graph computes, but for the rounding of
activations.
"""

import json
import shutil
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import helper, numpy_helper
from safetensors.torch import save_file

# What reads a layer norm's scaled output, and the norm that gives it; None is the layer before.
FED_BY = {"query": None, "key": None, "value": None, "wide": "attended_norm"}
PLAIN = ("attended", "narrow")


class Small:
    """The constants of a small graph."""

    def __init__(self, path: Path):
        """Reads the graph."""
        model = onnx.load(path)
        self.tables = {t.name: numpy_helper.to_array(t) for t in model.graph.initializer}
        self.nodes = {n.name: n for n in model.graph.node}

    def product(self, name: str) -> np.ndarray:
        """The weights of a product, (in, out)."""
        node = self.nodes[name]
        size = {a.name: helper.get_attribute_value(a) for a in node.attribute}
        if size["bits"] != 8:
            raise SystemExit(f"{name}: {size['bits']} bits; only eight are read")
        levels, scales = (self.tables[i] for i in node.input[1:3])
        weights = (levels.astype(np.float32) - 128) * scales.reshape(*levels.shape[:2], 1)
        return weights.reshape(len(levels), -1)[:, : size["K"]].T

    def look_up(self, name: str) -> np.ndarray:
        """Vectors that are looked up."""
        return self.tables[name].astype(np.float32) * self.tables[f"{name}_scale"]

    def norm(self, name: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Weight and bias of a norm that gives x less its centre, and by what the graph divides that."""
        node = self.nodes[f"/{name}/LayerNormalization"]
        scale = self.tables.get(f"{node.output[0]}_scale", np.float32(1))
        weight, bias = (self.tables[i] for i in node.input[1:])
        return weight * scale, bias * scale, np.broadcast_to(scale, weight.shape)


def recover(graph: Path, folder: Path, out: Path) -> None:
    """Writes a Hugging Face folder; `folder` has configuration and tokenizer of the model."""
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    config.pop("splitrank", None)
    small = Small(graph)
    found = embeddings(small, config["type_vocab_size"])
    for i in range(config["num_hidden_layers"]):
        found |= layer(small, i)
    found |= {name: small.tables[name] for name in ("weigh", "scale", "match", "shift")}
    out.mkdir(parents=True, exist_ok=True)
    tensors = {k: torch.tensor(np.ascontiguousarray(v, np.float32)) for k, v in found.items()}
    save_file(tensors, out / "model.safetensors", metadata={"format": "pt"})
    (out / "config.json").write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")
    for name in ("tokenizer.json", "tokenizer_config.json"):
        shutil.copy(folder / name, out)


def embeddings(small: Small, types: int) -> dict[str, np.ndarray]:
    """Word and position vectors, and the norm after them. Texts are all of the first type."""
    weight, bias, _ = small.norm("LayerNorm")
    first = next(n for n in small.nodes.values() if n.op_type == "LayerNormalization")
    total = next(n for n in small.nodes.values() if first.input[0] in n.output)
    return {
        "embeddings.word_embeddings.weight": small.look_up("word_embeddings"),
        "embeddings.position_embeddings.weight": small.look_up("position_embeddings"),
        "embeddings.token_type_embeddings.weight": np.tile(small.tables[total.input[1]], (types, 1)),
        "embeddings.LayerNorm.weight": weight,
        "embeddings.LayerNorm.bias": bias,
    }


def layer(small: Small, i: int) -> dict[str, np.ndarray]:
    """The weights of a layer, whose products read norms that are not divided."""
    found, name = {}, f"layers.{i}"
    for part in (*FED_BY, *PLAIN):
        weight = small.product(f"/{name}/{part}/MatMul")
        if part in FED_BY:
            norm = FED_BY[part] or (f"layers.{i - 1}/norm" if i else "LayerNorm")
            norm = norm if "/" in norm or norm == "LayerNorm" else f"{name}/{norm}"
            weight = weight / small.norm(norm)[2][:, None]
        found[f"{name}.{part}.weight"] = weight.T
        found[f"{name}.{part}.bias"] = small.tables[f"{name}.{part}.bias"]
    for part in ("attended_norm", "norm"):
        found[f"{name}.{part}.weight"], found[f"{name}.{part}.bias"], _ = small.norm(f"{name}/{part}")
    return found
