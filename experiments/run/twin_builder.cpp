#include "experiments/run/twin_builder.hpp"

#include <algorithm>
#include <utility>

#include "conversion/spiking/calibrate.hpp"
#include "conversion/spiking/rank_order.hpp"
#include "experiments/run/rank_calibration.hpp"
#include "sim/core/error.hpp"

namespace homolog::experiments {
namespace {

bool speaks_in_times(const Experiment::Spiking& spiking) {
  return spiking.windows && std::holds_alternative<sim::TimeToFirstSpike>(spiking.windows->neuron);
}

/// Windows that are as long as each stimulus needs are exact without scales.
bool needs_scales(const Experiment::Spiking& spiking) {
  return !speaks_in_times(spiking) || spiking.windows->calibrated;
}

bool reads_ranks(const Experiment::Spiking& spiking) {
  return spiking.rank_order || spiking.input == conversion::InputCode::rank_order;
}

/// A calibrated window must hold the largest activation of its layer.
conversion::ThresholdRule threshold_rule(const Experiment::Spiking& spiking) {
  if (!speaks_in_times(spiking)) {
    return spiking.threshold;
  }
  return {.method = conversion::ThresholdRule::Method::maximum,
          .scope = conversion::ThresholdRule::Scope::layer};
}

}  // namespace

bool uses_calibration(const Experiment::Spiking& spiking) {
  return needs_scales(spiking) || reads_ranks(spiking);
}

conversion::Twin TwinBuilder::build() {
  conversion::Twin twin = conversion::convert(prepared_.graph, scales(), prepared_.conversion);
  if (reads_ranks(experiment_.spiking)) {
    read_by_rank(twin);
  }
  return twin;
}

FloatPass TwinBuilder::calibration_pass(std::int64_t images) {
  return {.graph = &prepared_.graph,
          .normalisation = &prepared_.normalisation,
          .stimuli = &prepared_.calibration_stimuli(),
          .images = images,
          .threads = threads_,
          .stop = stop_,
          .progress = [this](std::int64_t done) { progress_.update(done); }};
}

std::vector<conversion::Scale> TwinBuilder::scales() {
  const std::vector<conversion::TensorId>& linear = prepared_.conversion.linear;
  const std::vector<conversion::TensorId> keep = conversion::scaled_tensors(prepared_.graph, linear);
  if (keep.empty() || !needs_scales(experiment_.spiking)) {
    return conversion::unit_scales(prepared_.graph, linear);
  }
  conversion::Calibration calibration(prepared_.graph, threshold_rule(experiment_.spiking),
                                      prepared_.calibration_images, linear);
  progress_.begin("calibrate", prepared_.calibration_images, "images");
  FloatPass pass = calibration_pass(prepared_.calibration_images);
  pass.receive = [&](std::int64_t /*image*/, std::size_t k, std::span<const float> values) {
    calibration.add(keep[k], values);
  };
  pass.run(keep);
  progress_.end();
  return experiment_.spiking.fitted.any() ? fitted(calibration.scales()) : calibration.scales();
}

/// Fitted to the simulated network.
std::vector<conversion::Scale> TwinBuilder::fitted(std::vector<conversion::Scale> scales) {
  const Stimuli& stimuli = prepared_.calibration_stimuli();
  const conversion::CalibrationOptions options = calibration_options(experiment_, prepared_, threads_);
  conversion::SpikingCalibration calibration(prepared_.graph, prepared_.conversion, options);
  FloatPass pass = calibration_pass(std::max(options.images, options.weight_images));
  pass.progress = [](std::int64_t /*done*/) {};
  pass.receive = [&](std::int64_t image, std::size_t k, std::span<const float> values) {
    calibration.add(image, k, values);
  };
  pass.run(calibration.tensors());
  progress_.begin("fit", std::ssize(prepared_.outline.rectifiers), "layers");
  scales = calibration.run(
      std::move(scales), [&](std::int64_t image) { return presented_values(prepared_, stimuli.at(image)); },
      [&](std::int64_t done, std::int64_t /*all*/) {
        progress_.update(done);
        if (stop_()) {
          throw Error(ErrorKind::interrupted, "interrupted while calibrating");
        }
      });
  progress_.end();
  return scales;
}

void TwinBuilder::read_by_rank(conversion::Twin& twin) {
  progress_.begin("calibrate", prepared_.calibration_images, "images");
  const conversion::RankTables tables =
      calibrate_ranks(calibration_pass(prepared_.calibration_images), experiment_.spiking.rank_order,
                      prepared_.conversion.input == conversion::InputCode::rank_order);
  progress_.end();
  conversion::read_by_rank(twin, tables, experiment_.spiking.geometric_ranks);
}

}  // namespace homolog::experiments
