# SPDX-License-Identifier: Apache-2.0
"""Secret stores that are missing, locked, hanging, sealed, or refuse: each verb says which, exit 5, in time, and writes no secret anywhere."""
import http.client
import json
import os
import pty
import re
import socket
import sqlite3
import subprocess
import time
import unittest
import urllib.parse
from concurrent.futures import ThreadPoolExecutor

import client
import keyring
import programs
import waiting
from console import World

SECRET = "cr_planted0stores0secret0value0aaaa"
# What needs the store, and what goes to its stdin.
VERBS = [
    (("keys", "add", "k_99", "--target", "holysheep"), SECRET),
    (("keys", "verify", "k_01"), ""),
    (("secrets", "set", "smtp-password"), SECRET),
    (("secrets", "list"), ""),
    (("secrets", "delete", "smtp-password"), ""),
    (("gateway", "start"), ""),
    (("shadow", "replay", "--prompts", "PROMPTS"), ""),
    (("config", "check"), ""),
]
CONTROLLERS = [("migrate", "start"), ("rotation", "run")]  # of which a workspace has one at a time


class Store(unittest.TestCase):
    def each_verb_says(self, world, environment, *words, seconds=40):
        """Exit 5 with one of the words, within the deadline; nothing was written but, at most, an audit entry."""
        prompts = world.place / "prompts.jsonl"
        prompts.write_text('"hello"\n')

        def ask(verb, stdin):
            began = time.monotonic()
            words = [prompts if word == "PROMPTS" else word for word in verb]
            answer = world.ctl(*words, stdin=stdin, code=None, environment=environment, seconds=120)
            return answer, time.monotonic() - began

        # They spend their time waiting for the store: together, but for those that want to be the only controller.
        with ThreadPoolExecutor(len(VERBS) + 1) as together:
            waited = [(verb, together.submit(ask, verb, stdin)) for verb, stdin in VERBS]
            controllers = together.submit(lambda: [(verb, ask(verb, "")) for verb in CONTROLLERS])
        asked = [(verb, answer.result()) for verb, answer in waited] + controllers.result()
        for verb, (answer, took) in asked:
            with self.subTest(verb=" ".join(verb)):
                self.assertEqual(answer.code, 5, answer)
                self.assertLess(took, seconds * waiting.SLOWNESS, "it has a deadline")
                text = (answer.error["message"] + answer.error["code"]).lower()
                self.assertTrue(any(word in text for word in words), answer)
                self.assertNotIn(SECRET, answer.out + answer.err)
        for name, content in programs.snapshot(world.place).items():
            self.assertNotIn(SECRET.encode(), content, name)
        self.assertEqual(world.journal(), [], "nothing was begun")
        self.assertNotIn("k_99", world.ctl("keys", "list", environment=environment, code=None).out)


class Keychain(Store):
    def test_a_real_keyring_holds_the_keys_and_nothing_else_does(self):
        world = World(self)
        self.assertIn(world.keys["holysheep"], world.keyring.entries())
        self.assertNotIn(world.keys["holysheep"].encode(), world.keyring.files())
        for name, content in programs.snapshot(world.place).items():
            for key in world.keys.values():
                self.assertNotIn(key.encode(), content, name)


class KeychainAway(Store):
    def test_none(self):
        world = World(self)
        self.each_verb_says(world, programs.clean_environment(), "keyring", "secret service", "unavailable")

    def test_a_bus_without_a_secret_service(self):
        world = World(self)
        bus = keyring.Bus(self)
        # The system's own activation file would start a keyring: a bus configuration without service folders does not.
        config = bus.place / "bus.conf"
        config.write_text('<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-BUS Bus Configuration 1.0//EN" '
                          '"http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd"><busconfig><type>session</type>'
                          f"<listen>unix:path={bus.place}/run/bare</listen><policy context='default'><allow send_destination='*'/><allow own='*'/>"
                          "<allow eavesdrop='true'/></policy></busconfig>")
        bare = keyring.start_bus(self, config)
        self.each_verb_says(world, {**bus.environment(), "DBUS_SESSION_BUS_ADDRESS": bare}, "keyring", "secret service", "unavailable")

    def test_locked(self):
        world = World(self)
        world.keyring.lock()
        self.each_verb_says(world, world.environment, "locked")
        self.assertEqual(world.keyring.locked_property(), "true")

    def test_hanging(self):
        world = World(self)
        self.each_verb_says(world, keyring.HangingBus(self).environment(), "answer", "time", "hang", "respond")

    def test_no_workspace_is_half_made(self):
        """demo without a keyring: exit 5 before anything is written."""
        place = programs.scratch(self) / "workspace"
        answer = programs.run("droverctl", ["--workspace", place, "--json", "demo"], environment=programs.clean_environment())
        self.assertEqual(answer.code, 5, answer)
        self.assertEqual(programs.snapshot(place) if place.exists() else {}, {})


class Vault(Store):
    def test_the_keys_are_where_the_playbook_has_them(self):
        world = World(self, store="vault")
        stored = world.vault("secret/data/holysheep/k_01").json["data"]["data"]
        self.assertEqual(stored["api_key"], world.keys["holysheep"])
        self.assertEqual(set(stored) >= {"api_key", "created_by", "created_at"}, True, stored.keys())

    def test_a_wrong_token(self):
        world = World(self, store="vault")
        self.each_verb_says(world, {**world.environment, "VAULT_TOKEN": "wrong-token"}, "token", "unauthorized", "forbidden", "permission")

    def test_sealed(self):
        world = World(self, store="vault")
        sealed = client.call(world.sandbox.first["vault"], "/v1/sys/seal", headers={"X-Vault-Token": "root"}, body="", method="PUT")
        self.assertIn(sealed.status, (200, 204), sealed)
        self.each_verb_says(world, world.environment, "sealed")

    def test_unreachable(self):
        world = World(self, store="vault")
        environment = {**world.environment, "VAULT_ADDR": f"http://127.0.0.1:{programs.free_port()}"}
        self.each_verb_says(world, environment, "reach", "connect", "network", "refused")

    def vault_login(self, world, method, settings):
        """An auth method on the sandbox's Vault, the workspace set to it, and the environment without VAULT_TOKEN."""
        def post(path, body, headers=()):
            answer = client.call(world.sandbox.first["vault"], f"/v1/{path}", body, method="POST",
                                 headers={"X-Vault-Token": "root", **dict(headers)})
            self.assertIn(answer.status, (200, 204), (path, answer))
            return answer
        post("sys/policies/acl/keys", {"policy": 'path "secret/*" { capabilities = ["create","read","update","delete","list"] }'})
        post(f"sys/auth/{method}", {"type": method})
        for key, value in {"vault.auth": method, **settings}.items():
            world.ctl("config", "set", key, value)
        return post, {key: value for key, value in world.environment.items() if key != "VAULT_TOKEN"}

    def test_what_a_mount_is_is_remembered_until_an_answer_contradicts(self):
        world = World(self, store="vault")

        def facts(change=None):
            connection = sqlite3.connect(world.workspace / "drover.db", timeout=60)
            try:
                if change:
                    connection.execute("update facts set value = ? where name like 'vault.mount %'", (change,))
                    connection.commit()
                return connection.execute("select value from facts where name like 'vault.mount %'").fetchall()
            finally:
                connection.close()
        self.assertEqual(facts(), [("2 secret",)])
        facts("1 secret")  # as if the mount had been upgraded since
        world.ctl("keys", "verify", "k_01")
        self.assertEqual(facts(), [("2 secret",)])
        # A mount of v1 in its place: what a path of v2 does not find there is no proof of anything.
        made = client.call(world.sandbox.first["vault"], "/v1/sys/mounts/old", {"type": "kv", "options": {"version": "1"}}, method="POST",
                           headers={"X-Vault-Token": "root"})
        self.assertEqual(made.status, 204, made)
        world.ctl("config", "set", "vault.mount", "old")
        world.ctl("secrets", "set", "smtp-password", stdin=SECRET)
        self.assertEqual(sorted(facts()), [("1 old",), ("2 secret",)])
        facts("2 old")
        world.ctl("secrets", "delete", "smtp-password")
        self.assertIn(("1 old",), facts())

    def test_logins_by_userpass_and_kubernetes(self):
        world = World(self, store="vault")
        post, environment = self.vault_login(world, "userpass", {"vault.username": "drover", "vault.password": "env:PLANTED_PASSWORD"})
        post("auth/userpass/users/drover", {"password": SECRET, "token_policies": ["keys"]})
        self.assertIn("PLANTED_PASSWORD", world.ctl("secrets", "list", environment=environment, code=None).error["where"])
        environment["PLANTED_PASSWORD"] = "wrong"
        self.assertIn("vault.password", world.ctl("secrets", "list", environment=environment, code=5).error["message"])
        environment["PLANTED_PASSWORD"] = SECRET
        world.ctl("keys", "verify", "k_01", environment=environment)

        post, environment = self.vault_login(world, "kubernetes", {"vault.role": "drover", "vault.jwt": "file:pod-token"})
        post("auth/kubernetes/role/drover", {"accepted_jwt": "a.b.c", "token_policies": ["keys"]})
        (world.workspace / "pod-token").write_text("a.b.c\n")  # readable by others, as a cluster makes it
        world.ctl("keys", "verify", "k_01", environment=environment)

    def test_a_wrapped_secret_id_works_once(self):
        world = World(self, store="vault")
        post, environment = self.vault_login(world, "approle", {"vault.role_id": "the-role", "vault.secret_id": "file:wrapped",
                                                                "vault.secret_id_wrapped": "true"})
        post("auth/approle/role/app", {"token_policies": ["keys"]})
        post("auth/approle/role/app/role-id", {"role_id": "the-role"})

        def hand_out():
            answer = post("auth/approle/role/app/secret-id", {}, {"X-Vault-Wrap-TTL": "60s"}.items())
            file = world.workspace / "wrapped"
            file.write_text(answer.json["wrap_info"]["token"])
            file.chmod(0o600)
        hand_out()
        # No keyring here: said before the one use is spent.
        self.assertIn("keep_secret_id", world.ctl("secrets", "list", environment=environment, code=5).error["message"])
        world.ctl("config", "set", "vault.keep_secret_id", "memory")
        world.ctl("keys", "verify", "k_01", environment=environment)
        used = world.ctl("keys", "verify", "k_01", environment=environment, code=5).error
        self.assertIn("the wrapping token was already used", used["message"])
        hand_out()
        environment = {**environment, **keyring.Keyring(self).environment()}
        world.ctl("config", "set", "vault.keep_secret_id", "keychain")
        for _ in range(2):
            world.ctl("keys", "verify", "k_01", environment=environment)




class Browser:
    """What a person's browser does: follows redirects, keeps nothing."""

    def __init__(self, test):
        self.test = test

    def go(self, address):
        for _ in range(5):
            place = urllib.parse.urlsplit(address)
            self.test.assertIn(place.hostname, ("localhost", "127.0.0.1"), address)
            connection = http.client.HTTPConnection(place.hostname, place.port, timeout=60)
            connection.request("GET", f"{place.path}?{place.query}")
            answer = connection.getresponse()
            page = answer.read().decode()
            connection.close()
            if answer.status not in (301, 302, 303, 307):
                return answer.status, page
            address = answer.getheader("Location")
        self.test.fail("it redirects for ever")


class OidcVault(Store):
    """A login by browser, from droverctl to the token in a real keyring."""

    def setUp(self):
        self.world = World(self, store="vault")
        self.keyring = keyring.Keyring(self)
        self.environment = self.keyring.environment()
        self.port = programs.free_port()
        for key, value in {"vault.auth": "oidc", "vault.callback_port": self.port}.items():
            self.world.ctl("config", "set", key, value)
        self.post("sys/policies/acl/keys", {"policy": 'path "secret/*" { capabilities = ["create","read","update","delete","list"] }'})
        self.post("sys/auth/oidc", {"type": "oidc"})
        self.post("auth/oidc/config", {"oidc_discovery_url": self.world.sandbox.first["vault"] + "/idp", "default_role": "person"})
        self.role("1h")

    def post(self, path, body):
        answer = client.call(self.world.sandbox.first["vault"], f"/v1/{path}", body, method="POST", headers={"X-Vault-Token": "root"})
        self.assertIn(answer.status, (200, 204), (path, answer))
        return answer

    def role(self, life):
        self.post("auth/oidc/role/person", {"token_policies": ["keys"], "token_ttl": life, "token_max_ttl": life,
                                            "allowed_redirect_uris": ["http://localhost:8250/oidc/callback"]})

    def log_in(self, visit=None):
        """droverctl secrets login to its end, with what a browser does at the address it says; its exit code and what it said."""
        program = programs.Program("droverctl", ["--workspace", self.world.workspace, "--json", "secrets", "login"], self.world.logs,
                                   environment=self.environment, first_line=False)
        self.addCleanup(program.kill)
        address = waiting.until(lambda: re.search(r"^http\S+$", program.errors(), re.M), "the address to log in at").group(0)
        page = (visit or Browser(self).go)(address)
        return program.wait(), program, page

    def test_a_person_logs_in_once_for_all_commands(self):
        refused = self.world.ctl("keys", "verify", "k_01", environment=self.environment, code=5)
        self.assertEqual(refused.error["code"], "unauthorized")
        self.assertIn("droverctl secrets login", refused.error["message"])
        code, program, page = self.log_in()
        self.assertEqual(code, 0, program.errors())
        said = json.loads(program.output())
        self.assertEqual((said["store"], said["kept"]), ("vault", True), said)
        self.assertEqual(page[0], 200)
        self.assertIn("You may close this window", page[1])
        for _ in range(2):
            self.world.ctl("keys", "verify", "k_01", environment=self.environment)
        self.assertIn("secrets.login", self.world.ctl("audit", "list", environment=self.environment).out)
        # The token is in the keyring, and in no file.
        kept = re.search(r'"value":"([^"]+)","notes":{"expires_at"', self.keyring.entries()) or self.fail(self.keyring.entries())
        for name, content in programs.snapshot(self.world.place).items():
            self.assertNotIn(kept.group(1).encode(), content, name)

    def test_an_ended_login_asks_anew(self):
        self.role("2s")
        self.assertEqual(self.log_in()[0], 0)
        self.world.ctl("secrets", "list", environment=self.environment)
        waiting.until(lambda: self.world.ctl("secrets", "list", environment=self.environment, code=None).code == 5, "the login to end")
        self.role("1h")
        self.assertEqual(self.log_in()[0], 0)
        self.world.ctl("secrets", "list", environment=self.environment)

    def test_a_refusal_and_an_answer_by_post_end_it(self):
        state = re.compile(r"state=([^&]+)")
        back = f"http://localhost:{self.port}/oidc/callback"
        code, program, page = self.log_in(lambda address: Browser(self).go(f"{back}?error=access_denied&error_description=%3Ci%3Eno&state="
                                                                           f"{state.search(address).group(1)}"))
        self.assertEqual(code, 5, program.errors())
        self.assertIn("access_denied", json.loads(program.output())["error"]["message"])
        self.assertIn("&lt;i&gt;no", page[1])

        def posts(_address):
            connection = http.client.HTTPConnection("localhost", self.port, timeout=60)
            connection.request("POST", "/oidc/callback", "", {"Content-Length": "0"})
            return connection.getresponse().status, ""
        code, program, page = self.log_in(posts)
        self.assertEqual((code, page[0]), (3, 405), program.errors())
        self.assertIn("oidc_response_mode", json.loads(program.output())["error"]["message"])

    def test_what_keeps_a_login_from_beginning(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", self.port))
            taken.listen()
            busy = self.world.ctl("secrets", "login", environment=self.environment, code=2)
            self.assertEqual(busy.error["code"], "busy")
            self.assertIn(str(self.port), busy.error["message"])
        self.world.ctl("config", "set", "vault.role", "nobody")
        self.assertEqual(self.world.ctl("secrets", "login", environment=self.environment, code=5).error["where"], "vault.role")
        # Nobody could use a login that ends with this command.
        self.assertIn("VAULT_TOKEN", self.world.ctl("secrets", "login", environment=programs.clean_environment(), code=5).error["message"])
        # A token in the environment wins for one run.
        self.assertEqual(self.world.ctl("secrets", "login", code=3).error["code"], "refused")
        self.world.ctl("secrets", "list")

    def test_a_person_at_a_terminal_is_asked_before_the_verb_begins(self):
        main, other = pty.openpty()
        self.addCleanup(os.close, main)
        program = subprocess.Popen([programs.BIN / "droverctl", "--workspace", self.world.workspace, "secrets", "list"], stdin=other, stdout=other,
                                   stderr=other, env={**self.environment, **programs.clean_environment()})  # no keyring
        os.close(other)
        self.addCleanup(program.kill)
        said = ""
        while not (address := re.search(r"^(http\S+)\r\n", said, re.M)):
            said += os.read(main, 4096).decode()
        self.assertEqual(Browser(self).go(address.group(1))[0], 200)
        self.assertEqual(program.wait(60 * waiting.SLOWNESS), 0)
        while True:
            try:
                part = os.read(main, 4096).decode()
            except OSError:  # the other end is closed
                break
            if not part:
                break
            said += part
        self.assertIn("ends with this command", said)


del Store  # its subclasses are the tests

if __name__ == "__main__":
    unittest.main()
