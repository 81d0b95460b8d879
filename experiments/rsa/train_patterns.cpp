#include "experiments/rsa/train_patterns.hpp"

#include <tbb/parallel_for.h>

#include <algorithm>
#include <utility>
#include <vector>

namespace homolog::experiments {
namespace {

class TrainPatterns final : public Patterns {
 public:
  TrainPatterns(LayerSource source, std::string label, std::int64_t features, TrainFeatures compute)
      : source_(std::move(source)),
        label_(std::move(label)),
        features_(features),
        compute_(std::move(compute)) {}

  [[nodiscard]] std::int64_t count() const override { return source_.stimuli(); }
  [[nodiscard]] std::int64_t repetitions() const override { return source_.repetitions; }
  [[nodiscard]] std::int64_t units() const override {
    return source_.representations->units(source_.layer) * features_;
  }
  [[nodiscard]] std::string name() const override { return "layer " + source_.layer + " (" + label_ + ")"; }

  [[nodiscard]] std::vector<float> read(std::int64_t first, std::int64_t last) const override {
    const std::int64_t neuron = first / features_;
    const std::int64_t end = (last + features_ - 1) / features_;
    const SpikeTrains trains = source_.representations->trains(source_.layer, neuron, end);
    const std::int64_t width = last - first;
    std::vector<float> block(static_cast<std::size_t>(trains.presentations * width));
    tbb::parallel_for(std::int64_t{0}, trains.presentations, [&](std::int64_t k) {
      std::vector<float> of_neuron(static_cast<std::size_t>(features_));
      float* const row = block.data() + k * width;
      for (std::int64_t unit = 0; unit < trains.units; ++unit) {
        compute_(trains.of(k, unit), of_neuron);
        const std::int64_t begin = (neuron + unit) * features_;  // place of its first feature
        for (std::int64_t f = std::max(first - begin, std::int64_t{0}); f < std::min(features_, last - begin);
             ++f) {
          row[begin + f - first] = of_neuron[static_cast<std::size_t>(f)];
        }
      }
    });
    return block;
  }

 private:
  LayerSource source_;
  std::string label_;
  std::int64_t features_;
  TrainFeatures compute_;
};

}  // namespace

std::unique_ptr<Patterns> train_patterns(const LayerSource& source, const std::string& label,
                                         std::int64_t features, TrainFeatures compute) {
  return std::make_unique<TrainPatterns>(source, label, features, std::move(compute));
}

}  // namespace homolog::experiments
