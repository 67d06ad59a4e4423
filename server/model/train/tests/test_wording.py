"""Wordings and fragments."""

import random
import unittest

from recipe.wording import WORDS, claim, fragment, keywords, need, sentences

TEXT = "Bees dance. The dance tells where flowers are. A round dance means near. A waggle dance means far away. It is 1973."


class Wording(unittest.TestCase):
    """Each function, with what it must keep."""

    def test_keywords(self):
        """Question words go, the subject stays, and nothing is cut to one word."""
        rng = random.Random(1)
        for question, wanted in [
            ("What is the capital of France?", "capital france"),
            ("How long does dough rest?", "long dough rest"),
            ("Who was he?", "Who was he?"),
            ("when did d'Artagnan die", "d'artagnan die"),
        ]:
            self.assertEqual(keywords(question, rng), wanted)

    def test_fragment_keeps_the_answer(self):
        """Whatever the chance, the sentence of the answer is there, and the text is contiguous."""
        for seed in range(50):
            part = fragment(TEXT, random.Random(seed), keep="near", words=8)
            self.assertIn("near", part)
            self.assertIn(part, TEXT)

    def test_fragment_from_the_first(self):
        """With first, a fragment is a beginning."""
        for seed in range(20):
            self.assertTrue(TEXT.startswith(fragment(TEXT, random.Random(seed), first=True, words=8)))

    def test_fragment_is_bounded(self):
        """One endless sentence is cut."""
        self.assertEqual(len(fragment("word " * 5000, random.Random(1), words=70).split()), 140)

    def test_claim(self):
        """A claim is one sentence with few words missing; the rest does not hold it."""
        found = [claim(TEXT, random.Random(seed)) for seed in range(20)]
        for said, rest in found:
            whole = [s for s in sentences(TEXT) if s not in rest]
            self.assertEqual(len(whole), 1)
            self.assertLessEqual(set(said.split()), set(whole[0].split()))

    def test_need(self):
        """A need is some sentences in a row, neither short nor endless; where there are none, it is not stated."""
        parts = sentences(TEXT)
        for seed in range(20):
            said = need(parts, random.Random(seed))
            self.assertIn(said, TEXT)
            self.assertTrue(2 <= len(sentences(said)) <= 4)
            self.assertTrue(WORDS[0] <= len(said.split()) <= WORDS[1])
        for none in ([], parts[:2], ["word " * 60] * 3):
            self.assertIsNone(need(none, random.Random(1)))

    def test_no_claim(self):
        """Two sentences are too few to take one out."""
        self.assertIsNone(claim("Bees dance every day of the year. It is so.", random.Random(1)))


if __name__ == "__main__":
    unittest.main()
