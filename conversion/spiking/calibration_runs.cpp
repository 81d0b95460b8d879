#include "conversion/spiking/calibration_runs.hpp"

#include <tbb/enumerable_thread_specific.h>
#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>

#include <algorithm>
#include <optional>
#include <utility>

namespace homolog::conversion {
namespace {

using sim::PopulationId;

/// Keeps the spikes of some populations of a part.
class Recorder : public sim::Observer {
 public:
  explicit Recorder(std::span<sim::SpikeRecord* const> records) : records_(records) {}
  [[nodiscard]] bool wants(PopulationId /*population*/) const override { return false; }
  void spikes(PopulationId /*population*/, sim::Step /*step*/,
              std::span<const sim::UnitId> /*units*/) override {}
  [[nodiscard]] sim::SpikeRecord* record(PopulationId population) override { return records_[population]; }

 private:
  std::span<sim::SpikeRecord* const> records_;  ///< [population of the part]
};

/// What a thread has during one call of show().
struct ThreadState {
  std::optional<sim::Simulator::State> state{};
  std::vector<const sim::SpikeRecord*> replayed{};
  std::vector<std::uint32_t> positions{};
};

/// The positions of an image, ascending, each once; none if there is nothing to choose from.
void sort_positions(const SamplePositions* from, std::int64_t image, std::vector<std::uint32_t>& positions) {
  positions.clear();
  for (std::int64_t j = 0; from != nullptr && !from->all() && j < from->per_image(); ++j) {
    positions.push_back(static_cast<std::uint32_t>(from->at(image, j)));
  }
  std::sort(positions.begin(), positions.end());
  positions.erase(std::unique(positions.begin(), positions.end()), positions.end());
}

}  // namespace

CalibrationRuns::CalibrationRuns(const sim::Network& outline, std::span<const PopulationId> targets,
                                 const Options& options, Stimulus stimulus)
    : options_(options),
      stimulus_(std::move(stimulus)),
      plan_(plan_replay(outline, targets, options.steps, options.images, options.most_bytes)),
      records_(outline.populations.size()) {}

NetworkPart CalibrationRuns::next_target(const sim::Network& network) {
  const ReplayStage& stage = plan_.stages.at(next_++);
  if (!stage.record.empty()) {
    record(network, stage.record);
  }
  for (const PopulationId id : stage.drop) {
    records_[id] = std::vector<sim::SpikeRecord>();
  }
  NetworkPart part = part_of(network, std::span(&stage.target, 1), recorded());
  part.network.populations.back().role = sim::Readout{};
  part.network.populations.back().initial.clear();
  return part;
}

std::vector<bool> CalibrationRuns::recorded() const {
  std::vector<bool> result;
  for (const std::vector<sim::SpikeRecord>& of_images : records_) {
    result.push_back(!of_images.empty());
  }
  return result;
}

void CalibrationRuns::record(const sim::Network& network, const std::vector<PopulationId>& ids) {
  const NetworkPart part = part_of(network, ids, recorded());
  std::vector<std::vector<sim::SpikeRecord>> fresh(part.ids.size());
  for (std::size_t p = 0; p < fresh.size(); ++p) {
    if (std::find(ids.begin(), ids.end(), part.ids[p]) != ids.end()) {
      fresh[p].resize(static_cast<std::size_t>(options_.images));
    }
  }
  const sim::Simulator simulator(part.network);
  show(simulator, part, {.count = options_.images, .steps = options_.steps},
       [&](sim::Simulator::State& state, const sim::Presentation& presentation, std::int64_t k) {
         std::vector<sim::SpikeRecord*> records(part.ids.size(), nullptr);
         for (std::size_t p = 0; p < fresh.size(); ++p) {
           if (!fresh[p].empty()) {
             const sim::Population& population = part.network.populations[p];
             sim::SpikeRecord& of_image = fresh[p][static_cast<std::size_t>(k)];
             of_image = sim::SpikeRecord(population.shape, options_.steps, sim::is_signed(population.role));
             records[p] = &of_image;
           }
         }
         Recorder recorder(records);
         (void)simulator.run(state, presentation, &recorder);
       });
  for (std::size_t p = 0; p < fresh.size(); ++p) {
    if (!fresh[p].empty()) {
      records_[part.ids[p]] = std::move(fresh[p]);
    }
  }
}

void CalibrationRuns::show(const sim::Simulator& simulator, const NetworkPart& part, const Images& images,
                           const Work& work) const {
  tbb::enumerable_thread_specific<ThreadState> threads;
  tbb::task_arena arena(options_.threads);
  arena.execute([&] {
    tbb::parallel_for(std::int64_t{0}, images.count, [&](std::int64_t k) {
      ThreadState& local = threads.local();
      if (!local.state) {
        local.state = simulator.make_state();
      }
      const std::int64_t image = images.first + k * images.stride;
      const std::vector<float> values = stimulus_(image);
      local.replayed.assign(part.ids.size(), nullptr);
      for (std::size_t p = 0; p < part.ids.size() && images.steps == options_.steps; ++p) {
        const std::vector<sim::SpikeRecord>& of_images = records_[part.ids[p]];
        if (!of_images.empty()) {
          local.replayed[p] = &of_images[static_cast<std::size_t>(image)];
        }
      }
      sort_positions(images.read_at, image, local.positions);
      work(*local.state,
           {.values = values,
            .steps = images.steps,
            .seed = options_.seed,
            .image = static_cast<std::uint64_t>(image),
            .replayed = local.replayed,
            .read_at = local.positions},
           k);
    });
  });
}

}  // namespace homolog::conversion
