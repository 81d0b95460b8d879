// What the float pass hands out and how it stops. How fast it is belongs to docs/performance.md.

#include "experiments/run/float_pass.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <vector>

#include "conversion/onnx/import.hpp"
#include "conversion/reference/float_network.hpp"
#include "sim/core/error.hpp"
#include "support.hpp"

namespace homolog::test::float_pass_test {
namespace {

using conversion::TensorId;

class FloatPassTest : public testing::Test {
 protected:
  [[nodiscard]] experiments::FloatPass pass(std::int64_t images, int threads) const {
    return {.graph = &graph_,
            .normalisation = &normalisation_,
            .stimuli = stimuli_.get(),
            .images = images,
            .threads = threads,
            .stop = [] { return false; },
            .progress = [](std::int64_t) {}};
  }

  conversion::FloatGraph graph_ = conversion::import_model(source_path("configs/assets/mnist_lenet.onnx"));
  experiments::Normalisation normalisation_{.mean = {0.25F}, .std = {0.5F}};
  std::unique_ptr<experiments::Stimuli> stimuli_ = experiments::open_stimuli(
      {.kind = experiments::StimuliSpec::Kind::idx,
       .files = {source_path("configs/assets/mnist-test-1000-images-idx3-ubyte.gz")},
       .count = 37});
};

// 37 images fill no batch of more than one image evenly.
TEST_F(FloatPassTest, HandsOutEveryImageInOrderWithTheBitsOfTheNetworkAlone) {
  const TensorId readout = graph_.outputs[0];
  for (const int threads : {1, 3}) {
    experiments::FloatPass floats = pass(37, threads);
    std::int64_t next = 0;
    std::vector<std::vector<float>> logits;
    floats.receive = [&](std::int64_t image, std::size_t k, std::span<const float> values) {
      EXPECT_EQ(image, next++);
      EXPECT_EQ(k, 0U);
      logits.emplace_back(values.begin(), values.end());
    };
    floats.run({readout});
    ASSERT_EQ(next, 37);
    conversion::FloatNetwork network(graph_, {readout}, 16);
    for (std::int64_t i = 0; i < 37; ++i) {
      const std::vector<float> input = normalisation_.apply(stimuli_->at(i));
      network.run({input}, 1, [&](TensorId, std::span<const float> values) {
        EXPECT_EQ(logits[static_cast<std::size_t>(i)], std::vector<float>(values.begin(), values.end())) << i;
      });
    }
  }
}

TEST_F(FloatPassTest, TimesAnyNumberOfImages) {
  for (const std::int64_t images : {1, 37}) {
    const double seconds = pass(images, 1).seconds_per_image(graph_.outputs[0]);
    EXPECT_GT(seconds, 0.0);
    EXPECT_LT(seconds, 1.0);  // 4 million multiplications
  }
}

TEST_F(FloatPassTest, StopsWhenAsked) {
  experiments::FloatPass stopped = pass(37, 1);
  stopped.stop = [] { return true; };
  stopped.receive = [](std::int64_t, std::size_t, std::span<const float>) {};
  EXPECT_THROW(stopped.run({graph_.outputs[0]}), Error);
  EXPECT_THROW((void)stopped.seconds_per_image(graph_.outputs[0]), Error);
}

}  // namespace
}  // namespace homolog::test::float_pass_test
