"""Server-sent events, whatever pieces they come in."""

from __future__ import annotations

import random
import re

import pytest

from splitrank import BadAnswerError
from splitrank._events import Event, EventReader

STREAM = (
    b'\xef\xbb\xbf: hello\r\n\r\nevent: heuristic\ndata: {"a":\ndata:1}\n\n'
    b"id: 7\nretry: 5\nevent: partial\r\ndata: \xd7\x9c\xd7\x97\xd7\x9d\r\n\r\n"
    b"data\r\rdata: plain\r\rnonsense\n\nevent: final\ndata: cut"
)
EVENTS = [Event("heuristic", b'{"a":\n1}'), Event("partial", "לחם".encode()), Event("message", b""), Event("message", b"plain")]


def read(stream: bytes, size: int, limit: int = 1000) -> list[Event]:
    reader = EventReader(limit)
    return [event for at in range(0, len(stream), size) for event in reader.feed(stream[at : at + size])]


@pytest.mark.parametrize("size", [1, 2, 3, 5, 7, 64, 1000])
def test_pieces(size: int) -> None:
    assert read(STREAM, size) == EVENTS


def test_an_empty_piece_changes_nothing() -> None:
    reader = EventReader(100)
    found = [event for piece in (b"data: a\r", b"", b"\n\r", b"\n", b"\n", b"data: b\n\n") for event in reader.feed(piece)]
    assert found == [Event("message", b"a"), Event("message", b"b")]


@pytest.mark.parametrize("stream", [b"data: " + b"x" * 200, b"data: x\n" * 40, b"event: x\n" * 40, b": " + b"x" * 200, b"x" * 200])
@pytest.mark.parametrize("size", [1, 17, 1000])
def test_an_event_is_bounded(stream: bytes, size: int) -> None:
    with pytest.raises(BadAnswerError, match="longer than 100 bytes"):
        read(stream, size, limit=100)


def test_many_events_are_not() -> None:
    assert len(read(b": ping\n" * 100 + b"data: x\n\n" * 100, 13, limit=100)) == 100


def slowly(stream: bytes) -> list[Event]:
    """The events of a whole stream, read line by line as the standard says."""
    found: list[Event] = []
    name, data = "message", list[bytes]()
    for line in re.split(rb"\r\n|\n|\r", stream)[:-1]:
        field, _, value = line.partition(b":")
        value = value[1:] if value.startswith(b" ") else value
        if not line:
            found += [Event(name, b"\n".join(data))] if data else []
            name, data = "message", []
        elif field == b"event":
            name = value.decode("utf-8", "replace")
        elif field == b"data":
            data.append(value)
    return found


@pytest.mark.parametrize("seed", range(5))
def test_any_bytes_in_any_pieces(seed: int) -> None:
    rng = random.Random(seed)
    ends = [b"\r", b"\n", b"\r\n", b"\n\n"]
    words = [*ends, b"data", b"event", b":", b": ", b"x", b"\xd7", "ל".encode(), b"\0", b"\x0b", b"\x85", b"data: x\n\n"]
    for _ in range(400):
        stream = b"".join(rng.choices(words, k=rng.randrange(40)))
        reader, found, at = EventReader(1000), list[Event](), 0
        while at < len(stream):
            size = rng.randrange(6)
            found += reader.feed(stream[at : at + size])
            at += size
        assert found == slowly(stream), stream
