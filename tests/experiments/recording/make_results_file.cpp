// make_results_file PATH: writes a synthetic results file for sonata_check.py.

#include <cstdio>
#include <exception>

#include "tests/experiments/recording/synthetic_run.hpp"

int main(int argc, char** argv) try {
  if (argc != 2) {
    std::fputs("usage: make_results_file PATH\n", stderr);
    return 2;
  }
  const homolog::test::SyntheticRun run(40);
  auto file = run.create(argv[1], 2);
  run.finish(file);
  return 0;
} catch (const std::exception& error) {
  std::fprintf(stderr, "%s\n", error.what());
  return 1;
}
