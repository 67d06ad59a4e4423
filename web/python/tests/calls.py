"""The same calls without and with async, so that every test holds for both clients."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from splitrank import Answer, AsyncClient, Client, Request, SplitrankError

Answers = list[Answer[Any]]
DOCUMENTS: list[Any] = ["Cats sleep for most of the day.", {"text": "Store bread cut side down.", "id": 7, "page": {"any": object}}]
HEBREW: list[Any] = [
    {"text": "המקרר גם מרדים את המחמצת; מאכילים אותה פעם בשבוע.", "id": "12:02"},
    {"text": "את הבצק המעוצב מכניסים למקרר, והוא נח שם כל הלילה.", "id": "15:30", "source": ("אפייה", 3)},
    "מחממים את התנור שעה לפני האפייה.",
]


@dataclass
class Calls:
    """One client per call, made with the arguments in `client`."""

    rerank: Callable[..., Answer[Any]]
    stream: Callable[..., Answers]
    batch: Callable[..., list[Answer[Any] | SplitrankError]]


def _rerank(url: str, query: str, documents: Iterable[Any], client: dict[str, Any] | None = None, **options: Any) -> Answer[Any]:
    with Client(url, **client or {}) as c:
        return c.rerank(query, documents, **options)


def _stream(url: str, query: str, documents: Iterable[Any], client: dict[str, Any] | None = None, **options: Any) -> Answers:
    with Client(url, **client or {}) as c:
        return list(c.stream(query, documents, **options))


def _batch(
    url: str, requests: Iterable[Request[Any]], client: dict[str, Any] | None = None, **options: Any
) -> list[Answer[Any] | SplitrankError]:
    with Client(url, **client or {}) as c:
        return c.batch(requests, **options)


async def _arerank(
    url: str, query: str, documents: Iterable[Any], client: dict[str, Any] | None = None, **options: Any
) -> Answer[Any]:
    async with AsyncClient(url, **client or {}) as c:
        return await c.rerank(query, documents, **options)


async def _astream(url: str, query: str, documents: Iterable[Any], client: dict[str, Any] | None = None, **options: Any) -> Answers:
    async with AsyncClient(url, **client or {}) as c:
        return [answer async for answer in c.stream(query, documents, **options)]


async def _abatch(
    url: str, requests: Iterable[Request[Any]], client: dict[str, Any] | None = None, **options: Any
) -> list[Answer[Any] | SplitrankError]:
    async with AsyncClient(url, **client or {}) as c:
        return await c.batch(requests, **options)


SYNC = Calls(_rerank, _stream, _batch)
ASYNC = Calls(
    lambda *args, **more: asyncio.run(_arerank(*args, **more)),
    lambda *args, **more: asyncio.run(_astream(*args, **more)),
    lambda *args, **more: asyncio.run(_abatch(*args, **more)),
)
