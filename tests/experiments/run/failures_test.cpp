// Every mistake that a user can make: one line that says where, what and what would be right; the right exit
// code; nothing left behind under a final name.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <hdf5.h>
#include <unistd.h>

#include "tests/experiments/run/support.hpp"

namespace homolog::experiments::failures_test {
namespace {

using test::cli;
using test::fresh_folder;
using test::small_config;
using test::source_path;
using testing::HasSubstr;

std::string read_all(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

void write_all(const std::string& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

class Failure : public testing::Test {
 protected:
  Failure()
      : folder_(fresh_folder(std::string("failure_") +
                             testing::UnitTest::GetInstance()->current_test_info()->name())),
        config_(small_config(folder_)) {}

  /// Runs with `options`; the run must fail with this code and one line that has all `parts`.
  void expect_failure(std::vector<std::string> options, int code, const std::vector<std::string>& parts) {
    options.insert(options.begin(), {"run", config_, "--quiet"});
    const bool had_folder = std::filesystem::exists(folder_ + "/results");
    const auto result = cli(options);
    EXPECT_EQ(result.code, code) << result.err;
    EXPECT_EQ(result.out, "");
    EXPECT_EQ(std::count(result.err.begin(), result.err.end(), '\n'), 1) << result.err;
    for (const std::string& part : parts) {
      EXPECT_THAT(result.err, HasSubstr(part));
    }
    EXPECT_FALSE(std::filesystem::exists(folder_ + "/results/results.h5"));
    EXPECT_FALSE(std::filesystem::exists(folder_ + "/results/summary.json"));
    EXPECT_EQ(std::filesystem::exists(folder_ + "/results"), had_folder);
  }

  std::string folder_;
  std::string config_;
};

TEST_F(Failure, MissingConfiguration) {
  const auto result = cli({"run", folder_ + "/nothing.yaml"});
  EXPECT_EQ(result.code, 2);
  EXPECT_THAT(result.err, HasSubstr("nothing.yaml"));
}

TEST_F(Failure, MissingModel) {
  expect_failure({"--set", "model.onnx=" + folder_ + "/none.onnx"}, 3, {folder_ + "/none.onnx: "});
}

// Of a folder for the results that is several folders deep, those that are new go again, and no others.
TEST_F(Failure, LeavesNoFolderThatItMade) {
  std::filesystem::create_directories(folder_ + "/there");
  for (const char* output : {"/there/a/b", "/there/a/b/", "/there/./a/../c"}) {
    expect_failure({"--output", folder_ + output, "--set", "model.onnx=" + folder_ + "/none.onnx"}, 3,
                   {folder_ + "/none.onnx: "});
    EXPECT_TRUE(std::filesystem::is_empty(folder_ + "/there")) << output;
  }
}

TEST_F(Failure, TruncatedModel) {
  const std::string whole = read_all(source_path("configs/assets/mnist_lenet.onnx"));
  for (const std::size_t size : {std::size_t{0}, std::size_t{1}, whole.size() / 2, whole.size() - 1}) {
    write_all(folder_ + "/cut.onnx", whole.substr(0, size));
    expect_failure({"--set", "model.onnx=" + folder_ + "/cut.onnx"}, 3, {folder_ + "/cut.onnx: "});
  }
}

TEST_F(Failure, NanInWeights) {
  std::string bytes = read_all(source_path("configs/assets/mnist_lenet.onnx"));
  bytes.replace(bytes.size() / 2, 8, std::string(8, '\xff'));  // in the weights of fc1; all ones are a NaN
  write_all(folder_ + "/nan.onnx", bytes);
  expect_failure({"--set", "model.onnx=" + folder_ + "/nan.onnx"}, 3, {"fc1", "is NaN; all must be finite"});
}

TEST_F(Failure, WrongImageSize) {
  std::string idx{"\0\0\x08\x03\0\0\0\x02\0\0\0\x0a\0\0\0\x0a", 16};
  write_all(folder_ + "/small-idx3-ubyte", idx + std::string(200, '\x7f'));
  expect_failure({"--set", "stimuli={idx: {images: " + folder_ + "/small-idx3-ubyte}}"}, 3,
                 {"images are 1x10x10 (C x H x W)", "takes 1x28x28"});
}

TEST_F(Failure, WrongNumberOfChannels) {
  write_all(folder_ + "/colour.bin", std::string(3073, '\1'));
  expect_failure({"--set", "stimuli={cifar10: [" + folder_ + "/colour.bin]}"}, 3,
                 {"images are 3x32x32", "takes 1x28x28", "another number of channels"});
}

TEST_F(Failure, LabelOutOfRange) {
  std::string labels{"\0\0\x08\x01\0\0\x03\xe8", 8};
  labels += std::string(1000, '\x0b');
  write_all(folder_ + "/labels-idx1-ubyte", labels);
  expect_failure({"--set", "stimuli.idx.labels=" + folder_ + "/labels-idx1-ubyte"}, 3,
                 {"label 11", "0 to 9"});
}

TEST_F(Failure, ReferenceOfAnotherSize) {
  const std::string file = folder_ + "/reference.h5";
  const hid_t h5 = H5Fcreate(file.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
  const hsize_t dims[] = {5, 5};
  const hid_t space = H5Screate_simple(2, dims, nullptr);
  const hid_t set = H5Dcreate2(h5, "rdm", H5T_NATIVE_DOUBLE, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
  const std::vector<double> zeros(25, 0.0);
  H5Dwrite(set, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, zeros.data());
  H5Dclose(set);
  H5Sclose(space);
  H5Fclose(h5);
  expect_failure(
      {"--set", "analyses=[{rsa: {references: [{name: brain, file: " + file + ", dataset: /rdm}]}}]"}, 3,
      {file, "/rdm", "has 5 stimuli without ids", "shows 20"});
}

TEST_F(Failure, UnknownKeyWithTheNearestKnownOne) {
  expect_failure({"--set", "spiking.stpes=3"}, 2, {"stpes", "did you mean 'steps'?"});
  write_all(config_, read_all(config_) + "recrod: {spikes: false}\n");
  expect_failure({}, 2, {"small.yaml:", "recrod: unknown key; did you mean 'record'?"});
}

TEST_F(Failure, UnknownLayer) {
  expect_failure({"--set", "record.layers=[relu7]"}, 2, {"relu7"});
}

TEST_F(Failure, UnsetVariable) {
  unsetenv("HOMOLOG_NO_SUCH_VARIABLE");
  expect_failure({"--set", "model.onnx=${HOMOLOG_NO_SUCH_VARIABLE}/m.onnx"}, 2,
                 {"HOMOLOG_NO_SUCH_VARIABLE", "not set"});
}

TEST_F(Failure, OutputThatIsAFile) {
  write_all(folder_ + "/taken", "mine");
  expect_failure({"--output", folder_ + "/taken"}, 2, {folder_ + "/taken"});
  expect_failure({"--output", folder_ + "/taken/below"}, 2, {folder_ + "/taken/below"});
  EXPECT_EQ(read_all(folder_ + "/taken"), "mine");
}

TEST_F(Failure, ExistingResultsAreNeverReplacedWithoutForce) {
  std::filesystem::create_directories(folder_ + "/results");
  write_all(folder_ + "/results/results.h5", "precious");
  const auto refused = cli({"run", config_, "--quiet"});
  EXPECT_EQ(refused.code, 2);
  EXPECT_THAT(refused.err, HasSubstr("results.h5: exists already; --force replaces it"));
  EXPECT_EQ(read_all(folder_ + "/results/results.h5"), "precious");
  EXPECT_EQ(cli({"run", config_, "--quiet", "--force"}).code, 0);
  EXPECT_NE(read_all(folder_ + "/results/results.h5"), "precious");
}

TEST_F(Failure, AForcedRunThatFailsKeepsTheOldResult) {
  std::filesystem::create_directories(folder_ + "/results");
  write_all(folder_ + "/results/results.h5", "precious");
  const auto failed =
      cli({"run", config_, "--quiet", "--force", "--set", "model.onnx=" + folder_ + "/none.onnx"});
  EXPECT_EQ(failed.code, 3);
  EXPECT_EQ(read_all(folder_ + "/results/results.h5"), "precious");
}

}  // namespace
}  // namespace homolog::experiments::failures_test
