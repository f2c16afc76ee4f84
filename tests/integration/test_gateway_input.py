# SPDX-License-Identifier: Apache-2.0
"""What the two programs without Qt say to bad input: exit 2, the field and the place, nothing written."""
import os
import resource
import socket
import unittest

import client
import programs
import waiting
from stage import Stage, replace


class Refused(unittest.TestCase):
    def setUp(self):
        self.stage = Stage(self, gateways=0)
        self.before = programs.snapshot(self.stage.workspace)

    def refuses(self, *words, program="drover-gateway", arguments=None, code=2):
        if arguments is None:
            arguments = ["--workspace", self.stage.workspace, "--kek-file", self.stage.kek]
        answer = programs.run(program, arguments, seconds=30)
        self.assertEqual(answer.code, code, answer)
        for word in words:
            self.assertIn(word, answer.err + answer.out, answer)
        return answer

    def unchanged(self):
        self.assertEqual(programs.snapshot(self.stage.workspace), self.before)

    def test_a_broken_drover_toml(self):
        settings = self.stage.workspace / "drover.toml"
        good = settings.read_text()
        for text, words in (
                (good.replace('listen = "127.0.0.1:0"', 'listen = 5', 1), ("drover.toml", "gateway.listen")),
                (good.replace('openai = "http://127', 'openai = "http://example.com:127', 1), ("drover.toml", "targets.", "openai")),
                (good + "\n[broken\n", ("drover.toml",)),
        ):
            replace(settings, text)
            self.before = programs.snapshot(self.stage.workspace)
            self.refuses(*words)
            self.unchanged()

    def test_a_busy_port(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            port = taken.getsockname()[1]
            self.refuses(str(port), arguments=["--workspace", self.stage.workspace, "--kek-file", self.stage.kek, "--listen", f"127.0.0.1:{port}"])
        self.unchanged()

    def test_the_process_keeps_its_keys_and_takes_its_descriptors(self):
        """No core file, and as many descriptors as the system allows."""
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (256, hard))
        self.addCleanup(resource.setrlimit, resource.RLIMIT_NOFILE, (soft, hard))
        gateway = self.stage.start_gateway()
        limits = {line[:26].strip(): line[26:].split() for line in open(f"/proc/{gateway.pid}/limits", encoding="utf-8")}
        self.assertEqual(limits["Max core file size"][:2], ["0", "0"])
        self.assertEqual(limits["Max open files"][0], limits["Max open files"][1])

    def test_a_kek_file_others_can_read(self):
        os.chmod(self.stage.kek, 0o640)
        self.refuses(str(self.stage.kek))
        self.unchanged()

    def test_no_workspace_and_unknown_options(self):
        self.refuses(arguments=["--workspace", self.stage.place / "nowhere", "--kek-file", self.stage.kek])
        self.refuses("--frobnicate", arguments=["--frobnicate"])
        self.refuses(arguments=[])
        self.unchanged()

    def test_the_sandbox_names_the_scenarios_it_knows(self):
        self.refuses("healthy", "degraded", program="drover-sandbox", arguments=["--workspace", self.stage.place / "s2", "--scenario", "sunny"])

    def test_a_broken_trace(self):
        trace = self.stage.place / "trace.csv"
        trace.write_text("TIMESTAMP,ContextTokens,GeneratedTokens\n2023-11-16 18:17:03.9799600,4808,10\n2023-11-16 18:17:04.0,many,10\n")
        answer = self.refuses("trace.csv", "line 3", program="drover-sandbox",
                              arguments=["load", "--trace", trace, "--target", "http://127.0.0.1:9/v1", "--rate", "10", "--seconds", "1"])
        self.assertNotIn("requests", answer.out)


class Load(unittest.TestCase):
    def test_the_load_client_counts_what_it_got(self):
        stage = Stage(self)
        stage.route("canary", 0.5, step=1)
        answer = programs.run("drover-sandbox", ["load", "--trace", programs.trace_file(), "--target", stage.url + "/v1", "--rate", "60", "--seconds", "3",
                                                 "--stream-share", "0.5"], stdin=stage.token, seconds=60)
        self.assertEqual(answer.code, 0, answer)
        load, counts = answer.json, stage.sandbox.counts()
        self.assertEqual(load["failures"], 0, load)
        self.assertGreater(load["requests"], 60)
        self.assertEqual(sum(load["by_target"].values()), load["requests"])
        self.assertGreaterEqual(counts["legacy"]["requests"] + counts["holysheep"]["requests"], load["requests"])

    def load(self, stage, *more):
        answer = programs.run("drover-sandbox", ["load", "--trace", programs.trace_file(), "--target", stage.url + "/v1", "--rate", "50", "--seconds", "2",
                                                 *more], stdin=stage.token, seconds=60)
        self.assertEqual(answer.code, 0, answer)
        return answer.json

    def test_it_counts_failures_and_never_retries(self):
        stage = Stage(self)
        stage.revoke_token("first")
        waiting.until(lambda: stage.chat().status == 401, "the revocation to hold")
        refused, seen = stage.metric("drover_unauthorized_total"), stage.sandbox.requests("legacy")
        load = self.load(stage)
        self.assertGreater(load["requests"], 40)
        self.assertEqual((load["failures"], load["by_class"]), (load["requests"], {"auth": load["requests"]}), load)
        self.assertEqual(stage.metric("drover_unauthorized_total") - refused, load["requests"], "each was asked exactly once")
        self.assertEqual(stage.sandbox.requests("legacy"), seen)

    def test_what_the_provider_resets_is_hardly_asked_again(self):
        stage = Stage(self)
        load = self.load(stage, "--model", "fault-reset")
        self.assertEqual((load["failures"], load["by_class"]), (load["requests"], {"upstream": load["requests"]}), load)
        self.assertEqual(stage.metric("drover_requests_total"), load["requests"], "the load client asks once")
        retries = stage.metric("drover_retries_total")
        self.assertLessEqual(retries, 5, "an outage is not multiplied")
        self.assertEqual(stage.sandbox.requests("legacy"), load["requests"] + retries)


if __name__ == "__main__":
    unittest.main()
