# SPDX-License-Identifier: Apache-2.0
"""What stands between a program and the services it changes: passes every call on, and at a chosen one does what outages do. It kills the
program before the call arrives or after it was carried out, loses or delays the reply, is down (for reading too), or lets somebody else
write first."""
import http.client
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

import waiting

HOP = {"connection", "keep-alive", "transfer-encoding", "content-length", "host"}

OUTAGES = ("down", "expired")


class Between:
    """A loopback proxy for several origins. `kind(method, path)` of an origin names what a call changes there, None: nothing."""

    def __init__(self, test):
        self.origins = []
        self.lock = threading.Lock()
        self.arm()
        test.addCleanup(self.close)

    def arm(self, kill=None, fault=None, fault_at=1, calls=3, late=0.0):
        """kill: (kind of change, "before" or "after"): the first such call is the victim's last. fault: lost, late, down, expired, conflict;
        from the fault_at-th change on, at the first change it can do something to. An outage (down, expired) begins at any call from there
        on, lasts for `calls`, and comes only after the kill, which would not come to its call else."""
        with self.lock:
            self.kill, self.fault, self.fault_at, self.calls, self.late = kill, fault, fault_at, calls, late
            self.victim = None
            self.changes = []  # their kinds, in order
            self.out = None    # the origin that is away, for so many calls more
            self.met = set()   # what was really done, of faults and kills

    def before(self, url, kind):
        """The address to use instead of `url`."""
        origin = Origin(self, url, kind)
        self.origins.append(origin)
        parts = urlsplit(url)
        return f"http://127.0.0.1:{origin.server.server_port}{parts.path}"

    def dies(self, kind, side):
        """Kills the victim where this is its call and its side."""
        with self.lock:
            if self.victim is None or self.kill != (kind, side):
                return False
            self.kill = None
            self.met.add(f"{kind} {side}")
        self.victim.kill()
        return True

    def what_fails(self, origin, kind, fits):
        """The fault of the call that comes now; `fits(fault)`: whether it can do anything to this call."""
        with self.lock:
            if kind is not None:
                self.changes.append(kind)
            if self.out is origin and self.calls > 0:
                self.calls -= 1
                return self.met_now(fits)
            if self.out is not None or len(self.changes) < self.fault_at or self.fault in self.met:
                return None
            if self.kill is not None if self.fault in OUTAGES else kind is None:
                return None
            found = self.met_now(fits)
            if found in OUTAGES:
                self.out = origin
            return found

    def met_now(self, fits):
        if self.fault is None or not fits(self.fault):
            return None
        self.met.add(self.fault)
        return self.fault

    def close(self):
        for origin in self.origins:
            origin.server.shutdown()
            origin.server.server_close()


class Origin:
    def __init__(self, between, url, kind):
        self.between, self.kind = between, kind
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
        kind = self.kind(handler.command, handler.path)
        if kind and self.between.dies(kind, "before"):
            return self.cut(handler)
        fault = self.between.what_fails(self, kind, lambda one: self.fits(one, handler.command, handler.path, headers))
        if fault == "down":
            return self.cut(handler)
        if fault == "expired":
            return self.answer(handler, 403, [("content-type", "application/json")], b'{"errors":["permission denied"]}')
        if fault == "conflict":
            self.write_first(handler.path, headers)
        try:
            status, fields, text = self.ask(handler.command, handler.path, headers, body)
        except (OSError, http.client.HTTPException):
            return self.cut(handler)  # the origin has gone
        if kind and status < 400 and self.between.dies(kind, "after"):
            return self.cut(handler)
        if fault == "lost":
            return self.cut(handler)
        if fault == "late":
            waiting.delay(self.between.late)
        return self.answer(handler, status, fields, text)

    def fits(self, fault, method, path, headers):
        """Whether a fault can happen to a call: only Vault's tokens expire, and only what is there is written first by somebody else."""
        if fault == "expired":
            return "x-vault-token" in {name.lower() for name in headers}
        if fault == "conflict":
            return method in ("POST", "PUT") and "/data/" in path and self.ask("GET", path, headers, None)[0] == 200
        return True

    def write_first(self, path, headers):
        """Somebody else writes the entry anew, with what it holds: whoever read its version before has lost."""
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
