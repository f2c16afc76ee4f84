# SPDX-License-Identifier: Apache-2.0
"""The packages of tests/npm, installed as the lock file says."""
import fcntl
import json
import shutil
import subprocess

import programs

FOLDER = programs.SOURCE / "tests" / "npm"


def missing():
    packages = json.loads((FOLDER / "package-lock.json").read_text())["packages"]
    for name in packages[""]["dependencies"]:
        there = FOLDER / "node_modules" / name / "package.json"
        if not there.exists() or json.loads(there.read_text())["version"] != packages["node_modules/" + name]["version"]:
            return True
    return False


def install():
    """Nothing to do where they are there. Tests that run beside each other wait for the first."""
    with open(FOLDER / "package-lock.json", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not missing():
            return
        npm = shutil.which("npm")
        assert npm, "npm is missing: packaging/bootstrap.sh test installs it"
        done = subprocess.run([npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=FOLDER, capture_output=True, text=True, check=False,
                              timeout=300)
        assert done.returncode == 0, f"npm ci failed:\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}"
