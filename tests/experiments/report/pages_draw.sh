#!/bin/bash
# pages_draw.sh FOLDER: opens every page of FOLDER (made by sample_reports) and checks in the document that
# results that every section is drawn, that no script failed and that nothing was requested or blocked.
# Exit code 77 (skipped) without Chromium.
set -eu
source "$(dirname "$0")/chromium.sh"
if [ -z "$browser" ]; then
  echo "skipped: no chromium"
  exit 77
fi

failures=0
fail() {
  echo "$1: $2"
  failures=$((failures + 1))
}
# Number of occurrences of an extended regular expression in the drawn document.
count() { grep -oE "$1" "$dom" | wc -l; }
at_least() {  # NUMBER PATTERN WHAT
  local found
  found=$(count "$2")
  [ "$found" -ge "$1" ] || fail "$name" "$found of at least $1 $3"
}

dom=$(mktemp)
trap 'rm -f "$dom"' EXIT
for page in "$1"/*.html; do
  name=$(basename "$page" .html)
  # The page's own code and data are in the document too; only what was drawn is of interest.
  open_page "$page" --dump-dom | sed -e '/<script/,/<\/script>/d' >"$dom"
  body=$(grep -oE '<body[^>]*>' "$dom" || true)
  case $body in *'data-drawn="ok"'*) ;; *) fail "$name" "not drawn: $body" ;; esac
  case $body in *data-error*) fail "$name" "$body" ;; esac
  case $body in *'data-requests="0"'*) ;; *) fail "$name" "requests: $body" ;; esac
  at_least 1 '<dt>Spikes per image' 'key numbers'
  at_least 1 '<table' 'tables'
  case $name in
    whole | not_a_number | hostile | sixty_layers)
      at_least 2 'class="line c-(count|agreement)"' 'accuracy curves'
      at_least 4 'class="spikes"' 'rasters'
      at_least 5 'class="rate"' 'rate curves'
      at_least 4 '<canvas' 'matrices'
      at_least 8 'class="dot"' 'similarities'
      at_least 4 'class="ceiling"' 'noise ceilings'
      ;;
    everything)
      at_least 40 'class="thumbnail"' 'pictures in maps'
      at_least 2 'class="field"' 'maps'
      at_least 2 'class="bar"' 'bars of models'
      at_least 2 'class="error"' 'error bars'
      at_least 1 'class="cell yes' 'differences of models'
      at_least 3 'class="dot hollow"' 'values that are not significant'
      at_least 10 'type="checkbox"' 'codes to choose'
      at_least 4 'class="interval"' 'confidence bands'
      at_least 1 'upwards, time of the reference' 'matrices over time'
      ;;
    unlabelled)
      at_least 1 'class="line c-agreement"' 'agreement curves'
      [ "$(count 'class="line c-count"')" -eq 0 ] || fail "$name" "an accuracy without labels"
      ;;
    bare)
      at_least 3 'class="nothing"' 'sections that say what is missing'
      ;;
    one_of_everything | one_stimulus)
      at_least 1 'there is no pair' 'sections that say what is missing'
      ;;
  esac
  echo "$name: $(count '<svg') svg, $(count '<path') paths, $(count '<canvas') canvases"
done
[ "$failures" -eq 0 ]
