# SPDX-License-Identifier: Apache-2.0
"""Streams: order, completeness, a client that leaves, the drain on SIGTERM. Times are asserted in tests/bench."""
import json
import os
import signal
import unittest

import client
import waiting
from stage import Stage


def paced_events(raw):
    """The choices' texts of a paced stream, in order."""
    texts = []
    for data in client.events(raw):
        if data != "[DONE]":
            delta = (json.loads(data).get("choices") or [{}])[0].get("delta") or {}
            if delta.get("content"):
                texts.append(delta["content"])
    return texts


class Streams(unittest.TestCase):
    def test_two_hundred_streams_complete_and_in_order(self):
        stage = Stage(self)
        stage.route("canary", 0.5, step=1)

        def one(i):
            stream = client.Stream(stage.url, "/v1/chat/completions", client.chat(f"q{i}", model="paced-20x50", user=f"u{i}", stream=True), stage.token)
            return stream.read_all()
        for raw in client.together([lambda i=i: one(i) for i in range(200)], workers=200):
            self.assertTrue(raw.startswith(b"HTTP/1.1 200"), raw[:200])
            self.assertIn(b"[DONE]", raw)
            stamps = [int(text.split()[0]) if text.split()[0].isdigit() else int("".join(c for c in text if c.isdigit())) for text in paced_events(raw)]
            self.assertEqual(len(stamps), 20)
            self.assertEqual(stamps, sorted(stamps))

    def test_events_do_not_come_in_one_burst(self):
        stage = Stage(self)
        stream = client.Stream(stage.url, "/v1/chat/completions", client.chat("q", model="paced-20x50", stream=True), stage.token)
        stream.read_until(b"data:")
        self.assertNotIn(b"[DONE]", stream.raw(), "the first event waited for the last one")
        stream.read_all()
        self.assertGreater(len([piece for _, piece in stream.pieces if piece]), 10)

    def test_a_client_that_leaves_is_noticed_upstream(self):
        stage = Stage(self)
        stream = client.Stream(stage.url, "/v1/chat/completions", client.chat("q", model="paced-2000x50", stream=True), stage.token)
        stream.read_until(b"data:")
        self.assertEqual(stage.sandbox.counts()["legacy"]["left"], 0)
        stream.close()
        waiting.until(lambda: stage.sandbox.counts()["legacy"]["left"] == 1, "the provider to see that its client has left")
        line = waiting.until(lambda: stage.request_lines(), "the request's line: it ends when the client has left", 60)[-1]
        self.assertEqual(line["class"], "aborted")

    def test_sigterm_drains_without_cutting_a_stream(self):
        stage = Stage(self)
        gateway = stage.gateways[0]
        streams = [client.Stream(stage.url, "/v1/chat/completions", client.chat(f"q{i}", model="paced-40x50", stream=True), stage.token)
                   for i in range(20)]
        for stream in streams:
            stream.read_until(b"data:")
        gateway.signal(signal.SIGTERM)

        def refuses():
            try:
                return stage.chat("late").status == 503
            except OSError:
                return True
        waiting.until(refuses, "new requests to be refused")
        for stream in streams:
            raw = stream.read_all()
            self.assertIn(b"[DONE]", raw)
            self.assertEqual(len(paced_events(raw)), 40)
        self.assertEqual(gateway.wait(), 0)
        lines = stage.request_lines()
        self.assertEqual([line["class"] for line in lines if line["model"] == "paced-40x50"], ["ok"] * 20)

    def test_an_idle_gateway_stops_at_once_and_leaves_no_socket(self):
        stage = Stage(self)
        stage.chat()
        control = stage.gateways[0].first["control"]
        self.assertEqual(stage.gateways[0].stop(), 0)
        self.assertFalse(os.path.exists(control))


if __name__ == "__main__":
    unittest.main()
