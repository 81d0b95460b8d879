#include <iostream>
#include <span>

#include "experiments/cli/run_cli.hpp"

int main(int argc, char** argv) {
  const std::span<const char* const> words(argv, static_cast<std::size_t>(argc));
  return homolog::experiments::run_cli(words.subspan(words.empty() ? 0 : 1), std::cout, std::cerr);
}
