#!/usr/bin/env bash
# Installs what is missing of homolog's dependencies with apt (Debian 12 and 13, Ubuntu 24.04). Quiet and quick
# when nothing is missing.
#
#   scripts/install-dependencies.sh [SET]...
#     build   to build and run homolog (default)
#     test    to build and run the tests
#     bench   to build the benchmarks
#     dev     clang, its fuzzer and sanitizers, clang-format, clang-tidy
set -euo pipefail

# scripts/cmake/dependencies.cmake finds these. "a|b" is the first that this release of the system has; "c?" is
# left out where it has none: tests that need it are skipped.
build=(g++ cmake ninja-build ccache
  libtbb-dev libeigen3-dev libhdf5-dev libboost-program-options-dev libyaml-cpp-dev
  libonnx-dev libprotobuf-dev libdnnl-dev libhwy-dev nlohmann-json3-dev
  libssl-dev zlib1g-dev libdeflate-dev libzip-dev libstb-dev node-d3)
test=(libgtest-dev libgmock-dev libonnx-testdata python3 python3-h5py? chromium?)
bench=(libbenchmark-dev)
dev=(clang clang-format clang-tidy "libclang-rt-dev|libclang-common-14-dev")

fail() { printf 'install-dependencies.sh: %s\n' "$1" >&2; exit 1; }

wanted=()
for set in "${@:-build}"; do
  case $set in
    build | test | bench | dev)
      declare -n packages=$set
      wanted+=("${packages[@]}")
      ;;
    *) printf 'usage: scripts/install-dependencies.sh [build|test|bench|dev]...\n' >&2; exit 2 ;;
  esac
done

command -v dpkg-query > /dev/null ||
  fail "this system has no dpkg; install the equivalents of: ${wanted[*]}"

installed() { [[ $(dpkg-query -W -f='${db:Status-Status}\n' "$1" 2> /dev/null) == *installed* ]]; }
known() { [[ -n $(apt-cache show --no-all-versions "$1" 2> /dev/null) ]]; }

missing=()
for choice in "${wanted[@]}"; do
  found=no
  names=${choice%\?}
  for package in ${names//|/ }; do
    if installed "$package"; then found=yes; break; fi
  done
  [[ $found == yes ]] || missing+=("$choice")
done
[[ ${#missing[@]} -gt 0 ]] || exit 0

as_root=()
if [[ $(id -u) -ne 0 ]]; then
  command -v sudo > /dev/null || fail "missing: ${missing[*]}; run as root or install sudo"
  as_root=(sudo)
fi

log=$(mktemp)
trap 'rm -f "$log"' EXIT
apt() {  # quiet unless it fails
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get -qq -o DPkg::Lock::Timeout=600 "$@" > "$log" 2>&1 || { cat "$log" >&2; return 1; }
}

printf 'Installing: %s\n' "${missing[*]}"
apt update || printf 'install-dependencies.sh: the lists of packages may be old\n' >&2

packages_to_install=()
unknown=()
for choice in "${missing[@]}"; do
  found=no
  names=${choice%\?}
  for package in ${names//|/ }; do
    if known "$package"; then packages_to_install+=("$package"); found=yes; break; fi
  done
  [[ $found == yes || $choice == *\? ]] || unknown+=("$choice")
done
if [[ ${#unknown[@]} -gt 0 ]]; then
  system=$(. /etc/os-release && printf '%s' "$PRETTY_NAME")
  fail "apt does not know: ${unknown[*]} ($system; Debian 12 has all; on Ubuntu the component universe must be enabled)"
fi
[[ ${#packages_to_install[@]} -gt 0 ]] || exit 0
apt install -y --no-install-recommends "${packages_to_install[@]}" || fail "apt could not install: ${packages_to_install[*]}"
