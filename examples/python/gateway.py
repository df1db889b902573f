# SPDX-License-Identifier: MIT
"""POST /v1/responses in front of a chat-completions server, with nothing but the standard library.

python3 gateway.py 8090 127.0.0.1:8089
"""
from __future__ import annotations

import http.client
import secrets
import sys
from collections.abc import Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import sluice

MAX_BODY = 64 << 20


def ask(connection: http.client.HTTPConnection, asked: sluice.Request, key: str | None) -> http.client.HTTPResponse:
    headers = {"Content-Type": "application/json", **({"Authorization": key} if key else {})}
    try:
        connection.request("POST", "/v1/chat/completions", asked.chat, headers)
        answer = connection.getresponse()
    except (OSError, http.client.HTTPException):
        raise asked.upstream_error(502, b'{"error":"there was no answer"}') from None
    if answer.status != 200:
        raise asked.upstream_error(answer.status, answer.read(65536))
    return answer


def chunks(answer: http.client.HTTPResponse) -> Iterator[bytes]:
    """A cut is an end, which sluice judges."""
    try:
        while chunk := answer.read1(65536):
            yield chunk
    except (http.client.IncompleteRead, OSError):
        return


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        length, key = self.headers.get("Content-Length", ""), self.headers.get("Authorization")
        if not length.isdigit() or int(length) > MAX_BODY:
            return self.send_error(413)
        try:
            asked = sluice.Request(self.rfile.read(int(length)))
            seed = self.server.seed or secrets.randbits(64)
            connection = http.client.HTTPConnection(self.server.upstream, timeout=600)
            with closing(connection), ask(connection, asked, key) as answer, sluice.Translator(asked, seed=seed) as t:
                if asked.streams:
                    self.stream(t, answer)
                else:
                    for chunk in chunks(answer):
                        t.feed(chunk)
                    t.finish()
                    self.whole(200, t.response())
        except sluice.RequestError as error:
            self.whole(error.status, error.body)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True  # the client went away

    def stream(self, t: sluice.Translator, answer: http.client.HTTPResponse) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for chunk in chunks(answer):
            self.send(t.feed(chunk))
            if t.status < 0:
                break
        self.send(t.finish())
        self.wfile.write(b"0\r\n\r\n")

    def send(self, events: list[sluice.Event]) -> None:
        if piece := b"".join(event.wire for event in events):
            self.wfile.write(b"%x\r\n%b\r\n" % (len(piece), piece))

    def whole(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


def main(port: str, upstream: str, seed: str = "0") -> None:
    with ThreadingHTTPServer(("127.0.0.1", int(port)), Handler) as server:
        server.upstream, server.seed = upstream, int(seed)
        print(f"http://127.0.0.1:{server.server_port}/v1/responses", flush=True)
        server.serve_forever()


if __name__ == "__main__":
    if len(sys.argv) not in (3, 4):
        sys.exit(__doc__)
    main(*sys.argv[1:])
