#include "experiments/recording/results_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>

#include "sim/core/error.hpp"
#include "tests/experiments/recording/synthetic_run.hpp"
#include "tests/support/paths.hpp"

namespace homolog::experiments::results_file_test {
namespace {

using test::raw_datasets;
using test::RawDataset;
using test::SyntheticRun;
using test::values_of;
using testing::HasSubstr;

std::string message_of(const std::function<void()>& call, ErrorKind kind = ErrorKind::output) {
  try {
    call();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), kind) << error.what();
    return error.what();
  }
  ADD_FAILURE() << "no error";
  return {};
}

std::string bytes_of(const std::string& path) {
  std::ifstream stream(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

std::string complete_file(const SyntheticRun& run, const std::string& folder, int threads) {
  const std::string path = test::fresh_folder(folder) + "/results.h5";
  auto file = run.create(path, threads);
  run.finish(file);
  return path;
}

TEST(ResultsFile, WritesSpikesAsSonataAsks) {
  const SyntheticRun run(7);
  const std::string path = complete_file(run, "results_layout", 2);
  const hid_t file = H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT);
  ASSERT_GE(file, 0);
  for (std::size_t layer = 0; layer < run.layers.size(); ++layer) {
    const std::string population = "/spikes/" + run.layers[layer].name;
    if (!run.layers[layer].spikes) {
      EXPECT_EQ(H5Lexists(file, population.c_str(), H5P_DEFAULT), 0);
      continue;
    }
    std::vector<double> times;
    std::vector<std::uint64_t> ids;
    std::vector<std::uint64_t> offsets{0};
    for (std::size_t k = 0; k < 7; ++k) {
      const SpikeTrain train = run.train(k, layer);
      const double onset = static_cast<double>(k) * 16.0 * 0.1;
      for (std::size_t i = 0; i < train.ids.size(); ++i) {
        times.push_back(onset + train.steps[i] * 0.1);
        ids.push_back(train.ids[i]);
      }
      offsets.push_back(ids.size());
    }
    EXPECT_TRUE(values_of<double>(test::raw_dataset(file, population + "/timestamps")) == times);
    EXPECT_TRUE(values_of<std::uint64_t>(test::raw_dataset(file, population + "/node_ids")) == ids);
    EXPECT_EQ(values_of<std::uint64_t>(test::raw_dataset(file, population + "/stimulus_offsets")), offsets);
  }
  H5Fclose(file);
}

// Layers whose neurons' numbers need one to three bytes, at activities at which the bytes of a chunk are
// runs, or not; chunks end within steps and pages.
TEST(ResultsFile, WritesTheSpikesOfLayersOfAnySizeAndActivity) {
  for (const double activity : {0.0005, 0.004, 0.05, 0.6, 1.0}) {
    SyntheticRun run(3, activity, 3);
    run.layers = {run.layers[0], run.layers[0], run.layers[0], run.layers[0]};
    const std::vector<sim::Shape> shapes{{1, 1, 1}, {7, 9, 3}, {64, 32, 32}, {5, 127, 131}};
    for (std::size_t i = 0; i < shapes.size(); ++i) {
      run.layers[i].name += std::to_string(i);
      run.layers[i].shape = shapes[i];
      run.layers[i].neurons = static_cast<std::uint64_t>(shapes[i].size());
      run.layers[i].scale.assign(static_cast<std::size_t>(shapes[i].channels), 1.0F);
    }
    const std::string path = complete_file(run, "results_sizes", 2);
    const hid_t file = H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT);
    for (std::size_t layer = 0; layer < shapes.size(); ++layer) {
      std::vector<double> times;
      std::vector<std::uint64_t> ids;
      for (std::size_t k = 0; k < 3; ++k) {
        const SpikeTrain train = run.train(k, layer);
        ids.insert(ids.end(), train.ids.begin(), train.ids.end());
        for (const std::uint32_t step : train.steps) {
          times.push_back(static_cast<double>(k) * 3.0 * 0.1 + step * 0.1);
        }
      }
      const std::string population = "/spikes/" + run.layers[layer].name;
      EXPECT_TRUE(values_of<double>(test::raw_dataset(file, population + "/timestamps")) == times);
      EXPECT_TRUE(values_of<std::uint64_t>(test::raw_dataset(file, population + "/node_ids")) == ids);
    }
    H5Fclose(file);
  }
}

TEST(ResultsFile, WritesCountsAndReadoutsRowByRow) {
  const SyntheticRun run(7);
  const std::string path = complete_file(run, "results_rows", 2);
  const hid_t file = H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT);
  const auto counts = test::raw_dataset(file, "/counts/features.relu1");
  const auto readout = test::raw_dataset(file, "/readout/spiking");
  const auto operations = test::raw_dataset(file, "/activity/synaptic_operations");
  H5Fclose(file);
  EXPECT_THAT(counts.dims, testing::ElementsAre(7, 576));
  EXPECT_THAT(readout.dims, testing::ElementsAre(7, 16, 10));
  EXPECT_THAT(operations.dims, testing::ElementsAre(7));
  std::vector<std::uint16_t> all_counts;
  std::vector<float> all_readouts;
  for (std::size_t k = 0; k < 7; ++k) {
    const auto record = run.record(k);
    all_counts.insert(all_counts.end(), record.counts[0].begin(), record.counts[0].end());
    all_readouts.insert(all_readouts.end(), record.readout.begin(), record.readout.end());
    EXPECT_EQ(values_of<std::uint64_t>(operations)[k], 1000 + k);
  }
  EXPECT_TRUE(values_of<std::uint16_t>(counts) == all_counts);
  EXPECT_TRUE(values_of<float>(readout) == all_readouts);
}

// Enough spikes for several chunks of each column (65,536 elements).
TEST(ResultsFile, HasTheSameBytesForAnyNumberOfThreadsAndCheckpoints) {
  const SyntheticRun run(200, 0.2);
  const std::string one = complete_file(run, "results_one", 1);
  const std::string four = complete_file(run, "results_four", 4);
  EXPECT_TRUE(bytes_of(one) == bytes_of(four));
  const std::string path = test::fresh_folder("results_checkpoints") + "/results.h5";
  auto file = run.create(path, 2);
  for (std::size_t k = 0; k < 150; ++k) {
    file.append(run.record(k));
    if (k % 31 == 0) {
      file.checkpoint();
    }
  }
  run.finish(file);
  EXPECT_TRUE(raw_datasets(one) == raw_datasets(path));
  EXPECT_GT(raw_datasets(one).size(), 30U);
}

TEST(ResultsFile, ResumesWhereTheLastCheckpointWas) {
  const SyntheticRun run(120, 0.2);
  const std::string whole = complete_file(run, "results_whole", 2);
  const std::string path = test::fresh_folder("results_resumed") + "/results.h5";
  std::size_t done = 0;
  {
    auto file = run.create(path, 2);
    file.append(run.record(0));
  }
  for (const std::size_t until : {1U, 40U, 40U, 77U, 120U}) {
    auto file = run.resume(path, 3);
    ASSERT_EQ(file.finished(), static_cast<std::int64_t>(done));
    for (std::size_t k = done; k < until; ++k) {
      file.append(run.record(k));
    }
    file.checkpoint();
    done = until;
    for (std::size_t k = until; k < std::min<std::size_t>(until + 5, 120); ++k) {
      file.append(run.record(k));  // lost: no checkpoint follows
    }
  }
  auto file = run.resume(path, 1);
  EXPECT_EQ(file.finished(), 120);
  run.finish(file);
  EXPECT_TRUE(raw_datasets(whole) == raw_datasets(path));
  EXPECT_FALSE(std::filesystem::exists(path + ".part"));
  EXPECT_FALSE(std::filesystem::exists(path + ".part.checkpoint"));
}

TEST(ResultsFile, GivesBackWhatItHasWhileItIsWritten) {
  const SyntheticRun run(100, 0.2);
  const std::string path = test::fresh_folder("results_back") + "/results.h5";
  std::vector<float> readouts;
  std::vector<std::uint64_t> spikes(run.layers.size(), 0);
  std::uint64_t operations = 0;
  {
    auto file = run.create(path, 2);
    for (std::size_t k = 0; k < 90; ++k) {
      const auto record = run.record(k);
      readouts.insert(readouts.end(), record.readout.begin(), record.readout.end());
      for (std::size_t i = 0; i < spikes.size(); ++i) {
        spikes[i] += record.layer_spikes[i];
      }
      operations += record.synaptic_operations;
      file.append(record);
    }
    file.checkpoint();
  }
  auto file = run.resume(path, 2);
  std::vector<float> read;
  for (std::int64_t k = 0; k < file.finished(); ++k) {
    const std::vector<float> readout = file.readout(k);
    read.insert(read.end(), readout.begin(), readout.end());
  }
  EXPECT_TRUE(read == readouts);
  EXPECT_EQ(file.layer_spikes(), spikes);
  EXPECT_EQ(file.synaptic_operations(), operations);
  for (const std::int64_t k : {0, 45, 89}) {
    const auto record = run.record(static_cast<std::size_t>(k));
    std::vector<std::uint32_t> input(192, 0);  // from /spikes
    for (const auto id : run.train(static_cast<std::size_t>(k), 0).ids) {
      ++input[id];
    }
    EXPECT_EQ(file.counts(0, k), input) << k;
    EXPECT_THAT(file.counts(1, k), testing::ElementsAreArray(record.counts[0])) << k;
    EXPECT_THAT(file.counts(3, k), testing::ElementsAreArray(record.counts[1])) << k;
  }
  EXPECT_THAT(message_of([&] { (void)file.counts(0, 90); }, ErrorKind::internal),
              HasSubstr("not in the file"));
  EXPECT_THAT(message_of([&] { (void)file.counts(2, 0); }, ErrorKind::internal), HasSubstr("neither"));
}

TEST(ResultsFile, RefusesToResumeAnotherRunAndSaysInWhatItDiffers) {
  const SyntheticRun run(5);
  const std::string path = test::fresh_folder("results_other") + "/results.h5";
  {
    auto file = run.create(path);
    file.append(run.record(0));
    file.checkpoint();
  }
  const auto refusal = [&](const std::function<void(SyntheticRun&)>& change) {
    SyntheticRun other = run;
    change(other);
    return message_of([&] { (void)other.resume(path); });
  };
  EXPECT_THAT(refusal([](SyntheticRun& r) { r.header.seed = 3; }),
              testing::AllOf(HasSubstr("seed 18446744073709551615"), HasSubstr("this run has 3"),
                             HasSubstr("--force")));
  EXPECT_THAT(refusal([](SyntheticRun& r) { r.header.model_sha256 = "c"; }), HasSubstr("model"));
  EXPECT_THAT(refusal([](SyntheticRun& r) { r.header.config += " "; }), HasSubstr("configuration"));
  EXPECT_THAT(refusal([](SyntheticRun& r) { r.header.steps = 8; }), HasSubstr("steps 16"));
  EXPECT_THAT(refusal([](SyntheticRun& r) { r.header.step_ms = 0.2; }), HasSubstr("step_ms"));
  EXPECT_THAT(refusal([](SyntheticRun& r) { r.layers.pop_back(); }), HasSubstr("layers"));
  EXPECT_THAT(refusal([](SyntheticRun& r) { r.layers[0].shape.width = 7; }), HasSubstr("3x8x7"));
  EXPECT_THAT(refusal([](SyntheticRun& r) { r.layers[1].counts = false; }), HasSubstr("other things"));
  EXPECT_THAT(refusal([](SyntheticRun& r) { r.layers[1].scale[3] = 9.0F; }), HasSubstr("features.relu1"));
  EXPECT_THAT(refusal([](SyntheticRun& r) { r.ids[2] = "elsewhere"; }), HasSubstr("elsewhere"));
  SyntheticRun later = run;
  later.header.created = "2030-01-01T00:00:00Z";
  later.header.provenance = {{"homolog_version", "9"}};
  EXPECT_EQ(later.resume(path).finished(), 1);
}

TEST(ResultsFile, ReplacesAnExistingPart) {
  const SyntheticRun run(3);
  const std::string path = test::fresh_folder("results_replace") + "/results.h5";
  for (int i = 0; i < 2; ++i) {
    auto file = run.create(path);
    EXPECT_EQ(file.finished(), 0);
    file.append(run.record(0));
    file.checkpoint();
  }
}

TEST(ResultsFile, SaysWhereItCannotWrite) {
  const SyntheticRun run(3);
  const std::string folder = test::fresh_folder("results_where");
  EXPECT_THAT(message_of([&] { (void)run.create(folder); }), HasSubstr("is a folder"));
  EXPECT_THAT(message_of([&] { (void)run.create(folder + "/none/results.h5"); }),
              testing::AllOf(HasSubstr("cannot create"), HasSubstr("none/results.h5.part"),
                             HasSubstr("No such file or directory")));
  EXPECT_THAT(message_of([&] { (void)run.create("/proc/results.h5"); }), HasSubstr("cannot create"));
  EXPECT_THAT(message_of([&] { (void)run.resume(folder + "/results.h5"); }), HasSubstr("no interrupted run"));
  std::filesystem::create_directory(folder + "/results.h5.part");
  EXPECT_THAT(message_of([&] { (void)run.create(folder + "/results.h5"); }), HasSubstr("Is a directory"));
}

TEST(ResultsFile, RefusesRecordsThatDoNotFitAndStaysUsable) {
  const SyntheticRun run(2);
  const std::string path = test::fresh_folder("results_misfit") + "/results.h5";
  auto file = run.create(path);
  const auto refused = [&](const std::function<void(PresentationRecord&)>& change) {
    auto record = run.record(0);
    change(record);
    return message_of([&] { file.append(record); }, ErrorKind::internal);
  };
  EXPECT_THAT(refused([](PresentationRecord& r) { r.readout.pop_back(); }), HasSubstr("readout"));
  EXPECT_THAT(refused([](PresentationRecord& r) { r.spikes.pop_back(); }), HasSubstr("spike train"));
  EXPECT_THAT(refused([](PresentationRecord& r) { r.spikes.emplace_back(); }), HasSubstr("more layers"));
  EXPECT_THAT(refused([](PresentationRecord& r) { r.counts[0].pop_back(); }), HasSubstr("counts"));
  EXPECT_THAT(refused([](PresentationRecord& r) { r.layer_spikes.pop_back(); }), HasSubstr("per layer"));
  EXPECT_THAT(refused([](PresentationRecord& r) { std::swap(r.spikes[0], r.spikes[1]); }),
              HasSubstr("neurons of its layer"));
  EXPECT_THAT(refused([](PresentationRecord& r) { r.spikes[0] = test::pack({}, 192, 15); }),
              HasSubstr("steps of the run"));
  EXPECT_THAT(message_of([&] { file.commit(); }, ErrorKind::internal), HasSubstr("0 of 2"));
  run.finish(file);
  EXPECT_THAT(message_of([&] { file.append(run.record(0)); }, ErrorKind::internal), HasSubstr("closed"));
  EXPECT_THAT(message_of([&] { file.commit(); }, ErrorKind::internal), HasSubstr("closed"));
}

TEST(ResultsFile, KeepsReferencesApartWhoseLinksWouldBeTheSame) {
  const SyntheticRun run(2);
  const std::string path = test::fresh_folder("results_names") + "/results.h5";
  auto file = run.create(path);
  const std::vector<double> first(4, 1.0);
  const std::vector<double> second(4, 2.0);
  file.write_reference_rdm("a/b", 2, first);
  file.write_reference_rdm("a:b", 2, second);
  file.write_reference_rdm("a/b", 2, first);  // again: replaced, not added
  file.write_reference_rdm(".", 2, second);
  run.finish(file);
  const hid_t h5 = H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT);
  EXPECT_EQ(values_of<double>(test::raw_dataset(h5, "/rdms_reference/a:b")), first);
  EXPECT_EQ(values_of<double>(test::raw_dataset(h5, "/rdms_reference/a:b_")), second);
  EXPECT_EQ(values_of<double>(test::raw_dataset(h5, "/rdms_reference/_.")), second);
  H5Fclose(h5);
}

TEST(ResultsFile, HoldsAttributesBeyondTheLimitOfOlderFormats) {
  SyntheticRun run(1);
  run.layers[3].shape = {100'000, 1, 1};  // scale: 400 kB, over HDF5's old limit of 64 kB
  run.layers[3].neurons = 100'000;
  run.layers[3].scale.assign(100'000, 0.125F);
  const std::string path = complete_file(run, "results_attributes", 1);
  const hid_t h5 = H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT);
  const hid_t scale = H5Aopen_by_name(h5, "/layers/alone", "scale", H5P_DEFAULT, H5P_DEFAULT);
  std::vector<float> values(100'000);
  EXPECT_GE(H5Aread(scale, H5T_NATIVE_FLOAT, values.data()), 0);
  EXPECT_TRUE(values == run.layers[3].scale);
  H5Aclose(scale);
  H5Fclose(h5);
}

TEST(ResultsFile, HoldsARunWithoutAnySpike) {
  const SyntheticRun run(3, 0.0);
  const std::string path = complete_file(run, "results_silent", 2);
  const hid_t h5 = H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT);
  EXPECT_THAT(test::raw_dataset(h5, "/spikes/input/timestamps").dims, testing::ElementsAre(0));
  EXPECT_THAT(values_of<std::uint64_t>(test::raw_dataset(h5, "/spikes/input/stimulus_offsets")),
              testing::Each(0U));
  H5Fclose(h5);
}

}  // namespace
}  // namespace homolog::experiments::results_file_test
