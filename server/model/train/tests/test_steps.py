"""All steps on toy data with a tiny model; skipped where torch is not installed."""

import contextlib
import importlib.util
import io
import json
import random
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

TOPICS = "bees bread rivers trains violins comets glaciers magnets".split()
WORDS = "small round old green quick loud cold heavy bright slow thin deep warm late".split()


@unittest.skipUnless(importlib.util.find_spec("torch"), "torch is not installed")
class Steps(unittest.TestCase):
    """The way from pairs to a quantized graph."""

    @classmethod
    def setUpClass(cls):
        """Runs prepare and mine once."""
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = Path(folder.name)
        tiny(cls.folder / "base")
        pairs(cls.folder / "pairs.jsonl")
        cls.step("prepare", "--pairs", cls.folder / "pairs.jsonl", "--work", cls.folder)
        cls.step("mine", "--work", cls.folder, "--encoder", cls.folder / "base", "--size", 4)

    @classmethod
    def step(cls, name, *args) -> str:
        """Runs a step as a user does."""
        command = [sys.executable, "-m", "recipe", name, *map(str, args)]
        done = subprocess.run(command, cwd=Path(__file__).parents[1], capture_output=True, text=True)
        if done.returncode:
            raise AssertionError(done.stderr)
        return done.stdout

    def train(self, run: str, epochs: float, shared: int, base: str = "base") -> Path:
        """Trains; returns the folder of the run."""
        folder = self.folder / run
        flags = {"work": self.folder, "run": folder, "base": self.folder / base, "epochs": epochs, "shared": shared}
        flags |= {"rate": 3e-3, "scale": 0, "processes": 2, "groups": 4}
        self.step("train", *(part for name, value in flags.items() for part in (f"--{name}", value)))
        return folder

    def test_learns_and_goes_on(self):
        """The loss falls, and a second call goes on where the first one stopped."""
        run = self.train("run", 2, shared=0)
        self.train("run", 6, shared=0)
        rows = [json.loads(line) for line in (run / "log.jsonl").read_text().splitlines()]
        self.assertEqual([r["step"] for r in rows], list(range(len(rows))))
        tenth = len(rows) // 10
        self.assertLess(sum(r["loss"] for r in rows[-tenth:]), 0.9 * sum(r["loss"] for r in rows[:tenth]))

    def test_ends_in_a_small_graph(self):
        """Export agrees with PyTorch, quantizing keeps pairs apart, the report names the files."""
        for name, shared in (("plain", 0), ("hybrid", 1)):
            with self.subTest(name):
                run, model, small = (self.folder / f"{name}-{part}" for part in ("run", "model", "small"))
                self.train(run.name, 1, shared)
                self.step("average", "--run", run, "--last", 2, "--out", model)
                self.assertIn("of PyTorch's", self.step("export", "--model", model, "--out", model))
                said = self.step("quantize", "--model", model, "--out", small, "--block", 32)
                self.assertLess(float(said.rsplit(" ", 1)[1]), 1e-5)
                self.assertLess((small / "model.onnx").stat().st_size, (model / "onnx/model.onnx").stat().st_size)
                self.step("report", "--run", run, "--model", small, "--out", self.folder / "r.md")
                self.assertIn("model.onnx", (self.folder / "r.md").read_text())

    def test_goes_by_a_teacher(self):
        """A teacher's cosines are added, lead the loss, and a trained hybrid can be trained on."""
        said = (self.folder / "groups.jsonl").read_text(encoding="utf-8")
        self.addCleanup((self.folder / "groups.jsonl").write_text, said, encoding="utf-8")
        self.step("teach", "--work", self.folder, "--teacher", self.folder / "base")
        group = json.loads((self.folder / "groups.jsonl").read_text(encoding="utf-8").splitlines()[0])
        for own, other in zip(group["cosine"], group["teacher"], strict=True):
            self.assertAlmostEqual(own, other, delta=0.02)  # the same encoder, other company, bfloat16
        run = self.train("taught", 1, shared=1)
        self.step("average", "--run", run, "--last", 1, "--out", self.folder / "taught-model")
        on = self.train("taught-on", 0.2, shared=1, base="taught-model")
        self.assertTrue((on / "state.pt").exists())

    def test_an_untrained_hybrid_is_its_bi_encoder(self):
        """The logit is 20 times the cosine, and a shift, for pairs of any length in any company."""
        import torch
        from transformers import AutoModel

        from recipe.embed import BiEncoder
        from recipe.hybrid import SHIFT, Hybrid, tokenizer

        base = str(self.folder / "base")
        queries, passages = ["are bees small", "are trains warm"], ["bees are small quick old yes", "violins"]
        encoder = BiEncoder(base, 64)
        encoder.model = AutoModel.from_pretrained(base).eval()  # in float32: the steps take it in bfloat16
        wanted = (encoder.vectors(queries) * encoder.vectors(passages)).sum(1)
        pairs = tokenizer(base)(queries, passages, padding=True, return_tensors="pt")
        with torch.inference_mode():
            logits = Hybrid.start(base, 1).eval()(**pairs)[:, 0]
        for logit, cosine in zip(logits.tolist(), wanted.tolist(), strict=True):
            self.assertAlmostEqual((logit - SHIFT) / 20, cosine, places=5)


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


def pairs(path: Path) -> None:
    """Writes questions whose answers say yes, and whose other passages say no."""
    rng = random.Random(3)
    rows = [row(t, w, rng) for t in TOPICS for w in WORDS]
    path.write_text("".join(json.dumps(r) + "\n" for r in rows), encoding="utf-8")


def row(topic: str, word: str, rng: random.Random) -> dict:
    """One question."""
    said = [f"{topic} are {word} {' '.join(rng.sample(WORDS, 3))}" for _ in range(4)]
    return {"query": f"are {topic} {word}", "positive": said[0] + " yes", "negatives": [s + " no" for s in said[1:]]}


if __name__ == "__main__":
    unittest.main()
