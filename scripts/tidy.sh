#!/usr/bin/env bash
# clang-tidy with the checks of .clang-tidy. Needs scripts/install-dependencies.sh build test dev.
#
#   scripts/tidy.sh              every source file
#   scripts/tidy.sh --changed    those that differ from the last commit
#   scripts/tidy.sh FILE...
set -euo pipefail
cd "$(dirname "$0")/.."

cmake --preset clang > /dev/null
case ${1:-} in
  "") mapfile -t files < <(find sim conversion experiments -name '*.cpp' | sort) ;;
  --changed) mapfile -t files < <(git diff --name-only --diff-filter=d HEAD -- '*.cpp') ;;
  *) files=("$@") ;;
esac
[[ ${#files[@]} -gt 0 ]] || exit 0
printf '%s\0' "${files[@]}" | xargs -0 -n 1 -P "$(nproc)" clang-tidy --quiet -p build/clang
