#include "sim/network/check_kernel.hpp"

#include <algorithm>
#include <string>

#include "sim/network/network.hpp"

namespace homolog::sim {
namespace {

struct CheckKernel {
  const Checker& check;
  const Shape& in;
  const Shape& out;
  bool source_spikes;

  void operator()(const Convolution& k) const {
    shapes(k);
    check.window(k.window);
    check.require(k.pool_h >= 1 && k.pool_h <= k.in.height && k.pool_w >= 1 && k.pool_w <= k.in.width,
                  "blocks of " + std::to_string(k.pool_h) + " x " + std::to_string(k.pool_w) +
                      " positions do not fit the source's map " + to_string(k.in));
    check.channels(k.first_channel, k.channels, k.out);
    check.require(k.groups >= 1 && k.in.channels % k.groups == 0 && k.channels % k.groups == 0,
                  std::to_string(k.groups) + " groups do not divide " + std::to_string(k.in.channels) +
                      " input and " + std::to_string(k.channels) + " output channels");
    weights(k, {k.in.channels, k.window.kernel_h, k.window.kernel_w, k.channels / k.groups});
  }
  void operator()(const Dense& k) const {
    shapes(k);
    check.require(k.out.area() == 1, "a dense kernel needs a 1 x 1 map as target, not " + to_string(k.out));
    check.channels(k.first_channel, k.channels, k.out);
    weights(k, {k.in.size(), k.channels});
  }
  void operator()(const AveragePool& k) const {
    shapes(k);
    check.window(k.window);
    check.channels(k.first_channel, k.in.channels, k.out);
    check.values("position weights", k.position_weight, {k.out.area()});
    check.values("channel weights", k.channel_weight, {k.in.channels});
  }
  void operator()(const OneToOne& k) const {
    shapes(k);
    check.values("weights", k.weight, {k.in.size()});
    check.require(
        k.target.size() == k.weight.size(),
        std::to_string(k.target.size()) + " targets given; must be " + std::to_string(k.weight.size()));
    for (const UnitId target : k.target) {
      check.require(target == kNoUnit || target < k.out.size(),
                    "target unit " + std::to_string(target) + " is not in " + to_string(k.out));
    }
  }
  void operator()(const MaxPool& k) const {
    shapes(k);
    check.window(k.window);
    check.channels(k.first_channel, k.in.channels, k.out);
  }

 private:
  template <class AnyKernel>
  void shapes(const AnyKernel& k) const {
    check.shape("input", k.in, in);
    check.shape("output", k.out, out);
  }

  /// Either float or 8-bit weights of a convolution or dense kernel.
  template <class AnyKernel>
  void weights(const AnyKernel& k, std::initializer_list<std::int64_t> extents) const {
    if (k.int8.values.empty() && k.int8.scale.empty()) {
      check.values("weights", k.weights, extents);
      return;
    }
    check.require(k.weights.empty(), "has both float and 8-bit weights; must have one of them");
    check.require(source_spikes, "has 8-bit weights; they need a source whose spikes are all alike");
    check.count("8-bit weights", k.int8.values.size(), extents);
    check.require(std::none_of(k.int8.values.begin(), k.int8.values.end(),
                               [](std::int8_t value) { return value == -128; }),
                  "an 8-bit weight is -128; must be in -127 .. 127");
    check.values("scales of 8-bit weights", k.int8.scale, {k.channels});
    check.require(
        std::all_of(k.int8.scale.begin(), k.int8.scale.end(), [](float scale) { return scale > 0.0F; }),
        "scales of 8-bit weights must be > 0");
    check.require(fan_in(k) <= kLargestInt8FanIn, "has 8-bit weights and " + std::to_string(fan_in(k)) +
                                                      " synapses per unit; must be at most " +
                                                      std::to_string(kLargestInt8FanIn) +
                                                      ", so that their sum fits 32 bits");
  }
};

}  // namespace

void check_kernel(const Kernel& kernel, const Checker& check, const Shape& in, const Shape& out,
                  bool source_spikes) {
  std::visit(CheckKernel{check, in, out, source_spikes}, kernel);
}

}  // namespace homolog::sim
