// Accuracy of the trained networks on all 10,000 test images, against the figures that were measured
// when they were trained (docs/data.md).

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <ctime>
#include <fstream>
#include <iostream>

#include "conversion/onnx/import.hpp"
#include "graphs.hpp"
#include "tests/support/paths.hpp"

namespace homolog::test {
namespace {

constexpr std::size_t kImages = 10000;
constexpr std::size_t kBatch = 16;

std::vector<std::uint8_t> read_bytes(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

/// Pixels in [0, 255] and labels: image n begins at bytes[first + n * stride], its label is
/// labels[n * label_stride].
struct TestSet {
  std::vector<std::uint8_t> bytes{};
  std::size_t first = 0, stride = 0;
  std::vector<std::uint8_t> labels{};
  std::size_t first_label = 0, label_stride = 0;
};

/// Share of the images whose largest logit is that of their label. Prints the speed.
double accuracy(const conversion::FloatGraph& graph, const TestSet& set) {
  const std::size_t size = size_of(graph, graph.inputs.at(0));
  const std::size_t area = size / graph.input_mean.size();
  const TensorId logits = graph.outputs.at(0);
  const auto classes = static_cast<std::ptrdiff_t>(size_of(graph, logits));
  conversion::FloatNetwork network(graph, {logits}, static_cast<std::int64_t>(kBatch));
  std::clock_t ticks = 0;
  std::size_t right = 0;
  for (std::size_t begin = 0; begin < kImages; begin += kBatch) {
    const std::size_t n = std::min(kBatch, kImages - begin);
    std::vector<float> images;
    for (std::size_t k = 0; k < n; ++k) {
      for (std::size_t i = 0; i < size; ++i) {
        const auto pixel = static_cast<float>(set.bytes.at(set.first + (begin + k) * set.stride + i));
        images.push_back((pixel / 255.0F - graph.input_mean[i / area]) / graph.input_std[i / area]);
      }
    }
    const std::clock_t start = std::clock();
    network.run({images}, static_cast<std::int64_t>(n), [&](TensorId, std::span<const float> values) {
      for (std::size_t k = 0; k < n; ++k) {
        const auto first = values.begin() + static_cast<std::ptrdiff_t>(k) * classes;
        const auto best = std::max_element(first, first + classes) - first;
        const auto label = set.labels.at(set.first_label + (begin + k) * set.label_stride);
        right += best == label ? 1 : 0;
      }
    });
    ticks += std::clock() - start;
  }
  std::cout << static_cast<double>(kImages) * CLOCKS_PER_SEC / static_cast<double>(ticks)
            << " images per second of processor time\n";
  return static_cast<double>(right) / static_cast<double>(kImages);
}

// A tenth of a point is ten images: as many may lie so close to a border that another order of summation
// decides.
constexpr double kTenthOfAPoint = 0.001;

TEST(Accuracy, OfLenetOnMnistIsTheMeasuredOne) {
  HOMOLOG_NEEDS_DATA(model, "models/mnist_lenet.onnx");
  HOMOLOG_NEEDS_DATA(images, "data/mnist/t10k-images-idx3-ubyte");
  HOMOLOG_NEEDS_DATA(labels, "data/mnist/t10k-labels-idx1-ubyte");
  const TestSet set{.bytes = read_bytes(images),
                    .first = 16,
                    .stride = 28 * 28,
                    .labels = read_bytes(labels),
                    .first_label = 8,
                    .label_stride = 1};
  EXPECT_NEAR(accuracy(conversion::import_model(model), set), 0.9953, kTenthOfAPoint);
}

struct CifarNetwork {
  const char* name;
  double accuracy;
};

class CifarAccuracy : public testing::TestWithParam<CifarNetwork> {};

TEST_P(CifarAccuracy, IsTheMeasuredOne) {
  HOMOLOG_NEEDS_DATA(model, std::string("models/") + GetParam().name + ".onnx");
  HOMOLOG_NEEDS_DATA(records, "data/cifar10/test_batch.bin");
  constexpr std::size_t kRecord = 1 + 3 * 32 * 32;
  const std::vector<std::uint8_t> bytes = read_bytes(records);
  const TestSet set{.bytes = bytes,
                    .first = 1,
                    .stride = kRecord,
                    .labels = bytes,
                    .first_label = 0,
                    .label_stride = kRecord};
  EXPECT_NEAR(accuracy(conversion::import_model(model), set), GetParam().accuracy, kTenthOfAPoint);
}

INSTANTIATE_TEST_SUITE_P(Models, CifarAccuracy,
                         testing::Values(CifarNetwork{"cifar10_vgg", 0.8704},
                                         CifarNetwork{"cifar10_resnet20", 0.8674},
                                         CifarNetwork{"cifar10_vgg_adv", 0.7465}),
                         [](const auto& model) { return std::string(model.param.name); });

}  // namespace
}  // namespace homolog::test
