"""Errors: one class for each code of the API, and three for what happens on the way to it."""

from __future__ import annotations

from typing import Any


class SplitrankError(Exception):
    """What every error of this package is."""

    code: str = ""
    """A word that does not change: the server's, or "unreachable", "timeout", "bad_answer"."""
    field: str
    """The field to blame, as in "documents[3].rank"; "" if none is."""
    status: int | None
    """The HTTP status, where a server answered with one."""
    retry_after: float | None
    """Seconds after which another try is worth it, where the server said so."""

    def __init__(
        self,
        message: str,
        *,
        code: str | None = None,
        field: str = "",
        status: int | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message)
        if code is not None:
            self.code = code
        self.field = field
        self.status = status
        self.retry_after = retry_after

    def __reduce__(self) -> tuple[Any, ...]:
        return (type(self), self.args, self.__dict__)


class RequestError(SplitrankError):
    """The request is wrong: it fails the same way wherever and whenever it is sent."""


class AwayError(SplitrankError):
    """The server could not do its work; the request itself is sound. A fallback answers in its place."""


class MalformedURLError(RequestError):
    code = "malformed_url"


class MalformedJSONError(RequestError):
    code = "malformed_json"


class InvalidUTF8Error(RequestError):
    code = "invalid_utf8"


class DuplicateFieldError(RequestError):
    code = "duplicate_field"


class UnknownFieldError(RequestError, TypeError):
    code = "unknown_field"


class ReservedFieldError(RequestError):
    code = "reserved_field"


class WrongTypeError(RequestError, TypeError):
    code = "wrong_type"


class ConflictingFieldsError(RequestError):
    code = "conflicting_fields"


class UnauthorizedError(AwayError):
    code = "unauthorized"


class NotFoundError(AwayError):
    code = "not_found"


class UnknownModelError(RequestError):
    code = "unknown_model"


class MethodNotAllowedError(AwayError):
    code = "method_not_allowed"


class RequestTimeoutError(AwayError):
    """The server waited too long for the body."""

    code = "request_timeout"


class BodyTooLargeError(RequestError):
    code = "body_too_large"


class TooManyDocumentsError(RequestError):
    code = "too_many_documents"


class DocumentsTooLargeError(RequestError):
    code = "documents_too_large"


class TooLongError(RequestError):
    code = "too_long"


class TooDeepError(RequestError):
    code = "too_deep"


class BatchTooLargeError(RequestError):
    code = "batch_too_large"


class UnsupportedMediaTypeError(RequestError):
    code = "unsupported_media_type"


class EmptyQueryError(RequestError):
    code = "empty_query"


class NoDocumentsError(RequestError):
    code = "no_documents"


class NoRequestsError(RequestError):
    code = "no_requests"


class MissingFieldError(RequestError):
    code = "missing_field"


class EmptyIDError(RequestError):
    code = "empty_id"


class DuplicateIDError(RequestError):
    code = "duplicate_id"


class NotFiniteError(RequestError):
    code = "not_finite"


class OutOfRangeError(RequestError):
    code = "out_of_range"


class UnknownPipelineError(RequestError):
    code = "unknown_pipeline"


class UnknownFirstStageError(RequestError):
    code = "unknown_first_stage"


class UnknownLanguageError(RequestError):
    code = "unknown_language"


class UnknownTruncationError(RequestError):
    code = "unknown_truncation"


class KeepsNothingError(RequestError):
    """The model, or the server, keeps nothing of documents."""

    code = "keeps_nothing"


class OverloadedError(AwayError):
    """The server has too much to do; `retry_after` says when to come back."""

    code = "overloaded"


class InternalError(AwayError):
    code = "internal"


class OriginFailedError(AwayError):
    """The edge answered, and the server behind it did not."""

    code = "origin_failed"


class NoModelError(AwayError):
    code = "no_model"


class ShuttingDownError(AwayError):
    code = "shutting_down"


class DeadlineExceededError(AwayError):
    """A strict request whose deadline passed."""

    code = "deadline_exceeded"


class UnreachableError(AwayError):
    """No connection to the server, or one that broke."""

    code = "unreachable"


class TimedOutError(AwayError):
    """The server did not answer within `timeout`."""

    code = "timeout"


class BadAnswerError(AwayError):
    """What answered is not a splitrank server, or something on the way to it."""

    code = "bad_answer"


_BY_CODE: dict[str, type[SplitrankError]] = {cls.code: cls for base in (RequestError, AwayError) for cls in base.__subclasses__()}


def error_class(code: str, status: int | None) -> type[SplitrankError]:
    """The class for a code; for one that this version does not know, by the status."""
    known = _BY_CODE.get(code)
    if known is not None:
        return known
    if status is None:
        return SplitrankError
    return RequestError if 400 <= status < 500 and status not in (408, 429) else AwayError
