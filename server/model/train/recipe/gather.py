"""Between prepare and teach: a part of the training data in neighbouring blocks, and Hebrew texts with queries made of them.

There are no judged Hebrew questions that may be trained on. So queries are made
of passages: sentences taken out of them, pieces of sentences and rare words, with
question words and without. Some English questions are asked again as Hebrew ones
with English terms, as people who write Hebrew do. Neighbours are needed, for a
step compares them: paragraphs of one article, functions of one folder, passages
with the same words.
"""

import random
import re
from collections import Counter, defaultdict
from pathlib import Path

import bm25s

from . import sources
from .prepare import save
from .records import Passage, Query, read
from .wording import keywords

# Passages in a row that are taken together, and how many such blocks.
BLOCKS = {"squad": (32, 62), "medquad": (16, 38), "qed": (1, 800), "code": (16, 26)}
RESTS, QUERIES = 250, 3
# Share of English questions that are asked again in both languages, and how.
MIXED = 0.12
FORMS = ["מה זה {}", "מהו {}", "הסבר על {}", "איך עובד {}", "מי {}", "מתי {}", "איפה {}", "למה {}"]
FORMS += ["{} מה זה", "מידע על {}", "כמה {}", "איזה {}"]
ASK = ["מה", "מי", "מתי", "איפה", "למה", "איך", "כמה", "איזה", "מהו", "היכן", "באיזו שנה", "מדוע"]
# Passages with the same words that are taken together.
ALIKE = 8
# The source of Hebrew texts, which bilingual.py lets only the model itself judge, and the end of a mixed query's id.
SOURCE, MIX = "he", "-mix"
SENTENCE = re.compile(r"(?<=[.!?])\s+")


def gather(whole: Path, hebrew: Path | None, count: int, out: Path, seed: int, times: float = 1) -> None:
    """Writes passages and queries: a part of those in `whole`, and `count` passages of the BEIR folder `hebrew`, if any.

    The part is `times` as large as that of splitrank-small.
    """
    rng = random.Random(seed)
    passages, queries = english(whole, rng, times)
    if not hebrew:
        return save(out, passages, queries)
    texts = alike(unjudged(hebrew), count, rng)
    more, asked = questions(texts, rng)
    save(out, passages + more, queries + mixed(queries, rng) + asked)


def english(whole: Path, rng: random.Random, times: float = 1) -> tuple[list[Passage], list[Query]]:
    """Blocks of neighbours, and at most QUERIES queries of each passage and a statement of a need."""
    of, groups = defaultdict(list), defaultdict(list)
    for q in read(whole / "queries.jsonl", Query):
        of[q.positives[0]].append(q)
    for p in read(whole / "passages.jsonl", Passage):
        groups["rest" if p.id.endswith("-rest") else p.source].append(p)
    some = [p for name, (size, count) in BLOCKS.items() for p in blocks(groups[name], size, round(times * count), rng)]
    some += rng.sample(groups["rest"], min(round(times * RESTS), len(groups["rest"])))
    return some, [q for p in some for q in few(of[p.id])]


def few(queries: list[Query]) -> list[Query]:
    """The first queries of a passage, and the statement of a need for it, if there is one."""
    short = [q for q in queries if q.kind != "need"]
    return short[:QUERIES] + [q for q in queries if q.kind == "need"]


def blocks(passages: list[Passage], size: int, count: int, rng: random.Random) -> list[Passage]:
    """Some blocks of passages that stood side by side in their source."""
    order = sorted(passages, key=lambda p: (int(n.group()) if (n := re.search(r"-(\d+)$", p.id)) else 0, p.id))
    places = range(len(order) // size)
    return [p for b in rng.sample(places, min(count, len(places))) for p in order[b * size : (b + 1) * size]]


def unjudged(folder: Path) -> list[str]:
    """The passages of a folder that answer none of its queries. The queries are not read."""
    passages, _ = sources.beir(folder, "test")
    rows = (folder / "qrels" / "test.tsv").read_text(encoding="utf-8").splitlines()[1:]
    judged = {p for _, p, grade in (row.split("\t") for row in rows) if int(grade) > 0}
    return [p.joined() for p in passages if p.id not in judged]


def words(text: str) -> list[str]:
    """Words, with the marks that stand in Hebrew abbreviations."""
    return re.findall(r"[\w\"״׳']+", text)


def alike(texts: list[str], count: int, rng: random.Random) -> list[str]:
    """About `count` texts, each beside those that share rare words with it."""
    cut = [words(t) for t in texts]
    common = Counter(w for t in cut for w in set(t))
    index, taken, found = bm25s.BM25(), set(), []
    index.index(cut, show_progress=False)
    for start in rng.sample(range(len(texts)), len(texts)):
        if len(found) >= count:
            break
        rare = [w for w in cut[start] if common[w] < 200][:40]
        if start in taken or not rare:
            continue
        places, _ = index.retrieve([rare], k=min(len(texts), ALIKE + 4), show_progress=False)
        some = [int(i) for i in places[0] if int(i) not in taken][:ALIKE]
        taken |= set(some)
        found += [texts[i] for i in some]
    return found


def questions(texts: list[str], rng: random.Random) -> tuple[list[Passage], list[Query]]:
    """Passages, and queries made of each: a sentence taken out, a piece of one, and rare words."""
    common = Counter(w for t in texts for w in set(words(t)))
    passages, queries = [], []
    for i, text in enumerate(texts):
        passage = Passage(f"{SOURCE}-{i}", text, SOURCE)
        passages.append(passage)
        sentences = [s for s in SENTENCE.split(text) if 5 <= len(s.split()) <= 30]
        if len(sentences) >= 3:
            said = rng.choice(sentences)
            rest = Passage(f"{passage.id}-rest", text.replace(said, " ").strip(), SOURCE)
            passages.append(rest)
            queries.append(Query(f"{passage.id}-claim", claimed(said, rng), [rest.id, passage.id], SOURCE, "claim"))
        if sentences:
            queries.append(Query(f"{passage.id}-piece", piece(rng.choice(sentences), rng), [passage.id], SOURCE))
        rare = sorted({w for w in words(text) if len(w) > 2}, key=lambda w: (common[w] + rng.random() * 8, w))[:9]
        if len(rare) > 3:
            some = " ".join(rng.sample(rare, rng.randint(2, 4)))
            queries.append(Query(f"{passage.id}-words", asked(some, 0.4, rng), [passage.id], SOURCE, "keywords"))
    return passages, queries


def claimed(sentence: str, rng: random.Random) -> str:
    """A sentence without some of its words, every second time only its beginning."""
    kept = [w for w in sentence.split() if rng.random() > 0.15]
    return " ".join(kept[: rng.randint(5, 12)] if rng.random() < 0.5 else kept)


def piece(sentence: str, rng: random.Random) -> str:
    """Three to eight words in a row, often behind a question word."""
    cut, size = sentence.split(), rng.randint(3, 8)
    at = rng.randrange(max(1, len(cut) - size))
    text = " ".join(w.strip(".,:;()") for w in cut[at : at + size])
    return asked(text, 0.6, rng) + ("?" if rng.random() < 0.4 else "")


def asked(text: str, share: float, rng: random.Random) -> str:
    """A text behind a question word, in a share of all cases."""
    return f"{rng.choice(ASK)} {text}" if rng.random() < share else text


def mixed(queries: list[Query], rng: random.Random) -> list[Query]:
    """Some English questions as Hebrew ones with English terms; a teacher is asked the English one."""
    found = []
    for q in queries:
        if q.source != "code" and q.kind in ("question", "near") and rng.random() < MIXED:
            text = rng.choice(FORMS).format(keywords(q.text, rng))
            found.append(Query(q.id + MIX, text, q.positives, q.source, "mixed"))
    return found
