# SPDX-License-Identifier: Apache-2.0
"""Known keys are planted, a whole migration is run, and everything the programs wrote or showed is searched for them."""
import base64
import unittest
import urllib.parse
from pathlib import Path

import client
import programs
import waiting
from console import Load, World

PLANTED = {"legacy": "sk-planted-legacy-0f9e8d7c6b5a49382716", "holysheep": "cr_planted0holysheep0a1b2c3d4e5f60718"}
# What an operator may have in the environment of droverctl, for one run. HolySheep's admin key stands for a credential it mints with.
ENVIRONMENT = {"ADMIN_KEY": "cr_planted0admin0key0a1b2c3d4e5f60718", "VAULT_TOKEN": "hvs.planted0vault0token0112233",
               "HOLYSHEEP_API_KEY": "cr_planted0environment0key0998877"}
PROMPT = "planted prompt: the sheep of the vicar are grey"


def disguises(secret):
    """The secret as it is, and as encodings would write it."""
    raw = secret.encode()
    yield raw
    yield raw.hex().encode()
    yield urllib.parse.quote(secret, safe="").encode()
    for shift in range(3):
        yield base64.b64encode(b"x" * shift + raw)[4:-4]


class Secrets(unittest.TestCase):
    def watch_children(self, world, wanted, seen):
        """Arguments and environments of every program that belongs to the workspace."""
        for entry in Path("/proc").iterdir():
            if not entry.name.isdigit():
                continue
            try:
                arguments = (entry / "cmdline").read_bytes()
                if str(world.place).encode() not in arguments:
                    continue
                environment = (entry / "environ").read_bytes()
            except OSError:
                continue
            seen.add(entry.name)
            program = Path(arguments.split(b"\0")[0].decode()).name
            self.programs.add(program)
            for secret in wanted:
                for form in disguises(secret):
                    self.assertNotIn(form, arguments, f"in the arguments of {arguments[:200]}")
                    if program != "droverctl":  # it was given them there
                        self.assertNotIn(form, environment, f"in the environment of {arguments[:200]}")

    def test_nowhere(self):
        world = World(self, ready=False, keys=PLANTED)
        world.environment.update(ENVIRONMENT)
        world.sandbox.mint("holysheep", ENVIRONMENT["ADMIN_KEY"])  # droverctl mints the rotation's key with it
        world.set_up()
        self.assertEqual(world.keys, PLANTED)
        secret = "planted-smtp-password-5544332211"
        world.ctl("secrets", "set", "smtp-password", stdin=secret)
        wanted = [*PLANTED.values(), *ENVIRONMENT.values(), world.token, secret]
        shown, seen, self.programs = [], set(), set()
        load = Load(world, rate=100)
        controller = world.start_migration(world.policy(rotate="true"))

        def over():
            self.watch_children(world, wanted, seen)
            return not controller.running()
        waiting.until(over, "the migration to end", 180, every=0.05)
        self.assertEqual(controller.wait(), 0, controller.errors())
        world.chat(PROMPT, user="planted")
        self.assertEqual(load.finish()["failures"], 0)
        for model in ("fault-500", "fault-401-holysheep"):
            world.chat("x", model=model)
        for path in ("/metrics", "/healthz", "/readyz", "/admin/routing"):
            shown.append(client.call(world.gateway["admin"], path).body)
        for verb in (("keys", "list"), ("config", "check"), ("secrets", "list"), ("tokens", "list"), ("migrate", "status"), ("routing", "show"),
                     ("routing", "acks"), ("usage", "summary"), ("rotation", "status"), ("gateway", "status"), ("keys", "verify", "k_leg1"), ("keys", "import", "env", "k_env"),
                     ("audit", "list"), ("report", "migration", "--format", "html"), ("report", "migration", "--format", "json"),
                     ("report", "migration", "--format", "csv"), ("report", "migration", "--lang", "zh_CN")):
            for as_json in (True, False):
                answer = world.ctl(*verb, code=None, as_json=as_json)
                shown += [answer.out.encode(), answer.err.encode()]
        self.assertIn("key.mint", world.ctl("audit", "list").out)
        self.assertEqual(world.ctl("keys", "show", "k_env").json["keys"][0]["id"], "k_env")
        world.ctl("gateway", "stop", code=None)
        self.assertGreater(len(seen), 2)
        self.assertIn("drover-gateway", self.programs)

        minted = world.keyring.entries()
        wanted += [line.split("=", 1)[1].strip() for line in minted.splitlines() if line.startswith("secret = cr_")]
        written = programs.snapshot(world.place)
        self.assertGreater(len(written), 8)
        for secret_text in set(wanted):
            for form in disguises(secret_text):
                for name, content in written.items():
                    self.assertNotIn(form, content, f"{name} holds {secret_text[:12]}…")
                for text in shown:
                    self.assertNotIn(form, text, text[:300])
        for name, content in written.items():
            self.assertNotIn(PROMPT.encode(), content, f"{name} holds a prompt")


if __name__ == "__main__":
    unittest.main()
