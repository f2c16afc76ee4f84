# SPDX-License-Identifier: Apache-2.0
"""Requests a second of one gateway thread against HAProxy's one thread, on one machine, in one run, alternating: POST of 1 KiB, an upstream (nginx) that
answers 1 KiB, kept connections; gateway or HAProxy alone on one core, load and upstream on the other. Tokens, sticky split, limits, evidence and
request log are on, mirroring is off. Prints the ratio of the medians; with DROVER_LEAST=0.8 it must be that."""
import json
import os
import re
import socket
import statistics
import subprocess
import sys
import unittest
from pathlib import Path
from urllib.parse import urlsplit

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "integration"))
import programs  # noqa: E402
import waiting  # noqa: E402
from stage import KEYS, Stage, WORKSPACE, replace  # noqa: E402

ROUNDS = int(os.environ.get("DROVER_ROUNDS", "3"))
SECONDS = int(os.environ.get("DROVER_SECONDS", "5"))
CONNECTIONS = 64
PROXY_CORE, OTHER_CORE = "0", "1"
ANSWER = json.dumps({"id": "chatcmpl-1", "object": "chat.completion", "created": 1, "model": "gpt-4.1", "choices": [
    {"index": 0, "message": {"role": "assistant", "content": "x" * 760}, "finish_reason": "stop"}],
    "usage": {"prompt_tokens": 200, "completion_tokens": 190, "total_tokens": 390}})


def on(core, *command):
    return ["taskset", "-c", core, *map(str, command)]


def listens(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


class Upstream:
    """nginx that answers the same 1 KiB to everything, on two ports."""

    def __init__(self, test, place):
        self.ports = [programs.free_port() for _ in range(2)]
        servers = "".join(f"server {{ listen 127.0.0.1:{port}; location / {{ default_type application/json; return 200 '{ANSWER}'; }} }}" for port in self.ports)
        (place / "nginx.conf").write_text(
            f"daemon off; worker_processes 1; pid {place}/nginx.pid; error_log stderr crit; events {{ worker_connections 4096; }}"
            f"http {{ access_log off; keepalive_requests 1000000000; keepalive_timeout 600; client_body_temp_path {place}/b; proxy_temp_path {place}/p;"
            f"fastcgi_temp_path {place}/f; uwsgi_temp_path {place}/u; scgi_temp_path {place}/s; {servers} }}")
        self.process = subprocess.Popen(on(OTHER_CORE, "nginx", "-c", place / "nginx.conf", "-p", place), stderr=subprocess.DEVNULL)
        test.addCleanup(self.process.wait)
        test.addCleanup(self.process.terminate)
        for port in self.ports:
            waiting.until(lambda port=port: listens(port), "nginx")


class Haproxy:
    def __init__(self, test, place, ports):
        self.port = programs.free_port()
        (place / "haproxy.cfg").write_text(f"""
global
    nbthread 1
    maxconn 4096
defaults
    mode http
    timeout connect 5s
    timeout client 600s
    timeout server 600s
    option http-keep-alive
    http-reuse always
frontend all
    bind 127.0.0.1:{self.port}
    default_backend both
backend both
    balance hdr(X-User)
    server a 127.0.0.1:{ports[0]} pool-max-conn 256
    server b 127.0.0.1:{ports[1]} pool-max-conn 256
""")
        self.process = subprocess.Popen(on(PROXY_CORE, "haproxy", "-db", "-f", place / "haproxy.cfg"), stderr=subprocess.DEVNULL)
        test.addCleanup(self.process.wait)
        test.addCleanup(self.process.terminate)
        waiting.until(lambda: listens(self.port), "HAProxy")


class Place(Stage):
    """A workspace whose targets are nginx."""

    def __init__(self, test, ports):
        self.ports = dict(zip(KEYS, ports))
        super().__init__(test, gateways=0, route=False)

    def write_settings(self, more=""):
        lines = ["[workspace]", f'id = "{WORKSPACE}"', 'name = "bench"', 'environment = "dev"', "sandbox = true", ""]
        for name, port in self.ports.items():
            lines += [f"[targets.{name}]", f'openai = "http://127.0.0.1:{port}/v1"', f'anthropic = "http://127.0.0.1:{port}"', "",
                      f"[targets.{name}.limits]", 'defaults = "none"', "others = { requests = 10000000, tokens = 10000000000 }", ""]
        lines += ["[gateway]", 'listen = "127.0.0.1:0"', 'admin_listen = "127.0.0.1:0"', ""]
        replace(self.workspace / "drover.toml", "\n".join(lines) + more)

    def seal(self, hosts=None):
        super().seal({name: f"127.0.0.1:{port}" for name, port in self.ports.items()})

    def begin(self):
        self.start_gateway()
        subprocess.run(["taskset", "-a", "-p", "-c", PROXY_CORE, str(self.gateways[0].process.pid)], check=True, stdout=subprocess.DEVNULL)
        self.route("canary", 0.5, step=1)


def script(place, token):
    """wrk's: 500 requests in turn, each of a user of its own, of 1 KiB."""
    (place / "load.lua").write_text(f"""
local all, at = {{}}, 0
function init(args)
    for i = 1, 500 do
        local head = '{{"model":"gpt-4.1","user":"u' .. i .. '","messages":[{{"role":"user","content":"'
        local body = head .. string.rep("y", 1024 - #head - 4) .. '"}}]}}'
        all[i] = wrk.format("POST", "/v1/chat/completions", {{["Content-Type"] = "application/json", ["Authorization"] = "Bearer {token}",
                            ["X-User"] = "u" .. i}}, body)
    end
end
function request()
    at = at % 500 + 1
    return all[at]
end
function done(summary, latency, requests)
    io.write(string.format("RATE %f P99 %f ERRORS %d\\n", summary.requests / summary.duration * 1e6, latency:percentile(99) / 1000,
             summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.status + summary.errors.timeout))
end
""")
    return place / "load.lua"


class Throughput(unittest.TestCase):
    def load(self, url, lua):
        done = subprocess.run(on(OTHER_CORE, "wrk", "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}s", "-s", lua, url), capture_output=True, text=True, check=True)
        found = re.search(r"RATE ([\d.]+) P99 ([\d.]+) ERRORS (\d+)", done.stdout)
        self.assertTrue(found, done.stdout)
        self.assertEqual(found[3], "0", done.stdout)
        return float(found[1])

    def test_one_thread_beside_haproxys(self):
        place = programs.scratch(self)
        upstream = Upstream(self, place)
        haproxy = Haproxy(self, place, upstream.ports)
        stage = Place(self, upstream.ports)
        stage.begin()
        lua = script(place, stage.token)
        urls = {"gateway": stage.url, "haproxy": f"http://127.0.0.1:{haproxy.port}"}
        rates = {name: [] for name in urls}
        for _ in range(ROUNDS):
            for name, url in urls.items():
                rates[name].append(self.load(url, lua))
        direct = self.load(f"http://127.0.0.1:{upstream.ports[0]}", lua)
        medians = {name: statistics.median(seen) for name, seen in rates.items()}
        ratio = medians["gateway"] / medians["haproxy"]
        print(f"requests a second: gateway {medians['gateway']:.0f}, HAProxy {medians['haproxy']:.0f}, nginx alone {direct:.0f}; gateway / HAProxy {ratio:.2f}")
        least = os.environ.get("DROVER_LEAST")
        if least:
            self.assertGreaterEqual(ratio, float(least))


if __name__ == "__main__":
    unittest.main()
