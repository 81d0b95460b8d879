// Operators that move values and compute nothing: View, Pad.
#include <algorithm>

#include "conversion/reference/program.hpp"

namespace homolog::conversion::reference {

using dnnl::memory;

void build(Builder& builder, const FusedStep& step, const View& /*op*/) {
  builder.rename(step.inputs[0], step.output);
}

void build(Builder& builder, const FusedStep& step, const Pad& op) {
  const Dims in = builder.dims(step.inputs[0]);
  const Dims out = builder.dims(step.output);
  const memory source = builder.read(step.inputs[0], builder.plain(step.inputs[0]));
  const memory result = builder.write(step.output, builder.plain(step.output));
  const std::int64_t maps = builder.batch() * in[0];
  builder.call([=](dnnl::stream& /*stream*/) {
    const auto* from = static_cast<const float*>(source.get_data_handle());
    auto* to = static_cast<float*>(result.get_data_handle());
    std::fill_n(to, maps * out[1] * out[2], op.value);
    for (std::int64_t map = 0; map < maps; ++map) {
      for (std::int64_t y = 0; y < in[1]; ++y) {
        std::copy_n(from + (map * in[1] + y) * in[2], in[2],
                    to + (map * out[1] + y + op.top) * out[2] + op.left);
      }
    }
  });
}

}  // namespace homolog::conversion::reference
