#include "experiments/recording/h5.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <functional>

#include "experiments/recording/h5_write.hpp"
#include "tests/support/paths.hpp"

namespace homolog::experiments::h5_test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::string message_of(const std::function<void()>& call, ErrorKind kind = ErrorKind::data) {
  try {
    call();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), kind);
    return error.what();
  }
  ADD_FAILURE() << "no error";
  return {};
}

class ReadingArrays : public testing::Test {
 protected:
  void SetUp() override {
    path_ = test::fresh_folder("h5") + "/arrays.h5";
    const h5::File file(H5Fcreate(path_.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT));
    const auto group = h5::create_group(file.get(), "group", path_);
    const std::vector<std::uint16_t> shorts{1, 2, 3, 40'000, 5, 6};
    h5::write_dataset<std::uint16_t>(group.get(), "shorts", {2, 3}, shorts, path_);
    const float scalar = 0.5F;
    h5::write_dataset<float>(file.get(), "scalar", {}, {&scalar, 1}, path_);
    h5::write_text(file.get(), "text", "words", path_);
    (void)h5::create_dataset(file.get(), "huge", H5T_IEEE_F64LE, {1U << 20U, 1U << 20U}, {1, 1024}, false,
                             path_);
    (void)h5::create_dataset(file.get(), "unwritten", H5T_IEEE_F64LE, {4}, {}, false, path_);
    h5::write_dataset<double>(file.get(), "empty", {0, 3}, {}, path_);
  }
  std::string path_;
};

TEST_F(ReadingArrays, ConvertsNumbersOfAnyTypeToDouble) {
  const auto file = h5::open_for_reading(path_);
  const auto array = h5::read_array(file, path_, "/group/shorts");
  EXPECT_THAT(array.dims, ElementsAre(2, 3));
  EXPECT_THAT(array.values, ElementsAre(1, 2, 3, 40'000, 5, 6));
  EXPECT_THAT(h5::read_array(file, path_, "group//shorts").values, testing::SizeIs(6));
  const auto scalar = h5::read_array(file, path_, "/scalar");
  EXPECT_TRUE(scalar.dims.empty());
  EXPECT_THAT(scalar.values, ElementsAre(0.5));
  EXPECT_THAT(h5::read_array(file, path_, "/empty").dims, ElementsAre(0, 3));
  EXPECT_THAT(h5::dataset_dims(file, path_, "/huge"), ElementsAre(1U << 20U, 1U << 20U));
}

TEST_F(ReadingArrays, SaysWhatIsThereWhenANameIsMissing) {
  const auto file = h5::open_for_reading(path_);
  EXPECT_THAT(message_of([&] { (void)h5::read_array(file, path_, "/group/longs"); }),
              testing::AllOf(HasSubstr(path_), HasSubstr("/group/longs"), HasSubstr("no 'longs'"),
                             HasSubstr("/group holds shorts")));
  EXPECT_THAT(message_of([&] { (void)h5::dataset_dims(file, path_, "/nothing/at/all"); }),
              HasSubstr("/ holds empty, group"));
  EXPECT_THAT(message_of([&] { (void)h5::read_array(file, path_, "/group"); }), HasSubstr("is a group"));
  EXPECT_THAT(message_of([&] { (void)h5::read_array(file, path_, "/"); }), HasSubstr("is a group"));
  EXPECT_THAT(message_of([&] { (void)h5::read_array(file, path_, ""); }), HasSubstr("is a group"));
  EXPECT_THAT(message_of([&] { (void)h5::read_array(file, path_, "/scalar/below"); }),
              HasSubstr("/scalar is not a group"));
}

TEST_F(ReadingArrays, RefusesWhatIsNoArrayOfNumbersOrTooLarge) {
  const auto file = h5::open_for_reading(path_);
  EXPECT_THAT(message_of([&] { (void)h5::read_array(file, path_, "/text"); }), HasSubstr("numbers"));
  EXPECT_THAT(message_of([&] { (void)h5::read_array(file, path_, "/huge"); }), HasSubstr("too large"));
  EXPECT_THAT(message_of([&] { (void)h5::read_array(file, path_, "/group/shorts", 5); }),
              HasSubstr("at most 5"));
  EXPECT_THAT(message_of([&] { (void)h5::read_array(file, path_, "/unwritten"); }),
              HasSubstr("never written"));
}

TEST(OpeningForReading, SaysWhyAFileCannotBeRead) {
  const std::string folder = test::fresh_folder("h5_open");
  std::ofstream(folder + "/text.h5") << "not HDF5";
  std::ofstream(folder + "/empty.h5");
  EXPECT_THAT(message_of([&] { (void)h5::open_for_reading(folder + "/none.h5"); }),
              HasSubstr("no such file"));
  EXPECT_THAT(message_of([&] { (void)h5::open_for_reading(folder); }), HasSubstr("is a folder"));
  EXPECT_THAT(message_of([&] { (void)h5::open_for_reading(folder + "/text.h5"); }), HasSubstr("not an HDF5"));
  EXPECT_THAT(message_of([&] { (void)h5::open_for_reading(folder + "/empty.h5"); }),
              HasSubstr("not an HDF5"));
}

TEST(OpeningForReading, RefusesATruncatedFile) {
  const std::string path = test::fresh_folder("h5_cut") + "/cut.h5";
  {
    const h5::File file(H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT));
    const std::vector<double> values(1000, 1.0);
    h5::write_dataset<double>(file.get(), "values", {1000}, values, path);
  }
  std::filesystem::resize_file(path, 1000);
  EXPECT_THAT(message_of([&] { (void)h5::open_for_reading(path); }), HasSubstr("truncated"));
}

}  // namespace
}  // namespace homolog::experiments::h5_test
