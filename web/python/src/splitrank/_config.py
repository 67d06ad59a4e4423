"""Settings that both clients share: where the server is, its key, and bounds of time and size."""

from __future__ import annotations

import os
import ssl
from dataclasses import dataclass
from typing import Literal

import httpx

from ._errors import ConflictingFieldsError, OutOfRangeError, WrongTypeError
from ._options import kind, number, whole
from ._version import __version__

Fallback = Literal["first-stage", "none"]
"""What answers where the server is away, late or full: the retriever's order, or nobody."""

URL = "http://localhost:8000"
TIMEOUT = 10.0
MAX_ANSWER_BYTES = 64 << 20


@dataclass(frozen=True)
class Config:
    """What a client was made with, checked."""

    base: str
    headers: dict[str, str]
    timeout: float
    retries: int
    fallback: Fallback
    max_answer_bytes: int

    def address(self, path: str) -> str:
        return self.base + path

    def seconds(self, timeout: float | None) -> float:
        """The time of one call."""
        return self.timeout if timeout is None else seconds(timeout)

    def policy(self, fallback: Fallback | None) -> Fallback:
        """The fallback of one call."""
        return self.fallback if fallback is None else fallback_word(fallback)


def config(url: str | None, key: str | None, timeout: float, retries: int, fallback: Fallback, max_answer_bytes: int) -> Config:
    base = base_of(_setting(url, "url", "SPLITRANK_URL") or URL)
    token = _setting(key, "key", "SPLITRANK_API_KEY")
    headers = {
        "Content-Type": "application/json",
        "Accept-Encoding": "identity",  # so that max_answer_bytes bounds what is unpacked, too
        "User-Agent": f"splitrank-python/{__version__}",
    }
    if token is not None:
        headers["Authorization"] = f"Bearer {_header_text(token)}"
        if httpx.URL(base).userinfo:
            raise ConflictingFieldsError("key and the user in url are two ways to one header: give one of them", field="key")
    return Config(
        base=base,
        headers=headers,
        timeout=seconds(timeout),
        retries=whole(0)(retries, "retries"),
        fallback=fallback_word(fallback),
        max_answer_bytes=whole(1)(max_answer_bytes, "max_answer_bytes"),
    )


def _setting(value: object, field: str, variable: str) -> str | None:
    """An argument, else a variable of the environment. An empty one is a mistake, such as a secret that was not filled in."""
    name = field
    if value is None:
        value, name = os.environ.get(variable), variable
    if value is None:
        return None
    if not isinstance(value, str):
        raise WrongTypeError(f"{name} must be a string, not {type(value).__name__}", field=field)
    if not value.strip():
        raise OutOfRangeError(f"{name} is empty: leave it out or give one", field=field)
    return value


def base_of(url: str) -> str:
    """The address that /rerank is below; one that ends in /rerank or /rerank/batch is understood."""
    try:
        parsed = httpx.URL(url.strip())
    except httpx.InvalidURL as cause:
        raise OutOfRangeError(f"url is no address: {cause}", field="url") from cause
    if parsed.scheme not in ("http", "https") or not parsed.host:
        raise OutOfRangeError("url must begin with http:// or https:// and a host", field="url")
    if parsed.query or parsed.fragment:
        raise OutOfRangeError("url must end with the path: /rerank follows it", field="url")
    base = str(parsed).rstrip("/")
    return base.removesuffix("/batch").removesuffix("/rerank").rstrip("/") if base.endswith(("/rerank", "/rerank/batch")) else base


def certificates(base: str) -> ssl.SSLContext | bool:
    """Whom to trust at an address: as usual, or nobody where no TLS is spoken, for reading the authorities takes 50 ms."""
    return base.startswith("https:") or ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def _header_text(key: str) -> str:
    if any(not "!" <= c <= "~" for c in key):
        raise OutOfRangeError("key has a space or another character that no key can have", field="key")
    return key


def seconds(timeout: object) -> float:
    found = number(timeout, "timeout")
    if found <= 0:
        raise OutOfRangeError(f"timeout is {found:g}: give seconds above 0", field="timeout")
    return found


def fallback_word(fallback: object) -> Fallback:
    if fallback == "first-stage":
        return "first-stage"
    if fallback == "none":
        return "none"
    raise OutOfRangeError(f'fallback must be "first-stage" or "none", not {kind(fallback)}', field="fallback")
