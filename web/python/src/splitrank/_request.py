"""Requests: a query, its documents and its options, checked before anything is sent."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Generic

from ._documents import D, document_list, plain_documents, query_text
from ._errors import NoRequestsError, WrongTypeError
from ._options import Options, kind, plain_options

if TYPE_CHECKING:
    from typing_extensions import Unpack


class Request(Generic[D]):
    """One query and what is to be ranked for it, with the options of `Client.rerank`: an element of `Client.batch`."""

    query: str
    documents: Sequence[D]

    def __init__(self, query: str, documents: Iterable[D], **options: Unpack[Options]) -> None:
        self.query = query
        self.documents = document_list(documents)
        self._options = plain_options(options)
        self._wire = {"query": query_text(query), "documents": plain_documents(self.documents), **self._options}

    def __repr__(self) -> str:
        return f"Request({self.query!r}, {len(self.documents)} documents, {self._options!r})"

    @property
    def strict(self) -> bool:
        """Whether an error is preferred to a degraded answer."""
        return self._options.get("strict") is True

    @property
    def hidden(self) -> bool:
        """Whether the order of the documents means nothing."""
        return self._options.get("first_stage") == "hidden"

    @property
    def diverse(self) -> bool:
        """Whether scores may rise down the list."""
        return bool(self._options.get("diversity"))

    @property
    def wanted(self) -> int:
        """Number of results that an answer must have."""
        top_k = self._options.get("top_k")
        return min(top_k, len(self.documents)) if isinstance(top_k, int) else len(self.documents)

    def body(self) -> bytes:
        """The JSON of POST /rerank."""
        return encoded(self._wire)

    @staticmethod
    def batch_body(requests: Sequence[Request[Any]]) -> bytes:
        """The JSON of POST /rerank/batch."""
        return encoded({"requests": [request._wire for request in requests]})


def request_list(requests: Iterable[Request[D]]) -> list[Request[D]]:
    """The requests of a batch, of which there must be one."""
    found = list(requests)
    for i, request in enumerate(found):
        _check_request(request, f"requests[{i}]")
    if not found:
        raise NoRequestsError("requests is empty: a batch holds at least one request", field="requests")
    return found


def _check_request(request: object, field: str) -> None:
    if not isinstance(request, Request):
        raise WrongTypeError(f"{field} must be a Request, not {kind(request)}", field=field)


def encoded(value: object) -> bytes:
    """JSON without white space, in UTF-8: half of what escapes would take for Hebrew."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()
