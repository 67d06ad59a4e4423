"""Joins operators that ONNX Runtime has as one, in a graph of integers that reads one text a call.

A product gets its columns' steps while its sums are at hand, a row is rounded by
its step in one pass, and attention adds the biases of its three inputs. Where a call holds one text nothing is padded, so attention needs
no mask, and without one ONNX Runtime takes a faster way. The graph says so: its
batch is 1 and it has no mask, so that nobody can pad it by mistake.
See RATIONALE: why-operators-are-joined.
"""

from pathlib import Path

import numpy as np
import onnx
from onnx import helper, numpy_helper

from .graph import Graph, prune, replace

# What is read instead of a mask, whose name the rest of the graph knows.
MASK = "attention_mask"


def hasten(graph: Path, out: Path) -> None:
    """Rewrites a graph that quantize wrote before it did this itself."""
    model = onnx.load(graph)
    join(model)
    out.parent.mkdir(parents=True, exist_ok=True)
    onnx.save(model, out)
    print(f"{out}: {len(model.graph.node)} operators, one text a call")


def join(model: onnx.ModelProto) -> None:
    """Rewrites an encoder of integers; stops at one that has been rewritten, or that is of another kind."""
    if not any(n.op_type == "MatMulInteger" for n in model.graph.node):
        raise SystemExit("the graph has no products of integers, or they have been joined before")
    graph = Graph(model, {})
    graph.put("unit", np.array(1, np.float32))
    model.graph.initializer.append(numpy_helper.from_array(np.array([-1], np.int64), "flat"))
    for kind, rewrite in (("MatMulInteger", product), ("QuantizeLinear", rows), ("MultiHeadAttention", attention)):
        for node in [n for n in model.graph.node if n.op_type == kind]:
            rewrite(graph, node)
    one_text(model)
    prune(model)


def product(graph: Graph, node: onnx.NodeProto) -> None:
    """Gives columns their steps within the product; then each row gets its own."""
    by_row = only(graph, only(graph, node, "Cast"), "Mul")
    last = only(graph, by_row, "Mul")
    inputs = [*node.input[:2], "unit", last.input[1], node.input[2]]
    sums = f"{node.name}_by_columns"
    new = [
        helper.make_node("MatMulIntegerToFloat", inputs, [sums], node.name, domain="com.microsoft"),
        helper.make_node("Mul", [sums, by_row.input[1]], list(last.output), f"{node.name}_by_row"),
    ]
    replace(graph.model, last, new)


def rows(graph: Graph, node: onnx.NodeProto) -> None:
    """Rounds each row by its own step, in place of a product with what the step is the inverse of."""
    times = graph.maker(node.input[0])
    step = graph.maker(times.input[1]).input[1]
    zero = numpy_helper.to_array(graph.tables[node.input[2]]).reshape(1)
    steps, zeros = f"{node.name}_steps", f"{node.name}_zeros"
    new = [
        helper.make_node("Reshape", [step, "flat"], [steps], steps),
        helper.make_node("Shape", [steps], [f"{steps}_shape"], f"{steps}_shape"),
        helper.make_node("ConstantOfShape", [f"{steps}_shape"], [zeros], zeros, value=numpy_helper.from_array(zero)),
        helper.make_node("QuantizeLinear", [times.input[0], steps, zeros], list(node.output), node.name, axis=1),
    ]
    replace(graph.model, node, new)


def attention(graph: Graph, node: onnx.NodeProto) -> None:
    """Lets it add the biases of queries, keys and values, and takes the mask away."""
    sums = [graph.maker(i) for i in node.input[:3]]
    names = [graph.constant(s) for s in sums]
    graph.put(f"{node.name}_biases", np.concatenate([graph.get(n) for n in names]))
    products = [next(i for i in s.input if i != n) for s, n in zip(sums, names, strict=True)]
    node.input[:] = [*products, f"{node.name}_biases"]


def one_text(model: onnx.ModelProto) -> None:
    """Takes ids alone, of one text; what was a mask is 1 everywhere."""
    ids = next(i for i in model.graph.input if i.name == "input_ids")
    del model.graph.input[:]
    model.graph.input.append(ids)
    for port in (*model.graph.input, *model.graph.output):
        port.type.tensor_type.shape.dim[0].dim_value = 1
    one = numpy_helper.from_array(np.array([1], np.int64))
    model.graph.node.insert(0, helper.make_node("Shape", [ids.name], ["text_shape"], "text_shape"))
    model.graph.node.insert(1, helper.make_node("ConstantOfShape", ["text_shape"], [MASK], MASK, value=one))


def only(graph: Graph, node: onnx.NodeProto, kind: str) -> onnx.NodeProto:
    """The one node that reads what a node gives."""
    (reader,) = graph.readers(node.output[0])
    if reader.op_type != kind:
        raise SystemExit(f"{node.name} is read by {reader.op_type}, not by {kind}: this is no graph of quantize")
    return reader
