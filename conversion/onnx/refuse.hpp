#pragma once

#include <string>

#include "sim/core/error.hpp"

namespace homolog::conversion {

/// Error(model) with the reason alone: whoever imports the node adds its name, operator and file.
[[noreturn]] inline void refuse(const std::string& reason) {
  throw Error(ErrorKind::model, reason);
}

}  // namespace homolog::conversion
