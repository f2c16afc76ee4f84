# SPDX-License-Identifier: Apache-2.0
"""A workspace run by droverctl alone: what an operator without a window does, against the sandbox's providers."""
import json
import os
import re
import signal
import sqlite3
from pathlib import Path

import client
import keyring
import programs
import waiting
from stage import Sandbox

# A policy that gets through in seconds: the same phases and gates with wide limits, so that little evidence suffices.
QUICK_POLICY = """name = "quick"
[shadow]
time = "{time}"
sample = 1.0
again = 0.5
divergence_limit = 0.5
added_latency_limit_ms = 5000
[canary]
steps = [ {{ share = 0.3, time = "{time}" }}, {{ share = 0.7, time = "{time}" }} ]
error_rate_limit = 0.3
added_latency_limit_ms = 5000
mirror = false
[abort]
error_rate = 0.6
[cutover]
rollback_window = "{time}"
[overlap]
time = "{time}"
[lease]
time = "{lease}"
[rotation]
after_cutover = {rotate}
ramp = [ {{ share = 0.5, time = "{time}" }}, {{ share = 1.0, time = "{time}" }} ]
error_rate_limit = 0.3
propagation = "10s"
overlap = "{time}"
life = "30d"
rate_limit = 10000
max_keys = 5
min_keys = {least}
"""


class Load:
    """drover-sandbox load in the background; it never retries."""

    def __init__(self, world, rate=150, seconds=600, stream_share=0.5):
        self.program = programs.Program(
            "drover-sandbox", ["load", "--trace", programs.trace_file(), "--target", world.gateway["listen"] + "/v1", "--rate", rate,
                               "--seconds", seconds, "--stream-share", stream_share], world.logs, stdin=world.token.encode(), first_line=False)
        world.test.addCleanup(self.program.kill)

    def finish(self):
        """Ends it in order and gives what it counted."""
        if self.program.running():
            self.program.signal(signal.SIGTERM)
        self.program.wait()
        return json.loads(self.program.output().strip().splitlines()[-1])


class World:
    def __init__(self, test, store="keychain", scenario="healthy", seed=7, ready=True, keys=None, own_ids=False):
        self.test, self.own_ids = test, own_ids
        self.place = programs.scratch(test)
        self.logs = self.place / "logs"
        self.logs.mkdir()
        self.workspace = self.place / "workspace"
        self.gateway = None
        self.controllers = []
        self.sandbox = Sandbox(self.place / "sandbox", self.logs, scenario, seed)
        test.addCleanup(self.stop)
        self.keyring = keyring.Keyring(test) if store == "keychain" else None
        self.environment = self.keyring.environment() if self.keyring else programs.clean_environment(VAULT_TOKEN="root")
        self.store = store
        self.planted = keys or {}
        if ready:
            self.set_up()

    def set_up(self):
        self.make_workspace()
        self.add_keys()
        self.token = self.make_token("load")
        self.start_gateway()

    def ctl(self, *arguments, stdin="", code=0, environment=None, seconds=120, as_json=True):
        """A verb to its end; asserts its exit code (None: any)."""
        options = ["--json"] if as_json else []
        answer = programs.run("droverctl", ["--workspace", self.workspace, *options, *arguments], stdin, environment or self.environment, seconds)
        if code is not None:
            self.test.assertEqual(answer.code, code, f"droverctl {' '.join(map(str, arguments))}: {answer}")
        return answer

    def make_workspace(self):
        self.ctl("init")
        settings = {"policy.name": "rehearsal", "gateway.listen": "127.0.0.1:0", "gateway.admin_listen": "127.0.0.1:0"}
        for name in ("legacy", "holysheep"):
            for dialect in ("openai", "anthropic"):
                settings[f"targets.{name}.{dialect}"] = self.sandbox.target(name)[dialect]
        for region, url in self.sandbox.target("holysheep").get("regions", {}).items():
            settings[f"targets.holysheep.regions.{region}"] = url
        settings["workspace.sandbox"] = "true"  # last: it is refused while a target is real
        if self.store == "vault":
            settings.update({"vault.address": self.sandbox.first["vault"], "secrets.store": "vault"})
        for key, value in settings.items():
            self.ctl("config", "set", key, value)

    def add_keys(self):
        """A key for each target. HolySheep's is known by the provider's own id where the test asks for it: only so can it be revoked."""
        self.keys = {}
        for target, key_id in (("legacy", "k_leg1"), ("holysheep", "k_01")):
            issued, self.keys[target] = self.sandbox.mint(target, self.planted.get(target))
            if target == "holysheep" and self.own_ids:
                key_id = issued
            self.ctl("keys", "add", key_id, "--target", target, stdin=self.keys[target])
            self.ctl("keys", "verify", key_id)

    def make_token(self, name):
        answer = self.ctl("tokens", "create", name)
        return re.search(r"drv_[A-Za-z0-9_-]{43}", answer.out).group(0)

    def start_gateway(self):
        self.gateway = self.ctl("gateway", "start").json
        if "listen" not in self.gateway:
            self.gateway = self.gateway.get("gateway") or self.gateway["gateways"][0]
        return self.gateway

    def policy(self, **values):
        """A quick policy as a file."""
        path = self.place / f"policy-{len(list(self.place.glob('policy-*')))}.toml"
        path.write_text(QUICK_POLICY.format(**{"time": "0.3s", "lease": "60s", "rotate": "false", "least": 1, **values}))
        return path

    def start_migration(self, policy, environment=None, verb=None):
        """droverctl migrate start in the foreground: the controller."""
        verb = verb or ["migrate", "start", "--policy", policy, "--consent", "holysheep"]
        controller = programs.Program("droverctl", ["--workspace", self.workspace, "--json", *verb], self.logs,
                                      environment={**self.environment, **(environment or {})}, first_line=False)
        self.controllers.append(controller)
        return controller

    def resume(self, environment=None):
        return self.start_migration(None, environment, ["migrate", "resume"])

    def status(self):
        return self.ctl("migrate", "status").json

    def wait_phase(self, *phases, step=None, seconds=120):
        def there():
            status = self.status()
            return status["phase"] in phases and (step is None or status["step"] >= step) and status
        return waiting.until(there, f"phase {' or '.join(phases)}", seconds, every=0.1)

    def routing(self):
        path = self.workspace / "gateway" / "routing.json"
        return json.loads(path.read_text()) if path.exists() else None

    def journal(self):
        connection = sqlite3.connect(f"file:{self.workspace}/drover.db?mode=ro", uri=True)
        try:
            return connection.execute("select * from journal order by 1").fetchall()
        finally:
            connection.close()

    def chat(self, text="hello", **more):
        return client.call(self.gateway["listen"], "/v1/chat/completions", client.chat(text, **more), self.token)

    def gateway_pid(self):
        acks = [json.loads(path.read_text()) for path in (self.workspace / "gateway" / "acks").glob("*.json")]
        return [ack["pid"] for ack in acks]

    def vault(self, path, method="GET"):
        return client.call(self.sandbox.first["vault"], f"/v1/{path}", headers={"X-Vault-Token": "root"}, method=method)

    def stop(self):
        for controller in self.controllers:
            controller.kill()
        for pid in self.gateway_pid():
            end(pid)
        self.sandbox.stop()


def end(pid):
    """Ends a process that is not a child of the test, and waits until it is gone."""
    try:
        os.kill(pid, signal.SIGTERM)
    except ProcessLookupError:
        return

    def gone():
        try:
            return "\nState:\tZ" in Path(f"/proc/{pid}/status").read_text()
        except OSError:
            return True
    try:
        waiting.until(gone, f"process {pid} to end", 20)
    except waiting.Overdue:
        os.kill(pid, signal.SIGKILL)
        raise
