# SPDX-License-Identifier: Apache-2.0
"""kill -9 of the controller at every journal step of a migration and of the rotation in it; and a controller that stays dead.
The effects are counted at the provider and in the store: a real keyring, or the sandbox's Vault."""
import json
import signal
import unittest

import waiting
from console import Load, World

KILLED = -signal.SIGKILL


class Crash(unittest.TestCase):
    STORE = "keychain"

    def setUp(self):
        self.world = World(self, store=self.STORE, own_ids=True)

    def keys_at_provider(self):
        return self.world.sandbox.keys()["holysheep"]

    def keys_in_store(self):
        if self.world.keyring:
            words = self.world.keyring.entries().replace("/", " ").split()
            return {word.split("@")[0] for word in words if word.startswith(("k_", "key_"))}  # each version has an entry of its own
        listed = self.world.vault("secret/metadata/holysheep?list=true")
        return set(listed.json["data"]["keys"]) if listed.status == 200 else set()

    def inventory(self):
        return {row["id"]: row for row in self.world.ctl("keys", "list").json["keys"] if row["target"] == "holysheep"}

    def same_end_state(self, load):
        """What must hold however often the controller died."""
        self.ended_well()
        self.assertEqual(load.finish()["failures"], 0)

    def ended_well(self):
        self.world.wait_phase("done")
        document = self.world.routing()
        self.assertEqual((document["phase"], document["targets"]["holysheep"]["share"]), ("done", 1))
        inventory, store, issued = self.inventory(), self.keys_in_store(), self.keys_at_provider()
        live = [key for key in issued if key["active"]]
        names = [key["name"] for key in issued]
        self.assertEqual(len(names), len(set(names)), f"an intent was minted twice: {names}")
        self.assertEqual(len(live), 1, f"exactly the new key lives on at the provider: {issued}")
        current = [key_id for key_id, row in inventory.items() if row["state"] == "current"]
        self.assertEqual(len(current), 1, inventory)
        self.assertIn(current[0], store, "the current key is in the store")
        self.assertEqual(set(document["targets"]["holysheep"]["keys"]), set(current))
        self.assertEqual(self.world.chat("x", user="after").status, 200)
        self.assertEqual(sum(1 for key in inventory.values() if key["state"] in ("proven", "ramping", "current", "overlap")), 1, inventory)

    def go_on_until_done(self, die_at, lives=200):
        """Resumes with the given crash point again and again; each life gets a little further."""
        for life in range(lives):
            controller = self.world.resume({"DROVER_DIE_AT_JOURNAL": die_at(life)})
            code = controller.wait(120)
            if code != KILLED:
                self.assertEqual(code, 0, controller.errors()[-3000:] + controller.output()[-3000:])
                return life
        self.fail(f"{lives} lives were not enough: {self.world.status()}")


class EveryStep(Crash):
    STORE = "vault"

    def test_killed_after_each_entry_and_before_the_next(self):
        """A life first writes that it goes on, the migration and, once there is one, the rotation in it; the crash point is the entry after
        that, or one of the next in the rotation, since a minted key is only in memory until it is stored. Dying before an entry leaves an
        effect without its entry, dying after it the entry without the next effect."""
        load = Load(self.world)
        policy = self.world.policy(rotate="true")
        controller = self.world.start_migration(policy, {"DROVER_DIE_AT_JOURNAL": "1:after"})
        self.assertEqual(controller.wait(60), KILLED, controller.errors())

        def die_at(life):
            in_rotation = self.world.status()["rotation"]["step"] != "none"
            return f"{3 + life // 2 % 3 if in_rotation else 2}:{'before' if life % 2 == 0 else 'after'}"
        lives = self.go_on_until_done(die_at)
        self.assertGreater(lives, 10)
        self.same_end_state(load)


class EachEntry(Crash):
    """One migration for each entry of its journal and each side of it: killed there once, resumed once. Slow: not in the default run."""
    STORE = "vault"

    def test_one_migration_for_each_crash_point(self):
        load = Load(self.world, rate=400, seconds=7200)  # of all the migrations
        policy = self.world.policy(rotate="true", time="0.1s")
        entry, killed = 1, 0
        while True:
            ends = [self.killed_at(f"{entry}:{side}", policy) for side in ("before", "after")]
            killed += sum(ends)
            if not any(ends):
                break  # the migration has fewer entries than that
            entry += 1
        print(f"{killed} crash points at {entry - 1} entries")
        self.assertGreater(entry, 20)
        self.assertEqual(load.finish()["failures"], 0)

    def killed_at(self, point, policy):
        """Whether the controller met the crash point; the end state is checked in any case."""
        with self.subTest(point):
            before = self.world.status()["migration"]
            controller = self.world.start_migration(policy, {"DROVER_DIE_AT_JOURNAL": point})
            code = controller.wait(120)
            if code != KILLED:
                self.assertEqual(code, 0, controller.errors()[-3000:])
            elif self.world.status()["migration"] == before:
                # Killed before the first entry: nothing was begun, nothing is to be resumed.
                self.assertEqual(point, "1:before")
            elif self.world.status()["phase"] == "done":
                # Killed after its last entry it has ended, and a resume says so; before that, the last document was left to write.
                self.assertIn(self.world.resume().wait(120), (0, 3))
                self.ended_well()
            else:
                resumed = self.world.resume()
                self.assertEqual(resumed.wait(120), 0, resumed.errors()[-3000:])
                self.ended_well()
            return code == KILLED
        return False


class OneKill(Crash):
    def run_killed_at(self, point):
        load = Load(self.world)
        controller = self.world.start_migration(self.world.policy(rotate="true", time="0.1s"), {"DROVER_DIE_AT_JOURNAL": point})
        code = controller.wait(120)
        if code == KILLED:
            resumed = self.world.resume()
            self.assertEqual(resumed.wait(120), 0, resumed.errors()[-3000:])
        else:
            self.assertEqual(code, 0, controller.errors()[-3000:])
        self.same_end_state(load)

    def test_before_the_first_order(self):
        self.run_killed_at("2:before")

    def test_in_mid_canary(self):
        self.run_killed_at("8:after")

    def test_after_the_mint(self):
        """The key was made, its id never reached the journal."""
        self.run_killed_at("22:before")


class LeftDead(Crash):
    def test_all_new_requests_are_on_legacy_within_a_lease(self):
        load = Load(self.world)
        controller = self.world.start_migration(self.world.policy(time="0.5s", lease="3s"))
        self.world.wait_phase("canary", step=2)
        controller.kill()
        waiting.until(lambda: all(self.world.chat("x", user=f"u{i}").headers["x-drover-target"] == "legacy" for i in range(10)),
                      "ten different users on legacy", 30)
        before = self.world.sandbox.requests("holysheep")
        answers = [self.world.chat("x", user=f"v{i}") for i in range(100)]
        self.assertEqual({(answer.status, answer.target) for answer in answers}, {(200, "legacy")})
        self.assertEqual(self.world.sandbox.requests("holysheep"), before)
        counted = load.finish()
        self.assertEqual(counted["failures"], 0, counted)
        status = self.world.status()
        self.assertTrue(status["lease"]["expired"], status)

    def test_a_new_controller_within_the_lease_only_renews(self):
        load = Load(self.world)
        policy = self.world.policy(lease="10s")
        policy.write_text(policy.read_text().replace('share = 0.3, time = "0.3s"', 'share = 0.3, time = "10m"'))
        controller = self.world.start_migration(policy)
        self.world.wait_phase("canary")
        waiting.until(lambda: self.world.routing()["renewal"] > 0, "the first renewal")
        controller.kill()
        left = self.world.routing()
        self.world.resume()
        now = waiting.until(lambda: (document := self.world.routing())["renewal"] > left["renewal"] + 1 and document, "the second controller's renewals")
        for field in ("renewal", "written_at"):
            now.pop(field), left.pop(field)
        self.assertEqual(now, left, "a renewal changes nothing else")
        self.assertEqual(self.world.status()["phase"], "canary")
        self.assertEqual(load.finish()["failures"], 0)

    def test_a_new_controller_after_the_lease_is_paused_until_resumed(self):
        load = Load(self.world)
        policy = self.world.policy(time="0.5s", lease="2s")
        controller = self.world.start_migration(policy)
        self.world.wait_phase("canary")
        controller.kill()
        waiting.until(lambda: self.world.status()["lease"]["expired"], "the lease to run out")
        generation = self.world.routing()["generation"]
        resumed = self.world.resume()
        self.world.wait_phase("done")
        self.assertEqual(resumed.wait(), 0, resumed.errors())
        self.assertGreater(self.world.routing()["generation"], generation)
        self.assertEqual(load.finish()["failures"], 0)


class Orders(Crash):
    def test_pause_resume_rollback_from_another_process(self):
        load = Load(self.world)
        controller = self.world.start_migration(self.world.policy(time="1s"))
        self.world.wait_phase("canary")
        self.world.ctl("migrate", "pause")
        status = self.world.wait_phase("paused")
        self.assertEqual(status["paused_in"], "canary")
        self.assertTrue(controller.running(), "the controller goes on renewing through a pause")
        self.world.ctl("migrate", "resume")
        self.world.wait_phase("canary", "cutover", "overlap")
        self.world.ctl("migrate", "rollback", code=None)
        self.world.wait_phase("rolled_back")
        self.assertEqual(controller.wait(), 3)
        document = self.world.routing()
        self.assertEqual((document["phase"], document["targets"]["legacy"]["share"]), ("rolled_back", 1))
        self.assertEqual({self.world.chat("x", user=f"u{i}").target for i in range(20)}, {"legacy"})
        again = self.world.ctl("migrate", "resume", code=3)
        self.assertIn("error", again.json)
        self.assertEqual(load.finish()["failures"], 0)

    def test_rollback_waits_for_nobody(self):
        load = Load(self.world)
        controller = self.world.start_migration(self.world.policy(time="1s", lease="120s"))
        self.world.wait_phase("canary")
        controller.signal(signal.SIGSTOP)
        try:
            self.world.ctl("migrate", "rollback", code=None, seconds=30)
            self.assertEqual(self.world.routing()["phase"], "rolled_back")
            waiting.until(lambda: {self.world.chat("x", user=f"u{i}").target for i in range(10)} == {"legacy"}, "legacy to carry everything")
        finally:
            controller.signal(signal.SIGCONT)
        self.assertEqual(controller.wait(), 3)
        self.assertEqual(self.world.routing()["phase"], "rolled_back")
        self.assertEqual(load.finish()["failures"], 0)

    def test_only_one_controller(self):
        Load(self.world)
        self.world.start_migration(self.world.policy(time="2s"))
        self.world.wait_phase("shadow", "canary")
        second = self.world.ctl("migrate", "start", "--policy", self.world.policy(), "--consent", "holysheep", code=None)
        self.assertNotEqual(second.code, 0, second)

    def test_without_consent_nothing_is_mirrored(self):
        self.world.ctl("config", "set", "workspace.sandbox", "false")
        before = self.world.routing()
        answer = self.world.ctl("migrate", "start", "--policy", self.world.policy(), code=3)
        self.assertIn("consent", json.dumps(answer.json).lower())
        self.assertEqual(self.world.routing(), before)


del Crash  # its subclasses are the tests

if __name__ == "__main__":
    unittest.main()
