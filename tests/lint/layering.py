#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Proves the two tables of docs/architecture.md: which folder of src/ may include and link which other one, and which
library may be met in which folder. There is no list of exceptions, and there shall be none: move the code instead."""
import glob
import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import tree  # noqa: E402

EXCEPTIONS = []  # stays empty: test_layering.py fails where it is not

LAYERS = {
    "base": set(),
    "domain": {"base"},
    "protocol": {"domain", "base"},
    "ports": {"domain", "base"},
    "services": {"ports", "protocol", "domain", "base"},
    "app": {"ports", "protocol", "domain", "base"},
    "report": {"domain", "base"},
    "gui": {"app", "report", "domain", "base"},
    "cli": {"app", "report", "domain", "base"},
    "http": {"base"},
    "gateway": {"http", "protocol", "domain", "base"},
    "sandbox": {"http", "protocol", "domain", "base"},
}
LAYERS["main"] = set(LAYERS)  # the only place that names concrete services

# library -> the folders that may see it. main composes, so it may meet whatever its programs are built on.
QT_CORE = {"ports", "services", "app", "report", "gui", "cli"}
NETWORK = {"http", "gateway", "sandbox"}
LIBRARIES = {
    "Boost.System": set(LAYERS),
    "Boost.Math": {"domain"},
    "Boost.JSON": {"protocol"},
    "simdjson": {"protocol"},
    "toml++": {"protocol"},
    "hiredis": {"protocol"},
    "libxxhash": {"protocol"},
    "libsodium": {"protocol", "base"},
    "Qt Core": QT_CORE,
    "Qt Network": {"services"},
    "Qt Sql": {"services"},
    "Qt DBus": {"services"},
    "QtKeychain": {"services"},
    "libcurl": {"services"},
    "zlib": {"services"},
    "zstd": {"services"},
    "Qt Gui": {"report", "gui"},
    "Qt Svg": {"report", "gui"},
    "Qt Widgets": {"gui"},
    "Qt Charts": {"gui"},
    "Boost.Asio": NETWORK,
    "Boost.Beast": NETWORK,
    "OpenSSL": NETWORK | {"services"},
}

# The start of an include path -> its library. What is in none of the lists is a library nobody decided on.
HEADERS = [
    (r"boost/system/", "Boost.System"), (r"boost/(assert|config|throw_exception|version)", "Boost.System"),
    (r"boost/math/", "Boost.Math"), (r"boost/json", "Boost.JSON"), (r"boost/asio", "Boost.Asio"),
    (r"boost/beast", "Boost.Beast"), (r"simdjson", "simdjson"), (r"toml\+\+/|toml\.hpp", "toml++"),
    (r"hiredis/|hiredis\.h|read\.h$|sds\.h$", "hiredis"), (r"xxhash|xxh3", "libxxhash"), (r"sodium", "libsodium"),
    (r"qt6keychain/", "QtKeychain"), (r"curl/", "libcurl"), (r"zlib\.h|zconf\.h", "zlib"), (r"zstd", "zstd"),
    (r"openssl/", "OpenSSL"),
]
# What a CMake target brings.
TARGETS = {
    "Boost::headers": None, "Threads::Threads": None, "drover_options": None,
    "PkgConfig::sodium": "libsodium", "PkgConfig::simdjson": "simdjson", "simdjson::simdjson": "simdjson",
    "PkgConfig::hiredis": "hiredis", "PkgConfig::xxhash": "libxxhash", "PkgConfig::zstd": "zstd", "PkgConfig::libzstd": "zstd",
    "ZLIB::ZLIB": "zlib", "CURL::libcurl": "libcurl", "PkgConfig::curl": "libcurl", "OpenSSL::SSL": "OpenSSL",
    "OpenSSL::Crypto": "OpenSSL", "Qt6::Core": "Qt Core", "Qt6::Network": "Qt Network", "Qt6::Sql": "Qt Sql",
    "Qt6::DBus": "Qt DBus", "Qt6::Gui": "Qt Gui", "Qt6::Svg": "Qt Svg", "Qt6::Widgets": "Qt Widgets",
    "Qt6::Charts": "Qt Charts", "qt6keychain": "QtKeychain", "Qt6Keychain::Qt6Keychain": "QtKeychain",
}
QT_MODULES = {"QtCore": "Qt Core", "QtNetwork": "Qt Network", "QtSql": "Qt Sql", "QtDBus": "Qt DBus", "QtGui": "Qt Gui",
              "QtSvg": "Qt Svg", "QtWidgets": "Qt Widgets", "QtCharts": "Qt Charts"}

# domain and protocol do no I/O; these headers are how one would.
IO_HEADERS = re.compile(r"(fstream|filesystem|iostream|thread|future|unistd\.h|fcntl\.h|sys/(?!types\.h).*|netinet/.*|arpa/.*|netdb\.h|"
                        r"poll\.h|signal\.h|csignal|dirent\.h)$")
CLOCK = re.compile(r"\b\w*_clock::now\b|\bstd::time\s*\(|\bgettimeofday\b|\bclock_gettime\b")
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"]', re.M)
TOP_LEVEL = {"src", "ui", "resources", "translations", "tests", "packaging", "docs", "examples", "build", "node_modules"}


def qt_module(header):
    """The Qt module of <QString> or <QtCharts/QChart>, by where Qt itself keeps the header."""
    first = header.split("/")[0]
    if first in QT_MODULES:
        return QT_MODULES[first]
    for place in glob.glob(f"/usr/include/*/qt6/Qt*/{header}") + glob.glob(f"/usr/include/qt6/Qt*/{header}"):
        module = Path(place).parts[-2 - header.count("/")]
        return QT_MODULES.get(module, f"{module} (not in the table)")
    return None


def library_of(header, system):
    """The library a header belongs to, or None for the C++ standard library and the operating system."""
    for start, library in HEADERS:
        if re.match(start, header):
            return library
    if re.match(r"Q[A-Z]|Qt[A-Z]", header):
        return qt_module(header) or f"Qt header {header} that is not installed"
    if header.startswith("boost/"):
        return "Boost." + header.split("/")[1].split(".")[0] + " (not in the table)"
    if header.startswith("ui_") or header.endswith(".moc") or re.match(r"moc_", header):
        return None
    known_system = re.match(r"[a-z_0-9]+$|(sys|netinet|arpa|linux|bits|net)/|(c?(stdio|stdlib|string|errno|signal|time|math|locale|assert|limits"
                            r"|ctype|stdint|stddef|inttypes|termios|unistd|fcntl|pwd|grp|poll|netdb|dirent|dlfcn|sched|pthread|syslog|malloc"
                            r"|getopt|spawn|resolv|sysexits|utime|wait))\.h$", header)
    return None if known_system else f"{header} (a library that is not in the table)" if system else "unknown"


def layer_of(header, root):
    first = header.split("/")[0]
    return first if first in LAYERS and "/" in header else None


def check_include(layer, header, quoted, path, line, root, problems):
    place = f"{path.relative_to(root)}:{line}"
    other = layer_of(header, root)
    if other is not None and quoted:
        if other != layer and other not in LAYERS[layer]:
            problems.append(f"{place}: {layer} may not include {other} ({header}); allowed: "
                            f"{', '.join(sorted(LAYERS[layer])) or 'nothing'}. Depend on an interface below, or move the type down.")
        return
    if quoted and ((path.parent / header).exists() or Path(header).name.startswith("ui_") or header.endswith(".moc")):
        if (path.parent / header).exists():
            problems.append(f'{place}: write the path from src/ ("{layer}/{header}"), so that the layer can be read off')
        return
    library = library_of(header, not quoted)
    if library is None:
        if layer in ("domain", "protocol") and IO_HEADERS.match(header):
            problems.append(f"{place}: {layer} does no I/O, but includes <{header}>")
        return
    allowed = LIBRARIES.get(library)
    if layer == "main" and allowed is not None:
        return
    if allowed is None:
        problems.append(f"{place}: {library}: no row of the library table allows it")
    elif layer not in allowed:
        problems.append(f"{place}: {library} belongs in {', '.join(sorted(allowed))}, not in {layer} ({header})")
    elif library == "libsodium" and layer == "base" and path.stem != "Secret":
        problems.append(f"{place}: in base libsodium is for Secret's memory alone")


def check_sources(root):
    problems = []
    for path in tree.files(root, ["src"], tree.CPP):
        layer = path.relative_to(root / "src").parts[0]
        if layer not in LAYERS:
            problems.append(f"{path.relative_to(root)}: src/{layer} is no layer of the table")
            continue
        text = tree.text_of(path)
        code = tree.blank(text, strings=False)
        for match in INCLUDE.finditer(code):
            line = code.count("\n", 0, match.start()) + 1
            check_include(layer, match.group(2), match.group(1) == '"', path, line, root, problems)
        if layer in ("domain", "protocol"):
            for match in CLOCK.finditer(tree.blank(text)):
                line = text.count("\n", 0, match.start()) + 1
                problems.append(f"{path.relative_to(root)}:{line}: {layer} reads no clock: time is a parameter")
    return problems


def linked_targets(cmake):
    """The libraries a layer's CMakeLists links: the LINK part of drover_layer, and target_link_libraries."""
    code = re.sub(r"#[^\n]*", "", cmake)
    names = []
    for call in re.finditer(r"drover_layer\s*\(([^)]*)\)", code):
        parts = re.split(r"\bLINK\b", call.group(1))
        if len(parts) > 1:
            names += parts[1].split()
    for call in re.finditer(r"target_link_libraries\s*\(([^)]*)\)", code):
        names += [word for word in call.group(1).split()[1:] if word not in ("PUBLIC", "PRIVATE", "INTERFACE")]
    return names


def check_links(root):
    problems = []
    for path in tree.files(root, ["src"], ("CMakeLists.txt", ".cmake")):
        parts = path.relative_to(root / "src").parts
        layer = parts[0]
        if len(parts) == 1 or layer == "main":
            continue
        for name in linked_targets(tree.text_of(path)):
            place = f"{path.relative_to(root)}: {layer} links {name}"
            if name.startswith("drover_") and name != "drover_options":
                other = name.removeprefix("drover_")
                if other not in LAYERS.get(layer, set()) and other != layer:
                    problems.append(f"{place}, which the layer table does not allow")
            elif name not in TARGETS:
                problems.append(f"{place}, a library nobody decided on: add a row to the table first")
            elif TARGETS[name] is not None and layer not in LIBRARIES[TARGETS[name]]:
                problems.append(f"{place}; {TARGETS[name]} belongs in {', '.join(sorted(LIBRARIES[TARGETS[name]]))}")
    return problems


def check_folders(root):
    problems = [f"{path.name}: no folder of the top level (docs/architecture.md lists them)" for path in sorted(root.iterdir())
                if path.is_dir() and not path.name.startswith(".") and path.name not in TOP_LEVEL]
    forms = root / "ui"
    pages = root / "src" / "gui"
    if forms.is_dir():
        for folder in sorted(path for path in forms.rglob("*") if path.is_dir()):
            if not (pages / folder.relative_to(forms)).is_dir():
                problems.append(f"{folder.relative_to(root)}: ui/ mirrors src/gui, which has no such folder")
    return problems


def check(root):
    return check_sources(root) + check_links(root) + check_folders(root)


if __name__ == "__main__":
    sys.exit(tree.report(check(tree.root_from_arguments()), "layering"))
