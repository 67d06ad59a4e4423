"""Tests of the architecture and of what it is trained on, with a tiny model; skipped where torch is not installed."""

import tempfile
import unittest
from pathlib import Path
from types import SimpleNamespace

try:
    import numpy as np
except ImportError:  # the steps that train need the requirements, the others do not
    np = None

from tests.toy import Toy

QUERIES = ["are bees small", "are trains warm", "comets"]
PASSAGES = ["bees are small quick old yes", "violins", "trains are loud no comets are cold"]


class Late(Toy):
    """The model, against its formula written out."""

    @classmethod
    def setUpClass(cls):
        """Makes a model of the encoder."""
        super().setUpClass()
        from recipe import late

        cls.base = str(cls.folder / "base")
        cls.model, cls.tokenizer = late.Late.start(cls.base).eval(), late.tokenizer(cls.base)

    def hidden(self, text: str):
        """The encoder's own token vectors of a text."""
        import torch
        from transformers import AutoModel, AutoTokenizer

        with torch.inference_mode():
            encoding = AutoTokenizer.from_pretrained(self.base)([text], return_tensors="pt")
            return AutoModel.from_pretrained(self.base).eval()(**encoding).last_hidden_state[0].double().numpy()

    def wanted(self, query: str, passage: str) -> float:
        """The formula of an untrained model."""
        from recipe.late import COSINE, MATCH, SHIFT

        q, p = self.hidden(query), self.hidden(passage)
        cosine = unit(q.mean(0)) @ unit(p.mean(0))
        best = [max(unit(token) @ unit(other) for other in p) for token in q[1:-1]]
        return COSINE * cosine + MATCH * sum(best) / len(best) + SHIFT

    def test_untrained_is_cosine_and_matches(self):
        """Pairs of any length in any batch, each with its own and all in a grid."""
        import torch

        with torch.inference_mode():
            queries, passages = self.encode(QUERIES), self.encode(PASSAGES)
            logits, grid = self.model.pairs(queries, passages), self.model.grid(queries, passages)
        for row, query in enumerate(QUERIES):
            self.assertAlmostEqual(logits[row].item(), self.wanted(query, PASSAGES[row]), places=3)
            for column, passage in enumerate(PASSAGES):
                self.assertAlmostEqual(grid[row, column].item(), self.wanted(query, passage), places=3)

    def test_empty_texts_have_a_score(self):
        """A pair without words on either side is answered with a finite number."""
        import torch

        with torch.inference_mode():
            logits = self.model.pairs(self.encode(["", "bees", ""]), self.encode(["bees", "", ""]))
        self.assertTrue(torch.isfinite(logits).all())

    def encode(self, texts: list[str]):
        """Texts as the model reads them."""
        e = self.tokenizer(texts, padding=True, return_tensors="pt")
        return self.model.encode(e["input_ids"], e["attention_mask"])

    def test_projection(self):
        """Exported token vectors have the dimensions of the projection and length 1; means and weights stay."""
        import torch

        model, e = self.projected(), self.tokenizer(PASSAGES, padding=True, return_tensors="pt")
        with torch.inference_mode():
            had = model.encode(e["input_ids"], e["attention_mask"])
            tokens, mean, weights = model(e["input_ids"], e["attention_mask"])
        self.assertEqual(tokens.shape[-1], 32)
        self.assertTrue(torch.allclose(tokens.norm(dim=-1), torch.ones(tokens.shape[:2]), atol=1e-5))
        self.assertTrue(torch.equal(mean, had.mean) and torch.equal(weights, had.weights))

    def projected(self):
        """A model that was saved with a projection and read again."""
        import torch
        from recipe.late import Late as Model
        from safetensors.torch import save_file

        with tempfile.TemporaryDirectory() as name:
            state = self.model.state_dict() | {"projection": torch.randn(64, 32)}
            save_file(state, Path(name) / "model.safetensors")
            self.model.config.save_pretrained(name)
            return Model.load(Path(name)).eval()

    def test_directions_keep_products(self):
        """As many directions as there are keep all products; fewer keep those of the largest moments."""
        import torch
        from recipe.project import directions

        rng = torch.Generator().manual_seed(1)
        vectors = torch.randn(400, 64, generator=rng) * torch.tensor([1.0] * 32 + [1e-4] * 32)
        texts = [(t, None) for t in vectors.split(20)]
        for dimensions in (64, 32):
            small = vectors @ torch.tensor(directions(texts, texts, dimensions), dtype=torch.float32)
            self.assertLess((small @ small.T - vectors @ vectors.T).abs().max().item(), 1e-3)

    def test_rounding_of_vectors(self):
        """Halves go away from 0, the largest number is the largest level, and a vector of zeros stays."""
        import torch
        from recipe.project import rounded

        vectors = torch.tensor([[7.0, 2.5, -2.5, 0.4], [0.0, 0.0, 0.0, 0.0]])
        self.assertEqual(rounded(vectors, 4).tolist(), [[7, 3, -3, 0], [0, 0, 0, 0]])

    def test_teacher(self):
        """What is kept of texts gives the teacher's formula, and what is there is not made again."""
        import torch

        from recipe.neighbours import LatePlan, Neighbours
        from recipe.teach import Taught, write

        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            for kind, texts in (("asked", QUERIES), ("said", PASSAGES)):
                write(folder, kind, self.base, texts, 64)
            made = (folder / "said-ends.npy").stat().st_mtime_ns
            write(folder, "said", self.base, PASSAGES, 64)
            self.assertEqual((folder / "said-ends.npy").stat().st_mtime_ns, made)
            task = Neighbours.__new__(Neighbours)
            task.plan = LatePlan(matches=3, parts=2)
            task.asked, task.said = (Taught(folder, kind, torch.device("cpu")) for kind in ("asked", "said"))
            cosine, opinion = task.opinion([2, 0], [1, 2, 0])
        for row, query in enumerate((QUERIES[2], QUERIES[0])):
            for column, passage in enumerate((PASSAGES[1], PASSAGES[2], PASSAGES[0])):
                q, p = self.hidden(query), self.hidden(passage)
                best = [max(unit(token) @ unit(other) for other in p) for token in q[1:-1]]
                wanted = unit(q.mean(0)) @ unit(p.mean(0))
                self.assertAlmostEqual(cosine[row, column].item(), wanted, delta=0.02)
                self.assertAlmostEqual(opinion[row, column].item(), wanted + 3 * sum(best) / len(best), delta=0.05)

    def test_labels(self):
        """An answer is 1, what the teacher puts near it -1, the rest 0; a question that may have no answer knows nothing."""
        import torch

        from recipe.records import Passage, Query
        from recipe.neighbours import Neighbours

        task = Neighbours.__new__(Neighbours)
        task.passages = [Passage(str(i), "", "") for i in range(3)]
        task.queries = [Query("q", "", ["0"], ""), Query("n", "", ["0"], "", "near")]
        opinion = torch.tensor([[0.5, 0.47, 0.4]] * 2)
        self.assertEqual(task.labels([0, 1], [0, 1, 2], opinion).tolist(), [[1, -1, 0], [-1, -1, -1]])

    def test_unasked_passages_are_company_only(self):
        """A batch that nobody asks about is left out; an unasked passage beside an asked one stays."""
        from recipe.neighbours import LatePlan, Neighbours

        task = Neighbours.__new__(Neighbours)
        task.plan, task.world, task.of = LatePlan(passages=2, cluster=2), 1, [[0], [], [], []]
        task.said = SimpleNamespace(means=np.array([[1, 0.1], [1, 0], [-1, 0], [-1, 0.1]]))
        self.assertEqual([sorted(b.tolist()) for b in task.batches(0)], [[0, 1]])

    def test_part_of_the_way(self):
        """A share of 0 is where training began, 1 the mean, a half lies between."""
        import torch
        from safetensors.torch import load_file, save_file

        from recipe.average import average

        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            for step, value in ((1, 1.0), (2, 3.0)):
                (folder / f"step-{step}").mkdir()
                state = {k: torch.full_like(v, value) for k, v in self.model.state_dict().items()}
                save_file(state, folder / f"step-{step}" / "model.safetensors")
                self.model.config.save_pretrained(folder / f"step-{step}")
            for share in (0.0, 0.5, 1.0):
                average([folder], 2, self.base, share, [], folder / "out")
                for key, began in self.model.state_dict().items():
                    got = load_file(folder / "out" / "model.safetensors")[key]
                    self.assertTrue(torch.allclose(got, began + share * (2 - began), atol=1e-5), key)
            average([folder], 2, self.base, 1.0, [2.0, 12.0, -11.0], folder / "out")
            got = load_file(folder / "out" / "model.safetensors")
            self.assertEqual([got[key].item() for key in ("scale", "match", "shift")], [2, 12, -11])


@unittest.skipIf(np is None, "numpy is not installed")
class Clusters(unittest.TestCase):
    """Batches of neighbours."""

    def test_every_passage_once_beside_its_like(self):
        """Two far groups share no cluster here, nothing is lost, and another seed cuts elsewhere."""
        from recipe.clusters import batches

        rng = np.random.default_rng(1)
        vectors = rng.normal(size=(64, 8)) * 0.1
        vectors[:32, 0], vectors[32:, 0] = 5, -5
        found = batches(vectors, 16, 16, 3)
        self.assertEqual(sorted(np.concatenate(found).tolist()), list(range(64)))
        self.assertEqual({len({int(i < 32) for i in b}) for b in found}, {1})
        self.assertNotEqual([b.tolist() for b in found], [b.tolist() for b in batches(vectors, 16, 16, 4)])


def unit(x):
    """A vector of length 1."""
    return x / np.linalg.norm(x)


if __name__ == "__main__":
    unittest.main()
