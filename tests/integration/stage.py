# SPDX-License-Identifier: Apache-2.0
"""A workspace, the sandbox and gateways without the console: what the controller would write, written by the test."""
import base64
import datetime
import hashlib
import json
import os
import signal
import secrets
import subprocess
from urllib.parse import urlsplit

import client
import programs
import waiting

WORKSPACE = "w_integration1"
KEYS = {"legacy": "k_leg1", "holysheep": "k_01"}


def now():
    return datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def replace(path, text, mode=0o600):
    """Writes a file as the controller does: beside it, then renamed over it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(path.name + ".new")
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
    os.replace(beside, path)


class Sandbox:
    """drover-sandbox and its control address."""

    def __init__(self, workspace, logs, scenario="healthy", seed=7):
        self.program = programs.Program("drover-sandbox", ["--workspace", workspace, "--scenario", scenario, "--seed", seed], logs)
        self.first = self.program.first
        self.control = self.first["control"]

    def target(self, name):
        return self.first["targets"][name]

    def mint(self, target, key=None):
        """A key as from the dashboard: (id, key)."""
        body = {"target": target}
        if key:
            body["api_key"] = key
        reply = client.call(self.control, "/keys", body)
        assert reply.status in (200, 201), reply
        return reply.json["key_id"], reply.json["api_key"]

    def counts(self):
        return client.call(self.control, "/counts").json

    def requests(self, target):
        return self.counts()[target]["requests"]

    def calls_since(self, nanoseconds):
        """Each call a provider received since then (time.monotonic_ns), as objects."""
        return [json.loads(line) for line in client.call(self.control, f"/requests?since={nanoseconds}").body.splitlines()]

    def keys(self):
        """The providers' own lists of keys, without the keys."""
        return client.call(self.control, "/keys").json

    def fault(self, **what):
        reply = client.call(self.control, "/fault", what)
        assert reply.status in (200, 204), reply

    def stop(self):
        return self.program.stop()


class Stage:
    def __init__(self, test, scenario="healthy", seed=7, keys=None, gateways=1, route=True):
        self.test = test
        self.place = programs.scratch(test)
        self.logs = self.place / "logs"
        self.logs.mkdir()
        self.workspace = self.place / "workspace"
        (self.workspace / "gateway").mkdir(parents=True)
        self.generation = 0
        self.renewal = 0
        self.document = None
        self.migration = "m_integration1"
        self.tokens = []
        self.gateways = []
        self.sandbox = Sandbox(self.place / "sandbox", self.logs, scenario, seed)
        test.addCleanup(self.stop)
        self.keys = {target: self.sandbox.mint(target, (keys or {}).get(target))[1] for target in KEYS}
        self.write_settings()
        self.seal()
        self.token = self.add_token("first")
        if route:
            self.route("idle", 0)
        for _ in range(gateways):
            self.start_gateway()

    # What the controller writes -------------------------------------------------------------------------------------

    def write_settings(self, more=""):
        lines = ["[workspace]", f'id = "{WORKSPACE}"', 'name = "integration"', 'environment = "dev"', "sandbox = true", ""]
        for name in KEYS:
            target = self.sandbox.target(name)
            lines += [f"[targets.{name}]", f'openai = "{target["openai"]}"', f'anthropic = "{target["anthropic"]}"', ""]
        lines += ["[gateway]", 'listen = "127.0.0.1:0"', 'admin_listen = "127.0.0.1:0"', ""]
        replace(self.workspace / "drover.toml", "\n".join(lines) + more)

    def seal(self, hosts=None):
        """keys.json with one key for each target; `hosts` replaces the hosts a key is sealed for."""
        lines = ""
        for target, key in self.keys.items():
            urls = [self.sandbox.target(target)[dialect] for dialect in ("openai", "anthropic")]
            own = ",".join(sorted({urlsplit(url).netloc for url in urls}))
            lines += f"{KEYS[target]} {(hosts or {}).get(target, own)} {key}\n"
        self.kek = self.place / "kek"
        done = subprocess.run([str(programs.BIN / "sealtool"), WORKSPACE, str(self.kek)], input=lines.encode(), capture_output=True, check=True)
        replace(self.workspace / "gateway" / "keys.json", done.stdout.decode())

    def add_token(self, name, **scope):
        token = "drv_" + base64.urlsafe_b64encode(secrets.token_bytes(32)).decode().rstrip("=")
        self.tokens.append({"name": name, "sha256": hashlib.sha256(token.encode()).hexdigest(), "models": [], "rpm": 0, "expires": None,
                            "created": now(), **scope})
        self.write_tokens()
        return token

    def revoke_token(self, name):
        self.tokens = [one for one in self.tokens if one["name"] != name]
        self.write_tokens()

    def write_tokens(self):
        replace(self.workspace / "gateway" / "tokens.json", json.dumps({"format": 1, "tokens": self.tokens}))

    def route(self, phase, share, lease_s=None, shadow=None, step=0, wait=True, **more):
        """Orders a share of HolySheep's, in a new generation, and waits until every gateway has acknowledged it."""
        self.generation += 1
        self.renewal += 1
        targets = {"legacy": {"share": round(1 - share, 6), "keys": {KEYS["legacy"]: 1.0}},
                   "holysheep": {"share": share, "keys": {KEYS["holysheep"]: 1.0}}}
        if lease_s is None and phase in ("canary", "cutover"):
            lease_s = 600
        self.document = {"format": 1, "generation": self.generation, "workspace": WORKSPACE, "migration": self.migration, "phase": phase,
                         "step": step, "written_at": now(), "writer": "test/1", "lease_s": lease_s, "renewal": self.renewal,
                         "legacy_retired": False, "targets": targets, "shadow": shadow, **more}
        self.write_document()
        if wait:
            self.wait_for_acks()

    def write_document(self):
        replace(self.workspace / "gateway" / "routing.json", json.dumps(self.document))

    def renew(self):
        self.renewal += 1
        self.document.update(renewal=self.renewal, written_at=now())
        self.write_document()

    # What the gateways do -------------------------------------------------------------------------------------------

    def start_gateway(self, *more, environment=None):
        gateway = programs.Program("drover-gateway", ["--workspace", self.workspace, "--kek-file", self.kek, *more], self.logs,
                                   environment=environment)
        self.gateways.append(gateway)
        return gateway

    @property
    def url(self):
        return self.gateways[-1].first["listen"]

    @property
    def admin(self):
        return self.gateways[-1].first["admin"]

    def acks(self):
        found = {}
        for path in (self.workspace / "gateway" / "acks").glob("*.json"):
            ack = json.loads(path.read_text())
            found[ack["gateway"]] = ack
        return found

    def wait_for_acks(self):
        def all_serve():
            acks = self.acks()
            running = [one.first["id"] for one in self.gateways if one.running()]
            return all(acks.get(one, {}).get("generation") == self.generation for one in running)
        waiting.until(all_serve, f"acknowledgements of generation {self.generation}")

    def chat(self, text="hello", token=None, headers=None, path="/v1/chat/completions", **more):
        return client.call(self.url, path, client.chat(text, **more), token or self.token, headers)

    def request_lines(self):
        return programs.json_lines(self.workspace / "gateway" / "requests")

    def evidence_lines(self):
        return programs.json_lines(self.workspace / "gateway" / "evidence")

    def metric(self, name, admin=None):
        """The sum of a metric over its labels."""
        total, seen = 0.0, False
        for line in client.call(admin or self.admin, "/metrics").body.decode().splitlines():
            if line.startswith((name + " ", name + "{")):
                total, seen = total + float(line.rsplit(" ", 1)[1]), True
        return total if seen else None

    def stop(self):
        for gateway in self.gateways:
            if gateway.running():
                gateway.signal(signal.SIGCONT)
            gateway.stop()
        self.gateways = []
        self.sandbox.stop()
