#include "experiments/cli/instruction_set.hpp"

#include <algorithm>
#include <cstdlib>
#include <string>
#include <vector>

#include "sim/core/error.hpp"
#include "sim/core/suggest.hpp"
#include "sim/engine/simd.hpp"

namespace homolog::experiments {

void use_instruction_set_of_environment() {
  constexpr const char* kVariable = "HOMOLOG_INSTRUCTION_SET";
  const char* const value = std::getenv(kVariable);
  if (value == nullptr || *value == '\0') {
    return;
  }
  sim::use_instruction_set("");  // an earlier choice would hide the others
  const std::vector<std::string> known = sim::instruction_sets();
  if (std::find(known.begin(), known.end(), value) == known.end()) {
    throw Error(ErrorKind::usage,
                "this machine has no instruction set '" + std::string(value) + "'; it has: " + joined(known),
                {.file = std::string("environment variable ") + kVariable});
  }
  sim::use_instruction_set(value);
}

}  // namespace homolog::experiments
