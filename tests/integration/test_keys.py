# SPDX-License-Identifier: Apache-2.0
"""The inventory by the command line: import, reveal, revoke, prune, drift, against the sandbox's providers and its Vault."""
import json
import os
import pty
import select
import subprocess
import time
import unittest

import client
import programs
import waiting
from console import World


class Inventory(unittest.TestCase):
    def setUp(self):
        self.world = World(self, store="vault", ready=False)
        self.world.make_workspace()

    def kinds(self, code):
        return {(one["kind"], one["id"]) for one in self.world.ctl("keys", "drift", code=code).json["drift"]}

    def add(self, key_id, target, key):
        self.world.ctl("keys", "add", key_id, "--target", target, stdin=key)
        self.world.ctl("keys", "verify", key_id)

    def test_keys_from_a_file_and_from_vault(self):
        world = self.world
        legacy = world.sandbox.mint("legacy")[1]
        key_id, key = world.sandbox.mint("holysheep")
        file = world.place / ".env"
        file.write_text(f"# of the old service\nexport LEGACY_LLM_KEY='{legacy}'\nPORT=8080\nHOLYSHEEP_API_KEY=\"{key}\" # new\n")
        file.chmod(0o644)
        before = file.read_bytes()

        preview = world.ctl("keys", "import", "dotenv", file, "--dry-run")
        self.assertEqual([(one["found"], one["target"]) for one in preview.json["candidates"]],
                         [("LEGACY_LLM_KEY", "legacy"), ("HOLYSHEEP_API_KEY", "holysheep")])
        self.assertEqual(preview.json["passed_over"], ["PORT"])
        self.assertIn("chmod 600", preview.err)
        for secret in (legacy, key):
            self.assertNotIn(secret, preview.out + preview.err)
        self.assertEqual(world.ctl("keys", "list").json["keys"], [])

        world.ctl("keys", "import", "dotenv", file, "--only", "LEGACY_LLM_KEY", "--id", "k_leg1")
        self.assertEqual(world.ctl("keys", "import", "dotenv", file).json["stored"] != [], True)
        self.assertEqual(file.read_bytes(), before, "nothing is written into the source")
        for each in world.ctl("keys", "list").json["keys"]:
            world.ctl("keys", "verify", each["id"])
        bad = world.place / "bad.env"
        bad.write_text("A=1\nnonsense\n")
        self.assertIn("bad.env:2", world.ctl("keys", "import", "dotenv", bad, code=2).error["where"])

        # As the playbook's rotator leaves it in Vault: found, and only noted.
        other_id, other = world.sandbox.mint("holysheep")
        written = client.call(world.sandbox.first["vault"], f"/v1/secret/data/holysheep/{other_id}", headers={"X-Vault-Token": "root"}, method="POST",
                              body={"data": {"api_key": other, "created_by": "rotation-service", "created_at": "2026-01-02T03:04:05Z"}})
        self.assertEqual(written.status, 200, written)
        self.assertIn(("unknown_in_store", other_id), self.kinds(1))
        self.assertEqual(world.ctl("keys", "import", "store", "vault").json["stored"], [other_id])
        self.assertEqual(world.vault(f"secret/metadata/holysheep/{other_id}").json["data"]["current_version"], 1)
        shown = world.ctl("keys", "show", other_id).json["keys"][0]
        self.assertEqual(shown["created_at"][:10], "2026-01-02")

        # Revoked, and once it is old, forgotten; the others stay.
        world.ctl("keys", "verify", other_id)
        world.ctl("keys", "revoke", other_id, "--reason", "a test")
        self.assertFalse([one for one in world.sandbox.keys()["holysheep"] if one["key_id"] == other_id and one["active"]])
        self.assertEqual(world.vault(f"secret/data/holysheep/{other_id}").status, 404)
        self.assertEqual(world.ctl("keys", "prune").json["removed"], [])
        seen = world.ctl("keys", "prune", "--older-than", "0s").json
        self.assertEqual([one["id"] for one in seen["keys"] if one["removes"]], [other_id])
        world.ctl("keys", "prune", "--older-than", "0s", "--yes", "--seen", "000000000000", code=3)
        done = world.ctl("keys", "prune", "--older-than", "0s", "--yes", "--seen", seen["stamp"]).json
        self.assertEqual(done["removed"], [other_id])
        self.assertNotIn(other_id, world.ctl("keys", "list").out)
        self.assertEqual({entry["deed"] for entry in world.ctl("audit", "list").json["entries"]} >= {"key.add", "key.retire", "key.revoke", "key.prune"}, True)

    def test_what_must_not_be_revoked(self):
        world = self.world
        key_id, key = world.sandbox.mint("holysheep")
        self.add("k_leg1", "legacy", world.sandbox.mint("legacy")[1])
        self.add(key_id, "holysheep", key)
        self.assertIn("weight", world.ctl("keys", "revoke", key_id, code=3).json["error"]["message"])
        # Pasted under an id of ours, it cannot be ended by that id: it stays, retired, and can be finished by hand.
        pasted_id, pasted = world.sandbox.mint("holysheep")
        self.add("k_pasted", "holysheep", pasted)
        refused = world.ctl("keys", "revoke", "k_pasted", "--wait", "0s", code=3).json["error"]["message"]
        self.assertIn("dashboard", refused)
        self.assertEqual(world.ctl("keys", "show", "k_pasted").json["keys"][0]["state"], "retired")
        self.assertEqual(world.vault("secret/data/holysheep/k_pasted").status, 200)
        ended = client.call(world.sandbox.target("holysheep")["openai"], f"/keys/{pasted_id}", headers={"Authorization": f"Bearer {key}"}, method="DELETE")
        self.assertIn(ended.status, (200, 204), ended)
        world.ctl("keys", "revoke", "k_pasted")
        self.assertEqual(world.ctl("keys", "show", "k_pasted").json["keys"][0]["state"], "revoked")
        self.assertEqual(self.kinds(0), set())

    def test_a_key_is_shown_on_a_terminal_and_taken_away_again(self):
        world = self.world
        key = world.sandbox.mint("legacy")[1]
        world.ctl("keys", "add", "k_leg1", "--target", "legacy", stdin=key)
        refused = world.ctl("keys", "reveal", "k_leg1", stdin="k_leg1\n", code=2)
        self.assertNotIn(key, refused.out)
        self.assertEqual(world.ctl("keys", "reveal", "k_leg1", "--to-stdout", stdin="k_leg1\n", as_json=False).out, key + "\n")
        world.ctl("keys", "reveal", "k_leg1", "--to-stdout", stdin="yes\n", code=2)

        ours, theirs = pty.openpty()
        began = time.monotonic()
        program = subprocess.Popen([str(programs.BIN / "droverctl"), "--workspace", str(world.workspace), "keys", "reveal", "k_leg1"],
                                   stdin=subprocess.PIPE, stdout=theirs, stderr=subprocess.DEVNULL, env=world.environment)
        os.close(theirs)
        self.addCleanup(os.close, ours)
        program.stdin.write(b"k_leg1\n")
        program.stdin.close()
        text = b""
        while time.monotonic() - began < 60 * waiting.SLOWNESS:
            if select.select([ours], [], [], 1)[0]:
                try:
                    part = os.read(ours, 4096)
                except OSError:  # the other end is closed
                    break
                if not part:
                    break
                text += part
        self.assertEqual(program.wait(30), 0)
        screen, left = text.split(b"\x1b[?1049l")
        self.assertIn(key.encode(), screen)
        self.assertNotIn(key.encode(), left)
        self.assertIn(b"k_leg1 ****", left)
        deeds = [entry["deed"] for entry in world.ctl("audit", "list").json["entries"]]
        self.assertEqual(deeds.count("key.reveal"), 2)


if __name__ == "__main__":
    unittest.main()
