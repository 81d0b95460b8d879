// The same image gives the same bits, wherever and beside whatever it is computed.

#include <gtest/gtest.h>

#include <cstring>
#include <thread>

#include "graphs.hpp"

extern "C" {
void omp_set_num_threads(int threads);
int omp_get_max_threads();
}

namespace homolog::test::determinism_test {
namespace {

/// All operators, with numbers of channels that fill oneDNN's blocks and that do not.
conversion::FloatGraph network_of_all_operators(std::int64_t channels) {
  GraphMaker maker;
  const Window2d same{
      .kernel_h = 3, .kernel_w = 3, .pad_top = 1, .pad_left = 1, .pad_bottom = 1, .pad_right = 1};
  const TensorId x = maker.input({3, 17, 15});
  const TensorId stem = maker.relu(maker.affine(maker.convolution(x, channels, same), channels));
  const TensorId depthwise = maker.convolution(stem, channels, same, channels);
  const TensorId residual =
      maker.relu(maker.node(conversion::Add{}, {stem, maker.convolution(depthwise, channels, {})}));
  const TensorId joined = maker.node(conversion::Concat{0}, {residual, maker.affine(stem, channels)});
  const Window2d half{
      .kernel_h = 3, .kernel_w = 3, .stride_h = 2, .stride_w = 2, .pad_top = 1, .pad_left = 1};
  const TensorId large = maker.node(conversion::MaxPool{half}, {joined}, true);
  const TensorId mean = maker.node(conversion::AveragePool{half, true}, {joined}, true);
  const TensorId sum = maker.node(conversion::Add{}, {large, mean, large});
  const TensorId padded = maker.node(conversion::Pad{.top = 1, .value = 0.5F}, {sum});
  const TensorId last = maker.node(
      conversion::AveragePool{{.kernel_h = 2, .kernel_w = 2, .stride_h = 2, .stride_w = 2}}, {padded});
  const auto features = static_cast<std::int64_t>(size_of(maker.finish(last), last));
  const TensorId hidden = maker.relu(maker.dense(maker.view(last, {features}), 77));
  return maker.finish(maker.node(conversion::Softmax{0, true}, {maker.dense(hidden, 10)}));
}

std::vector<float> image_of(const std::vector<float>& batch, std::size_t image, std::size_t size) {
  const auto first = batch.begin() + static_cast<std::ptrdiff_t>(image * size);
  return {first, first + static_cast<std::ptrdiff_t>(size)};
}

bool same_bits(const float* a, const float* b, std::size_t count) {
  return std::memcmp(a, b, count * sizeof(float)) == 0;
}

class Determinism : public testing::TestWithParam<std::int64_t> {};

TEST_P(Determinism, AnImageHasTheSameBitsInEveryPlaceOfEveryBatch) {
  const conversion::FloatGraph graph = network_of_all_operators(GetParam());
  const auto images = random_inputs(graph, 11, 42);
  const std::size_t size = size_of(graph, graph.inputs[0]);
  for (const auto& keep : {graph.outputs, all_tensors(graph)}) {
    // One image alone.
    std::vector<Activations> expected;
    conversion::FloatNetwork alone(graph, keep, 1);
    for (std::size_t n = 0; n < 11; ++n) {
      expected.push_back(run(alone, {image_of(images[0], n, size)}, 1));
    }
    for (const std::int64_t batch : {2, 8, 11}) {
      conversion::FloatNetwork network(graph, keep, batch);
      for (const std::int64_t n : {std::int64_t{1}, batch - 1, std::min<std::int64_t>(batch, 11)}) {
        for (std::size_t shift = 0; shift < 11; shift += 5) {
          std::vector<float> input;
          for (std::size_t k = 0; k < static_cast<std::size_t>(n); ++k) {
            const auto image = image_of(images[0], (k + shift) % 11, size);
            input.insert(input.end(), image.begin(), image.end());
          }
          for (const auto& [tensor, values] : run(network, {input}, n)) {
            const std::size_t width = size_of(graph, tensor);
            for (std::size_t k = 0; k < static_cast<std::size_t>(n); ++k) {
              EXPECT_TRUE(
                  same_bits(values.data() + k * width, expected[(k + shift) % 11].at(tensor).data(), width))
                  << "tensor " << tensor << " place " << k << " of " << n << ", batch " << batch;
            }
          }
        }
      }
    }
  }
}

TEST_P(Determinism, NeitherOpenMpNorNeighbouringThreadsChangeBits) {
  const conversion::FloatGraph graph = network_of_all_operators(GetParam());
  const auto images = random_inputs(graph, 4, 7);
  const TensorId output = graph.outputs[0];
  omp_set_num_threads(1);
  conversion::FloatNetwork network(graph, {}, 4);
  const std::vector<float> expected = run(network, images, 4).at(output);

  omp_set_num_threads(3);
  conversion::FloatNetwork other(graph, {}, 4);
  EXPECT_EQ(run(other, images, 4).at(output), expected);
  other.run({images.begin(), images.end()}, 4, [](TensorId, std::span<const float>) {
    EXPECT_EQ(omp_get_max_threads(), 1) << "oneDNN may start threads of its own";
  });
  EXPECT_EQ(omp_get_max_threads(), 3) << "the caller's setting is not restored";

  // Made here, run elsewhere, several at a time.
  std::vector<conversion::FloatNetwork> networks;
  for (int k = 0; k < 4; ++k) {
    networks.emplace_back(graph, std::vector<TensorId>{}, 4);
  }
  std::vector<std::vector<float>> results(networks.size());
  {
    std::vector<std::thread> threads;
    for (std::size_t k = 0; k < networks.size(); ++k) {
      threads.emplace_back([&, k] {
        for (int repeat = 0; repeat < 20; ++repeat) {
          results[k] = run(networks[k], images, 4).at(output);
        }
      });
    }
    for (std::thread& thread : threads) {
      thread.join();
    }
  }
  for (const auto& result : results) {
    EXPECT_EQ(result, expected);
  }
}

INSTANTIATE_TEST_SUITE_P(Channels, Determinism, testing::Values(5, 8, 16, 32));

}  // namespace
}  // namespace homolog::test::determinism_test
