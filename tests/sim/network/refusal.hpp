#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "sim/core/error.hpp"
#include "sim/network/network.hpp"

namespace homolog::test {

/// What validate() says of a network after `spoil`; "accepted" if nothing.
inline std::string refusal(sim::Network network, const std::function<void(sim::Network&)>& spoil) {
  spoil(network);
  try {
    sim::validate(network);
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::internal);
    return error.what();
  }
  return "accepted";
}

}  // namespace homolog::test
