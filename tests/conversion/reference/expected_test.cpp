// The trained networks against torch: models/expected.h5 of the data folder holds, for two images each, the
// logits and of every activation the first 8 values and the mean.

#include <gtest/gtest.h>
#include <hdf5.h>

#include <algorithm>
#include <cmath>

#include "conversion/onnx/import.hpp"
#include "graphs.hpp"
#include "tests/support/paths.hpp"

namespace homolog::test::expected_test {
namespace {

/// "About 1e-4 relative" is what the file promises (its README); in units of the tensor's largest value.
constexpr double kTolerance = 1e-4;

/// All values of a data set of floats.
std::vector<float> read_floats(hid_t file, const std::string& path) {
  const hid_t set = H5Dopen2(file, path.c_str(), H5P_DEFAULT);
  const hid_t space = H5Dget_space(set);
  std::vector<float> values(
      static_cast<std::size_t>(std::max<hssize_t>(0, H5Sget_simple_extent_npoints(space))));
  const herr_t status = H5Dread(set, H5T_NATIVE_FLOAT, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data());
  H5Sclose(space);
  H5Dclose(set);
  EXPECT_GE(status, 0) << path;
  return values;
}

/// Attribute `mean`: one value per image.
std::vector<float> read_means(hid_t file, const std::string& path) {
  std::vector<float> values(2);
  const hid_t attribute = H5Aopen_by_name(file, path.c_str(), "mean", H5P_DEFAULT, H5P_DEFAULT);
  const herr_t status = H5Aread(attribute, H5T_NATIVE_FLOAT, values.data());
  H5Aclose(attribute);
  EXPECT_GE(status, 0) << path;
  return values;
}

std::vector<std::string> members(hid_t file, const std::string& group) {
  std::vector<std::string> names;
  const auto visit = [](hid_t, const char* name, const H5L_info_t*, void* list) -> herr_t {
    static_cast<std::vector<std::string>*>(list)->emplace_back(name);
    return 0;
  };
  H5Literate_by_name(file, group.c_str(), H5_INDEX_NAME, H5_ITER_INC, nullptr, visit, &names, H5P_DEFAULT);
  return names;
}

/// Tensor whose layer name is `layer`, aliases included, or -1.
TensorId tensor_of_layer(const conversion::FloatGraph& graph, const std::string& layer) {
  for (std::size_t t = 0; t < graph.tensors.size(); ++t) {
    if (conversion::layer_name(graph.tensors[t].name) == layer) {
      return static_cast<TensorId>(t);
    }
  }
  for (const auto& alias : graph.aliases) {
    if (conversion::layer_name(alias.first) == layer) {
      return alias.second;
    }
  }
  return -1;
}

double largest_magnitude(std::span<const float> values) {
  double largest = 0.0;
  for (const float value : values) {
    largest = std::max(largest, static_cast<double>(std::abs(value)));
  }
  return largest;
}

class TrainedNetwork : public testing::TestWithParam<const char*> {};

TEST_P(TrainedNetwork, HasTheLogitsAndActivationsThatTorchComputes) {
  const std::string name = GetParam();
  HOMOLOG_NEEDS_DATA(expected_path, "models/expected.h5");
  HOMOLOG_NEEDS_DATA(model_path, "models/" + name + ".onnx");
  const hid_t file = H5Fopen(expected_path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT);
  ASSERT_GE(file, 0);
  const conversion::FloatGraph graph = conversion::import_model(model_path);
  const std::vector<float> images = read_floats(file, name + "/input");
  ASSERT_EQ(images.size(), 2 * size_of(graph, graph.inputs.at(0)));

  conversion::FloatNetwork readout(graph, {}, 2);
  const std::vector<float> logits = run(readout, {images}, 2).at(graph.outputs.at(0));
  const std::vector<float> expected = read_floats(file, name + "/logits");
  ASSERT_EQ(logits.size(), expected.size());
  for (std::size_t i = 0; i < logits.size(); ++i) {
    EXPECT_NEAR(logits[i], expected[i], kTolerance * largest_magnitude(expected)) << "logit " << i;
  }

  conversion::FloatNetwork everything(graph, all_tensors(graph), 2);
  const Activations activations = run(everything, {images}, 2);
  const std::vector<std::string> layers = members(file, name + "/activations");
  EXPECT_GE(layers.size(), 8U);
  for (const std::string& layer : layers) {
    SCOPED_TRACE(layer);
    const TensorId tensor = tensor_of_layer(graph, layer);
    ASSERT_GE(tensor, 0);
    const std::string path = name + "/activations/" + layer;
    const std::vector<float> first = read_floats(file, path);
    const std::vector<float> means = read_means(file, path);
    const std::size_t size = size_of(graph, tensor);
    const std::size_t sampled = first.size() / 2;
    ASSERT_EQ(sampled, std::min<std::size_t>(8, size));
    for (std::size_t n = 0; n < 2; ++n) {
      const std::span<const float> values = std::span(activations.at(tensor)).subspan(n * size, size);
      const double tolerance = kTolerance * largest_magnitude(values);
      for (std::size_t i = 0; i < sampled; ++i) {
        EXPECT_NEAR(values[i], first[n * sampled + i], tolerance) << "image " << n << ", value " << i;
      }
      double sum = 0.0;
      for (const float value : values) {
        sum += static_cast<double>(value);
      }
      EXPECT_NEAR(sum / static_cast<double>(size), means[n], tolerance) << "mean of image " << n;
    }
  }
  H5Fclose(file);
}

INSTANTIATE_TEST_SUITE_P(Models, TrainedNetwork,
                         testing::Values("mnist_lenet", "cifar10_vgg", "cifar10_vgg_adv", "cifar10_resnet20",
                                         "squeezenet1_1"),
                         [](const auto& model) { return std::string(model.param); });

}  // namespace
}  // namespace homolog::test::expected_test
