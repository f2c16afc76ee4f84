#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# with-display.sh COMMAND…: runs a command under an X server of its own, of which nothing is left afterwards.
set -u
number=$(mktemp)
Xvfb -displayfd 7 -screen 0 1366x900x24 -nolisten tcp 7>"$number" 2>/dev/null &
server=$!
for _ in $(seq 200); do
    [ -s "$number" ] && break
    sleep 0.05
done
DISPLAY=:$(cat "$number") QT_QPA_PLATFORM=xcb "$@"
code=$?
kill $server
wait $server 2>/dev/null
rm -f "$number"
exit $code
