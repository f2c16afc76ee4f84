# SPDX-License-Identifier: Apache-2.0
"""droverctl demo in each scenario, on real HTTP: how it ends, what the clients saw, and the shares, counted at the providers."""
import json
import os
import re
import threading
import time
import unittest

import binomial
import client
import keyring
import programs
import waiting


# What a request that was decided before the acknowledgement may still need to its provider.
SETTLE_NS = int(0.1e9 * waiting.SLOWNESS)
# Within which a request's second call follows its first.
FOLLOW_NS = int(0.5e9 * waiting.SLOWNESS)


class Steps:
    """Watches a workspace from outside: when was each share served by all gateways, and when was the next one ordered."""

    def __init__(self, workspace):
        self.folder = workspace / "gateway"
        self.windows = []
        self.order = None
        self.over = threading.Event()
        self.thread = threading.Thread(target=self._watch, daemon=True)
        self.thread.start()

    def _watch(self):
        while not self.over.wait(0.004):
            try:
                self._look()
            except (OSError, ValueError, KeyError):
                continue  # not written yet, or just being replaced

    def _look(self):
        path = self.folder / "routing.json"
        document = json.loads(path.read_text())
        if self.order is None or document["generation"] > self.order["generation"]:
            written = time.monotonic_ns() - (time.time_ns() - path.stat().st_mtime_ns)
            if self.windows and "end" not in self.windows[-1]:
                self.windows[-1]["end"] = written
            self.order = document
        if not self.windows or self.windows[-1]["generation"] != self.order["generation"]:
            acks = [json.loads(one.read_text()) for one in (self.folder / "acks").glob("*.json")]
            if acks and all(ack["generation"] == self.order["generation"] for ack in acks):
                self.windows.append({"generation": self.order["generation"], "phase": self.order["phase"], "step": self.order["step"],
                                     "share": self.order["targets"]["holysheep"]["share"], "begin": time.monotonic_ns() + SETTLE_NS})

    def finish(self):
        self.over.set()
        self.thread.join()
        return [window for window in self.windows if "end" in window]


class Ledger(threading.Thread):
    """Fetches the providers' own list of calls while the demo's sandbox lives."""

    def __init__(self, workspace):
        super().__init__(daemon=True)
        self.workspace = workspace
        self.calls = {}
        self.over = threading.Event()
        self.newest = 0
        self.until = 0  # every call before it is known
        self.start()

    def control(self):
        """The sandbox's control address, from the first line it wrote."""
        for path in self.workspace.rglob("*"):
            if path.is_file() and path.suffix in (".log", ".json", ".out", ".jsonl") and path.stat().st_size < 50_000_000:
                for line in path.read_text(errors="replace").splitlines()[:50]:
                    if '"drover-sandbox"' in line:
                        return json.loads(line).get("control")
        return None

    def run(self):
        control = None
        while not self.over.wait(0.1):
            try:
                control = control or self.control()
                if control:
                    self.fetch(control)
            except (OSError, ValueError):
                continue

    def fetch(self, control):
        asked = time.monotonic_ns()
        for line in client.call(control, f"/requests?since={self.newest}").body.splitlines():
            call = json.loads(line)
            self.newest = max(self.newest, call["ns"])
            self.calls.setdefault(call["ns"], []).append(line)
        self.until = asked

    def finish(self):
        self.over.set()
        self.join()
        unique = {line for lines in self.calls.values() for line in lines}
        return sorted((json.loads(line) for line in unique), key=lambda call: call["ns"])


class Demo(unittest.TestCase):
    SCENARIO, EXIT, PHASE = "healthy", 0, "done"

    def play(self):
        place = programs.scratch(self)
        workspace, report = place / "workspace", place / "report.html"
        steps, ledger = Steps(workspace), Ledger(workspace)
        answer = programs.run("droverctl", ["--workspace", workspace, "--json", "demo", "--scenario", self.SCENARIO, "--report", report, "--speed", "fast"],
                              environment=self.environment(), seconds=300)
        self.workspace = workspace
        self.windows, self.calls = steps.finish(), ledger.finish()
        self.known_until = ledger.until
        self.assertEqual(answer.code, self.EXIT, answer)
        self.result, self.report = answer.json, report.read_text()
        self.assertEqual(self.result["phase"], self.PHASE, answer)
        self.assertGreater(self.result["client"]["requests"], 1000)
        self.assertEqual(self.result["client"]["failures"], 0, answer)
        self.assertTrue(os.path.samefile(self.result["report"], report))
        self.assertGreater(len(self.report), 5000)
        self.nothing_left_running(workspace)

    def environment(self):
        if not hasattr(self, "keyring"):
            self.keyring = keyring.Keyring(self)
        return self.keyring.environment()

    def ctl(self, *verb):
        answer = programs.run("droverctl", ["--workspace", self.workspace, *verb], environment=self.environment())
        self.assertEqual(answer.code, 0, answer)
        return answer.json

    def decisions(self):
        """What the gates decided, from the report as JSON."""
        return self.ctl("report", "migration", "--format", "json")["decisions"]

    def held_by(self, gate, phase):
        """The share was held by this gate and by no other, which `why` says with its numbers; gives the last decision."""
        last = self.decisions()[-1]
        self.assertEqual((last["outcome"], last["phase"]), ("hold", phase), last)
        self.assertEqual([one["name"] for one in last["gates"] if one["verdict"] == "fail"], [gate], last)
        failed = next(one for one in last["gates"] if one["name"] == gate)
        self.assertGreater(failed["low"], failed["limit"], "shown to be above it")
        return last

    def production(self):
        """The keyring's entry of the promoted key, "" where none was ever promoted."""
        entries = self.keyring.entries().split("\n[")
        return "\n".join(entry for entry in entries if "production" in entry)

    def nothing_left_running(self, workspace):
        def left():
            found = []
            for entry in programs.Path("/proc").iterdir():
                if entry.name.isdigit():
                    try:
                        line = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
                    except OSError:
                        continue
                    if str(workspace) in line and "drover-" in line:
                        found.append(line)
            return found
        waiting.until(lambda: not left(), f"the demo's programs to end: {left()}", 20)

    def shares_are_as_ordered(self):
        """HolySheep's count over the clients' requests within each step, all counted at the sandbox. Each request has a `user` of its own,
        and where its first call went is where it was sent: a second one is the fallback of one that failed there. The demo's sandbox
        ends with it: of the last requests the second call may never have been read, and whether it came is not judged."""
        requests = {}
        for call in self.calls:
            if "chat/completions" in call["path"] and call.get("user"):
                requests.setdefault(call["user"], []).append(call)
        canary = [window for window in self.windows if window["phase"] in ("canary", "cutover")]
        followed, judged = 0, 0
        for window in canary:
            inside = [calls for calls in requests.values() if window["begin"] <= calls[0]["ns"] < window["end"]]
            holysheep = [calls for calls in inside if calls[0]["target"] == "holysheep"]
            for first, *others in (calls for calls in inside if calls[0]["ns"] + FOLLOW_NS < self.known_until):  # nothing is mirrored any more
                # A reset on a connection that had rested may only be the server's weariness: asked once more (http/Client.h).
                if first["status"] == 0 and others and others[0]["target"] == first["target"]:
                    first, *others = others
                fell_back = first["target"] == "holysheep" and first["status"] != 200
                self.assertEqual([call["target"] for call in others], ["legacy"] if fell_back else [], (first, others))
                followed += 1
            if self.known_until < window["end"] and len(inside) <= 50:
                continue  # the sandbox ended before the rest of the step was read
            self.assertGreater(len(inside), 50, window)
            self.assertTrue(binomial.within(len(holysheep), len(inside), window["share"]),
                            f"{len(holysheep)} of {len(inside)} at a share of {window['share']}: {window}")
            judged += 1
        self.assertGreater(followed, 50)
        self.assertGreaterEqual(judged, max(1, len(canary) - 1), "all steps but the last are read whole")


class Healthy(Demo):
    def test_shadow_to_done(self):
        self.play()
        self.shares_are_as_ordered()
        self.assertEqual([window["share"] for window in self.windows if window["phase"] == "canary"][:1], [0.05])
        self.assertEqual(sorted({window["share"] for window in self.windows if window["phase"] == "canary"}), [0.05, 0.25, 0.45, 0.65, 0.85])
        self.assertEqual(self.result["rotation"]["state"], "done")
        self.assertTrue(self.result["rotation"]["key_id"])
        self.assertGreater(self.result["upstream"]["holysheep"]["requests"], 0)
        self.assertIn(self.result["rotation"]["key_id"], self.production())


class Degraded(Demo):
    SCENARIO, EXIT, PHASE = "degraded", 3, "rolled_back"

    def test_rolls_back_and_says_why_with_the_numbers(self):
        self.play()
        self.shares_are_as_ordered()
        self.assertIn("rolled back", self.report.lower())
        last = self.decisions()[-1]
        self.assertEqual((last["outcome"], last["phase"], [gate["name"] for gate in last["gates"]]), ("rollback", "canary", ["abort"]), last)
        abort = last["gates"][0]
        numbers = re.fullmatch(r"([\d,]+) errors in ([\d,]+) requests: at least ([\d.]+) % with 99\.9 % confidence, abort above 5 %", self.result["why"])
        self.assertTrue(numbers, self.result["why"])
        errors, requests = (int(numbers[i].replace(",", "")) for i in (1, 2))
        self.assertEqual(requests, abort["n"])
        self.assertAlmostEqual(errors / requests, abort["estimate"], places=9)
        self.assertGreaterEqual(requests, 100)
        self.assertGreater(abort["low"], 0.05)
        self.assertAlmostEqual(float(numbers[3]), abort["low"] * 100, delta=0.01)
        self.assertIn(self.result["why"], self.report)
        self.assertEqual(self.result["rotation"]["state"], "none")


class Slow(Demo):
    SCENARIO, EXIT, PHASE = "slow", 3, "paused"

    def test_the_latency_gate_holds_the_share(self):
        self.play()
        self.held_by("added_latency", "canary")
        self.assertRegex(self.result["why"], r"^Paused by demo: .*p95 of the first byte, (plain|streamed) answers: [\d.,]+ ms against [\d.,]+ ms of legacy, "
                                             r"at least [\d.,]+ ms added with 95 % confidence, limit 50 ms")
        self.assertNotRegex(self.result["why"], r"errors in|differed")
        self.assertRegex(self.report, r"(?i)latency")


class Diverging(Demo):
    SCENARIO, EXIT, PHASE = "diverging", 3, "paused"

    def test_the_divergence_gate_ends_it_in_the_shadow(self):
        self.play()
        self.held_by("divergence", "shadow")
        self.assertRegex(self.result["why"], r"^Paused by demo: .*On [\d,]+ prompts the new target alone differed [\d,]+ times and legacy's own second answer "
                                             r"alone [\d,]+ times: an excess of [\d.]+ %, at least [\d.]+ % with 95 % confidence, limit 2 %")
        self.assertNotRegex(self.result["why"], r"errors in|first byte")
        self.assertRegex(self.report, r"(?i)diverge")
        self.assertEqual([window for window in self.windows if window["phase"] == "canary"], [])


class DeadKey(Demo):
    SCENARIO, EXIT, PHASE = "dead-key", 1, "done"

    def test_the_dead_key_is_never_promoted(self):
        self.play()
        self.assertEqual(self.result["rotation"]["state"], "failed")
        dead = self.result["rotation"]["key_id"]
        keys = {key["id"]: key for key in self.ctl("--json", "keys", "list")["keys"]}
        self.assertEqual((keys[dead]["state"], keys[dead]["weight"], keys[dead]["sealed"]), ("revoked", None, False), keys[dead])
        old = [key for key in keys.values() if key["target"] == "holysheep" and key["id"] != dead]
        self.assertEqual([(key["weight"], key["share"], key["health"]) for key in old], [(1, 1, "healthy")], old)
        document = (self.workspace / "gateway" / "routing.json").read_text()
        self.assertEqual(json.loads(document)["targets"]["holysheep"]["keys"], {old[0]["id"]: 1})
        self.assertNotIn(dead, document)
        self.assertNotIn(dead, self.production())


class Refusal(unittest.TestCase):
    def test_a_workspace_with_real_targets_is_refused(self):
        place = programs.scratch(self)
        environment = keyring.Keyring(self).environment()
        made = programs.run("droverctl", ["--workspace", place / "real", "init"], environment=environment)
        self.assertEqual(made.code, 0, made)
        before = programs.snapshot(place / "real")
        answer = programs.run("droverctl", ["--workspace", place / "real", "--json", "demo"], environment=environment)
        self.assertEqual(answer.code, 2, answer)
        self.assertEqual(programs.snapshot(place / "real"), before)

    def test_a_workspace_that_only_says_it_is_a_sandbox_is_refused(self):
        place = programs.scratch(self)
        environment = keyring.Keyring(self).environment()
        made = programs.run("droverctl", ["--workspace", place / "real", "init"], environment=environment)
        self.assertEqual(made.code, 0, made)
        settings = place / "real" / "drover.toml"
        settings.write_text(re.sub(r"(?m)^\[workspace\]$", "[workspace]\nsandbox = true", re.sub(r"(?m)^sandbox = .*\n", "", settings.read_text())))
        before = programs.snapshot(place / "real")
        answer = programs.run("droverctl", ["--workspace", place / "real", "--json", "demo"], environment=environment)
        self.assertEqual(answer.code, 2, answer)
        self.assertRegex(answer.error["where"], r"drover\.toml:\d+: targets")
        self.assertEqual(programs.snapshot(place / "real"), before)


del Demo  # its subclasses are the tests

if __name__ == "__main__":
    unittest.main()
