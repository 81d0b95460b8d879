#!/usr/bin/env bash
# Everything that must pass before a change is taken: rules on includes, format, unit tests under
# AddressSanitizer and UBSan, then the whole suite as it is released.
#
#   scripts/test.sh [--quick]      --quick leaves out the tests labelled slow
set -uo pipefail
cd "$(dirname "$0")/.."

# So that a checkout in another folder finds what was compiled before.
export CCACHE_BASEDIR="$PWD" CCACHE_NOHASHDIR=true

suite=release
case ${1:-} in
  "") ;;
  --quick) suite=quick ;;
  *) printf 'usage: scripts/test.sh [--quick]\n' >&2; exit 2 ;;
esac

jobs=$(nproc)
failed=()
step() {  # NAME COMMAND...; returns its success
  local name=$1
  shift
  printf '\n== %s\n' "$name"
  "$@" || { failed+=("$name"); return 1; }
}
quiet_step() {  # as step, with output only when it fails
  local name=$1 log
  shift
  log=$(mktemp)
  printf '\n== %s\n' "$name"
  local status=0
  "$@" > "$log" 2>&1 || status=$?
  [[ $status -eq 0 ]] || { cat "$log"; failed+=("$name"); }
  rm -f "$log"
  return "$status"
}
build() {  # PRESET
  quiet_step "configure $1" cmake --preset "$1" && quiet_step "build $1" cmake --build --preset "$1"
}

step "install dependencies" scripts/install-dependencies.sh build test || exit 1
step "who may include what" scripts/check-includes.sh
step "format" scripts/check-format.sh
build asan && step "unit tests under sanitizers" ctest --preset asan -j "$jobs"
build release && step "tests" ctest --preset "$suite" -j "$jobs"

if [[ ${#failed[@]} -gt 0 ]]; then
  printf '\nFAILED:\n'
  printf '  %s\n' "${failed[@]}"
  exit 1
fi
