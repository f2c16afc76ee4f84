# SPDX-License-Identifier: Apache-2.0
"""drover --screenshots: every page, wizard page and dialog in both themes and languages, drawn from a seeded sandbox workspace."""
import re
import struct
import subprocess
import unittest
import xml.etree.ElementTree as xml
import zlib

import keyring
import programs
import waiting

LOOKS = [f"{theme}-{language}" for theme in ("light", "dark") for language in ("en", "zh_CN")]
# What is drawn besides one picture for each form of ui/.
ACTS = ["overview-before", "migration-before", "overview-done", "migration-done", "keys-done", "costs-done", "rotation-held",
        "create-workspace-vault"]
FORMS = {"pages": lambda name: name.removesuffix("Page"), "wizard": lambda name: "wizard-" + name.removesuffix("Step"),
         "dialogs": lambda name: name}
# Forms whose picture has a name of its own.
NAMES = {"AboutDialog": "about", "AddKeyDialog": "add-key", "CheckDialog": "check-keys", "CloseDialog": "close", "ImportDialog": "import-keys",
         "RevealDialog": "reveal-key", "RotationDialog": "rotation", "ScanDialog": "scan-keys", "OrderDialog": "roll-back", "TokenDialog": "new-token", "VerifyKeyDialog": "verify-key",
         "WorkspaceDialog": "create-workspace"}


def pictures_wanted():
    names = set(ACTS)
    for folder, name_of in FORMS.items():
        for form in (programs.SOURCE / "ui" / folder).glob("*.ui"):
            xml.parse(form)
            names.add(NAMES.get(form.stem) or name_of(form.stem).lower())
    return {f"{name}-{look}.png" for name in names for look in LOOKS}


def read_png(path):
    """Width, height, and how many different lines of pixels there are."""
    data = path.read_bytes()
    assert data[:8] == b"\x89PNG\r\n\x1a\n", path
    at, packed = 8, b""
    while at < len(data):
        length, kind = struct.unpack(">I4s", data[at:at + 8])
        body = data[at + 8:at + 8 + length]
        if kind == b"IHDR":
            width, height, depth, colour = struct.unpack(">IIBB", body[:10])
        elif kind == b"IDAT":
            packed += body
        at += length + 12
    line = 1 + width * {2: 3, 6: 4}[colour] * depth // 8
    pixels = zlib.decompress(packed)
    return width, height, len({pixels[i:i + line] for i in range(0, len(pixels), line)})


class Pictures(unittest.TestCase):
    def test_all_are_drawn_and_none_is_empty(self):
        place = programs.scratch(self)
        # A real display: Qt's offscreen platform warns of what it cannot do.
        environment = {**keyring.Keyring(self).environment(), "HOME": str(place)}
        environment.pop("QT_QPA_PLATFORM")
        done = subprocess.run([str(programs.SOURCE / "tests" / "support" / "with-display.sh"), str(programs.BIN / "drover"), "--screenshots",
                               str(place / "pictures")], capture_output=True, text=True, env=environment, timeout=600 * waiting.SLOWNESS, check=False)
        self.assertEqual(done.returncode, 0, done.stderr[-3000:])
        found = {path.name for path in (place / "pictures").iterdir()}
        self.assertEqual(found, pictures_wanted())
        self.assertIn(f"{len(found)} pictures in ", done.stdout)
        for path in sorted((place / "pictures").iterdir()):
            width, height, lines = read_png(path)
            self.assertGreater(width, 300, path)
            self.assertGreater(lines, 60, f"{path.name}: hardly anything is drawn")
        warnings = [line for line in done.stderr.splitlines() if re.match(r"(qt\.|Q[A-Z]\w+[:(]|Could not|QObject)", line)]
        self.assertEqual(warnings, [])


if __name__ == "__main__":
    unittest.main()
