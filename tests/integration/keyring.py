# SPDX-License-Identifier: Apache-2.0
"""A real gnome-keyring on a private D-Bus, in every state a desktop can have it in."""
import os
import socket
import subprocess
import tempfile
import threading
from pathlib import Path

import programs
import waiting


class Bus:
    """A session bus of its own."""

    def __init__(self, test):
        folder = tempfile.TemporaryDirectory(prefix="drover-bus.", ignore_cleanup_errors=True)
        test.addCleanup(folder.cleanup)
        self.place = Path(folder.name)
        for name in ("run", "data/keyrings", "home"):
            (self.place / name).mkdir(parents=True, mode=0o700)
        os.chmod(self.place / "run", 0o700)
        self.daemon = subprocess.Popen(["dbus-daemon", "--session", "--nofork", f"--address=unix:path={self.place}/run/bus", "--print-address=1"],
                                       stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=self._environment(None))
        test.addCleanup(self.stop)
        self.address = self.daemon.stdout.readline().decode().strip()
        assert self.address, "dbus-daemon did not start"

    def _environment(self, address):
        return programs.clean_environment(HOME=self.place / "home", XDG_DATA_HOME=self.place / "data", XDG_RUNTIME_DIR=self.place / "run",
                                          DBUS_SESSION_BUS_ADDRESS=address or "disabled:")

    def environment(self, **more):
        """For a program that is to meet this bus."""
        return {**self._environment(self.address), **{name: str(value) for name, value in more.items()}}

    def stop(self):
        self.daemon.terminate()
        self.daemon.wait()
        self.daemon.stdout.close()


def start_bus(test, config):
    """A bus from a configuration file; its address."""
    daemon = subprocess.Popen(["dbus-daemon", f"--config-file={config}", "--nofork", "--print-address=1"], stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL, env=programs.clean_environment())
    test.addCleanup(lambda: (daemon.terminate(), daemon.wait(), daemon.stdout.close()))
    address = daemon.stdout.readline().decode().strip()
    assert address, "dbus-daemon did not start"
    return address


class Keyring(Bus):
    """The bus with an unlocked keyring on it."""

    def __init__(self, test, password="test-only"):
        super().__init__(test)
        self.test, self.service = test, None
        self.start(password)

    def start(self, password):
        self.service = subprocess.Popen(["gnome-keyring-daemon", "--foreground", "--replace", "--unlock", "--components=secrets"], stdin=subprocess.PIPE,
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=self.environment())
        service = self.service
        self.test.addCleanup(lambda: (service.kill(), service.wait()))
        service.stdin.write(password.encode())
        service.stdin.close()
        # Asking the keyring anything before it is on the bus would make the bus start another one, which knows no password.
        waiting.until(self.on_the_bus, "the keyring to be on the bus")
        waiting.until(self.unlocked, "the keyring to be unlocked")

    def on_the_bus(self):
        done = subprocess.run(["dbus-send", "--session", "--print-reply", "--dest=org.freedesktop.DBus", "/org/freedesktop/DBus",
                               "org.freedesktop.DBus.NameHasOwner", "string:org.freedesktop.secrets"], capture_output=True, text=True,
                              env=self.environment(), check=False, timeout=60)
        return "boolean true" in done.stdout

    def _call(self, *arguments):
        return subprocess.run(["dbus-send", "--session", "--print-reply", "--dest=org.freedesktop.secrets", *arguments], capture_output=True, text=True,
                              env=self.environment(), check=False, timeout=60)

    def locked_property(self):
        done = self._call("/org/freedesktop/secrets/collection/login", "org.freedesktop.DBus.Properties.Get",
                          "string:org.freedesktop.Secret.Collection", "string:Locked")
        return "true" if "boolean true" in done.stdout else "false" if "boolean false" in done.stdout else None

    def unlocked(self):
        return self.locked_property() == "false"

    def lock(self):
        self._call("/org/freedesktop/secrets", "org.freedesktop.Secret.Service.Lock",
                   "array:objpath:/org/freedesktop/secrets/collection/login")
        waiting.until(lambda: self.locked_property() == "true", "the keyring to be locked")

    def entries(self):
        """What is in it, as text: labels and attributes."""
        done = subprocess.run(["secret-tool", "search", "--all", "--unlock", "xdg:schema", "org.qt.keychain"], capture_output=True, text=True,
                              env=self.environment(), check=False, timeout=60)
        return done.stdout + done.stderr

    def files(self):
        """The bytes of its files, which hold no secret in clear."""
        return b"".join(programs.snapshot(self.place / "data").values())


class HangingBus:
    """A bus address where somebody listens and never answers."""

    def __init__(self, test):
        folder = tempfile.TemporaryDirectory(prefix="drover-bus.", ignore_cleanup_errors=True)
        test.addCleanup(folder.cleanup)
        path = Path(folder.name) / "bus"
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(str(path))
        self.listener.listen(64)
        self.kept = []
        test.addCleanup(self.stop)
        self.thread = threading.Thread(target=self._accept, daemon=True)
        self.thread.start()
        (Path(folder.name) / "run").mkdir(mode=0o700)
        self._environment = programs.clean_environment(DBUS_SESSION_BUS_ADDRESS=f"unix:path={path}", XDG_RUNTIME_DIR=Path(folder.name) / "run")

    def _accept(self):
        while True:
            try:
                self.kept.append(self.listener.accept()[0])
            except OSError:
                return

    def environment(self, **more):
        return {**self._environment, **{name: str(value) for name, value in more.items()}}

    def stop(self):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        for one in self.kept:
            one.close()
