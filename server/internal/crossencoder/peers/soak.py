"""Watches the memory of a server under steady load: eight clients, requests of 1
to 40 texts of all lengths, one in a hundred cut off in the middle.

    python soak.py --program FILE --cache DIR [--pairs 100000]

Fails if the peak is more than 400 MB above the size of the model's file, or if
the last four fifths add more than 2 % to what is resident.
"""

import argparse
import atexit
import http.client
import json
import os
import random
import re
import socket
import subprocess
import sys
import threading
from concurrent import futures

import model
import workload

ABOVE_MODEL, GROWTH = 400e6, 0.02

CLIENTS = 8
# A machine that does other work too may be slow, which is nothing about memory.
PATIENCE = "--request-timeout", "10m", "--write-timeout", "11m"

# Of the texts, in words: the median and the spread of the logarithm.
LENGTHS = 60, 0.6


def main():
    args = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    args.add_argument("--program", required=True, help="splitrank's")
    args.add_argument("--cache", required=True, help="where the model lies between runs")
    args.add_argument("--pairs", type=int, default=100_000)
    args.add_argument("--threads", type=int, default=2)
    args = args.parse_args()
    sys.stdout.reconfigure(line_buffering=True)
    folder = model.folder(args.cache)
    server = Server(args.program, folder, args.threads)
    resident = [load(server, part, args.pairs // 10) for part in range(10)]
    server.end()
    size = os.path.getsize(os.path.join(folder, "onnx", "model.onnx"))
    sys.exit(judge(resident, server.peak, size))


def load(server, part, pairs):
    """Scores so many pairs and returns what is resident then."""
    left = Countdown(pairs)
    with futures.ThreadPoolExecutor(CLIENTS) as pool:
        for done in [pool.submit(client, server, left, f"{part} {i}") for i in range(CLIENTS)]:
            done.result()
    resident = server.memory("VmRSS")
    print(f"{(part + 1) * pairs} pairs: {resident / 1e6:.0f} MB resident, at most {server.memory('VmHWM') / 1e6:.0f} MB")
    return resident


def client(server, left, seed):
    rng = random.Random(seed)
    while (count := rng.randint(1, 40)) and left.take(count):
        body = {"query": workload.words(rng, rng.randint(2, 12)), "documents": [text(rng) for _ in range(count)], "pipeline": "cross-encoder", "strict": True, "cache": False}
        if rng.random() < 0.01:
            server.hang_up(body)
        else:
            server.ask(body)


def text(rng):
    middle, spread = LENGTHS
    return workload.words(rng, min(rng.lognormvariate(0, spread) * middle, 1000))


class Countdown:
    """Pairs yet to score, for all clients together."""

    def __init__(self, pairs):
        self.pairs, self.lock = pairs, threading.Lock()

    def take(self, count):
        with self.lock:
            self.pairs -= count
            return self.pairs > -count


class Server:
    def __init__(self, program, folder, threads):
        flags = ["--addr", "127.0.0.1:0", "--model", folder, "--threads", str(threads), "--no-page", *PATIENCE]
        self.process = subprocess.Popen([program, "serve", *flags], stderr=subprocess.PIPE, text=True)
        atexit.register(self.process.terminate)
        for line in self.process.stderr:
            if found := re.search(r"url=http://(\S+)", line):
                self.address = found[1]
                break
        threading.Thread(target=self.process.stderr.read, daemon=True).start()
        self.peak = 0

    def ask(self, body):
        connection = http.client.HTTPConnection(self.address, timeout=660)
        connection.request("POST", "/rerank", json.dumps(body), {"Content-Type": "application/json"})
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        if answer.status != 200:
            raise RuntimeError(content)

    def hang_up(self, body):
        """Sends a request and leaves without an answer."""
        host, port = self.address.split(":")
        data = json.dumps(body).encode()
        with socket.create_connection((host, int(port))) as s:
            s.sendall(b"POST /rerank HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(data) + data)
            s.settimeout(0.05)
            try:
                s.recv(1)
            except TimeoutError:
                pass

    def memory(self, field):
        """A field of /proc/PID/status, in bytes."""
        with open(f"/proc/{self.process.pid}/status") as f:
            found = next(int(line.split()[1]) * 1024 for line in f if line.startswith(field + ":"))
        self.peak = max(self.peak, found)
        return found

    def end(self):
        self.process.terminate()
        if self.process.wait() != 0:
            raise RuntimeError("the server ended with an error")


def judge(resident, peak, size):
    """Prints what was found; 1 if it is too much."""
    grown = resident[9] / resident[1] - 1
    print(f"model file {size / 1e6:.0f} MB, peak {peak / 1e6:.0f} MB, {(peak - size) / 1e6:.0f} MB above it (bar {ABOVE_MODEL / 1e6:.0f}); growth over the last four fifths {100 * grown:+.1f} % (bar {100 * GROWTH:.0f} %)")
    return int(peak - size > ABOVE_MODEL or grown > GROWTH)


if __name__ == "__main__":
    main()
