#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# with-keyring.sh MODE COMMAND…: runs a command with a home, a session bus and a keyring of its own, and leaves nothing
# behind. Works as root, without a display and beside a real desktop session.
#   unlocked  a bus with a real gnome-keyring, unlocked by the password in $DROVER_KEYRING_PASSWORD
#   empty     a bus with a real gnome-keyring that has no collection yet
#   none      a bus on which no keyring can be started
#   nobus     no bus at all
set -eu
mode=$1
shift
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mkdir -p "$folder/home/.local/share/keyrings" "$folder/run"
chmod 700 "$folder/home" "$folder/run"
export HOME=$folder/home XDG_DATA_HOME=$folder/home/.local/share XDG_CONFIG_HOME=$folder/home/.config
export XDG_CACHE_HOME=$folder/home/.cache XDG_RUNTIME_DIR=$folder/run
export DROVER_KEYRING=$mode DROVER_KEYRING_PASSWORD=${DROVER_KEYRING_PASSWORD:-test-password}
unset DISPLAY WAYLAND_DISPLAY DBUS_SESSION_BUS_ADDRESS GNOME_KEYRING_CONTROL
case $mode in
unlocked)
    # An empty stdin would make no login collection. The daemon ends with the bus.
    dbus-run-session -- bash -c '
        eval "$(printf %s "$DROVER_KEYRING_PASSWORD" | gnome-keyring-daemon --unlock --components=secrets 2>/dev/null)"
        "$@"' keyring "$@"
    ;;
empty)
    dbus-run-session -- bash -c 'gnome-keyring-daemon --start --components=secrets >/dev/null 2>&1; "$@"' keyring "$@"
    ;;
none)
    cat >"$folder/bus.conf" <<END
<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN" "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>unix:dir=$folder/run</listen><auth>EXTERNAL</auth>
<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy>
</busconfig>
END
    dbus-run-session --config-file="$folder/bus.conf" -- "$@"
    ;;
nobus)
    "$@"
    ;;
*)
    echo "with-keyring.sh: no such mode: $mode" >&2
    exit 2
    ;;
esac
