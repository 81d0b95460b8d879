#include <gmock/gmock.h>
#include <gtest/gtest.h>

#define STB_IMAGE_WRITE_IMPLEMENTATION
#define STB_IMAGE_WRITE_STATIC
#include <stb/stb_image_write.h>

#include "tests/experiments/stimuli/support.hpp"
#include "tests/support/paths.hpp"

namespace homolog::experiments::folder_test {
namespace {

using test::Bytes;
using test::open_error;
using testing::ElementsAre;

void write_png(const std::string& path, int height, int width, int channels, const Bytes& samples) {
  ASSERT_EQ(samples.size(), static_cast<std::size_t>(height * width * channels));
  ASSERT_NE(stbi_write_png(path.c_str(), width, height, channels, samples.data(), width * channels), 0);
}

/// The samples as bytes again, exact since they were divided by 255.
std::vector<int> levels(const Image& image) {
  std::vector<int> result;
  for (const float pixel : image.pixels) {
    result.push_back(static_cast<int>(pixel * 255.0F + 0.5F));
  }
  return result;
}

class FolderTest : public testing::Test {
 protected:
  FolderTest() { spec.files = {folder}; }

  [[nodiscard]] std::string path(const std::string& name) const { return folder + "/" + name; }

  std::string folder = test::fresh_folder("folder");
  StimuliSpec spec{};
};

TEST_F(FolderTest, ReadsColourAsChannelsFirst) {
  write_png(path("a.png"), 1, 2, 3, {1, 2, 3, 4, 5, 6});
  const Image image = open_stimuli(spec)->at(0);
  EXPECT_EQ(image.channels, 3);
  EXPECT_EQ(image.height, 1);
  EXPECT_EQ(image.width, 2);
  EXPECT_THAT(levels(image), ElementsAre(1, 4, 2, 5, 3, 6));
  EXPECT_EQ(image.pixels[5], 6.0F / 255.0F);
  EXPECT_EQ(image.id, "a");
  EXPECT_EQ(image.label, std::nullopt);
}

TEST_F(FolderTest, SortsByNameAndSkipsWhatIsNoImage) {
  write_png(path("10.png"), 1, 1, 1, {10});
  write_png(path("02.PNG"), 1, 1, 1, {2});
  write_png(path(".hidden.png"), 2, 2, 1, {0, 0, 0, 0});
  test::write_file(path("notes.txt"), std::string("not an image"));
  std::filesystem::create_directories(path("more.png"));
  const auto stimuli = open_stimuli(spec);
  ASSERT_EQ(stimuli->size(), 2);
  EXPECT_EQ(stimuli->id(0), "02");
  EXPECT_EQ(stimuli->id(1), "10");
  EXPECT_THAT(levels(stimuli->at(1)), ElementsAre(10));
}

TEST_F(FolderTest, KeepsGreyAsOneChannelUnlessAnImageIsColour) {
  write_png(path("1.png"), 1, 2, 1, {7, 8});
  EXPECT_THAT(levels(open_stimuli(spec)->at(0)), ElementsAre(7, 8));
  write_png(path("2.png"), 1, 2, 3, {1, 2, 3, 4, 5, 6});
  EXPECT_THAT(levels(open_stimuli(spec)->at(0)), ElementsAre(7, 8, 7, 8, 7, 8));
  spec.count = 1;
  EXPECT_EQ(open_stimuli(spec)->at(0).channels, 1);
}

TEST_F(FolderTest, DropsAlphaWithoutBlending) {
  write_png(path("rgba.png"), 1, 1, 4, {10, 20, 30, 0});
  EXPECT_THAT(levels(open_stimuli(spec)->at(0)), ElementsAre(10, 20, 30));
  std::filesystem::remove(path("rgba.png"));
  write_png(path("grey_alpha.png"), 1, 1, 2, {90, 5});
  EXPECT_THAT(levels(open_stimuli(spec)->at(0)), ElementsAre(90));
}

TEST_F(FolderTest, ReadsJpegAndBmp) {
  const Bytes grey(16 * 16 * 3, 128);  // exact in JPEG: 0 after the level shift
  ASSERT_NE(stbi_write_jpg(path("a.jpg").c_str(), 16, 16, 3, grey.data(), 90), 0);
  ASSERT_NE(stbi_write_bmp(path("b.bmp").c_str(), 16, 16, 3, grey.data()), 0);
  const auto stimuli = open_stimuli(spec);
  EXPECT_THAT(levels(stimuli->at(0)), testing::Each(128));
  EXPECT_THAT(levels(stimuli->at(1)), testing::Each(128));
}

TEST_F(FolderTest, ResizesThenTakesTheCentre) {
  write_png(path("a.png"), 2, 2, 1, {0, 0, 90, 90});
  spec.resize = {{4, 6}};
  // Rows at 1/4 steps: 0, 0.25 * 90 rounded, 0.75 * 90 rounded, 90.
  EXPECT_THAT(levels(open_stimuli(spec)->at(0)), ElementsAre(0, 0, 0, 0, 0, 0, 23, 23, 23, 23, 23, 23, 68, 68,
                                                             68, 68, 68, 68, 90, 90, 90, 90, 90, 90));
  spec.crop = {{2, 1}};
  const Image image = open_stimuli(spec)->at(0);
  EXPECT_EQ(image.height, 2);
  EXPECT_EQ(image.width, 1);
  EXPECT_THAT(levels(image), ElementsAre(23, 68));
}

TEST_F(FolderTest, RoundsAnOddMarginOfTheCropDown) {
  write_png(path("a.png"), 1, 4, 1, {1, 2, 3, 4});
  spec.crop = {{1, 1}};
  EXPECT_THAT(levels(open_stimuli(spec)->at(0)), ElementsAre(2));
}

TEST_F(FolderTest, RefusesImagesOfDifferentSizes) {
  write_png(path("a.png"), 2, 1, 1, {1, 2});
  write_png(path("b.png"), 2, 1, 1, {1, 2});
  write_png(path("c.png"), 1, 2, 1, {1, 2});
  EXPECT_EQ(open_error(spec),
            path("c.png") +
                ": is 1 x 2 pixels, but a.png is 2 x 1; all must have one size: set resize or "
                "crop of the folder");
  spec.count = 2;
  EXPECT_EQ(open_stimuli(spec)->size(), 2);
  spec.count = std::nullopt;
  spec.crop = {{1, 1}};
  EXPECT_EQ(open_stimuli(spec)->size(), 3);
}

TEST_F(FolderTest, RefusesACropLargerThanAnImage) {
  write_png(path("a.png"), 2, 3, 1, Bytes(6));
  spec.crop = {{3, 3}};
  EXPECT_EQ(open_error(spec), path("a.png") + ": is 2 x 3 pixels, smaller than the crop of 3 x 3");
}

TEST_F(FolderTest, RefusesFoldersWithoutImages) {
  EXPECT_EQ(open_error(spec),
            folder + ": has no images (.png, .jpg, .jpeg, .bmp); folders inside it are not searched");
  test::write_file(path("a.tiff"), std::string("II"));
  EXPECT_EQ(open_error(spec), path("a.tiff") + ": images of type '.tiff' are not read; convert to PNG");
  spec.files = {path("nothing")};
  EXPECT_EQ(open_error(spec), path("nothing") + ": no such folder");
  spec.files = {path("a.tiff")};
  EXPECT_EQ(open_error(spec), path("a.tiff") + ": is not a folder");
}

TEST_F(FolderTest, RefusesFilesThatAreNoImages) {
  test::write_file(path("a.png"), std::string("hello"));
  EXPECT_EQ(open_error(spec), path("a.png") + ": cannot be read as PNG, JPEG or BMP (unknown image type)");
  test::write_file(path("a.png"), std::string());
  EXPECT_EQ(open_error(spec), path("a.png") + ": cannot be read as PNG, JPEG or BMP (unknown image type)");
}

/// The first half of a file, in its place.
void cut(const std::string& path) {
  Bytes bytes = test::read_file(path);
  bytes.resize(bytes.size() / 2);
  test::write_file(path, bytes);
}

TEST_F(FolderTest, ReportsAnImageThatIsCutOff) {
  Bytes samples;
  for (int i = 0; i < 40 * 40 * 3; ++i) {
    samples.push_back(static_cast<std::uint8_t>(i * 37 % 251));
  }
  write_png(path("a.png"), 40, 40, 3, samples);
  ASSERT_NE(stbi_write_jpg(path("b.jpg").c_str(), 40, 40, 3, samples.data(), 90), 0);
  ASSERT_NE(stbi_write_bmp(path("c.bmp").c_str(), 40, 40, 3, samples.data()), 0);
  for (const char* name : {"a.png", "b.jpg", "c.bmp"}) {
    cut(path(name));
  }
  const auto stimuli = open_stimuli(spec);  // the headers are whole
  EXPECT_EQ(test::message_of([&] { (void)stimuli->at(0); }), path("a.png") + ": is damaged (outofdata)");
  EXPECT_EQ(test::message_of([&] { (void)stimuli->at(1); }),
            path("b.jpg") + ": is cut off: its pixels end too early");
  EXPECT_EQ(test::message_of([&] { (void)stimuli->at(2); }),
            path("c.bmp") + ": is cut off: its pixels end too early");
}

TEST_F(FolderTest, RefusesAHeaderThatClaimsTooManyPixels) {
  write_png(path("a.png"), 1, 1, 1, {0});
  Bytes bytes = test::read_file(path("a.png"));
  bytes[18] = bytes[22] = 0x3F;  // 16129 x 16129; stb_image does not check the chunk's sum
  test::write_file(path("a.png"), bytes);
  EXPECT_EQ(open_error(spec),
            path("a.png") +
                ": images of 16129 x 16129 pixels cannot be used; height and width must be 1 to "
                "16384 and their product at most 33554432");
  bytes[16] = 0x3F;
  test::write_file(path("a.png"), bytes);
  EXPECT_EQ(open_error(spec), path("a.png") + ": cannot be read as PNG, JPEG or BMP (unknown image type)");
}

TEST_F(FolderTest, ReadsLabelsFromATable) {
  write_png(path("a.png"), 1, 1, 1, {0});
  write_png(path("b, or c.png"), 1, 1, 1, {0});
  const std::string csv = path("labels.csv");
  test::write_file(csv, std::string("\xEF\xBB\xBF"
                                    "name,file,class\r\n\"a \"\"first\"\"\nof all\",a.png,3\r\n\r\n"
                                    "x,\"b, or c.png\",0\r\ny,other.png,1"));
  spec.labels = csv;
  const auto stimuli = open_stimuli(spec);
  EXPECT_EQ(stimuli->label(0), 3);
  EXPECT_EQ(stimuli->at(1).label, 0);
}

TEST_F(FolderTest, RefusesTablesThatDoNotLabelEveryImage) {
  write_png(path("a.png"), 1, 1, 1, {0});
  const std::string csv = path("labels.csv");
  spec.labels = csv;
  const auto error_with = [&](const std::string& text) {
    test::write_file(csv, text);
    return open_error(spec);
  };
  EXPECT_EQ(error_with("file,class\nb.png,1\n"), csv + ": has no row for 'a.png' of " + folder);
  EXPECT_EQ(error_with("file,label\na.png,1\n"), csv +
                                                     ":1: has no column 'class'; the first row must name the "
                                                     "columns file and class (it has: file, label)");
  EXPECT_EQ(error_with("file,class\na.png,cat\n"), csv + ":2: class 'cat' is not a whole number >= 0");
  EXPECT_EQ(error_with("file,class\na.png,-1\n"), csv + ":2: class '-1' is not a whole number >= 0");
  EXPECT_EQ(error_with("file,class\n\na.png,1,2\n"), csv + ":3: has 3 fields; the first row has 2");
  EXPECT_EQ(error_with("file,class\na.png,1\na.png,1\n"), csv + ":3: 'a.png' has a row already");
  EXPECT_EQ(error_with("file,class\n\"a.png,1\n"), csv + ":2: a quote is opened and never closed");
  EXPECT_EQ(error_with("file,class\n\"a\".png,1\n"),
            csv + ":2: text follows a closing quote; quotes inside a field are doubled");
  EXPECT_EQ(error_with(""), csv + ": is empty; the first row must name the columns file and class");
  spec.labels = path("nothing.csv");
  EXPECT_EQ(open_error(spec), path("nothing.csv") + ": no such file");
}

TEST(Kriegeskorte92, IsReadAsNinetyTwoColourImages) {
  HOMOLOG_NEEDS_DATA(folder, "data/kriegeskorte92/stimuli");
  StimuliSpec spec;
  spec.files = {folder};
  spec.resize = {{224, 224}};
  const auto stimuli = open_stimuli(spec);
  ASSERT_EQ(stimuli->size(), 92);
  EXPECT_EQ(stimuli->id(91), "92");
  const Image image = stimuli->at(0);
  EXPECT_EQ(image.channels, 3);
  EXPECT_EQ(image.height, 224);
  EXPECT_EQ(image.width, 224);
  EXPECT_EQ(levels(image)[0], 128);  // the grey background
}

}  // namespace
}  // namespace homolog::experiments::folder_test
