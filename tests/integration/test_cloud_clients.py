# SPDX-License-Identifier: Apache-2.0
"""The official clients of AWS, Azure and Google for Node (pinned in tests/npm) against the stand-ins of drover-sandbox, over TLS with a test
authority: what our own adapters are tested against is what the vendors' clients understand."""
import json
import os
import subprocess
import unittest

import npm
import programs
import waiting
from clouds import Clouds


class CloudClients(unittest.TestCase):
    def test_everything_they_do(self):
        npm.install()
        clouds = Clouds(self)
        environment = programs.clean_environment(CLOUD=json.dumps(clouds.urls), LOGINS=json.dumps(clouds.logins),
                                                 NODE_EXTRA_CA_CERTS=clouds.authority)
        done = subprocess.run(["node", "--test", "clouds.test.mjs"], cwd=npm.FOLDER, capture_output=True, text=True, check=False,
                              timeout=120 * waiting.SLOWNESS, env={**environment, "PATH": os.environ["PATH"]})
        self.assertEqual(done.returncode, 0, done.stdout[-6000:] + done.stderr[-2000:])
        self.assertRegex(done.stdout, r"(?m)^(#|ℹ) pass 9$")
        self.assertEqual(clouds.sandbox.stop(), 0)


if __name__ == "__main__":
    unittest.main()
