#pragma once

#include <string>
#include <vector>

namespace homolog::sim {

/// Instruction sets that this machine has and the kernels were compiled for, best first ("AVX2", "SSE4").
/// The best is used; the results have the same bits with each.
[[nodiscard]] std::vector<std::string> instruction_sets();

/// For tests and measurements: makes all kernels of the process use `name`, one of instruction_sets(),
/// or again the best one when it is empty. Not while a simulation runs.
void use_instruction_set(const std::string& name);

}  // namespace homolog::sim
