"""All steps on toy data with a tiny model; skipped where torch is not installed."""

import json
import random
import subprocess
import sys
import unittest
from pathlib import Path

try:
    import numpy as np
except ImportError:  # the steps that train need the requirements, the others do not
    np = None

from tests.toy import TOPICS, WORDS, Toy


class Steps(Toy):
    """The way from pairs to a quantized graph."""

    @classmethod
    def setUpClass(cls):
        """Runs prepare, mine and teach once."""
        super().setUpClass()
        pairs(cls.folder / "pairs.jsonl")
        cls.step("prepare", "--pairs", cls.folder / "pairs.jsonl", "--work", cls.folder)
        cls.step("mine", "--work", cls.folder, "--encoder", cls.folder / "base", "--size", 4)
        cls.step("teach", "--work", cls.folder, "--teacher", cls.folder / "base")

    @classmethod
    def step(cls, name, *args) -> str:
        """Runs a step as a user does."""
        command = [sys.executable, "-m", "recipe", name, *map(str, args)]
        done = subprocess.run(command, cwd=Path(__file__).parents[1], capture_output=True, text=True)
        if done.returncode:
            raise AssertionError(done.stderr)
        return done.stdout

    def train(self, step: str, run: str, epochs: float, base: str = "base") -> Path:
        """Trains; returns the folder of the run."""
        folder = self.folder / run
        flags = {"work": self.folder, "run": folder, "base": self.folder / base, "epochs": epochs, "rate": 3e-3}
        flags |= {"processes": 2, "frozen": 0}
        flags |= {"groups": 4, "scale": 0} if step == "finetune" else {"passages": 32, "cluster": 8}
        self.step(step, *(part for name, value in flags.items() for part in (f"--{name}", value)))
        return folder

    def test_learns_and_goes_on(self):
        """The loss falls, and a second call goes on where the first one stopped."""
        for step, epochs in (("finetune", 6), ("train", 4)):
            with self.subTest(step):
                self.train(step, f"{step}-on", epochs / 2)
                run = self.train(step, f"{step}-on", epochs)
                rows = [json.loads(line) for line in (run / "log.jsonl").read_text().splitlines()]
                self.assertEqual([r["step"] for r in rows], list(range(len(rows))))
                # ten of each call, of which five places are the same
                self.assertEqual(len(list(run.glob("step-*"))), 15)
                tenth = len(rows) // 10
                self.assertLess(sum(r["loss"] for r in rows[-tenth:]), 0.9 * sum(r["loss"] for r in rows[:tenth]))

    def test_ends_in_a_small_graph(self):
        """Export agrees with PyTorch, quantizing keeps pairs apart, the report names the files."""
        for step in ("finetune", "train"):
            with self.subTest(step):
                run, model, small = (self.folder / f"{step}-{part}" for part in ("run", "model", "small"))
                self.train(step, run.name, 1)
                self.step("average", "--run", run, "--last", 2, "--out", model)
                if step == "train":
                    self.step("project", "--model", model, "--work", self.folder, "--dimensions", 32)
                self.assertIn("of PyTorch's", self.step("export", "--model", model, "--out", model))
                self.smoothed(model)
                with_data = ("--work", self.folder, "--calibration", 1, 3, 8, 10, 2, -0.5)
                with_data += ("--prefixes", TOPICS[0], "") if step == "train" else ()
                said = self.step("quantize", "--model", model, "--out", small, "--block", 64, *with_data)
                own = json.loads((small / "config.json").read_text())["splitrank"]
                self.assertEqual(own["calibration"], {"logit": 1, "heuristic": 3, "first_stage": 8, "rarity": 10, "feedback": 2, "shift": -0.5})
                self.assertEqual(own.get("late_interaction", {}).get("dimensions"), 32 if step == "train" else None)
                self.prefixed(small, own.get("late_interaction", {}))
                if step == "train":
                    self.assertIn("one text a call", said)
                else:
                    self.assertLess(float(said.rsplit(" ", 1)[1]), 1e-5)
                self.assertLess((small / "model.onnx").stat().st_size, (model / "onnx/model.onnx").stat().st_size)
                said = self.step("speed", "--work", self.folder, "--model", model, "--small", small, "--pairs", 8)
                self.assertGreater(float(said.rsplit(" ", 1)[1]), 0)
                self.step("report", "--run", run, "--model", small, "--out", self.folder / "r.md")
                self.assertIn("model.onnx", (self.folder / "r.md").read_text())

    def prefixed(self, small: Path, late: dict) -> None:
        """A late-interaction model says which tokens stand before a passage, and none before a query."""
        from recipe import runtime

        self.assertEqual(late.get("document_prefix"), runtime.ids(small, TOPICS[0]) if late else None)
        self.assertNotIn("query_prefix", late)

    def smoothed(self, model: Path) -> None:
        """A graph that was made easy to round has less noise and the logits that it had."""
        from recipe import activations, quantize, runtime, smooth
        from recipe.graph import Graph

        late = json.loads((model / "config.json").read_text()).get("late")
        feeds = (activations.texts if late else activations.pairs)(self.folder, model)[:32]
        graph = quantize.fuse(model / "onnx" / "model.onnx", 2, 64)
        quantize.gemms(graph)
        before, sizes = runtime.session(graph.SerializeToString()), quantize.blocks(graph, 32)
        changed = Graph(graph, activations.sample(graph, feeds))
        had = self.noise(changed, sizes)
        for name in changed.rows:
            smooth.prepare(changed, name, sizes)
        after = runtime.session(graph.SerializeToString())
        for feed in (runtime.known(before, f) for f in feeds):
            for had_before, has in zip(before.run(None, feed), after.run(None, feed), strict=True):
                self.assertLess(np.abs(had_before - has).max(), 1e-4)
        self.assertLess(self.noise(changed, sizes), 0.95 * had)

    def test_weights_come_back(self):
        """A model that is recovered from its graph in blocks computes what it did, but for rounding, and exports."""
        import onnx
        import torch
        from onnx import numpy_helper
        from recipe.late import Late, tokenizer

        run, model, small, back = (self.folder / f"back-{part}" for part in ("run", "model", "small", "again"))
        self.train("train", run.name, 1)
        self.step("average", "--run", run, "--last", 2, "--out", model)
        self.step("export", "--model", model, "--out", model)
        self.step("quantize", "--model", model, "--out", small, "--work", self.folder, "--products", "blocks")
        graph, had = onnx.load(small / "model.onnx"), Late.load(model).eval()
        for name in ("scale", "match", "shift"):  # the graphs of pairs that it reads have them
            value = np.array(getattr(had, name).item(), np.float32)
            graph.graph.initializer.append(numpy_helper.from_array(value, name))
        onnx.save(graph, small / "pairs.onnx")
        self.step("recover", "--graph", small / "pairs.onnx", "--model", small, "--out", back)
        has, e = Late.load(back).eval(), tokenizer(model)([f"are {t} yes" for t in TOPICS], return_tensors="pt")
        with torch.inference_mode():
            pair = [m(e["input_ids"], e["attention_mask"])[0] for m in (had, has)]
        self.assertGreater((pair[0] * pair[1]).sum(-1).min().item(), 0.999)
        self.assertIn("of PyTorch's", self.step("export", "--model", back, "--out", back))

    def noise(self, graph, sizes: dict[str, int]) -> float:
        """What rounding adds to all products of a graph."""
        import torch
        from recipe.smooth import noise

        products = [n for n in graph.model.graph.node if n.name in graph.products]
        sides = [(torch.tensor(graph.rows[n.input[0]]), torch.tensor(graph.get(n.input[1]))) for n in products]
        return sum(noise(x, w, sizes[n.name]).item() for n, (x, w) in zip(products, sides, strict=True))

    def test_defaults_are_those_that_shipped(self):
        """The card names no flag for what train does unasked, and finetune has the target of its own groups."""
        from recipe.__main__ import parser

        train, finetune = (parser().parse_args([step]) for step in ("train", "finetune"))
        self.assertEqual((train.scale, train.bonus, train.passages, finetune.scale), (10, 4, 512, 20))

    def test_a_trained_model_is_trained_on(self):
        """A run may start from the model of another."""
        run = self.train("train", "first", 0.5)
        self.step("average", "--run", run, "--last", 1, "--out", self.folder / "first-model")
        self.assertTrue((self.train("train", "second", 0.5, base="first-model") / "state.pt").exists())


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
