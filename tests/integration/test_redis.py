# SPDX-License-Identifier: Apache-2.0
"""The sealed keys' way to gateways through a real Redis, by TLS and as a user who may touch holysheep:* alone."""
import json
import subprocess
import unittest
from pathlib import Path

import client
import programs
import waiting
from console import Load, World
from redisserver import ADMIN, HASH, PASSWORD, USER, RedisServer
from stage import Stage, replace


class Gateway(unittest.TestCase):
    """The gateway alone; what the controller would write is written by the test."""

    def setUp(self):
        self.redis = RedisServer(self)
        self.stage = Stage(self, gateways=0)
        self.sealed = json.loads((self.stage.workspace / "gateway" / "keys.json").read_text())
        (self.stage.workspace / "gateway" / "keys.json").unlink()
        self.stage.write_settings(f'[redis]\nca_file = "{self.redis.authority}"\n')

    def publish(self, **keys):
        for key_id, value in keys.items():
            self.redis.call("HSET", HASH, key_id, json.dumps(value))

    def start(self, password=PASSWORD):
        self.login = self.stage.place / "redis-login"
        replace(self.login, self.redis.login_url(password) + "\n")
        return self.stage.start_gateway("--redis-file", self.login)

    def told(self):
        return client.call(self.stage.admin, "/admin/routing").json

    def ready(self):
        return client.call(self.stage.admin, "/readyz").status == 200

    def logged(self, text):
        return text in self.stage.gateways[-1].output()

    def test_keys_come_by_redis_and_stay_while_it_is_away(self):
        stage = self.stage
        self.publish(**self.sealed)
        self.start()
        self.assertEqual(stage.chat().status, 200, "keys are there with the first line")
        stage.wait_for_acks()
        self.assertIsNone(self.told()["keys_problem"])
        stage.route("canary", 1)
        self.assertEqual(stage.chat(user="a").headers["x-drover-target"], "holysheep")

        # An idle connection that Redis drops is no outage.
        self.redis.call("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")
        self.redis.kill()
        waiting.until(lambda: self.told()["keys_problem"], "the outage to be told")
        self.assertEqual(stage.metric("drover_keys_stale"), 1)
        self.assertTrue(self.logged("the sealed keys cannot be had from Redis; the last ones stay"))
        for number in range(20):
            self.assertEqual(stage.chat(user=f"u{number}").status, 200)
        self.assertTrue(self.ready())

        # Back, with what changed meanwhile: a new key that the next document names.
        self.redis.start()
        waiting.until(lambda: not self.told()["keys_problem"], "Redis to be noticed again")
        self.assertTrue(self.logged("the sealed keys come from Redis again"))
        self.redis.call("HDEL", HASH, "k_01")
        waiting.until(lambda: self.logged("the keys do not fit the routing"), "the removal to be noticed")
        stage.route("canary", 1, wait=False)
        waiting.until(lambda: next((one for one in stage.acks().values() if one["refused_key"] == "k_01"), None), "the refusal of k_01")
        self.publish(k_01=self.sealed["k_01"])
        stage.wait_for_acks()
        self.assertEqual(stage.chat(user="b").headers["x-drover-target"], "holysheep")

        # Emptied: the last keys stay, and it is said.
        self.redis.call("FLUSHALL")
        waiting.until(lambda: "no longer has" in (self.told()["keys_problem"] or ""), "the loss to be told")
        self.assertEqual(stage.chat(user="c").status, 200)
        self.publish(**self.sealed)
        waiting.until(lambda: not self.told()["keys_problem"], "the keys to be back")
        output = stage.gateways[-1].output() + stage.gateways[-1].errors()
        for secret in (PASSWORD, self.redis.login_url(), *stage.keys.values()):
            self.assertNotIn(secret, output)

    def test_a_gateway_that_starts_without_redis_becomes_ready_by_itself(self):
        self.publish(**self.sealed)
        self.redis.kill()
        self.start()
        why = client.call(self.stage.admin, "/readyz")
        self.assertEqual(why.status, 503)
        self.redis.start()
        waiting.until(self.ready, "the gateway to be ready")
        self.assertEqual(self.stage.chat().status, 200)

    def test_what_only_an_operator_can_mend_ends_the_start(self):
        self.publish(**self.sealed)
        base = ["--workspace", self.stage.workspace, "--kek-file", self.stage.kek]
        login = self.stage.place / "login"

        def refused(code, *more, environment=None):
            answer = programs.run("drover-gateway", [*base, *more], environment=environment)
            self.assertEqual(answer.code, code, answer)
            self.assertNotIn("planted", answer.out + answer.err)
            return answer.err
        replace(login, self.redis.login_url("planted-wrong"))
        self.assertIn("WRONGPASS", refused(5, "--redis-file", login))
        replace(login, self.redis.url)  # nobody: the default user has a password
        self.assertIn("NOAUTH", refused(5, "--redis-file", login))
        replace(login, self.redis.login_url(), mode=0o644)
        self.assertIn("chmod", refused(2, "--redis-file", login))
        self.assertIn("--redis-file", refused(2, environment=programs.clean_environment(REDIS_URL=self.redis.login_url())))
        self.stage.write_settings(f'[redis]\nurl = "{self.redis.url}"\nuser = "{USER}"\npassword = "secret:redis"\n')
        self.assertIn("redis.password", refused(2))
        self.redis.call("DEL", HASH)
        self.redis.call("SET", HASH, "no hash")
        replace(login, self.redis.login_url())
        self.stage.write_settings(f'[redis]\nca_file = "{self.redis.authority}"\n')
        self.assertIn("WRONGTYPE", refused(2, "--redis-file", login))

    def test_a_password_file_in_the_settings_and_an_unknown_authority(self):
        self.publish(**self.sealed, k_theirs={"v": 1, "kek": "kek_theirs", "hosts": ["h"], "sealed": "AAAA"})
        self.redis.call("HSET", HASH, "k_playbook", "AES:0123")
        replace(self.stage.workspace / "redis-password", PASSWORD + "\n")
        settings = f'[redis]\nurl = "{self.redis.url}"\nuser = "{USER}"\npassword = "file:redis-password"\n'
        self.stage.write_settings(settings + f'ca_file = "{self.redis.authority}"\n')
        self.stage.start_gateway()
        self.assertEqual(self.stage.chat().status, 200)
        self.stage.gateways.pop().stop()
        self.stage.write_settings(settings)
        self.stage.start_gateway()
        self.assertIn("certificate", client.call(self.stage.admin, "/readyz").body.decode())


class Controller(unittest.TestCase):
    def setUp(self):
        self.redis = RedisServer(self)

    def world(self, ready=True):
        world = World(self, store="vault", ready=False, own_ids=True)
        world.make_workspace()
        world.ctl("secrets", "set", "redis", stdin=PASSWORD)
        for name, value in {"url": self.redis.url, "user": USER, "password": "secret:redis", "ca_file": self.redis.authority}.items():
            world.ctl("config", "set", f"redis.{name}", str(value))
        if ready:
            world.add_keys()
            world.token = world.make_token("load")
            world.start_gateway()
        return world

    def test_a_key_that_came_only_by_redis_is_rotated(self):
        world = self.world()
        self.assertFalse((world.workspace / "gateway" / "keys.json").exists())
        before = self.redis.keys()
        old = next(key_id for key_id in before if key_id != "k_leg1")
        self.assertEqual(set(before), {"k_leg1", old})
        for value in before.values():
            self.assertEqual(set(json.loads(value)), {"v", "kek", "hosts", "sealed"})
        for pid in world.gateway_pid():
            self.assertNotIn(b"planted", Path(f"/proc/{pid}/cmdline").read_bytes())
        world.ctl("routing", "set", "holysheep=1", "--reason", "a test")
        load = Load(world)
        policy = world.policy()
        rotated = world.ctl("rotation", "run", "--policy", policy).json
        self.assertEqual(rotated["outcome"], "done")
        new = rotated["key_id"]
        self.assertEqual(set(self.redis.keys()), {"k_leg1", new}, "the old key is gone from Redis, the new one there")

        def served():
            return world.sandbox.counts()["holysheep"]["by_key"].get(new, 0)
        seen = served()
        waiting.until(lambda: served() > seen, "requests with the new key")
        self.assertEqual(load.finish()["failures"], 0)
        self.assertEqual(world.ctl("keys", "drift").json["drift"], [])
        for name, content in programs.snapshot(world.workspace).items():
            self.assertNotIn(PASSWORD.encode(), content, name)

    def test_what_is_wrong_with_redis_is_said(self):
        world = self.world(ready=False)
        notices = [one for one in world.ctl("config", "check").json["findings"] if one["where"] == "redis.url"]
        self.assertIn("keys verify", notices[0]["message"])

        def error(code, **settings):
            for name, value in settings.items():
                world.ctl("config", "set", f"redis.{name}", value)
            answer = world.ctl("config", "check", code=2 if code == "invalidInput" else 5)
            self.assertEqual(answer.error["code"], code, answer)
            self.assertIn("redis", answer.error["where"])
            self.assertNotIn("planted", answer.out + answer.err)
            return answer.error["message"]
        world.environment["REDIS_PASSWORD"] = "planted-wrong"
        self.assertIn("password", error("unauthorized", password="env:REDIS_PASSWORD"))
        world.environment["REDIS_PASSWORD"] = PASSWORD
        self.assertIn("certificate", error("network", ca_file=str(self.redis.place / "s.pem")))
        world.ctl("config", "set", "redis.ca_file", str(self.redis.authority))
        self.redis.call("ACL", "SETUSER", USER, "-hset")
        self.assertIn("ACL", error("forbidden"))
        self.redis.call("ACL", "SETUSER", USER, "+hset")
        self.redis.call("SET", HASH, "no hash")
        self.assertIn("WRONGTYPE", error("invalidInput"))
        self.redis.call("DEL", HASH)
        self.redis.kill()
        self.assertIn("refused", error("network"))
        # A key cannot be published now, which is said, and nothing is lost: again once Redis is back.
        key = world.sandbox.mint("legacy")[1]
        world.ctl("keys", "add", "k_leg1", "--target", "legacy", stdin=key)
        self.assertEqual(world.ctl("keys", "verify", "k_leg1", code=5).error["code"], "network")
        self.redis.start()
        world.ctl("keys", "verify", "k_leg1")
        self.assertEqual(set(self.redis.keys()), {"k_leg1"})

    def test_another_workspace_in_the_same_redis_keeps_its_keys(self):
        first = self.world(ready=False)
        second = self.world(ready=False)
        for number, world in enumerate((first, second)):
            world.ctl("keys", "add", f"k_own{number}", "--target", "legacy", stdin=world.sandbox.mint("legacy")[1])
            world.ctl("keys", "verify", f"k_own{number}")
        self.assertEqual(set(self.redis.keys()), {"k_own0", "k_own1"})
        theirs = self.redis.keys()["k_own0"]
        second.ctl("keys", "add", "k_own0", "--target", "legacy", stdin=second.sandbox.mint("legacy")[1])
        refused = second.ctl("keys", "verify", "k_own0", code=3)
        self.assertIn("one migration uses a Redis at a time", refused.out + refused.err)
        self.assertEqual(self.redis.keys()["k_own0"], theirs)

    def test_redis_url_counts_for_one_run_and_two_writers_lose_nothing(self):
        world = self.world(ready=False)
        world.ctl("config", "set", "redis.url", "rediss://127.0.0.1:1/0")  # nobody is there
        with_url = {**world.environment, "REDIS_URL": self.redis.login_url()}
        ids = [f"k_{number}" for number in range(6)]
        for key_id in ids:
            world.ctl("keys", "add", key_id, "--target", "legacy", stdin=world.sandbox.mint("legacy")[1])
        self.assertEqual(world.ctl("keys", "verify", ids[0], environment=with_url).code, 0)  # makes the first routing document
        running = [subprocess.Popen([str(programs.BIN / "droverctl"), "--workspace", str(world.workspace), "--json", "keys", "verify", key_id],
                                    env=with_url, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) for key_id in ids[1:]]
        for one in running:
            out = one.communicate(timeout=120 * waiting.SLOWNESS)[0]
            self.assertEqual(one.returncode, 0, out)
            self.assertNotIn(b"planted", out)
        self.assertEqual(set(self.redis.keys()), set(ids))
        self.assertNotIn("planted", (world.workspace / "drover.toml").read_text())
        self.assertNotIn(ADMIN, world.ctl("config", "get", "redis.url").out)


if __name__ == "__main__":
    unittest.main()
