#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace homolog::sim {

/// Instruction sets that this machine has and the kernels were compiled for, best first ("AVX2", "SSE4").
/// The best is used; the results have the same bits with each.
[[nodiscard]] std::vector<std::string> instruction_sets();

/// For tests and measurements: makes all kernels of the process use `name`, one of instruction_sets(),
/// or again the best one when it is empty. Not while a simulation runs.
void use_instruction_set(const std::string& name);

/// Floats in a vector of the instruction set in use: 4 to 16, or 1 without vectors. What is chosen by it must
/// not change results.
[[nodiscard]] std::size_t lanes_in_use();

}  // namespace homolog::sim
