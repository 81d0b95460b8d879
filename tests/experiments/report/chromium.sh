# Sourced: open_page PAGE [OPTION]... opens a local page in headless Chromium with a profile of its own that is
# deleted afterwards, and gives it 5 seconds of virtual time.
browser=$(command -v chromium || command -v chromium-browser || command -v google-chrome || true)

open_page() {
  local page profile status=0
  page=$(realpath "$1")
  shift
  profile=$(mktemp -d)
  timeout 100 "$browser" --headless --no-sandbox --disable-gpu --disable-quic --no-first-run \
    --disable-background-networking --disable-component-update --disable-sync --disable-dev-shm-usage \
    --user-data-dir="$profile" --virtual-time-budget=5000 --hide-scrollbars "$@" "file://$page" \
    2>"$profile/stderr" || status=$?
  rm -rf "$profile"
  return $status
}
