// Any extents and values as RDMs: rdms_from_array returns finite ones that fit together, or throws
// Error(data); nothing else.
#include <fuzzer/FuzzedDataProvider.h>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "experiments/brain/rdm_shape.hpp"
#include "sim/core/error.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace homolog;
  using namespace homolog::experiments;
  FuzzedDataProvider bytes(data, size);
  DataArray array;
  array.matlab = bytes.ConsumeBool();
  const bool one_value = bytes.ConsumeBool();
  std::size_t count = 1;
  for (int rank = bytes.ConsumeIntegralInRange(0, 5); rank > 0; --rank) {
    array.dims.push_back(bytes.ConsumeIntegralInRange<std::size_t>(0, 7));
    count *= array.dims.back();
  }
  const double value = bytes.ConsumeFloatingPoint<double>();
  for (std::size_t i = 0; i < count; ++i) {
    array.values.push_back(one_value ? value : static_cast<double>(bytes.ConsumeIntegral<std::int8_t>()));
  }
  try {
    const RdmData rdms = rdms_from_array(array, {.file = "fuzz"});
    if (rdms.stimuli < 2 || rdms.subjects == 0 || rdms.times == 0 ||
        rdms.pairs.size() != rdms.subjects * rdms.times * (rdms.stimuli * (rdms.stimuli - 1) / 2)) {
      std::abort();
    }
    for (const double pair : rdms.pairs) {
      if (!std::isfinite(pair)) {
        std::abort();
      }
    }
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::data) {
      throw;
    }
  }
  return 0;
}
