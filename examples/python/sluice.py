# SPDX-License-Identifier: MIT
"""sluice for Python, by ctypes: a chat-completions stream in, the events of a Responses stream out.

    for event in sluice.translate(chunks, seed=secrets.randbits(64)):
        client.write(event.wire)

The library is found as libsluice.so.0, or where SLUICE_LIBRARY says. What a translator gives is copied, so it lives as long
as Python wants; the translator itself lives until close(), or the end of its `with`. It belongs to one thread at a time.
"""
from __future__ import annotations

import ctypes as c
import json
import os
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

_lib = c.PyDLL(os.environ.get("SLUICE_LIBRARY", "libsluice.so.0"))


class Str(c.Structure):  # sluice_str and sluice_text
    _fields_ = [("p", c.POINTER(c.c_char)), ("n", c.c_size_t)]

    @classmethod
    def of(cls, value: str | bytes) -> Str:
        raw = value.encode() if isinstance(value, str) else bytes(value)
        return cls(c.cast(c.c_char_p(raw), c.POINTER(c.c_char)), len(raw))  # keeps `raw`

    def __bytes__(self) -> bytes:
        return self.p[: self.n]


class Options(c.Structure):  # sluice_options up to a member; `size` says which
    _fields_ = [
        ("size", c.c_size_t), ("mem", c.c_void_p), ("scratch", c.c_void_p), ("seed", c.c_uint64),
        ("response_id", Str), ("model", Str), ("created_at", c.c_int64),
        ("clock", c.c_void_p), ("clock_user", c.c_void_p),
        ("reasoning", c.c_int), ("index_unit", c.c_int), ("flags", c.c_uint32),
        ("marker_open", Str), ("marker_prefix", Str), ("marker_close", Str),
        ("files", c.c_void_p), ("file_count", c.c_size_t),
        ("max_payload", c.c_size_t), ("max_output", c.c_size_t), ("max_depth", c.c_uint32),
        ("max_items", c.c_uint32), ("max_marker", c.c_uint32), ("max_annotations", c.c_uint32),
        ("tools", c.c_void_p), ("tool_count", c.c_size_t), ("max_tool_calls", c.c_uint32),
        ("lenient", c.c_uint32), ("request", Str),
    ]  # fmt: skip


class HttpError(c.Structure):  # sluice_http_error
    _fields_ = [("status", c.c_int), ("body", Str)]


class BatchEvent(c.Structure):  # sluice_batch_event
    _fields_ = [("type", c.c_int), ("wire", Str), ("json", Str)]


def _declare(name: str, result: Any, *arguments: Any) -> Any:
    function = getattr(_lib, name)
    function.restype, function.argtypes = result, arguments
    return function


_P, _PP = c.c_void_p, c.POINTER(c.c_void_p)
_options_init = _declare("sluice_options_init_sized", None, c.POINTER(Options), c.c_size_t)
_new = _declare("sluice_translator_new", c.c_int, _PP, c.POINTER(Options), _P, _P)
_feed = _declare("sluice_translator_feed", c.c_int, _P, c.c_char_p, c.c_size_t, _P)
_finish = _declare("sluice_translator_finish", c.c_int, _P)
_fail = _declare("sluice_translator_fail", c.c_int, _P, Str, Str)
_free = _declare("sluice_translator_free", None, _P)
_status_name = _declare("sluice_status_name", c.c_char_p, c.c_int)
_event_name = _declare("sluice_event_name", c.c_char_p, c.c_int)
_batch_new = _declare("sluice_batch_new", c.c_int, _PP, _P)
_batch_next = _declare("sluice_batch_next", c.c_int, _P, c.POINTER(BatchEvent))
_batch_free = _declare("sluice_batch_free", None, _P)
_response = _declare("sluice_translator_response", c.c_int, _P, c.POINTER(Str))
_request_new = _declare("sluice_request_new", c.c_int, _PP, _P)
_request_read = _declare("sluice_request_read", c.c_int, _P, Str)
_request_chat = _declare("sluice_request_chat", Str, _P)
_request_streams = _declare("sluice_request_streams", c.c_int, _P)
_request_apply = _declare("sluice_request_apply", c.c_int, _P, c.POINTER(Options))
_request_error = _declare("sluice_request_error", HttpError, _P)
_upstream_error = _declare("sluice_request_upstream_error", c.c_int, _P, c.c_int, Str, c.POINTER(HttpError))
_request_free = _declare("sluice_request_free", None, _P)
_batch_add = c.cast(_lib.sluice_batch_add, _P)  # C calls C: nothing of Python runs within a feed

REASONING_SUMMARY, REASONING_TEXT, REASONING_OFF = 0, 1, 2  # for reasoning=
ERR_ARG, ERR_STATE, ERR_CALLBACK = -1, -2, -102


class Event(NamedTuple):
    type: str
    wire: bytes  # as a client of the Responses API wants it: event: ... data: ...
    json: bytes

    @property
    def data(self) -> dict[str, Any]:
        return json.loads(self.json)


class RequestError(Exception):
    """What to tell the client in place of a response: the status of HTTP, and the body."""

    def __init__(self, error: HttpError) -> None:
        self.status, self.body = error.status, bytes(error.body)
        super().__init__(self.status, self.body)


class Request:
    """A client's Responses request: `chat` goes to the upstream, and the whole to the translator of the answer."""

    def __init__(self, body: bytes) -> None:
        self._handle = c.c_void_p()
        if _request_new(self._handle, None) < 0:
            raise MemoryError
        if _request_read(self._handle, Str.of(body)) < 0:
            raise RequestError(_request_error(self._handle))
        self.chat = bytes(_request_chat(self._handle))
        self.streams = _request_streams(self._handle) == 1

    def upstream_error(self, status: int, body: bytes) -> RequestError:
        """An answer of the upstream that is no success, in the form of the API."""
        error = HttpError()
        _upstream_error(self._handle, status, Str.of(body), error)
        return RequestError(error)

    def __del__(self) -> None:
        _request_free(self._handle)


class Translator:
    """One response, to a Request if there is one. Options are those of sluice_options: seed=, model=, max_output=, ..."""

    def __init__(self, asked: Request | None = None, *, seed: int, **options: int | str | bytes) -> None:
        self._handle, self._batch = c.c_void_p(), c.c_void_p()
        self.status = 0  # below 0: the response failed, and its last event said so
        o = Options()
        _options_init(o, c.sizeof(o))
        if asked:
            self._check(_request_apply(asked._handle, o))
        for name, value in {"seed": seed, **options}.items():
            getattr(o, name)  # there is none of that name: AttributeError
            setattr(o, name, value if isinstance(value, int) else Str.of(value))
        self._check(_batch_new(self._batch, None))
        self._check(_new(self._handle, o, _batch_add, self._batch))
        if not self._handle:
            raise MemoryError

    def feed(self, data: bytes) -> list[Event]:
        """The events that these bytes complete. After a failure they are the last ones."""
        return self._events(_feed(self._open(), data, len(data), None))

    def fail(self, message: str, code: str = "") -> list[Event]:
        """Ends the response for a reason of the caller's."""
        return self._events(_fail(self._open(), Str.of(code), Str.of(message)))

    def finish(self) -> list[Event]:
        """The input is over; call it always. Ends with the terminal event, if none was sent."""
        return self._events(_finish(self._open()))

    def response(self) -> bytes:
        """The whole response as JSON, for a client that wants no stream."""
        out = Str()
        self._check(_response(self._open(), out))
        return bytes(out)

    @property
    def status_name(self) -> str:
        return _status_name(self.status).decode()

    def close(self) -> None:
        _free(self._handle)
        _batch_free(self._batch)
        self._handle, self._batch = c.c_void_p(), c.c_void_p()

    def __enter__(self) -> Translator:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    __del__ = close

    def _open(self) -> c.c_void_p:
        if not self._handle:
            raise ValueError("the translator is closed")
        return self._handle

    def _check(self, status: int) -> None:
        if status in (ERR_ARG, ERR_STATE):  # a mistake of the caller's
            raise ValueError(_status_name(status).decode())
        if status == ERR_CALLBACK:  # the batch had no memory
            raise MemoryError

    def _events(self, status: int) -> list[Event]:
        events, e = [], BatchEvent()
        while _batch_next(self._batch, e):
            events.append(Event(_event_name(e.type).decode(), bytes(e.wire), bytes(e.json)))
        self._check(status)
        self.status = status
        return events


def translate(chunks: Iterable[bytes], asked: Request | None = None, **options: Any) -> Iterator[Event]:
    """All events of one response; an OSError of the chunks ends it as failed."""
    with Translator(asked, **options) as t:
        try:
            for chunk in chunks:
                yield from t.feed(chunk)
                if t.status < 0:
                    break
        except OSError as error:
            yield from t.fail(str(error))
        yield from t.finish()
