"""Measures, for every code point, what the reference tokenizers take it for.

The reference mixes several Unicode versions (its normaliser's tables are of
9.0, its categories older, its regular expressions newer), so no Go table
fits. This script asks the reference itself and writes ../unicode.txt.

    python tables.py > ../unicode.txt
"""

import sys

import regex
import tokenizers
from tokenizers import Regex, normalizers, pre_tokenizers

CODE_POINTS = [c for c in range(0x110000) if not 0xD800 <= c <= 0xDFFF]

GRAPHEME = [
    ("gb-control", r"[\p{GCB=Control}\p{GCB=CR}\p{GCB=LF}]"),
    ("gb-extend", r"\p{GCB=Extend}"),
    ("gb-zwj", r"\p{GCB=ZWJ}"),
    ("gb-prepend", r"\p{GCB=Prepend}"),
    ("gb-spacing", r"\p{GCB=SpacingMark}"),
    ("gb-l", r"\p{GCB=L}"),
    ("gb-v", r"\p{GCB=V}"),
    ("gb-t", r"\p{GCB=T}"),
    ("gb-regional", r"\p{GCB=Regional_Indicator}"),
    ("gb-pictographic", r"\p{Extended_Pictographic}"),
    ("incb-consonant", r"\p{InCB=Consonant}"),
    ("incb-linker", r"\p{InCB=Linker}"),
    ("incb-extend", r"\p{InCB=Extend}"),
]


def pieces(pre_tokenizer):
    """How many pieces a code point between two letters makes."""
    return lambda c: len(pre_tokenizer.pre_tokenize_str("a" + chr(c) + "a"))


def isolated(pattern):
    """Whether a pattern of the reference's regular expressions matches."""
    split = pre_tokenizers.Split(Regex(pattern), "isolated")
    return lambda c: len(split.pre_tokenize_str("\0" + chr(c) + "\0")) == 3


def one_answer(c, *answers):
    """The answer of all components, which one table can hold while they agree."""
    if len(set(answers)) != 1:
        sys.exit(f"the reference's components disagree on U+{c:04X}: {answers}")
    return answers[0]


def properties():
    clean = normalizers.BertNormalizer(clean_text=True, handle_chinese_chars=False, strip_accents=False, lowercase=False)
    strip = normalizers.BertNormalizer(clean_text=False, handle_chinese_chars=False, strip_accents=True, lowercase=False)
    chinese = normalizers.BertNormalizer(clean_text=False, handle_chinese_chars=True, strip_accents=False, lowercase=False)
    accents, digits, punctuation = normalizers.StripAccents(), pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.Punctuation()
    whitespace, words = pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Whitespace()
    nfd, nfkd, nfc = normalizers.NFD(), normalizers.NFKD(), normalizers.NFC()
    spaces = isolated(r"\s")
    yield "space", lambda c: one_answer(c, pieces(whitespace)(c) == 2, spaces(c), pieces(words)(c) == 2)
    yield "bert-dropped", lambda c: clean.normalize_str(chr(c)) == ""
    yield "bert-space", lambda c: clean.normalize_str(chr(c)) == " "
    yield "bert-accent", lambda c: strip.normalize_str(chr(c)) == ""
    yield "bert-chinese", lambda c: len(chinese.normalize_str(chr(c))) == 3
    yield "mark", lambda c: accents.normalize_str(chr(c)) == ""
    yield "punctuation", lambda c: pieces(punctuation)(c) == 3
    yield "numeric", lambda c: pieces(digits)(c) == 3
    yield "letter", isolated(r"\p{L}")
    yield "number", isolated(r"\p{N}")
    yield "word", lambda c: pieces(words)(c) == 1
    # A class-0 code point keeps U+0334 (class 1) behind U+0315 (class 232).
    yield "combining", lambda c: not nfd.normalize_str("\u0315" + chr(c) + "\u0334").startswith("\u0315")
    yield "nfd", lambda c: nfd.normalize_str(chr(c)) != chr(c)
    yield "nfkd", lambda c: nfkd.normalize_str(chr(c)) != chr(c)
    yield "nfc", lambda c: nfc.normalize_str(chr(c)) != chr(c)
    for name, pattern in GRAPHEME:
        compiled = regex.compile(pattern)
        yield name, lambda c, compiled=compiled: compiled.fullmatch(chr(c)) is not None


def ranges(members):
    out = []
    for c in members:
        if out and out[-1][1] == c - 1:
            out[-1][1] = c
        else:
            out.append([c, c])
    return " ".join(f"{a:x}" if a == b else f"{a:x}-{b:x}" for a, b in out)


def lower():
    """Code points with another lower case, as first-last/step+delta runs."""
    lowercase, runs = normalizers.Lowercase(), []
    for c in CODE_POINTS:
        low = [ord(d) for d in lowercase.normalize_str(chr(c))]
        if low == [c]:
            continue
        if len(low) > 1:
            yield f"{c:x}=" + ",".join(f"{d:x}" for d in low)
            continue
        delta = low[0] - c
        if runs and runs[-1][3] == delta and c - runs[-1][1] in (1, 2) and runs[-1][2] in (0, c - runs[-1][1]):
            runs[-1][2], runs[-1][1] = c - runs[-1][1], c
        else:
            runs.append([c, c, 0, delta])
    for first, last, step, delta in runs:
        yield f"{first:x}-{last:x}/{step or 1}{delta:+x}"


def main():
    print(f"# Measured from tokenizers {tokenizers.__version__}, grapheme breaks from regex {regex.__version__}; parity/tables.py")
    for name, test in properties():
        print(f"{name}: {ranges(c for c in CODE_POINTS if test(c))}")
        sys.stdout.flush()
    print("lower: " + " ".join(lower()))


if __name__ == "__main__":
    main()
