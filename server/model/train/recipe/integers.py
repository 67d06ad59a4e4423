"""Products of integers, whose sums are exact: rows in eight bits, weights in seven.

A row of activations has a scale of its own, so that it depends on no other row,
and a zero that is fixed for each product. Weights have a scale for each column.
Seven bits of weights and eight of activations cannot overflow the sixteen in
which processors without VNNI add two products, so the sums are the same
everywhere. See RATIONALE: why-products-are-of-integers.
"""

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from .graph import Graph, insert, replace
from .rounding import rounded

# Of a weight; the sign included.
BITS = 7
# The largest number of a row, and the zeros that are tried for a product.
MOST, ZEROS = 255, (8, 12, 16, 24, 32, 48, 64, 96, 112, 128)
# The smallest step of a row, so that a row of zeros has one.
TINY = 1e-12


def pack(graph: Graph, node: onnx.NodeProto) -> None:
    """Replaces a product by one of integers. Its input is rounded once for all products that read it."""
    source, name = node.input[0], node.name
    if graph.maker(f"{source}_levels") is None:
        quantize(graph, source, node)
    levels, scales = rounded(graph.take(node.input[1]), graph.rows[source], BITS, len(graph.rows[source][0]))
    store(graph, f"{name}_levels", (levels - 2 ** (BITS - 1)).astype(np.int8))
    graph.put(f"{name}_scales", scales[0])
    inputs = [f"{source}_levels", f"{name}_levels", f"{source}_zero"]
    new = [
        helper.make_node("MatMulInteger", inputs, [f"{name}_sums"], name),
        helper.make_node("Cast", [f"{name}_sums"], [f"{name}_float"], f"{name}_cast", to=TensorProto.FLOAT),
        helper.make_node("Mul", [f"{name}_float", f"{source}_step"], [f"{name}_rows"], f"{name}_by_row"),
        helper.make_node("Mul", [f"{name}_rows", f"{name}_scales"], list(node.output), f"{name}_by_column"),
    ]
    replace(graph.model, node, new)


def quantize(graph: Graph, name: str, before: onnx.NodeProto) -> None:
    """Rounds rows to integers from 0 to MOST: a step for each row, so that its extremes fit."""
    zero = best_zero(graph.rows[name])
    store(graph, f"{name}_zero", np.array(zero, np.uint8))
    constants = {"above": 1 / (MOST - zero), "below": -1 / zero, "tiny": TINY, "one": 1.0}
    for key, value in constants.items():
        graph.put(f"{name}_{key}", np.array(value, np.float32))
    for node in (
        helper.make_node("ReduceMax", [name], [f"{name}_high"], f"{name}_max", axes=[-1], keepdims=1),
        helper.make_node("ReduceMin", [name], [f"{name}_low"], f"{name}_min", axes=[-1], keepdims=1),
        helper.make_node("Mul", [f"{name}_high", f"{name}_above"], [f"{name}_up"], f"{name}_times_above"),
        helper.make_node("Mul", [f"{name}_low", f"{name}_below"], [f"{name}_down"], f"{name}_times_below"),
        helper.make_node("Max", [f"{name}_up", f"{name}_down", f"{name}_tiny"], [f"{name}_step"], f"{name}_larger"),
        helper.make_node("Div", [f"{name}_one", f"{name}_step"], [f"{name}_inverse"], f"{name}_invert"),
        helper.make_node("Mul", [name, f"{name}_inverse"], [f"{name}_steps"], f"{name}_times_inverse"),
        helper.make_node(
            "QuantizeLinear", [f"{name}_steps", f"{name}_one", f"{name}_zero"], [f"{name}_levels"], f"{name}_quantize"
        ),
    ):
        insert(graph.model, before, node)


def best_zero(rows: np.ndarray) -> int:
    """The zero that gives the smallest steps to a sample of rows, by their squares."""
    high, low = rows.max(1), rows.min(1)
    return min(ZEROS, key=lambda z: np.square(np.maximum(high / (MOST - z), -low / z)).sum())


def store(graph: Graph, name: str, value: np.ndarray) -> None:
    """Adds a constant of integers."""
    graph.model.graph.initializer.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
