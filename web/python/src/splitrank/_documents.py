"""Documents as a caller has them, and what of them is sent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar, cast

from ._errors import EmptyQueryError, MissingFieldError, NoDocumentsError, WrongTypeError
from ._options import Check, kind, number, whole

Document = str | Mapping[str, Any]
"""A text, or a mapping with `text` and, if wanted, `title`, `rank` (1 = best) and `score`. Other keys are the caller's own."""

D = TypeVar("D", bound="str | Mapping[str, Any]")


def query_text(query: object) -> str:
    """The query, or the error of one that asks nothing."""
    if not isinstance(query, str):
        raise WrongTypeError(f"query must be a string, not {kind(query)}", field="query")
    if not query.strip():
        raise EmptyQueryError("query is empty", field="query")
    return well_formed(query, "query")


def document_list(documents: Iterable[D]) -> list[D]:
    """The documents as a list. A lone text or mapping is one document too few brackets."""
    _check_list(documents)
    found = list(documents)
    if not found:
        raise NoDocumentsError("documents is empty: there is nothing to rank", field="documents")
    return found


def _check_list(documents: object) -> None:
    if not isinstance(documents, Iterable) or isinstance(documents, str | bytes | Mapping):
        wrong = type(cast("Any", documents)).__name__
        raise WrongTypeError(f"documents must be a list of strings or mappings, not {wrong}", field="documents")


def plain_documents(documents: Sequence[Document]) -> list[object]:
    """What ranking needs of the documents. The rest stays here: see RATIONALE: why-a-result-carries-the-callers-document."""
    return [_plain(d, f"documents[{i}]") for i, d in enumerate(documents)]


def well_formed(value: object, field: str) -> str:
    """A text without lone surrogates, which JSON cannot carry: they become U+FFFD."""
    if not isinstance(value, str):
        raise WrongTypeError(f"{field} must be a string, not {kind(value)}", field=field)
    try:
        value.encode()
        return value
    except UnicodeEncodeError:
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


_KEYS: Mapping[str, Check] = {"text": well_formed, "title": well_formed, "rank": whole(1), "score": number}


def _plain(document: object, field: str) -> object:
    if isinstance(document, str):
        return well_formed(document, field)
    if not isinstance(document, Mapping):
        raise WrongTypeError(f"{field} must be a string or a mapping with text, not {kind(document)}", field=field)
    given = cast("Mapping[Any, object]", document)
    found = {key: given[key] for key in _KEYS if key in given}
    if "text" not in found:
        raise MissingFieldError(f"{field} has no text", field=f"{field}.text")
    if found["text"] is None:
        raise WrongTypeError(f"{field}.text must be a string, not None", field=f"{field}.text")
    return {key: _KEYS[key](value, f"{field}.{key}") for key, value in found.items() if value is not None}


def first_stage_order(documents: Sequence[Document], hidden: bool) -> list[int]:
    """Indices in the retriever's order: by `rank`, then those without one; as they stand where the order is hidden."""

    def place(i: int) -> tuple[bool, int]:
        document = documents[i]
        rank = None if hidden or isinstance(document, str) else document.get("rank")
        return (rank is None, 0 if rank is None else int(rank))

    return sorted(range(len(documents)), key=place)
