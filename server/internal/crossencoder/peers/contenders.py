"""One contender as a process: reads tasks from standard input, line by line,
and writes how long each took and the scores, as probabilities.

    python contenders.py NAME MODEL-FOLDER THREADS
"""

import atexit
import http.client
import json
import math
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time

os.environ["HF_HUB_OFFLINE"] = "1"


def main():
    name, folder, threads = sys.argv[1:]
    answers, sys.stdout = sys.stdout, sys.stderr  # libraries print
    contender = CONTENDERS[name](folder, int(threads))
    print(json.dumps({"versions": contender.versions()}), file=answers, flush=True)
    for line in sys.stdin:
        task = json.loads(line)
        start = time.perf_counter()
        scores = [contender.one(*request) for request in task["requests"]] if task["one"] else contender.all(task["requests"])
        print(json.dumps({"seconds": time.perf_counter() - start, "scores": scores}), file=answers, flush=True)


def flat(requests):
    return [(query, document) for query, documents in requests for document in documents]


def folded(requests, scores):
    scores = iter(scores)
    return [[float(next(scores)) for _ in documents] for _, documents in requests]


def versions(*names):
    from importlib.metadata import version

    return ", ".join(f"{name} {version(name)}" for name in names)


class SentenceTransformers:
    """CrossEncoder.predict with its own batch size; it sorts pairs by length."""

    backend = "torch"

    def __init__(self, folder, threads):
        import torch
        from sentence_transformers import CrossEncoder

        torch.set_num_threads(threads)
        self.model = CrossEncoder(folder, backend=self.backend, device="cpu", max_length=512, **self.options(threads))

    def options(self, threads):
        return {}

    def one(self, query, documents):
        return [float(s) for s in self.model.predict([(query, document) for document in documents], show_progress_bar=False)]

    def all(self, requests):
        return folded(requests, self.model.predict(flat(requests), show_progress_bar=False))

    def versions(self):
        return versions("sentence-transformers", "transformers", "torch")


class SentenceTransformersONNX(SentenceTransformers):
    """The same behind ONNX Runtime, by optimum."""

    backend = "onnx"

    def options(self, threads):
        import onnxruntime

        session = onnxruntime.SessionOptions()
        session.intra_op_num_threads = threads
        return {"model_kwargs": {"session_options": session, "provider": "CPUExecutionProvider", "file_name": "onnx/model.onnx", "export": False}}

    def versions(self):
        return versions("sentence-transformers", "optimum-onnx", "transformers", "onnxruntime")


class FastEmbed:
    """TextCrossEncoder with the model registered as one of the user's own; it
    takes pairs as they come, 64 at a time."""

    def __init__(self, folder, threads):
        from fastembed.common.model_description import ModelSource
        from fastembed.rerank.cross_encoder import TextCrossEncoder

        TextCrossEncoder.add_custom_model(model="splitrank/peer", sources=ModelSource(hf="splitrank/peer"), model_file="onnx/model.onnx")
        self.model = TextCrossEncoder("splitrank/peer", threads=threads, specific_model_path=folder, providers=["CPUExecutionProvider"])

    def one(self, query, documents):
        return [probability(s) for s in self.model.rerank(query, documents)]

    def all(self, requests):
        return folded(requests, map(probability, self.model.rerank_pairs(flat(requests))))

    def versions(self):
        return versions("fastembed", "tokenizers", "onnxruntime")


class FlashRank:
    """Ranker over a folder named as one of its models: its list of models is
    told of one more. It runs all passages of a query as one batch. It has no
    option for threads and takes one for each processor it may use."""

    def __init__(self, folder, threads):
        from flashrank import Ranker
        from flashrank import Config

        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:threads])
        Config.model_file_map["peer"] = "onnx/model.onnx"
        self.cache = tempfile.TemporaryDirectory()
        shutil.copytree(folder, os.path.join(self.cache.name, "peer"), ignore=shutil.ignore_patterns("*.safetensors"))
        self.model = Ranker("peer", cache_dir=self.cache.name, max_length=512)

    def one(self, query, documents):
        from flashrank import RerankRequest

        scores = [0.0] * len(documents)
        for passage in self.model.rerank(RerankRequest(query, [{"id": i, "text": text} for i, text in enumerate(documents)])):
            scores[passage["id"]] = float(passage["score"])
        return scores

    def all(self, requests):
        return [self.one(*request) for request in requests]

    def versions(self):
        return versions("FlashRank", "tokenizers", "onnxruntime")


class Splitrank:
    """The server itself, over HTTP: JSON both ways is part of its time."""

    def __init__(self, folder, threads):
        program = os.environ["SPLITRANK_PROGRAM"]
        flags = ["--addr", "127.0.0.1:0", "--model", self.model(folder), "--threads", str(threads), "--no-page", "--vectors", "memory"]
        self.process = subprocess.Popen([program, "serve", *flags], stderr=subprocess.PIPE, text=True)
        atexit.register(self.process.terminate)
        self.connection = http.client.HTTPConnection(self.address(), timeout=600)
        self.version = subprocess.run([program, "version"], capture_output=True, text=True, check=True).stdout.split("\n")[0]

    def model(self, folder):
        return folder

    def address(self):
        for line in self.process.stderr:
            found = re.search(r"url=http://(\S+)", line)
            if found:
                # Whatever it says later must not fill the pipe.
                threading.Thread(target=self.process.stderr.read, daemon=True).start()
                return found[1]
        raise RuntimeError("splitrank did not start")

    def one(self, query, documents):
        return scores(self.post("/rerank", request(query, documents)))

    def all(self, requests):
        return [scores(answer) for answer in self.post("/rerank/batch", {"requests": [request(*r) for r in requests]})["responses"]]

    def post(self, path, body):
        try:
            answer = self.exchange(path, body)
        except (ConnectionError, http.client.RemoteDisconnected):
            # The server closed what was idle while others had their turn.
            self.connection.close()
            answer = self.exchange(path, body)
        if "error" in answer:
            raise RuntimeError(answer["error"])
        return answer

    def exchange(self, path, body):
        self.connection.request("POST", path, json.dumps(body), {"Content-Type": "application/json"})
        return json.loads(self.connection.getresponse().read())

    def versions(self):
        return self.version


class SplitrankKnown(Splitrank):
    """The server with its built-in model, which keeps what it reads: the first request
    has the passages read, and each later one is a new question over them. Its scores
    are those of another model than the peers'."""

    asked = 0

    def model(self, folder):
        return "splitrank-mini"

    def one(self, query, documents):
        self.asked += 1
        question = {"query": f"{query} {self.asked}", "documents": documents, "pipeline": "cross-encoder", "strict": True}
        answer = self.post("/rerank", question)
        if self.asked > 1 and answer["usage"].get("known", 0) != len(documents):
            raise RuntimeError(f"not all passages were known: {answer['usage']}")
        return scores(answer)


def request(query, documents):
    return {"query": query, "documents": documents, "pipeline": "cross-encoder", "strict": True, "cache": False}


def scores(answer):
    answer = answer.get("response", answer)
    by_place = {result["index"]: result["relevance_score"] for result in answer["results"]}
    return [by_place[i] for i in range(len(by_place))]


def probability(logit):
    return 1 / (1 + math.exp(-float(logit)))


CONTENDERS = {"splitrank": Splitrank, "splitrank, known": SplitrankKnown, "sentence-transformers torch": SentenceTransformers, "sentence-transformers onnx": SentenceTransformersONNX, "fastembed": FastEmbed, "FlashRank": FlashRank}

if __name__ == "__main__":
    main()
