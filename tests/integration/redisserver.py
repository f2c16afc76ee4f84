# SPDX-License-Identifier: Apache-2.0
"""The distribution's redis-server with TLS, an authority of the test's own, and a user who may touch holysheep:* alone."""
import socket
import ssl
import subprocess

import programs
import waiting
from clouds import certificate

HASH = "holysheep:keys:encrypted"
USER, PASSWORD, ADMIN = "drover", "planted/redis:pass@word%1", "planted-admin-password"
# What the controller needs; a gateway does with +ping +hgetall.
RIGHTS = "~holysheep:* +ping +hgetall +eval +hget +hset +hdel"


class RedisServer:
    def __init__(self, test, keeps=True):
        self.place = programs.scratch(test)
        self.authority, certificate_file, key = certificate(self.place)
        self.port = programs.free_port()
        self.config = self.place / "redis.conf"
        self.config.touch(mode=0o600)
        self.config.write_text("\n".join([
            "bind 127.0.0.1", "port 0", f"tls-port {self.port}", f"tls-cert-file {certificate_file}", f"tls-key-file {key}",
            f"tls-ca-cert-file {self.authority}", "tls-auth-clients no", f"dir {self.place}", 'save ""',
            "appendonly yes" if keeps else "appendonly no", "appendfsync always",
            f"user default on >{ADMIN} ~* &* +@all", f"user {USER} on >{PASSWORD} {RIGHTS}", ""]))
        self.process = None
        test.addCleanup(self.kill)
        self.start()

    @property
    def url(self):
        return f"rediss://127.0.0.1:{self.port}/0"

    def login_url(self, password=PASSWORD):
        escaped = password.replace("%", "%25").replace("/", "%2F").replace(":", "%3A").replace("@", "%40")
        return f"rediss://{USER}:{escaped}@127.0.0.1:{self.port}/0"

    def start(self):
        with open(self.place / "redis.log", "ab") as log:
            self.process = subprocess.Popen(["redis-server", str(self.config)], stdout=log, stderr=log, stdin=subprocess.DEVNULL)

        def answers():
            assert self.process.poll() is None, (self.place / "redis.log").read_text()[-2000:]
            try:
                return self.call("PING") == b"PONG"
            except OSError:
                return False
            except AssertionError as refused:
                if not str(refused).startswith("LOADING"):
                    raise
                return False
        waiting.until(answers, "redis-server")

    def kill(self):
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def call(self, *words):
        """One command as the administrator, on a connection of its own."""
        trusted = ssl.create_default_context(cafile=str(self.authority))
        with socket.create_connection(("127.0.0.1", self.port), timeout=30) as plain, \
                trusted.wrap_socket(plain, server_hostname="127.0.0.1") as secure, secure.makefile("rb") as replies:
            secure.sendall(command("AUTH", ADMIN) + command(*words))
            assert reply(replies) == b"OK"
            return reply(replies)

    def keys(self):
        """The hash: key id -> value."""
        flat = [one.decode() for one in self.call("HGETALL", HASH)]
        return dict(zip(flat[::2], flat[1::2]))


def command(*words):
    encoded = [word if isinstance(word, bytes) else str(word).encode() for word in words]
    return b"*%d\r\n" % len(encoded) + b"".join(b"$%d\r\n%s\r\n" % (len(word), word) for word in encoded)


def reply(stream):
    line = stream.readline().rstrip(b"\r\n")
    if not line:
        raise ConnectionError("Redis has closed the connection")
    kind, rest = line[:1], line[1:]
    if kind == b"-":
        raise AssertionError(rest.decode())
    if kind == b":":
        return int(rest)
    if kind == b"$":
        return None if rest == b"-1" else stream.read(int(rest) + 2)[:-2]
    if kind == b"*":
        return [reply(stream) for _ in range(int(rest))]
    return rest
