"""A tiny encoder and the few words that it knows, for the tests that need torch."""

import contextlib
import importlib.util
import io
import tempfile
import unittest
from pathlib import Path

TOPICS = "bees bread rivers trains violins comets glaciers magnets".split()
WORDS = "small round old green quick loud cold heavy bright slow thin deep warm late".split()


@unittest.skipUnless(importlib.util.find_spec("torch"), "torch is not installed")
class Toy(unittest.TestCase):
    """Tests in a folder of their own with an encoder in `base`; skipped where torch is not installed."""

    @classmethod
    def setUpClass(cls):
        """Makes both once."""
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = Path(folder.name)
        tiny(cls.folder / "base")


def tiny(folder: Path) -> None:
    """Writes a BERT of two layers and a vocabulary of whole words."""
    from transformers import BertConfig, BertModel, BertTokenizerFast

    folder.mkdir()
    vocab = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *TOPICS, *WORDS, "yes", "no", "are"]
    (folder / "vocab.txt").write_text("\n".join(vocab), encoding="utf-8")
    BertTokenizerFast(str(folder / "vocab.txt")).save_pretrained(folder)
    config = BertConfig(
        vocab_size=len(vocab),
        hidden_size=64,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=128,
        max_position_embeddings=64,
    )
    with contextlib.redirect_stderr(io.StringIO()):
        BertModel(config).save_pretrained(folder)
