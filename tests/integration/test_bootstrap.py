# SPDX-License-Identifier: Apache-2.0
"""What packaging/bootstrap.sh does about keyrings, without building anything: its functions, called one by one."""
import os
import signal
import subprocess
import tempfile
import unittest
from pathlib import Path

import keyring
import programs
import waiting

SCRIPT = programs.SOURCE / "packaging" / "bootstrap.sh"


def functions(call):
    """The script with the call of a function in place of what it does by its arguments."""
    text = SCRIPT.read_text()
    return text[:text.index('\ncase "${1:-}"')] + "\n" + call + "\n"


def run(call, environment):
    return subprocess.run(["bash", "-c", functions(call), str(SCRIPT)], env=environment, capture_output=True, text=True, timeout=60 * waiting.SLOWNESS,
                          check=False)


class Bootstrap(unittest.TestCase):
    def there(self, environment):
        answer = run("if secret_service_runs; then echo there; else echo away; fi", environment)
        self.assertEqual((answer.returncode, answer.stderr), (0, ""), answer)
        return answer.stdout.strip() == "there"

    def test_only_an_open_keyring_counts(self):
        self.assertFalse(self.there(programs.clean_environment()))
        self.assertFalse(self.there({name: value for name, value in programs.clean_environment().items() if name != "DBUS_SESSION_BUS_ADDRESS"}))
        ring = keyring.Keyring(self)
        self.assertTrue(self.there(ring.environment()))
        ring.lock()
        self.assertFalse(self.there(ring.environment()))

    def test_a_keyring_is_not_started_by_asking(self):
        bus = keyring.Bus(self)
        self.assertFalse(self.there(bus.environment()))
        owner = subprocess.run(["dbus-send", "--session", "--print-reply", "--dest=org.freedesktop.DBus", "/org/freedesktop/DBus",
                                "org.freedesktop.DBus.NameHasOwner", "string:org.freedesktop.secrets"], capture_output=True, text=True,
                               env=bus.environment(), check=True, timeout=60)
        self.assertIn("boolean false", owner.stdout)

    def test_the_text_of_a_failure_is_its_text(self):
        answer = run("fail 'this needs apt' 2", programs.clean_environment())
        self.assertEqual((answer.returncode, answer.stderr), (2, "bootstrap: this needs apt\n"))

    def test_a_private_keyring_goes_with_its_command(self):
        for end in (None, signal.SIGINT, signal.SIGTERM):
            with self.subTest(end=end), tempfile.TemporaryDirectory() as place:
                environment = programs.clean_environment(TMPDIR=place)
                inner = "sleep 600" if end else "true"
                work = subprocess.Popen(["bash", "-c", functions(f"with_keyring bash -c 'touch {place}/inside; exec {inner}'"), str(SCRIPT)],
                                        env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
                waiting.until(lambda: (Path(place) / "inside").exists(), "the command to run", 60)
                if end:
                    os.killpg(work.pid, end)  # as a terminal does
                code = work.wait(60 * waiting.SLOWNESS)
                self.assertEqual(code, {None: 0, signal.SIGINT: 130, signal.SIGTERM: 143}[end])
                waiting.until(lambda: not list(Path(place).glob("drover-keyring.*")), "its folder to be gone", 20)


if __name__ == "__main__":
    unittest.main()
