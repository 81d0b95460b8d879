// Networks that nobody has designed: random operators on random earlier values. Each is refused, or becomes a
// spiking network that is the float network in the limit of many steps.
#include <gtest/gtest.h>

#include <random>

#include "conversion/reference/float_network.hpp"
#include "tests/conversion/architectures/thin_network.hpp"
#include "tests/conversion/architectures/twin_run.hpp"
#include "tests/support/rate_network.hpp"

namespace homolog::conversion::random_graphs_test {
namespace {

using test::Slide;
using test::ThinNetwork;

/// Grows a network on maps of at most 8 x 8.
class RandomNetwork {
 public:
  explicit RandomNetwork(unsigned seed) : random_(seed), network_(19, {3, 8, 7}, seed) {
    maps_.push_back(network_.input());
  }

  std::string make() {
    const int nodes = 5 + pick(12);
    for (int i = 0; i < nodes; ++i) {
      maps_.push_back(node());
    }
    return network_.finish(network_.linear(network_.flatten(maps_.back()), 4));
  }

 private:
  int pick(int count) { return static_cast<int>(random_() % static_cast<unsigned>(count)); }

  /// Mostly the newest, so that networks become deep.
  std::string any_map() {
    const int last = static_cast<int>(maps_.size()) - 1;
    return maps_[static_cast<std::size_t>(std::max(last - pick(pick(2) == 0 ? 1 : 4), 0))];
  }
  [[nodiscard]] const Dims& dims(const std::string& map) const { return network_.dims(map); }

  /// Another map for which `fits`, or "".
  template <class Fits>
  std::string partner(const Fits& fits) {
    std::vector<std::string> found;
    for (const std::string& map : maps_) {
      if (fits(dims(map))) {
        found.push_back(map);
      }
    }
    return found.empty() ? "" : found[static_cast<std::size_t>(pick(static_cast<int>(found.size())))];
  }

  std::string node() {
    const std::string x = any_map();
    const Dims d = dims(x);
    const bool large = d[1] >= 3 && d[2] >= 3;
    switch (pick(14)) {
      case 0:
      case 1:
        return network_.conv(x, 2 + pick(5), large ? Slide::square(3, 1 + pick(2)) : Slide::square(1),
                             pick(2) == 0);
      case 2: return network_.conv(x, d[0], Slide::square(3), false, d[0]);
      case 3: return network_.norm(x, 0.5F, 1.5F, pick(2) == 0);
      case 4:
      case 5:
      case 6: return network_.relu(x);
      case 7: return network_.relu6(network_.norm(x, 2.0F, 5.0F));
      case 8:
        return large ? network_.max_pool(x, pick(2) == 0 ? Slide::valid(2, 2) : Slide::square(3), false)
                     : network_.relu(x);
      case 9:
        return large ? network_.average_pool(x, pick(2) == 0 ? Slide::valid(2, 2) : Slide::square(3),
                                             pick(2) == 0)
                     : x;
      case 10: {
        const std::string y = partner([&](const Dims& other) { return other == d; });
        return network_.add(x, y);
      }
      case 11: {
        const std::string y =
            partner([&](const Dims& other) { return other[1] == d[1] && other[2] == d[2] && other[0] < 9; });
        return y.empty() || d[0] > 8 ? network_.relu(x) : network_.concat({x, y});
      }
      case 12: return selection(x);
      default: return elementwise(x);
    }
  }

  std::string selection(const std::string& x) {
    const Dims d = dims(x);
    const std::int64_t first = pick(static_cast<int>(d[0]));
    return network_.node("Slice",
                         {x, network_.integers({first}), network_.integers({d[0]}), network_.integers({1})},
                         {d[0] - first, d[1], d[2]});
  }

  /// A constant for every element, for every channel, or for all; or a border.
  std::string elementwise(const std::string& x) {
    const Dims d = dims(x);
    if (pick(3) == 0) {
      return network_.node(
          "Pad",
          {x, network_.integers({0, 0, 1, 0, 0, 0, 0, 1}), network_.floats({}, {pick(2) == 0 ? 0.0F : 0.5F})},
          {d[0], d[1] + 1, d[2] + 1});
    }
    const std::vector<Dims> shapes{{d[0], d[1], d[2]}, {d[0], 1, 1}, {1}, {1, d[2]}};
    const Dims& shape = shapes[static_cast<std::size_t>(pick(4))];
    const std::string constant =
        network_.floats(shape, network_.uniform(static_cast<std::size_t>(size_of(shape)), 1.0F));
    const std::vector<const char*> operations{"Add", "Sub", "Mul"};
    return network_.node(operations[static_cast<std::size_t>(pick(3))], {x, constant}, d);
  }

  std::mt19937 random_;
  ThinNetwork network_;
  std::vector<std::string> maps_{};
};

TEST(RandomGraphs, AreRefusedOrBecomeTheFloatNetworkInTheLimit) {
  constexpr unsigned kGraphs = 300;
  unsigned converted = 0;
  for (unsigned seed = 1; seed <= kGraphs; ++seed) {
    SCOPED_TRACE(seed);
    const std::string file = RandomNetwork(seed).make();
    const FloatGraph graph = import_model(std::as_bytes(std::span(file.data(), file.size())), "random.onnx");
    const Dims& in = graph.tensors[static_cast<std::size_t>(graph.inputs.front())].dims;
    const std::vector<float> image = test::random_image(in, 99);
    const std::vector<test::Values> values = test::float_values(graph, image);
    Twin twin;
    try {
      twin = convert(graph, test::scales_above(graph, values), {});
    } catch (const Error& error) {
      ASSERT_EQ(error.kind(), ErrorKind::model) << error.what();
      // The only thing among these operators that spikes cannot do.
      EXPECT_NE(std::string(error.what()).find("a max pooling of values that may be negative"),
                std::string::npos)
          << error.what();
      continue;
    }
    ++converted;
    const auto rates =
        test::rate_network(twin.network, sim::hwc_values(twin.network.populations[twin.input].shape, image));
    // As for the architectures, 2e-5 of a layer's size; sums that nearly cancel are measured against 0.01.
    for (const Layer& layer : twin.layers) {
      const test::Deviation d =
          test::deviation(test::decoded_rates(layer, rates), values[static_cast<std::size_t>(layer.tensor)]);
      EXPECT_LE(d.largest, 2e-5 * std::max(d.float_rms, 0.01) + 2e-6) << layer.name;
    }
    const auto& readout = rates[twin.readout];
    const test::Deviation d =
        test::deviation(readout, values[static_cast<std::size_t>(readout_tensor(graph))]);
    EXPECT_LE(d.largest, 5e-5 * std::max(d.float_rms, 0.1)) << "readout";
  }
  EXPECT_GT(converted, kGraphs / 2);
}

/// What is kept decides which operators are fused and in which layout a map lies; no choice may change a
/// value.
TEST(RandomGraphs, HaveTheSameActivationsWhateverIsKept) {
  for (unsigned seed = 1; seed <= 300; ++seed) {
    SCOPED_TRACE(seed);
    const std::string file = RandomNetwork(seed).make();
    const FloatGraph graph = import_model(std::as_bytes(std::span(file.data(), file.size())), "random.onnx");
    const Dims& in = graph.tensors[static_cast<std::size_t>(graph.inputs.front())].dims;
    const std::vector<float> image = test::random_image(in, 99);
    const std::vector<test::Values> values = test::float_values(graph, image);
    std::mt19937 random(seed);
    for (const unsigned share : {1U, 3U, 6U}) {  // every tensor, every third, every sixth
      std::vector<TensorId> keep;
      for (const Node& node : graph.nodes) {
        if (random() % share == 0) {
          keep.push_back(node.output);
        }
      }
      if (keep.empty()) {
        continue;
      }
      FloatNetwork network(graph, keep, 2);
      network.run({image}, 1, [&](TensorId tensor, std::span<const float> got) {
        const test::Deviation d = test::deviation(got, values[static_cast<std::size_t>(tensor)]);
        // Sums of some hundred products in float32, a dozen layers in a row.
        EXPECT_LE(d.largest, 2e-5 * std::max(d.float_rms, 0.1))
            << graph.tensors[static_cast<std::size_t>(tensor)].name;
      });
    }
  }
}

}  // namespace
}  // namespace homolog::conversion::random_graphs_test
