"""Compares splitrank's logits with those of PyTorch's transformers.

    python logits.py [--pairs 1200] [--only NAME]

Builds heads of BERT, XLM-R and DistilRoBERTa from a fixed seed, exports them to
ONNX, and streams the reference's logits into the Go test TestParity, which
computes its own from the texts: tokenizer, ONNX Runtime and queue. Tokenizers
and texts come from SPLITRANK_DATA where it is set, else both are made from the
project's sample collection.
"""

import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

import heads
import onnx
import torch
import transformers

HERE = pathlib.Path(__file__).resolve().parent
TOKEN = HERE.parents[1] / "token" / "parity"
SAMPLE = HERE.parents[3] / "shared" / "eval" / "sample"
sys.path.insert(0, str(TOKEN))

import corpus
import reference
import train
from tokenizers import normalizers, pre_tokenizers

REQUEST = 24  # documents of one query


def main():
    args = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    args.add_argument("--pairs", type=int, default=1200, help="pairs per head")
    args.add_argument("--only", default="", help="the heads whose name contains this")
    args = args.parse_args()
    print(f"torch {torch.__version__}, transformers {transformers.__version__}, onnx {onnx.__version__}, python {sys.version.split()[0]}")
    queries, documents = texts(os.environ.get("SPLITRANK_DATA"))
    failed = False
    with tempfile.TemporaryDirectory() as folder:
        binary = build(folder)
        for name, family, tokenizer, options in families(folder, documents):
            if args.only in name:
                failed |= not compare(binary, os.path.join(folder, name.replace(" ", "-")), name, family, tokenizer, options, args.pairs, queries, documents)
    sys.exit(1 if failed else 0)


def texts(root):
    if root:
        return corpus.real(root, 3, 6000)
    return corpus.folder(str(SAMPLE))


def families(folder, documents):
    """Name, family, tokenizer.json and the size of each head."""
    size = {"length": 512, "width": 128, "layers": 4}
    bert = given("bert-base-uncased") or train.wordpiece(documents, 4000, normalizers.BertNormalizer(), pre_tokenizers.BertPreTokenizer()).to_str()
    roberta = given("roberta-base") or train.byte_level(documents, 4000).to_str()
    with open(train.unigram(folder, documents, 4000), encoding="utf-8") as f:
        unigram = f.read()
    yield "bert", "bert", bert, size
    yield "bert, two logits", "bert", bert, size | {"labels": 2, "seed": 2}
    yield "distilroberta", "distilroberta", roberta, size | {"layers": 6}
    yield "xlm-roberta", "xlm-roberta", unigram, size


def given(name):
    path = os.path.join(os.environ.get("SPLITRANK_DATA", ""), "tokenizers", name, "tokenizer.json")
    if not os.environ.get("SPLITRANK_DATA") or not os.path.exists(path):
        return None
    with open(path, encoding="utf-8") as f:
        return f.read()


def build(folder):
    binary = os.path.join(folder, "crossencoder.test")
    subprocess.run(["go", "test", "-c", "-o", binary, "."], cwd=HERE.parent, check=True)
    return binary


def compare(binary, folder, name, family, tokenizer, options, pairs, queries, documents):
    started = time.time()
    model = heads.build(family, vocabulary(tokenizer), **options)
    heads.export(model, folder, tokenizer)
    test = subprocess.Popen([binary, "-test.run=^TestParity$", "-test.v"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8", cwd=HERE.parent, env=os.environ | {"SPLITRANK_PARITY": "1"})
    try:
        for line in cases(model, folder, name, pairs, queries, documents):
            test.stdin.write(json.dumps(line) + "\n")
    except BrokenPipeError:
        pass
    output, _ = test.communicate()
    report = [line.strip() for line in output.splitlines() if " pairs" in line]
    print(f"{name}: {report[-1].split(': ', 1)[-1] if report else 'failed'} ({time.time() - started:.0f} s)", flush=True)
    if test.returncode:
        print(output)
    return test.returncode == 0


def vocabulary(tokenizer):
    data = json.loads(tokenizer)
    return max(len(data["model"]["vocab"]), 1 + max((t["id"] for t in data["added_tokens"]), default=0))


def cases(model, folder, name, pairs, queries, documents, lengths=(0, 64, 160)):
    """Whole requests, in turn as long as the model can read and cut shorter."""
    scorer, made = Reference(model, folder), corpus.Generator(name)
    for most in [length or scorer.length for length in lengths]:
        yield {"model": folder, "max_length": most}
        for i in range(pairs // len(lengths) // REQUEST):
            query = queries[(i * 7 + most) % len(queries)] if i % 6 else made.text()
            yield scorer.answer(query, [pick(documents, made, i * REQUEST + k) for k in range(REQUEST)], most)


def pick(documents, made, i):
    """A real text, its first words, several texts in a row, or a made one."""
    text = documents[i * 13 % len(documents)]
    return [text, text[: 10 + i % 90], " ".join(documents[(i + k) % len(documents)] for k in range(4)), made.text()][i % 4]


class Reference:
    """PyTorch behind the reference's tokenizer."""

    def __init__(self, model, folder):
        self.model = model
        self.tokenizer = reference.load(os.path.join(folder, "tokenizer.json"), True)
        self.pad = model.config.pad_token_id
        self.length = heads.tokens(model)

    def answer(self, query, documents, most):
        """A line with the logits of a query's documents. A query that is too
        long for a document beside it is cut, so that there is something to
        compare; what becomes of it otherwise is the tokenizers' parity."""
        query = query[: most // 2]
        while len(self.tokenizer.encode(query, "").ids) > most * 3 // 4:
            query = query[: len(query) // 2]
        self.tokenizer.enable_truncation(most, strategy="only_second")
        self.tokenizer.enable_padding(pad_id=self.pad)
        encodings = self.tokenizer.encode_batch([(query, document) for document in documents])
        self.tokenizer.no_padding()
        self.tokenizer.no_truncation()
        return {"query": query, "documents": documents, "logits": self.logits(encodings), "truncated": [bool(e.overflowing) for e in encodings]}

    def logits(self, encodings):
        columns = {"input_ids": "ids", "attention_mask": "attention_mask", "token_type_ids": "type_ids"}
        inputs = {name: torch.tensor([getattr(e, columns[name]) for e in encodings]) for name in heads.names(self.model)}
        with torch.no_grad():
            logits = self.model(**inputs).logits
        return (logits[:, 1] - logits[:, 0] if logits.shape[1] == 2 else logits[:, 0]).tolist()


if __name__ == "__main__":
    main()
