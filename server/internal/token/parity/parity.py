"""Compares server/internal/token with PyPI tokenizers, id by id.

    python parity.py [--count 200000] [--only NAME]

Reads real text and tokenizers from SPLITRANK_DATA, trains SentencePiece
models for a genuine character map, and streams the reference's answers into
the Go test TestParity.
"""

import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

os.environ["TOKENIZERS_PARALLELISM"] = "false"

import corpus
import reference
import sentencepiece
import tokenizers
import train

HERE = pathlib.Path(__file__).resolve().parent


def main():
    args = argparse.ArgumentParser(description=__doc__)
    args.add_argument("--count", type=int, default=200_000, help="strings and pairs per family")
    args.add_argument("--only", default="", help="the tokenizers whose name contains this")
    args = args.parse_args()
    root = os.environ.get("SPLITRANK_DATA")
    if not root:
        sys.exit("parity: SPLITRANK_DATA is not set, nothing to compare on")
    print(f"tokenizers {tokenizers.__version__}, sentencepiece {sentencepiece.__version__}, python {sys.version.split()[0]}")
    queries, documents = corpus.real(root, 1, args.count)
    failed = False
    with tempfile.TemporaryDirectory() as folder:
        binary = build(folder)
        for name, path, share, specials in families(root, folder, documents):
            if args.only in name:
                failed |= not compare(binary, name, path, int(args.count * share), specials, queries, documents)
    sys.exit(1 if failed else 0)


def families(root, folder, documents):
    """Name, tokenizer file, share of the count, special tokens as they are."""
    given = os.path.join(root, "tokenizers")
    yield "bert-base-uncased", os.path.join(given, "bert-base-uncased", "tokenizer.json"), 1, False
    yield "roberta-base", os.path.join(given, "roberta-base", "tokenizer.json"), 1, False
    yield "xlm-roberta-base", os.path.join(given, "xlm-roberta-base", "tokenizer.json"), 0.5, False
    yield "xlm-roberta-base, special tokens in the vocabulary", os.path.join(given, "xlm-roberta-base", "tokenizer.json"), 0.05, True
    for name, share, options in [("sentencepiece 8k nmt_nfkc", 0.4, {"size": 8000}), ("sentencepiece 4k nmt_nfkc, older conversion", 0.1, {"size": 4000, "older": True}), ("sentencepiece 2k nmt_nfkc_cf, byte fallback", 0.1, {"size": 2000, "rule": "nmt_nfkc_cf", "byte_fallback": True})]:
        yield name, train.unigram(folder, documents[:8000], **options), share, False
    for name, path in train.variants(folder, documents[:2000]):
        # Renamed, a special token would no longer stand in an added one's way.
        yield name, path, 0.02, "added tokens" in name


def build(folder):
    binary = os.path.join(folder, "token.test")
    subprocess.run(["go", "test", "-c", "-o", binary, "."], cwd=HERE.parent, check=True)
    return binary


def compare(binary, name, path, count, specials, queries, documents):
    """Half real, half generated; half texts, half pairs."""
    started = time.time()
    tokenizer, made = reference.load(path, not specials), corpus.Generator(name)
    strings = [pick(queries, documents, made, i) for i in range(count // 2)]
    couples = [(queries[i % len(queries)] if i % 8 else made.text(), pick(documents, documents, made, i)) for i in range(count - count // 2)]
    test = subprocess.Popen([binary, "-test.run=^TestParity$", "-test.v"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8", cwd=HERE.parent, env=os.environ | {"SPLITRANK_PARITY": "1"})
    try:
        send(test.stdin, {"tokenizer": os.path.abspath(path), "specials": specials})
        for case in reference.texts(tokenizer, strings):
            send(test.stdin, case)
        for case in reference.pairs(tokenizer, couples, name, padding(path)):
            send(test.stdin, case)
    except BrokenPipeError:
        pass
    output, _ = test.communicate()
    report = [line.strip() for line in output.splitlines() if " differences" in line]
    print(f"{name}: {report[-1].split(': ', 1)[-1] if report else 'failed'} ({time.time() - started:.0f} s)", flush=True)
    if test.returncode:
        print(output)
    return test.returncode == 0


def pick(short, long, made, i):
    if i % 2:
        return made.text()
    return short[i // 2 % len(short)] if i % 8 == 0 else long[i // 2 % len(long)]


def padding(path):
    """The id that Go fills up with."""
    with open(path, encoding="utf-8") as f:
        data = json.load(f)
    if data.get("padding"):
        return data["padding"]["pad_id"]
    return next((t["id"] for t in data["added_tokens"] if t["content"] in ("<pad>", "[PAD]")), 0)


def send(stream, case):
    stream.write(json.dumps(case) + "\n")


if __name__ == "__main__":
    main()
