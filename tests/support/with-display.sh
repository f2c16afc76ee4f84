#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# with-display.sh COMMAND…: runs a command under an X server of its own, of which nothing is left afterwards.
set -u
folder=$(mktemp -d)
mkfifo "$folder/number"
Xvfb -displayfd 7 -screen 0 1366x900x24 -nolisten tcp 7>"$folder/number" 2>/dev/null &
server=$!
number=
read -r -t 60 number <>"$folder/number"
DISPLAY=:$number QT_QPA_PLATFORM=xcb "$@"
code=$?
kill $server
wait $server 2>/dev/null
rm -rf "$folder"
exit $code
