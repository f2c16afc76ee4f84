# SPDX-License-Identifier: Apache-2.0
"""Where requests go: shares, sticky keys, mirroring, the lease, new generations. Counted at the providers, not in Drover."""
import json
import signal
import unittest

import binomial
import client
import waiting
from stage import KEYS, Stage, replace


class Shares(unittest.TestCase):
    def send(self, stage, count, first=0, workers=16, **more):
        return client.together([lambda i=i: stage.chat(f"question {i}", user=f"user {i}", **more) for i in range(first, first + count)], workers)

    def test_each_share_is_the_ordered_one(self):
        stage = Stage(self)
        sent = 0
        for step, share in enumerate((0.05, 0.25, 0.65, 1.0), 1):
            stage.route("canary" if share < 1 else "cutover", share, step=step)
            before = stage.sandbox.requests("holysheep")
            replies = self.send(stage, 400, sent)
            sent += 400
            self.assertEqual({reply.status for reply in replies}, {200})
            chosen = stage.sandbox.requests("holysheep") - before
            self.assertTrue(binomial.within(chosen, 400, share), f"{chosen} of 400 at {share}")

    def test_a_sticky_key_stays_and_only_moves_towards_the_raised_share(self):
        stage = Stage(self)
        stage.route("canary", 0.3, step=1)
        first = {i: stage.chat("x", headers={"X-Drover-Sticky": f"s{i}"}).target for i in range(60)}
        again = {i: stage.chat("y", headers={"X-Drover-Sticky": f"s{i}"}).target for i in range(60)}
        self.assertEqual(first, again)
        stage.route("canary", 0.7, step=2)
        later = {i: stage.chat("z", headers={"X-Drover-Sticky": f"s{i}"}).target for i in range(60)}
        self.assertEqual([i for i in first if first[i] == "holysheep" and later[i] != "holysheep"], [])
        self.assertGreater(sum(target == "holysheep" for target in later.values()), sum(target == "holysheep" for target in first.values()))

    def test_two_gateways_choose_alike(self):
        stage = Stage(self, gateways=2)
        stage.route("canary", 0.5, step=1)
        urls = [gateway.first["listen"] for gateway in stage.gateways]
        for i in range(40):
            targets = {client.call(url, "/v1/chat/completions", client.chat("x", user=f"u{i}"), stage.token).target for url in urls}
            self.assertEqual(len(targets), 1, f"u{i}: {targets}")

    def test_keys_within_a_target_have_their_weights(self):
        stage = Stage(self)
        new_id, new_key = stage.sandbox.mint("holysheep")
        stage.keys["second"], KEYS["second"] = new_key, "k_02"
        self.addCleanup(KEYS.pop, "second")
        second_host = stage.sandbox.target("holysheep")
        stage.sandbox.first["targets"]["second"] = second_host
        stage.seal()
        stage.route("cutover", 1.0, wait=False)
        stage.document["targets"]["holysheep"]["keys"] = {"k_01": 0.75, "k_02": 0.25}
        stage.write_document()
        stage.wait_for_acks()
        self.send(stage, 400)
        by_key = stage.sandbox.counts()["holysheep"]["by_key"]
        self.assertEqual(sum(by_key.values()), 400, by_key)
        self.assertTrue(binomial.within(by_key.get(new_id, 0), 400, 0.25), by_key)


class Shadow(unittest.TestCase):
    def test_mirrors_a_sample_and_asks_legacy_twice(self):
        stage = Stage(self)
        stage.route("shadow", 0, shadow={"target": "holysheep", "sample": 0.5, "again": 0.5})
        replies = client.together([lambda i=i: stage.chat(f"question {i}", user=f"u{i}", headers={"X-Request-ID": f"shadow-{i}"}) for i in range(300)])
        self.assertEqual({(reply.status, reply.target) for reply in replies}, {(200, "legacy")})
        counts = waiting.settled(stage.sandbox.counts, "the mirrored calls")
        mirrored, again = counts["holysheep"]["requests"], counts["legacy"]["requests"] - 300
        self.assertTrue(binomial.within(mirrored, 300, 0.5), counts)
        self.assertTrue(binomial.within(again, mirrored, 0.5), counts)

        def roles():
            lines = stage.request_lines()
            return {role: sum(line.get("role", "client") == role for line in lines) for role in ("client", "shadow", "again")}
        waiting.until(lambda: roles() == {"client": 300, "shadow": mirrored, "again": again}, "each call in the request log")
        waiting.until(lambda: {name: sum(line[name] for line in stage.evidence_lines() if line["kind"] == "pairs") for name in ("pairs", "triples")}
                      == {"pairs": mirrored, "triples": again}, "each comparison in the evidence")

    def test_a_hanging_mirror_delays_nobody(self):
        stage = Stage(self)
        stage.route("shadow", 0, shadow={"target": "holysheep", "sample": 1, "again": 0})
        replies = client.together([lambda i=i: stage.chat(f"q {i}", user=f"u{i}", model="fault-hang-holysheep") for i in range(40)])
        self.assertEqual({(reply.status, reply.target) for reply in replies}, {(200, "legacy")})


class Lease(unittest.TestCase):
    def test_when_nobody_renews_new_requests_go_to_legacy(self):
        stage = Stage(self)
        stage.route("canary", 1.0, lease_s=2 * waiting.SLOWNESS, step=1)
        self.assertEqual(stage.chat("x", user="u1").target, "holysheep")
        reply = waiting.until(lambda: (lambda one: one.target == "legacy" and one)(stage.chat("x", user="u1")), "the lease to run out")
        self.assertEqual(reply.status, 200)
        waiting.until(lambda: all(ack["lease_expired"] for ack in stage.acks().values()), "the acknowledgement to say so")
        stage.renew()
        for i in range(100):
            self.assertEqual(stage.chat("x", user=f"u{i}").target, "legacy", "a late renewal does not bring the share back")
        stage.route("canary", 1.0, step=1)
        self.assertEqual(stage.chat("x", user="u1").target, "holysheep")

    def test_renewals_keep_it(self):
        stage = Stage(self)
        lease = 2.0 * waiting.SLOWNESS
        stage.route("canary", 1.0, lease_s=lease, step=1)
        rounds = iter(range(12))

        def renewed():
            stage.renew()
            self.assertEqual(stage.chat("x", user="u1").target, "holysheep")
            return next(rounds, None) is None
        waiting.until(renewed, "three leases to go by", every=lease / 4)

    def test_outside_canary_and_cutover_there_is_none(self):
        stage = Stage(self)
        stage.route("overlap", 1.0)
        self.assertEqual(stage.chat("x").target, "holysheep")
        self.assertFalse(client.call(stage.admin, "/admin/routing").json.get("lease_expired"))


class Documents(unittest.TestCase):
    def test_without_a_document_everything_goes_to_the_default(self):
        stage = Stage(self, route=False)
        self.assertEqual(stage.chat().target, "legacy")

    def test_a_broken_document_changes_nothing(self):
        stage = Stage(self)
        stage.route("canary", 1.0, step=1)
        good = json.dumps(stage.document)
        for broken in (good[:-20], good.replace('"share": 1.0', '"share": 0.7'), '{"format": 2}', ""):
            replace(stage.workspace / "gateway" / "routing.json", broken)
            for i in range(5):
                self.assertEqual(stage.chat("x", user=f"u{i}").target, "holysheep")
        stage.route("canary", 0.0, step=1)
        self.assertEqual(stage.chat("x", user="u1").target, "legacy")

    def test_a_lower_generation_is_ignored(self):
        stage = Stage(self)
        stage.generation = 9
        stage.route("canary", 1.0, step=1)
        lower = dict(stage.document, generation=3, targets={"legacy": {"share": 1, "keys": {"k_leg1": 1}}, "holysheep": {"share": 0, "keys": {}}})
        replace(stage.workspace / "gateway" / "routing.json", json.dumps(lower))
        for i in range(10):
            self.assertEqual(stage.chat("x", user=f"u{i}").target, "holysheep")
        self.assertEqual(next(iter(stage.acks().values()))["generation"], 10)

    def test_a_key_that_cannot_be_opened_is_named_and_not_acknowledged(self):
        stage = Stage(self)
        gateway = stage.workspace / "gateway"
        sealed = json.loads((gateway / "keys.json").read_text())
        broken = json.loads(json.dumps(sealed))
        broken["k_01"]["hosts"] = ["evil.example"]
        replace(gateway / "keys.json", json.dumps(broken))
        served = stage.generation
        stage.route("canary", 1.0, step=1, wait=False)
        ack = waiting.until(lambda: next((one for one in stage.acks().values() if one["refused_key"]), None), "the refusal")
        self.assertEqual((ack["refused_key"], ack["generation"]), ("k_01", served))
        self.assertEqual(stage.chat("x").target, "legacy")
        replace(gateway / "keys.json", json.dumps(sealed))
        stage.wait_for_acks()
        self.assertEqual(stage.chat("x").target, "holysheep")

    def test_a_key_never_leaves_for_a_host_it_was_not_sealed_for(self):
        stage = Stage(self)
        stage.seal(hosts={"holysheep": "api.holysheep.ai"})
        stage.route("canary", 1.0, step=1, wait=False)
        waiting.until(lambda: "is sealed for its host" in stage.gateways[0].output(), "the refusal to be said")
        self.assertLess(next(iter(stage.acks().values()))["generation"], stage.generation)
        for i in range(5):
            self.assertEqual(stage.chat("x", user=f"u{i}").target, "legacy")
        self.assertEqual(stage.sandbox.requests("holysheep"), 0)

    def test_a_stopped_gateway_keeps_no_share(self):
        """A gateway that was frozen longer than its lease sends its next request to legacy."""
        stage = Stage(self)
        lease = 1.0 * waiting.SLOWNESS
        stage.route("canary", 1.0, lease_s=lease, step=1)
        self.assertEqual(stage.chat("x", user="u").target, "holysheep")
        stage.gateways[0].signal(signal.SIGSTOP)
        began = []
        waiting.until(lambda: began.append(1) or len(began) > 12, "the lease to run out in its sleep", every=0.15 * lease)
        stage.gateways[0].signal(signal.SIGCONT)
        self.assertEqual(stage.chat("x", user="u").target, "legacy")


if __name__ == "__main__":
    unittest.main()
