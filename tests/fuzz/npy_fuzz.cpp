// Any bytes as an npy file: its numbers and its texts are read, or Error(data) is thrown; nothing else.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>

#include "experiments/brain/npy.hpp"
#include "sim/core/error.hpp"

namespace {

template <class Act>
void expect_data_error(Act act) {
  try {
    act();
  } catch (const homolog::Error& error) {
    if (error.kind() != homolog::ErrorKind::data) {
      throw;
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace homolog::experiments;
  const auto bytes = std::as_bytes(std::span(data, size));
  expect_data_error([&] {
    const DataArray array = parse_npy(bytes, {.file = "fuzz"});
    if (array.values.size() != checked_values(array.dims, {.file = "fuzz"})) {
      std::abort();
    }
  });
  expect_data_error([&] { (void)parse_npy_names(bytes, {.file = "fuzz"}); });
  return 0;
}
