"""Servers that are away, late, full, or no splitrank servers at all."""

from __future__ import annotations

import asyncio
import json
import logging
import socket
from collections.abc import Callable
from contextlib import aclosing, nullcontext
from typing import Any

import httpx
import pytest

import splitrank
from calls import HEBREW, Calls
from serving import Fake, Script, answer, answers, event, failure, head, result
from splitrank import Answer, AsyncClient, Client, Request, SplitrankError

Start = Callable[[Script], Fake]
TWO: list[Any] = ["first", {"text": "second"}]
GOOD = json.dumps(answer())
EVENTS = "text/event-stream"
LONG = 60.0
"""Seconds that nobody waits, unless a time-out does not work."""


def hangs(peer: socket.socket, fake: Fake) -> None:
    """Says nothing until the test is over."""
    fake.over.wait(LONG)


def hangs_after_its_headers(peer: socket.socket, fake: Fake) -> None:
    peer.sendall(head(Content_Length="100") + b'{"results"')
    fake.over.wait(LONG)


def drips(peer: socket.socket, fake: Fake) -> None:
    """Sends a byte now and then: each read succeeds, and the answer never ends."""
    peer.sendall(head())
    for _ in range(1000):
        if fake.over.wait(0.02):
            return
        peer.sendall(b" ")


def never_ends(peer: socket.socket, fake: Fake) -> None:
    peer.sendall(head())
    for _ in range(2000):  # 125 MiB, which nobody reads
        peer.sendall(b" " * 65536)


def cuts(peer: socket.socket, fake: Fake) -> None:
    peer.sendall(head(Content_Length="1000") + GOOD[:50].encode())


def hangs_up(peer: socket.socket, fake: Fake) -> None:
    pass


def is_no_http(peer: socket.socket, fake: Fake) -> None:
    peer.sendall(b"SSH-2.0-OpenSSH_9.6\r\n\r\n\r\n")


TABLE = [
    pytest.param(hangs, {"timeout": 0.1}, splitrank.TimedOutError, None, id="silent"),
    pytest.param(hangs_after_its_headers, {"timeout": 0.1}, splitrank.TimedOutError, None, id="silent after its headers"),
    pytest.param(drips, {"timeout": 0.1}, splitrank.TimedOutError, None, id="byte by byte"),
    pytest.param(never_ends, {"max_answer_bytes": 100_000}, splitrank.BadAnswerError, None, id="endless"),
    pytest.param(cuts, {}, splitrank.UnreachableError, None, id="cut"),
    pytest.param(hangs_up, {}, splitrank.UnreachableError, None, id="hangs up"),
    pytest.param(is_no_http, {}, splitrank.UnreachableError, None, id="no HTTP"),
    pytest.param(answers("<html>Welcome</html>", kind="text/html"), {}, splitrank.BadAnswerError, None, id="HTML"),
    pytest.param(answers("<html>502</html>", "502 Bad Gateway", "text/html"), {}, splitrank.BadAnswerError, 502, id="gateway"),
    pytest.param(answers("", "301 Moved", Location="https://example.com/"), {}, splitrank.BadAnswerError, None, id="redirect"),
    pytest.param(answers("{}"), {}, splitrank.BadAnswerError, None, id="another API"),
    pytest.param(answers("", "204 No Content"), {}, splitrank.BadAnswerError, 204, id="nothing"),
    pytest.param(answers(b"xx", Content_Encoding="gzip"), {}, splitrank.BadAnswerError, None, id="not gzip"),
    pytest.param(answers(failure("overloaded"), "429 Too Many", Retry_After="7"), {}, splitrank.OverloadedError, 429, id="full"),
    pytest.param(answers(failure("shutting_down"), "503 Away"), {}, splitrank.ShuttingDownError, 503, id="stops"),
    pytest.param(answers(failure("internal"), "500 Oh"), {}, splitrank.InternalError, 500, id="fails"),
    pytest.param(answers(failure("novel"), "507 Oh"), {}, splitrank.AwayError, 507, id="a new code"),
]


@pytest.mark.parametrize(("script", "client", "error", "status"), TABLE)
def test_errors_and_fallbacks(
    fake: Start, calls: Calls, script: Script, client: dict[str, Any], error: type[SplitrankError], status: int | None
) -> None:
    server = fake(script)
    batch = [Request("q", TWO), Request("ש", HEBREW, top_k=1)]
    ways: list[Callable[..., Any]] = [
        lambda **more: calls.rerank(server.url, "q", TWO, client=client, **more),
        lambda **more: calls.stream(server.url, "q", TWO, client=client, **more)[-1],
        lambda **more: calls.batch(server.url, batch, client=client, **more)[0],
    ]
    for call in ways:
        with pytest.raises(error) as caught:
            call()
        assert caught.value.status == status
        found = call(fallback="first-stage")
        assert (found.degraded, found.reason, found.stage, found.model) == (True, caught.value.code, "final", "none")
        assert [(r.index, r.rank, r.scored_by, r.relevance_score) for r in found.results] == [
            (0, 1, "first-stage", 0),
            (1, 2, "first-stage", 0),
        ]
        assert found.documents[1] is TWO[1]
        assert type(found.error) is type(caught.value)
    filled = calls.batch(server.url, batch, client=client, fallback="first-stage")[1]
    assert isinstance(filled, Answer) and filled.documents == HEBREW[:1]


def test_nobody_listens(calls: Calls) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    with pytest.raises(splitrank.UnreachableError, match=r"cannot be reached: ."):
        calls.rerank(url, "q", TWO)
    assert calls.rerank(url, "q", TWO, client={"fallback": "first-stage"}).reason == "unreachable"


def test_the_fallback_is_the_retrievers_order(fake: Start, calls: Calls) -> None:
    server = fake(hangs_up)
    documents = [{"text": "a"}, {"text": "b", "rank": 9}, "c", {"text": "d", "rank": 2}]
    options: dict[str, Any] = {"fallback": "first-stage"}
    assert [r.index for r in calls.rerank(server.url, "q", documents, **options).results] == [3, 1, 0, 2]
    assert [r.index for r in calls.rerank(server.url, "q", documents, top_k=1, **options).results] == [3]
    assert [r.index for r in calls.rerank(server.url, "q", documents, first_stage="hidden", **options).results] == [0, 1, 2, 3]


def test_who_wants_an_error_gets_it(fake: Start, calls: Calls) -> None:
    server = fake(hangs_up)
    client = {"fallback": "first-stage"}
    for call in (calls.rerank, calls.stream):
        with pytest.raises(splitrank.UnreachableError):
            call(server.url, "q", TWO, client=client, strict=True)
        with pytest.raises(splitrank.UnreachableError):
            call(server.url, "q", TWO, client=client, fallback="none")
    with pytest.raises(splitrank.UnreachableError):
        calls.batch(server.url, [Request("q", TWO), Request("q", TWO, strict=True)], client=client)


def full_until(number: int, status: str, **headers: str) -> Script:
    """Is full until it was asked number times."""

    def script(peer: socket.socket, fake: Fake) -> None:
        full = len(fake.asked) < number
        (answers(failure("overloaded"), status, **headers) if full else answers(GOOD))(peer, fake)

    return script


@pytest.mark.parametrize(
    ("script", "retries", "asked", "error"),
    [
        (full_until(3, "429 Full", Retry_After="0"), 0, 1, splitrank.OverloadedError),
        (full_until(3, "429 Full", Retry_After="0"), 1, 2, splitrank.OverloadedError),
        (full_until(3, "429 Full", Retry_After="0"), 2, 3, None),
        (full_until(3, "429 Full", Retry_After="Wed, 21 Oct 2015 07:28:00 GMT"), 9, 3, None),
        (full_until(3, "429 Full", Retry_After="3600"), 9, 1, splitrank.OverloadedError),  # later than the time-out
        (full_until(3, "429 Full"), 9, 1, splitrank.OverloadedError),
        (cuts, 9, 1, splitrank.UnreachableError),
    ],
)
def test_retries(fake: Start, calls: Calls, script: Script, retries: int, asked: int, error: type[SplitrankError] | None) -> None:
    for call in (calls.rerank, calls.stream):
        server = fake(script)
        with pytest.raises(error) if error else nullcontext():
            call(server.url, "q", TWO, client={"retries": retries})
        assert len(server.asked) == asked


def test_when_to_come_back(fake: Start, calls: Calls) -> None:
    server = fake(answers(failure("overloaded", "too much to do"), "429 Full", Retry_After="7"))
    with pytest.raises(splitrank.OverloadedError, match="too much to do") as caught:
        calls.rerank(server.url, "q", TWO)
    assert caught.value.retry_after == 7.0


def test_errors_within_a_batch(fake: Start, calls: Calls) -> None:
    responses = [
        answer(),
        json.loads(failure("overloaded")),
        json.loads(failure("empty_query", field="query")),
        json.loads(failure("novel")),
    ]
    server = fake(answers(json.dumps({"responses": responses})))
    requests = [Request("q", TWO)] * 4
    first, second, third, fourth = calls.batch(server.url, requests)
    assert isinstance(first, Answer) and type(second) is splitrank.OverloadedError
    assert isinstance(third, splitrank.EmptyQueryError) and third.field == "query"
    assert type(fourth) is SplitrankError and fourth.code == "novel"
    second, third, fourth = calls.batch(server.url, requests, fallback="first-stage")[1:]
    assert isinstance(second, Answer) and second.reason == "overloaded"
    assert isinstance(third, SplitrankError) and isinstance(fourth, SplitrankError)


def test_a_batch_with_too_few_answers(fake: Start, calls: Calls) -> None:
    server = fake(answers(json.dumps({"responses": [answer()]})))
    with pytest.raises(splitrank.BadAnswerError, match="1 answers to 2 requests"):
        calls.batch(server.url, [Request("q", TWO)] * 2)


def streams(*pieces: bytes) -> Script:
    def script(peer: socket.socket, fake: Fake) -> None:
        peer.sendall(head(kind=EVENTS))
        for piece in pieces:
            peer.sendall(piece)

    return script


def test_a_stream(fake: Start, calls: Calls) -> None:
    better = answer(result(0, 1, 0.9, scored_by="cross-encoder", logit=2.0), result(1, 2, 0.75))
    server = fake(
        streams(b": hi\n\n", event("heuristic", answer()), event("novel", 1), event("partial", better), event("final", better))
    )
    found = calls.stream(server.url, "q", TWO)
    assert [(a.stage, a.results[0].index) for a in found] == [("heuristic", 1), ("partial", 0), ("final", 0)]
    assert server.asked[0].headers["accept"] == EVENTS


BROKEN = [
    pytest.param(b"", splitrank.UnreachableError, id="cut"),
    pytest.param(b"event: partial\ndata: {", splitrank.UnreachableError, id="cut within an event"),
    pytest.param(f"event: error\ndata: {failure('internal')}\n\n".encode(), splitrank.InternalError, id="error"),
    pytest.param(event("partial", answer(result(0, 1))), splitrank.BadAnswerError, id="wrong"),
    pytest.param(b"event: partial\ndata: " + b" " * 200_000, splitrank.BadAnswerError, id="too long"),
]


@pytest.mark.parametrize(("rest", "error"), BROKEN)
def test_a_stream_that_breaks(fake: Start, calls: Calls, rest: bytes, error: type[SplitrankError]) -> None:
    server = fake(streams(event("heuristic", answer()), rest))
    client = {"max_answer_bytes": 100_000, "retries": 5}
    with pytest.raises(error):
        calls.stream(server.url, "q", TWO, client=client)
    assert len(server.asked) == 1  # what was shown is not begun again
    known, last = calls.stream(server.url, "q", TWO, client=client, fallback="first-stage")
    assert known.stage == "heuristic" and not known.degraded
    assert (last.stage, last.degraded, last.reason) == ("final", True, error.code)
    assert last.results == known.results  # better than the retriever's order


def test_events_come_one_by_one(fake: Start) -> None:
    """The first answer is there while the server still works, and leaving the loop ends the request."""
    gone: list[bool] = []

    def script(peer: socket.socket, server: Fake) -> None:
        peer.sendall(head(kind=EVENTS) + event("heuristic", answer()))
        gone.append(peer.recv(1) == b"")
        server.over.set()

    async def leave(url: str) -> None:
        async with AsyncClient(url) as client, aclosing(client.stream("q", TWO)) as answers:
            async for found in answers:
                assert found.stage == "heuristic"
                break

    for number in (1, 2):
        server = fake(script)
        if number == 1:
            with Client(server.url) as client:
                for found in client.stream("q", TWO):
                    assert found.stage == "heuristic"
                    break
        else:
            asyncio.run(leave(server.url))
        assert server.over.wait(LONG)
        assert gone == [True] * number


def test_a_stream_that_stalls(fake: Start, calls: Calls) -> None:
    def script(peer: socket.socket, server: Fake) -> None:
        peer.sendall(head(kind=EVENTS) + event("heuristic", answer()))
        server.over.wait(LONG)

    *known, last = calls.stream(fake(script).url, "q", TWO, timeout=0.5, fallback="first-stage")
    assert (last.stage, last.reason) == ("final", "timeout")
    assert all(a.stage == "heuristic" and a.results == last.results for a in known)  # none where the machine is very busy


def test_a_cancelled_call_is_cancelled(fake: Start) -> None:
    """A fallback is no answer to who no longer waits."""
    server = fake(hangs)

    async def work() -> None:
        async with AsyncClient(server.url, fallback="first-stage") as client:
            with pytest.raises(asyncio.TimeoutError):
                await asyncio.wait_for(client.rerank("q", TWO), 0.1)

    asyncio.run(work())


def test_what_is_asked(fake: Start, calls: Calls) -> None:
    server = fake(answers(GOOD))
    calls.rerank(server.url + "/base/", "q", TWO, client={"key": "sesame"})
    asked = server.asked[0]
    assert asked.line == "POST /base/rerank HTTP/1.1"
    wanted = {
        "authorization": "Bearer sesame",
        "content-type": "application/json",
        "accept": "application/json",
        "accept-encoding": "identity",
    }
    assert wanted.items() <= asked.headers.items()
    assert asked.headers["user-agent"] == f"splitrank-python/{splitrank.__version__}"
    assert asked.json == {"query": "q", "documents": TWO}


def test_a_client_of_your_own(fake: Start) -> None:
    server = fake(answers(GOOD))
    with httpx.Client(headers={"X-Team": "search"}, follow_redirects=True) as own:
        with Client(server.url, http_client=own) as client:
            client.rerank("q", TWO)
        assert not own.is_closed
    assert server.asked[0].headers["x-team"] == "search"


def test_the_key_stays_secret(fake: Start, calls: Calls, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    server = fake(answers(failure("unauthorized"), "401 No"))
    with pytest.raises(splitrank.UnauthorizedError) as caught:
        calls.rerank(server.url, "q", TWO, client={"key": "sesame"})
    assert "sesame" not in f"{caught.value!r} {caught.value.__dict__} {Client(server.url, key='sesame')!r} {caplog.text}"
