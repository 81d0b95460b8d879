// Any bytes as an npz file: its only array, one by name and one's texts are read, or Error(data) is thrown;
// nothing else. Seeds: tests/experiments/brain/fixtures/*.npz.

#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <string>

#include "experiments/brain/npz.hpp"
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
  static const int file = memfd_create("npz", 0);  // a regular file that never touches the disk
  if (ftruncate(file, 0) != 0 || pwrite(file, data, size, 0) != static_cast<ssize_t>(size)) {
    return 0;
  }
  const std::string path = "/proc/self/fd/" + std::to_string(file);
  expect_data_error([&] { (void)read_npz_array({.file = path}); });
  expect_data_error([&] { (void)read_npz_array({.file = path, .dataset = "rdm"}); });
  expect_data_error([&] { (void)read_npz_names({.file = path, .ids = "ids"}); });
  return 0;
}
