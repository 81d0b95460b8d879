#!/usr/bin/env bash
# scripts/check-includes.sh names the place and the rule of every include that runs against the arrows.
set -euo pipefail
script=$(cd "$(dirname "$0")/../../scripts" && pwd)/check-includes.sh
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
mkdir -p "$tree"/{sim/core,sim/engine,conversion/onnx,experiments/run}

file() { printf '%s\n' "${@:2}" > "$tree/$1"; }
file sim/core/a.hpp '#include <vector>' '#include "sim/core/b.hpp"'
file experiments/run/a.cpp '#include "sim/engine/a.hpp"' '#include "conversion/onnx/a.hpp"' '#include <tbb/task.h>'
"$script" "$tree" || { echo "refuses a tree without fault"; exit 1; }

file sim/core/a.hpp '#include <vector>' '#include "sim/engine/b.hpp"'
file sim/engine/a.cpp '#include "conversion/onnx/a.hpp"' '  # include <hdf5.h>'
file conversion/onnx/a.hpp '#include "experiments/run/a.hpp"' '#include "a.hpp"' '#include <armadillo.h>'
expected='conversion/onnx/a.hpp:1: includes experiments/run/a.hpp: conversion does not know experiments
conversion/onnx/a.hpp:2: includes a.hpp: write the path from the top folder; only sim, conversion and experiments can be included
conversion/onnx/a.hpp:3: includes armadillo.h: unknown library; give it one folder in scripts/check-includes.sh
sim/core/a.hpp:2: includes sim/engine/b.hpp: sim/core includes nothing of ours but itself
sim/engine/a.cpp:1: includes conversion/onnx/a.hpp: sim knows neither conversion nor experiments
sim/engine/a.cpp:2: includes hdf5.h: this library stays in experiments/recording'
if actual=$("$script" "$tree"); then
  echo "finds no fault"
  exit 1
fi
diff <(printf '%s\n' "$expected") <(printf '%s\n' "$actual")
