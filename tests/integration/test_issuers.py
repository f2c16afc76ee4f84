# SPDX-License-Identifier: Apache-2.0
"""The old provider's keys rotated by each of their issuers: OpenAI's admin API, Anthropic's, and a person at the dashboard."""
import json
import os
import re
import signal
import subprocess
import unittest

import client
import npm
import programs
import waiting
from console import Load, World
from stage import Sandbox


class Rotations(World):
    """A workspace that serves all traffic from legacy, and rotates legacy's key."""

    def __init__(self, test):
        super().__init__(test, store="vault", ready=False)
        self.make_workspace()
        self.admin = client.call(self.sandbox.control, "/admin").json
        self.keys = {}
        for target in ("legacy", "holysheep"):
            issued, self.keys[target] = self.sandbox.mint(target)
            key_id = issued if target == "legacy" else "k_01"
            self.ctl("keys", "add", key_id, "--target", target, stdin=self.keys[target])
            self.ctl("keys", "verify", key_id)
            if target == "legacy":
                self.first_id = key_id
        self.token = self.make_token("load")
        self.start_gateway()
        self.load = Load(self, rate=60)
        self.quick = self.policy()

    def issuer(self, **settings):
        for name, value in settings.items():
            self.ctl("config", "set", f"targets.legacy.issuer.{name}", value)

    def alive(self):
        return {key["key_id"]: key["name"] for key in self.sandbox.keys()["legacy"] if key["active"]}

    def begin(self, *verb, stdin=None):
        """A verb that stays: its stdin is open, with a key in it where one is given."""
        program = programs.Program("droverctl", ["--workspace", self.workspace, *verb], self.logs, environment=self.environment, stdin=stdin,
                                   first_line=False)
        self.test.addCleanup(program.process.stdin.close)
        self.controllers.append(program)
        return program

    def end_on_dashboard(self, key_id):
        reply = client.call(self.sandbox.control, "/keys/end", {"target": "legacy", "key_id": key_id})
        self.test.assertEqual(reply.status, 200)

    def current(self):
        return self.vault("secret/data/holysheep/production-legacy").json["data"]["data"]["key_id"]

    def weights(self):
        return self.routing()["targets"]["legacy"]["keys"]

    def rotate(self, code=0, stdin=""):
        return self.ctl("rotation", "run", "--target", "legacy", "--policy", self.quick, stdin=stdin, code=code)

    def well(self):
        self.test.assertEqual(self.chat("after", user="after").status, 200)
        self.test.assertEqual(self.load.finish()["failures"], 0)


class OpenAi(unittest.TestCase):
    def setUp(self):
        self.world = Rotations(self)
        self.world.environment["OPENAI_ADMIN_KEY"] = self.world.admin["openai"]["admin_key"]
        self.world.issuer(kind="openai", project=self.world.admin["openai"]["project"])

    def test_a_key_is_minted_promoted_and_the_old_one_deleted(self):
        rotated = self.world.rotate().json
        self.assertEqual(rotated["outcome"], "done", rotated)
        self.assertIsNone(rotated["why"])
        new = rotated["key_id"]
        self.assertTrue(new.startswith("svc_acct_"), new)
        self.assertEqual(self.world.weights(), {new: 1})
        self.assertEqual(self.world.current(), new)
        self.assertEqual(list(self.world.alive().values()), [rotated["history"][0]["text"].removeprefix("mint ")])
        self.assertNotIn(self.world.first_id, self.world.alive())
        again = self.world.rotate().json  # an account's key is ended with its account
        self.assertEqual((again["outcome"], again["previous_key"]), ("done", new))
        self.assertEqual(len(self.world.alive()), 1)
        self.world.well()

    def test_a_mint_whose_reply_was_lost_is_found_by_its_name(self):
        self.world.sandbox.fault(target="legacy", mint="lost_once")
        running = self.world.begin("--json", "rotation", "run", "--target", "legacy", "--policy", self.world.quick)
        self.assertEqual(running.wait(120), 0, running.errors()[-3000:])
        rotated = json.loads(running.output())
        self.assertIn("found an orphan of a lost reply", [line["text"] for line in rotated["history"]])
        self.assertEqual(rotated["outcome"], "done")
        alive = self.world.alive()
        self.assertEqual(len(alive), 1, alive)  # the orphan and the old key are gone
        self.assertEqual(self.world.weights(), {rotated["key_id"]: 1})
        self.world.well()

    def test_settings_are_named(self):
        self.world.environment.pop("OPENAI_ADMIN_KEY")
        failed = self.world.rotate(code=1).json
        self.assertIn("targets.legacy.issuer.admin_key", failed["why"])
        checked = self.world.ctl("config", "check", code=None)
        self.assertIn("targets.legacy.issuer.admin_key", checked.out)
        self.world.ctl("config", "set", "targets.legacy.issuer.kind", "nobody", code=2)
        self.world.ctl("config", "set", "targets.legacy.issuer.admin_key", "sk-admin-in-the-open", code=2)
        self.world.ctl("secrets", "set", "openai-admin", stdin=self.world.admin["openai"]["admin_key"])
        self.world.issuer(admin_key="secret:openai-admin")
        self.assertEqual(self.world.rotate().json["outcome"], "done")


class APerson(unittest.TestCase):
    """Nothing is set: the sandbox's legacy provider is no host of OpenAI's, so a person makes its keys."""

    def setUp(self):
        self.world = Rotations(self)

    def wanted_name(self):
        waits = self.world.ctl("rotation", "status").json["waits_for"]
        return re.search(r"auto-rotate-[0-9a-z-]+", waits).group(0)

    def test_a_pasted_key_replaces_the_old_one_when_the_person_has_ended_that(self):
        world = self.world
        waiting_now = world.rotate(code=3)  # nothing on stdin
        self.assertIn("auto-rotate-", waiting_now.json["error"]["message"])
        name = self.wanted_name()
        self.assertIn(name, waiting_now.err)
        # The agent asks nobody: it leaves the rotation as it is, and says so.
        agent = world.ctl("agent", "--once")
        self.assertEqual(agent.json["rotations"], [])
        self.assertIn(name, agent.err)
        # The id, and the key that is held already.
        for given, why in ((world.first_id, "id"), (world.keys["legacy"], "held already"), ("sk-proj-unknown0123456789", "401")):
            refused = world.ctl("rotation", "resume", stdin=given, code=3).json["error"]["message"]
            self.assertIn(why, refused)
            self.assertNotIn(world.keys["legacy"], refused)
        made = client.call(world.sandbox.control, "/keys", {"target": "legacy", "name": name}).json
        running = world.begin("rotation", "resume", stdin=made["api_key"].encode())
        waiting.until(lambda: "End it on" in running.errors(), "word that the old key is to be ended", 60)
        self.assertTrue(running.running())
        self.assertEqual(set(world.alive()), {world.first_id, made["key_id"]})
        # Ctrl-C leaves it as it is; the next one waits on.
        running.signal(signal.SIGINT)
        running.wait()
        status = world.ctl("rotation", "status").json
        self.assertEqual((status["outcome"], status["state"]), ("none", "revoke"))
        self.assertIn(world.first_id, status["waits_for"])
        world.end_on_dashboard(world.first_id)
        done = world.ctl("rotation", "resume").json
        self.assertEqual(done["outcome"], "done")
        self.assertEqual(set(world.alive()), {made["key_id"]})
        self.assertEqual(world.weights(), {done["key_id"]: 1})
        self.assertEqual(world.current(), done["key_id"])
        states = {key["id"]: key["state"] for key in world.ctl("keys", "list").json["keys"]}
        self.assertEqual((states[world.first_id], states[done["key_id"]]), ("revoked", "current"))
        for file in world.logs.iterdir():
            self.assertNotIn(made["api_key"], file.read_text(errors="replace"))
        world.well()

    def test_ctrl_c_at_the_prompt_leaves_a_rotation_that_asks_again(self):
        world = self.world
        running = world.begin("rotation", "run", "--target", "legacy", "--policy", world.quick)
        waiting.until(lambda: "auto-rotate-" in running.errors(), "the prompt", 60)
        running.signal(signal.SIGINT)
        self.assertNotEqual(running.wait(30), 0)
        name = self.wanted_name()
        again = world.ctl("rotation", "resume", code=3)
        self.assertIn(name, again.json["error"]["message"])
        given_up = world.ctl("rotation", "resume", "--give-up", code=1).json
        self.assertEqual(given_up["outcome"], "failed")
        self.assertIn(name, given_up["why"])
        self.assertEqual(world.weights(), {world.first_id: 1})
        world.well()


class Anthropic(unittest.TestCase):
    def test_a_key_is_pasted_and_the_old_one_made_inactive(self):
        world = Rotations(self)
        world.environment["ANTHROPIC_ADMIN_KEY"] = world.admin["anthropic"]["admin_key"]
        world.issuer(kind="anthropic")
        world.rotate(code=3)
        name = re.search(r"auto-rotate-[0-9a-z-]+", world.ctl("rotation", "status").json["waits_for"]).group(0)
        made = client.call(world.sandbox.control, "/keys", {"target": "legacy", "name": name}).json
        done = world.ctl("rotation", "resume", stdin=made["api_key"]).json
        self.assertEqual((done["outcome"], done["why"]), ("done", None))
        self.assertEqual(done["key_id"], made["key_id"])  # found by its name
        self.assertEqual(set(world.alive()), {made["key_id"]})
        reply = client.call(world.sandbox.target("legacy")["anthropic"], f"/v1/organizations/api_keys/{world.first_id}",
                            headers={"x-api-key": world.admin["anthropic"]["admin_key"]})
        self.assertEqual(reply.json["status"], "inactive")
        world.well()


class AdminClient(unittest.TestCase):
    """The official OpenAI client for Node against the stand-in for OpenAI's admin API: what our own client is tested against is what the
    vendor's client understands."""

    def test_the_official_client_mints_lists_and_deletes(self):
        npm.install()
        place = programs.scratch(self)
        sandbox = Sandbox(place / "sandbox", place)
        self.addCleanup(sandbox.stop)
        admin = client.call(sandbox.control, "/admin").json["openai"]
        environment = programs.clean_environment(PROVIDER_URL=sandbox.target("legacy")["openai"], ADMIN=json.dumps(admin))
        done = subprocess.run(["node", "--test", "admin.test.mjs"], cwd=npm.FOLDER, capture_output=True, text=True, check=False,
                              timeout=120 * waiting.SLOWNESS, env={**environment, "PATH": os.environ["PATH"]})
        self.assertEqual(done.returncode, 0, done.stdout[-6000:] + done.stderr[-2000:])
        self.assertRegex(done.stdout, r"(?m)^(#|ℹ) pass 4$")


if __name__ == "__main__":
    unittest.main()
