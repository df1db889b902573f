# SPDX-License-Identifier: MIT
"""Asks a chat-completions server for a stream and writes the Responses stream that becomes of it.

python3 stream.py http://127.0.0.1:8089/v1/chat/completions seed-002
"""
from __future__ import annotations

import http.client
import json
import secrets
import sys
from collections.abc import Iterator
from urllib.parse import urlsplit

import sluice


def upstream(url: str, model: str) -> Iterator[bytes]:
    """The bytes as they come; a cut is an end, which sluice judges."""
    where = urlsplit(url)
    connection = http.client.HTTPConnection(where.netloc, timeout=60)
    body = {"model": model, "stream": True, "messages": [{"role": "user", "content": "Hello"}]}
    connection.request("POST", where.path, json.dumps(body))
    try:
        with connection.getresponse() as response:
            while chunk := response.read1(65536):
                yield chunk
    except (http.client.IncompleteRead, ConnectionResetError):
        return
    finally:
        connection.close()


def main(url: str, model: str, seed: str = "") -> int:
    for event in sluice.translate(upstream(url, model), seed=int(seed or secrets.randbits(64))):
        sys.stdout.buffer.write(event.wire)
        sys.stdout.buffer.flush()
    return event.type == "response.failed"


if __name__ == "__main__":
    if len(sys.argv) not in (3, 4):
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
