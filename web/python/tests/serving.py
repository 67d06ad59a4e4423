"""Servers for tests: the real program on a free port, and small ones that answer as told, for what the real one never says."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[3]


def program(folder: Path) -> Path:
    """The splitrank program: SPLITRANK names one, else it is built."""
    named = os.environ.get("SPLITRANK")
    if named:
        return Path(named).resolve()
    built = folder / "splitrank"
    subprocess.run(["go", "build", "-buildvcs=false", "-o", str(built), "./server"], cwd=ROOT, check=True)
    return built


@contextmanager
def served(binary: Path, *arguments: str, **variables: str) -> Iterator[str]:
    """The address of a real server, which ends with the block."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SPLITRANK") or name == "SPLITRANK_ORT_LIB"}
    command = [str(binary), "serve", "--addr", "127.0.0.1:0", *arguments]
    with subprocess.Popen(command, env={**kept, "SPLITRANK_VECTORS": "memory", **variables}, stderr=subprocess.PIPE, text=True) as child:
        assert child.stderr is not None
        log = ""
        try:
            for line in child.stderr:
                log += line
                if found := re.search(r"msg=serving url=(\S+)", line):
                    threading.Thread(target=child.stderr.read, daemon=True).start()
                    yield found[1]
                    return
            raise AssertionError(f"splitrank serve ended:\n{log}")
        finally:
            child.kill()


@dataclass
class Asked:
    """A request as it came."""

    line: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> dict[str, object]:
        found = json.loads(self.body)
        assert isinstance(found, dict)
        return found


Script = Callable[[socket.socket, "Fake"], None]


@dataclass
class Fake:
    """A server that runs a script for every request and keeps what was asked. `over` is set when the test ends."""

    script: Script
    asked: list[Asked] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)
    url: str = ""

    def serve(self, listener: socket.socket) -> None:
        while True:
            peer, _ = listener.accept()
            if self.over.is_set():
                peer.close()
                return
            threading.Thread(target=self.talk, args=(peer,), daemon=True).start()

    def talk(self, peer: socket.socket) -> None:
        with peer:
            try:
                self.asked.append(read_request(peer))
                self.script(peer, self)
            except OSError:
                pass  # the client hung up


@contextmanager
def faked(script: Script) -> Iterator[Fake]:
    fake = Fake(script)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        fake.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        thread = threading.Thread(target=fake.serve, args=(listener,), daemon=True)
        thread.start()
        try:
            yield fake
        finally:
            fake.over.set()
            socket.create_connection(listener.getsockname()).close()  # wakes the thread
            thread.join()


def read_request(peer: socket.socket) -> Asked:
    data = b""
    while b"\r\n\r\n" not in data:
        data += received(peer)
    head, _, body = data.partition(b"\r\n\r\n")
    line, *rest = head.decode().split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (h.partition(":") for h in rest)}
    while len(body) < int(headers.get("content-length", "0")):
        body += received(peer)
    return Asked(line, headers, body)


def received(peer: socket.socket) -> bytes:
    data = peer.recv(1 << 16)
    if not data:
        raise OSError("the client hung up")
    return data


def head(status: str = "200 OK", kind: str = "application/json", **headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Type: {kind}", "Connection: close"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode()


def answers(body: bytes | str, status: str = "200 OK", kind: str = "application/json", **headers: str) -> Script:
    """A script that answers with body."""
    data = body.encode() if isinstance(body, str) else body

    def script(peer: socket.socket, _: Fake) -> None:
        peer.sendall(head(status, kind, Content_Length=str(len(data)), **headers) + data)

    return script


def result(index: int, rank: int, score: float = 0.5, **more: object) -> dict[str, object]:
    return {"index": index, "rank": rank, "relevance_score": score, "scored_by": "heuristic", "heuristic_score": score, **more}


def answer(*results: dict[str, object], **more: object) -> dict[str, object]:
    """A plain answer: by default to two documents, the second one first."""
    return {
        "results": list(results) or [result(1, 1, 0.75), result(0, 2, 0.25)],
        "model": "none",
        "scorer": "h2",
        "language": "en",
        "stemmed": False,
        "degraded": False,
        "usage": {"documents": 2, "scored": 0, "cached": 0, "known": 0, "read": 0, "trimmed": 0, "tokens": 0},
        "timings_ms": {"total": 1, "heuristic": 1, "queue": 0, "inference": 0, "query": 0, "documents": 0, "comparing": 0},
        **more,
    }


def event(name: str, data: object) -> bytes:
    return f"event: {name}\ndata: {json.dumps(data)}\n\n".encode()


def failure(code: str, message: str = "m", **more: object) -> str:
    return json.dumps({"error": {"code": code, "message": message, **more}})
