# SPDX-License-Identifier: Apache-2.0
"""A thousand keys are rotated in the time that the provider's round trips take: the time of `rotation run --all`, from its start to its
exit, is at most 1.2 times the sum of all round trips divided by how many may be under way. Its memory does not grow with the keys that
are done. Vault holds the secrets, a gateway serves, every target is the same sandbox behind a long way.
    python3 tests/bench/test_many_keys.py [--keys 1000] [--at-once 16] [--round-trip 0.25]"""
import argparse
import json
import re
import sys
import time
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "integration"))
import waiting  # noqa: E402
from console import World  # noqa: E402
from longway import LongWay  # noqa: E402

RATIO_LIMIT = 1.2
MEMORY_LIMIT = 1.25  # of the last half of the run to its first fifth
given = argparse.Namespace(keys=1000, at_once=16, round_trip=0.25)


def memory(pid):
    """Resident, in MiB; 0 where it has gone."""
    try:
        found = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    except OSError:
        return 0
    return int(found.group(1)) / 1024 if found else 0


class ManyKeys(unittest.TestCase):
    def setUp(self):
        self.world = World(self, store="vault", own_ids=True)
        self.way = LongWay(self, self.world.sandbox.target("holysheep")["openai"], given.round_trip)
        settings = self.world.workspace / "drover.toml"
        more = "".join(f'\n[targets.t{i:04}]\nopenai = "{self.way.url}"\n[targets.t{i:04}.issuer]\nkind = "holysheep"\n' for i in range(given.keys))
        settings.write_text(settings.read_text() + more)
        self.policy = self.world.policy()
        self.first_id, self.world.environment["HOLYSHEEP_API_KEY"] = self.world.sandbox.mint("holysheep")  # makes each target's first key

    def round(self):
        """One round: seconds, the answer, and (share of targets that have ended, MiB) all along."""
        began = time.monotonic()
        runner = self.world.start_migration(None, None, ["rotation", "run", "--all", "--at-once", given.at_once, "--policy", self.policy])
        seen = []

        def over():
            done = re.findall(r"(\d+) of (\d+) targets", runner.errors())
            seen.append((int(done[-1][0]) / int(done[-1][1]) if done else 0.0, memory(runner.pid)))
            return not runner.running()
        waiting.until(over, "the end of the round", 3000, every=0.1)
        seconds = time.monotonic() - began
        self.assertEqual(runner.wait(), 3, runner.errors()[-1000:] + runner.output()[-3000:])  # legacy's keys are made by a person
        return seconds, json.loads(runner.output()), seen

    def test_a_thousand_keys_in_the_time_of_the_providers_round_trips(self):
        first, _, _ = self.round()  # makes the keys there are
        print(f"{given.keys} keys made in {first:.1f} s", flush=True)
        self.way.begin()
        seconds, answer, seen = self.round()
        self.assertEqual({name: answer[name] for name in ("done", "failed", "broken", "by_hand")},
                         {"done": given.keys + 1, "failed": 0, "broken": 0, "by_hand": 1})
        live = {key["key_id"] for key in self.world.sandbox.keys()["holysheep"] if key["active"]}
        self.assertLessEqual({one["key_id"] for one in answer["rotations"] if one["key_id"]}, live)
        self.assertEqual(len(live - {self.first_id}), given.keys + 1, "each target has one living key")
        self.assertLessEqual(self.way.most, given.at_once)
        ratio = seconds * given.at_once / self.way.seconds
        early = max(size for done, size in seen if done <= 0.2)
        late = max(size for done, size in seen if done >= 0.5)
        print(f"{given.keys} keys in {seconds:.1f} s; {self.way.count} round trips of {1000 * self.way.seconds / self.way.count:.0f} ms, "
              f"{given.at_once} at once (most seen: {self.way.most}): ratio {ratio:.3f}, limit {RATIO_LIMIT}; memory {early:.1f} MiB, "
              f"then {late:.1f} MiB: {late / early:.3f}, limit {MEMORY_LIMIT}", flush=True)
        self.assertLessEqual(ratio, RATIO_LIMIT)
        self.assertLessEqual(late / early, MEMORY_LIMIT)


if __name__ == "__main__":
    options = argparse.ArgumentParser()
    options.add_argument("--keys", type=int, default=given.keys)
    options.add_argument("--at-once", type=int, default=given.at_once)
    options.add_argument("--round-trip", type=float, default=given.round_trip)
    given, rest = options.parse_known_args()
    unittest.main(argv=sys.argv[:1] + rest)
