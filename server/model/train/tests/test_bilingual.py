"""Tests of training in two languages: what it is trained on, and that it learns; skipped where torch is not installed."""

import importlib.util
import random
import unittest

try:
    import numpy as np
    from transformers import AutoModel
except ImportError:  # the tests that need them are skipped
    np = AutoModel = None

from tests.toy import TOPICS, WORDS, Toy

HEBREW = [
    "הבצק נח שעה במקום חמים. אחרי שהוא תופח שמים אותו במקרר. למחרת אופים אותו בתנור חם מאוד.",
    "המקרר שומר גם על המחמצת. מאכילים אותה פעם בשבוע בקמח ובמים. כך היא נשארת ערה כל החורף.",
    "הרכבת יוצאת מהתחנה בשעה שמונה. היא מגיעה לחיפה אחרי שעה אחת. יש בה מקום גם לאופניים.",
]


@unittest.skipUnless(importlib.util.find_spec("bm25s"), "bm25s is not installed")
class Gather(unittest.TestCase):
    """Hebrew queries out of passages."""

    def test_questions(self):
        """Each is made of words of its passage, and the passage without a sentence lacks it."""
        from recipe.gather import ASK, questions, words

        passages, queries = questions(HEBREW, random.Random(1))
        by = {p.id: p.text for p in passages}
        self.assertEqual(len(by), 2 * len(HEBREW))
        for q in queries:
            with self.subTest(q.id):
                text = by[q.positives[-1]]
                said = [w for w in words(q.text) if w not in ASK and w not in ("באיזו", "שנה")]
                self.assertTrue(said)
                self.assertLessEqual(set(said), set(words(text)))
                if q.kind == "claim":
                    self.assertFalse(set(said) <= set(words(by[q.positives[0]])))

    def test_mixed(self):
        """Some English questions become Hebrew ones with English terms, and keep their answers."""
        from recipe.gather import MIX, mixed
        from recipe.records import Query

        asked = [Query(f"q{i}", "How long does shaped dough rest?", [f"p{i}"], "squad") for i in range(200)]
        found = mixed([*asked, Query("c", "Reads all of a file", ["p"], "code")], random.Random(2))
        self.assertTrue(10 < len(found) < 50)
        for q in found:
            self.assertRegex(q.text, "[א-ת]")
            self.assertIn("dough", q.text)
            self.assertEqual(q.positives, ["p" + q.id.removesuffix(MIX)[1:]])

    def test_few(self):
        """A passage keeps its first queries, and the statement of a need beside them."""
        from recipe.gather import QUERIES, few
        from recipe.records import Query

        asked = [Query(f"q{i}", "why", ["p"], "squad", "near") for i in range(QUERIES + 2)]
        stated = Query("n", "It is so. Why is it so?", ["p"], "squad", "need")
        self.assertEqual(few([*asked, stated]), [*asked[:QUERIES], stated])
        self.assertEqual(few([stated]), [stated])

    def test_alike(self):
        """A text stands beside those that share its words; none is taken twice."""
        from recipe.gather import alike

        found = alike(HEBREW, 3, random.Random(1))
        self.assertEqual(sorted(found), sorted(HEBREW))


class Bilingual(Toy):
    """The task, with the model's own opinion as its teacher."""

    @classmethod
    def setUpClass(cls):
        """Writes texts about eight topics, half of them as if in the other language, and what the encoder makes of them."""
        super().setUpClass()
        from recipe.below import below
        from recipe.records import Passage, Query, write

        rng = random.Random(1)
        texts = [f"{t} {' '.join(rng.sample(WORDS, 4))}" for t in TOPICS for _ in range(8)]
        sources = ["he" if i % 16 >= 8 else "squad" for i in range(len(texts))]
        passages = [Passage(f"p{i}", t, s) for i, (t, s) in enumerate(zip(texts, sources, strict=True))]
        queries = [Query(f"q{i}", f"are {p.text.rsplit(' ', 1)[0]}", [p.id], p.source) for i, p in enumerate(passages)]
        write(cls.folder / "passages.jsonl", passages)
        write(cls.folder / "queries.jsonl", queries)
        below(cls.folder, str(cls.folder / "base"), 1)

    def task(self):
        """The task over both layers' vectors."""
        from recipe.bilingual import WEIGHTS, Bilingual, BilingualPlan

        plan = BilingualPlan(frozen=1, teachers="own", passages=32, cluster=8, epochs=6)
        return Bilingual(str(self.folder / "base"), self.folder, plan, WEIGHTS, 0, 1)

    def test_reads_from_above(self):
        """What the upper layers make of the vectors that were kept is what the model makes of the texts."""
        import torch

        task = self.task()
        with torch.inference_mode():
            kept = task.model.above(*task.said.texts([3, 9, 5]))
            e = task.tokenizer([task.passages[i].text for i in (3, 9, 5)], padding=True, return_tensors="pt")
            whole = task.model.encode(e["input_ids"], e["attention_mask"])
        self.assertLess((kept.mean - whole.mean).abs().max(), 2e-3)  # kept in 16 bits
        self.assertLess((kept.tokens - whole.tokens)[kept.mask.bool()].abs().max(), 5e-3)

    def test_reads_behind_a_prefix(self):
        """A prefix is read and kept as if it stood in the text; with rough products about the same comes out."""
        import shutil

        from recipe.below import below

        said = [f"{TOPICS[0]} {p.text}" for p in self.task().passages]
        for rough, most in ((False, 5e-3), (True, 5e-2)):
            with self.subTest(rough=rough):
                folder = self.folder / f"prefixed-{rough}"
                folder.mkdir()
                for name in ("passages.jsonl", "queries.jsonl"):
                    shutil.copy(self.folder / name, folder)
                below(folder, str(self.folder / "base"), 1, (f"{TOPICS[0]} ", ""), rough)
                self.agree(folder, "passages", said, most)
                self.agree(folder, "queries", [q.text for q in self.task().queries], most)

    def agree(self, folder, kind: str, texts: list[str], most: float) -> None:
        """What was kept below the trained layers is what the model makes of some texts there."""
        import torch
        from recipe.below import Below

        task, some = self.task(), [3, 40, 5]
        kept, mask = Below(folder, kind, 1).texts(some)
        e = task.tokenizer([texts[i] for i in some], padding=True, return_tensors="pt")
        self.assertTrue(torch.equal(mask, e["attention_mask"].int()))
        with torch.inference_mode():
            wanted = task.model.lower(e["input_ids"], e["attention_mask"])
        self.assertLess((kept - wanted)[mask.bool()].abs().max(), most)

    def test_teacher_in_a_folder(self):
        """A teacher in a folder says of all texts what the encoder says, and its prefix is no part of it."""
        import torch
        from recipe import below
        from recipe.teach import Taught

        below.teacher(self.folder, "folder", self.folder / "base", None, (f"{TOPICS[1]} ", ""), False)
        task, (read, cut) = self.task(), (AutoModel.from_pretrained(self.folder / "base").eval(), self.task().tokenizer)
        for kind, texts in (("passages", [f"{TOPICS[1]} {p.text}" for p in task.passages]), ("queries", [q.text for q in task.queries])):
            found = Taught(self.folder, f"folder-{kind}", torch.device("cpu")).texts([7])
            with torch.inference_mode():
                rows = read(**cut([texts[7]], return_tensors="pt")).last_hidden_state[0]
            rows = rows if kind == "queries" else torch.cat([rows[:1], rows[2:]])
            self.assertLess(np.abs(below.units(rows.numpy()) - found.tokens[0].float().numpy()).max(), 5e-2)

    def test_rough(self):
        """Products in bfloat16 make about the same loss, and queries of unlike lengths keep their places."""
        from dataclasses import replace

        task = self.task()
        fine, order = task.loss(0).item(), task.logits(np.array([3, 9, 5]), np.array([1, 2]))
        for row, i in enumerate((3, 9, 5)):
            self.assertLess((task.logits(np.array([i]), np.array([1, 2]))[0] - order[row]).abs().max(), 1e-4)
        task.plan = replace(task.plan, rough=1)
        self.assertLess(abs(task.loss(0).item() - fine), 0.02 * fine)

    def test_learns(self):
        """The loss falls; frozen layers stay as they are."""
        import torch

        task = self.task()
        before = [p.clone() for p in task.model.layers[0].parameters()]
        optimizer = torch.optim.Adam([p for p in task.model.parameters() if p.requires_grad], 3e-3)
        losses = []
        for step in range(task.steps):
            loss = task.loss(step)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
        self.assertLess(sum(losses[-2:]), 0.9 * sum(losses[:2]))
        self.assertTrue(all(torch.equal(a, b) for a, b in zip(before, task.model.layers[0].parameters(), strict=True)))

    def test_teachers(self):
        """A text that a teacher has not read is no part of what it teaches."""
        from recipe import below

        rows = [None, np.eye(2, 64, dtype=np.float32), np.eye(3, 64, dtype=np.float32)]
        below.opinion(self.folder, "other", {"passages": rows, "queries": rows}, True)
        from recipe.bilingual import Opinion, known

        found = Opinion(self.folder, "other", 3.0)
        self.assertEqual(known([found], "said").tolist(), [False, True, True])
        self.assertEqual(found(np.array([1, 2]), np.array([2])).shape, (2, 1))
