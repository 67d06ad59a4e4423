"""Writes ../testdata: a tiny head of each family, and PyTorch's logits of pairs
from the project's sample collection, for go test. The tokenizers are those that
token's golden files are about.

    python golden.py
"""

import gzip
import json
import os
import sys
import tempfile

import heads
import logits

sys.path.insert(0, str(logits.TOKEN))

import golden as token

TESTDATA = logits.HERE.parent / "testdata"
TOKENIZERS = {"bert": "bert", "distilroberta": "roberta", "xlm-roberta": "xlm-roberta"}
SIZE = {"length": 96, "width": 16, "layers": 2, "spread": 0.5, "coarse": True}
PAIRS = 144


def main():
    TESTDATA.mkdir(exist_ok=True)
    queries, documents = logits.texts(None)
    for family, tokenizer in TOKENIZERS.items():
        with gzip.open(token.TESTDATA / f"{tokenizer}.tokenizer.json.gz", "rt", encoding="utf-8") as f:
            write(family, f.read(), queries, documents)


def write(family, tokenizer, queries, documents):
    with tempfile.TemporaryDirectory() as folder:
        model = heads.build(family, logits.vocabulary(tokenizer), **SIZE)
        heads.export(model, folder, tokenizer)
        pack(f"{family}.onnx.gz", read(folder, "model.onnx"))
        pack(f"{family}.config.json.gz", read(folder, "config.json"))
        # The first line names the folder, which only go test knows.
        lines = list(logits.cases(model, folder, family, PAIRS, queries, documents, lengths=(0,)))[1:]
    pack(f"{family}.golden.jsonl.gz", "".join(json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n" for line in lines).encode())


def read(folder, name):
    with open(os.path.join(folder, name), "rb") as f:
        return f.read()


def pack(name, content):
    """The same bytes for the same content: no name, no time."""
    with open(TESTDATA / name, "wb") as f, gzip.GzipFile(filename="", mode="wb", fileobj=f, mtime=0) as z:
        z.write(content)


if __name__ == "__main__":
    main()
