# SPDX-License-Identifier: Apache-2.0
"""Bad input to droverctl: an error that names the field and the place, exit 2, and a workspace byte for byte as it was."""
import json
import re
import shutil
import socket
import sqlite3
import unittest

import programs
from console import World
from stage import replace


class BadInput(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.kept = None

    def setUp(self):
        self.world = World(self, ready=False)
        self.world.make_workspace()
        self.world.add_keys()
        self.workspace = self.world.workspace

    def refused(self, *verb, words=(), code=2, stdin="", json_error=True):
        before = programs.snapshot(self.workspace)
        answer = self.world.ctl(*verb, code=code, stdin=stdin)
        self.assertEqual(self.differences(before), [], answer)
        if json_error:
            self.assertEqual(set(answer.error) >= {"code", "message", "where"}, True, answer)
        for word in words:
            self.assertIn(word, answer.out + answer.err, answer)
        return answer

    def differences(self, before):
        """Files that are not as they were. SQLite's own -wal and -shm may come and go: the database is what counts."""
        after = programs.snapshot(self.workspace)
        names = [name for name in before.keys() | after.keys() if not name.endswith(("-wal", "-shm", ".lock"))]
        return sorted(name for name in names if before.get(name) != after.get(name))


class Settings(BadInput):
    def test_a_broken_drover_toml(self):
        path = self.workspace / "drover.toml"
        good = path.read_text()
        cases = [
            (re.sub(r"(?m)^listen = .*$", "listen = 5", good, count=1), ("drover.toml", "gateway.listen")),
            (re.sub(r"(?m)^environment = .*$", 'environment = "moon"', good, count=1), ("drover.toml", "workspace.environment")),
            (good.replace('openai = "http://127.0.0.1', 'openai = "http://example.com', 1), ("drover.toml", "openai")),
            (re.sub(r'(?m)^store = .*$', 'store = "pocket"', good, count=1), ("drover.toml", "secrets.store")),
            (good + "\n[half\n", ("drover.toml:",)),
        ]
        for text, words in cases:
            with self.subTest(words=words):
                self.assertNotEqual(text, good)
                replace(path, text)
                for verb in (("keys", "list"), ("migrate", "status"), ("config", "check")):
                    answer = self.refused(*verb, words=words)
                    self.assertRegex(answer.error["where"] + answer.error["message"], r"drover\.toml(:\d+|: )")
        replace(path, good)

    def test_config_set_refuses_and_keeps_the_file(self):
        self.refused("config", "set", "gateway.listen", "nonsense", words=("gateway.listen",))
        self.refused("config", "set", "targets.legacy.openai", "http://example.com/v1", words=("targets.legacy.openai",))
        self.refused("config", "set", "workspace.environment", "moon", words=("workspace.environment",))

    def test_a_broken_policy(self):
        good = self.world.policy().read_text()
        path = self.world.place / "bad.toml"
        for text, words in ((good.replace("error_rate_limit = 0.3", "error_rate_limit = 30", 1), ("bad.toml", "error_rate_limit")),
                            (good.replace("share = 0.7", "share = 0.2", 1), ("bad.toml", "steps")),
                            (good.replace("share = 0.7", "share = 1.0", 1), ("bad.toml", "steps")),
                            (good.replace('time = "0.3s"', 'time = "soon"', 1), ("bad.toml", "time")),
                            (good + "\n[half\n", ("bad.toml",))):
            with self.subTest(words=words):
                path.write_text(text)
                self.refused("migrate", "start", "--policy", path, "--consent", "holysheep", words=words)
        self.refused("migrate", "start", "--policy", self.world.place / "none.toml", "--consent", "holysheep", words=("none.toml",), code=None)

    def test_a_broken_routing_document(self):
        path = self.workspace / "gateway" / "routing.json"
        good = path.read_text()
        changed = json.loads(good)
        changed["targets"]["legacy"]["share"] = 0.7
        for text, words in ((good[:-10], ("routing.json",)), (json.dumps(changed), ("routing.json", "targets")),
                            (json.dumps({**json.loads(good), "phase": "lunch"}), ("routing.json", "phase"))):
            replace(path, text)
            self.refused("routing", "show", words=words)
            self.refused("migrate", "start", "--policy", "rehearsal", "--consent", "holysheep", words=words)
        replace(path, good)


class Places(BadInput):
    def test_a_busy_port(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            port = taken.getsockname()[1]
            self.world.ctl("config", "set", "gateway.listen", f"127.0.0.1:{port}")
            self.refused("gateway", "start", words=(str(port),))

    def test_a_workspace_of_a_newer_schema(self):
        database = self.workspace / "drover.db"
        connection = sqlite3.connect(database)
        version = connection.execute("select max(version) from schema_version").fetchone()[0]
        connection.execute("insert into schema_version values (?, 'a later drover')", (version + 1000,))
        connection.commit()
        connection.execute("pragma wal_checkpoint(truncate)")
        connection.close()
        for verb in (("keys", "list"), ("migrate", "status"), ("keys", "add", "k_05", "--target", "holysheep")):
            answer = self.refused(*verb, stdin="cr_0123456789abcdef0123456789abcdef")
            self.assertEqual(answer.error["code"], "newerSchema")
            self.assertIn(str(version + 1000), answer.error["message"])

    def test_no_workspace(self):
        shutil.rmtree(self.workspace)
        answer = self.world.ctl("keys", "list", code=None)
        self.assertIn(answer.code, (2, 4), answer)
        self.assertFalse(self.workspace.exists())

    def test_init_keeps_what_is_there(self):
        self.refused("init", code=None)

    def test_a_broken_trace_or_prompts_file(self):
        prompts = self.world.place / "prompts.jsonl"
        prompts.write_text('{"messages":[{"role":"user","content":"hi"}]}\n{"messages": [\n')
        self.refused("shadow", "replay", "--prompts", prompts, words=("prompts.jsonl",))


class Usage(BadInput):
    def test_verbs_and_options(self):
        for verb in (("frobnicate",), ("keys", "frobnicate"), ("keys", "add"), ("migrate", "start", "--polic", "x"), ("tokens", "create"), ()):
            with self.subTest(verb=verb):
                self.refused(*verb)

    def test_a_verb_that_is_not_there_yet_is_not_listed(self):
        answer = self.world.ctl("roi", "--scenario", "x", code=2)
        self.assertEqual(answer.error["code"], "invalidInput")
        self.assertNotIn("roi", programs.run("droverctl", ["--help"]).out.split())

    def test_not_found(self):
        self.refused("keys", "verify", "k_nobody", code=4)
        self.refused("tokens", "revoke", "nobody", code=4)

    def test_a_key_that_is_none(self):
        for text in ("", "k_01", "two words", "drv_" + "A" * 43):
            with self.subTest(text=text):
                answer = self.refused("keys", "add", "k_07", "--target", "holysheep", stdin=text)
                self.assertFalse(text and text in answer.err.replace("k_01", "") and len(text) > 20)

    def test_a_secret_as_an_argument_is_refused(self):
        self.refused("keys", "add", "k_07", "--target", "holysheep", "--key", "cr_0123456789abcdef0123456789abcdef")

    def test_reserved_ids(self):
        for name in ("state", "production"):
            self.refused("keys", "add", name, "--target", "holysheep", stdin="cr_0123456789abcdef0123456789abcdef", words=(name,))

    def test_the_console_ends_with_two_as_well(self):
        for argument in ("--nonsense", "stray", "--workspace"):
            answer = programs.run("drover", [argument], environment=programs.clean_environment(QT_QPA_PLATFORM="offscreen"))
            self.assertEqual(answer.code, 2, answer)
            self.assertIn(argument.strip("-"), answer.err)


del BadInput  # its subclasses are the tests

if __name__ == "__main__":
    unittest.main()
