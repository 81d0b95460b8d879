#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <utility>

#include "tests/experiments/stimuli/support.hpp"

namespace homolog::experiments::read_stimuli_test {
namespace {

using testing::ElementsAre;

Parameter scalar(const std::string& text) {
  Parameter parameter;
  parameter.kind = Parameter::Kind::scalar;
  parameter.text = text;
  parameter.line = 7;
  return parameter;
}

Parameter list(const std::vector<std::string>& texts) {
  Parameter parameter;
  parameter.kind = Parameter::Kind::sequence;
  parameter.line = 7;
  for (const std::string& text : texts) {
    parameter.items.push_back(scalar(text));
  }
  return parameter;
}

Parameter mapping(std::vector<std::pair<std::string, Parameter>> entries) {
  Parameter parameter;
  parameter.kind = Parameter::Kind::mapping;
  parameter.entries = std::move(entries);
  parameter.line = 5;
  return parameter;
}

StimuliSpec read(const Parameter& tree) {
  Parameters parameters(tree, "/configs/a.yaml", "stimuli");
  return read_stimuli(parameters);
}

std::string error_of(const Parameter& tree) {
  return test::message_of([&] { (void)read(tree); }, ErrorKind::config);
}

TEST(ReadStimuli, ReadsAFolder) {
  const StimuliSpec spec = read(mapping({{"folder", mapping({{"path", scalar("images")},
                                                             {"resize", list({"256", "250"})},
                                                             {"crop", list({"224", "224"})},
                                                             {"labels", scalar("../labels.csv")}})},
                                         {"first", scalar("3")},
                                         {"count", scalar("9")}}));
  EXPECT_EQ(spec.kind, StimuliSpec::Kind::folder);
  EXPECT_THAT(spec.files, ElementsAre("/configs/images"));
  EXPECT_EQ(spec.labels, "/labels.csv");
  EXPECT_EQ(spec.resize, (std::array<std::int64_t, 2>{256, 250}));
  EXPECT_EQ(spec.crop, (std::array<std::int64_t, 2>{224, 224}));
  EXPECT_EQ(spec.first, 3);
  EXPECT_EQ(spec.count, 9);
  EXPECT_EQ(spec.where.file, "/configs/a.yaml");
  EXPECT_EQ(spec.where.line, 5);
  EXPECT_EQ(spec.where.key, "stimuli");
}

TEST(ReadStimuli, ReadsIdxCifar10AndHdf5) {
  const StimuliSpec idx =
      read(mapping({{"idx", mapping({{"images", scalar("i.gz")}, {"labels", scalar("l.gz")}})}}));
  EXPECT_EQ(idx.kind, StimuliSpec::Kind::idx);
  EXPECT_THAT(idx.files, ElementsAre("/configs/i.gz"));
  EXPECT_EQ(idx.labels, "/configs/l.gz");
  EXPECT_EQ(idx.first, 0);
  EXPECT_EQ(idx.count, std::nullopt);

  const StimuliSpec cifar10 = read(mapping({{"cifar10", list({"a.bin", "/b.bin"})}}));
  EXPECT_EQ(cifar10.kind, StimuliSpec::Kind::cifar10);
  EXPECT_THAT(cifar10.files, ElementsAre("/configs/a.bin", "/b.bin"));

  const StimuliSpec hdf5 = read(mapping({{"hdf5", mapping({{"file", scalar("x.h5")},
                                                           {"images", scalar("/stimuli/images")},
                                                           {"labels", scalar("/stimuli/labels")}})}}));
  EXPECT_EQ(hdf5.kind, StimuliSpec::Kind::hdf5);
  EXPECT_THAT(hdf5.files, ElementsAre("/configs/x.h5"));
  EXPECT_EQ(hdf5.dataset, "/stimuli/images");
  EXPECT_EQ(hdf5.labels, "/stimuli/labels");  // a place in the file, not a path
}

TEST(ReadStimuli, NeedsExactlyOneSource) {
  EXPECT_EQ(
      error_of(mapping({{"count", scalar("3")}})),
      "/configs/a.yaml:5: stimuli: needs exactly one source of images: folder, idx, cifar10 or hdf5; it has "
      "none");
  EXPECT_EQ(
      error_of(mapping({{"folder", mapping({{"path", scalar("x")}})}, {"cifar10", list({"a.bin"})}})),
      "/configs/a.yaml:5: stimuli: needs exactly one source of images: folder, idx, cifar10 or hdf5; it has "
      "folder, cifar10");
}

TEST(ReadStimuli, RefusesUnknownKeysAndNamesTheNearest) {
  EXPECT_EQ(error_of(mapping({{"foldr", mapping({{"path", scalar("x")}})}})),
            "/configs/a.yaml:5: stimuli.foldr: unknown key; did you mean 'folder'?");
  EXPECT_EQ(error_of(mapping({{"folder", mapping({{"path", scalar("x")}, {"rezise", list({"1", "1"})}})}})),
            "/configs/a.yaml:7: stimuli.folder.rezise: unknown key; did you mean 'resize'?");
}

TEST(ReadStimuli, RefusesSizesThatAreNoSizes) {
  const std::string message = "must be [height, width], two whole numbers in [1, 4096]";
  for (const auto& extent : {list({"224"}), list({"0", "5"}), list({"2.5", "5"}), list({"5", "4097"})}) {
    EXPECT_EQ(error_of(mapping({{"folder", mapping({{"path", scalar("x")}, {"crop", extent}})}})),
              "/configs/a.yaml:7: stimuli.folder.crop: " + message);
  }
  EXPECT_EQ(
      error_of(mapping(
          {{"folder",
            mapping({{"path", scalar("x")}, {"resize", list({"8", "8"})}, {"crop", list({"8", "9"})}})}})),
      "/configs/a.yaml:7: stimuli.folder.crop: must not be larger than resize");
}

TEST(ReadStimuli, RefusesAnEmptyListOfFiles) {
  EXPECT_EQ(error_of(mapping({{"cifar10", list({})}})),
            "/configs/a.yaml:7: stimuli.cifar10: must list at least one file");
}

}  // namespace
}  // namespace homolog::experiments::read_stimuli_test
