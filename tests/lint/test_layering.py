#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The lints can fail: each is shown a small tree with one violation planted in it, and must name it."""
import shutil
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import forms  # noqa: E402
import layering  # noqa: E402
import patterns  # noqa: E402
import resources  # noqa: E402
import sizes  # noqa: E402
import translations  # noqa: E402
import tree  # noqa: E402

SPDX = "// SPDX-License-Identifier: Apache-2.0\n"
FORM = """<ui version="4.0"><class>{name}</class><widget class="QDialog" name="{name}">
<widget class="QLineEdit" name="aliasEdit">{extra}</widget>
<widget class="QPushButton" name="okButton"><property name="text"><string>OK</string></property></widget>
</widget></ui>"""


class Planted(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)

    def plant(self, name, text):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def code(self, name, text):
        self.plant(name, SPDX + text)

    def says(self, lint, *words):
        problems = lint.check(self.root)
        self.assertEqual(len(problems), 1, problems)
        for word in words:
            self.assertIn(word, problems[0])

    def holds(self, lint):
        self.assertEqual(lint.check(self.root), [])


class Translations(Planted):
    TS = """<?xml version="1.0" encoding="utf-8"?><!DOCTYPE TS><TS version="2.1" language="{language}" sourcelanguage="en">{body}</TS>"""

    def setUp(self):
        super().setUp()
        (self.root / "translations").mkdir()
        (self.root / "ui").mkdir()
        shutil.copy(Path(__file__).resolve().parents[2] / "translations" / "update.sh", self.root / "translations")
        self.code("src/gui/Words.cpp", 'const char* text = QT_TRANSLATE_NOOP("Words", "Hold");\n')
        self.plant("translations/drover_en.ts", self.TS.format(language="en", body=""))

    def known(self, *sources):
        messages = "".join(f"<message><source>{source}</source><translation>x</translation></message>" for source in sources)
        self.plant("translations/drover_zh_CN.ts", self.TS.format(language="zh_CN", body=f"<context><name>Words</name>{messages}</context>"))

    def test_all_strings_are_known(self):
        self.known("Hold")
        self.holds(translations)

    def test_a_string_that_is_missing(self):
        self.known()
        self.says(translations, "drover_zh_CN.ts", "missing", "Hold")

    def test_a_string_that_is_gone(self):
        self.known("Hold", "Wait")
        self.says(translations, "no longer", "Wait")


class Layering(Planted):
    def test_there_are_no_exceptions(self):
        self.assertEqual(layering.EXCEPTIONS, [])

    def test_arrows_only_point_down(self):
        order = ["base", "domain", "protocol", "ports", "services", "http", "app", "report", "gui", "cli", "gateway", "sandbox"]
        for layer in order:
            for other in layering.LAYERS[layer]:
                self.assertLess(order.index(other), order.index(layer))

    def test_each_forbidden_pair_is_found(self):
        for layer, allowed in layering.LAYERS.items():
            for other in set(layering.LAYERS) - allowed - {layer}:
                self.code(f"src/{layer}/X.h", f'#include "{other}/Y.h"\n')
                self.says(layering, f"src/{layer}/X.h:2", f"may not include {other}")
                self.code(f"src/{layer}/X.h", "\n")

    def test_each_allowed_pair_holds(self):
        for layer, allowed in layering.LAYERS.items():
            self.code(f"src/{layer}/X.h", "".join(f'#include "{other}/Y.h"\n' for other in allowed))
        self.holds(layering)

    def test_libraries_only_where_they_belong(self):
        for layer, header in [("domain", "<QString>"), ("app", "<QNetworkAccessManager>"), ("gateway", "<QObject>"),
                              ("services", "<boost/json.hpp>"), ("http", "<boost/json.hpp>"), ("protocol", "<boost/asio.hpp>"),
                              ("cli", "<QColor>"), ("report", "<QWidget>"), ("protocol", "<openssl/sha.h>"),
                              ("app", "<QSqlQuery>"), ("gui", "<QtSql/QSqlQuery>"), ("services", "<hiredis/hiredis.h>"),
                              ("domain", "<sodium.h>"), ("app", "<qt6keychain/keychain.h>"), ("report", "<QtCharts/QChart>"),
                              ("base", "<boost/math/distributions/beta.hpp>")]:
            self.code(f"src/{layer}/X.cpp", f"#include {header}\n")
            self.says(layering, f"src/{layer}/X.cpp:2", "belongs in")
            self.code(f"src/{layer}/X.cpp", "\n")

    def test_an_undecided_library_is_found(self):
        for header in ["<boost/url.hpp>", "<fmt/format.h>", "<sqlite3.h>", "<QtTest/QTest>"]:
            self.code("src/services/X.cpp", f"#include {header}\n")
            self.assertEqual(len(layering.check(self.root)), 1, header)

    def test_sodium_in_base_is_for_secret_alone(self):
        self.code("src/base/Secret.cpp", "#include <sodium.h>\n")
        self.holds(layering)
        self.code("src/base/Ids.cpp", "#include <sodium.h>\n")
        self.says(layering, "Secret's memory alone")

    def test_the_pure_layers_do_no_io_and_read_no_clock(self):
        self.code("src/domain/X.cpp", "#include <fstream>\n")
        self.says(layering, "no I/O")
        self.code("src/domain/X.cpp", "auto t = std::chrono::steady_clock::now();\n")
        self.says(layering, "no clock")

    def test_an_include_in_a_comment_is_none(self):
        self.code("src/base/X.cpp", '// #include "gui/MainWindow.h"\n/*\n#include <QString>\n*/\n')
        self.holds(layering)

    def test_links_are_checked_too(self):
        self.plant("src/app/CMakeLists.txt", "drover_layer(app SOURCES A.cpp LINK drover_ports drover_services Qt6::Core)\n")
        self.says(layering, "app links drover_services")
        self.plant("src/app/CMakeLists.txt", "drover_layer(app SOURCES A.cpp LINK drover_ports Qt6::Network)\n")
        self.says(layering, "Qt Network belongs in services")
        self.plant("src/app/CMakeLists.txt", "drover_layer(app SOURCES A.cpp)\ntarget_link_libraries(drover_app PRIVATE fmt::fmt)\n")
        self.says(layering, "nobody decided")

    def test_a_new_folder_is_found(self):
        self.code("src/util/X.h", "\n")
        self.says(layering, "no layer")
        self.code("src/util/X.h", "\n")
        (self.root / "src/util/X.h").unlink()
        (self.root / "stuff").mkdir()
        self.says(layering, "stuff")

    def test_relative_includes_hide_the_layer(self):
        self.code("src/app/Y.h", "\n")
        self.code("src/app/X.h", '#include "Y.h"\n')
        self.says(layering, "write the path from src/")


class Patterns(Planted):
    BAD = ["QEventLoop loop;", "  delete thing;", "  delete[] things;", "auto& a = App::instance();", "auto t = std::chrono::system_clock::now();",
           "future.then(this, f);", "QThread::msleep(5);", "usleep(5);", "std::this_thread::sleep_for(5ms);", 'QSKIP("later");',
           "job.setInsecureFallback(true);", "reply->ignoreSslErrors();", "conf.setPeerVerifyMode(QSslSocket::VerifyNone);",
           "connect(a, SIGNAL(x()), b, SLOT(y()));", "using namespace std;", "QTest::qWait(50);", "auto n = QDateTime::currentDateTimeUtc();",
           "// TODO: later", "// reads ../shared/data"]

    def test_each_is_found(self):
        for line in self.BAD:
            self.code("src/app/X.cpp", line + "\n")
            self.assertGreaterEqual(len(patterns.check(self.root)), 1, line)
            self.assertIn("src/app/X.cpp:2", patterns.check(self.root)[0])

    # In the console, and again where a dialog has no business.
    BLOCKING = ["dialog.exec();", "menu->exec();", 'QMessageBox::warning(this, a, b);', "auto f = QFileDialog::getOpenFileName(this);",
                "auto t = QInputDialog::getText(this, a, b);", "process.waitForFinished();", "socket.waitForReadyRead(50);",
                "return QCoreApplication::exec();"]

    def test_loops_of_their_own_are_found(self):
        for line in self.BLOCKING:
            self.code("src/gui/X.cpp", line + "\n")
            self.assertEqual(len(patterns.check(self.root)), 1, line)
            self.assertIn("src/gui/X.cpp:2", patterns.check(self.root)[0])

    def test_a_program_runs_its_loop(self):
        self.code("src/main/x.cpp", "return QCoreApplication::exec();\n")
        self.holds(patterns)

    def test_a_query_has_an_exec_too(self):
        self.code("src/services/X.cpp", "query.exec();\nQFileDialog dialog;\ndialog.open();\n")
        self.holds(patterns)

    def test_what_only_looks_alike_holds(self):
        self.code("src/app/X.cpp", 'X(const X&) = delete;\nlog("delete this");\n// a QEventLoop would re-enter\nauto d = delayFor(5);\n'
                                   "using namespace std::chrono_literals;\nreply->deleteLater();\nconnect(a, &A::clicked, this, &B::go);\n")
        self.holds(patterns)

    def test_the_clock_has_one_home(self):
        self.code("src/base/Clock.cpp", "auto t = std::chrono::system_clock::now();\n")
        self.holds(patterns)

    def test_the_spdx_line(self):
        self.plant("src/app/X.cpp", "int x;\n")
        self.says(patterns, "SPDX")

    def test_python_tests_do_not_sleep(self):
        self.plant("tests/integration/x.py", "# SPDX-License-Identifier: Apache-2.0\ntime.sleep(1)\n")
        self.says(patterns, "x.py:2")


class Sizes(Planted):
    def test_long_files_and_functions(self):
        self.code("src/app/X.cpp", "int a;\n" * 501)
        self.says(sizes, "502 lines")
        self.code("src/app/X.cpp", "namespace x {\nvoid f(int a)\n{\n" + "    g();\n" * 80 + "}\n}\n")
        self.says(sizes, "void f(int a)")
        self.code("src/app/X.cpp", "class A {\npublic:\n    A() : x_{1}, y_(2)\n    {\n" + "        if (x) { g(); }\n" * 80 + "    }\n};\n")
        self.says(sizes, "A()")

    def test_many_short_ones_hold(self):
        self.code("src/app/X.cpp", "struct A {\n" + "    void f() const { g('{'); }\n" * 90 + "};\n" + "void h()\n{\n    k(\"{\");\n}\n" * 90)
        self.holds(sizes)

    def test_functions_are_measured_rightly(self):
        found = sizes.functions("template <class T>\nT f(T t)\n{\n    return [&] {\n        return t;\n    }();\n}\n")
        self.assertEqual([(first, last) for first, last, _ in found], [(1, 7)])

    def test_the_main_window_stays_small(self):
        self.code("src/gui/MainWindow.cpp", "int a;\n" * 301)
        self.says(sizes, "pages own themselves")


class Forms(Planted):
    USES = 'RevokeDialog dialog;\nauto* line = find<QLineEdit>(dialog, "aliasEdit");\nQTest::keyClicks(line, text);\nclick(dialog, "okButton");\n'
    NAMED = '<property name="accessibleName"><string>Alias</string></property>'

    def test_a_form_without_a_test(self):
        self.plant("ui/dialogs/Revoke.ui", FORM.format(name="RevokeDialog", extra=self.NAMED))
        self.says(forms, "no test", "RevokeDialog")

    def test_a_test_that_never_clicks(self):
        self.plant("ui/dialogs/Revoke.ui", FORM.format(name="RevokeDialog", extra=self.NAMED))
        self.plant("tests/gui/TestRevokeDialog.cpp", "RevokeDialog dialog;\n// mouseClick(\n")
        self.says(forms, "clicks or types")
        self.plant("tests/gui/TestRevokeDialog.cpp", self.USES)
        self.holds(forms)

    def test_a_control_that_no_test_uses(self):
        self.plant("ui/dialogs/Revoke.ui", FORM.format(name="RevokeDialog", extra=self.NAMED))
        self.plant("tests/gui/TestRevokeDialog.cpp", 'RevokeDialog dialog;\nQVERIFY(find<QLineEdit>(dialog, "aliasEdit")->isEnabled());\nclick(dialog, "okButton");\n')
        self.says(forms, "aliasEdit", "clicks or types")
        self.plant("tests/gui/TestRevokeDialog.cpp", 'RevokeDialog dialog;\nfor (const char* name : {"okButton", "x"}) {\nclick(dialog, name);\n}\n'
                   'QTest::keyClicks(find<QLineEdit>(dialog, "aliasEdit"), text);\n')
        self.holds(forms)

    def test_a_control_without_a_name(self):
        self.plant("ui/dialogs/Revoke.ui", FORM.format(name="RevokeDialog", extra=""))
        self.plant("tests/gui/TestRevokeDialog.cpp", self.USES)
        self.says(forms, "aliasEdit")


class Resources(Planted):
    def test_an_unnamed_resource(self):
        self.plant("resources/icons/key.svg", "<svg/>")
        self.says(resources, "key.svg")
        self.plant("resources/icons.qrc", "<RCC><qresource><file>icons/key.svg</file></qresource></RCC>")
        self.holds(resources)

    def test_data_without_a_licence_note(self):
        self.plant("tests/support/data/trace.csv", "a,b\n")
        self.says(resources, "licence")
        self.plant("tests/support/data/README.md", "`trace.csv`: CC-BY 4.0\n")
        self.holds(resources)

    def test_an_unfinished_translation(self):
        ts = '<TS language="zh_CN"><context><name>C</name><message><source>Save</source><translation{}</translation></message></context></TS>'
        self.plant("translations/drover_zh_CN.ts", ts.format(' type="unfinished">'))
        self.says(resources, "Save")
        self.plant("translations/drover_zh_CN.ts", ts.format(">保存"))
        self.holds(resources)


class Blanking(unittest.TestCase):
    def test_lines_stay_where_they_are(self):
        text = 'a; /* x\ny */ b("// no"); R"x(\n")x"; // c\nd = 1\'000; e = \'"\';\n'
        self.assertEqual(tree.blank(text).count("\n"), text.count("\n"))
        self.assertNotIn("no", tree.blank(text))
        self.assertIn("1'000", tree.blank(text))


if __name__ == "__main__":
    unittest.main()
