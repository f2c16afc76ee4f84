# SPDX-License-Identifier: Apache-2.0
"""What a client meets at the gateway: tokens, dialects, headers, streams, fallback. No Qt: also run under ThreadSanitizer."""
import json
import re
import unittest

import client
import programs
import waiting
from stage import KEYS, Stage

UUID7 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


class Tokens(unittest.TestCase):
    def test_without_a_valid_token_nothing_passes(self):
        stage = Stage(self)
        for token in (None, "drv_" + "A" * 43, "sk-something", stage.keys["legacy"]):
            reply = client.call(stage.url, "/v1/chat/completions", client.chat(), token)
            self.assertEqual(reply.status, 401, reply)
            self.assertIn("message", reply.json["error"])
        reply = client.call(stage.url, "/v1/messages", {"model": "claude-sonnet-4.5", "max_tokens": 5, "messages": []}, "drv_" + "A" * 43)
        self.assertEqual((reply.status, reply.json["type"]), (401, "error"), reply)
        self.assertEqual(stage.sandbox.requests("legacy"), 0)

    def test_a_token_made_works_and_a_revoked_one_does_not(self):
        stage = Stage(self)
        second = stage.add_token("second")
        waiting.until(lambda: stage.chat(token=second).status == 200, "the new token to be known")
        reply = client.call(stage.url, "/v1/chat/completions", client.chat(), headers={"x-api-key": second})
        self.assertEqual(reply.status, 200, reply)
        stage.revoke_token("second")
        waiting.until(lambda: stage.chat(token=second).status == 401, "the revocation to hold")
        self.assertEqual(stage.chat().status, 200)

    def test_a_token_for_one_model(self):
        stage = Stage(self)
        narrow = stage.add_token("narrow", models=["gpt-4.1"])
        waiting.until(lambda: stage.chat(token=narrow, model="gpt-4.1").status == 200, "the new token to be known")
        self.assertIn(stage.chat(token=narrow, model="gpt-4o").status, (403, 404))


class Answers(unittest.TestCase):
    def test_a_plain_call(self):
        stage = Stage(self)
        reply = stage.chat("What is a drover?")
        self.assertEqual(reply.status, 200, reply)
        self.assertEqual(reply.target, "legacy")
        self.assertRegex(reply.headers["x-request-id"], UUID7)
        self.assertIn("x-drover-upstream-request-id", reply.headers)
        self.assertTrue(reply.json["choices"][0]["message"]["content"])
        self.assertGreater(reply.json["usage"]["completion_tokens"], 0)

    def test_the_clients_request_id_is_kept_where_it_is_one(self):
        stage = Stage(self)
        self.assertEqual(stage.chat(headers={"X-Request-ID": "diagnostic-1709337600"}).headers["x-request-id"], "diagnostic-1709337600")
        for bad in ("has space", "x" * 129, "a/b"):
            self.assertRegex(stage.chat(headers={"X-Request-ID": bad}).headers["x-request-id"], UUID7)

    def test_the_same_stream_as_the_provider_sends(self):
        stage = Stage(self)
        body = client.chat("Tell me a story", stream=True)
        through = client.call(stage.url, "/v1/chat/completions", body, stage.token)
        straight = client.call(stage.sandbox.target("legacy")["openai"], "/chat/completions", body, stage.keys["legacy"])
        self.assertEqual(through.headers["content-type"], straight.headers["content-type"])
        self.assertEqual(client.text_of_stream(through.body), client.text_of_stream(straight.body))
        self.assertEqual(client.events(through.body)[-1], "[DONE]")
        self.assertEqual(len(client.events(through.body)), len(client.events(straight.body)))

    def test_the_other_dialects(self):
        stage = Stage(self)
        message = client.call(stage.url, "/v1/messages", {"model": "claude-sonnet-4.5", "max_tokens": 50, "messages": [{"role": "user", "content": "hi"}]},
                              headers={"x-api-key": stage.token, "anthropic-version": "2023-06-01"})
        self.assertEqual((message.status, message.json["type"]), (200, "message"), message)
        self.assertIn("request-id", message.headers)
        embedding = client.call(stage.url, "/v1/embeddings", {"model": "text-embedding-3-small", "input": "hi"}, stage.token)
        self.assertEqual(embedding.status, 200, embedding)
        models = client.call(stage.url, "/v1/models", token=stage.token)
        self.assertEqual((models.status, models.json["object"]), (200, "list"), models)
        self.assertIn(client.call(stage.url, "/v1/nothing-of-the-kind", token=stage.token).status, (404,))

    def test_errors_of_legacy_pass_as_they_are(self):
        stage = Stage(self)
        for model, status in (("fault-500", 500), ("fault-429", 429), ("fault-400", 400)):
            reply = stage.chat(model=model)
            self.assertEqual(reply.status, status, reply)
            self.assertIn("error", reply.json)

    def test_many_kept_connections(self):
        stage = Stage(self)
        replies = client.together([lambda i=i: stage.chat(f"question {i}", user=f"u{i}") for i in range(200)], workers=32)
        self.assertEqual({reply.status for reply in replies}, {200})
        self.assertEqual(stage.sandbox.requests("legacy"), 200)
        self.assertEqual(len({reply.headers["x-request-id"] for reply in replies}), 200)


class Fallback(unittest.TestCase):
    def test_before_the_first_byte_legacy_answers_instead(self):
        stage = Stage(self)
        stage.route("canary", 1.0, step=1)
        for model in ("fault-500-holysheep", "fault-503-holysheep", "fault-429-holysheep", "fault-401-holysheep", "fault-402-holysheep",
                      "fault-404-holysheep", "fault-reset-holysheep"):
            for stream in (False, True):
                reply = stage.chat("hello", model=model, stream=stream)
                self.assertEqual((reply.status, reply.target), (200, "legacy"), f"{model} {reply}")
        lines = waiting.until(lambda: [line for line in stage.request_lines() if line.get("role", "client") == "client"][13:] and stage.request_lines(),
                              "14 lines in the request log")
        for line in lines:
            self.assertEqual((line["target"], line["class"], line["status"]), ("legacy", "ok", 200), line)
            self.assertEqual([one["target"] for one in line["attempts"]], ["holysheep", "legacy"], line)
        classes = {line["model"]: line["attempts"][0]["class"] for line in lines}
        self.assertEqual(classes, {"fault-500-holysheep": "upstream", "fault-503-holysheep": "overload", "fault-429-holysheep": "rate",
                                   "fault-401-holysheep": "auth", "fault-402-holysheep": "billing", "fault-404-holysheep": "incompatible",
                                   "fault-reset-holysheep": "network"})

    def test_after_the_first_byte_it_is_cut_not_repeated(self):
        stage = Stage(self)
        stage.route("canary", 1.0, step=1)
        before = stage.sandbox.requests("legacy")
        stream = client.Stream(stage.url, "/v1/chat/completions", client.chat("x", model="fault-cut-holysheep", stream=True), stage.token)
        try:
            raw = stream.read_all()
        except ConnectionError:
            raw = stream.raw()
        self.assertIn(b"data:", raw)
        self.assertNotIn(b"[DONE]", raw)
        self.assertEqual(stage.sandbox.requests("legacy"), before)
        line = waiting.until(lambda: stage.request_lines(), "the request log")[-1]
        self.assertEqual((line["target"], line["class"]), ("holysheep", "cut"), line)

    def test_a_bad_request_of_both_is_the_clients(self):
        stage = Stage(self)
        stage.route("canary", 1.0, step=1)
        reply = stage.chat(model="fault-400")
        self.assertEqual(reply.status, 400, reply)
        line = waiting.until(lambda: stage.request_lines(), "the request log")[-1]
        self.assertEqual(line["class"], "client", line)


class Records(unittest.TestCase):
    def test_the_request_log_and_the_evidence_agree_with_the_provider(self):
        stage = Stage(self)
        stage.route("canary", 0.5, step=1)
        client.together([lambda i=i: stage.chat(f"q {i}", user=f"u{i}", stream=i % 2 == 0) for i in range(120)])
        lines = waiting.until(lambda: len(stage.request_lines()) >= 120 and stage.request_lines(), "120 lines in the request log")
        self.assertEqual(len(lines), 120)
        for line in lines:
            self.assertEqual({"ts", "request_id", "route", "model", "target", "key_id", "region", "status", "class", "stream", "ttft_ms", "latency_ms",
                             "input_tokens", "cached_tokens", "output_tokens", "phase"} - line.keys(), set(), line)
            self.assertEqual((line["route"], line["phase"], line["key_id"]), ("chat", "canary", KEYS[line["target"]]))
            self.assertGreater(line["output_tokens"], 0)
            self.assertLessEqual(line["ttft_ms"], line["latency_ms"])
        counts = stage.sandbox.counts()
        tried = {name: sum(1 for line in lines for one in line.get("attempts") or [line] if one["target"] == name) for name in KEYS}
        self.assertEqual(tried, {name: counts[name]["requests"] for name in KEYS})

        def in_evidence():
            return {name: sum(one["requests"] for one in stage.evidence_lines() if one["kind"] == "clients" and one["target"] == name) for name in KEYS}
        waiting.until(lambda: sum(in_evidence().values()) == 120, "120 requests in the evidence")
        self.assertEqual({one["generation"] for one in stage.evidence_lines()}, {stage.generation})

    def test_metrics_and_admin(self):
        stage = Stage(self)
        stage.chat()
        for path in ("/healthz", "/readyz"):
            self.assertEqual(client.call(stage.admin, path).status, 200)
        for path in ("/admin/routing", "/routing-status"):
            self.assertEqual(client.call(stage.admin, path).json["generation"], stage.generation)
        text = client.call(stage.admin, "/metrics").body.decode()
        self.assertRegex(text, r"(?m)^# HELP drover_")
        self.assertEqual(client.call(stage.admin, "/admin/routing", body={}, method="POST").status, 405)
        self.assertIn(client.call(stage.admin, "/metrics", headers={"Host": "evil.example"}).status, (400, 403, 421))

    def test_the_log_on_stdout_is_json_and_holds_no_key(self):
        stage = Stage(self)
        stage.route("canary", 0.5, step=1)
        client.together([lambda i=i: stage.chat(f"q {i}", user=f"u{i}") for i in range(20)])
        stage.gateways[0].stop()
        for line in stage.gateways[0].output().splitlines():
            json.loads(line)
        everything = b"".join(programs.snapshot(stage.place).values())
        for secret in [*stage.keys.values(), stage.token]:
            self.assertNotIn(secret.encode(), everything)


if __name__ == "__main__":
    unittest.main()
