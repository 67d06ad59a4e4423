"""Readers, and the records they become."""

import json
import random
import tempfile
import unittest
from pathlib import Path

from recipe import prepare, sources
from recipe.records import UNKNOWN, Passage, Query, read


class Sources(unittest.TestCase):
    """Each format, from files written here."""

    def setUp(self):
        """Makes a folder."""
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def lines(self, name: str, rows: list[dict]) -> Path:
        """Writes JSON lines."""
        path = self.folder / name
        path.write_text("".join(json.dumps(r) + "\n" for r in rows), encoding="utf-8")
        return path

    def test_pairs(self):
        """Equal texts are one passage; the negatives that came along are kept."""
        path = self.lines(
            "clicks.jsonl",
            [
                {"query": "a", "positive": "one", "negatives": ["two"]},
                {"query": "b", "positive": "two"},
            ],
        )
        passages, queries = sources.pairs(path)
        self.assertEqual([p.text for p in passages], ["one", "two"])
        self.assertEqual(queries[0].negatives, queries[1].positives)

    def test_beir(self):
        """Grade 0 is no answer, and an unknown query is left out."""
        self.lines("corpus.jsonl", [{"_id": "d1", "title": "T", "text": "x"}, {"_id": "d2", "text": "y"}])
        self.lines("queries.jsonl", [{"_id": "q1", "text": "what"}])
        (self.folder / "qrels").mkdir()
        rows = "query-id\tcorpus-id\tscore\nq1\td1\t2\nq1\td2\t0\nq9\td1\t1\n"
        (self.folder / "qrels" / "train.tsv").write_text(rows, encoding="utf-8")
        passages, queries = sources.beir(self.folder, "train")
        self.assertEqual(passages[0].joined(), "T x")
        self.assertEqual([q.positives for q in queries], [["d1"]])

    def test_needs(self):
        """A need is stated of what a text lost, or of its questions, and its answer is not known."""
        text = ["Bees dance near the hive when they find flowers.", "It was a warm day in the year of the comet."]
        text += ["A round dance means that they are near.", "A waggle dance means far away."]
        passages = [Passage("squad-0", text[0], "squad"), Passage("squad-1", " ".join(text), "squad")]
        asked = {"squad-1": ["Why do bees dance in their hives at night and by day?", "Where do all the other bees of the hive go?"]}
        found = prepare.needs(passages, {p.id: " ".join(text) for p in passages}, asked, random.Random(1))
        self.assertEqual([(q.positives, q.kind in UNKNOWN) for q in found], [(["squad-0"], True), (["squad-1"], True)])
        self.assertIn(found[0].text, " ".join(text[1:]))
        self.assertEqual(set(found[1].text.split()), {w for q in asked["squad-1"] for w in q.split()})

    def test_code(self):
        """A function is asked for with the first sentence above it; what has no words above it, or is a test, is not."""
        text = "// Rest lets the dough rest for an hour. Then it rises.\nfunc (d *Dough) Rest() {\n\twait()\n}\n\n"
        text += "// Go.\nfunc short() {\n}\n\nfunc silent() {\n}\n"
        (self.folder / "dough.go").write_text(text, encoding="utf-8")
        (self.folder / "dough_test.go").write_text(text, encoding="utf-8")
        found = list(sources.code(self.folder, random.Random(1)))
        self.assertEqual([p.text for p, _ in found], ["func (d *Dough) Rest() { wait() }"])
        self.assertIn("lets the dough rest for an hour", found[0][1].text)
        self.assertNotIn("rises", found[0][1].text)

    def test_save_and_read(self):
        """What is written is read, and a broken line is named."""
        prepare.save(self.folder, [Passage("p", "text", "s")], [Query("q", "what", ["p"], "s")])
        self.assertEqual(list(read(self.folder / "queries.jsonl", Query)), [Query("q", "what", ["p"], "s")])
        self.lines("passages.jsonl", [{"id": "p", "wrong": 1}])
        with self.assertRaisesRegex(SystemExit, "passages.jsonl:1: .*wrong"):
            list(read(self.folder / "passages.jsonl", Passage))
        with self.assertRaisesRegex(SystemExit, "groups.jsonl: not there; `prepare`"):
            list(read(self.folder / "groups.jsonl", Query))


class Collections(unittest.TestCase):
    """Judged collections."""

    def test_once(self):
        """A copy of an answer is the same passage, and its question points to the first."""
        try:
            from recipe.collection import once
        except ImportError as e:
            self.skipTest(f"there is no {e.name}")
        examples = [
            (Passage("p1", "x", "s"), Query("q1", "a", ["p1"], "s")),
            (Passage("p2", "x", "s"), Query("q2", "b", ["p2"], "s")),
            (Passage("p3", "y", "s"), None),
        ]
        passages, queries = once(examples)
        self.assertEqual([p.id for p in passages], ["p1", "p3"])
        self.assertEqual([q.positives for q in queries], [["p1"], ["p1"]])


if __name__ == "__main__":
    unittest.main()
