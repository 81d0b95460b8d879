// Results of codes whose spikes have times within windows: written, resumed and read back.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "experiments/recording/results_reader.hpp"
#include "sim/core/error.hpp"
#include "tests/experiments/recording/synthetic_run.hpp"
#include "tests/support/paths.hpp"

namespace homolog::experiments::windowed_results_test {
namespace {

using test::raw_datasets;
using test::RawDataset;

/// As SyntheticRun, with window neurons: at most one spike a neuron, at any time of its window.
class WindowedRun : public test::SyntheticRun {
 public:
  explicit WindowedRun(std::size_t stimuli) : SyntheticRun(stimuli, 0.05, 4) {
    header.windowed = true;
    header.step_ms = 10.0;
  }
  [[nodiscard]] TimedSpikes timed(std::size_t k, std::size_t layer) const {
    std::mt19937_64 random(1000 * k + layer);
    std::uniform_real_distribution<double> within(0.0, 1.0);
    TimedSpikes spikes;
    for (std::uint64_t id = 0; id < layers[layer].neurons; ++id) {
      if (within(random) < 0.4) {
        spikes.ids.push_back(id);
        spikes.times.push_back((static_cast<double>(layer) + within(random)) * header.step_ms);
      }
    }
    std::sort(spikes.times.begin(), spikes.times.end());
    return spikes;
  }
  [[nodiscard]] PresentationRecord record(std::size_t k) const {
    PresentationRecord record;
    for (std::size_t i = 0; i < layers.size(); ++i) {
      const TimedSpikes spikes = timed(k, i);
      record.layer_spikes.push_back(spikes.ids.size());
      record.window_length.push_back(0.5F * static_cast<float>(i + k));
      record.clipped.push_back(10 * k + i);
      if (layers[i].spikes) {
        record.timed.push_back(spikes);
      }
      if (layers[i].counts) {
        std::vector<std::uint16_t> counts(static_cast<std::size_t>(layers[i].shape.size()), 0);
        for (const std::uint64_t id : spikes.ids) {
          ++counts[id];
        }
        record.counts.push_back(std::move(counts));
      }
    }
    record.readout.assign(static_cast<std::size_t>(header.classes), static_cast<float>(k));
    record.synaptic_operations = 100 + k;
    return record;
  }
  void write(ResultsFile& file, std::size_t last) const {
    for (auto k = static_cast<std::size_t>(file.finished()); k < last; ++k) {
      file.append(record(k));
    }
  }
};

TEST(WindowedResults, AreReadBackAsTheyWereWritten) {
  const std::string path = test::fresh_folder("windowed") + "/results.h5";
  const WindowedRun run(5);
  {
    ResultsFile file = run.create(path);
    run.write(file, 5);
    EXPECT_EQ(file.clipped(), (std::vector<std::uint64_t>{100, 105, 110, 115}));
    EXPECT_EQ(file.readout(3), std::vector<float>(10, 3.0F));
    file.commit();
  }
  const ResultsReader results(path);
  EXPECT_TRUE(results.header().windowed);
  EXPECT_EQ(results.header().steps, 4);
  EXPECT_EQ(results.spiking_readout(2), std::vector<float>(10, 2.0F));
  ASSERT_EQ(results.ticks_per_step(), 64U);
  for (std::int64_t k = 0; k < 5; ++k) {
    const SpikeTrain train = results.spikes(1, k);
    const TimedSpikes expected = run.timed(static_cast<std::size_t>(k), 1);
    ASSERT_EQ(train.ids.size(), expected.ids.size());
    for (std::size_t i = 0; i < train.ids.size(); ++i) {
      EXPECT_EQ(train.ids[i], expected.ids[i]);
      // In 64ths of a window, rounded down; the sum with the onset may round across a border.
      EXPECT_NEAR(static_cast<double>(train.steps[i]), expected.times[i] / 10.0 * 64.0 - 0.5, 0.5 + 1e-6);
    }
  }
}

// A window of 0.7 ms: 3 x 0.7 / 0.7 is below 3, and what is late in the last window may be rounded to its
// end.
TEST(WindowedResults, PutSpikesIntoTheirWindowsWhateverIsRounded) {
  const std::string path = test::fresh_folder("windowed") + "/results.h5";
  WindowedRun run(50);
  run.header.step_ms = 0.7;
  const std::vector<double> windows{
      0.0, 0.25, 1.0, 2.0, 2.5, 3.0, 3.0 + 63.0 / 64.0, std::nextafter(4.0, 0.0)};
  const std::vector<std::uint32_t> ticks{0, 16, 64, 128, 160, 192, 255, 255};
  {
    ResultsFile file = run.create(path);
    for (std::size_t k = 0; k < 50; ++k) {
      PresentationRecord record = run.record(k);
      TimedSpikes& first = record.timed.front();
      first = {};
      for (const double window : windows) {
        first.times.push_back(window * 0.7);
        first.ids.push_back(first.ids.size());
      }
      record.layer_spikes[0] = windows.size();
      file.append(std::move(record));
    }
    file.commit();
  }
  const ResultsReader results(path);
  for (std::int64_t k = 0; k < 50; ++k) {
    EXPECT_EQ(results.spikes(0, k).steps, ticks) << k;
  }
}

TEST(WindowedResults, HoldTimesAndWindowsForAnybody) {
  const std::string path = test::fresh_folder("windowed") + "/results.h5";
  const WindowedRun run(3);
  {
    ResultsFile file = run.create(path);
    run.write(file, 3);
    file.commit();
  }
  const std::vector<RawDataset> all = raw_datasets(path);
  const auto dataset = [&](const std::string& name) {
    const auto found =
        std::find_if(all.begin(), all.end(), [&](const RawDataset& d) { return d.path == name; });
    EXPECT_NE(found, all.end()) << name;
    return found == all.end() ? RawDataset{} : *found;
  };
  std::vector<double> times;
  std::vector<std::uint64_t> ids;
  for (std::size_t k = 0; k < 3; ++k) {
    const TimedSpikes spikes = run.timed(k, 0);
    for (const double time : spikes.times) {
      times.push_back(static_cast<double>(k) * 40.0 + time);  // 4 windows of 10 ms
    }
    ids.insert(ids.end(), spikes.ids.begin(), spikes.ids.end());
  }
  EXPECT_EQ(test::values_of<double>(dataset("/spikes/input/timestamps")), times);
  EXPECT_EQ(test::values_of<std::uint64_t>(dataset("/spikes/input/node_ids")), ids);
  EXPECT_EQ(test::values_of<double>(dataset("/stimuli/offset_ms")), (std::vector<double>{40.0, 80.0, 120.0}));
  EXPECT_EQ(dataset("/activity/window_length").dims, (std::vector<hsize_t>{3, 4}));
  EXPECT_EQ(test::values_of<float>(dataset("/activity/window_length")),
            (std::vector<float>{0, 0.5, 1, 1.5, 0.5, 1, 1.5, 2, 1, 1.5, 2, 2.5}));
  EXPECT_EQ(test::values_of<std::uint64_t>(dataset("/activity/clipped")),
            (std::vector<std::uint64_t>{0, 1, 2, 3, 10, 11, 12, 13, 20, 21, 22, 23}));
}

TEST(WindowedResults, AreTheSameAfterAnInterruption) {
  const std::string folder = test::fresh_folder("windowed");
  const WindowedRun run(6);
  {
    ResultsFile file = run.create(folder + "/whole.h5");
    run.write(file, 6);
    file.commit();
  }
  {
    ResultsFile file = run.create(folder + "/resumed.h5");
    run.write(file, 3);
    file.checkpoint();
    run.write(file, 4);  // lost
  }
  {
    ResultsFile file = run.resume(folder + "/resumed.h5");
    EXPECT_EQ(file.finished(), 3);
    run.write(file, 6);
    file.commit();
  }
  EXPECT_EQ(raw_datasets(folder + "/whole.h5"), raw_datasets(folder + "/resumed.h5"));
}

TEST(WindowedResults, ARunInStepsDoesNotGoOnWithOneInWindows) {
  const std::string path = test::fresh_folder("windowed") + "/results.h5";
  const WindowedRun run(2);
  {
    ResultsFile file = run.create(path);
    file.checkpoint();
  }
  WindowedRun other = run;
  other.header.windowed = false;
  EXPECT_THROW((void)other.resume(path), Error);
}

TEST(WindowedResults, RecordsThatDoNotFitAreRefused) {
  const WindowedRun run(2);
  ResultsFile file = run.create(test::fresh_folder("windowed") + "/results.h5");
  PresentationRecord record = run.record(0);
  record.timed[0].times.pop_back();
  EXPECT_THROW(file.append(record), Error);
  record = run.record(0);
  record.timed.pop_back();
  EXPECT_THROW(file.append(record), Error);
  record = run.record(0);
  record.clipped.clear();
  EXPECT_THROW(file.append(record), Error);
  file.append(run.record(0));
}

}  // namespace
}  // namespace homolog::experiments::windowed_results_test
