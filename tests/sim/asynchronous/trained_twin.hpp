#pragma once

// A trained model's spiking twin and what the float network answers, without a whole run.

#include <algorithm>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "conversion/onnx/import.hpp"
#include "conversion/reference/float_network.hpp"
#include "conversion/spiking/convert.hpp"
#include "experiments/run/normalisation.hpp"
#include "experiments/stimuli/stimuli.hpp"

namespace homolog::test {

class TrainedTwin {
 public:
  /// Thresholds from the first `calibration` of the stimuli (all must have labels).
  TrainedTwin(const std::string& onnx, const experiments::StimuliSpec& stimuli, std::int64_t calibration,
              const conversion::ThresholdRule& rule)
      : graph_(conversion::import_model(onnx)),
        normalisation_(experiments::normalisation_of({}, graph_)),
        stimuli_(experiments::open_stimuli(stimuli)) {
    const auto tensors = conversion::scaled_tensors(graph_);
    conversion::FloatNetwork network(graph_, tensors, 1);
    conversion::Calibration scales(graph_, rule, calibration);
    for (std::int64_t i = 0; i < calibration; ++i) {
      const std::vector<float> input = normalisation_.apply(stimuli_->at(i));
      network.run({input}, 1, [&](conversion::TensorId tensor, std::span<const float> values) {
        scales.add(tensor, values);
      });
    }
    twin_ = conversion::convert(graph_, scales.scales(), {});
    readout_ = std::make_unique<conversion::FloatNetwork>(graph_, graph_.outputs, 1);
  }

  [[nodiscard]] const sim::Network& network() const { return twin_.network; }
  [[nodiscard]] std::int64_t label(std::int64_t i) const { return stimuli_->label(i).value(); }
  /// Image i as the spiking network takes it, [H,W,C].
  [[nodiscard]] std::vector<float> stimulus(std::int64_t i) const {
    return sim::hwc_values(network().populations[twin_.input].shape, normalisation_.apply(stimuli_->at(i)));
  }
  /// The float network's output for image i.
  [[nodiscard]] std::vector<double> answer(std::int64_t i) {
    const std::vector<float> input = normalisation_.apply(stimuli_->at(i));
    std::vector<double> answer;
    readout_->run({input}, 1, [&](conversion::TensorId, std::span<const float> values) {
      answer.assign(values.begin(), values.end());
    });
    return answer;
  }

 private:
  conversion::FloatGraph graph_;
  experiments::Normalisation normalisation_;
  std::unique_ptr<experiments::Stimuli> stimuli_;
  conversion::Twin twin_{};
  std::unique_ptr<conversion::FloatNetwork> readout_{};
};

/// The largest of the values.
inline std::int64_t best(std::span<const double> values) {
  return std::max_element(values.begin(), values.end()) - values.begin();
}

}  // namespace homolog::test
