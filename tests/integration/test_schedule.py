# SPDX-License-Identifier: Apache-2.0
"""droverctl agent and the rotation schedule: the built programs, a real drover.db, the sandbox's provider and Vault."""
import datetime
import json
import shutil
import signal
import sqlite3
import subprocess
import unittest

import programs
import waiting
from console import Load, World

KILLED = -signal.SIGKILL


class Agents(unittest.TestCase):
    def setUp(self):
        self.world = World(self, store="vault", own_ids=True)
        self.load = Load(self.world)
        migration = self.world.start_migration(self.world.policy())
        self.assertEqual(migration.wait(120), 0, migration.errors()[-3000:])
        self.world.ctl("config", "set", "policy.name", str(self.world.policy(time="0.5s")))
        # Half a day from now, so that no test meets the moment itself.
        now = datetime.datetime.now(datetime.timezone.utc)
        self.when = f"{(now.hour + 12) % 24:02d}:00"
        self.world.ctl("rotation", "schedule", self.when)

    def nights_pass(self, nights):
        """As if the last look had been so many nights ago: what drover.db keeps of the schedule, written by hand."""
        handled = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(days=nights, seconds=1)
        facts = {"when": self.when, "handled": handled.strftime("%Y-%m-%dT%H:%M:%S.%fZ")}
        with sqlite3.connect(self.world.workspace / "drover.db") as database:
            database.execute("insert or replace into facts(name, value) values ('rotation.schedule', ?)", (json.dumps(facts),))
        database.close()

    def agent(self, *options, **environment):
        agent = programs.Program("droverctl", ["--workspace", self.world.workspace, "--json", "agent", *options], self.world.logs,
                                 environment={**self.world.environment, **environment}, first_line=False)
        self.world.controllers.append(agent)
        return agent

    def rest(self, agent):
        """Waits until an agent says that nothing is left to do."""
        def rests():
            self.assertTrue(agent.running(), agent.errors()[-3000:])
            return "nothing is due" in agent.errors()
        waiting.until(rests, "an agent at rest", 60)

    def runs(self):
        with sqlite3.connect(f"file:{self.world.workspace}/drover.db?mode=ro", uri=True) as database:
            found = [row[0] for row in database.execute("select distinct run from journal where kind = 'rotation'")]
        database.close()
        return found

    def one_rotation(self):
        """What must hold after one due time, whoever died on the way."""
        self.assertEqual(len(self.runs()), 1)
        schedule = self.world.ctl("rotation", "schedule").json
        self.assertEqual((schedule["due"], schedule["begun"]), (None, None), schedule)
        self.assertEqual((schedule["last"]["run"], schedule["last"]["outcome"]), (self.runs()[0], "done"), schedule)
        rotated = self.world.ctl("rotation", "status").json
        self.assertEqual(rotated["outcome"], "done", rotated)
        issued = self.world.sandbox.keys()["holysheep"]
        self.assertEqual({key["key_id"] for key in issued if key["active"]}, {rotated["key_id"]}, issued)
        self.assertEqual(set(self.world.routing()["targets"]["holysheep"]["keys"]), {rotated["key_id"]})
        self.assertEqual(self.world.ctl("rotation", "resume", code=3).error["code"], "refused")

    def test_two_agents_at_once_finish_one_rotation(self):
        self.nights_pass(3)
        agents = [self.agent(), self.agent()]
        for agent in agents:
            self.rest(agent)
        self.one_rotation()
        minted = [key for key in self.world.sandbox.keys()["holysheep"] if key["name"].startswith("auto-rotate-")]
        self.assertEqual(len(minted), 1, "three missed nights are made up by one rotation, and by one agent")
        for agent in agents:
            self.assertEqual(agent.stop(), 0, agent.errors()[-3000:])
            self.assertIn("agent ended", agent.errors())
        done = [one for agent in agents for one in json.loads(agent.output())["rotations"]]
        self.assertEqual([one["outcome"] for one in done], ["done"])
        # Starting again is no reason to rotate.
        for _ in range(3):
            again = self.agent("--once")
            self.assertEqual(again.wait(), 0, again.errors()[-3000:])
            self.assertEqual(json.loads(again.output()), {"rotations": []})
        self.one_rotation()
        self.assertEqual(self.load.finish()["failures"], 0)

    def test_an_agent_that_ends_or_is_killed_leaves_a_rotation_that_goes_on(self):
        self.nights_pass(1)
        first = self.agent()
        waiting.until(lambda: len(self.world.routing()["targets"]["holysheep"]["keys"]) == 2, "the ramp to begin", 60)
        self.assertEqual(first.stop(), 0, "told to end, it ends in order")
        self.assertEqual(self.world.ctl("rotation", "status").json["outcome"], "none")
        self.assertEqual(self.world.ctl("rotation", "schedule").json["unfinished"], self.runs()[0])
        for point in ("1:after", "2:before"):
            life = self.agent(DROVER_DIE_AT_JOURNAL=point)
            self.assertEqual(life.wait(60), KILLED, life.errors()[-3000:])
        last = self.agent("--once")
        self.assertEqual(last.wait(60), 0, last.errors()[-3000:])
        self.one_rotation()
        self.assertEqual(self.load.finish()["failures"], 0)


class Units(unittest.TestCase):
    def test_systemd_takes_the_units(self):
        world = World(self, store="vault", ready=False)
        world.workspace = world.place / "a work$pace of 100%"
        world.ctl("init")
        folder = world.place / "units"
        folder.mkdir()
        world.ctl("export", "systemd", "--to", folder)
        files = sorted(folder.iterdir())
        self.assertEqual([file.name for file in files], ["drover-agent.service", "drover-rotation.service", "drover-rotation.timer"])
        self.assertIn('100%%"', files[0].read_text())
        analyze = shutil.which("systemd-analyze")
        if analyze is None:
            return
        checked = subprocess.run([analyze, "--user", "--man=no", "verify", *map(str, files)], capture_output=True, text=True, check=False,
                                 timeout=60, env={**programs.clean_environment(), "XDG_RUNTIME_DIR": str(world.place)})
        said = checked.stdout + checked.stderr
        self.assertEqual(checked.returncode, 0, said)
        self.assertNotIn("drover-", said)


if __name__ == "__main__":
    unittest.main()
