# SPDX-License-Identifier: Apache-2.0
"""The console is told to end: it does as if a person had closed it."""
import signal
import unittest

import programs
import waiting


class ConsoleEnd(unittest.TestCase):
    def catches(self, pid, number):
        """Whether the program has a handler of its own for the signal (proc(5), SigCgt)."""
        status = programs.Path(f"/proc/{pid}/status").read_text()
        mask = next(int(line.split()[1], 16) for line in status.splitlines() if line.startswith("SigCgt"))
        return bool(mask & (1 << (number - 1)))

    def test_a_signal_quits_in_order(self):
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            with self.subTest(signal=number):
                place = programs.scratch(self)
                environment = programs.clean_environment(QT_QPA_PLATFORM="offscreen", HOME=str(place), XDG_DATA_HOME=str(place / "data"),
                                                         XDG_CONFIG_HOME=str(place / "config"))
                console = programs.Program("drover", [], place, environment=environment, first_line=False)
                self.addCleanup(console.kill)
                waiting.until(lambda: self.catches(console.pid, number), "the console to be up", 30)
                console.signal(number)
                # By the signal itself it would be -number: nothing would have been tidied up.
                self.assertEqual(console.wait(30), 128 + number, console.errors())


if __name__ == "__main__":
    unittest.main()
