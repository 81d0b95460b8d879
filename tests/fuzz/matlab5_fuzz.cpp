// Any bytes as a MATLAB level-5 file, after a header of either byte order: every variable, its elements,
// numbers and texts are read, or Error(data) is thrown; nothing else. Seeds: files of scipy.io.savemat
// without their first 128 bytes, with one byte before them (its lowest bit: big-endian).
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <vector>

#include "experiments/brain/matlab5.hpp"
#include "sim/core/error.hpp"

namespace {

using namespace homolog;
using namespace homolog::experiments;

const BrainSource& source() {
  static const BrainSource kSource{.file = "fuzz"};
  return kSource;
}

template <class Act>
void expect_data_error(Act act) {
  try {
    act();
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::data) {
      throw;
    }
  }
}

void read_all(const MatlabArray& array, int depth) {
  expect_data_error([&] { (void)numbers_of(array, source()); });
  expect_data_error([&] { (void)texts_of(array, source()); });
  if (depth < 8) {
    expect_data_error([&] {
      for (const MatlabArray& element : elements_of(array, source())) {
        read_all(element, depth + 1);
      }
    });
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) {
    return 0;
  }
  std::vector<std::byte> file(128);
  std::memcpy(file.data() + 124, (data[0] & 1U) != 0 ? "\x01\x00MI" : "\x00\x01IM", 4);
  const auto rest = std::as_bytes(std::span(data + 1, size - 1));
  file.insert(file.end(), rest.begin(), rest.end());
  std::vector<std::string> names;
  expect_data_error([&] {
    visit_variables(file, source(), [&](const MatlabArray& variable) {
      read_all(variable, 0);
      names.push_back(variable.name);
      return names.size() < 16;
    });
  });
  expect_data_error([&] { (void)parse_matlab5(file, source()); });
  for (const std::string& name : names) {
    for (const char* part : {"", "(2).RDM", ".RDM", "{1}"}) {
      expect_data_error([&] { (void)parse_matlab5(file, {.file = "fuzz", .dataset = name + part}); });
      expect_data_error([&] { (void)parse_matlab5_names(file, {.file = "fuzz", .ids = name + part}); });
    }
  }
  return 0;
}
