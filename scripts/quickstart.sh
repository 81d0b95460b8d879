#!/usr/bin/env bash
# From a fresh checkout to a first result: installs what is missing, builds homolog, converts a small network
# and compares it with itself on MNIST (configs/quickstart.yaml). A second run only shows the result again.
set -euo pipefail
cd "$(dirname "$0")/.."

config=configs/quickstart.yaml
results=results/quickstart
homolog=build/release/homolog
log=build/quickstart.log        # of the build, shown when it fails
table=build/quickstart.txt      # what the last run printed

quietly() {  # WHAT COMMAND...
  printf '%s ...\n' "$1"
  shift
  "$@" > "$log" 2>&1 || { cat "$log" >&2; exit 1; }
}

scripts/install-dependencies.sh build
mkdir -p build
if [[ ! -f build/release/CMakeCache.txt ]]; then
  quietly "Configuring" cmake --preset release -DBUILD_TESTING=OFF
fi
quietly "Building (a few minutes the first time)" cmake --build build/release --target homolog

# Newer than all that it was made from?
if [[ -f $results/results.h5 && -f $results/report.html && $table -nt $results/results.h5 &&
      -z $(find "$homolog" "$config" configs/assets -newer "$results/results.h5" -print -quit) ]]; then
  printf 'The results are up to date.\n'
  cat "$table"
  exit 0
fi

again=()
if [[ -e $results ]]; then
  again=(--force)
fi
"$homolog" run "$config" --output "$results" "${again[@]}" | tee "$table.new"
mv "$table.new" "$table"
