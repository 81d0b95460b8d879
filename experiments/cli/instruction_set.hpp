#pragma once

namespace homolog::experiments {

/// Makes the simulator use the instruction set that the environment variable HOMOLOG_INSTRUCTION_SET names,
/// one of sim::instruction_sets(), in the whole process; unset or empty changes nothing. For tests and
/// measurements: results have the same bits with each. Throws Error(usage) for another name.
void use_instruction_set_of_environment();

}  // namespace homolog::experiments
