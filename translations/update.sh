#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Brings the translation files up to the sources: new strings come in as unfinished, strings that are gone leave. English is the language
# of the sources; its file holds the plural forms alone. tests/lint/translations.py fails where this would change what is to be translated.
#   translations/update.sh [FOLDER]    FOLDER: where the .ts files are; this folder without one
set -euo pipefail
root=$(cd "$(dirname "$(readlink -f "$0")")/.." && pwd)
folder=${1:-$root/translations}
lupdate=$(command -v lupdate6 || echo /usr/lib/qt6/bin/lupdate)
# -I: without the headers lupdate does not know the classes of nested namespaces, and would put their strings under other names.
options=(-silent -no-obsolete -locations none -I "$root/src" "$root/src/gui" "$root/ui")
"$lupdate" "${options[@]}" -ts "$folder/drover_zh_CN.ts"
"$lupdate" "${options[@]}" -pluralonly -ts "$folder/drover_en.ts"
