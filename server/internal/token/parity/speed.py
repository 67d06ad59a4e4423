"""Times server/internal/token beside PyPI tokenizers: one thread, the same
texts, passes in turn, best of each.

    python speed.py [--documents 1500] [--passes 5]
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time

os.environ["TOKENIZERS_PARALLELISM"] = "false"
os.environ["RAYON_NUM_THREADS"] = "1"

import corpus
import parity
import tokenizers
import train


def main():
    args = argparse.ArgumentParser(description=__doc__)
    args.add_argument("--documents", type=int, default=1500)
    args.add_argument("--passes", type=int, default=5)
    args = args.parse_args()
    root = os.environ.get("SPLITRANK_DATA")
    if not root:
        sys.exit("speed: SPLITRANK_DATA is not set, nothing to time on")
    _, documents = corpus.real(root, 2, args.documents * 4)
    texts = documents[: args.documents]
    size = sum(len(text.encode()) for text in texts)
    print(f"tokenizers {tokenizers.__version__}, python {platform.python_version()}, {go_version()}, {processor()}; one thread, {len(texts)} documents, {size / 1e6:.2f} MB, best of {args.passes}")
    with tempfile.TemporaryDirectory() as folder:
        binary, slower = parity.build(folder), False
        for name, path in files(root, folder, documents):
            slower |= race(binary, name, path, texts, size, args.passes) < 1
    sys.exit(1 if slower else 0)


def files(root, folder, documents):
    for name in ["bert-base-uncased", "roberta-base", "xlm-roberta-base"]:
        yield name, os.path.join(root, "tokenizers", name, "tokenizer.json")
    yield "sentencepiece 8k nmt_nfkc", train.unigram(folder, documents[:4000])


def race(binary, name, path, texts, size, passes):
    """Passes in turn, so that both meet the same machine."""
    tokenizer = tokenizers.Tokenizer.from_file(path)
    tokenizer.no_padding()
    tokenizer.no_truncation()
    tokenizer.encode_special_tokens = True
    test = subprocess.Popen([binary, "-test.run=^TestSpeed$", "-test.cpu=1"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8", env=os.environ | {"SPLITRANK_SPEED": "1"})
    ask(test, json.dumps({"tokenizer": os.path.abspath(path), "texts": texts}))
    ours, theirs, fast = [], [], []
    for _ in range(passes):
        ours.append(float(ask(test, "run")[2]))
        theirs.append(clock(lambda: tokenizer.encode_batch(texts, add_special_tokens=False)))
        fast.append(clock(lambda: tokenizer.encode_batch_fast(texts, add_special_tokens=False)))
    test.stdin.close()
    test.wait()
    best = min(min(theirs), min(fast))
    print(f"{name}: splitrank {size / min(ours) / 1e6:.1f} MB/s, encode_batch {size / min(theirs) / 1e6:.1f}, encode_batch_fast {size / min(fast) / 1e6:.1f}: {best / min(ours):.1f} times as fast", flush=True)
    return best / min(ours)


def ask(test, line):
    test.stdin.write(line + "\n")
    test.stdin.flush()
    return test.stdout.readline().split()


def clock(work):
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def go_version():
    return " ".join(subprocess.run(["go", "version"], capture_output=True, text=True).stdout.split()[2:])


def processor():
    with open("/proc/cpuinfo") as f:
        return next((line.split(":", 1)[1].strip() for line in f if line.startswith("model name")), platform.processor())


if __name__ == "__main__":
    main()
