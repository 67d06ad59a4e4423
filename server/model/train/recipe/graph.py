"""A graph that is being rewritten: its constants, and who makes and reads what."""

from dataclasses import dataclass

import numpy as np
import onnx
from onnx import numpy_helper


def weighted(model: onnx.ModelProto) -> list[onnx.NodeProto]:
    """The products with weights."""
    tables = {t.name for t in model.graph.initializer}
    return [n for n in model.graph.node if n.op_type == "MatMul" and n.input[1] in tables]


def replace(model: onnx.ModelProto, old: onnx.NodeProto, new: list[onnx.NodeProto]) -> None:
    """Puts nodes where one was, so that the order stays right."""
    at = list(model.graph.node).index(old)
    model.graph.node.remove(old)
    for i, node in enumerate(new):
        model.graph.node.insert(at + i, node)


def insert(model: onnx.ModelProto, before: onnx.NodeProto, new: onnx.NodeProto) -> None:
    """Puts a node before another."""
    model.graph.node.insert(list(model.graph.node).index(before), new)


def prune(model: onnx.ModelProto) -> None:
    """Removes nodes and constants that no output needs."""
    needed, kept = {o.name for o in model.graph.output}, []
    for node in reversed(model.graph.node):
        if needed & set(node.output):
            kept.append(node)
            needed |= set(node.input)
    del model.graph.node[:]
    model.graph.node.extend(reversed(kept))
    for table in [t for t in model.graph.initializer if t.name not in needed]:
        model.graph.initializer.remove(table)


@dataclass
class Graph:
    """A graph, and rows of what goes into its products with weights, kept in step with it."""

    model: onnx.ModelProto
    rows: dict[str, np.ndarray]

    def __post_init__(self) -> None:
        """Remembers constants and products by name."""
        self.tables = {t.name: t for t in self.model.graph.initializer}
        self.products = {n.name for n in weighted(self.model)}

    def get(self, name: str) -> np.ndarray:
        """Weights, or another constant."""
        return numpy_helper.to_array(self.tables[name])

    def put(self, name: str, value: np.ndarray) -> None:
        """Writes a tensor in place of one, or a new one."""
        if name not in self.tables:
            self.tables[name] = self.model.graph.initializer.add()
        self.tables[name].CopyFrom(numpy_helper.from_array(np.ascontiguousarray(value, np.float32), name))

    def take(self, name: str) -> np.ndarray:
        """Returns a constant and removes it."""
        value = self.get(name)
        self.model.graph.initializer.remove(self.tables.pop(name))
        return value

    def maker(self, name: str) -> onnx.NodeProto | None:
        """The node that gives a tensor, None for a constant or an input."""
        return next((n for n in self.model.graph.node if name in n.output), None)

    def readers(self, name: str) -> list[onnx.NodeProto]:
        """The nodes that a tensor goes into."""
        return [n for n in self.model.graph.node if name in n.input]

    def products_of(self, name: str) -> list[onnx.NodeProto]:
        """The products with weights that a tensor goes into."""
        return [n for n in self.readers(name) if n.name in self.products]

    def constant(self, node: onnx.NodeProto | None) -> str | None:
        """The one-dimensional constant that a node adds, None where it adds none."""
        if node is None or node.op_type not in ("Add", "BiasGelu"):
            return None
        return next((i for i in node.input if i in self.tables and len(self.tables[i].dims) == 1), None)

    def bias(self, product: onnx.NodeProto) -> str | None:
        """The biases that are added to a product, None where the next node does not."""
        readers = self.readers(product.output[0])
        return self.constant(readers[0]) if len(readers) == 1 else None
