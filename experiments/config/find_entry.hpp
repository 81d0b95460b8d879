#pragma once

#include <string>
#include <string_view>

#include "sim/core/error.hpp"
#include "sim/core/parameters.hpp"
#include "sim/core/registry.hpp"

namespace homolog::experiments {

/// An entry of a registry; an unknown name is refused at the place of `key`.
template <class T>
const T& find_entry(const Registry<T>& registry, const std::string& name, const Parameters& parameters,
                    std::string_view key) {
  try {
    return registry.find(name);
  } catch (const Error& error) {
    parameters.fail(std::string(key), error.message());
  }
}

}  // namespace homolog::experiments
