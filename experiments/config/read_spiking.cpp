#include "experiments/config/read_spiking.hpp"

#include <algorithm>
#include <variant>

#include "experiments/config/choices.hpp"
#include "experiments/config/read_neuron.hpp"
#include "sim/network/phases.hpp"

namespace homolog::experiments {
namespace {

/// Takes a key that has no effect beside what else was chosen, and says so in `unused`.
void take_unused(Parameters& parameters, const std::string& key, std::vector<std::string>& unused) {
  if (parameters.has(key)) {
    parameters.ignore(key);
    unused.push_back(parameters.path() + "." + key);
  }
}

/// Whether a neuron's potential tells what its spikes have not said yet, step by step.
bool conserves_charge(const Experiment::Spiking& spiking) {
  const auto* model = std::get_if<sim::IntegrateAndFire>(&spiking.neuron);
  return !spiking.windows && spiking.phases == 0 && !spiking.asynchronous && model != nullptr &&
         model->reset == sim::Reset::subtract && model->refractory == 0;
}

std::string read_correction_method(Parameters& parameters) {
  return parameters.choice("method", names_of(correction_methods()), "none");
}

void read_correction(Parameters parameters, Experiment::Spiking& spiking, std::vector<std::string>& unused) {
  const std::string method = read_correction_method(parameters);
  if (method == "none") {
    take_unused(parameters, "steps", unused);
    return;
  }
  const std::int64_t steps = parameters.integer("steps", 1, 1000, 4);
  if (spiking.windows || spiking.phases > 0) {
    return;  // accepted without effect
  }
  if (spiking.code != "rate" || !conserves_charge(spiking)) {
    parameters.fail("method", method +
                                  " needs code rate, neurons of model if with reset: subtract and "
                                  "refractory: 0, and the synchronous scheduler");
  }
  if (steps >= spiking.steps) {
    parameters.fail("steps", "must be less than spiking.steps, which counts them too (" +
                                 std::to_string(spiking.steps) + "), got " + std::to_string(steps));
  }
  spiking.correction = {.method = method, .steps = steps};
}

std::string read_threshold_method(Parameters& parameters) {
  std::vector<std::string> methods = names_of(threshold_methods());
  methods.emplace_back("max");
  // Who names a percentile wants that method.
  return parameters.choice("method", methods, parameters.has("percentile") ? "percentile" : "auto");
}

conversion::ThresholdRule::Scope read_scope(Parameters& parameters) {
  using Scope = conversion::ThresholdRule::Scope;
  return parameters.choice("scope", {"layer", "channel"}, "channel") == "layer" ? Scope::layer
                                                                                : Scope::channel;
}

/// Whether neurons of model `auto` take spikes back: thresholds that are fitted to the number of steps, where
/// nothing else that was asked for needs spikes that are all alike.
bool may_have_signs(Parameters& parameters, const Experiment::Spiking& spiking) {
  Parameters correction = parameters.map("correction");
  Parameters threshold = parameters.map("threshold");
  const bool corrected = read_correction_method(correction) != "none";
  const bool fitted = read_threshold_method(threshold) == "auto" &&
                      read_scope(threshold) == conversion::ThresholdRule::Scope::channel;
  return spiking.code == "rate" && !spiking.asynchronous &&
         spiking.steps <= conversion::kMostCalibratedSteps && fitted && !corrected &&
         spiking.weights == conversion::WeightFormat::float32;
}

/// Returns whether the method is auto.
bool read_threshold(Parameters parameters, Experiment::Spiking& spiking, std::vector<std::string>& unused) {
  using Rule = conversion::ThresholdRule;
  Rule& rule = spiking.threshold;
  const std::string method = read_threshold_method(parameters);
  rule.scope = read_scope(parameters);
  const bool automatic = method == "auto";
  if (method == "percentile") {
    rule.method = Rule::Method::percentile;
    rule.percentile = parameters.number("percentile", 0.0, 100.0, 99.9);
    if (!(rule.percentile > 0.0)) {
      parameters.fail("percentile", "must be > 0 and at most 100");
    }
  } else {
    take_unused(parameters, "percentile", unused);
    rule.method = method == "mse" || method == "cubic" ? Rule::Method::least_error
                  : method == "ltb"                    ? Rule::Method::ltb
                                                       : Rule::Method::maximum;
  }
  if (automatic) {
    spiking.fitted.threshold = rule.scope == Rule::Scope::channel && can_be_calibrated(spiking);
    rule.method = spiking.fitted.threshold ? Rule::Method::maximum : Rule::Method::percentile;
  }
  const auto* few = spiking.windows ? std::get_if<sim::FewSpikes>(&spiking.windows->neuron) : nullptr;
  if (automatic && few != nullptr) {
    rule.method = Rule::Method::least_error;
  }
  rule.power = method == "cubic" || (automatic && few != nullptr) ? 3 : 2;
  // The values of binary fractions are as many as those of so many steps.
  const sim::Step digits = few != nullptr ? few->steps : std::min<sim::Step>(spiking.phases, 16);
  rule.steps = digits > 0 ? (sim::Step{1} << digits) - 1 : static_cast<sim::Step>(spiking.answer_steps());
  rule.initial = digits > 0 ? 0.5
                            : std::visit([](const auto& model) { return static_cast<double>(model.initial); },
                                         spiking.neuron);
  Parameters calibration = parameters.map("calibration");
  spiking.calibration_images = calibration.integer("images", 1, 1000000, 128);
  if (calibration.has("stimuli")) {
    Parameters stimuli = calibration.map("stimuli");
    spiking.calibration = read_calibration_stimuli(stimuli);
  }
  return automatic;
}

/// automatic: of the threshold's method; its calibration is then on by default.
void read_calibration(Parameters parameters, bool automatic, bool initial_is_given,
                      Experiment::Spiking& spiking) {
  const bool possible = can_be_calibrated(spiking);
  const auto flag = [&](const char* key, bool by_default) {
    const bool value = parameters.flag(key, by_default && automatic && possible);
    if (spiking.windows || spiking.phases > 0) {
      return false;  // accepted without effect
    }
    if (value && !possible) {
      parameters.fail(key,
                      "needs neurons of model if with reset: subtract and refractory: 0, or signed-if, the "
                      "synchronous scheduler, and at most " +
                          std::to_string(conversion::kMostCalibratedSteps) + " steps");
    }
    return value;
  };
  spiking.fitted.scale = flag("scale", true);
  spiking.fitted.bias = flag("bias", true);
  spiking.fitted.initial = flag("initial", !initial_is_given);
  spiking.fitted.weights = flag("weights", false);
}

/// What belongs to codes that answer window by window.
void read_windows(Parameters& parameters, Experiment::Spiking& spiking, std::vector<std::string>& unused) {
  const bool ttfs = spiking.code == "ttfs";
  const bool few = spiking.code == "few-spike";
  spiking.rank_order = spiking.code == "rank-order";
  if (ttfs || few || spiking.rank_order) {
    spiking.windows.emplace();
    spiking.window_ms = parameters.number("window_ms", 0.001, 1.0e6, 10.0);
  } else {
    take_unused(parameters, "window_ms", unused);
  }
  if (ttfs) {
    spiking.windows->calibrated =
        parameters.choice("window", {"exact", "calibrated"}, "exact") == "calibrated";
  } else {
    take_unused(parameters, "window", unused);
  }
  if (ttfs && spiking.windows->calibrated) {
    spiking.windows->margin = static_cast<float>(parameters.number("window_margin", 1.0, 1000.0, 1.1));
  } else {
    take_unused(parameters, "window_margin", unused);
  }
  if (spiking.rank_order) {
    spiking.geometric_ranks =
        parameters.choice("rank_reading", {"table", "geometric"}, "table") == "geometric";
  } else {
    take_unused(parameters, "rank_reading", unused);
  }
  if (few) {
    const auto steps = static_cast<std::uint32_t>(parameters.integer("window_steps", 1, 16, 8));
    spiking.windows->neuron = sim::FewSpikes{.steps = steps};
  } else {
    take_unused(parameters, "window_steps", unused);
  }
}

/// What belongs to phase coding: its neurons have no choices.
void read_phases(Parameters& parameters, Experiment::Spiking& spiking, std::vector<std::string>& unused) {
  if (spiking.code != "phase") {
    take_unused(parameters, "phases", unused);
    return;
  }
  spiking.phases = static_cast<sim::Step>(parameters.integer("phases", 1, sim::kMostPhases, 8));
  // Half of the least worth: a period rounds what it is given instead of cutting it off.
  spiking.neuron = sim::IntegrateAndFire{.initial = sim::least_worth(spiking.phases) / 2.0F};
}

void read_input(Parameters& parameters, Experiment::Spiking& spiking) {
  const std::string input = parameters.choice("input", names_of(input_codes()), "current");
  if (input == "poisson" && spiking.windows) {
    parameters.fail("input", "poisson spikes come in steps, and code " + spiking.code +
                                 " has none; use current or latency");
  }
  if (input == "poisson" && spiking.phases > 0) {
    parameters.fail("input",
                    "the probability of a poisson spike does not depend on what it is worth, as code phase "
                    "would need; use current");
  }
  if ((input == "latency" || input == "rank-order") && !spiking.windows) {
    parameters.fail("input", input + " needs a code with windows (ttfs, rank-order, few-spike), not " +
                                 spiking.code +
                                 (spiking.phases > 0 ? "; use current" : "; use current or poisson"));
  }
  spiking.input = input == "poisson"      ? conversion::InputCode::poisson
                  : input == "latency"    ? conversion::InputCode::latency
                  : input == "rank-order" ? conversion::InputCode::rank_order
                                          : conversion::InputCode::current;
}

void read_scheduler(Parameters& parameters, Experiment::Spiking& spiking, std::vector<std::string>& unused) {
  spiking.asynchronous =
      parameters.choice("scheduler", names_of(schedulers()), "synchronous") == "asynchronous" &&
      spiking.phases == 0 && !spiking.windows;
  if (spiking.asynchronous) {
    spiking.event_order = parameters.choice("event_order", {"random", "unit"}, "random") == "random"
                              ? sim::EventOrder::random
                              : sim::EventOrder::unit;
  } else {
    take_unused(parameters, "event_order", unused);
  }
}

/// Whether linear outputs become neurons.
bool read_linear(Parameters& parameters, const Experiment::Spiking& spiking) {
  const bool fires = parameters.choice("linear", {"relay", "neurons"}, "relay") == "neurons";
  if (fires && !spiking.windows && spiking.phases == 0 &&
      !std::holds_alternative<sim::SignedIntegrateAndFire>(spiking.neuron)) {
    parameters.fail("linear",
                    "neurons needs neurons that fire for negative values too: neuron.model signed-if");
  }
  return fires && !spiking.windows && spiking.phases == 0;
}

/// Spikes with signs are for the synchronous scheduler and float weights.
void check_signs(Parameters& parameters, const Experiment::Spiking& spiking) {
  if (!std::holds_alternative<sim::SignedIntegrateAndFire>(spiking.neuron) || spiking.windows) {
    return;
  }
  if (spiking.asynchronous) {
    parameters.fail("scheduler", "asynchronous has no spikes with signs; use neuron.model if or lif");
  }
  if (spiking.weights == conversion::WeightFormat::int8) {
    parameters.fail("weights", "int8 needs spikes that are all alike; use neuron.model if or lif");
  }
}

/// Lists keys that were given and read, but that the chosen code does not use.
void note_unused(Parameters& parameters, const std::vector<std::string>& keys,
                 std::vector<std::string>& unused) {
  for (const std::string& key : keys) {
    if (parameters.has(key)) {
      unused.push_back(parameters.path() + "." + key);
    }
  }
}

}  // namespace

bool can_be_calibrated(const Experiment::Spiking& spiking) {
  const bool with_signs = std::holds_alternative<sim::SignedIntegrateAndFire>(spiking.neuron);
  return (conserves_charge(spiking) || (with_signs && !spiking.windows)) &&
         spiking.answer_steps() <= conversion::kMostCalibratedSteps;
}

Experiment::Spiking read_spiking(Parameters parameters, bool spike_times, std::vector<std::string>& unused) {
  Experiment::Spiking spiking;
  spiking.where = parameters.where("");
  spiking.spike_times = spike_times;
  spiking.code = parameters.choice("code", names_of(spiking_codes()), "rate");
  read_windows(parameters, spiking, unused);
  if (spiking.windows) {  // before their defaults are filled in
    note_unused(parameters,
                {"steps", "step_ms", "scheduler", "event_order", "neuron", "linear", "correction", "weights",
                 "calibration"},
                unused);
  }
  read_phases(parameters, spiking, unused);
  if (spiking.phases > 0) {
    note_unused(parameters, {"scheduler", "neuron", "linear", "correction", "calibration"}, unused);
  }
  read_input(parameters, spiking);
  if (spiking.code == "ttfs" && !spiking.windows->calibrated &&
      spiking.input != conversion::InputCode::rank_order) {
    note_unused(parameters, {"threshold"}, unused);
  }
  read_scheduler(parameters, spiking, unused);
  spiking.steps = parameters.integer("steps", 1, 100000, 64);
  spiking.step_ms = parameters.number("step_ms", 0.001, 1000.0, 1.0);
  Parameters chosen = parameters.map("neuron");  // before what decides on signs, in the resolved text
  spiking.weights = parameters.choice("weights", {"float32", "int8"}, "float32") == "int8"
                        ? conversion::WeightFormat::int8
                        : conversion::WeightFormat::float32;
  const bool signs = may_have_signs(parameters, spiking) && !spike_times;
  const sim::Neuron neuron = read_neuron(std::move(chosen), spiking.step_ms, signs, unused);
  if (spiking.phases == 0) {
    spiking.neuron = neuron;
  }
  spiking.linear_fires = read_linear(parameters, spiking);
  const bool initial_is_given = parameters.map("neuron").has("initial");
  read_correction(parameters.map("correction"), spiking, unused);
  check_signs(parameters, spiking);
  const bool automatic = read_threshold(parameters.map("threshold"), spiking, unused);
  read_calibration(parameters.map("calibration"), automatic, initial_is_given, spiking);
  spiking.prediction_images = parameters.integer("prediction_images", 0, 10000, 64);
  return spiking;
}

}  // namespace homolog::experiments
