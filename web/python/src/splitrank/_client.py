"""The client for code without async."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from time import sleep
from types import TracebackType
from typing import TYPE_CHECKING

import httpx

from ._answer import Answer
from ._call import EVENTS, JSON, Body, Deadline, answer_in, cut_short, has_events, reaching
from ._config import MAX_ANSWER_BYTES, TIMEOUT, Fallback, certificates, config
from ._documents import D
from ._errors import SplitrankError
from ._events import EventReader
from ._fallback import filled, first_stage, last_known, may_stand_in
from ._options import Options
from ._request import Request, request_list
from ._sent_events import AnswerEvent, EventsTaken, events_body, taken_of
from ._signature import with_options
from ._wire import answer_of, answers_of

if TYPE_CHECKING:
    from typing_extensions import Self, Unpack


class Client:
    """A splitrank server. Several threads may share one; it keeps its connections until it is closed."""

    def __init__(
        self,
        url: str | None = None,
        *,
        key: str | None = None,
        timeout: float = TIMEOUT,
        retries: int = 0,
        fallback: Fallback = "none",
        max_answer_bytes: int = MAX_ANSWER_BYTES,
        http_client: httpx.Client | None = None,
    ) -> None:
        """Connects only when it is asked something.

        url: where /rerank is below. Default: SPLITRANK_URL, else http://localhost:8000.
        key: sent as a bearer token. Default: SPLITRANK_API_KEY, else none.
        timeout: seconds of a whole call, further tries included.
        retries: how often to try again after an answer that says when (Retry-After).
        fallback: "first-stage" answers in the retriever's order where the server is away, late or full.
        max_answer_bytes: a longer answer is refused.
        http_client: sends the requests, for proxies or certificates of your own; you close it.
        """
        self._config = config(url, key, timeout, retries, fallback, max_answer_bytes)
        self._owned = http_client is None
        self._http = httpx.Client(verify=certificates(self._config.base)) if http_client is None else http_client

    @with_options
    def rerank(
        self,
        query: str,
        documents: Iterable[D],
        *,
        fallback: Fallback | None = None,
        timeout: float | None = None,
        **options: Unpack[Options],
    ) -> Answer[D]:
        """Orders documents for a query, best first.

        The options are those of `Options`. fallback and timeout are the client's unless given.
        """
        request, policy = Request(query, documents, **options), self._config.policy(fallback)
        deadline = Deadline(self._config.seconds(timeout))
        try:
            return answer_of(self._post("/rerank", request.body(), deadline), request)
        except SplitrankError as error:
            if not may_stand_in(error, request, policy):
                raise
            return first_stage(request, error)

    @with_options
    def stream(
        self,
        query: str,
        documents: Iterable[D],
        *,
        fallback: Fallback | None = None,
        timeout: float | None = None,
        **options: Unpack[Options],
    ) -> Generator[Answer[D], None, None]:
        """Every order that is known on the way, each better than the one before; the last has stage "final".

        What you do between two of them is in the time of the call, too. Leaving the loop ends the request.
        """
        request, policy = Request(query, documents, **options), self._config.policy(fallback)
        return self._stream(request, policy, self._config.seconds(timeout))

    def batch(
        self, requests: Iterable[Request[D]], *, fallback: Fallback | None = None, timeout: float | None = None
    ) -> list[Answer[D] | SplitrankError]:
        """Answers several requests at once, in order. What is wrong with one stands in its place."""
        asked, policy = request_list(requests), self._config.policy(fallback)
        deadline = Deadline(self._config.seconds(timeout))
        answers: list[Answer[D] | SplitrankError]
        try:
            answers = answers_of(self._post("/rerank/batch", Request.batch_body(asked), deadline), asked)
        except SplitrankError as error:
            if not all(may_stand_in(error, request, policy) for request in asked):
                raise
            answers = [error] * len(asked)
        return filled(answers, asked, policy)

    def send_events(self, events: Iterable[AnswerEvent], *, timeout: float | None = None) -> EventsTaken:
        """Tells a server that logs queries what was done with its answers, 1 to 100 events at a time.

        What is sent twice counts once.
        """
        return taken_of(self._post("/events", events_body(events), Deadline(self._config.seconds(timeout))))

    def close(self) -> None:
        """Closes the connections."""
        if self._owned:
            self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"Client({str(httpx.URL(self._config.base).copy_with(userinfo=b''))!r})"

    def _post(self, path: str, body: bytes, deadline: Deadline) -> bytes:
        left = self._config.retries
        while True:
            try:
                with reaching(deadline), self._opened(path, body, JSON, deadline) as response:
                    return self._read(response, deadline)
            except SplitrankError as error:
                sleep(deadline.pause(error, left))
                left -= 1

    @contextmanager
    def _opened(self, path: str, body: bytes, accept: str, deadline: Deadline) -> Generator[httpx.Response, None, None]:
        headers = {**self._config.headers, "Accept": accept}
        address = self._config.address(path)
        request = self._http.build_request("POST", address, content=body, headers=headers, timeout=deadline.left())
        response = self._http.send(request, stream=True, follow_redirects=False)
        try:
            deadline.narrow(response)
            yield response
        finally:
            response.close()

    def _read(self, response: httpx.Response, deadline: Deadline) -> bytes:
        body = Body(self._config.max_answer_bytes)
        for chunk in response.iter_bytes():
            deadline.left()
            body.add(chunk)
        return body.of(response)

    def _stream(self, request: Request[D], policy: Fallback, seconds: float) -> Generator[Answer[D], None, None]:
        known: Answer[D] | None = None
        try:
            for known in self._answers(request, Deadline(seconds)):
                yield known
        except SplitrankError as error:
            if not may_stand_in(error, request, policy):
                raise
            yield last_known(request, error, known)

    def _answers(self, request: Request[D], deadline: Deadline) -> Iterator[Answer[D]]:
        left = self._config.retries
        while True:
            try:
                with reaching(deadline), self._opened("/rerank", request.body(), EVENTS, deadline) as response:
                    if has_events(response):
                        yield from self._events(response, request, deadline)
                    else:
                        yield answer_of(self._read(response, deadline), request)
                return
            except SplitrankError as error:
                sleep(deadline.pause(error, left))
                left -= 1

    def _events(self, response: httpx.Response, request: Request[D], deadline: Deadline) -> Iterator[Answer[D]]:
        reader = EventReader(self._config.max_answer_bytes)
        for chunk in response.iter_bytes():
            deadline.left()
            for event in reader.feed(chunk):
                answer = answer_in(event, request)
                if answer is None:
                    continue
                yield answer
                if answer.stage == "final":
                    return
        raise cut_short()
