// The trained LeNet, synchronous and asynchronous.

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "sim/asynchronous/asynchronous_simulator.hpp"
#include "tests/sim/asynchronous/trained_twin.hpp"
#include "tests/support/paths.hpp"

namespace homolog::sim::lenet_test {
namespace {

constexpr std::int64_t kImages = 20;
constexpr Step kSteps = 64;

class Lenet : public testing::Test {
 protected:
  /// Root of the mean squared difference of readout / steps from the float network's output, relative to
  /// that output, after each number of steps.
  template <class AnySimulator>
  std::vector<double> errors(const AnySimulator& simulator) {
    auto state = simulator.make_state();
    std::vector<double> squares(kSteps, 0.0);
    double answers = 0.0;
    for (std::int64_t i = 0; i < kImages; ++i) {
      const std::vector<float> stimulus = twin_.stimulus(i);
      const std::vector<double> answer = twin_.answer(i);
      const Response response = simulator.run(state, {.values = stimulus, .steps = kSteps}, nullptr);
      for (std::size_t k = 0; k < answer.size(); ++k) {
        answers += answer[k] * answer[k];
        for (std::size_t s = 0; s < kSteps; ++s) {
          const double mean = response.readout[s * answer.size() + k] / static_cast<double>(s + 1);
          squares[s] += (mean - answer[k]) * (mean - answer[k]);
        }
      }
    }
    for (double& square : squares) {
      square = std::sqrt(square / answers);
    }
    return squares;
  }

  test::TrainedTwin twin_{
      test::source_path("configs/assets/mnist_lenet.onnx"),
      {.kind = experiments::StimuliSpec::Kind::idx,
       .files = {test::source_path("configs/assets/mnist-test-1000-images-idx3-ubyte.gz")},
       .labels = test::source_path("configs/assets/mnist-test-1000-labels-idx1-ubyte.gz")},
      64,
      {.method = conversion::ThresholdRule::Method::maximum}};
};

// With thresholds from the maximum almost nothing is clipped, so that the error falls about as 1 / steps: in
// four times as many steps to less than half.
TEST_F(Lenet, ApproachesTheFloatNetworkAlsoAsynchronouslyButMoreSlowly) {
  const std::vector<double> together = errors(Simulator(twin_.network()));
  for (const EventOrder order : {EventOrder::unit, EventOrder::random}) {
    const std::vector<double> alone = errors(AsynchronousSimulator(twin_.network(), order));
    for (const std::size_t steps : {4U, 16U}) {
      EXPECT_LT(alone[4 * steps - 1], alone[steps - 1] / 2) << steps;
    }
    EXPECT_LT(alone[kSteps - 1], 0.05);
    if (order == EventOrder::unit) {
      for (const std::size_t steps : {8U, 16U, 32U, 64U}) {
        EXPECT_GT(alone[steps - 1], together[steps - 1]) << steps;
      }
    }
  }
}

}  // namespace
}  // namespace homolog::sim::lenet_test
