"""Step 7: how many pairs, or texts, a second the small graph reads for each of the fp32 one, in turns in one run."""

import json
import random
import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import onnxruntime

from .runtime import feed, known, session, tokenizer

# Parts of an instruction set that decide how fast eight bits are.
FEATURES = ("avx2", "avx512f", "avx512_vnni", "avx_vnni", "amx_int8", "asimddp", "i8mm")


def speed(model: Path, small: Path, texts: list[str], pairs: int, rounds: int, threads: int) -> None:
    """Prints inputs a second of both, and the ratio of each round; one a call, as the server runs the small one."""
    feeds = encode(small, texts, pairs)
    what = "texts" if late(small) else "pairs"
    sessions = [session(path) for path in (model / "onnx" / "model.onnx", small / "model.onnx")]
    print(f"{threads} threads, ONNX Runtime {onnxruntime.__version__}, {features()}")
    ratios = []
    for _ in range(rounds):
        took = [run(s, feeds, threads) for s in sessions]
        ratios.append(took[0] / took[1])
        print(f"fp32 {pairs / took[0]:.1f} and small {pairs / took[1]:.1f} {what} a second: {ratios[-1]:.2f}")
    print(f"median {statistics.median(ratios):.2f}")


def encode(folder: Path, texts: list[str], pairs: int) -> list[dict]:
    """Pairs of a text's first words as the query with another text, as inputs of one pair each, or of the text."""
    rng, found = random.Random(1), []
    if late(folder):
        encoder = tokenizer(folder, "longest_first")
        return [feed(encoder, text) for text in rng.choices(texts, k=pairs)]
    encoder = tokenizer(folder)
    for _ in range(pairs):
        query, passage = rng.sample(texts, 2)
        found.append(feed(encoder, " ".join(query.split()[:8]), passage))
    return found


def late(folder: Path) -> bool:
    """Reports whether a folder's model reads texts alone."""
    return bool(json.loads((folder / "config.json").read_text(encoding="utf-8")).get("late"))


def run(session: onnxruntime.InferenceSession, feeds: list[dict], threads: int) -> float:
    """Seconds for all pairs, `threads` at once."""
    began = time.monotonic()
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(lambda feed: session.run(None, known(session, feed)), feeds))
    return time.monotonic() - began


def features() -> str:
    """The features of the processor that matter here, where the system tells them."""
    try:
        words = set(Path("/proc/cpuinfo").read_text(encoding="utf-8").split())
    except OSError:
        return "features of the processor unknown"
    return " ".join(f for f in FEATURES if f in words) or "no features for eight bits"
