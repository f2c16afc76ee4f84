# SPDX-License-Identifier: Apache-2.0
"""Events that the provider sends 50 ms apart reach the client within 10 ms of being sent (p99 of 200 streams), and not in bursts. One clock:
each event carries the CLOCK_MONOTONIC nanoseconds at which the sandbox sent it."""
import json
import selectors
import socket
import sys
import time
import unittest
from pathlib import Path
from urllib.parse import urlsplit

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "integration"))
import client  # noqa: E402
from stage import Stage  # noqa: E402

STREAMS, EVENTS, EVERY_MS = 200, 20, 50
LIMIT_MS = 10.0


class Reader:
    """One stream: the bytes with the time each piece came."""

    def __init__(self, url, token, number):
        parts = urlsplit(url)
        self.socket = socket.create_connection((parts.hostname, parts.port), 30)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        body = json.dumps(client.chat(f"q{number}", model=f"paced-{EVENTS}x{EVERY_MS}", user=f"u{number}", stream=True)).encode()
        head = f"POST /v1/chat/completions HTTP/1.1\r\nHost: {parts.netloc}\r\nAuthorization: Bearer {token}\r\n" \
               f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        self.socket.sendall(head.encode() + body)
        self.socket.setblocking(False)
        self.pieces = []

    def delays(self):
        """Milliseconds from sending to arrival, for each event that carries its time."""
        found, seen = [], b""
        for came, piece in self.pieces:
            seen += piece
            lines = seen.split(b"\n")
            seen = lines.pop()
            for line in lines:
                if line.startswith(b"data: {"):
                    delta = (json.loads(line[6:]).get("choices") or [{}])[0].get("delta") or {}
                    digits = "".join(c for c in delta.get("content") or "" if c.isdigit())
                    if digits:
                        found.append((came - int(digits)) / 1e6)
        return found


def read_all(readers):
    with selectors.DefaultSelector() as selector:
        for reader in readers:
            selector.register(reader.socket, selectors.EVENT_READ, reader)
        while selector.get_map():
            for key, _ in selector.select(30):
                piece = key.fileobj.recv(65536)
                if piece:
                    key.data.pieces.append((time.monotonic_ns(), piece))
                else:
                    selector.unregister(key.fileobj)
                    key.fileobj.close()


class StreamLatency(unittest.TestCase):
    def test_two_hundred_streams(self):
        stage = Stage(self)
        stage.route("canary", 0.5, step=1)
        readers = [Reader(stage.url, stage.token, number) for number in range(STREAMS)]
        read_all(readers)
        delays = []
        for reader in readers:
            own = reader.delays()
            self.assertEqual(len(own), EVENTS)
            delays += own
        delays.sort()
        p50, p99, worst = delays[len(delays) // 2], delays[int(len(delays) * 0.99)], delays[-1]
        print(f"{len(delays)} events: p50 {p50:.2f} ms, p99 {p99:.2f} ms, worst {worst:.2f} ms")
        self.assertGreaterEqual(delays[0], 0)
        self.assertLess(p99, LIMIT_MS)


if __name__ == "__main__":
    unittest.main()
