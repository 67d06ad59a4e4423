"""Strings to tokenize: real text where there is some, and generated text over
all scripts that looks for trouble."""

import gzip
import json
import os
import random
import sys
import unicodedata

SPECIALS = ["[CLS]", "[SEP]", "[PAD]", "[UNK]", "[MASK]", "<s>", "</s>", "<pad>", "<unk>", "<mask>", "<0x0A>", "▁", "##", "Ġ"]
SPACES = [" ", "  ", "\t", "\n", "\r\n", "\u00a0", "\u2003", "\u3000", "\u2028", "\u0085", "\u200b", "\ufeff", "\u000b"]
CONTROLS = [chr(c) for c in [*range(32), 0x7F, 0x85, 0xAD, 0x200B, 0x200C, 0x200D, 0x200E, 0x200F, 0x202A, 0x202E, 0x2060, 0x2066, 0xFEFF, 0xFFF9, 0xFFFC, 0xFFFD, 0xE000, 0xF8FF, 0xE0001, 0xE0020]]
EMOJI = ["😀", "👩", "👨", "🔬", "❤️", "🏽", "👍🏿", "👩‍🔬", "👨‍👩‍👧‍👦", "🇮🇱", "🇺🇸", "🇮", "1️⃣", "#️⃣", "🏴\U000e0067\U000e0062\U000e007f", "☎", "©", "™", "⌚️"]
MARKS = [chr(c) for c in [*range(0x300, 0x370), *range(0x591, 0x5C8), *range(0x610, 0x61B), *range(0x64B, 0x660), 0x6D6, 0x711, 0x7EB, 0x8D3, 0x93C, 0x94D, 0x9BC, 0xA3C, 0xACD, 0xE38, 0xE48, 0xEB8, 0xF39, 0xF71, 0xF72, 0xF74, 0x1037, 0x1DC4, 0x1DFA, 0x20D0, 0x20E3, 0x302A, 0x302E, 0x3099, 0x309A, 0xA66F, 0xFE0F, 0xFE20, 0x101FD, 0x10A0D, 0x1D165, 0x1D16D, 0x1E000, 0x1E8D0, 0x1E944, 0x1E94A]]
TRICKY = ["İ", "ı", "ẞ", "ß", "Σ", "ς", "ΑΣ", "ǅ", "ﬁ", "ﬀ", "½", "Ⅷ", "①", "㎏", "㍿", "ﷺ", "가", "각", "ᄀ", "ᅡ", "ᆨ", "각", "힣", "か\u3099", "ｶﾞ", "Å", "Å", "A\u030a", "é", "e\u0301", "ậ", "a\u0323\u0302", "a\u0302\u0323", "שּׁ", "ש\u05c1\u05bc", "לְ", "יִ", "क्ष", "क्‍ष", "ำ", "ຳ", "༰", "\u0f73", "\u0344", "\u1fc1", "豈", "𪘀", "丽", "中", "文", "\U0002b820", "𐐀", "Ꭰ", "Ა", "\ua7dc", "\U00010d50", "\U00016ea0", "don't", "I'll", "'S", "we've", "''", "`", "$", "…", "—", "״", "׳", "־", "̈\u0345", "\ufb1d", "\u1e9b\u0323", "\ua66e"]


def scripts():
    """The assigned code points by the first word of their names."""
    groups = {}
    for c in range(0x20, 0x30000):
        name = unicodedata.name(chr(c), "")
        if name and not 0xD800 <= c <= 0xDFFF:
            groups.setdefault(name.split()[0].split("-")[0], []).append(chr(c))
    return [g for g in groups.values() if len(g) >= 8]


class Generator:
    """Generated text, the same for the same seed."""

    lengths = [95, 99, 100, 101, 200, 1000, 3000]  # of long words

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.scripts = scripts()
        self.kinds = [self.words, self.script, self.marks, self.spaces, self.emoji, self.long_word, self.garbage, self.anything, self.mixture, self.normalised, self.pairs_of]

    def text(self):
        return self.random.choice(self.kinds)()

    def count(self, most):
        return int(most ** self.random.random())

    def words(self):
        return self.random.choice(SPACES[:3]).join(self.word() for _ in range(self.count(30)))

    def word(self):
        letters = self.random.choice(["abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJ", "אבגדהוזחטיכלמנסעפצקרשתםןץףך", "0123456789", "aeiouàéîõüçñ", "абвгдежзийкл", "ابتثجحخدذرز", "-_.,;:!?()"])
        return "".join(self.random.choice(letters) for _ in range(1 + self.count(12)))

    def script(self):
        letters = self.random.choice(self.scripts)
        return "".join(self.random.choice(letters) if self.random.random() < 0.85 else " " for _ in range(self.count(60)))

    def marks(self):
        out = []
        for _ in range(self.count(20)):
            out.append(self.random.choice([*TRICKY, self.word(), "", "א", "a"]))
            out += self.random.choices(MARKS, k=self.count(6) if self.random.random() < 0.95 else 40)
        return "".join(out)

    def spaces(self):
        return "".join(self.random.choice([*SPACES, *SPACES, self.word(), *CONTROLS]) for _ in range(self.count(40)))

    def emoji(self):
        return "".join(self.random.choice([*EMOJI, "\u200d", "\ufe0f", " ", self.word(), *MARKS[:3]]) for _ in range(self.count(30)))

    def long_word(self):
        unit = self.random.choice([self.word(), *TRICKY, *EMOJI, "a", "א", "字"])
        length = self.random.choice(self.lengths)
        return (unit * length)[:length] + self.random.choice(["", " x", "\u0301"])

    def garbage(self):
        return self.random.randbytes(self.count(200)).decode("utf-8", "replace")

    def anything(self):
        out = []
        while len(out) < self.count(40):
            c = self.random.randrange(self.random.choice([0x250, 0x3000, 0x10000, 0x20000, 0x110000]))
            if not 0xD800 <= c <= 0xDFFF:
                out.append(chr(c))
        return "".join(out)

    def mixture(self):
        parts = [*SPECIALS, *SPECIALS, *TRICKY, *SPACES, *EMOJI, *CONTROLS, *MARKS[:20]]
        return "".join(self.random.choice(parts) if self.random.random() < 0.7 else self.word() for _ in range(self.count(40)))

    def normalised(self):
        form = self.random.choice(["NFC", "NFD", "NFKC", "NFKD"])
        return unicodedata.normalize(form, self.random.choice([self.script, self.marks, self.mixture, self.anything])())

    def pairs_of(self):
        return self.text() + self.random.choice(["", " ", "\n"]) + self.text()


def lines(path, *fields):
    opener = gzip.open if path.endswith(".gz") else open
    with opener(path, "rt", encoding="utf-8") as f:
        for line in f:
            row = json.loads(line)
            text = " ".join(row.get(field) or "" for field in fields).strip()
            if text:
                yield text


def folder(path):
    """Queries and documents of one BEIR folder."""
    corpus = os.path.join(path, "corpus.jsonl")
    return list(lines(os.path.join(path, "queries.jsonl"), "text")), list(lines(corpus if os.path.exists(corpus) else corpus + ".gz", "title", "text"))


def real(root, seed, most):
    """Queries and documents of every collection under root, mixed, the same
    number of documents from each as far as there are."""
    rng, queries, documents = random.Random(seed), [], []
    names = sorted(n for n in os.listdir(root) if os.path.exists(os.path.join(root, n, "queries.jsonl")))
    for name in names:
        q, d = folder(os.path.join(root, name))
        print(f"  {name}: {len(q)} queries, {len(d)} documents", file=sys.stderr)
        rng.shuffle(d)
        queries, documents = queries + q, documents + d[: most // len(names)]
    rng.shuffle(queries)
    rng.shuffle(documents)
    return queries, documents
