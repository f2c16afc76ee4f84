# SPDX-License-Identifier: Apache-2.0
"""What clients see of a provider that is down: nothing. No Qt: also run under ThreadSanitizer."""
import threading
import unittest

import client
import waiting
from stage import KEYS, Stage


class Clients:
    """Some clients that ask one question after another, each under a name of its own."""

    def __init__(self, stage, count=4):
        self.stage = stage
        self.replies = []
        self.over = threading.Event()
        self.threads = [threading.Thread(target=self._ask, args=(number,), daemon=True) for number in range(count)]
        for thread in self.threads:
            thread.start()

    def _ask(self, number):
        asked = 0
        while not self.over.is_set():
            asked += 1
            self.replies.append(self.stage.chat(f"question {asked}", user=f"u{number}-{asked}", stream=asked % 2 == 0))

    def all_newest_from(self, target, count=40):
        """Whether the newest so many answers came from there."""
        newest = self.replies[-count:]
        return len(newest) == count and {reply.target for reply in newest} == {target}

    def finish(self):
        self.over.set()
        for thread in self.threads:
            thread.join()


class Outage(unittest.TestCase):
    def test_a_provider_that_is_down_is_left_alone_and_comes_back(self):
        stage = Stage(self)
        stage.route("canary", 1.0, step=1)
        clients = Clients(stage)
        self.addCleanup(clients.finish)
        waiting.until(lambda: clients.all_newest_from("holysheep"), "answers of HolySheep's")
        stage.sandbox.fault(target="holysheep", down="main")
        waiting.until(lambda: (stage.metric("drover_breaker_skips_total") or 0) > 200, "the breaker to open")
        self.assertNotIn("closed", self.states(stage)["holysheep"])
        stage.sandbox.fault(target="holysheep", up="main")
        waiting.until(lambda: clients.all_newest_from("holysheep"), "HolySheep to be asked again")
        clients.finish()
        self.assertEqual({reply.status for reply in clients.replies}, {200})
        self.assertEqual(self.states(stage)["holysheep"], {"closed"})
        lines = waiting.until(lambda: len(stage.request_lines()) >= len(clients.replies) and stage.request_lines(), "the request log")
        self.assertEqual({line["class"] for line in lines}, {"ok"})
        tried = [line["attempts"] for line in lines if line.get("attempts")]
        self.assertEqual({tuple(one["target"] for one in attempts) for attempts in tried}, {("holysheep", "legacy")})
        made = [attempts[0] for attempts in tried if attempts[0]["class"] == "network" and not attempts[0].get("skipped")]
        skipped = [attempts[0] for attempts in tried if attempts[0].get("skipped")]
        self.assertEqual({(one["class"], one["skipped"], one["status"]) for one in skipped}, {("network", "breaker", 0)})
        self.assertGreaterEqual(len(made), 20, "so much evidence it takes")
        self.assertLess(len(made), len(skipped), "but most were not sent to a dead provider")
        self.assertEqual(stage.metric("drover_breaker_skips_total"), len(skipped))

    def test_its_gates_see_the_outage_whole(self):
        stage = Stage(self)
        stage.route("canary", 1.0, step=1)
        stage.sandbox.fault(target="holysheep", down="main")
        replies = client.together([lambda i=i: stage.chat("x", user=f"u{i}") for i in range(300)], workers=8)
        self.assertEqual({(reply.status, reply.target) for reply in replies}, {(200, "legacy")})
        self.assertLess(stage.metric("drover_attempts_total"), 300 + 100)

        def counted():
            lines = [line for line in stage.evidence_lines() if line["kind"] == "attempts" and line["target"] == "holysheep"]
            return sum(line["by_class"].get("network", 0) for line in lines) == 300
        waiting.until(counted, "the evidence of 300 failures")

    def states(self, stage):
        """The breakers' states by target."""
        told = client.call(stage.admin, "/admin/routing").json["breakers"]
        self.assertEqual({one["target"] for one in told if one["host"]}, set(KEYS), told)
        return {name: {one["state"] for one in told if one["target"] == name and one["host"]} for name in KEYS}


if __name__ == "__main__":
    unittest.main()
