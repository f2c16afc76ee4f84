# SPDX-License-Identifier: Apache-2.0
"""The official OpenAI client for Node (pinned in tests/npm, retries off) through the gateway."""
import os
import subprocess
import unittest

import npm
import programs
import waiting
from stage import Stage


class OpenAiClient(unittest.TestCase):
    def test_everything_a_client_does(self):
        npm.install()
        stage = Stage(self)
        stage.route("canary", 0.5, step=1)
        environment = programs.clean_environment(GATEWAY_URL=stage.url + "/v1", GATEWAY_TOKEN=stage.token)
        done = subprocess.run(["node", "--test", "openai.test.mjs"], cwd=npm.FOLDER, capture_output=True, text=True, check=False,
                              timeout=240 * waiting.SLOWNESS, env={**environment, "PATH": os.environ["PATH"]})
        self.assertEqual(done.returncode, 0, done.stdout[-6000:] + done.stderr[-2000:])
        self.assertRegex(done.stdout, r"(?m)^(#|ℹ) pass 7$")
        counts = stage.sandbox.counts()
        self.assertGreater(counts["legacy"]["requests"], 0)
        self.assertGreater(counts["holysheep"]["requests"], 0)


if __name__ == "__main__":
    unittest.main()
