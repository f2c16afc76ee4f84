# SPDX-License-Identifier: Apache-2.0
"""A client of the gateway, as plain as can be: one connection a call, never a retry, every byte seen."""
import http.client
import json
import socket
import threading
import time
from urllib.parse import urlsplit

import waiting


class Reply:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def target(self):
        return self.headers.get("x-drover-target")

    def __repr__(self):
        return f"{self.status} {self.headers} {self.body[:600]!r}"


def call(url, path, body=None, token=None, headers=None, method=None, seconds=60):
    """One request; the whole answer. Header names come back in lower case."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=seconds * waiting.SLOWNESS)
    try:
        send = {"content-type": "application/json"} if body is not None else {}
        if token:
            send["authorization"] = f"Bearer {token}"
        send.update(headers or {})
        data = json.dumps(body) if isinstance(body, (dict, list)) else body
        connection.request(method or ("POST" if body is not None else "GET"), parts.path.rstrip("/") + path, data, send)
        answer = connection.getresponse()
        return Reply(answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read())
    finally:
        connection.close()


def chat(text="hello", model="gpt-4.1", user=None, stream=False, **more):
    body = {"model": model, "messages": [{"role": "user", "content": text}]}
    if user is not None:
        body["user"] = user
    if stream:
        body["stream"] = True
        body["stream_options"] = {"include_usage": True}
    body.update(more)
    return body


def events(body):
    """The data lines of an SSE body, in order."""
    return [line[5:].strip().decode() for line in body.split(b"\n") if line.startswith(b"data:")]


def text_of_stream(body):
    """The text of a streamed chat completion."""
    text = ""
    for data in events(body):
        if data != "[DONE]":
            for choice in json.loads(data).get("choices", []):
                text += (choice.get("delta") or {}).get("content") or ""
    return text


class Stream:
    """A streamed call that is read piece by piece: when did what come."""

    def __init__(self, url, path, body, token, headers=None, seconds=60):
        parts = urlsplit(url)
        self.socket = socket.create_connection((parts.hostname, parts.port), seconds * waiting.SLOWNESS)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        data = json.dumps(body).encode()
        head = [f"POST {parts.path.rstrip('/')}{path} HTTP/1.1", f"Host: {parts.netloc}", f"Authorization: Bearer {token}",
                "Content-Type: application/json", f"Content-Length: {len(data)}", "Connection: close"]
        head += [f"{name}: {value}" for name, value in (headers or {}).items()]
        self.socket.sendall("\r\n".join(head).encode() + b"\r\n\r\n" + data)
        self.pieces = []
        self.ended = False

    def read(self):
        """The next piece, with the time it came; empty at the end."""
        piece = self.socket.recv(65536)
        self.pieces.append((time.monotonic(), piece))
        self.ended = not piece
        return piece

    def read_until(self, wanted):
        while wanted not in self.raw() and not self.ended:
            self.read()
        assert wanted in self.raw(), self.raw()[-2000:]

    def read_all(self):
        try:
            while not self.ended:
                self.read()
        finally:
            self.close()
        return self.raw()

    def raw(self):
        return b"".join(piece for _, piece in self.pieces)

    def close(self):
        self.socket.close()


def together(jobs, workers=16):
    """Runs the callables on some threads; their results in order. The first exception is raised."""
    results = [None] * len(jobs)
    failures = []
    lock = threading.Lock()
    rest = iter(range(len(jobs)))

    def work():
        while not failures:
            with lock:
                number = next(rest, None)
            if number is None:
                return
            try:
                results[number] = jobs[number]()
            except BaseException as error:  # handed to the caller below
                failures.append(error)

    threads = [threading.Thread(target=work) for _ in range(min(workers, len(jobs)))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
    return results
