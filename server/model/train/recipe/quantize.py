"""Step 6: eight-bit weights, and no range of activations that a batch shares.

Weights of every layer become MatMulNBits: blocks of `block` weights share a
scale, and activations are rounded by row and block while they are multiplied,
so that a pair never sees another's range. The projections of attention, where
the rounding costs most, have blocks of half that size. (ONNX Runtime multiplies rows by
fours, and the last ones otherwise: a sum that differs in its last digit can be
rounded to another step. Up to some hundredths of a logit hang on that, so the
server runs such a model pair by pair, where it is exact and nothing is padded.) Word and position vectors are rounded by row.
Everything else stays fp32.
"""

import json
import logging
import shutil
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnx import helper, numpy_helper
from onnxruntime.quantization.matmul_nbits_quantizer import DefaultWeightOnlyQuantConfig, MatMulNBitsQuantizer
from onnxruntime.transformers.fusion_options import FusionOptions
from onnxruntime.transformers.optimizer import optimize_model

# Multiply in int8; the other levels convert the weights back and are slower.
INT8 = 4


def folder(model: Path, out: Path, bits: int, block: int, own: dict) -> None:
    """Makes a folder with the small graph, configuration and tokenizer of a folder with an fp32 graph.

    `own` is what splitrank reads of config.json beside what it has: how to
    calibrate logits, and by how much company was seen to change a score.
    """
    config = json.loads((model / "config.json").read_text(encoding="utf-8"))
    quantize(
        model / "onnx" / "model.onnx",
        out / "model.onnx",
        config["num_attention_heads"],
        config["hidden_size"],
        bits,
        block,
    )
    (out / "config.json").write_text(json.dumps(config | {"splitrank": own}, indent=2) + "\n", encoding="utf-8")
    for name in ("tokenizer.json", "tokenizer_config.json"):
        shutil.copy(model / name, out)


def quantize(source: Path, out: Path, heads: int, width: int, bits: int = 8, block: int = 64) -> None:
    """Reads an fp32 graph, writes the small one, and checks that it does not depend on its batch."""
    logging.disable(logging.INFO)
    model = fuse(source, heads, width)
    vocabulary = shrink(model, "word_embeddings")
    shrink(model, "position_embeddings")
    gemms(model)
    model = blocks(model, bits, block // 2, spared=wide(model))
    model = blocks(model, bits, block)
    biases(model)
    out.parent.mkdir(parents=True, exist_ok=True)
    onnx.save(model, out)
    size, worst = out.stat().st_size / 1e6, dependence(out, vocabulary)
    print(f"{out}: {size:.1f} MB, alone or in a batch equal within {worst:.1e}")


def wide(model: onnx.ModelProto) -> list[str]:
    """All products but the projections of attention, which are known by their square weights."""
    square = {t.name for t in model.graph.initializer if len(t.dims) == 2 and t.dims[0] == t.dims[1]}
    return [n.name for n in model.graph.node if n.op_type == "MatMul" and n.input[1] not in square]


def blocks(model: onnx.ModelProto, bits: int, size: int, spared: Sequence[str] = ()) -> onnx.ModelProto:
    """Packs the weights of all products that are not spared in blocks of `size`."""
    config = DefaultWeightOnlyQuantConfig(block_size=size, is_symmetric=True, accuracy_level=INT8, bits=bits)
    quantizer = MatMulNBitsQuantizer(model, algo_config=config, nodes_to_exclude=list(spared))
    quantizer.process()
    return quantizer.model.model


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
    as long as both apart.
    """
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


def replace(model: onnx.ModelProto, old: onnx.NodeProto, new: list[onnx.NodeProto]) -> None:
    """Puts nodes where one was, so that the order stays right."""
    at = list(model.graph.node).index(old)
    model.graph.node.remove(old)
    for i, node in enumerate(new):
        model.graph.node.insert(at + i, node)


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


def dependence(graph: Path, vocabulary: int, pairs: int = 8, length: int = 64) -> float:
    """Returns the largest difference of a logit between a pair alone and in company."""
    session = onnxruntime.InferenceSession(graph, providers=["CPUExecutionProvider"])
    ids = np.random.default_rng(1).integers(5, vocabulary, (pairs, length))
    known = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": (np.arange(length) > 9) + 0 * ids}
    feed = {i.name: known[i.name] for i in session.get_inputs()}
    together = session.run(None, feed)[0]
    alone = [session.run(None, {k: v[i : i + 1] for k, v in feed.items()})[0][0] for i in range(pairs)]
    return float(np.abs(together - np.array(alone)).max())
