#include <gtest/gtest.h>

#include "conversion/graph/float_graph.hpp"
#include "sim/core/error.hpp"

namespace homolog::conversion::float_graph_test {
namespace {

TEST(FloatGraph, DimsAreWrittenAsAProduct) {
  EXPECT_EQ(to_string(Dims{64, 55, 54}), "64x55x54");
  EXPECT_EQ(to_string(Dims{}), "scalar");
  EXPECT_EQ(size_of(Dims{64, 55, 54}), 64 * 55 * 54);
  EXPECT_EQ(size_of(Dims{}), 1);
}

TEST(FloatGraph, LayerNamesHaveDotsForSlashes) {
  EXPECT_EQ(layer_name("/features/0/Conv_output_0"), "features.0.Conv_output_0");
  EXPECT_EQ(layer_name("relu1"), "relu1");
  EXPECT_EQ(layer_name(""), "");
}

/// scores [10, 1, 1] -> Softmax over `axis` -> View -> out [10]
FloatGraph with_softmax(Dims dims, std::int64_t axis) {
  FloatGraph graph;
  const std::int64_t size = size_of(dims);
  graph.tensors = {{"input", dims}, {"scores", dims}, {"softmax", dims}, {"out", {size}}};
  graph.nodes = {{"r", "Relu", Relu{}, {0}, 1},
                 {"s", "Softmax", Softmax{axis}, {1}, 2},
                 {"v", "Flatten", View{}, {2}, 3}};
  graph.inputs = {0};
  graph.outputs = {3};
  graph.aliases = {{"copy", 1}};
  return graph;
}

TEST(FloatGraph, TheReadoutIsWhatASoftmaxTakes) {
  EXPECT_EQ(readout_tensor(with_softmax({10, 1, 1}, 0)), 1);
}

TEST(FloatGraph, ASoftmaxAlongPartOfTheScoresBelongsToTheNetwork) {
  EXPECT_EQ(readout_tensor(with_softmax({10, 2, 1}, 0)), 3);
  EXPECT_EQ(readout_tensor(with_softmax({10, 1, 1}, 1)), 3);  // over one element: all ones
}

TEST(FloatGraph, WithoutSoftmaxTheReadoutIsTheOutput) {
  FloatGraph graph = with_softmax({10, 1, 1}, 0);
  graph.nodes[1] = {"r2", "Relu", Relu{}, {1}, 2};
  EXPECT_EQ(readout_tensor(graph), 3);
}

TEST(FloatGraph, AReadoutNeedsExactlyOneOutput) {
  FloatGraph graph = with_softmax({10, 1, 1}, 0);
  graph.outputs.push_back(1);
  graph.file = "m.onnx";
  try {
    (void)readout_tensor(graph);
    FAIL() << "expected Error";
  } catch (const Error& e) {
    EXPECT_EQ(e.kind(), ErrorKind::model);
    EXPECT_STREQ(e.what(), "m.onnx: has 2 outputs; exactly one, the class scores, is needed for a readout");
  }
}

TEST(FloatGraph, TensorsAreFoundByNameAndAlias) {
  const FloatGraph graph = with_softmax({10, 1, 1}, 0);
  EXPECT_EQ(find_tensor(graph, "softmax"), 2);
  EXPECT_EQ(find_tensor(graph, "copy"), 1);
  EXPECT_EQ(find_tensor(graph, "none"), std::nullopt);
  EXPECT_EQ(producer_of(graph, 0), nullptr);
  ASSERT_NE(producer_of(graph, 2), nullptr);
  EXPECT_EQ(producer_of(graph, 2)->name, "s");
}

}  // namespace
}  // namespace homolog::conversion::float_graph_test
