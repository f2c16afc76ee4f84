# SPDX-License-Identifier: Apache-2.0
"""The sandbox's stand-ins for clouds, over TLS with an authority of the test's own."""
import subprocess

import client
import programs
import waiting


def certificate(folder):
    """An authority, and a certificate for 127.0.0.1 that it signs: files of the authority, the certificate and its key."""
    authority, authority_key, request, made, key, extensions = (folder / name for name in ("ca.pem", "ca.key", "r.csr", "s.pem", "s.key", "s.ext"))
    extensions.write_text("basicConstraints=CA:FALSE\nsubjectAltName=DNS:localhost,IP:127.0.0.1\n")
    for words in (
            ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=test authority", "-keyout", authority_key, "-out", authority],
            ["req", "-new", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=127.0.0.1", "-keyout", key, "-out", request],
            ["x509", "-req", "-in", request, "-CA", authority, "-CAkey", authority_key, "-CAcreateserial", "-days", "2", "-extfile", extensions, "-out", made]):
        done = subprocess.run(["openssl", *map(str, words)], capture_output=True, text=True, check=False, timeout=60 * waiting.SLOWNESS)
        assert done.returncode == 0, done.stderr
    return authority, made, key


class Clouds:
    """`urls` by cloud, `logins` by cloud, `authority`: the file to trust."""

    def __init__(self, test):
        self.place = programs.scratch(test)
        self.authority, made, key = certificate(self.place)
        self.sandbox = programs.Program("drover-sandbox", ["--workspace", self.place / "sandbox", "--scenario", "healthy",
                                                           "--cloud-certificate", made, "--cloud-key", key], self.place)
        test.addCleanup(self.sandbox.kill)
        self.urls = self.sandbox.first["cloud"]
        self.logins = client.call(self.sandbox.first["control"], "/cloud").json
