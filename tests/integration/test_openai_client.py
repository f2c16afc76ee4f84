# SPDX-License-Identifier: Apache-2.0
"""The official OpenAI client for Node (pinned in tests/npm, retries off) through the gateway."""
import json
import os
import shutil
import subprocess
import unittest

import programs
import waiting
from stage import Stage

NPM = programs.SOURCE / "tests" / "npm"


def install():
    """node_modules as the lock file says; nothing to do where they are there."""
    wanted = json.loads((NPM / "package-lock.json").read_text())["packages"]["node_modules/openai"]["version"]
    there = NPM / "node_modules" / "openai" / "package.json"
    if there.exists() and json.loads(there.read_text())["version"] == wanted:
        return
    npm = shutil.which("npm")
    assert npm, "npm is missing: packaging/bootstrap.sh test installs it"
    done = subprocess.run([npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=NPM, capture_output=True, text=True, check=False,
                          timeout=300)
    assert done.returncode == 0, f"npm ci failed:\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}"


class OpenAiClient(unittest.TestCase):
    def test_everything_a_client_does(self):
        install()
        stage = Stage(self)
        stage.route("canary", 0.5, step=1)
        environment = programs.clean_environment(GATEWAY_URL=stage.url + "/v1", GATEWAY_TOKEN=stage.token)
        done = subprocess.run(["node", "--test", "openai.test.mjs"], cwd=NPM, capture_output=True, text=True, check=False,
                              timeout=240 * waiting.SLOWNESS, env={**environment, "PATH": os.environ["PATH"]})
        self.assertEqual(done.returncode, 0, done.stdout[-6000:] + done.stderr[-2000:])
        self.assertRegex(done.stdout, r"(?m)^(#|ℹ) pass 7$")
        counts = stage.sandbox.counts()
        self.assertGreater(counts["legacy"]["requests"], 0)
        self.assertGreater(counts["holysheep"]["requests"], 0)


if __name__ == "__main__":
    unittest.main()
