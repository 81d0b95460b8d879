#!/bin/bash
# screenshot.sh PAGE IMAGE.png [WIDTH [HEIGHT [light|dark]]]: how a report looks.
set -eu
source "$(dirname "$0")/chromium.sh"
[ -n "$browser" ] || { echo "no chromium" >&2; exit 77; }
scheme=1
[ "${5:-light}" = dark ] && scheme=0
open_page "$1" --blink-settings=preferredColorScheme=$scheme --screenshot="$(realpath "$2")" \
  --window-size="${3:-1200},${4:-4500}"
