# SPDX-License-Identifier: Apache-2.0
"""What stands between a program and the services it changes: passes every call on, and at a chosen one does what outages do. It kills the
program before the call leaves or after it was carried out, loses or delays the reply, is down, or lets somebody else write first."""
import http.client
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

import waiting

HOP = {"connection", "keep-alive", "transfer-encoding", "content-length", "host"}


class Between:
    """A loopback proxy for several origins. Calls that may change something are counted over all of them, from 1."""

    def __init__(self, test):
        self.origins = []
        self.lock = threading.Lock()
        self.arm()
        test.addCleanup(self.close)

    def arm(self, kill_at=0, kill_side="before", fault=None, fault_at=0, victim=None):
        """kill_at, fault_at: the number of the call that changes something; 0: none. Faults: lost, late, down, expired, conflict."""
        with self.lock:
            self.kill_at, self.kill_side, self.fault, self.fault_at = kill_at, kill_side, fault, fault_at
            self.victim = victim
            self.changes = 0
            self.down_left = 0
            self.met = set()

    def before(self, url, changes):
        """The address to use instead of `url`; `changes(method, path)` says whether a call may change something."""
        origin = Origin(self, url, changes)
        self.origins.append(origin)
        parts = urlsplit(url)
        return f"http://127.0.0.1:{origin.server.server_port}{parts.path}"

    def decide(self):
        """What is to happen to the change that comes now: (die before, die after, fault)."""
        with self.lock:
            self.changes += 1
            now = self.changes
            fault = self.fault if now == self.fault_at else None
            if self.down_left > 0:
                self.down_left -= 1
                fault = self.fault
            elif fault in ("down", "expired"):
                self.down_left = 2
            if fault:
                self.met.add(fault)
            dies = now == self.kill_at and self.victim is not None
            if dies:
                self.met.add("killed")
            return dies and self.kill_side == "before", dies and self.kill_side == "after", fault

    def close(self):
        for origin in self.origins:
            origin.server.shutdown()
            origin.server.server_close()


class Origin:
    def __init__(self, between, url, changes):
        self.between, self.changes = between, changes
        self.parts = urlsplit(url)

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def log_message(self, *_):
                pass

            def handle_any(handler):
                self.pass_on(handler)

            do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_LIST = handle_any

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def ask(self, method, path, headers, body):
        connection = http.client.HTTPConnection(self.parts.hostname, self.parts.port, timeout=60)
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            return answer.status, answer.getheaders(), answer.read()
        finally:
            connection.close()

    def pass_on(self, handler):
        body = handler.rfile.read(int(handler.headers.get("content-length") or 0)) or None
        headers = {name: value for name, value in handler.headers.items() if name.lower() not in HOP}
        die_before = die_after = False
        fault = None
        if self.changes(handler.command, handler.path):
            die_before, die_after, fault = self.between.decide()
        if die_before:
            self.between.victim.kill()
            return self.cut(handler)
        if fault == "down":
            return self.cut(handler)
        if fault == "expired" and "x-vault-token" in {name.lower() for name in headers}:
            return self.answer(handler, 403, [("content-type", "application/json")], b'{"errors":["permission denied"]}')
        if fault == "conflict":
            self.write_first(handler.command, handler.path, headers)
        try:
            status, fields, text = self.ask(handler.command, handler.path, headers, body)
        except (OSError, http.client.HTTPException):
            return self.cut(handler)  # the origin has gone
        if die_after:
            self.between.victim.kill()
            return self.cut(handler)
        if fault == "lost":
            return self.cut(handler)
        if fault == "late":
            waiting.delay(1.5)
        return self.answer(handler, status, fields, text)

    def write_first(self, method, path, headers):
        """Somebody else writes the entry anew, with what it holds: whoever read its version before has lost."""
        if method not in ("POST", "PUT") or "/data/" not in path:
            return
        status, _, text = self.ask("GET", path, headers, None)
        if status == 200:
            self.ask("POST", path, headers, json.dumps({"data": json.loads(text)["data"]["data"]}))

    @staticmethod
    def cut(handler):
        handler.close_connection = True
        try:
            handler.connection.shutdown(2)
        except OSError:
            pass

    @staticmethod
    def answer(handler, status, fields, text):
        try:
            handler.send_response_only(status)
            for name, value in fields:
                if name.lower() not in HOP:
                    handler.send_header(name, value)
            handler.send_header("content-length", str(len(text)))
            handler.end_headers()
            handler.wfile.write(text)
        except OSError:
            handler.close_connection = True
