"""Step 6: eight-bit weights, and no range of activations that a batch shares.

Weights of every layer become MatMulNBits: blocks of `block` weights share a
scale, and activations are rounded by row and block while they are multiplied,
so that a pair never sees another's range. (ONNX Runtime multiplies rows by
fours, and the last ones otherwise: a sum that differs in its last digit can be
rounded to another step. Up to some thousandths of a logit hang on that, so the
server runs such a model pair by pair, where it is exact and nothing is padded.) Word vectors take four bits, for they
are half of the model, and position vectors eight. Everything else stays fp32.
"""

import json
import logging
import shutil
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
    vocabulary = shrink_words(model, block)
    shrink_positions(model)
    gemms(model)
    config = DefaultWeightOnlyQuantConfig(block_size=block, is_symmetric=True, accuracy_level=INT8, bits=bits)
    quantizer = MatMulNBitsQuantizer(model, algo_config=config)
    quantizer.process()
    out.parent.mkdir(parents=True, exist_ok=True)
    quantizer.model.save_model_to_file(str(out))
    size, worst = out.stat().st_size / 1e6, dependence(out, vocabulary)
    print(f"{out}: {size:.1f} MB, alone or in a batch equal within {worst:.1e}")


def fuse(source: Path, heads: int, width: int) -> onnx.ModelProto:
    """Joins the operators of attention, GELU and layer norms; words stay apart, to be shrunk."""
    options = FusionOptions("bert")
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


def shrink_words(model: onnx.ModelProto, block: int) -> int:
    """Packs the word vectors in four bits, a scale for each `block` of a row; returns the number of rows."""
    node, table = look_up(model, "word_embeddings")
    values = numpy_helper.to_array(table)
    blocks = values.reshape(len(values), -1, block)
    scale = np.maximum(np.abs(blocks).max(axis=2), 1e-12).astype(np.float32) / 7
    steps = np.clip(np.rint(blocks / scale[..., None]), -7, 7).astype(np.int8).reshape(values.shape) + 8
    packed = (steps[:, 0::2] | steps[:, 1::2] << 4).astype(np.uint8)
    model.graph.initializer.remove(table)
    model.graph.initializer.extend(
        [numpy_helper.from_array(packed, "words"), numpy_helper.from_array(scale, "words_scale")]
    )
    new = helper.make_node(
        "GatherBlockQuantized",
        ["words", node.input[1], "words_scale"],
        list(node.output),
        node.name,
        domain="com.microsoft",
        bits=4,
        block_size=block,
        gather_axis=0,
        quantize_axis=1,
    )
    replace(model, node, [new])
    return len(values)


def shrink_positions(model: onnx.ModelProto) -> None:
    """Replaces the position vectors by int8 rows and a scale for each."""
    node, table = look_up(model, "position_embeddings")
    values = numpy_helper.to_array(table)
    scale = np.maximum(np.abs(values).max(axis=1, keepdims=True), 1e-12).astype(np.float32) / 127
    rows = np.rint(values / scale).astype(np.int8)
    model.graph.initializer.remove(table)
    model.graph.initializer.extend(
        [numpy_helper.from_array(rows, "places"), numpy_helper.from_array(scale, "places_scale")]
    )
    at, out = node.input[1], node.output[0]
    new = [
        helper.make_node("Gather", ["places", at], ["places_rows"], "places_look_up"),
        helper.make_node("Gather", ["places_scale", at], ["places_scales"], "places_scale_look_up"),
        helper.make_node("Cast", ["places_rows"], ["places_float"], "places_cast", to=onnx.TensorProto.FLOAT),
        helper.make_node("Mul", ["places_float", "places_scales"], [out], "places_times_scale"),
    ]
    replace(model, node, new)


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
