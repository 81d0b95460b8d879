#include <gtest/gtest.h>

#include "tests/experiments/stimuli/support.hpp"
#include "tests/support/paths.hpp"

namespace homolog::experiments::cifar10_test {
namespace {

using test::Bytes;
using test::open_error;

/// `n` records: label i modulo 10; red is i, green 100 + i, blue 200 + i, the first pixel of each is 255.
Bytes records(int n, int offset = 0) {
  Bytes bytes;
  for (int i = offset; i < offset + n; ++i) {
    bytes.push_back(static_cast<std::uint8_t>(i % 10));
    for (int c = 0; c < 3; ++c) {
      bytes.push_back(255);
      bytes.insert(bytes.end(), 1023, static_cast<std::uint8_t>(100 * c + i));
    }
  }
  return bytes;
}

class Cifar10Test : public testing::Test {
 protected:
  Cifar10Test() {
    test::write_file(first, records(3));
    test::write_file(second, records(2, 3));
    spec.kind = StimuliSpec::Kind::cifar10;
    spec.files = {first, second};
  }

  std::string folder = test::fresh_folder("cifar10");
  std::string first = folder + "/data_batch_1.bin";
  std::string second = folder + "/data_batch_2.bin";
  StimuliSpec spec{};
};

TEST_F(Cifar10Test, ReadsRecordsOfSeveralFilesAsOneSet) {
  const auto stimuli = open_stimuli(spec);
  ASSERT_EQ(stimuli->size(), 5);
  for (const std::int64_t i : {0, 2, 3, 4}) {
    SCOPED_TRACE(i);
    const Image image = stimuli->at(i);
    EXPECT_EQ(image.channels, 3);
    EXPECT_EQ(image.height, 32);
    EXPECT_EQ(image.width, 32);
    ASSERT_EQ(image.pixels.size(), 3072U);
    EXPECT_EQ(image.label, i);
    EXPECT_EQ(image.id, std::to_string(i));
    for (std::size_t c = 0; c < 3; ++c) {
      EXPECT_EQ(image.pixels[c * 1024], 1.0F);
      EXPECT_EQ(image.pixels[c * 1024 + 1023],
                static_cast<float>(100 * c + static_cast<std::size_t>(i)) / 255.0F);
    }
  }
}

TEST_F(Cifar10Test, TakesAPartThatSpansTwoFiles) {
  spec.first = 2;
  spec.count = 2;
  const auto stimuli = open_stimuli(spec);
  ASSERT_EQ(stimuli->size(), 2);
  EXPECT_EQ(stimuli->label(0), 2);
  EXPECT_EQ(stimuli->label(1), 3);
  EXPECT_EQ(stimuli->id(1), "3");
}

TEST_F(Cifar10Test, RefusesAFileOfPartialRecords) {
  test::write_file(second, Bytes(3074 * 2));
  EXPECT_EQ(open_error(spec),
            second +
                ": has 6148 bytes, which is no whole number of records of 3073 bytes; the binary "
                "version of CIFAR-10 is needed (test_batch.bin, data_batch_1.bin, ...)");
  test::write_file(second, Bytes{});
  EXPECT_EQ(open_error(spec),
            second +
                ": has 0 bytes, which is no whole number of records of 3073 bytes; the binary "
                "version of CIFAR-10 is needed (test_batch.bin, data_batch_1.bin, ...)");
}

TEST_F(Cifar10Test, RefusesLabelsThatAreNotOfCifar10) {
  Bytes bytes = records(2);
  bytes[3073] = 10;
  test::write_file(second, bytes);
  EXPECT_EQ(open_error(spec), second + ": record 1 has the label 10; CIFAR-10 has labels 0 to 9");
  spec.count = 4;  // that record is not taken
  EXPECT_EQ(open_stimuli(spec)->size(), 4);
}

TEST_F(Cifar10Test, ReportsAFileThatShrankSinceItWasOpened) {
  const auto stimuli = open_stimuli(spec);
  test::write_file(second, records(1));
  EXPECT_EQ(test::message_of([&] { (void)stimuli->at(4); }), second + ": record 1 cannot be read");
}

TEST_F(Cifar10Test, RefusesMissingFilesAndTooLargeCounts) {
  spec.files = {first, folder + "/nothing.bin"};
  EXPECT_EQ(open_error(spec), folder + "/nothing.bin: no such file");
  spec.files = {first, second};
  spec.count = 6;
  EXPECT_EQ(open_error(spec),
            "count: 6 images from image 0 on are wanted, but the list of 2 files has 5 images; count must be "
            "1 to 5");
}

}  // namespace
}  // namespace homolog::experiments::cifar10_test
