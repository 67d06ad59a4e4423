"""Times splitrank beside other re-rankers: the same model, the same threads, the
same pairs, taking turns.

    python peers.py --program FILE --cache DIR [--rounds 5] [--requests 1] [--threads 2]

Prints the machine, the versions, medians and ratios, and fails if a contender's
scores differ, for then the work was not the same, or if splitrank is slower
than it promises.

In the last part splitrank serves the model that is built in and knows the passages,
while the others read every pair: what they all do with a new question over passages
that were asked about before.
"""

import argparse
import json
import os
import pathlib
import platform
import statistics
import subprocess
import sys

import model
import workload
from tokenizers import Tokenizer

HERE = pathlib.Path(__file__).resolve().parent

# How many times as fast splitrank has to be: as those that take pairs as they
# come, and as the one that sorts by length too.
UNSORTED, SORTED, UNIFORM, ALL_KNOWN = 1.5, 1.15, 1.0, 80

# Bytes of a passage that is known.
PASSAGE = 600

# Of the scores, as probabilities.
TOLERANCE = 1e-4

SORTS = ["sentence-transformers torch", "sentence-transformers onnx"]
PEERS = [*SORTS, "fastembed", "FlashRank"]


def main():
    args = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    args.add_argument("--program", required=True, help="splitrank's")
    args.add_argument("--cache", required=True, help="where the model lies between runs")
    args.add_argument("--rounds", type=int, default=5)
    args.add_argument("--requests", type=int, default=1, help="from each collection")
    args.add_argument("--depth", type=int, default=100, help="candidates of each")
    args.add_argument("--threads", type=int, default=2)
    args.add_argument("--only", default="", help="contenders whose names contain this, beside splitrank")
    args.add_argument("--part", default="", help="parts whose titles contain this")
    args = args.parse_args()
    sys.stdout.reconfigure(line_buffering=True)
    os.environ["SPLITRANK_PROGRAM"] = os.path.abspath(args.program)
    folder = model.folder(args.cache)
    tasks = scenarios(args, Tokenizer.from_file(os.path.join(folder, "tokenizer.json")))
    print(f"{processor()}, {len(os.sched_getaffinity(0))} processors, python {platform.python_version()}; {args.threads} threads, {args.rounds} rounds")
    peers = [Contender(name, folder, args.threads) for name in PEERS if args.only in name]
    missed = []
    for own, parts in [("splitrank", tasks), ("splitrank, known", [known(args)])]:
        parts = [task for task in parts if args.part in task.title]
        if parts:
            server = Contender(own, folder, args.threads)
            missed += [line for task in parts for line in task.run([server, *peers], args.rounds)]
            server.end()
    for peer in peers:
        peer.end()
    print("\n".join(["", *(f"MISSED: {line}" for line in missed)]) if missed else "\nall bars are met")
    sys.exit(1 if missed else 0)


def scenarios(args, tokenizer):
    root = os.environ.get("SPLITRANK_DATA")
    requests = workload.mixed(root, args.requests, args.depth)
    middle = requests[len(requests) // 4]
    small = [(middle[0], middle[1][:: max(args.depth // 20, 1)])]
    kind = "chunkeval and scifact" if root else "made texts"
    return [
        Task(f"mixed lengths, all pairs at once ({kind}; {spread(requests, tokenizer)})", requests, False, {"unsorted": UNSORTED, "sorted": SORTED}),
        Task(f"mixed lengths, one request of {args.depth} after the other", requests, True, {}),
        Task("uniform lengths, all pairs of 128 tokens at once", workload.uniform(requests, tokenizer, 128), False, {"unsorted": UNIFORM, "sorted": UNIFORM}),
        Task(f"one request of {len(small[0][1])} pairs ({spread(small, tokenizer)})", small, True, {"unsorted": UNIFORM, "sorted": UNIFORM}, repeats=5),
    ]


def known(args):
    """A question over passages of one length, and over them again."""
    query, documents = workload.mixed(os.environ.get("SPLITRANK_DATA"), 1, args.depth)[0]
    passages = workload.passages(documents, args.depth, PASSAGE)
    bars = {"unsorted": ALL_KNOWN, "sorted": ALL_KNOWN}
    return Task(f"known to splitrank: a new question over {len(passages)} passages of {PASSAGE} bytes", [(query, passages)], True, bars, same=False)


def spread(requests, tokenizer):
    n = workload.lengths(requests, tokenizer)
    return f"{len(n)} pairs of {n[0]} to {n[-1]} tokens, median {n[len(n) // 2]}, a tenth above {n[len(n) * 9 // 10]}"


class Task:
    """Something to time. bars are the least ratios for the two kinds of peers. same
    says that all have the same model, and so the same scores."""

    def __init__(self, title, requests, one, bars, repeats=1, same=True):
        self.title, self.requests, self.one, self.bars, self.repeats, self.same = title, requests, one, bars, repeats, same
        self.seconds = {}

    def run(self, contenders, rounds):
        """Prints a table and returns what was missed."""
        print(f"\n{self.title}")
        missed = self.agree(contenders)
        for turn in range(rounds):
            for contender in contenders[turn % len(contenders) :] + contenders[: turn % len(contenders)]:
                for _ in range(self.repeats):
                    self.seconds.setdefault(contender.name, []).append(contender.ask(self)["seconds"])
        return missed + [line for name in self.seconds for line in self.report(name)]

    def agree(self, contenders):
        """The untimed first run, which also warms up."""
        answers = {contender.name: contender.ask(self)["scores"] for contender in contenders}
        missed = []
        if not self.same:
            return missed
        for name, scores in answers.items():
            off = max(abs(a - b) for ours, theirs in zip(answers["splitrank"], scores, strict=True) for a, b in zip(ours, theirs, strict=True))
            if off > TOLERANCE:
                missed.append(f"{name} scores differ by {off:.1e}: {self.title}")
        flat = [score for scores in answers["splitrank"] for score in scores]
        print(f"  scores from {min(flat):.3f} to {max(flat):.3f}, " + ("the same from all" if not missed else "NOT THE SAME"))
        return missed

    def report(self, name):
        """Prints the row of a contender. Rounds are compared one by one, so
        that a machine that slows down slows both."""
        own = next(iter(self.seconds))  # splitrank began
        ours, theirs = self.seconds[own], self.seconds[name]
        ratio = statistics.median(b / a for a, b in zip(ours, theirs))
        middle, pairs = statistics.median(theirs), sum(len(documents) for _, documents in self.requests)
        print(f"  {name:28} {1000 * middle:9.1f} ms {pairs / middle:8.1f} pairs/s" + ("" if name == own else f"   splitrank is {ratio:.2f} times as fast"))
        bar = self.bars.get("sorted" if name in SORTS else "unsorted", 0)
        return [f"{ratio:.2f} times as fast as {name}, not {bar}: {self.title}"] if name != own and ratio < bar else []


class Contender:
    """A process that waits for its turn."""

    def __init__(self, name, folder, threads):
        self.name = name
        command = [sys.executable, str(HERE / "contenders.py"), name, folder, str(threads)]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8")
        print(f"  {name}: {self.read()['versions']}")

    def ask(self, task):
        self.process.stdin.write(json.dumps({"requests": task.requests, "one": task.one}) + "\n")
        self.process.stdin.flush()
        return self.read()

    def read(self):
        line = self.process.stdout.readline()
        if not line:
            sys.exit(f"{self.name} ended")
        return json.loads(line)

    def end(self):
        self.process.stdin.close()
        self.process.wait()


def processor():
    with open("/proc/cpuinfo") as f:
        return next((line.split(":", 1)[1].strip() for line in f if line.startswith("model name")), platform.processor())


if __name__ == "__main__":
    main()
