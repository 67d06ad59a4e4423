"""Step 6: weights of seven or eight bits, and no range of activations that a batch shares.

Weights of a late-interaction model become products of integers (integers.py):
a row of activations has a scale of its own, and sums are exact. Those of other
models become MatMulNBits: blocks of weights share a scale, and activations are
rounded by row and block while they are multiplied, so that a pair never sees
another's range. What is rounded is first made easy to round, by what a sample
of the training texts shows (smooth.py), and weights are rounded so that they
make up for each other (rounding.py). Word and position vectors are rounded by
row; word vectors that came in 4 bits keep them. Everything else stays fp32.

In MatMulNBits, ONNX Runtime multiplies rows by fours, and the last ones
otherwise: a sum that differs in its last digit can be rounded to another step.
In both kinds a sum of fp32 hangs on how far a batch is padded. So the server
runs such models pair by pair, and a graph of integers takes one text a call
(hasten.py). See RATIONALE: why-it-reads-text-by-text.
"""

import json
import logging
import shutil
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import helper, numpy_helper
from onnxruntime.transformers.fusion_options import FusionOptions
from onnxruntime.transformers.optimizer import optimize_model

from . import hasten, integers
from .activations import pairs, sample, texts
from .graph import Graph, replace, weighted
from .rounding import pack
from .runtime import known, session
from .smooth import prepare

# Numbers of a row of word vectors that share a scale where they have four bits.
BLOCK = 32


def folder(
    model: Path, out: Path, bits: int, block: int, own: dict, work: Path, products: str = "integers", compared: dict | None = None
) -> None:
    """Makes a folder with the small graph, configuration and tokenizer of a folder with an fp32 graph.

    `own` is what splitrank reads of config.json beside what it has: how to
    calibrate logits, and by how much its batch was seen to change a score.
    `compared` takes the place of numbers by which token vectors are compared.
    `work` has the training texts, which show how large activations are.
    """
    config = json.loads((model / "config.json").read_text(encoding="utf-8"))
    fused = fuse(model / "onnx" / "model.onnx", config["num_attention_heads"], config["hidden_size"])
    if late := config.pop("late_interaction", None):
        own = own | {"late_interaction": late | (compared or {})}
    feeds = (texts if config.get("late") else pairs)(work, model)
    integer = bool(config.get("late")) and products == "integers"
    if integer:
        own.pop("spread", None)  # it reads one text a call
    quantize(fused, out / "model.onnx", feeds, bits, block, integer)
    (out / "config.json").write_text(json.dumps(config | {"splitrank": own}, indent=2) + "\n", encoding="utf-8")
    shutil.copy(model / "tokenizer_config.json", out)
    tokenizer = json.loads((model / "tokenizer.json").read_text(encoding="utf-8"))
    dense = json.dumps(tokenizer, ensure_ascii=False, separators=(",", ":"))  # indented it is twice as large
    (out / "tokenizer.json").write_text(dense, encoding="utf-8")


def quantize(
    model: onnx.ModelProto, out: Path, feeds: list[dict], bits: int = 8, block: int = 64, integer: bool = False
) -> None:
    """Takes a fused fp32 graph, writes the small one, and says how far it depends on its batch.

    `feeds` are texts or pairs that show how large activations are. `bits` and
    `block` are those of MatMulNBits, which is taken where products are not `integer`.
    """
    torch.set_num_threads(1)  # sums in one order: the same bytes each time
    gemms(model)
    graph = Graph(model, sample(model, feeds))
    sizes = columns(graph) if integer else blocks(model, block)
    for name in graph.rows:
        prepare(graph, name, sizes)
    vocabulary = nibbles(model, "word_embeddings") or shrink(model, "word_embeddings")
    shrink(model, "position_embeddings")
    for node in weighted(model):
        integers.pack(graph, node) if integer else pack(graph, node, bits, sizes[node.name])
    hasten.join(model) if integer else biases(model)
    out.parent.mkdir(parents=True, exist_ok=True)
    onnx.save(model, out)
    if integer:
        return print(f"{out}: {out.stat().st_size / 1e6:.1f} MB, reads one text a call")
    alike, padded = dependence(out, vocabulary)
    what = "number of a token vector" if encodes(model) else "logit"
    print(f"{out}: {out.stat().st_size / 1e6:.1f} MB, in a batch a {what} moves by up to {padded:.1e} padded")
    print(f"and among inputs of its own length by {alike:.1e}")


def encodes(model: onnx.ModelProto) -> bool:
    """Reports whether this is the encoder of a late-interaction model."""
    return any(o.name == "token_vectors" for o in model.graph.output)


def columns(graph: Graph) -> dict[str, int]:
    """How many weights of each product share a scale: a whole column."""
    return {n.name: len(graph.get(n.input[1])) for n in weighted(graph.model)}


def blocks(model: onnx.ModelProto, block: int) -> dict[str, int]:
    """How many weights of each product share a scale.

    `block`, and a quarter of it where the values of attention are made: their
    rounding costs most for the time they take.
    """
    sums = {n.input[2] for n in model.graph.node if n.op_type == "MultiHeadAttention"}
    sums |= {i for n in model.graph.node if sums & set(n.output) for i in n.input}  # before the biases
    return {n.name: block // 4 if n.output[0] in sums else block for n in weighted(model)}


def biases(model: onnx.ModelProto) -> None:
    """Gives biases to the product before them, its sixth input, in place of a sum of their own."""
    tables = {t.name: t for t in model.graph.initializer}
    products = {n.output[0]: n for n in model.graph.node if n.op_type == "MatMulNBits"}
    for node in [n for n in model.graph.node if n.op_type == "Add"]:
        product = next((products[i] for i in node.input if i in products), None)
        bias = next((i for i in node.input if i in tables and len(tables[i].dims) == 1), None)
        if product and bias:
            product.input.extend([""] * (5 - len(product.input)) + [bias])
            product.output[0] = node.output[0]
            model.graph.node.remove(node)


def fuse(source: Path, heads: int, width: int) -> onnx.ModelProto:
    """Joins the operators of attention, GELU and layer norms; words stay apart, to be shrunk.

    Norms stay apart from the sum before them: joined, they take a CPU 2.5 times
    as long as both apart. See RATIONALE: why-norms-stay-apart.
    """
    logging.disable(logging.INFO)
    options = FusionOptions("bert")
    options.enable_skip_layer_norm = options.enable_bias_skip_layer_norm = False
    options.use_multi_head_attention = True
    options.enable_embed_layer_norm = False
    fused = optimize_model(str(source), "bert", heads, width, options, opt_level=0, verbose=False)
    return fused.model


def look_up(model: onnx.ModelProto, name: str) -> tuple[onnx.NodeProto, onnx.TensorProto]:
    """Returns a look-up and its table. Hugging Face names them alike in every architecture."""
    node = next(n for n in model.graph.node if n.op_type == "Gather" and name in n.name)
    return node, next(t for t in model.graph.initializer if t.name == node.input[0])


def shrink(model: onnx.ModelProto, name: str) -> int:
    """Replaces vectors that are looked up by int8 rows and a scale for each; returns the number of rows."""
    node, table = look_up(model, name)
    values = numpy_helper.to_array(table)
    scale = np.maximum(np.abs(values).max(axis=1, keepdims=True), 1e-12).astype(np.float32) / 127
    rows = np.rint(values / scale).astype(np.int8)
    model.graph.initializer.remove(table)
    model.graph.initializer.extend(
        [numpy_helper.from_array(rows, name), numpy_helper.from_array(scale, f"{name}_scale")]
    )
    at, out = node.input[1], node.output[0]
    new = [
        helper.make_node("Gather", [name, at], [f"{name}_rows"], f"{name}_look_up"),
        helper.make_node("Gather", [f"{name}_scale", at], [f"{name}_scales"], f"{name}_scale_look_up"),
        helper.make_node("Cast", [f"{name}_rows"], [f"{name}_float"], f"{name}_cast", to=onnx.TensorProto.FLOAT),
        helper.make_node("Mul", [f"{name}_float", f"{name}_scales"], [out], f"{name}_times_scale"),
    ]
    replace(model, node, new)
    return len(values)


def nibbles(model: onnx.ModelProto, name: str) -> int:
    """Keeps vectors that are looked up in 4 bits where they are such already; returns the number of rows, else 0.

    The form is Q4_0's: blocks of a row share an fp16 scale, and the largest number of a block is level -8.
    """
    node, table = look_up(model, name)
    values = numpy_helper.to_array(table)
    if values.shape[1] % BLOCK:
        return 0
    blocks = values.reshape(len(values), -1, BLOCK)
    most = np.take_along_axis(blocks, np.abs(blocks).argmax(2)[..., None], 2)
    scale = (most / -8).astype(np.float16)
    levels = np.rint(blocks / np.where(scale == 0, 1, scale).astype(np.float32)) + 8
    if levels.max() > 15 or not np.array_equal((levels - 8) * scale.astype(np.float32), blocks):
        return 0
    packed = levels.astype(np.uint8).reshape(values.shape)
    model.graph.initializer.remove(table)
    model.graph.initializer.extend(
        [
            numpy_helper.from_array(packed[:, ::2] | packed[:, 1::2] << 4, name),
            numpy_helper.from_array(scale[..., 0], f"{name}_scale"),
        ]
    )
    sizes = {"gather_axis": 0, "quantize_axis": 1, "block_size": BLOCK, "bits": 4}
    inputs, half = [name, node.input[1], f"{name}_scale"], f"{name}_half"
    new = [
        helper.make_node("GatherBlockQuantized", inputs, [half], f"{name}_look_up", domain="com.microsoft", **sizes),
        helper.make_node("Cast", [half], [node.output[0]], f"{name}_cast", to=onnx.TensorProto.FLOAT),
    ]
    replace(model, node, new)
    return len(values)


def gemms(model: onnx.ModelProto) -> None:
    """Splits wide Gemms (the pooler) into product and sum, so that they are quantized too."""
    tables = {t.name: t for t in model.graph.initializer}
    for node in [n for n in model.graph.node if n.op_type == "Gemm" and min(tables[n.input[1]].dims) > 8]:
        weight = numpy_helper.to_array(tables[node.input[1]])
        model.graph.initializer.append(numpy_helper.from_array(np.ascontiguousarray(weight.T), node.name + "_t"))
        model.graph.initializer.remove(tables[node.input[1]])
        product = node.name + "_product"
        new = [
            helper.make_node("MatMul", [node.input[0], node.name + "_t"], [product], product),
            helper.make_node("Add", [product, node.input[2]], list(node.output), node.name),
        ]
        replace(model, node, new)


def dependence(graph: Path, vocabulary: int, inputs: int = 8, length: int = 64) -> tuple[float, float]:
    """Returns the largest difference of an output between an input alone and in a batch, of its own length and padded."""
    run, ids = session(graph), np.random.default_rng(1).integers(5, vocabulary, (inputs, length))
    types, found = (np.arange(length) > 9) + 0 * ids, []
    for lengths in (np.full(inputs, length), length - 3 * np.arange(inputs)):
        mask = (np.arange(length) < lengths[:, None]).astype(np.int64)
        feed = known(run, {"input_ids": ids * mask, "attention_mask": mask, "token_type_ids": types * mask})
        together, worst = run.run(None, feed)[0], 0.0
        for i, n in enumerate(lengths):
            alone = run.run(None, {k: v[i : i + 1, :n] for k, v in feed.items()})[0][0]
            worst = max(worst, float(np.abs(together[i][: len(alone)] - alone).max()))
        found.append(worst)
    return found[0], found[1]
