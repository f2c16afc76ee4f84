# SPDX-License-Identifier: Apache-2.0
"""The README's own workspace, command by command as it stands there, with the sandbox's providers in place of the real ones."""
import os
import re
import subprocess
import unittest

import client
import keyring
import programs
import waiting
from console import end
from stage import Sandbox

README = (programs.SOURCE / "README.md").read_text()


def block(heading):
    """The commands of the block below a heading in bold."""
    text = README[README.index(f"**{heading}"):]
    return re.search(r"```\n(.*?)```", text, re.S)[1].strip().splitlines()


class Readme(unittest.TestCase):
    def setUp(self):
        self.place = programs.scratch(self)
        (self.place / "logs").mkdir()
        self.sandbox = Sandbox(self.place / "sandbox", self.place / "logs")
        self.addCleanup(self.sandbox.stop)
        ring = keyring.Keyring(self)
        self.environment = ring.environment(PATH=f"{programs.BIN}:{os.environ['PATH']}", XDG_DATA_HOME=self.place / "data")
        for target in ("legacy", "holysheep"):
            (self.place / f"{target}-key.txt").write_text(self.sandbox.mint(target)[1] + "\n")

    def run_line(self, line):
        done = subprocess.run(["bash", "-c", line], cwd=self.place, env=self.environment, capture_output=True, text=True, check=False,
                              timeout=120 * waiting.SLOWNESS)
        self.assertEqual(done.returncode, 0, f"{line}\n{done.stdout}\n{done.stderr}")
        return done.stdout

    def point_at_the_sandbox(self):
        """What the README leaves as it is by default: the providers' addresses, and the gateway's port, which may be taken here."""
        for name in ("legacy", "holysheep"):
            for dialect in ("openai", "anthropic"):
                self.run_line(f"droverctl config set targets.{name}.{dialect} {self.sandbox.target(name)[dialect]}")
        for region, url in self.sandbox.target("holysheep")["regions"].items():
            self.run_line(f"droverctl config set targets.holysheep.regions.{region} {url}")
        self.run_line("droverctl config set gateway.listen 127.0.0.1:0")
        self.run_line("droverctl config set gateway.admin_listen 127.0.0.1:0")

    def test_a_workspace_of_your_own(self):
        said = ""
        for line in block("Set up a workspace of your own."):
            said += self.run_line(line)
            if line == "droverctl init":
                self.point_at_the_sandbox()
        token = re.search(r"drv_[A-Za-z0-9_-]{43}", said)[0]
        listen = re.search(r"serves at (http://\S+)", said)[1]
        status = self.run_line("droverctl --json gateway status")
        self.addCleanup(end, int(re.search(r'"pid":(\d+)', status)[1]))
        answer = client.call(listen, "/v1/chat/completions", client.chat("hello"), token)
        self.assertEqual((answer.status, answer.headers["x-drover-target"]), (200, "legacy"))

        start, *others = block("Migrate.")
        controller = subprocess.Popen(["bash", "-c", "exec " + start], cwd=self.place, env=self.environment, stdout=subprocess.PIPE,
                                      stderr=subprocess.STDOUT, text=True)
        self.addCleanup(lambda: (controller.kill(), controller.wait(), controller.stdout.close()))

        def shadow():
            self.assertIsNone(controller.poll(), controller.poll() is not None and controller.stdout.read())
            return '"phase":"shadow"' in self.run_line("droverctl --json migrate status")
        waiting.until(shadow, "the migration to begin", 60, every=0.1)
        for line in others:
            self.run_line(line)
        self.assertEqual(controller.wait(60 * waiting.SLOWNESS), 3)  # rolled back
        self.assertIn('"phase":"rolled_back"', self.run_line("droverctl --json migrate status"))


if __name__ == "__main__":
    unittest.main()
