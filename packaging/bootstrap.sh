#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# From a bare Debian 12 to Drover in one command:
#   packaging/bootstrap.sh run    installs what is missing, builds, and opens the console on the sandbox
#                                 (without a display: runs `droverctl demo` and says where the report is)
#   packaging/bootstrap.sh test   installs what is missing, builds, and runs all tests
# Works as root or with sudo; running it again only does what is left to do.
set -euo pipefail
export LC_ALL=C.UTF-8
cd "$(dirname "$(readlink -f "$0")")/.."

# What a build needs, what the programs need to run, and what the tests need beyond that.
BUILD_PACKAGES=(g++ cmake ninja-build pkg-config ccache mold python3
    qt6-base-dev qt6-charts-dev libqt6opengl6-dev qt6-svg-dev qt6-tools-dev qt6-l10n-tools qtkeychain-qt6-dev
    libboost1.81-dev libhiredis-dev libsimdjson-dev libsodium-dev libtomlplusplus-dev libxxhash-dev libssl-dev
    libcurl4-openssl-dev zlib1g-dev libzstd-dev)
RUN_PACKAGES=(libqt6sql6-sqlite libqt6svg6 libsecret-1-0 gnome-keyring dbus-daemon dbus-bin ca-certificates
    fonts-dejavu-core fonts-wqy-microhei qt6-translations-l10n)
TEST_PACKAGES=(git redis-server xvfb xauth libsecret-tools nodejs npm procps)
PROGRAMS=(drover droverctl drover-gateway drover-sandbox)

started=$SECONDS
say() { printf '\n==> %s  [%d:%02d]\n' "$*" $(((SECONDS - started) / 60)) $(((SECONDS - started) % 60)); }
fail() { printf 'bootstrap: %s\n' "$1" >&2; exit "${2:-1}"; } # text, exit code

usage() { sed -n '3,8s/^# \{0,1\}//p' "$0"; }

as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        fail "packages are missing and this is neither root nor a user with sudo; as root run: $*"
    fi
}

missing_packages() {
    local name
    for name in "$@"; do
        dpkg-query -W -f='${db:Status-Status}\n' "$name" 2>/dev/null | grep -qx installed || printf '%s\n' "$name"
    done
}

# A distribution's own nodejs brings its own npm: where both commands are there, whoever installed them, they serve.
node_is_there() { command -v node >/dev/null && command -v npm >/dev/null; }

install_packages() {
    local wanted=("$@") missing
    if node_is_there; then
        mapfile -t wanted < <(printf '%s\n' "${wanted[@]}" | grep -vxE 'nodejs|npm')
    fi
    mapfile -t missing < <(missing_packages "${wanted[@]}")
    if [ "${#missing[@]}" = 0 ]; then
        say "packages: all ${#wanted[@]} are there"
        return
    fi
    say "packages: installing ${#missing[@]} of ${#wanted[@]}: ${missing[*]}"
    as_root env DEBIAN_FRONTEND=noninteractive apt-get update -q
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${missing[@]}" |
        awk '/^Setting up/ {n++; if (n % 25 == 0) {print "    " n " packages set up"; fflush()}} END {print "    " n + 0 " packages set up"}'
    mapfile -t missing < <(missing_packages "${wanted[@]}")
    [ "${#missing[@]}" = 0 ] || fail "apt did not install: ${missing[*]}"
}

check_system() {
    command -v apt-get >/dev/null || fail "this needs apt: it is written for Debian 12" 2
    local version=""
    version=$(. /etc/os-release && printf '%s' "${ID:-} ${VERSION_ID:-}")
    [ "$version" = "debian 12" ] || printf 'note: written and tried for Debian 12, this is "%s"\n' "$version"
}

# One compile at a time for each 1.5 GB: the largest sources take about 1 GB.
jobs() {
    local cores memory
    cores=$(nproc)
    memory=$(($(awk '/MemAvailable/ {print $2}' /proc/meminfo) / 1500000))
    [ "$memory" -ge 1 ] || memory=1
    echo $((memory < cores ? memory : cores))
}

build() { # preset, targets…
    local preset=$1
    shift
    say "configure: preset $preset"
    cmake --preset "$preset" -DDROVER_UNITY=ON >"/tmp/drover-configure.$$" 2>&1 ||
        { cat "/tmp/drover-configure.$$"; rm -f "/tmp/drover-configure.$$"; fail "the configuration failed"; }
    rm -f "/tmp/drover-configure.$$"
    say "build: preset $preset, $(jobs) at a time"
    CCACHE_BASEDIR=$PWD CCACHE_NOHASHDIR=1 CCACHE_SLOPPINESS=pch_defines,time_macros \
        cmake --build "build/$preset" -j "$(jobs)" ${@:+--target "$@"}
}

ask_bus() { # destination, object, method, arguments…
    local to=$1
    shift
    dbus-send --session --print-reply=literal --reply-timeout=3000 --dest="$to" "$@" 2>/dev/null
}

# Whether a keyring is there and open. It is only asked after, never started: one that was just installed comes up
# without a collection that anybody could unlock.
secret_service_runs() {
    local collection
    [ -n "${DBUS_SESSION_BUS_ADDRESS:-}" ] || return 1
    ask_bus org.freedesktop.DBus /org/freedesktop/DBus org.freedesktop.DBus.NameHasOwner \
        string:org.freedesktop.secrets | grep -q true || return 1
    collection=$(ask_bus org.freedesktop.secrets /org/freedesktop/secrets \
        org.freedesktop.Secret.Service.ReadAlias string:default | tr -d ' ')
    [ "${#collection}" -gt 1 ] || return 1 # "/": there is no default one
    ask_bus org.freedesktop.secrets "$collection" org.freedesktop.DBus.Properties.Get \
        string:org.freedesktop.Secret.Collection string:Locked | grep -q false
}

# A bus and a keyring of our own in a temporary folder; the password is random, reaches the keyring through a pipe and
# is forgotten. Everything ends with the command, also by Ctrl-C.
private_home=""
with_private_keyring() {
    local home
    home=$(mktemp -d "${TMPDIR:-/tmp}/drover-keyring.XXXXXX")
    private_home=$home
    trap 'rm -rf "$private_home"' EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM
    mkdir -p -m 700 "$home/run" "$home/data/keyrings"
    say "keyring: no open keyring is here, so this run has a private one in $home"
    local status=0
    head -c 24 /dev/urandom | base64 -w 0 |
        XDG_DATA_HOME=$home/data XDG_RUNTIME_DIR=$home/run dbus-run-session -- \
            bash -c 'gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1 && exec "$@" </dev/null' drover-keyring "$@" || status=$?
    rm -rf "$home"
    return "$status"
}

with_keyring() {
    if secret_service_runs; then "$@"; else with_private_keyring "$@"; fi
}

show_demo() {
    local bin=build/release/bin place=build/release/demo
    rm -rf "$place"
    mkdir -p "$place"
    if [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then
        say "console: opening it on the sandbox (workspace $place/workspace, made anew)"
        with_keyring "$bin/drover" --workspace "$place/workspace" --sandbox
        return
    fi
    say "demo: no display, so a whole migration runs in the sandbox (about a minute and a half)"
    local status=0
    with_keyring "$bin/droverctl" --workspace "$place/workspace" demo --report "$place/report.html" || status=$?
    [ ! -s "$place/report.html" ] || say "report: $PWD/$place/report.html"
    return "$status"
}

run_command() {
    check_system
    install_packages "${BUILD_PACKAGES[@]}" "${RUN_PACKAGES[@]}"
    build release "${PROGRAMS[@]}"
    show_demo
}

test_command() {
    check_system
    install_packages "${BUILD_PACKAGES[@]}" "${RUN_PACKAGES[@]}" "${TEST_PACKAGES[@]}"
    build dev
    say "tests: preset dev"
    ctest --preset dev -j $(($(nproc) * 2)) # the long ones wait more than they work
}

case "${1:-}" in
run) run_command ;;
test) test_command ;;
install) check_system && install_packages "${BUILD_PACKAGES[@]}" "${RUN_PACKAGES[@]}" "${TEST_PACKAGES[@]}" ;;
-h | --help) usage ;;
*) usage >&2; exit 2 ;;
esac
