#!/bin/bash
# pages_draw.sh FOLDER: opens every page of FOLDER (made by sample_reports) and checks in the document that
# every section is drawn, that no script failed and that nothing was requested or blocked.
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

# A copy of a page in which every figure with keys gets each of them twice; what the page says after each is listed.
pressed() {  # PAGE COPY
  sed -e '$d' "$1" >"$2"  # without </html>
  cat >>"$2" <<'END'
<script>
const heard = new Set();
for (const figure of document.querySelectorAll("[aria-keyshortcuts]")) {
  for (const key of figure.getAttribute("aria-keyshortcuts").split(" ")) {
    for (let times = 0; times < 2; ++times) {
      figure.dispatchEvent(new KeyboardEvent("keydown", {key, bubbles: true}));
      for (const line of document.querySelectorAll("[aria-live]")) heard.add(line.textContent);
    }
  }
  figure.dispatchEvent(new FocusEvent("blur"));
}
const list = document.createElement("ul");
for (const text of heard) list.append(Object.assign(document.createElement("li"), {textContent: `said: ${text}`}));
document.body.prepend(list);  // behind the script it would be on the script's last line, which is not looked at
</script>
</html>
END
}

dom=$(mktemp)
copy=$(mktemp --suffix=.html)
trap 'rm -f "$dom" "$copy"' EXIT
for page in "$1"/*.html; do
  name=$(basename "$page" .html)
  # The page's own code and data are in the document too; only what was drawn is of interest.
  pressed "$page" "$copy"
  open_page "$copy" --dump-dom | sed -e '/<script/,/<\/script>/d' >"$dom"
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
      at_least 1 'said: window 4 ms × time 100 ms: about 0.000 \[−0.250, 0.750\]' 'cells said by keys'
      at_least 1 'said: MEG at 100 ms, spearman, 8 msrelu' 'times said by keys'
      at_least 1 'said: window 8 ms × time 100 ms: about 0.252 .*p \(FDR\) &lt; 0.01' 'p values of cells said by keys'
      at_least 1 'class="outline"' 'outlines of cells that are sure'
      at_least 1 'said: 4. relu3later than relu0, relu1' 'earlier layers said by keys'
      at_least 1 'aria-label="Differences of latencies"' 'a table of differences of latencies'
      ;;
    analyses | analyses_of_many_layers)
      at_least 8 'class="share c-(float|count)"' 'parts of one set'
      at_least 4 'url\(&quot;#stripes-' 'parts of several sets'
      at_least 8 'class="total"' 'marks of R^2'
      at_least 3 'class="c-k[0-9]"><path class="interval"' 'courses of models'
      at_least 2 'class="sure ' 'marks of significance'
      at_least 1 'squared correlation' 'what models can share at most'
      at_least 8 'class="whisker"' 'intervals'
      at_least 2 'class="bound"' 'ceilings'
      at_least 20 'class="speck ' 'observers'
      at_least 1 '167 of 500 observers' 'sets that are thinned out'
      at_least 2 'aria-label="One row per variant' 'entries of codes'
      at_least 20 'aria-keyshortcuts=' 'figures with keys'
      at_least 1 'said: .*R² 0.(340 \[0.290, 0.390|900 \[0.850, 0.950)\]' 'explained variance said by keys'
      at_least 1 'said: .*share −0.100' 'parts below 0 said by keys'
      at_least 1 'said: monkeys.*spiking 0.150' 'kappa said by keys'
      ;;
    analyses_*)
      at_least 2 'aria-label="One row per variant' 'entries of codes'
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
