"""Requests to score: a query and its candidates, as (query, documents)."""

import gzip
import json
import os
import random

COLLECTIONS = ["chunkeval", "scifact"]

# Of the documents in those two collections, in words: the median and the spread
# of the logarithm. Without SPLITRANK_DATA texts of such lengths are made.
MADE = {"chunkeval": (108, 0.14), "scifact": (206, 0.37)}

WORDS = "the of and to in a is that for it as was with be by on not he his but at are this have from or had an they which one you were all her would there their will when who him been has more if no out do so can what up said about other into than its time only could new them man some these then two first may any like now my such make over our even most me state after also made many did must before back see through way where get much go well your know should down work year because come people just say each those take day good how long own too little use us great still men here life both between old under last never place same another think house while high right might came off find states since used give against three himself look few general hand school part small american home during number again mrs around thought went without however govern don does got public united point end become head once course fact upon need system set every war put form water took program present".split()


def mixed(root, requests, depth, seed=1):
    """As many requests of each collection, of so many candidates."""
    made = []
    for name in COLLECTIONS:
        made += real(os.path.join(root, name), requests, depth) if root else synthetic(name, requests, depth, seed)
    return made


def real(folder, requests, depth):
    """The first candidates of BM25 for queries spread evenly."""
    queries = {row["_id"]: row["text"] for row in rows(os.path.join(folder, "queries.jsonl"))}
    texts = {row["_id"]: " ".join(filter(None, [row.get("title"), row["text"]])) for row in rows(os.path.join(folder, "corpus.jsonl.gz"))}
    found = {}
    with open(os.path.join(folder, "run.bm25.trec"), encoding="utf-8") as f:
        for line in f:
            query, _, document, rank, *_ = line.split()
            found.setdefault(query, []).append((int(rank), document))
    full = sorted(query for query, list in found.items() if len(list) >= depth)
    step = max(len(full) // requests, 1)
    return [(queries[query], [texts[document] for _, document in sorted(found[query])[:depth]]) for query in full[::step][:requests]]


def rows(path):
    with (gzip.open if path.endswith(".gz") else open)(path, "rt", encoding="utf-8") as f:
        for line in f:
            yield json.loads(line)


def synthetic(name, requests, depth, seed):
    rng, (middle, spread) = random.Random(f"{name} {seed}"), MADE[name]
    return [(words(rng, 10), [words(rng, rng.lognormvariate(0, spread) * middle) for _ in range(depth)]) for _ in range(requests)]


def words(rng, count):
    return " ".join(rng.choices(WORDS, k=max(int(count), 1)))


def passages(documents, count, size):
    """Cuts so many passages of a size in bytes out of documents; no two are alike."""
    text = " ".join(documents).encode()
    starts = [i * size % max(len(text) - size, 1) for i in range(count)]
    return [f"{i} {text[start : start + size].decode(errors='ignore')}"[:size] for i, start in enumerate(starts)]


def uniform(requests, tokenizer, tokens):
    """The same requests, each pair cut or filled up to so many tokens."""
    return [(query, [cut(tokenizer, query, document, tokens) for document in documents]) for query, documents in requests]


def cut(tokenizer, query, document, tokens):
    text = document
    while length(tokenizer, query, text) < tokens:
        text += " " + document
    # Word by word from a little below: a cut word may have other tokens.
    ends = tokenizer.encode(query, text)
    parts = [end for (_, end), kind in zip(ends.offsets, ends.type_ids) if kind == 1 and end]
    text = text[: parts[tokens - (len(ends.ids) - len(parts)) - 1]]
    while length(tokenizer, query, text) > tokens:
        text = text[:-1]
    while length(tokenizer, query, text) < tokens:
        text += " a"
    return text


def length(tokenizer, query, text):
    return len(tokenizer.encode(query, text).ids)


def lengths(requests, tokenizer, most=512):
    """Of all pairs, in tokens, as the model sees them."""
    return sorted(min(length(tokenizer, query, document), most) for query, documents in requests for document in documents)
