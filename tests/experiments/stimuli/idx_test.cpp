#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "tests/experiments/stimuli/support.hpp"
#include "tests/support/paths.hpp"

namespace homolog::experiments::idx_test {
namespace {

using test::Bytes;
using test::open_error;
using testing::ElementsAre;

/// Big-endian header words, then samples.
Bytes idx(const std::vector<std::uint32_t>& words, const Bytes& samples) {
  Bytes bytes;
  for (const std::uint32_t word : words) {
    for (const unsigned shift : {24U, 16U, 8U, 0U}) {
      bytes.push_back(static_cast<std::uint8_t>(word >> shift));
    }
  }
  bytes.insert(bytes.end(), samples.begin(), samples.end());
  return bytes;
}

class IdxTest : public testing::Test {
 protected:
  IdxTest() {
    test::write_file(images, idx({0x803, 3, 1, 2}, {0, 51, 102, 153, 204, 255}));
    test::write_file(labels, idx({0x801, 3}, {7, 0, 9}));
    spec.kind = StimuliSpec::Kind::idx;
    spec.files = {images};
    spec.labels = labels;
    spec.where = {.file = "a.yaml", .key = "stimuli", .line = 4};
  }

  std::string folder = test::fresh_folder("idx");
  std::string images = folder + "/images";
  std::string labels = folder + "/labels";
  StimuliSpec spec{};
};

TEST_F(IdxTest, ReadsImagesAndLabels) {
  const auto stimuli = open_stimuli(spec);
  ASSERT_EQ(stimuli->size(), 3);
  const Image image = stimuli->at(1);
  EXPECT_EQ(image.channels, 1);
  EXPECT_EQ(image.height, 1);
  EXPECT_EQ(image.width, 2);
  EXPECT_THAT(image.pixels, ElementsAre(102.0F / 255.0F, 153.0F / 255.0F));
  EXPECT_EQ(image.label, 0);
  EXPECT_EQ(image.id, "1");
  EXPECT_EQ(stimuli->label(2), 9);
}

TEST_F(IdxTest, ReadsGzippedFilesAsWell) {
  test::write_gzip(images, test::read_file(images));
  test::write_gzip(labels, test::read_file(labels));
  const auto stimuli = open_stimuli(spec);
  EXPECT_THAT(stimuli->at(2).pixels, ElementsAre(204.0F / 255.0F, 1.0F));
  EXPECT_EQ(stimuli->label(0), 7);
}

TEST_F(IdxTest, TakesPartOfTheFile) {
  spec.first = 1;
  spec.count = 1;
  const auto stimuli = open_stimuli(spec);
  ASSERT_EQ(stimuli->size(), 1);
  EXPECT_EQ(stimuli->id(0), "1");
  EXPECT_EQ(stimuli->label(0), 0);
  EXPECT_THAT(stimuli->at(0).pixels, ElementsAre(102.0F / 255.0F, 153.0F / 255.0F));
}

TEST_F(IdxTest, NeedsNoLabels) {
  spec.labels = "";
  EXPECT_EQ(open_stimuli(spec)->at(0).label, std::nullopt);
}

TEST_F(IdxTest, RefusesMoreImagesThanThereAre) {
  spec.first = 2;
  spec.count = 5;
  EXPECT_EQ(open_error(spec), "a.yaml:4: stimuli: count: 5 images from image 2 on are wanted, but " + images +
                                  " has 3 images; count must be 1 to 1");
  spec.first = 3;
  spec.count = std::nullopt;
  EXPECT_EQ(open_error(spec),
            "a.yaml:4: stimuli: first: 3 is beyond the end: " + images + " has 3 images, numbered from 0");
}

TEST_F(IdxTest, RefusesWrongMagicNumbers) {
  spec.files = {labels};
  EXPECT_EQ(open_error(spec), labels +
                                  ": starts with 0x00000801; an IDX file of images (unsigned bytes, 3 "
                                  "dimensions) starts with 0x00000803 (this one has labels)");
  spec.files = {images};
  spec.labels = images;
  EXPECT_EQ(open_error(spec), images +
                                  ": starts with 0x00000803; an IDX file of labels (unsigned bytes, 1 "
                                  "dimension) starts with 0x00000801 (this one has images)");
  test::write_file(images, std::string("\x89PNG\r\n"));
  EXPECT_EQ(open_error(spec), images +
                                  ": starts with 0x89504e47; an IDX file of images (unsigned bytes, 3 "
                                  "dimensions) starts with 0x00000803");
}

TEST_F(IdxTest, RefusesFilesThatAreCutOffAndSaysHowMuchIsThere) {
  test::write_file(images, idx({0x803, 3, 1, 2}, {1, 2, 3}));
  const std::string message = images + ": is cut off: its header says 3 images (6 bytes), but 3 bytes follow";
  EXPECT_EQ(open_error(spec), message);
  test::write_gzip(images, idx({0x803, 3, 1, 2}, {1, 2, 3}));
  EXPECT_EQ(open_error(spec), message);
  test::write_file(images, idx({0x803, 3}, {}));
  EXPECT_EQ(open_error(spec), images + ": ends within its header");
  test::write_file(images, Bytes{});
  EXPECT_EQ(open_error(spec), images + ": ends within its header");
}

TEST_F(IdxTest, RefusesAnIncompleteGzipStream) {
  test::write_gzip(images, test::read_file(images));
  Bytes bytes = test::read_file(images);
  bytes.resize(bytes.size() - 6);
  test::write_file(images, bytes);
  EXPECT_EQ(open_error(spec), images + ": is cut off: the end of the gzip stream is missing");
}

TEST_F(IdxTest, RefusesADamagedGzipStream) {
  test::write_gzip(images, test::read_file(images));
  Bytes bytes = test::read_file(images);
  bytes[bytes.size() - 8] ^= 0xFFU;  // the check sum
  test::write_file(images, bytes);
  EXPECT_EQ(open_error(spec), images + ": cannot be read: " + images + ": incorrect data check");
}

TEST_F(IdxTest, RefusesBytesAfterTheLastImage) {
  test::write_file(images, idx({0x803, 3, 1, 2}, Bytes(7)));
  EXPECT_EQ(open_error(spec), images + ": goes on after the 3 images that its header says");
}

TEST_F(IdxTest, RefusesAnotherNumberOfLabels) {
  test::write_file(labels, idx({0x801, 2}, {1, 2}));
  EXPECT_EQ(open_error(spec), labels + ": has 2 labels for 3 images");
}

TEST_F(IdxTest, NeverAllocatesWhatAHeaderClaims) {
  test::write_file(images, idx({0x803, 0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF}, {1, 2, 3}));
  EXPECT_EQ(open_error(spec),
            images +
                ": images of 4294967295 x 4294967295 pixels cannot be used; height and width "
                "must be 1 to 16384 and their product at most 33554432");
  test::write_file(images, idx({0x803, 0xFFFFFFFF, 2048, 16384}, {1, 2, 3}));
  EXPECT_EQ(open_error(spec), "a.yaml:4: stimuli: count: 4294967295 images of " + images +
                                  " do not fit in memory; at most 64 of their size can be taken at once");
  spec.count = 64;  // 2 GiB that the file does not hold: refused after its three bytes
  EXPECT_EQ(open_error(spec),
            images +
                ": is cut off: its header says 4294967295 images (144115188042301440 bytes), "
                "but 3 bytes follow");
  test::write_file(images, idx({0x803, 0, 28, 28}, {}));
  EXPECT_EQ(open_error(spec), images + ": has no images");
  test::write_file(images, idx({0x803, 1, 0, 28}, {}));
  EXPECT_EQ(open_error(spec), images +
                                  ": images of 0 x 28 pixels cannot be used; height and width must be 1 to "
                                  "16384 and their product at most 33554432");
}

TEST_F(IdxTest, RefusesWhatIsNoFile) {
  spec.files = {folder + "/nothing"};
  EXPECT_EQ(open_error(spec), folder + "/nothing: no such file");
  spec.files = {folder};
  EXPECT_EQ(open_error(spec), folder + ": is a folder; a file is needed");
  spec.files = {"/dev/zero"};
  EXPECT_EQ(open_error(spec), "/dev/zero: is not a regular file");
}

TEST_F(IdxTest, IsReadByManyThreadsAtOnce) {
  const auto stimuli = open_stimuli(spec);
  std::vector<std::thread> threads;
  std::array<std::vector<float>, 4> results;
  for (auto& result : results) {
    threads.emplace_back([&result, &stimuli] { result = stimuli->at(1).pixels; });
  }
  for (auto& thread : threads) {
    thread.join();
  }
  for (const auto& result : results) {
    EXPECT_THAT(result, ElementsAre(102.0F / 255.0F, 153.0F / 255.0F));
  }
}

TEST(MnistAsset, HoldsTheFirstThousandTestImages) {
  StimuliSpec spec;
  spec.kind = StimuliSpec::Kind::idx;
  spec.files = {test::source_path("configs/assets/mnist-test-1000-images-idx3-ubyte.gz")};
  spec.labels = test::source_path("configs/assets/mnist-test-1000-labels-idx1-ubyte.gz");
  const auto stimuli = open_stimuli(spec);
  ASSERT_EQ(stimuli->size(), 1000);
  EXPECT_EQ(stimuli->at(0).pixels.size(), 28U * 28U);
  std::vector<std::int64_t> labels;  // the well-known start of the test set
  for (std::int64_t i = 0; i < 10; ++i) {
    labels.push_back(stimuli->label(i).value());
  }
  EXPECT_THAT(labels, ElementsAre(7, 2, 1, 0, 4, 1, 4, 9, 5, 9));
}

}  // namespace
}  // namespace homolog::experiments::idx_test
