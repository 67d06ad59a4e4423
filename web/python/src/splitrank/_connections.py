"""Clients that are made when they are first needed and kept for further calls."""

from __future__ import annotations

import asyncio
from threading import Lock
from typing import Any
from weakref import WeakKeyDictionary

from ._async_client import AsyncClient
from ._client import Client

Maker = tuple[str | None, str | None, int]
"""What tells clients apart: url, key and retries."""


class Connections:
    """A client for each server, and one for each server and event loop. A copy has none yet, so that it can be pickled."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._clients: dict[Maker, Client] = {}
        self._async_clients: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[Maker, AsyncClient]] = WeakKeyDictionary()

    def __reduce__(self) -> tuple[Any, ...]:
        return (Connections, ())

    def client(self, maker: Maker) -> Client:
        with self._lock:
            if maker not in self._clients:
                url, key, retries = maker
                self._clients[maker] = Client(url, key=key, retries=retries)
            return self._clients[maker]

    def async_client(self, maker: Maker) -> AsyncClient:
        """A client of the running event loop, because connections do not outlive theirs."""
        with self._lock:
            clients = self._async_clients.setdefault(asyncio.get_running_loop(), {})
            if maker not in clients:
                url, key, retries = maker
                clients[maker] = AsyncClient(url, key=key, retries=retries)
            return clients[maker]

    def close(self) -> None:
        with self._lock:
            clients = [*self._clients.values()]
            self._clients.clear()
        for client in clients:
            client.close()

    async def aclose(self) -> None:
        with self._lock:
            clients = self._async_clients.pop(asyncio.get_running_loop(), {})
        for client in clients.values():
            await client.aclose()
