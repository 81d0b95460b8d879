// The networks of the data folder (DATA.md): parameters, multiply-accumulates, extents of every activation.
#include <gtest/gtest.h>
#include <hdf5.h>

#include <array>
#include <cstdint>

#include "conversion/graph/geometry.hpp"
#include "conversion/onnx/import.hpp"
#include "tests/support/paths.hpp"

namespace homolog::conversion::trained_models_test {
namespace {

struct TrainedModel {
  const char* name;
  std::uint64_t parameters;  ///< DATA.md
};

constexpr std::array<TrainedModel, 5> kModels{{{"squeezenet1_1", 1235496},
                                               {"mnist_lenet", 80202},
                                               {"cifar10_vgg", 529002},
                                               {"cifar10_resnet20", 272474},
                                               {"cifar10_vgg_adv", 529002}}};

std::uint64_t all_parameters(const FloatGraph& graph) {
  std::uint64_t sum = 0;
  for (const Node& node : graph.nodes) {
    sum += parameters(node);
  }
  return sum;
}

TEST(TrainedModels, HaveTheirPublishedNumberOfParameters) {
  for (const TrainedModel& model : kModels) {
    SCOPED_TRACE(model.name);
    HOMOLOG_NEEDS_DATA(path, "models/" + std::string(model.name) + ".onnx");
    const FloatGraph graph = import_model(path);
    EXPECT_EQ(all_parameters(graph), model.parameters);
    EXPECT_EQ(graph.opset, 13);
    EXPECT_EQ(graph.tensors.at(static_cast<std::size_t>(readout_tensor(graph))).name, "logits");
    EXPECT_EQ(graph.input_mean.size(), graph.input_std.size());
    EXPECT_EQ(static_cast<std::int64_t>(graph.input_mean.size()),
              graph.tensors.at(static_cast<std::size_t>(graph.inputs.at(0))).dims.at(0));
  }
}

TEST(TrainedModels, HaveTheirPublishedNumberOfMacs) {
  HOMOLOG_NEEDS_DATA(squeezenet, "models/squeezenet1_1.onnx");
  // torchvision: 0.35 GFLOPS (multiply-accumulates) at 224 x 224, to two digits
  EXPECT_NEAR(static_cast<double>(macs(import_model(squeezenet))), 0.35e9, 0.005e9);
  // By hand, from the layers that models/training/nets.py lists: positions * IC * OC * kernel.
  HOMOLOG_NEEDS_DATA(vgg, "models/cifar10_vgg.onnx");
  EXPECT_EQ(macs(import_model(vgg)), 9U * (32 * 32 * (3 * 32 + 32 * 64) + 16 * 16 * (64 * 96 + 96 * 96) +
                                           8 * 8 * (96 * 160 + 160 * 160)) +
                                         160 * 10);
  HOMOLOG_NEEDS_DATA(resnet20, "models/cifar10_resnet20.onnx");
  const auto stage = [](unsigned c, unsigned side) {
    return 5U * 9U * c * c * side * side;
  };  // all but the first
  const unsigned first_of_stage =
      9U * (3 * 16 + 16 * 16) * 32 * 32 + 9U * 16 * 32 * 16 * 16 + 9U * 32 * 64 * 8 * 8;
  const unsigned projections = 16U * 32 * 16 * 16 + 32U * 64 * 8 * 8;
  EXPECT_EQ(macs(import_model(resnet20)),
            stage(16, 32) + stage(32, 16) + stage(64, 8) + first_of_stage + projections + 64U * 10);
}

/// Attribute `shape` of every activation in the group of one model.
struct ShapeCheck {
  const FloatGraph* graph = nullptr;
  int checked = 0;
};

herr_t check_shape(hid_t group, const char* name, const H5L_info_t* /*info*/, void* data) {
  auto& check = *static_cast<ShapeCheck*>(data);
  const hid_t set = H5Dopen2(group, name, H5P_DEFAULT);
  const hid_t attribute = H5Aopen(set, "shape", H5P_DEFAULT);
  const hid_t space = H5Aget_space(attribute);
  Dims shape(static_cast<std::size_t>(H5Sget_simple_extent_npoints(space)));
  H5Aread(attribute, H5T_NATIVE_INT64, shape.data());
  H5Sclose(space);
  H5Aclose(attribute);
  H5Dclose(set);
  for (const Tensor& tensor : check.graph->tensors) {
    if (layer_name(tensor.name) == name) {
      EXPECT_EQ(tensor.dims, shape) << name;
      ++check.checked;
      return 0;
    }
  }
  ADD_FAILURE() << "no tensor is called " << name;
  return 0;
}

TEST(TrainedModels, HaveTheExtentsThatTorchComputed) {
  HOMOLOG_NEEDS_DATA(expected, "models/expected.h5");
  const hid_t file = H5Fopen(expected.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT);
  ASSERT_GE(file, 0);
  for (const TrainedModel& model : kModels) {
    SCOPED_TRACE(model.name);
    HOMOLOG_NEEDS_DATA(path, "models/" + std::string(model.name) + ".onnx");
    const FloatGraph graph = import_model(path);
    ShapeCheck check{&graph, 0};
    H5Literate_by_name(file, (std::string(model.name) + "/activations").c_str(), H5_INDEX_NAME, H5_ITER_INC,
                       nullptr, check_shape, &check, H5P_DEFAULT);
    EXPECT_GT(check.checked, 5);
  }
  H5Fclose(file);
}

// sha256sum of the file, as any tool prints it.
TEST(TrainedModels, KeepTheHashOfTheFile) {
  HOMOLOG_NEEDS_DATA(path, "models/mnist_lenet.onnx");
  EXPECT_EQ(import_model(path).sha256, "5207bceb94f959799005d12d74103a8ff23176c6af73ba46571bbeecdd760230");
}

}  // namespace
}  // namespace homolog::conversion::trained_models_test
