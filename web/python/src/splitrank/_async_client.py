"""The client for asyncio: `Client`, step for step, with an end that also cuts a read short."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Iterable
from contextlib import aclosing, asynccontextmanager
from types import TracebackType
from typing import TYPE_CHECKING, TypeVar

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


T = TypeVar("T")


class AsyncClient:
    """A splitrank server, asked by asyncio. It belongs to one event loop and keeps its connections until it is closed."""

    def __init__(
        self,
        url: str | None = None,
        *,
        key: str | None = None,
        timeout: float = TIMEOUT,
        retries: int = 0,
        fallback: Fallback = "none",
        max_answer_bytes: int = MAX_ANSWER_BYTES,
        http_client: httpx.AsyncClient | None = None,
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
        self._http = httpx.AsyncClient(verify=certificates(self._config.base)) if http_client is None else http_client

    @with_options
    async def rerank(
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
            return answer_of(await self._post("/rerank", request.body(), deadline), request)
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
    ) -> AsyncGenerator[Answer[D], None]:
        """Every order that is known on the way, each better than the one before; the last has stage "final".

        What you do between two of them is in the time of the call, too. Leave the loop
        early inside `contextlib.aclosing(...)`, so that the request ends at once.
        """
        request, policy = Request(query, documents, **options), self._config.policy(fallback)
        return self._stream(request, policy, self._config.seconds(timeout))

    async def batch(
        self, requests: Iterable[Request[D]], *, fallback: Fallback | None = None, timeout: float | None = None
    ) -> list[Answer[D] | SplitrankError]:
        """Answers several requests at once, in order. What is wrong with one stands in its place."""
        asked, policy = request_list(requests), self._config.policy(fallback)
        deadline = Deadline(self._config.seconds(timeout))
        answers: list[Answer[D] | SplitrankError]
        try:
            answers = answers_of(await self._post("/rerank/batch", Request.batch_body(asked), deadline), asked)
        except SplitrankError as error:
            if not all(may_stand_in(error, request, policy) for request in asked):
                raise
            answers = [error] * len(asked)
        return filled(answers, asked, policy)

    async def send_events(self, events: Iterable[AnswerEvent], *, timeout: float | None = None) -> EventsTaken:
        """Tells a server that logs queries what was done with its answers, 1 to 100 events at a time.

        What is sent twice counts once.
        """
        return taken_of(await self._post("/events", events_body(events), Deadline(self._config.seconds(timeout))))

    async def aclose(self) -> None:
        """Closes the connections."""
        if self._owned:
            await self._http.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await self.aclose()

    def __repr__(self) -> str:
        return f"AsyncClient({str(httpx.URL(self._config.base).copy_with(userinfo=b''))!r})"

    async def _post(self, path: str, body: bytes, deadline: Deadline) -> bytes:
        left = self._config.retries
        while True:
            try:
                return await within(deadline, self._once(path, body, deadline))
            except SplitrankError as error:
                await asyncio.sleep(deadline.pause(error, left))
                left -= 1

    async def _once(self, path: str, body: bytes, deadline: Deadline) -> bytes:
        with reaching(deadline):
            async with self._opened(path, body, JSON, deadline) as response:
                return await self._read(response)

    @asynccontextmanager
    async def _opened(self, path: str, body: bytes, accept: str, deadline: Deadline) -> AsyncGenerator[httpx.Response, None]:
        headers = {**self._config.headers, "Accept": accept}
        address = self._config.address(path)
        request = self._http.build_request("POST", address, content=body, headers=headers, timeout=deadline.left())
        response = await within(deadline, self._http.send(request, stream=True, follow_redirects=False))
        try:
            deadline.narrow(response)
            yield response
        finally:
            await response.aclose()

    async def _read(self, response: httpx.Response) -> bytes:
        body = Body(self._config.max_answer_bytes)
        async for chunk in response.aiter_bytes():
            body.add(chunk)
        return body.of(response)

    async def _stream(self, request: Request[D], policy: Fallback, seconds: float) -> AsyncGenerator[Answer[D], None]:
        known: Answer[D] | None = None
        try:
            async with aclosing(self._answers(request, Deadline(seconds))) as answers:
                async for known in answers:
                    yield known
        except SplitrankError as error:
            if not may_stand_in(error, request, policy):
                raise
            yield last_known(request, error, known)

    async def _answers(self, request: Request[D], deadline: Deadline) -> AsyncGenerator[Answer[D], None]:
        left = self._config.retries
        while True:
            try:
                with reaching(deadline):
                    async with self._opened("/rerank", request.body(), EVENTS, deadline) as response:
                        if not has_events(response):
                            yield answer_of(await within(deadline, self._read(response)), request)
                            return
                        async with aclosing(self._events(response, request, deadline)) as answers:
                            async for answer in answers:
                                yield answer
                return
            except SplitrankError as error:
                await asyncio.sleep(deadline.pause(error, left))
                left -= 1

    async def _events(self, response: httpx.Response, request: Request[D], deadline: Deadline) -> AsyncGenerator[Answer[D], None]:
        reader = EventReader(self._config.max_answer_bytes)
        chunks = response.aiter_bytes()
        while (chunk := await within(deadline, anext(chunks, None))) is not None:
            for event in reader.feed(chunk):
                answer = answer_in(event, request)
                if answer is None:
                    continue
                yield answer
                if answer.stage == "final":
                    return
        raise cut_short()


async def within(deadline: Deadline, work: Awaitable[T]) -> T:
    """The outcome of work, which is cancelled at the deadline."""
    try:
        return await asyncio.wait_for(work, deadline.rest())
    except asyncio.TimeoutError as cause:
        raise deadline.passed() from cause
