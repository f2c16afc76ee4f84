# SPDX-License-Identifier: Apache-2.0
"""kill -9 of a rotation before and after each of its outside effects, together with what outages do: replies lost or late, a store that is
down, a token that has expired, somebody who writes first, a second runner. What must hold is looked up at the provider and in the store."""
import json
import os
import random
import threading
import unittest

import client
from between import Between
from console import Load, World

FAULTS = [None, "lost", "late", "down", "expired", "conflict", "two"]
EFFECTS = ["mint", "store", "promote", "end", "forget"]  # of one rotation, outside this machine
SIDES = ["before", "after"]
# A death at each side of each effect, and as many between them: at a row of the journal. Any so many seeds in a row have them all, and every fault.
DEATHS = [(effect, side) for effect in EFFECTS for side in SIDES]
ROUND = 2 * len(DEATHS)
ENTRIES = 24  # rows of its journal, about
LATE = 10.5   # s: nobody waits so long for a reply
LEAST = 2     # living keys: the policy's minimum
KILLED, BUSY = -9, 2


def provider_kind(method, path):
    return {"POST": "mint", "DELETE": "end"}.get(method) if "/keys" in path else None


def vault_kind(method, path):
    if "/secret/" not in path or method == "GET" or method == "LIST":
        return None
    if method == "DELETE":
        return "forget"
    return "promote" if path.endswith("/production") else "store"


class Watch(threading.Thread):
    """Looks again and again whether the key that `production` names, and those that have a share, live at the provider."""

    def __init__(self, kills):
        super().__init__(daemon=True)
        self.kills, self.wrong, self.looks = kills, [], 0
        self.over = threading.Event()

    def run(self):
        try:
            while not self.over.wait(0.02):
                self.look()
                self.looks += 1
        except Exception as error:  # a watch that ended saw nothing
            self.wrong.append(f"the watch has ended: {error!r}")

    def look(self):
        """What was named before the list was read and is named still, was named while it was read."""
        named, weighed = self.kills.production(), self.kills.weighed()
        live = self.kills.live()
        if named is not None and named not in live and self.kills.production() == named:
            self.wrong.append(f"{named} is current and not alive: {sorted(live)}")
        if not weighed <= live and self.kills.weighed() == weighed:
            self.wrong.append(f"{sorted(weighed)} have a share and do not all live: {sorted(live)}")
        if len(live) < LEAST:
            self.wrong.append(f"too few live: {sorted(live)}")


class Kills(unittest.TestCase):
    def setUp(self):
        self.world = World(self, store="vault", ready=False)
        self.between = Between(self)
        self.direct = self.world.sandbox.first["vault"]
        self.world.make_workspace()
        self.world.ctl("config", "set", "vault.address", self.between.before(self.direct, vault_kind))
        self.real = self.world.sandbox.target("holysheep")["openai"]
        self.world.ctl("config", "set", "targets.holysheep.openai", self.between.before(self.real, provider_kind))
        self.world.own_ids = True
        self.world.add_keys()
        self.world.token = self.world.make_token("load")
        self.world.start_gateway()
        self.load = Load(self.world, rate=60, seconds=14400, stream_share=0)
        controller = self.world.start_migration(self.world.policy(time="0.1s"))
        self.assertEqual(controller.wait(120), 0, controller.errors()[-3000:])
        self.policy = self.world.policy(time="0.1s", least=LEAST)
        self.standby, secret = self.world.sandbox.mint("holysheep")
        self.world.ctl("keys", "add", self.standby, "--target", "holysheep", stdin=secret)
        self.world.ctl("keys", "verify", self.standby)
        self.between.arm()
        self.rotate()  # a first one, whole: from here on `production` names a key
        self.assertEqual(self.between.changes, EFFECTS)  # these are all there are
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

    def weighed(self):
        return {key_id for key_id, weight in self.world.routing()["targets"]["holysheep"]["keys"].items() if weight > 0}

    def proves(self, entry):
        """Whether the provider takes the secret that the store has there."""
        reply = self.world.vault(f"secret/data/holysheep/{entry}")
        if reply.status != 200:
            return False
        return client.call(self.real, "/models", token=reply.json["data"]["data"]["api_key"]).status == 200

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
        fault, at = FAULTS[seed % len(FAULTS)], seed % ROUND
        kill = DEATHS[at // 2] if at % 2 else None
        environment = {} if kill else {"DROVER_DIE_AT_JOURNAL": f"{chance.randint(1, ENTRIES)}:{chance.choice(SIDES)}"}
        # It begins with what its process was about to change, at the latest.
        latest = EFFECTS.index(kill[0]) + 1 if kill else len(EFFECTS)
        self.between.arm(kill, None if fault == "two" else fault, chance.randint(1, latest), chance.randint(2, 9), LATE)
        met, deaths, lives = set(), 0, 0
        while True:
            runner = self.start(environment)
            self.between.victim = runner.process
            other = self.start() if fault == "two" else None
            code = runner.wait(180)
            if other:
                self.assertIn(other.wait(180), (0, BUSY), f"seed {seed}: {other.errors()[-3000:]}")
                met.add("two")
            lives += 1
            self.assertLess(lives, 30, f"seed {seed}: it never ends: {runner.errors()[-2000:]}")
            deaths += code == KILLED
            self.check_alive(seed)
            if code != KILLED and self.outcome() != "none":
                break
            # Killed, or sent away by a store that is down: it is run again, and the fault may come to its end then. Another death comes now
            # and then.
            environment = {"DROVER_DIE_AT_JOURNAL": f"{chance.randint(2, 5)}:{chance.choice(SIDES)}"} if chance.random() < 0.3 else {}
        met |= self.between.met
        self.world.controllers = []
        self.between.arm()
        status = self.world.ctl("rotation", "status").json
        done = status["outcome"] == "done"
        self.check_known(seed)
        if not done or status["why"]:
            self.rotate()  # what an outage left behind, the next rotation clears
        self.check_end(seed)
        return {"deaths": deaths, "killed": deaths > 0, "done": done, **{name: 1 for name in met}}

    def outcome(self):
        """How the rotation ended, by its own word ("none": not yet); what it left is checked in any case."""
        outcome = self.world.ctl("rotation", "status").json["outcome"]
        self.assertIn(outcome, ("none", "done", "failed"))
        return outcome

    def check_alive(self, seed):
        named = self.production()
        self.assertIn(named, self.live(), f"seed {seed}: the current key does not live")
        self.assertTrue(self.proves(named), f"seed {seed}: the store's copy of the current key is none")
        self.assertTrue(self.proves("production"), f"seed {seed}: what `production` holds is no key")

    def check_known(self, seed):
        """Every living key is in the inventory, or the rotation says why it left it."""
        unknown = self.live() - set(self.inventory())
        why = self.world.ctl("rotation", "status").json["why"] or ""
        for key in self.provider_keys():
            if key["key_id"] in unknown:
                self.assertTrue(key["name"] in why or key["key_id"] in why, f"seed {seed}: nobody knows {key}; the rotation says: {why}")

    def check_end(self, seed):
        self.check_alive(seed)
        live, inventory, named = self.live(), self.inventory(), self.production()
        in_use = {key_id for key_id, state in inventory.items() if state in ("proven", "ramping", "current", "overlap")}
        self.assertEqual(live, in_use, f"seed {seed}: what lives at the provider is what the inventory has in use: {inventory}")
        self.assertEqual(live, {named, self.standby}, f"seed {seed}: {inventory}")
        self.assertEqual({key_id for key_id, state in inventory.items() if state == "current"}, {named}, f"seed {seed}: {inventory}")
        self.assertEqual(self.weighed(), {named}, f"seed {seed}")
        self.assertTrue(self.proves(self.standby), f"seed {seed}: the other key is gone from the store")
        names = [key["name"] for key in self.provider_keys() if key["name"].startswith("auto-rotate-")]
        self.assertTrue(names)
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
        print(f"{len(seeds)} runs, {self.watch.looks} looks, {failures} failed client requests; "
              + ", ".join(f"{what} {count}" for what, count in sorted(seen.items())))
        self.assertEqual(failures, 0)
        self.assertGreater(self.watch.looks, len(seeds))
        self.assertFalse(self.watch.wrong, self.watch.wrong[:3])
        # Each was really met: else faults and crash points are not where the rotation is.
        wanted = {fault for fault in FAULTS if fault} | {f"{effect} {side}" for effect, side in DEATHS}
        self.assertFalse(wanted - set(seen) if len(seeds) >= ROUND else set(), "never met")
        self.assertGreater(seen["killed"], len(seeds) // 2)


class Some(Kills):
    def test_a_few_seeds(self):
        self.many(range(1, 1 + ROUND))


class Many(Kills):
    """A part of the thousand: DROVER_PART of DROVER_PARTS, so that parts run side by side. Each has seeds in a row."""

    def test_its_part_of_the_seeds(self):
        part, parts = int(os.environ.get("DROVER_PART", "0")), int(os.environ.get("DROVER_PARTS", "1"))
        count = int(os.environ.get("DROVER_RUNS", "1000"))
        self.many(range(1 + part * count // parts, 1 + (part + 1) * count // parts))


if __name__ == "__main__":
    unittest.main()
