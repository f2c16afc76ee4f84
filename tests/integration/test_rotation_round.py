# SPDX-License-Identifier: Apache-2.0
"""droverctl rotation run --all: a dozen targets' keys in one round, and again after kill -9 in the middle of it."""
import json
import re
import unittest

import waiting
from console import World
from longway import LongWay

TARGETS, AT_ONCE = 12, 4


class Round(unittest.TestCase):
    def setUp(self):
        self.world = World(self, store="vault", own_ids=True)
        self.way = LongWay(self, self.world.sandbox.target("holysheep")["openai"], 0.05)
        settings = self.world.workspace / "drover.toml"
        settings.write_text(settings.read_text() + "".join(
            f'\n[targets.t{i:02}]\nopenai = "{self.way.url}"\n[targets.t{i:02}.issuer]\nkind = "holysheep"\n' for i in range(TARGETS)))
        self.policy = self.world.policy(time="0.1s")
        self.maker, self.world.environment["HOLYSHEEP_API_KEY"] = self.world.sandbox.mint("holysheep")  # makes each target's first key

    def live(self):
        return {key["key_id"] for key in self.world.sandbox.keys()["holysheep"] if key["active"]} - {self.maker}

    def start(self):
        return self.world.start_migration(None, None, ["rotation", "run", "--all", "--at-once", AT_ONCE, "--policy", self.policy])

    def round(self):
        runner = self.start()
        self.assertEqual(runner.wait(120), 3, runner.errors()[-3000:] + runner.output()[-3000:])  # a person makes legacy's keys
        answer = json.loads(runner.output())
        self.assertEqual({name: answer[name] for name in ("done", "failed", "broken", "by_hand")},
                         {"done": TARGETS + 1, "failed": 0, "broken": 0, "by_hand": 1})
        self.assertEqual(answer["error"]["code"], "refused")
        return {one["target"]: one["key_id"] for one in answer["rotations"] if one["key_id"]}

    def check(self, keys):
        """What lives at the provider, what the routing document weighs and what the inventory calls current are the same."""
        self.assertEqual(self.live(), set(keys.values()))
        weighed = {name: set(target["keys"]) for name, target in self.world.routing()["targets"].items() if name != "legacy"}
        self.assertEqual(weighed, {name: {key} for name, key in keys.items()})
        current = {row["target"]: row["id"] for row in self.world.ctl("keys", "list").json["keys"] if row["state"] == "current"}
        self.assertEqual({name: current[name] for name in keys}, keys)

    def test_a_round_and_one_after_a_kill_in_its_middle(self):
        first = self.round()
        self.check(first)
        self.assertLessEqual(self.way.most, AT_ONCE)
        victim = self.start()
        waiting.until(lambda: re.search(r"(\d) of \d+ targets", victim.errors()) and len(self.live()) > TARGETS + 1, "some rotations done, some on their way")
        victim.kill()
        second = self.round()
        self.check(second)
        self.assertTrue(all(second[name] != first[name] for name in first), "every target has a new key")
        self.assertEqual(self.world.ctl("rotation", "resume", "--all", code=3).error["code"], "refused")


if __name__ == "__main__":
    unittest.main()
