# SPDX-License-Identifier: Apache-2.0
"""The built programs as children of a test: started, talked to, ended, with everything they wrote kept to search."""
import json
import os
import re
import select
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

import waiting

SOURCE = Path(__file__).resolve().parents[2]
BIN = Path(os.environ.get("DROVER_BIN", SOURCE / "build" / "dev" / "bin"))
DATA = Path(__file__).resolve().parents[1] / "support" / "data"
TRACE = SOURCE / "resources" / "trace" / "azure-llm-trace-code.csv"
# What one program may take to say its first line. Against hanging only.
START_SECONDS = 30


def trace_file():
    """The trace that ships, wherever resources keeps it."""
    found = sorted((SOURCE / "resources").rglob("azure-llm-trace-code.csv"))
    assert found, "resources/ has no azure-llm-trace-code.csv"
    return found[0]


def free_port():
    """A port nobody listens on now. The programs are told 0 where they can choose themselves; this is for the others."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def clean_environment(**more):
    """The environment of a child: nothing of the machine's that the programs read."""
    keep = {name: value for name, value in os.environ.items()
            if name in ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR") or name.endswith("SAN_OPTIONS")}
    keep.update(DBUS_SESSION_BUS_ADDRESS="disabled:", QT_QPA_PLATFORM="offscreen", LC_ALL="C.UTF-8")
    keep.update({name: str(value) for name, value in more.items() if value is not None})
    return keep


class Program:
    """A running program. stdout and stderr go to files beside each other in `logs`; the first line is parsed as JSON."""

    def __init__(self, name, arguments, logs, environment=None, stdin=b"", pass_fds=(), first_line=True):
        self.name = name
        self.logs = Path(logs)
        number = len(list(self.logs.glob(f"{name}-*.out")))
        self.out_path = self.logs / f"{name}-{number}.out"
        self.err_path = self.logs / f"{name}-{number}.err"
        self.arguments = [str(BIN / name), *map(str, arguments)]
        with open(self.out_path, "wb") as out, open(self.err_path, "wb") as err:
            self.process = subprocess.Popen(self.arguments, stdin=subprocess.PIPE, stdout=out, stderr=err,
                                            env=environment or clean_environment(), pass_fds=pass_fds)
        if stdin is not None:
            try:
                self.process.stdin.write(stdin)
                self.process.stdin.close()
            except BrokenPipeError:
                pass
        self.first = self._first_line() if first_line else None

    def _first_line(self):
        def line():
            text = self.out_path.read_text(errors="replace")
            if "\n" in text:
                return text.split("\n", 1)[0]
            if self.process.poll() is not None:
                raise AssertionError(f"{self.name} ended with {self.process.returncode} before its first line: {self.errors()[-2000:]}")
            return None
        return json.loads(waiting.until(line, f"the first line of {self.name}", START_SECONDS))

    @property
    def pid(self):
        return self.process.pid

    def output(self):
        return self.out_path.read_text(errors="replace")

    def errors(self):
        return self.err_path.read_text(errors="replace")

    def running(self):
        return self.process.poll() is None

    def signal(self, number):
        self.process.send_signal(number)

    def wait(self, seconds=60):
        """The exit code."""
        try:
            return self.process.wait(seconds * waiting.SLOWNESS)
        except subprocess.TimeoutExpired:
            raise waiting.Overdue(f"{self.name} still runs after {seconds * waiting.SLOWNESS:.0f} s; its errors: {self.errors()[-2000:]}") from None

    def stop(self, seconds=60):
        if self.running():
            self.process.send_signal(signal.SIGTERM)
        code = self.wait(seconds)
        assert "Sanitizer" not in self.errors(), self.errors()[-6000:]
        return code

    def kill(self):
        if self.running():
            self.process.kill()
        self.process.wait()


class Answer:
    """What a command that ran to its end gave."""

    def __init__(self, code, out, err, seconds):
        self.code, self.out, self.err, self.seconds = code, out, err, seconds

    @property
    def json(self):
        return json.loads(self.out)

    @property
    def error(self):
        return self.json["error"]

    def __repr__(self):
        return f"exit {self.code} after {self.seconds:.1f} s\nstdout: {self.out[-3000:]}\nstderr: {self.err[-3000:]}"


def run(name, arguments, stdin="", environment=None, seconds=120):
    """A command to its end. Secrets go in by stdin."""
    began = time.monotonic()
    done = subprocess.run([str(BIN / name), *map(str, arguments)], input=stdin.encode(), capture_output=True,
                          env=environment or clean_environment(), timeout=seconds * waiting.SLOWNESS, check=False)
    answer = Answer(done.returncode, done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace"), time.monotonic() - began)
    assert "Sanitizer" not in answer.err, answer.err[-6000:]
    return answer


def scratch(test):
    """A private folder that goes with the test; kept, and said, where DROVER_KEEP is set."""
    if os.environ.get("DROVER_KEEP"):
        place = Path(tempfile.mkdtemp(prefix="drover-test."))
        print(f"kept: {place}")
        return place
    folder = tempfile.TemporaryDirectory(prefix="drover-test.", ignore_cleanup_errors=True)
    test.addCleanup(folder.cleanup)
    return Path(folder.name)


def snapshot(folder):
    """Every file of a folder with its bytes: to show that nothing changed."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(Path(folder).rglob("*")) if path.is_file()}


def json_lines(folder, pattern="*.jsonl"):
    """The objects of all JSON-lines files, complete lines only."""
    lines = []
    for path in sorted(Path(folder).glob(pattern)):
        for line in path.read_text(errors="replace").split("\n")[:-1]:
            lines.append(json.loads(line))
    return lines


def children_of(pid):
    """The processes below one, from /proc."""
    below, wanted = [], {pid}
    parents = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                stat = (entry / "stat").read_text()
            except OSError:
                continue
            parents[int(entry.name)] = int(re.sub(r"^.*\)", "", stat).split()[1])
    grown = True
    while grown:
        grown = False
        for child, parent in parents.items():
            if parent in wanted and child not in wanted:
                wanted.add(child)
                below.append(child)
                grown = True
    return below


def readable(stream, seconds):
    return bool(select.select([stream], [], [], seconds)[0])
