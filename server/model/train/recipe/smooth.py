"""Makes a graph easy to round without changing what it computes.

Activations are rounded by blocks that share a step, so a channel that is large
or far from 0 costs all its neighbours. What goes into a product is centred and
scaled, channel by channel, as SmoothQuant (Xiao et al. 2023) and Outlier
Suppression+ (Wei et al. 2023) do; the norm, the biases and the weights around it
make up for that. Where nothing around can make up for it, channels are sorted,
so that like shares a block with like.
See RATIONALE: why-channels-are-centred-and-scaled.
"""

import numpy as np
import onnx
import torch
from onnx import helper

from .graph import Graph, insert

# Steps to fit scales and centres, and the first one's length.
STEPS, RATE = 150, 0.03


def prepare(graph: Graph, name: str, sizes: dict[str, int]) -> None:
    """Makes what goes into products easy to round, as its origin allows; `sizes` are the blocks by product."""
    maker, products = graph.maker(name), graph.products_of(name)
    blocks = [sizes[n.name] for n in products]
    if hidden(graph, name):
        sort(graph, name, blocks[0])
    elif all(graph.bias(n) for n in products) and (undo := undoing(graph, name, maker)):
        scale, centre = fit(graph.rows[name], [graph.get(n.input[1]) for n in products], blocks)
        shift(graph, name, products, scale, centre)
        undo(graph, name, scale, centre)


def undoing(graph: Graph, name: str, maker: onnx.NodeProto | None):
    """What gives (x - centre) / scale in place of x without a trace elsewhere; None where nothing does."""
    if maker is None:
        return None
    if maker.op_type == "LayerNormalization" and residual(graph, name):
        return shift_norm
    if maker.op_type == "MultiHeadAttention" and graph.constant(graph.maker(maker.input[2])):
        return shift_values
    return None


def noise(rows: torch.Tensor, weights: torch.Tensor, size: int) -> torch.Tensor:
    """What rounding both adds to the variance of a product, up to a factor.

    The step is the largest of a block, and the error of each is as large as
    the step allows, whatever is rounded; so are its products with the other side.
    """
    x, w = rows.view(len(rows), -1, size), weights.view(-1, size, weights.shape[1])
    of_rows = (x.abs().amax(2).square().mean(0) * w.square().sum((1, 2))).sum()
    of_weights = (x.square().sum(2).mean(0) * w.abs().amax(1).square().sum(1)).sum()
    return of_rows + of_weights


def fit(rows: np.ndarray, weights: list[np.ndarray], sizes: list[int]) -> tuple[np.ndarray, np.ndarray]:
    """Returns by what to divide each channel, once its centre is taken away, for the least noise.

    The logarithm of noise is convex in that of the scales; so there is one best choice.
    """
    x, tables = torch.tensor(rows), [torch.tensor(w) for w in weights]
    mean, spread = x.mean(0), x.std(0)
    scale, centre = (torch.zeros(x.shape[1], requires_grad=True) for _ in range(2))
    optimizer = torch.optim.Adam([scale, centre], lr=RATE)
    schedule = torch.optim.lr_scheduler.LinearLR(optimizer, 1, 1 / STEPS, STEPS)
    for _ in range(STEPS):
        y = (x - mean - centre * spread) / scale.exp()
        loss = sum(noise(y, w * scale.exp()[:, None], s) for w, s in zip(tables, sizes, strict=True)).log()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
    return (scale - scale.mean()).exp().detach().numpy(), (mean + centre * spread).detach().numpy()


def shift(graph: Graph, name: str, products: list[onnx.NodeProto], scale: np.ndarray, centre: np.ndarray) -> None:
    """Lets products read (x - centre) / scale in place of x."""
    for node in products:
        weight = graph.get(node.input[1])
        graph.put(graph.bias(node), graph.get(graph.bias(node)) + centre @ weight)
        graph.put(node.input[1], weight * scale[:, None])
    graph.rows[name] = (graph.rows[name] - centre) / scale


def residual(graph: Graph, name: str) -> tuple[onnx.NodeProto, str] | None:
    """The one sum that reads a norm's output beside products, and biases in its other part; None if it is not so."""
    others = [n for n in graph.readers(name) if n.name not in graph.products]
    if len(others) != 1 or others[0].op_type != "Add" or len(others[0].input) != 2:
        return None
    bias = graph.constant(graph.maker(next(i for i in others[0].input if i != name)))
    return (others[0], bias) if bias else None


def shift_norm(graph: Graph, name: str, scale: np.ndarray, centre: np.ndarray) -> None:
    """Lets a norm give (x - centre) / scale, and the sum that reads it too has x again.

    The centre goes into the biases of the other part of that sum, and costs no time.
    """
    norm, (total, bias) = graph.maker(name), residual(graph, name)
    graph.put(norm.input[1], graph.get(norm.input[1]) / scale)
    graph.put(norm.input[2], (graph.get(norm.input[2]) - centre) / scale)
    graph.put(bias, graph.get(bias) + centre)
    graph.put(f"{name}_scale", scale)
    back = helper.make_node("Mul", [name, f"{name}_scale"], [f"{name}_back"], f"{name}_times_scale")
    total.input[list(total.input).index(name)] = back.output[0]
    insert(graph.model, total, back)


def shift_values(graph: Graph, name: str, scale: np.ndarray, centre: np.ndarray) -> None:
    """Lets attention give (x - centre) / scale: it is a mean of values, whose weights have the sum 1."""
    total = graph.maker(graph.maker(name).input[2])
    bias = graph.constant(total)
    product = graph.maker(next(i for i in total.input if i != bias))
    graph.put(bias, (graph.get(bias) - centre) / scale)
    graph.put(product.input[1], graph.get(product.input[1]) / scale)


def hidden(graph: Graph, name: str) -> bool:
    """Reports whether these are the channels between two products, with nothing but an activation on the way."""
    gelu = graph.maker(name)
    if gelu is None or gelu.op_type != "BiasGelu" or len(graph.readers(name)) != 1:
        return False
    wide = graph.maker(gelu.input[0])
    return wide is not None and wide.name in graph.products and len(graph.readers(wide.output[0])) == 1


def sort(graph: Graph, name: str, size: int) -> None:
    """Sorts hidden channels where that lessens noise; it costs no time."""
    gelu, (narrow,) = graph.maker(name), graph.readers(name)
    wide, bias = graph.maker(gelu.input[0]), graph.constant(gelu)
    best = order(graph.rows[name], graph.get(narrow.input[1]), size)
    graph.rows[name] = graph.rows[name][:, best]
    graph.put(narrow.input[1], graph.get(narrow.input[1])[best])
    graph.put(bias, graph.get(bias)[best])
    graph.put(wide.input[1], graph.get(wide.input[1])[:, best])


def order(x: np.ndarray, w: np.ndarray, size: int) -> np.ndarray:
    """The order of channels with the least noise, of those by size and by size against weight."""
    large, heavy = np.sqrt(np.square(x).mean(0)), np.sqrt(np.square(w).mean(1))
    orders = [np.arange(len(w))] + [np.argsort(large / heavy**p, kind="stable") for p in (0, 0.5, 1)]
    return min(orders, key=lambda o: noise(torch.tensor(x[:, o]), torch.tensor(w[o]), size).item())
