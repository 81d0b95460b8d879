#include "experiments/recording/results_reader.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <functional>

#include "experiments/recording/h5_write.hpp"
#include "tests/experiments/recording/synthetic_run.hpp"
#include "tests/support/paths.hpp"

namespace homolog::experiments::results_reader_test {
namespace {

using test::SyntheticRun;
using testing::HasSubstr;

std::string message_of(const std::function<void()>& call) {
  try {
    call();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::data) << error.what();
    return error.what();
  }
  return "no error";
}

class ReadingResults : public testing::Test {
 protected:
  void SetUp() override {
    path_ = test::fresh_folder("reader") + "/results.h5";
    auto file = run_.create(path_);
    run_.finish(file);
  }

  /// Reads everything that can be read.
  static void read_all(const std::string& path) {
    const ResultsReader reader(path);
    (void)reader.layer_spikes();
    (void)reader.synaptic_operations();
    for (std::size_t layer = 0; layer < reader.layers().size(); ++layer) {
      for (std::int64_t k = 0; k < reader.stimuli(); ++k) {
        (void)reader.spikes(layer, k);
        (void)reader.counts(layer, k);
      }
    }
    for (std::int64_t k = 0; k < reader.stimuli(); ++k) {
      (void)reader.spiking_readout(k);
    }
    (void)reader.float_readout();
    (void)reader.float_accuracy();
    (void)reader.spiking_accuracy();
    (void)reader.agreement();
    for (const auto& name : reader.rdms()) {
      (void)reader.rdm(name);
    }
    for (const auto& name : reader.reference_rdms()) {
      (void)reader.reference_rdm(name);
    }
    (void)reader.rsa();
    for (const auto& name : reader.model_rdms()) {
      (void)reader.rdm(name);
    }
    (void)reader.thumbnails();
    (void)reader.distinct_stimuli();
    (void)reader.conversion();
    (void)reader.summary();
  }

  /// What reading says after `change` was made to the file, which is then as before.
  std::string after(const std::function<void(hid_t)>& change) {
    const std::string changed = path_ + ".changed";
    std::filesystem::copy_file(path_, changed, std::filesystem::copy_options::overwrite_existing);
    {
      h5::quiet();
      const h5::File file(H5Fopen(changed.c_str(), H5F_ACC_RDWR, H5P_DEFAULT));
      change(file.get());
    }
    const std::string message = message_of([&] { read_all(changed); });
    EXPECT_TRUE(message == "no error" || message.find(changed) == 0) << message;
    return message;
  }

  SyntheticRun run_{5};
  std::string path_;
};

TEST_F(ReadingResults, GivesBackWhatWasWritten) {
  const ResultsReader reader(path_);
  const RunHeader& header = reader.header();
  EXPECT_EQ(header.name, run_.header.name);
  EXPECT_EQ(header.created, run_.header.created);
  EXPECT_EQ(header.seed, run_.header.seed);
  EXPECT_EQ(header.steps, 16);
  EXPECT_EQ(header.step_ms, 0.1);
  EXPECT_EQ(header.classes, 10);
  EXPECT_EQ(header.config, run_.header.config);
  EXPECT_EQ(header.model_sha256, run_.header.model_sha256);
  EXPECT_EQ(header.config_sha256, run_.header.config_sha256);
  EXPECT_THAT(header.provenance, testing::UnorderedElementsAreArray(run_.header.provenance));
  EXPECT_EQ(reader.stimulus_ids(), run_.ids);
  EXPECT_EQ(reader.labels(), run_.labels);
  ASSERT_EQ(reader.layers().size(), run_.layers.size());
  for (std::size_t i = 0; i < run_.layers.size(); ++i) {
    const LayerRecord& layer = reader.layers()[i];
    EXPECT_EQ(layer.name, run_.layers[i].name);
    EXPECT_EQ(layer.onnx_output, run_.layers[i].onnx_output);
    EXPECT_EQ(layer.operation, run_.layers[i].operation);
    EXPECT_EQ(layer.shape, run_.layers[i].shape);
    EXPECT_EQ(layer.neurons, run_.layers[i].neurons);
    EXPECT_EQ(layer.synapses, run_.layers[i].synapses);
    EXPECT_EQ(layer.spikes, run_.layers[i].spikes);
    EXPECT_EQ(layer.counts, run_.layers[i].counts);
    EXPECT_EQ(layer.scale, run_.layers[i].scale);
    EXPECT_EQ(layer.threshold, run_.layers[i].threshold);
    EXPECT_EQ(layer.rf_size[0], run_.layers[i].rf_size[0]);
    EXPECT_EQ(layer.rf_stride[1], run_.layers[i].rf_stride[1]);
  }
}

TEST_F(ReadingResults, GivesBackSpikesAndReadouts) {
  const ResultsReader reader(path_);
  std::vector<std::uint64_t> sums(run_.layers.size(), 0);
  for (std::size_t k = 0; k < 5; ++k) {
    const auto index = static_cast<std::int64_t>(k);
    const auto record = run_.record(k);
    EXPECT_EQ(reader.spikes(0, index).ids, run_.train(k, 0).ids);
    EXPECT_EQ(reader.spikes(1, index).steps, run_.train(k, 1).steps);
    EXPECT_TRUE(reader.spikes(2, index).ids.empty());
    EXPECT_THAT(reader.counts(1, index), testing::ElementsAreArray(record.counts[0]));
    EXPECT_THAT(reader.counts(2, index), testing::IsEmpty());
    std::vector<std::uint32_t> input(192, 0);
    for (const auto id : run_.train(k, 0).ids) {
      ++input[id];
    }
    EXPECT_EQ(reader.counts(0, index), input);
    EXPECT_EQ(reader.spiking_readout(index), record.readout);
    EXPECT_EQ(reader.synaptic_operations()[k], record.synaptic_operations);
    for (std::size_t i = 0; i < sums.size(); ++i) {
      sums[i] += record.layer_spikes[i];
    }
  }
  EXPECT_EQ(reader.layer_spikes(), sums);
  EXPECT_THROW((void)reader.spikes(9, 0), Error);
  EXPECT_THROW((void)reader.counts(0, 5), Error);
}

TEST_F(ReadingResults, GivesBackWhatAnalysesWrote) {
  const ResultsReader reader(path_);
  EXPECT_EQ(reader.float_accuracy(), 0.75);
  EXPECT_EQ(reader.spiking_accuracy(), std::vector<double>(16, 0.5));
  EXPECT_EQ(reader.agreement(), std::vector<double>(16, 0.5));
  EXPECT_EQ(reader.float_readout(), std::vector<float>(50, 0.5F));
  ASSERT_THAT(reader.rdms(), testing::ElementsAre(RdmName{"features.relu1", "count"}));
  const auto matrix = reader.rdm({"features.relu1", "count"});
  EXPECT_EQ(matrix.n, 5U);
  EXPECT_EQ(matrix.values.at(7), 1.0);
  EXPECT_THAT(reader.reference_rdms(), testing::ElementsAre("monkey/IT"));
  EXPECT_EQ(reader.reference_rdm("monkey/IT").values.at(14), 2.0);
  EXPECT_THAT(message_of([&] { (void)reader.reference_rdm("human IT"); }), HasSubstr("human IT"));
  EXPECT_THAT(message_of([&] { (void)reader.rdm({"input", "count"}); }), HasSubstr("/rdms/input"));
  ASSERT_EQ(reader.rsa().size(), 1U);
  EXPECT_EQ(reader.rsa()[0].reference, "monkey/IT");
  EXPECT_EQ(reader.rsa()[0].noise_ceiling_high, 0.6);
  ASSERT_EQ(reader.conversion().size(), 1U);
  EXPECT_EQ(reader.conversion()[0].fate, "weights of a population");
  EXPECT_EQ(reader.conversion()[0].synapses, 12'345U);
  EXPECT_EQ(reader.conversion()[0].weight_snr_db, 42.5);
  EXPECT_EQ(reader.conversion()[0].weight_scale_low, 0.001);
  EXPECT_EQ(reader.conversion()[0].weight_scale_high, 0.01);
  EXPECT_EQ(reader.summary(), "{\"name\": \"synthetic\"}");
}

TEST(ReadingResultsOfRepetitions, TellsDistinctStimuliModelsPicturesAndGroups) {
  SyntheticRun run(6);
  run.header.repetitions = 3;
  const std::string path = test::fresh_folder("reader_repetitions") + "/results.h5";
  auto file = run.create(path);
  for (std::size_t k = 0; k < 6; ++k) {
    file.append(run.record(k));
  }
  const std::vector<double> matrix{0.0, 0.5, 0.5, 0.0};
  file.write_rdm("features.relu1", "count", 2, matrix);
  file.write_rdm("a/b", "model", 2, matrix);
  const std::vector<double> other{0.0, 0.25, 0.25, 0.0};
  file.write_rdm("features.relu1", "count", 2, other, 2);  // of a third analysis; the second left none
  file.write_reference_rdm("IT", 2, other, 2);
  std::vector<std::uint8_t> pixels;
  for (std::uint8_t k = 0; k < 2 * 1 * 3 * 3; ++k) {
    pixels.push_back(k);
  }
  file.write_thumbnails(2, 1, 3, pixels);
  file.write_group("table_2", {{.name = "layer", .values = std::vector<std::string>{"x", "yy"}},
                               {.name = "p",
                                .values = std::vector<double>{1.0, 2.0, 3.0, 4.0, 5.0, 6.0},
                                .extents = {3, 2},
                                .units = "ms",
                                .axes = "a,b"},
                               {.name = "count", .values = std::vector<std::int64_t>{7}}});
  file.commit();

  const ResultsReader reader(path);
  EXPECT_EQ(reader.stimuli(), 6);
  EXPECT_EQ(reader.distinct_stimuli(), 2);
  EXPECT_THAT(reader.rdms(), testing::ElementsAre(RdmName{"features.relu1", "count"}));
  ASSERT_THAT(reader.model_rdms(), testing::ElementsAre(RdmName{"a:b", "model"}));
  EXPECT_EQ(reader.rdm(reader.model_rdms()[0]).values, matrix);
  EXPECT_EQ(reader.rdm_places(), 3U);
  EXPECT_TRUE(reader.rdms(1).empty());
  ASSERT_THAT(reader.rdms(2), testing::ElementsAre(RdmName{"features.relu1", "count"}));
  EXPECT_EQ(reader.rdm(reader.rdms(2)[0], 2).values, other);
  EXPECT_EQ(reader.rdm(reader.rdms()[0]).values, matrix);
  EXPECT_TRUE(reader.model_rdms(2).empty());
  EXPECT_TRUE(reader.reference_rdms().empty());
  ASSERT_THAT(reader.reference_rdms(2), testing::ElementsAre("IT"));
  EXPECT_EQ(reader.reference_rdm("IT", 2).values, other);
  const StimulusPictures pictures = reader.thumbnails();
  EXPECT_EQ(pictures.count, 2U);
  EXPECT_EQ(pictures.height, 1U);
  EXPECT_EQ(pictures.width, 3U);
  EXPECT_EQ(pictures.pixels, pixels);
  EXPECT_THAT(reader.groups("table"), testing::ElementsAre("table_2"));
  const auto group = reader.group("table_2");
  ASSERT_EQ(group.size(), 3U);
  EXPECT_EQ(std::get<std::vector<double>>(group[0].values), std::vector<double>{7.0});
  EXPECT_THAT(std::get<std::vector<std::string>>(group[1].values), testing::ElementsAre("x", "yy"));
  EXPECT_THAT(group[2].extents, testing::ElementsAre(3, 2));
  EXPECT_EQ(group[2].units, "ms");
  EXPECT_EQ(group[2].axes, "a,b");
  EXPECT_EQ(std::get<std::vector<double>>(group[2].values)[5], 6.0);
}

TEST(ReadingResultsWithoutLabelsAndAnalyses, GivesEmptyValues) {
  SyntheticRun run(2);
  const std::string path = test::fresh_folder("reader_bare") + "/results.h5";
  auto file = run.create(path);
  file.append(run.record(0));
  file.append(run.record(1));
  file.write_accuracy(std::nan(""), {}, {});
  file.write_rsa({});
  file.commit();
  const ResultsReader reader(path);
  EXPECT_EQ(reader.float_accuracy(), std::nullopt);
  EXPECT_TRUE(reader.spiking_accuracy().empty());
  EXPECT_TRUE(reader.float_readout().empty());
  EXPECT_TRUE(reader.rdms().empty());
  EXPECT_TRUE(reader.reference_rdms().empty());
  EXPECT_TRUE(reader.model_rdms().empty());
  EXPECT_TRUE(reader.rsa().empty());
  EXPECT_TRUE(reader.groups("rsa_differences").empty());
  EXPECT_TRUE(reader.thumbnails().pixels.empty());
  EXPECT_EQ(reader.distinct_stimuli(), 2);
  EXPECT_TRUE(reader.summary().empty());
}

TEST_F(ReadingResults, RefusesAFileThatIsNotOurs) {
  const std::string other = test::fresh_folder("reader_other") + "/other.h5";
  { const h5::File file(H5Fcreate(other.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT)); }
  EXPECT_THAT(message_of([&] { read_all(other); }), HasSubstr("not a results file of homolog"));
  EXPECT_THAT(message_of([&] { read_all(other + ".none"); }), HasSubstr("no such file"));
  EXPECT_THAT(after([](hid_t file) {
                H5Adelete(file, "format_version");
                h5::write_number_attribute<std::int64_t>(file, "format_version", 2, "");
              }),
              testing::AllOf(HasSubstr("format_version 2"), HasSubstr("reads format_version 1")));
}

TEST_F(ReadingResults, RefusesAFileWithoutAnyOneOfItsParts) {
  EXPECT_EQ(after([](hid_t) {}), "no error");
  for (const char* part :
       {"config", "stimuli", "stimuli/id", "stimuli/label", "layers", "spikes/input/timestamps",
        "spikes/input/node_ids", "spikes/input/stimulus_offsets", "readout/spiking", "activity",
        "activity/spikes", "conversion", "conversion/fate", "rsa/value", "rsa/layer"}) {
    EXPECT_THAT(after([part](hid_t file) { H5Ldelete(file, part, H5P_DEFAULT); }),
                testing::AnyOf(HasSubstr("is missing"), HasSubstr("there is no")))
        << part;
  }
  for (const char* attribute : {"created", "name", "seed", "steps", "step_ms", "classes", "model_sha256"}) {
    EXPECT_THAT(after([attribute](hid_t file) { H5Adelete(file, attribute); }), HasSubstr(attribute));
  }
  for (const char* attribute : {"index", "shape", "neurons", "synapses", "onnx_output", "rf_size"}) {
    EXPECT_THAT(
        after([attribute](hid_t file) { H5Adelete_by_name(file, "layers/cat", attribute, H5P_DEFAULT); }),
        testing::AllOf(HasSubstr("/layers/cat"), HasSubstr(attribute)));
  }
}

TEST_F(ReadingResults, TakesAFileFromBefore8BitWeights) {
  const auto shorten = [](hid_t file) {
    for (const char* column :
         {"conversion/weight_snr_db", "conversion/weight_scale_low", "conversion/weight_scale_high"}) {
      ASSERT_GE(H5Ldelete(file, column, H5P_DEFAULT), 0);
    }
  };
  EXPECT_EQ(after(shorten), "no error");
  EXPECT_TRUE(std::isnan(ResultsReader(path_ + ".changed").conversion()[0].weight_snr_db));
}

TEST_F(ReadingResults, RefusesDatasetsOfOtherShapesAndTypes) {
  for (const char* part : {"config",
                           "stimuli/id",
                           "stimuli/label",
                           "spikes/input/timestamps",
                           "spikes/input/node_ids",
                           "spikes/input/stimulus_offsets",
                           "readout/spiking",
                           "readout/float",
                           "accuracy/float",
                           "accuracy/spiking",
                           "activity/spikes",
                           "activity/synaptic_operations",
                           "counts/alone",
                           "rdms/features.relu1/count",
                           "rdms_reference/monkey:IT",
                           "rsa/value",
                           "rsa/layer",
                           "conversion/fate",
                           "conversion/neurons",
                           "conversion/weight_snr_db",
                           "summary"}) {
    EXPECT_NE(after([part](hid_t file) {
                H5Ldelete(file, part, H5P_DEFAULT);
                const std::vector<double> numbers(6, 1e300);
                h5::write_dataset<double>(file, part, {2, 3}, numbers, "");
              }),
              "no error")
        << part;
    EXPECT_NE(after([part](hid_t file) {
                H5Ldelete(file, part, H5P_DEFAULT);
                h5::write_texts(file, part, {"a", "b", "c"}, "");
              }),
              "no error")
        << part;
    EXPECT_NE(after([part](hid_t file) {
                H5Ldelete(file, part, H5P_DEFAULT);
                const h5::Group group = h5::create_group(file, part, "");
              }),
              "no error")
        << part;
  }
}

TEST_F(ReadingResults, RefusesValuesThatCannotBe) {
  const auto replaced = [this](const char* part, const std::vector<hsize_t>& dims, const auto& values) {
    return after([&](hid_t file) {
      H5Ldelete(file, part, H5P_DEFAULT);
      using T = typename std::decay_t<decltype(values)>::value_type;
      h5::write_dataset<T>(file, part, dims, std::span<const T>(values), "");
    });
  };
  EXPECT_THAT(replaced("spikes/input/stimulus_offsets", {6}, std::vector<std::uint64_t>{0, 9, 5, 9, 9, 9}),
              HasSubstr("offsets must grow"));
  EXPECT_THAT(
      replaced("spikes/input/stimulus_offsets", {6},
               std::vector<std::uint64_t>{0, UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX}),
      HasSubstr("offsets must grow"));
  EXPECT_THAT(replaced("spikes/input/stimulus_offsets", {6},
                       std::vector<std::uint64_t>{UINT64_MAX - 1, UINT64_MAX, UINT64_MAX, UINT64_MAX,
                                                  UINT64_MAX, UINT64_MAX}),
              HasSubstr("too few rows"));
  EXPECT_THAT(replaced("spikes/input/node_ids", {10'000}, std::vector<std::uint64_t>(10'000, 192)),
              HasSubstr("node 192"));
  EXPECT_THAT(replaced("spikes/input/timestamps", {10'000}, std::vector<double>(10'000, -5.0)),
              HasSubstr("outside its stimulus"));
  EXPECT_THAT(replaced("spikes/input/timestamps", {10'000}, std::vector<double>(10'000, std::nan(""))),
              HasSubstr("outside its stimulus"));
  EXPECT_THAT(after([](hid_t file) {
                H5Adelete(file, "steps");
                h5::write_number_attribute<std::int64_t>(file, "steps", -1, "");
              }),
              HasSubstr("steps"));
  EXPECT_THAT(after([](hid_t file) {
                H5Adelete_by_name(file, "layers/cat", "shape", H5P_DEFAULT);
                const h5::Group layer(H5Gopen2(file, "layers/cat", H5P_DEFAULT));
                const std::int64_t shape[3] = {std::int64_t{1} << 40, std::int64_t{1} << 40, 1};
                h5::write_numbers_attribute<std::int64_t>(layer.get(), "shape", shape, "");
              }),
              HasSubstr("/layers/cat"));
}

TEST_F(ReadingResults, DoesNotAllocateWhatAFileMerelyDeclares) {
  EXPECT_THAT(after([](hid_t file) {
                H5Ldelete(file, "rdms/features.relu1/count", H5P_DEFAULT);
                const h5::Dataset data = h5::create_dataset(file, "rdms/features.relu1/count", H5T_IEEE_F64LE,
                                                            {1U << 20U, 1U << 20U}, {1, 1024}, false, "");
                h5::write_text_attribute(data.get(), "name", "count", "");
              }),
              HasSubstr("too large"));
  EXPECT_THAT(after([](hid_t file) {  // one chunk of 8 GB, however little is read of it
                H5Ldelete(file, "spikes/input/node_ids", H5P_DEFAULT);
                (void)h5::create_dataset(file, "spikes/input/node_ids", H5T_STD_U64LE, {1U << 30U},
                                         {(1U << 29U) - 1}, false, "");
              }),
              HasSubstr("too large"));
}

}  // namespace
}  // namespace homolog::experiments::results_reader_test
