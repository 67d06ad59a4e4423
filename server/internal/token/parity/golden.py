"""Writes ../testdata: small tokenizers trained on the project's own sample
collection, and the reference's answers for go test.

    python golden.py
"""

import gzip
import json
import os
import pathlib
import tempfile

os.environ["TOKENIZERS_PARALLELISM"] = "false"

import corpus
import parity
import reference
import train
from tokenizers import normalizers, pre_tokenizers

HERE = pathlib.Path(__file__).resolve().parent
SAMPLE = HERE.parents[3] / "shared" / "eval" / "sample"
TESTDATA = HERE.parent / "testdata"

TEXTS, PAIRS = 360, 180


def main():
    TESTDATA.mkdir(exist_ok=True)
    queries, documents = corpus.folder(str(SAMPLE))
    texts = queries + documents
    with tempfile.TemporaryDirectory() as folder:
        write("bert", train.wordpiece(texts, 1500, normalizers.BertNormalizer(), pre_tokenizers.BertPreTokenizer()).to_str(), queries, documents)
        write("roberta", train.byte_level(texts, 1500).to_str(), queries, documents)
        with open(train.unigram(folder, texts, 1200), encoding="utf-8") as f:
            write("xlm-roberta", f.read(), queries, documents)
        for i, (name, path) in enumerate(train.variants(folder, texts, 700)):
            with open(path, encoding="utf-8") as f:
                write(f"variant-{i:02}", f.read(), queries, documents, name, share=0.25)


def write(name, tokenizer, queries, documents, title="", share=1.0):
    specials = "added tokens" in title
    with tempfile.NamedTemporaryFile("w", suffix=".json", encoding="utf-8") as f:
        f.write(tokenizer)
        f.flush()
        model, made, pad = reference.load(f.name, not specials), corpus.Generator(name), parity.padding(f.name)
    strings = [parity.pick(queries, documents, made, i) for i in range(int(TEXTS * share))]
    couples = [(queries[i % len(queries)], parity.pick(documents, documents, made, i)) for i in range(int(PAIRS * share))]
    reference.BATCH = 10
    cases = [{"tokenizer": f"{name}.tokenizer.json.gz", "specials": specials}]
    cases += [*reference.texts(model, strings), *reference.pairs(model, couples, name, pad)]
    pack(f"{name}.golden.jsonl.gz", cases)
    pack(f"{name}.tokenizer.json.gz", [json.loads(tokenizer)])


def pack(name, lines):
    """The same bytes for the same lines: no name, no time."""
    with open(TESTDATA / name, "wb") as f, gzip.GzipFile(filename="", mode="wb", fileobj=f, mtime=0) as z:
        for line in lines:
            z.write((json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n").encode())


if __name__ == "__main__":
    main()
