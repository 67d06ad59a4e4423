"""Other wordings of a query and parts of a passage, so that a model does not specialise in full questions."""

import random
import re

QUESTION = set(
    """a an and any are at be been by can could did do does for from had has have how in is it its many may me much of on
    or should so tell that the their there these they this those to was were what when where which who whom whose why
    will with would you your""".split()
)
# The fewest and the most words of a statement of a need.
WORDS = 18, 70
SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[\"'(\[]?[A-Z0-9])")


def sentences(text: str) -> list[str]:
    """Splits at full stops before a capital; abbreviations may split too, which does no harm here."""
    return [s for s in SENTENCE.split(text) if s]


def fragment(text: str, rng: random.Random, keep: str = "", first: bool = False, words: int = 70) -> str:
    """Consecutive sentences of about `words` words: from the first one, around `keep`, or from anywhere."""
    parts = sentences(text)
    at = next((i for i, s in enumerate(parts) if keep and keep in s), rng.randrange(max(1, len(parts))))
    low = high = 0 if first else at
    while sum(len(s.split()) for s in parts[low : high + 1]) < words and (low > 0 or high + 1 < len(parts)):
        if high + 1 < len(parts) and (first or low == 0 or rng.random() < 0.5):
            high += 1
        elif low > 0:
            low -= 1
        else:
            break
    return " ".join(" ".join(parts[low : high + 1]).split()[: 2 * words])


def keywords(question: str, rng: random.Random) -> str:
    """The words of a question that somebody would type into a search box, at least two."""
    words = re.findall(r"[\w'’.-]*\w", question)
    kept = [w for w in words if w.lower() not in QUESTION]
    if len(kept) > 4:
        kept = [w for w in kept if rng.random() > 0.15]
    return " ".join(kept).lower() if len(kept) > 1 else question


def need(parts: list[str], rng: random.Random) -> str | None:
    """A long statement of what somebody needs: two to four of some sentences in a row, of WORDS words."""
    fits = []
    for size in (2, 3, 4):
        joined = [" ".join(parts[at : at + size]) for at in range(len(parts) - size + 1)]
        fits += [text for text in joined if WORDS[0] <= len(text.split()) <= WORDS[1]]
    return rng.choice(fits) if fits else None


def claim(text: str, rng: random.Random) -> tuple[str, str] | None:
    """Takes a sentence out of a passage as a claim (inverse cloze task, Lee et al. 2019): claim and the rest."""
    parts = sentences(text)
    fits = [i for i, s in enumerate(parts) if 6 <= len(s.split()) <= 25]
    if len(parts) < 3 or not fits:
        return None
    at = rng.choice(fits)
    words = [w for w in parts[at].split() if rng.random() > 0.1]
    return " ".join(words), " ".join(parts[:at] + parts[at + 1 :])
