"""Packs the weights of products in blocks of 4 or 8 bits, one channel after another.

Each channel makes up for the error of those before it, as far as it moves with
them on the sample: GPTQ (Frantar et al. 2023), with the blocks of ONNX Runtime's
MatMulNBits.
"""

import numpy as np
import onnx
from onnx import helper, numpy_helper

from .graph import Graph, replace

# Multiply in int8; the other levels convert the weights back and are slower.
INT8 = 4
# What is added to second moments, as a part of their mean, so that they can be inverted.
DAMP = 0.01


def pack(graph: Graph, node: onnx.NodeProto, bits: int, size: int) -> None:
    """Replaces a product by one with packed weights."""
    name = node.input[1]
    weight = graph.take(name)
    levels, scales = rounded(weight, graph.rows[node.input[0]], bits, size)
    levels = levels.astype(np.uint8).T.reshape(weight.shape[1], -1, size)
    if bits == 4:
        levels = levels[..., ::2] | levels[..., 1::2] << 4
    graph.put(f"{name}_scales", scales.T)
    graph.model.graph.initializer.append(numpy_helper.from_array(np.ascontiguousarray(levels), f"{name}_levels"))
    inputs = [node.input[0], f"{name}_levels", f"{name}_scales"]
    sizes = {"K": weight.shape[0], "N": weight.shape[1], "bits": bits, "block_size": size, "accuracy_level": INT8}
    new = helper.make_node("MatMulNBits", inputs, list(node.output), node.name, domain="com.microsoft", **sizes)
    replace(graph.model, node, [new])


def rounded(weight: np.ndarray, rows: np.ndarray, bits: int, size: int) -> tuple[np.ndarray, np.ndarray]:
    """Returns levels and the scale of each block; a channel's error is made up for by those after it.

    What a channel loses goes to the weights that are not rounded yet: rows of
    `factor` say how much of each later channel stands in for one. The step is
    such that the largest weight of a block is the lowest level.
    """
    rest, half, scales = weight.astype(np.float64), 2 ** (bits - 1), []
    levels, factor = np.zeros(weight.shape), stand_ins(rows)
    for k in range(len(rest)):
        if k % size == 0:
            block = rest[k : k + size]
            extreme = np.take_along_axis(block, np.abs(block).argmax(0)[None], 0)[0]
            scales.append(np.where(extreme == 0, 1, extreme / -half).astype(np.float32))
        levels[k] = np.clip(np.rint(rest[k] / scales[-1]), -half, half - 1)
        error = (rest[k] - levels[k] * scales[-1]) / factor[k, k]
        rest[k + 1 :] -= factor[k, k + 1 :, None] * error
    return levels + half, np.array(scales)


def stand_ins(rows: np.ndarray) -> np.ndarray:
    """The upper Cholesky factor of the inverse of the channels' second moments, damped."""
    x = rows.astype(np.float64)
    moments = x.T @ x / len(x)
    moments += DAMP * np.diag(moments).mean() * np.eye(len(moments))
    return np.linalg.cholesky(np.linalg.inv(moments)).T
