#include "experiments/brain/array_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "experiments/recording/h5_write.hpp"
#include "tests/experiments/brain/support.hpp"

namespace homolog::experiments::array_file_test {
namespace {

using test::fixture;
using testing::ElementsAre;
using testing::ElementsAreArray;
using testing::HasSubstr;

const std::vector<std::string> kIds{"face", "house", "chair", "dog", "cat"};

DataArray array_of(const std::string& file, const std::string& dataset = "") {
  return read_array({.file = fixture(file), .dataset = dataset});
}

std::string refusal(const std::string& path, const std::string& dataset = "") {
  return test::data_error([&] { static_cast<void>(read_array({.file = path, .dataset = dataset})); });
}

std::vector<std::string> names_in(const std::string& file, const std::string& ids,
                                  const std::string& dataset = "") {
  return read_names({.file = fixture(file), .dataset = dataset, .ids = ids});
}

TEST(FormatOf, IsToldByContentNotByName) {
  const auto renamed = [](const std::string& name) {
    return format_of(test::file_with(test::bytes_of_file(fixture(name)), "data.txt"));
  };
  EXPECT_EQ(renamed("plain.h5"), FileFormat::hdf5);
  EXPECT_EQ(renamed("v73.mat"), FileFormat::hdf5);
  EXPECT_EQ(renamed("v5.mat"), FileFormat::matlab5);
  EXPECT_EQ(renamed("big_endian.mat"), FileFormat::matlab5);
  EXPECT_EQ(renamed("one.npy"), FileFormat::npy);
  EXPECT_EQ(renamed("stored.npz"), FileFormat::npz);
  EXPECT_EQ(format_of(test::file_with("1,2\n3,4\n", "data.h5")), FileFormat::csv);
}

TEST(FormatOf, RefusesWhatItDoesNotKnow) {
  EXPECT_THAT(refusal("/no/such.npy"), HasSubstr("there is no such file"));
  EXPECT_THAT(refusal(test::fresh_folder("folder")), HasSubstr("is not a file"));
  EXPECT_THAT(refusal(test::file_with("")), HasSubstr("is empty"));
  EXPECT_THAT(refusal(test::file_with(std::string("\x01\0\0\0", 4))), HasSubstr("is of no known format"));
}

TEST(Npy, ReadsEveryTypeAndByteOrder) {
  const std::vector<double> whole = test::expected("integers");  // -4 ... 7
  for (const std::string name :
       {"i1_little", "i2_little", "i2_big", "i4_little", "i4_big", "i8_little", "i8_big"}) {
    const DataArray array = array_of(name + ".npy");
    EXPECT_THAT(array.dims, ElementsAre(3, 4)) << name;
    EXPECT_EQ(array.values, whole) << name;
  }
  for (const std::string name :
       {"u1_little", "u2_little", "u2_big", "u4_little", "u4_big", "u8_little", "u8_big"}) {
    std::vector<double> values = array_of(name + ".npy").values;
    for (double& value : values) {
      value -= 4.0;
    }
    EXPECT_EQ(values, whole) << name;
  }
  EXPECT_THAT(array_of("b1.npy").values, ElementsAre(0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1));
}

TEST(Npy, ReadsEveryVersionAndOrderOfAxes) {
  const DataArray one = array_of("subjects_v2.npy");
  EXPECT_THAT(one.dims, ElementsAre(3, 5, 5));
  for (const char* name : {"subjects_v3.npy", "subjects_fortran.npy", "subjects_big_endian.npy"}) {
    EXPECT_EQ(array_of(name).values, one.values) << name;
  }
  test::expect_equal(array_of("subjects_f4.npy").values, one.values,
                     2e-7);  // half a unit of single precision at 2
}

TEST(Npy, RefusesDamageWithOneLine) {
  const std::string good = test::bytes_of_file(fixture("one.npy"));
  EXPECT_THAT(refusal(test::file_with(good.substr(0, good.size() - 8))), HasSubstr("is cut short: 5x5"));
  EXPECT_THAT(refusal(test::file_with(good + "12345678")), HasSubstr("has 8 bytes after the array"));
  EXPECT_THAT(refusal(test::file_with(good.substr(0, 40))), HasSubstr("is cut short in its npy header"));
  EXPECT_THAT(refusal(test::file_with(good.substr(0, 6))), HasSubstr("is not an npy array"));
  std::string version = good;
  version[6] = '\x09';
  EXPECT_THAT(refusal(test::file_with(version)), HasSubstr("is of npy version 9"));
  std::string huge = good;
  huge.replace(huge.find("(5, 5)"), 6, "(99999999999, 99999999999)");
  EXPECT_THAT(refusal(test::file_with(huge)), HasSubstr("is too large"));
  EXPECT_THAT(refusal(fixture("structured.npy")), HasSubstr("structured type"));
  EXPECT_THAT(refusal(fixture("one.npy"), "rdm"), HasSubstr("expected no dataset"));
}

TEST(Npz, ReadsStoredAndDeflatedMembers) {
  const std::vector<double> values = array_of("subjects_v2.npy").values;
  EXPECT_EQ(array_of("stored.npz", "rdm").values, values);
  EXPECT_EQ(array_of("deflated.npz", "rdm").values, values);
  EXPECT_EQ(array_of("stored.npz").values, values) << "the only array of numbers beside the ids";
  EXPECT_EQ(names_in("stored.npz", "ids"), kIds);
  EXPECT_EQ(names_in("deflated.npz", "ids"), kIds) << "bytes";
  EXPECT_THAT(names_in("deflated.npz", "numbers"), ElementsAre("0", "1", "2", "3", "4"));
  EXPECT_THAT(names_in("unicode.npz", "ids"), ElementsAre("Gesicht", "H\xC3\xA4user", "\xE7\x8C\xAB"));
}

TEST(Npz, RefusesWhatIsMissingAmbiguousOrABomb) {
  EXPECT_THAT(refusal(fixture("stored.npz"), "rmd"),
              HasSubstr("there is no such array; the file has rdm, ids"));
  EXPECT_THAT(refusal(fixture("deflated.npz")),
              HasSubstr("more than one array of numbers; expected the name of "
                        "one: rdm, other, numbers"));
  EXPECT_THAT(refusal(fixture("liar.npz")), HasSubstr("claims 1073741824 bytes"));
  std::string lies_twice = test::bytes_of_file(fixture("liar.npz"));  // of its packed size too
  const std::size_t central = lies_twice.find("PK\x01\x02");
  lies_twice.replace(central + 20, 4, lies_twice, central + 24, 4);
  EXPECT_THAT(refusal(test::file_with(lies_twice)), HasSubstr("claims 1073741824 bytes of 1073741824"));
  EXPECT_THAT(refusal(fixture("stored.npz"), "ids"), HasSubstr("holds texts"));
  const std::string good = test::bytes_of_file(fixture("deflated.npz"));
  EXPECT_THAT(refusal(test::file_with(good.substr(0, good.size() / 2))), HasSubstr("is not a readable npz"));
}

class Matlab5 : public testing::TestWithParam<const char*> {};
INSTANTIATE_TEST_SUITE_P(PlainAndCompressed, Matlab5, testing::Values("v5.mat", "v7.mat"));

TEST_P(Matlab5, ReadsAxesInMatlabsOrder) {
  const std::string file = GetParam();
  const std::vector<double> values = array_of("subjects_v2.npy").values;
  const DataArray array = array_of(file, "subject_first");
  EXPECT_THAT(array.dims, ElementsAre(3, 5, 5));
  EXPECT_EQ(array.values, values);
  EXPECT_THAT(array_of(file, "subject_last").dims, ElementsAre(5, 5, 3));
  EXPECT_THAT(array_of(file, "small").values, ElementsAre(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11));
  EXPECT_EQ(array_of(file, "int16").values, test::expected("integers"));
  EXPECT_THAT(array_of(file, "logical").values, ElementsAre(1, 0, 0, 0, 1, 0, 0, 0, 1));
  EXPECT_THAT(array_of(file, "scalar").values, ElementsAre(5));
}

TEST_P(Matlab5, ReadsFieldsOfStructsAndElementsOfCells) {
  const std::string file = GetParam();
  const DataArray all = array_of("subjects_v2.npy");
  const std::vector<double> second(all.values.begin() + 25, all.values.begin() + 50);
  EXPECT_EQ(array_of(file, "RDMs(2).RDM").values, second);
  EXPECT_EQ(array_of(file, "RDMs(1,2).RDM").values, second);
  EXPECT_EQ(array_of(file, "cells{2}").values, second);
  EXPECT_EQ(array_of(file, "nested.inner.rdm").values, array_of("one.npy").values);
  const DataArray stacked = array_of(file, "RDMs.RDM");
  EXPECT_THAT(stacked.dims, ElementsAre(3, 5, 5));
  EXPECT_EQ(stacked.values, all.values);
  EXPECT_EQ(array_of(file, "cells").values, all.values);
}

TEST_P(Matlab5, ReadsTexts) {
  const std::string file = GetParam();
  EXPECT_EQ(names_in(file, "words"), kIds);
  EXPECT_EQ(names_in(file, "letters"), kIds);
  EXPECT_THAT(names_in(file, "RDMs.name"), ElementsAre("mona", "nico", "olga"));
  EXPECT_THAT(names_in(file, "numbers"), ElementsAre("1", "2", "3", "4", "5"));
}

TEST_P(Matlab5, RefusesWhatIsNotThereOrNoNumbers) {
  const std::string path = fixture(GetParam());
  EXPECT_THAT(refusal(path, "onee"),
              HasSubstr("there is no variable 'onee'; the file has one, subject_first"));
  EXPECT_THAT(refusal(path), HasSubstr("more than one variable of numbers"));
  EXPECT_THAT(refusal(path, "RDMs"), HasSubstr("expected a field of it, as in RDMs.x; it has RDM, name"));
  EXPECT_THAT(refusal(path, "RDMs.rdm"), HasSubstr("'RDMs' has no field 'rdm'; it has RDM, name"));
  EXPECT_THAT(refusal(path, "RDMs(4).RDM"), HasSubstr("is 1x3 and has no such element"));
  EXPECT_THAT(refusal(path, "RDMs(2,1).RDM"), HasSubstr("has no such element"));
  EXPECT_THAT(refusal(path, "one(1)"), HasSubstr("is no struct or cell array"));
  EXPECT_THAT(refusal(path, "words"), HasSubstr("does not hold numbers"));
  EXPECT_THAT(refusal(path, "complex"), HasSubstr("is complex"));
  EXPECT_THAT(refusal(path, "sparse"), HasSubstr("is sparse"));
  for (const char* name : {"a(", "a()", "a(0)", "a(x)", "a{1)", ".a", "a..b", "(2)", "a(1,)", "a(-1)"}) {
    EXPECT_THAT(refusal(path, name), HasSubstr("is not the name of a MATLAB array")) << name;
  }
}

TEST_P(Matlab5, RefusesAFileThatIsCutShort) {
  const std::string good = test::bytes_of_file(fixture(GetParam()));
  for (const double part : {0.1, 0.5, 0.9}) {
    const auto size = static_cast<std::size_t>(static_cast<double>(good.size()) * part);
    EXPECT_THAT(refusal(test::file_with(good.substr(0, size)), "nothing"),
                HasSubstr("is broken or cut short"));
  }
}

TEST(Matlab5File, OfABigEndianMachineIsRead) {
  EXPECT_EQ(array_of("big_endian.mat", "rdm").values, array_of("one.npy").values);
  const DataArray all = array_of("subjects_v2.npy");
  EXPECT_EQ(array_of("big_endian.mat", "packed").values,
            std::vector<double>(all.values.begin() + 25, all.values.begin() + 50));
}

TEST(Matlab5File, NeedsNoNameForItsOnlyArray) {
  EXPECT_EQ(array_of("single.mat").values, array_of("one.npy").values);
}

TEST(Matlab73, HasAxesInMatlabsOrder) {
  const DataArray all = array_of("subjects_v2.npy");
  const DataArray first = array_of("v73.mat", "subject_first");
  EXPECT_THAT(first.dims, ElementsAre(3, 5, 5));
  EXPECT_EQ(first.values, all.values);
  const DataArray last = array_of("v73.mat", "/subject_last");
  EXPECT_THAT(last.dims, ElementsAre(5, 5, 3));
  EXPECT_EQ(last.values, array_of("v5.mat", "subject_last").values);
}

TEST(Matlab73, ReadsStructsCellsAndTexts) {
  const DataArray all = array_of("subjects_v2.npy");
  const std::vector<double> second(all.values.begin() + 25, all.values.begin() + 50);
  EXPECT_EQ(array_of("v73.mat", "nested.rdm").values, second);
  EXPECT_EQ(array_of("v73.mat", "nested(1).rdm").values, second);
  EXPECT_EQ(array_of("v73.mat", "RDMs(2).RDM").values, second);
  EXPECT_EQ(array_of("v73.mat", "RDMs.RDM").values, all.values);
  EXPECT_EQ(names_in("v73.mat", "words"), kIds);
  EXPECT_EQ(names_in("v73.mat", "letters"), kIds);
  EXPECT_THAT(names_in("v73.mat", "words{2}"), ElementsAre("house"));
}

TEST(Matlab73, RefusesWhatIsNotThere) {
  const std::string path = fixture("v73.mat");
  EXPECT_THAT(refusal(path, "onee"), HasSubstr("there is no 'onee'"));
  EXPECT_THAT(refusal(path, "RDMs(4).RDM"), HasSubstr("has no such element"));
  EXPECT_THAT(refusal(path, "nested(2).rdm"), HasSubstr("has no such element"));
  EXPECT_THAT(refusal(path, "nested"), HasSubstr("is a group"));
  EXPECT_THAT(array_of("v73.mat", "empty").dims, ElementsAre(0, 0));
}

/// As MATLAB lays out a cell array of so many texts, beside one array and one text.
std::string file_with_cell(std::size_t texts) {
  const std::string path = test::fresh_folder("cell") + "/cell.mat";
  const h5::File file(H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT));
  const auto put = [&](hid_t group, const std::string& name, const std::vector<hsize_t>& dims, hid_t stored,
                       const std::vector<double>& values, const char* matlab_class) {
    const h5::Dataspace space(H5Screate_simple(static_cast<int>(dims.size()), dims.data(), nullptr));
    const h5::Dataset data(
        H5Dcreate2(group, name.c_str(), stored, space.get(), H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
    ASSERT_GE(H5Dwrite(data.get(), H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()), 0);
    h5::write_text_attribute(data.get(), "MATLAB_class", matlab_class, path);
  };
  const h5::Group references(H5Gcreate2(file.get(), "#refs#", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
  for (std::size_t k = 0; k < texts; ++k) {
    put(references.get(), "t" + std::to_string(k), {2, 1}, H5T_NATIVE_UINT16, {97, 98}, "char");
    put(references.get(), "n" + std::to_string(k), {1, 1}, H5T_NATIVE_DOUBLE, {1}, "double");
    put(file.get(), "a" + std::to_string(k), {2, 1}, H5T_NATIVE_UINT16, {97, 98}, "char");
  }
  put(file.get(), "rdm", {2, 2}, H5T_NATIVE_DOUBLE, {0, 3, 3, 0}, "double");
  return path;
}

TEST(Matlab73, NeedsNoNameForItsOnlyArrayBesideManyTexts) {
  EXPECT_THAT(read_array({.file = file_with_cell(150)}).values, ElementsAre(0, 3, 3, 0));
}

TEST(Hdf5, ReadsADatasetOfAnyPath) {
  EXPECT_THAT(array_of("plain.h5", "/rdms/times").dims, ElementsAre(3, 2, 5, 5));
  EXPECT_EQ(array_of("plain.h5", "rdms/IT").values, array_of("subjects_v2.npy").values);
  EXPECT_EQ(array_of("only.h5").values, array_of("one.npy").values);
  EXPECT_EQ(names_in("plain.h5", "/names"), kIds);
  EXPECT_EQ(names_in("plain.h5", "fixed"), kIds);
  EXPECT_EQ(names_in("plain.h5", "stimulus_ids", "/rdms/IT"), kIds) << "an attribute";
  EXPECT_THAT(names_in("plain.h5", "/codes"), ElementsAre("101", "102", "103", "104", "105"));
}

TEST(Hdf5, ListsWhatThereIs) {
  EXPECT_THAT(refusal(fixture("plain.h5")),
              HasSubstr("more than one dataset of numbers; expected the name of one: /codes, /rdms/IT"));
  EXPECT_THAT(refusal(fixture("plain.h5"), "/rdms/V4"), HasSubstr("there is no 'V4'; /rdms holds IT"));
  EXPECT_THAT(refusal(fixture("plain.h5"), "/names"), HasSubstr("does not hold numbers"));
}

TEST(RowMajor, TurnsAxesRound) {
  // Column-major 2 x 3 x 2 of values 0 ... 11: element (i, j, k) is i + 2 j + 6 k.
  std::vector<double> values(12);
  for (std::size_t i = 0; i < values.size(); ++i) {
    values[i] = static_cast<double>(i);
  }
  EXPECT_THAT(row_major({2, 3, 2}, values), ElementsAre(0, 6, 2, 8, 4, 10, 1, 7, 3, 9, 5, 11));
  EXPECT_TRUE(row_major({0, 3}, {}).empty());
  EXPECT_THAT(row_major({}, {7.0}), ElementsAre(7.0));
}

TEST(NumberId, HasNoMoreDigitsThanNeeded) {
  EXPECT_EQ(number_id(12.0), "12");
  EXPECT_EQ(number_id(-3.0), "-3");
  EXPECT_EQ(number_id(0.1), "0.1");
}

}  // namespace
}  // namespace homolog::experiments::array_file_test
