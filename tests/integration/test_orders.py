# SPDX-License-Identifier: Apache-2.0
"""Orders from another process: with a controller, without one, and after one was killed."""
import sqlite3
import unittest

from console import World


class Orders(unittest.TestCase):
    def setUp(self):
        self.world = World(self)

    def audited(self):
        return [(row["deed"], row["subject"], row["reason"]) for row in self.world.ctl("audit", "list").json["entries"]]

    def test_a_rollback_with_the_controller_dead(self):
        world = self.world
        slow = world.policy(time="600s")
        controller = world.start_migration(slow)
        world.wait_phase("shadow")
        self.wait_served()
        world.ctl("migrate", "advance", "--reason", "seen enough")
        self.assertEqual(world.wait_phase("canary")["step"], 1)
        self.wait_served()
        first = world.status()["migration"]
        controller.kill()
        answer = world.ctl("migrate", "rollback", "--reason", "errors at noon")
        self.assertEqual((answer.json["phase"], answer.json["share_configured"]), ("rolled_back", 0), answer)
        self.assertIn("errors at noon", answer.json["why"])
        self.assertEqual(world.status()["phase"], "rolled_back")
        self.assertEqual(world.routing()["targets"]["holysheep"]["share"], 0)
        world.ctl("migrate", "resume", code=3)
        deeds = self.audited()
        self.assertIn(("migration.advance", first, "seen enough"), deeds)
        self.assertIn(("migration.rollback", first, "errors at noon"), deeds)
        # Nothing is left that a new migration could take for an order to it.
        second = world.start_migration(world.policy(time="600s"))
        self.assertNotEqual(world.wait_phase("shadow")["migration"], first)
        self.wait_served()
        self.assertTrue(second.running(), second.errors())
        self.assertEqual(world.status()["phase"], "shadow")

    def test_an_order_that_nobody_took_is_withdrawn(self):
        world = self.world
        controller = world.start_migration(world.policy(time="600s"))
        world.wait_phase("shadow")
        self.wait_served()
        controller.signal(19)  # SIGSTOP: it holds the lock and does nothing
        answer = world.ctl("migrate", "advance", code=5)
        self.assertIn("withdrawn", answer.error["message"])
        controller.signal(18)
        # It is alive again and answers; what was withdrawn did nothing.
        world.ctl("migrate", "pause", "--reason", "look")
        self.assertEqual(world.status()["paused_in"], "shadow")
        connection = sqlite3.connect(f"file:{world.workspace}/drover.db?mode=ro", uri=True)
        self.assertEqual(connection.execute("select count(*) from orders where answer is null").fetchone(), (0,))
        connection.close()

    def wait_served(self):
        """Until the step is acknowledged: an order to advance is refused before."""
        import waiting
        waiting.until(lambda: (self.world.status()["next"] or {}).get("not_before"), "the step to be served", 60, every=0.1)


if __name__ == "__main__":
    unittest.main()
