# SPDX-License-Identifier: Apache-2.0
"""kill -9 of a rotation before and after each of its outside effects, together with what outages do: replies lost or late, a store that is
down, a token that has expired, somebody who writes first, a second runner. What must hold is looked up at the provider and in the store."""
import json
import os
import random
import threading
import unittest

import programs
import waiting
from between import Between
from console import Load, World

FAULTS = [None, "lost", "late", "down", "expired", "conflict", "two"]
ENTRIES = 24  # rows of its journal, about
KILLED = -9


def changes_provider(method, path):
    return method in ("POST", "DELETE") and "/keys" in path


def changes_vault(method, path):
    return method in ("POST", "PUT", "DELETE", "PATCH") and "/secret/" in path


class Watch(threading.Thread):
    """Looks again and again whether the key that `production` names lives at the provider."""

    def __init__(self, kills):
        super().__init__(daemon=True)
        self.kills, self.wrong, self.looks = kills, [], 0
        self.over = threading.Event()

    def run(self):
        while not self.over.wait(0.02):
            named = self.kills.production()
            live = self.kills.live()
            if named is not None and named not in live and self.kills.production() == named:
                self.wrong.append(f"{named} is current and not alive: {sorted(live)}")
            if not live:
                self.wrong.append("no key is alive")
            self.looks += 1


class Kills(unittest.TestCase):
    def setUp(self):
        self.world = World(self, store="vault", ready=False)
        self.between = Between(self)
        self.direct = self.world.sandbox.first["vault"]
        self.world.make_workspace()
        self.world.ctl("config", "set", "vault.address", self.between.before(self.direct, changes_vault))
        self.real = self.world.sandbox.target("holysheep")["openai"]
        self.world.ctl("config", "set", "targets.holysheep.openai", self.between.before(self.real, changes_provider))
        self.world.own_ids = True
        self.world.add_keys()
        self.world.token = self.world.make_token("load")
        self.world.start_gateway()
        self.load = Load(self.world, rate=60, seconds=14400, stream_share=0)
        policy = self.world.policy(time="0.1s")
        controller = self.world.start_migration(policy)
        self.assertEqual(controller.wait(120), 0, controller.errors()[-3000:])
        self.policy = policy
        self.between.arm()
        self.rotate()  # a first one, whole: from here on `production` names a key
        self.effects = self.between.changes
        self.watch = Watch(self)
        self.watch.start()

    # What is so, by those who know it ------------------------------------------------------------------------------

    def provider_keys(self):
        return self.world.sandbox.keys()["holysheep"]

    def live(self):
        return {key["key_id"] for key in self.provider_keys() if key["active"]}

    def production(self):
        reply = self.world.vault("secret/data/holysheep/production")
        return reply.json["data"]["data"].get("key_id") if reply.status == 200 else None

    def in_store(self, key_id):
        return self.world.vault(f"secret/data/holysheep/{key_id}").status == 200

    def inventory(self):
        rows = self.world.ctl("keys", "list").json["keys"]
        return {row["id"]: row["state"] for row in rows if row["target"] == "holysheep"}

    # ---------------------------------------------------------------------------------------------------------------

    def start(self, environment=None):
        return self.world.start_migration(None, environment, ["rotation", "run", "--policy", self.policy])

    def rotate(self):
        runner = self.start()
        self.assertEqual(runner.wait(120), 0, runner.errors()[-3000:] + runner.output()[-3000:])
        return json.loads(runner.output())

    def one_run(self, seed):
        chance = random.Random(seed)
        fault = chance.choice(FAULTS)
        kill_at, side = chance.randint(1, self.effects), chance.choice(["before", "after"])
        fault_at = chance.randint(1, self.effects)
        # Half of them die at a row of the journal instead: between two effects.
        at_row = chance.random() < 0.5
        environment = {"DROVER_DIE_AT_JOURNAL": f"{chance.randint(1, ENTRIES)}:{side}"} if at_row else {}
        self.between.arm(0 if at_row else kill_at, side, fault, fault_at)
        runner = self.start(environment)
        self.between.victim = runner.process
        second = self.start() if fault == "two" else None
        code = runner.wait(120)
        if second:
            second.wait(120)
        deaths = 0
        while code == KILLED:
            deaths += 1
            self.assertLess(deaths, 30, f"seed {seed}: it never ends")
            self.check_alive(seed)
            # The fault may come to its end in the next life; another death comes now and then.
            runner = self.start({"DROVER_DIE_AT_JOURNAL": f"{chance.randint(2, 5)}:{side}"} if chance.random() < 0.3 else {})
            code = runner.wait(120)
        self.world.controllers = []
        met = {"two"} if second else self.between.met - {"killed"}
        self.between.arm()
        done = self.whole()
        if not done:
            self.rotate()  # what an outage left behind, the next rotation clears
        self.check_end(seed)
        return {"deaths": deaths, "killed": deaths > 0, "done": done, **{name: 1 for name in met}}

    def whole(self):
        """Whether the rotation ended well, by its own word; what it left is checked in any case."""
        status = self.world.ctl("rotation", "status").json
        self.assertIn(status["outcome"], ("done", "failed"), status)
        return status["outcome"] == "done"

    def check_alive(self, seed):
        named = self.production()
        self.assertIn(named, self.live(), f"seed {seed}: the current key does not live")
        self.assertTrue(self.in_store(named), f"seed {seed}: the current key is not in the store")

    def check_end(self, seed):
        self.check_alive(seed)
        live, inventory, named = self.live(), self.inventory(), self.production()
        in_use = {key_id for key_id, state in inventory.items() if state in ("proven", "ramping", "current", "overlap")}
        self.assertEqual(live, in_use, f"seed {seed}: what lives at the provider is what the inventory has in use: {inventory}")
        self.assertEqual({key_id for key_id, state in inventory.items() if state == "current"}, {named}, f"seed {seed}: {inventory}")
        self.assertEqual(set(self.world.routing()["targets"]["holysheep"]["keys"]), {named}, f"seed {seed}")
        names = [key["name"] for key in self.provider_keys()]
        self.assertEqual(len(names), len(set(names)), f"seed {seed}: a name was minted twice")
        self.assertFalse(self.watch.wrong, f"seed {seed}: {self.watch.wrong[:3]}")

    def many(self, seeds):
        seen = {}
        for seed in seeds:
            with self.subTest(seed):
                for what, count in self.one_run(seed).items():
                    seen[what] = seen.get(what, 0) + int(count)
        self.watch.over.set()
        self.watch.join()
        failures = self.load.finish()["failures"]
        print(f"{len(seeds)} runs of {self.effects} outside effects, {self.watch.looks} looks, {failures} failed client requests; "
              + ", ".join(f"{what} {count}" for what, count in sorted(seen.items())))
        self.assertEqual(failures, 0)
        self.assertGreater(self.watch.looks, len(seeds))
        self.assertGreater(seen["killed"], len(seeds) // 4)  # else the crash points are not where the rotation is


class Some(Kills):
    def test_a_few_seeds(self):
        self.many(range(1, 13))


class Many(Kills):
    """A part of the thousand: DROVER_PART of DROVER_PARTS, so that parts run side by side."""

    def test_its_part_of_the_seeds(self):
        part, parts = int(os.environ.get("DROVER_PART", "0")), int(os.environ.get("DROVER_PARTS", "1"))
        count = int(os.environ.get("DROVER_RUNS", "1000"))
        self.many(range(1 + part, 1 + count, parts))


if __name__ == "__main__":
    unittest.main()
