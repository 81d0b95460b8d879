// Any bytes as an IDX file of images and as one of labels: open_stimuli reads it or throws Error(data).

#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <string>

#include "experiments/stimuli/stimuli.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace homolog;
  static const int file = memfd_create("idx", 0);  // a regular file that never touches the disk
  if (ftruncate(file, 0) != 0 || pwrite(file, data, size, 0) != static_cast<ssize_t>(size)) {
    return 0;
  }
  experiments::StimuliSpec spec;
  spec.kind = experiments::StimuliSpec::Kind::idx;
  spec.files = {"/proc/self/fd/" + std::to_string(file)};
  try {
    const auto stimuli = experiments::open_stimuli(spec);
    (void)stimuli->at(stimuli->size() - 1);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::data) {
      throw;
    }
  }
  return 0;
}
