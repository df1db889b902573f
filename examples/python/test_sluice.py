# SPDX-License-Identifier: MIT
"""Tests of sluice.py. Run from the root of the tree; examples/test/python.sh does."""
import gc
import glob
import json
import os
import subprocess
import sys
import threading
import unittest

sys.path.insert(0, os.path.dirname(__file__))
import sluice

COMMAND = os.environ["SLUICE"]
LAYOUT = os.path.join(os.environ["BUILD"], "examples", "layout")
STRUCTS = {"sluice_str": sluice.Str, "sluice_options": sluice.Options, "sluice_batch_event": sluice.BatchEvent,
           "sluice_http_error": sluice.HttpError}  # fmt: skip
STREAMS = [path for path in sorted(glob.glob("corpus/*.sse")) if not os.path.exists(path[:-4] + ".opts")]


def translated(path: str, *options: str) -> bytes:
    return subprocess.run([COMMAND, "translate", "--seed", "7", *options, path], capture_output=True).stdout


def pieces(path: str, size: int):
    with open(path, "rb") as stream:
        while piece := stream.read(size):
            yield piece


class Test(unittest.TestCase):
    def test_structs_are_those_of_the_headers(self) -> None:
        lines = subprocess.run([LAYOUT], capture_output=True, text=True).stdout.splitlines()
        self.assertEqual({line.split()[0] for line in lines if "=" in line}, set(STRUCTS))
        for line in lines:
            name, member, number = line.split()
            struct = STRUCTS[name]
            here = sluice.c.sizeof(struct) if member == "=" else getattr(struct, member).offset
            self.assertEqual(here, int(number), line)

    def test_the_whole_corpus(self) -> None:
        self.assertGreater(len(STREAMS), 100)
        for path in STREAMS:
            events = list(sluice.translate(pieces(path, 1000), seed=7))
            self.assertEqual(b"".join(e.wire for e in events), translated(path), path)
            self.assertEqual([e.type for e in events], [e.data["type"] for e in events], path)

    def test_a_limit_ends_the_response(self) -> None:
        path = "corpus/seed-002.sse"
        events = list(sluice.translate(pieces(path, 1000), seed=7, max_output=50))
        self.assertEqual(b"".join(e.wire for e in events), translated(path, "--max-output", "50"))
        with sluice.Translator(seed=7, max_output=50) as t:
            t.feed(b"".join(pieces(path, 1000)))
            self.assertEqual(t.status_name, "ERR_LIMIT")

    def test_options_arrive(self) -> None:
        request = json.dumps({"temperature": 0.25, "instructions": "ä" * 1000})
        with sluice.Translator(seed=7, model="a-model", request=request) as t:
            response = t.feed(b'data: {"choices":[{"delta":{"content":"a"}}]}\n\n')[0].data["response"]
        self.assertEqual(response["model"], "a-model")
        self.assertEqual(response["temperature"], 0.25)
        self.assertEqual(response["instructions"], "ä" * 1000)

    def test_mistakes_are_exceptions(self) -> None:
        with self.assertRaises(AttributeError):
            sluice.Translator(seed=7, nonsense=1)
        with self.assertRaises(ValueError):
            sluice.Translator(seed=7, request="[]")
        t = sluice.Translator(seed=7)
        t.close()
        t.close()
        with self.assertRaises(ValueError):
            t.feed(b"")

    def test_an_exception_of_the_chunks_fails_the_response(self) -> None:
        def chunks():
            yield from pieces("corpus/seed-002.sse", 500)
            raise ConnectionResetError("it went away")

        cut = sluice.Translator(seed=7)
        half = next(pieces("corpus/seed-002.sse", 1500))
        self.assertTrue(cut.feed(half))
        last = cut.fail("it went away")[-1]
        self.assertEqual(last.data["response"]["error"], {"code": "server_error", "message": "it went away"})
        # after its end a response cannot fail any more
        self.assertEqual(list(sluice.translate(chunks(), seed=7))[-1].type, "response.completed")

    def test_events_outlive_the_translator(self) -> None:
        kept = [e for _ in range(50) for e in sluice.translate(pieces("corpus/seed-002.sse", 300), seed=7)]
        gc.collect()
        self.assertEqual(b"".join(e.wire for e in kept), 50 * translated("corpus/seed-002.sse"))

    def test_threads_have_translators_of_their_own(self) -> None:
        got: list[bytes] = []

        def work() -> None:
            for _ in range(20):
                got.append(b"".join(e.wire for e in sluice.translate(pieces("corpus/seed-002.sse", 90), seed=7)))

        threads = [threading.Thread(target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(len(got), 80)
        self.assertEqual(set(got), {translated("corpus/seed-002.sse")})


if __name__ == "__main__":
    unittest.main()
