# SPDX-License-Identifier: Apache-2.0
"""droverctl rotation run by itself, without a migration around it."""
import unittest

import waiting
from console import Load, World


class AfterTheEnd(unittest.TestCase):
    def setUp(self):
        self.world = World(self, store="vault", own_ids=True)
        self.load = Load(self.world)

    def live_keys(self):
        return {key["key_id"] for key in self.world.sandbox.keys()["holysheep"] if key["active"]}

    def test_a_key_is_rotated_after_the_migration_is_done(self):
        policy = self.world.policy()
        controller = self.world.start_migration(policy)
        self.assertEqual(controller.wait(120), 0, controller.errors()[-3000:])
        before = self.world.routing()
        self.assertEqual(before["phase"], "done")

        rotated = self.world.ctl("rotation", "run", "--policy", policy).json
        self.assertEqual(rotated["outcome"], "done")
        new = rotated["key_id"]
        after = self.world.routing()
        self.assertEqual(after["targets"]["holysheep"], {"share": 1, "keys": {new: 1}})
        self.assertEqual(after["targets"]["legacy"], before["targets"]["legacy"])
        self.assertEqual((after["phase"], after["migration"]), ("done", None))
        self.assertEqual(self.live_keys(), {new})

        # The new key serves, and the migration has ended all the same.
        def served():
            return self.world.sandbox.counts()["holysheep"]["by_key"].get(new, 0)
        seen = served()
        self.assertEqual(self.world.chat("x", user="after").status, 200)
        waiting.until(lambda: served() > seen, "a request with the new key")
        self.assertEqual(self.world.status()["phase"], "done")
        self.assertIn("done", self.world.ctl("migrate", "rollback", code=3).json["error"]["message"])
        self.assertEqual(self.load.finish()["failures"], 0)


class OneProvider(unittest.TestCase):
    """A workspace whose old provider has no key yet, so that nothing is routed: its keys are rotated all the same."""

    def test_the_only_key_is_rotated_again_and_again(self):
        world = World(self, store="vault", ready=False)
        world.make_workspace()
        first, secret = world.sandbox.mint("holysheep")
        world.ctl("keys", "add", first, "--target", "holysheep", stdin=secret)
        world.ctl("keys", "verify", first)
        for _ in range(2):
            rotated = world.ctl("rotation", "run", "--policy", world.policy(time="0.1s")).json
            self.assertEqual((rotated["outcome"], rotated["why"]), ("done", None))
            live = [key["key_id"] for key in world.sandbox.keys()["holysheep"] if key["active"]]
            self.assertEqual(live, [rotated["key_id"]])
            self.assertEqual(world.vault("secret/data/holysheep/production").json["data"]["data"]["key_id"], rotated["key_id"])
        self.assertFalse((world.workspace / "gateway" / "routing.json").exists())

        # The old provider's first key makes the first document, with the key that is in use now.
        issued, secret = world.sandbox.mint("legacy")
        world.ctl("keys", "add", issued, "--target", "legacy", stdin=secret)
        world.ctl("keys", "verify", issued)
        self.assertEqual(world.routing()["targets"]["holysheep"], {"share": 0, "keys": {rotated["key_id"]: 1}})


if __name__ == "__main__":
    unittest.main()
