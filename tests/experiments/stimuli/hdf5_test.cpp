#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <hdf5.h>

#include "sim/core/nan.hpp"
#include "tests/experiments/stimuli/support.hpp"
#include "tests/support/paths.hpp"

namespace homolog::experiments::hdf5_test {
namespace {

using test::open_error;
using testing::ElementsAre;

/// Writes one dataset; `type` is that of the values in memory and in the file.
template <class T>
void write(hid_t file, const char* name, hid_t type, const std::vector<hsize_t>& dims,
           const std::vector<T>& values, const std::vector<hsize_t>& chunk = {}) {
  const hid_t space = H5Screate_simple(static_cast<int>(dims.size()), dims.data(), nullptr);
  const hid_t storage = H5Pcreate(H5P_DATASET_CREATE);
  if (!chunk.empty()) {
    H5Pset_chunk(storage, static_cast<int>(chunk.size()), chunk.data());
  }
  const hid_t dataset = H5Dcreate2(file, name, type, space, H5P_DEFAULT, storage, H5P_DEFAULT);
  ASSERT_GE(dataset, 0);
  if (!values.empty()) {
    H5Dwrite(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data());
  }
  H5Dclose(dataset);
  H5Pclose(storage);
  H5Sclose(space);
}

std::vector<std::uint8_t> counting(std::size_t n) {
  std::vector<std::uint8_t> values;
  for (std::size_t i = 0; i < n; ++i) {
    values.push_back(static_cast<std::uint8_t>(i));
  }
  return values;
}

std::vector<float> divided(const std::vector<int>& levels) {
  std::vector<float> result;
  for (const int level : levels) {
    result.push_back(static_cast<float>(level) / 255.0F);
  }
  return result;
}

class Hdf5Test : public testing::Test {
 protected:
  Hdf5Test() {
    file = H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    spec.kind = StimuliSpec::Kind::hdf5;
    spec.files = {path};
    spec.dataset = "/images";
  }
  ~Hdf5Test() override { H5Fclose(file); }

  /// Everything written reaches the disk; HDF5 lets a process open a file twice.
  std::unique_ptr<Stimuli> open() {
    H5Fclose(file);
    auto stimuli = open_stimuli(spec);
    file = H5Fcreate((folder + "/unused.h5").c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    return stimuli;
  }
  std::string error() {
    H5Fclose(file);
    const std::string message = open_error(spec);
    file = H5Fcreate((folder + "/unused.h5").c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    return message;
  }

  std::string folder = test::fresh_folder("hdf5");
  std::string path = folder + "/images.h5";
  hid_t file = -1;
  StimuliSpec spec{};
};

TEST_F(Hdf5Test, ReadsGreyImagesWithLabels) {
  write(file, "images", H5T_NATIVE_UINT8, {3, 1, 2}, counting(6));
  write(file, "labels", H5T_NATIVE_INT, {3}, std::vector<int>{5, 0, 8});
  spec.labels = "labels";
  spec.first = 1;
  const auto stimuli = open();
  ASSERT_EQ(stimuli->size(), 2);
  const Image image = stimuli->at(1);
  EXPECT_EQ(image.channels, 1);
  EXPECT_EQ(image.height, 1);
  EXPECT_EQ(image.width, 2);
  EXPECT_EQ(image.pixels, divided({4, 5}));
  EXPECT_EQ(image.id, "2");
  EXPECT_EQ(image.label, 8);
  EXPECT_EQ(stimuli->label(0), 0);
}

TEST_F(Hdf5Test, ReadsChannelsFirst) {
  write(file, "images", H5T_NATIVE_UINT8, {2, 3, 2, 2}, counting(24));
  const Image image = open()->at(1);
  EXPECT_EQ(image.channels, 3);
  EXPECT_EQ(image.height, 2);
  EXPECT_EQ(image.width, 2);
  EXPECT_EQ(image.pixels, divided({12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23}));
}

TEST_F(Hdf5Test, ReadsChannelsLast) {
  write(file, "images", H5T_NATIVE_UINT8, {2, 2, 2, 3}, counting(24), {2, 1, 2, 3});
  const Image image = open()->at(1);
  EXPECT_EQ(image.channels, 3);
  EXPECT_EQ(image.pixels, divided({12, 15, 18, 21, 13, 16, 19, 22, 14, 17, 20, 23}));
}

TEST_F(Hdf5Test, TakesFloatsAsTheyAre) {
  write(file, "images", H5T_NATIVE_DOUBLE, {1, 1, 3}, std::vector<double>{0.0, 0.25, 1.0});
  EXPECT_THAT(open()->at(0).pixels, ElementsAre(0.0F, 0.25F, 1.0F));
}

TEST_F(Hdf5Test, RefusesFloatsOutsideTheUnitInterval) {
  const double nan = kNaN;
  write(file, "images", H5T_NATIVE_DOUBLE, {3, 1, 1}, std::vector<double>{0.5, 128.0, nan});
  const auto stimuli = open();
  EXPECT_EQ(stimuli->at(0).pixels.size(), 1U);
  EXPECT_EQ(test::message_of([&] { (void)stimuli->at(1); }),
            path +
                ": /images: image 1 has the pixel 128.000000; floats must be in [0, 1]; store 0 to 255 as "
                "unsigned bytes");
  EXPECT_EQ(test::message_of([&] { (void)stimuli->at(2); }),
            path +
                ": /images: image 2 has the pixel nan; floats must be in [0, 1]; store 0 to 255 as unsigned "
                "bytes");
}

TEST_F(Hdf5Test, RefusesOtherTypes) {
  write(file, "images", H5T_NATIVE_INT, {1, 1, 1}, std::vector<int>{3});
  EXPECT_EQ(error(), path + ": /images: holds neither unsigned bytes (0 to 255) nor floats (0 to 1)");
}

TEST_F(Hdf5Test, RefusesExtentsThatAreNoImages) {
  write(file, "images", H5T_NATIVE_UINT8, {2, 4, 4, 2}, counting(64));
  EXPECT_EQ(error(),
            path +
                ": /images: has the extents 2 x 4 x 4 x 2; images are n x H x W, n x C x H x W or n x H x W "
                "x C with C = 1 or 3");
}

TEST_F(Hdf5Test, RefusesExtentsWithTwoReadings) {
  write(file, "images", H5T_NATIVE_UINT8, {2, 3, 4, 1}, counting(24));
  EXPECT_EQ(error(),
            path +
                ": /images: has the extents 2 x 3 x 4 x 1, of which the second and the last could both be "
                "channels");
}

TEST_F(Hdf5Test, NeverAllocatesWhatTheExtentsClaim) {
  const hsize_t huge = hsize_t{1} << 40U;  // no chunk of it is stored
  write(file, "images", H5T_NATIVE_UINT8, {1, huge, huge}, std::vector<std::uint8_t>{}, {1, 8, 8});
  EXPECT_EQ(error(),
            path +
                ": /images: images of 2147483647 x 2147483647 pixels cannot be used; height and width must "
                "be 1 to 16384 and their product at most 33554432");
}

TEST_F(Hdf5Test, RefusesHugeChunks) {
  write(file, "images", H5T_NATIVE_FLOAT, {1000, 1024, 1024}, std::vector<float>{}, {500, 1024, 1024});
  EXPECT_EQ(error(),
            path + ": /images: is stored in chunks of more than 1 GiB; store it with one image a chunk");
}

TEST_F(Hdf5Test, RefusesLabelsThatDoNotFit) {
  write(file, "images", H5T_NATIVE_UINT8, {3, 1, 2}, counting(6));
  write(file, "labels", H5T_NATIVE_INT, {2}, std::vector<int>{5, 0});
  spec.labels = "/labels";
  EXPECT_EQ(error(), path + ": /labels: has the extents 2; /images has 3 images, each needs one label");
}

TEST_F(Hdf5Test, RefusesLabelsThatAreNoClasses) {
  write(file, "images", H5T_NATIVE_UINT8, {2, 1, 2}, counting(4));
  write(file, "labels", H5T_NATIVE_FLOAT, {2}, std::vector<float>{1.0F, 1.5F});
  spec.labels = "/labels";
  EXPECT_EQ(error(), path + ": /labels: the label of image 1 is 1.500000; labels are whole numbers >= 0");
}

TEST_F(Hdf5Test, RefusesMissingDatasetsAndCounts) {
  write(file, "pictures", H5T_NATIVE_UINT8, {2, 1, 2}, counting(4));
  EXPECT_EQ(error(), path + ": /images: there is no 'images'; / holds pictures");
  spec.dataset = "pictures";
  spec.count = 3;
  EXPECT_EQ(open_error(spec), "count: 3 images from image 0 on are wanted, but " + path +
                                  ":pictures has 2 images; count must be 1 to 2");
}

TEST(Kriegeskorte92, HasTheSamePixelsInHdf5AndInItsFiles) {
  HOMOLOG_NEEDS_DATA(folder, "data/kriegeskorte92");
  StimuliSpec files;
  files.files = {folder + "/stimuli"};
  StimuliSpec hdf5;
  hdf5.kind = StimuliSpec::Kind::hdf5;
  hdf5.files = {folder + "/kriegeskorte92.h5"};
  hdf5.dataset = "/stimuli/images";
  const auto from_files = open_stimuli(files);
  const auto from_hdf5 = open_stimuli(hdf5);
  ASSERT_EQ(from_files->size(), from_hdf5->size());
  for (std::int64_t i = 0; i < from_files->size(); ++i) {
    ASSERT_EQ(from_files->at(i).pixels, from_hdf5->at(i).pixels) << i;
  }
}

}  // namespace
}  // namespace homolog::experiments::hdf5_test
