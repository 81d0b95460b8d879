#include "experiments/config/experiment.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <memory>
#include <random>
#include <string>
#include <variant>
#include <vector>

#include "tests/support/paths.hpp"

namespace homolog::experiment_test {
namespace {

using namespace homolog::experiments;
using homolog::Error;
using homolog::ErrorKind;
using homolog::Parameters;
namespace sim = homolog::sim;

/// An analysis that only remembers its layers.
class Probe : public Analysis {
 public:
  explicit Probe(std::vector<std::string> layers) : layers_(std::move(layers)) {}
  std::vector<RepresentationKey> prepare(const AnalysisPlan& /*plan*/) override { return {}; }
  void run(const AnalysisInputs& /*inputs*/, ResultsFile& /*results*/) override {}
  [[nodiscard]] const std::vector<std::string>& layers() const { return layers_; }

 private:
  std::vector<std::string> layers_;
};

AnalysisRegistry analyses() {
  AnalysisRegistry registry("analysis");
  registry.add("probe", "for tests", [](Parameters& parameters) {
    return std::make_shared<Probe>(parameters.texts("layers", std::vector<std::string>{"all"}));
  });
  return registry;
}

class ParseExperiment : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = homolog::test::fresh_folder(std::string("config_") +
                                          testing::UnitTest::GetInstance()->current_test_info()->name());
    file_ = folder_ + "/quickstart.yaml";
  }

  Experiment parse(const std::string& text, const Overrides& overrides = {}) const {
    std::ofstream(file_) << text;
    return parse_experiment(file_, overrides, analyses());
  }

  /// The message, the file's folder left out.
  std::string message_of(const std::string& text, const Overrides& overrides = {}) const {
    try {
      (void)parse(text, overrides);
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::config);
      const std::string message = error.what();
      return message.rfind(folder_, 0) == 0 ? message.substr(folder_.size() + 1) : message;
    }
    return "";
  }

  std::string folder_{};
  std::string file_{};
};

// Four lines; what tests add begins in line 5.
const std::string kSmallest =
    "model:\n"
    "  onnx: ../net.onnx\n"
    "stimuli:\n"
    "  idx: {images: images.gz}\n";

const std::string kWhole =
    "name: whole\n"
    "seed: 7\n"
    "model:\n"
    "  onnx: /models/net.onnx\n"
    "  input: {scale: byte, mean: [0.1, 0.2, 0.3], std: [1, 2, 3]}\n"
    "stimuli:\n"
    "  folder: {path: pictures, resize: [224, 224]}\n"
    "  first: 3\n"
    "  count: 92\n"
    "spiking:\n"
    "  code: rate\n"
    "  input: poisson\n"
    "  steps: 128\n"
    "  step_ms: 0.5\n"
    "  neuron: {model: lif, reset: zero, initial: 0.25, refractory: 2, tau_ms: 20}\n"
    "  weights: int8\n"
    "  threshold:\n"
    "    method: maximum\n"
    "    scope: layer\n"
    "    calibration: {images: 16, stimuli: {cifar10: [data_1.bin, data_2.bin], count: 20}}\n"
    "record: {layers: [conv*, pool], spikes: false, counts: true}\n"
    "analyses:\n"
    "  - probe: {layers: [relu1]}\n"
    "  - probe: {}\n"
    "output: /tmp/results\n";

TEST_F(ParseExperiment, TheSmallestExperimentHasTheDefaultsOfTheManual) {
  const Experiment e = parse(kSmallest);
  EXPECT_EQ(e.name, "quickstart");
  EXPECT_EQ(e.seed, 1U);
  EXPECT_EQ(e.model.onnx, (std::filesystem::path(folder_).parent_path() / "net.onnx").string());
  EXPECT_TRUE(e.model.unit_scale);
  EXPECT_FALSE(e.model.mean.has_value());
  EXPECT_FALSE(e.model.std.has_value());
  EXPECT_EQ(e.stimuli.kind, StimuliSpec::Kind::idx);
  EXPECT_EQ(e.stimuli.files, std::vector<std::string>{folder_ + "/images.gz"});
  EXPECT_EQ(e.spiking.code, "rate");
  EXPECT_EQ(e.spiking.input, homolog::conversion::InputCode::current);
  EXPECT_EQ(e.spiking.steps, 64);
  EXPECT_EQ(e.spiking.step_ms, 1.0);
  EXPECT_EQ(std::get<sim::SignedIntegrateAndFire>(e.spiking.neuron).initial, 0.5F);
  EXPECT_EQ(e.spiking.weights, homolog::conversion::WeightFormat::float32);
  using Rule = homolog::conversion::ThresholdRule;
  EXPECT_EQ(e.spiking.threshold.method, Rule::Method::maximum);  // auto: where the fit begins
  EXPECT_EQ(e.spiking.threshold.scope, Rule::Scope::channel);
  const homolog::conversion::CalibrationChoice& fitted = e.spiking.fitted;
  EXPECT_TRUE(fitted.threshold && fitted.scale && fitted.bias && fitted.initial);
  EXPECT_FALSE(fitted.weights);
  EXPECT_EQ(e.spiking.calibration_images, 128);
  EXPECT_FALSE(e.spiking.calibration.has_value());
  EXPECT_EQ(e.record.layers, std::vector<std::string>{"all"});
  EXPECT_TRUE(e.record.spikes);
  EXPECT_FALSE(e.record.counts);
  EXPECT_TRUE(e.analyses.empty());
  EXPECT_EQ(e.output, folder_ + "/results/quickstart");
  EXPECT_TRUE(e.unused.empty());
}

TEST_F(ParseExperiment, EveryKeyIsRead) {
  const Experiment e = parse(kWhole);
  EXPECT_EQ(e.name, "whole");
  EXPECT_EQ(e.seed, 7U);
  EXPECT_EQ(e.model.onnx, "/models/net.onnx");
  EXPECT_FALSE(e.model.unit_scale);
  EXPECT_EQ(e.model.mean, (std::vector<double>{0.1, 0.2, 0.3}));
  EXPECT_EQ(e.model.std, (std::vector<double>{1, 2, 3}));
  EXPECT_EQ(e.stimuli.first, 3);
  EXPECT_EQ(e.stimuli.count, 92);
  EXPECT_EQ(e.spiking.input, homolog::conversion::InputCode::poisson);
  EXPECT_EQ(e.spiking.steps, 128);
  EXPECT_EQ(e.spiking.step_ms, 0.5);
  const auto& neuron = std::get<sim::LeakyIntegrateAndFire>(e.spiking.neuron);
  EXPECT_EQ(neuron.reset, sim::Reset::zero);
  EXPECT_EQ(neuron.initial, 0.25F);
  EXPECT_EQ(neuron.refractory, 2U);
  EXPECT_EQ(neuron.decay, static_cast<float>(std::exp(-0.5 / 20.0)));
  EXPECT_EQ(e.spiking.weights, homolog::conversion::WeightFormat::int8);
  EXPECT_EQ(e.spiking.threshold.method, homolog::conversion::ThresholdRule::Method::maximum);
  EXPECT_EQ(e.spiking.threshold.scope, homolog::conversion::ThresholdRule::Scope::layer);
  EXPECT_EQ(e.spiking.calibration_images, 16);
  ASSERT_TRUE(e.spiking.calibration.has_value());
  EXPECT_EQ(e.spiking.calibration->files,
            (std::vector<std::string>{folder_ + "/data_1.bin", folder_ + "/data_2.bin"}));
  EXPECT_EQ(e.record.layers, (std::vector<std::string>{"conv*", "pool"}));
  EXPECT_FALSE(e.record.spikes);
  EXPECT_TRUE(e.record.counts);
  ASSERT_EQ(e.analyses.size(), 2U);
  EXPECT_EQ(e.analyses[0].kind, "probe");
  EXPECT_EQ(dynamic_cast<const Probe&>(*e.analyses[0].analysis).layers(), std::vector<std::string>{"relu1"});
  EXPECT_EQ(dynamic_cast<const Probe&>(*e.analyses[1].analysis).layers(), std::vector<std::string>{"all"});
  EXPECT_EQ(e.output, "/tmp/results");
}

struct Mistake {
  std::string added;  ///< after kSmallest, from line 5 on
  std::string message;
};

TEST_F(ParseExperiment, EveryMistakeIsNamedWithItsPlaceAndWhatWouldBeRight) {
  const std::vector<Mistake> mistakes{
      {"spiking:\n  stepz: 3\n", "quickstart.yaml:6:3: spiking.stepz: unknown key; did you mean 'steps'?"},
      {"spikes: 3\n", "quickstart.yaml:5:1: spikes: unknown key; did you mean 'spiking'?"},
      {"spiking:\n  steps: fast\n",
       "quickstart.yaml:6:3: spiking.steps: must be a whole number in [1, 100000], got 'fast'"},
      {"spiking: {steps: 0}\n",
       "quickstart.yaml:5:11: spiking.steps: must be a whole number in [1, 100000], got '0'"},
      {"spiking: {steps: 1}\nspiking: {steps: 2}\n",
       "quickstart.yaml:6:1: spiking: key given twice; the first is in line 5"},
      {"spiking: fast\n", "quickstart.yaml:5:1: spiking: must be a mapping (key: value), got 'fast'"},
      {"spiking: {code: frequency}\n",
       "quickstart.yaml:5:11: spiking.code: unknown value 'frequency' (known: rate, ttfs, rank-order, "
       "few-spike, phase)"},
      {"spiking: {neuron: {model: liff}}\n",
       "quickstart.yaml:5:20: spiking.neuron.model: unknown value 'liff'; did you mean 'lif'? "
       "(known: auto, if, lif, signed-if)"},
      {"spiking: {linear: neurons, steps: 65}\n",
       "quickstart.yaml:5:11: spiking.linear: neurons needs neurons that fire for negative values too: "
       "neuron.model signed-if"},
      {"spiking: {neuron: {tau: 5}}\n",
       "quickstart.yaml:5:20: spiking.neuron.tau: unknown key; known: model, reset, initial, refractory, "
       "tau_ms"},
      {"spiking: {steps: 128, calibration: {bias: true}}\n",
       "quickstart.yaml:5:37: spiking.calibration.bias: needs neurons of model if with reset: subtract and "
       "refractory: 0, or signed-if, the synchronous scheduler, and at most 64 steps"},
      {"spiking: {threshold: {percentile: 0}}\n",
       "quickstart.yaml:5:23: spiking.threshold.percentile: must be > 0 and at most 100"},
      {"spiking: {threshold: {calibration: {stimuli: {cifar10: [a.bin], repetitions: 2}}}}\n",
       "quickstart.yaml:5:65: spiking.threshold.calibration.stimuli.repetitions: unknown key; known: first, "
       "count, folder, idx, cifar10, hdf5"},
      {"spiking: {threshold: {calibration: {stimuli: {}}}}\n",
       "quickstart.yaml:5:37: spiking.threshold.calibration.stimuli: needs exactly one source of images: "
       "folder, idx, cifar10 or hdf5; it has none"},
      {"seed: -1\n", "quickstart.yaml:5:1: seed: must be a whole number >= 0, got '-1'"},
      {"name: a/b\n",
       "quickstart.yaml:5:1: name: must be usable as the name of a folder: 1 to 100 bytes without '/', '\\' "
       "and "
       "control characters, not beginning with '.' or a space"},
      {"record: {spikes: maybe}\n",
       "quickstart.yaml:5:10: record.spikes: must be true or false, got 'maybe'"},
      {"spiking: {steps: 70000}\nrecord: {counts: true}\n",
       "quickstart.yaml:6:10: record.counts: counts are kept in 16 bits, so spiking.steps must be at most "
       "65535, got 70000"},
      {"analyses: {probe: {}}\n", "quickstart.yaml:5:1: analyses: must be a list of mappings, got a mapping"},
      {"analyses:\n  - prob: {}\n",
       "quickstart.yaml:6:5: analyses[0].prob: unknown analysis 'prob'; did you mean 'probe'? (known: "
       "probe)"},
      {"analyses:\n  - probe: {}\n    other: {}\n",
       "quickstart.yaml:6:5: analyses[0]: must have one key, the kind of analysis (known: probe), got 2"},
      {"analyses:\n  - probe: {layer: all}\n",
       "quickstart.yaml:6:13: analyses[0].probe.layer: unknown key; did you mean 'layers'?"},
      {"output: ${HOMOLOG_TEST_UNSET}/x\n",
       "quickstart.yaml:5:1: output: environment variable HOMOLOG_TEST_UNSET is not set; set it (export "
       "HOMOLOG_TEST_UNSET=...), give a default (${HOMOLOG_TEST_UNSET:-default}) or write the path itself"},
  };
  for (const Mistake& mistake : mistakes) {
    EXPECT_EQ(message_of(kSmallest + mistake.added), mistake.message);
  }
}

TEST_F(ParseExperiment, AMistakeInTheModelIsNamed) {
  const std::string rest = "stimuli: {idx: {images: a}}\n";
  EXPECT_EQ(message_of(rest), "quickstart.yaml: model: is missing");
  EXPECT_EQ(message_of(rest + "modle: {onnx: a}\n"),
            "quickstart.yaml:2:1: modle: unknown key; did you mean 'model'?");
  EXPECT_EQ(message_of(rest + "model: {}\n"), "quickstart.yaml:2:1: model.onnx: is missing");
  EXPECT_EQ(message_of("model: {onnx: a}\n"), "quickstart.yaml: stimuli: is missing");
  EXPECT_EQ(
      message_of(rest + "model: {onnx: a, input: {mean: [1, 2], std: [1]}}\n"),
      "quickstart.yaml:2:40: model.input.std: must have as many numbers as mean, one per channel of the "
      "image: 2, got 1");
  EXPECT_EQ(message_of(rest + "model: {onnx: a, input: {std: [1, 0]}}\n"),
            "quickstart.yaml:2:26: model.input.std: every number must be > 0");
}

TEST_F(ParseExperiment, AFileThatIsNoExperimentIsRefused) {
  EXPECT_EQ(message_of(""), "quickstart.yaml: must be a mapping (key: value), got nothing");
  EXPECT_EQ(message_of("- a\n"), "quickstart.yaml:1:1: must be a mapping (key: value), got a list");
  const auto message = [&](const std::string& path) -> std::string {
    try {
      (void)parse_experiment(path, {}, analyses());
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::config);
      return error.what();
    }
    return "";
  };
  EXPECT_EQ(message(folder_ + "/none.yaml"),
            folder_ + "/none.yaml: no such file; homolog needs an experiment in YAML");
  EXPECT_EQ(message(folder_), folder_ + ": is a folder; homolog needs an experiment in YAML");
}

TEST_F(ParseExperiment, KeysThatOnlyAnotherChoiceUsesAreListed) {
  const Experiment e = parse(kSmallest +
                             "spiking:\n"
                             "  neuron: {model: if, tau_ms: 20}\n"
                             "  correction: {steps: 3}\n"
                             "  threshold: {method: max, percentile: 99}\n");
  EXPECT_EQ(e.unused, (std::vector<std::string>{"spiking.neuron.tau_ms", "spiking.correction.steps",
                                                "spiking.threshold.percentile"}));
  EXPECT_EQ(e.spiking.correction.steps, 0);
  EXPECT_EQ(e.spiking.threshold.method, homolog::conversion::ThresholdRule::Method::maximum);
}

TEST_F(ParseExperiment, PhaseCodingHasNeuronsOfItsOwn) {
  const Experiment e = parse(kSmallest +
                             "spiking:\n"
                             "  code: phase\n"
                             "  phases: 4\n"
                             "  neuron: {model: lif, reset: zero}\n");
  EXPECT_EQ(e.spiking.phases, 4U);
  const auto& neuron = std::get<sim::IntegrateAndFire>(e.spiking.neuron);
  EXPECT_EQ(neuron.reset, sim::Reset::subtract);
  EXPECT_EQ(e.unused, std::vector<std::string>{"spiking.neuron"});
  EXPECT_EQ(parse(kSmallest + "spiking: {code: phase}\n").spiking.phases, 8U);
  const Experiment corrected = parse(kSmallest + "spiking: {code: phase, correction: {method: srp}}\n");
  EXPECT_EQ(corrected.spiking.correction.steps, 0) << "belongs to code rate";
  EXPECT_EQ(corrected.unused, std::vector<std::string>{"spiking.correction"});
  const Experiment rate = parse(kSmallest + "spiking: {phases: 4}\n");
  EXPECT_EQ(rate.spiking.phases, 0U);
  EXPECT_EQ(rate.unused, std::vector<std::string>{"spiking.phases"});
  EXPECT_THAT(message_of(kSmallest + "spiking: {code: phase, phases: 25}\n"),
              testing::HasSubstr("spiking.phases: must be a whole number in [1, 24], got '25'"));
  EXPECT_THAT(
      message_of(kSmallest + "spiking: {code: phase, input: poisson}\n"),
      testing::HasSubstr("spiking.input: the probability of a poisson spike does not depend on what it is "
                         "worth, as code phase would need; use current"));
  EXPECT_THAT(message_of(kSmallest + "spiking: {code: phase, input: latency}\n"),
              testing::HasSubstr("not phase; use current"));
}

TEST_F(ParseExperiment, OverridesReplaceAndCreate) {
  const Experiment e = parse(kWhole, {{"spiking.steps", "32"},
                                      {"spiking.steps", "16"},
                                      {"model.input.mean", "[1, 2, 4]"},
                                      {"analyses.1.probe.layers", "relu2"},
                                      {"analyses[0].probe.layers[0]", "relu9"},
                                      {"analyses.2", "{probe: {layers: x}}"},
                                      {"spiking.threshold.calibration", "{}"}});
  EXPECT_EQ(e.spiking.steps, 16);
  EXPECT_EQ(e.model.mean, (std::vector<double>{1, 2, 4}));
  ASSERT_EQ(e.analyses.size(), 3U);
  EXPECT_EQ(dynamic_cast<const Probe&>(*e.analyses[0].analysis).layers(), std::vector<std::string>{"relu9"});
  EXPECT_EQ(dynamic_cast<const Probe&>(*e.analyses[1].analysis).layers(), std::vector<std::string>{"relu2"});
  EXPECT_EQ(e.spiking.calibration_images, 128);
  const Experiment created = parse(kSmallest, {{"spiking.neuron.model", "lif"}, {"analyses.0.probe", "{}"}});
  EXPECT_TRUE(std::holds_alternative<sim::LeakyIntegrateAndFire>(created.spiking.neuron));
  EXPECT_EQ(created.analyses.size(), 1U);
}

TEST_F(ParseExperiment, AWrongOverrideIsBlamedOnTheCommandLine) {
  EXPECT_EQ(message_of(kSmallest, {{"spiking.stepz", "3"}}),
            "--set spiking.stepz: unknown key; did you mean 'steps'?");
  EXPECT_EQ(message_of(kSmallest, {{"spikng.steps", "3"}}),
            "--set spikng.steps: spikng: unknown key; did you mean 'spiking'?");
  EXPECT_EQ(message_of(kSmallest, {{"spiking.steps", "fast"}}),
            "--set spiking.steps: must be a whole number in [1, 100000], got 'fast'");
  EXPECT_EQ(message_of(kSmallest, {{"spiking.steps", ""}}),
            "--set spiking.steps: must be a whole number in [1, 100000], got nothing");
  EXPECT_EQ(message_of(kSmallest, {{"model.onnx.x", "3"}}),
            "--set model.onnx.x: 'model.onnx' is a single value and has no 'x' in it");
  EXPECT_EQ(
      message_of(kWhole, {{"analyses.5.probe", "{}"}}),
      "--set analyses.5.probe: 'analyses' is a list of 2; name an item by its number, counted from 0, not "
      "by '5'");
  EXPECT_EQ(message_of(kSmallest, {{"spiking..steps", "3"}}),
            "--set spiking..steps: not a path; write keys with dots between them, as in 'spiking.steps'");
  EXPECT_EQ(message_of(kSmallest, {{"spiking", "{steps: [}"}}).substr(0, 31),
            "--set spiking: not valid YAML: ");
  EXPECT_EQ(message_of(kSmallest, {{"spiking.neuron", "{modl: if}"}}),
            "--set spiking.neuron: spiking.neuron.modl: unknown key; did you mean 'model'?");
}

TEST_F(ParseExperiment, TheResolvedConfigurationIsComplete) {
  EXPECT_EQ(parse(kSmallest).resolved,
            "name: quickstart\n"
            "seed: 1\n"
            "model:\n"
            "  onnx: ../net.onnx\n"
            "  input:\n"
            "    scale: unit\n"
            "stimuli:\n"
            "  first: 0\n"
            "  repetitions: 1\n"
            "  idx:\n"
            "    images: images.gz\n"
            "spiking:\n"
            "  code: rate\n"
            "  input: current\n"
            "  scheduler: synchronous\n"
            "  steps: 64\n"
            "  step_ms: 1\n"
            "  neuron:\n"
            "    model: auto\n"
            "    initial: 0.5\n"
            "  weights: float32\n"
            "  correction:\n"
            "    method: none\n"
            "  threshold:\n"
            "    method: auto\n"
            "    scope: channel\n"
            "    calibration:\n"
            "      images: 128\n"
            "  linear: relay\n"
            "  calibration:\n"
            "    scale: true\n"
            "    bias: true\n"
            "    initial: true\n"
            "    weights: false\n"
            "  prediction_images: 64\n"
            "record:\n"
            "  layers: [all]\n"
            "  spikes: true\n"
            "  counts: false\n"
            "  thumbnails: true\n"
            "analyses: []\n"
            "output: results/quickstart\n");
}

TEST_F(ParseExperiment, WhatIsFittedDependsOnMethodStepsAndNeuron) {
  struct Case {
    const char* spiking;
    bool threshold, scale, bias, initial, weights;
  };
  for (const Case& c : {
           Case{"{steps: 16}", true, true, true, true, false},
           Case{"{steps: 33}", true, true, true, true, false},
           Case{"{steps: 65}", false, false, false, false, false},  // too many steps: percentile alone
           Case{"{steps: 67, correction: {method: srp, steps: 3}}", true, true, true, true,
                false},  // to the answer
           Case{"{neuron: {model: lif}}", false, false, false, false, false},
           Case{"{neuron: {initial: 0.5}}", true, true, true, false, false},  // who names it keeps it
           Case{"{threshold: {scope: layer}}", false, true, true, true, false},
           Case{"{threshold: {method: percentile}}", false, false, false, false, false},
           Case{"{threshold: {percentile: 99}}", false, false, false, false, false},
           Case{"{threshold: {method: mse}, calibration: {bias: true}}", false, false, true, false, false},
           Case{"{calibration: {scale: false}}", true, false, true, true, false},
           Case{"{calibration: {weights: true}}", true, true, true, true, true},
       }) {
    const homolog::conversion::CalibrationChoice fitted =
        parse(kSmallest + std::string("spiking: ") + c.spiking + "\n").spiking.fitted;
    EXPECT_EQ(fitted.threshold, c.threshold) << c.spiking;
    EXPECT_EQ(fitted.scale, c.scale) << c.spiking;
    EXPECT_EQ(fitted.bias, c.bias) << c.spiking;
    EXPECT_EQ(fitted.initial, c.initial) << c.spiking;
    EXPECT_EQ(fitted.weights, c.weights) << c.spiking;
  }
}

TEST_F(ParseExperiment, ThresholdsOfLeastErrorKnowWhichPowerOfIt) {
  using Rule = homolog::conversion::ThresholdRule;
  const auto rule = [&](const std::string& spiking) {
    return parse(kSmallest + std::string("spiking: ") + spiking + "\n").spiking.threshold;
  };
  for (const auto& [spiking, power] :
       std::vector<std::pair<std::string, int>>{{"{threshold: {method: mse}}", 2},
                                                {"{threshold: {method: cubic}}", 3},
                                                {"{code: few-spike}", 3},  // its auto
                                                {"{code: few-spike, threshold: {method: mse}}", 2}}) {
    EXPECT_EQ(rule(spiking).method, Rule::Method::least_error) << spiking;
    EXPECT_EQ(rule(spiking).power, power) << spiking;
  }
}

/// Random but valid values for keys of the configuration.
Overrides random_overrides(std::mt19937& random) {
  const std::vector<std::pair<std::string, std::vector<std::string>>> values{
      {"name", {"a", "\"null\"", "été 3", "'# 1'"}},
      {"seed", {"0", "9223372036854775807"}},
      {"model.onnx", {"net.onnx", "${HOMOLOG_TEST_UNSET:-/data}/net.onnx", "'a: b.onnx'"}},
      {"model.input.scale", {"unit", "byte"}},
      {"model.input.mean", {"[0.5]", "0.1307", "[1e-3]"}},
      {"stimuli.first", {"0", "100"}},
      {"stimuli.count", {"1", "1000"}},
      {"spiking.input", {"current", "poisson"}},
      {"spiking.steps", {"1", "500"}},
      {"spiking.step_ms", {"0.001", "1e2", "0.1"}},
      {"spiking.neuron", {"{model: lif, tau_ms: 1e2}", "{initial: -3}", "{model: if, tau_ms: 5}"}},
      {"spiking.weights", {"float32", "int8"}},
      {"spiking.threshold",
       {"{method: maximum}", "{percentile: 100, scope: layer}", "{method: max}",
        "{method: auto, scope: layer}", "{method: mse}", "{method: cubic}", "{method: ltb}"}},
      {"spiking.threshold.calibration", {"{images: 1}", "{stimuli: {folder: {path: x, crop: [3, 4]}}}"}},
      {"record", {"{layers: [], counts: true}", "{layers: 'relu*', spikes: false}"}},
      {"analyses", {"[]", "[{probe: }, {probe: {layers: [a, 'b c']}}]"}},
      {"output", {"/tmp/x", "'out: put'"}},
  };
  Overrides overrides;
  for (const auto& [path, choices] : values) {
    if (random() % 2 == 0) {
      overrides.emplace_back(path, choices[random() % choices.size()]);
    }
  }
  return overrides;
}

bool same(const Experiment& a, const Experiment& b) {
  const auto same_stimuli = [](const StimuliSpec& x, const StimuliSpec& y) {
    return x.kind == y.kind && x.files == y.files && x.labels == y.labels && x.dataset == y.dataset &&
           x.resize == y.resize && x.crop == y.crop && x.first == y.first && x.count == y.count;
  };
  const auto same_neuron = [](const sim::Neuron& x, const sim::Neuron& y) {
    return std::visit(
        [&](const auto& model) {
          const auto* other = std::get_if<std::decay_t<decltype(model)>>(&y);
          if constexpr (requires { model.reset; }) {
            return other != nullptr && model.reset == other->reset && model.initial == other->initial &&
                   model.refractory == other->refractory;
          } else {
            return other != nullptr && model.initial == other->initial;
          }
        },
        x);
  };
  const auto layers = [](const Experiment& e, std::size_t i) {
    return dynamic_cast<const Probe&>(*e.analyses[i].analysis).layers();
  };
  bool equal = a.name == b.name && a.seed == b.seed && a.model.onnx == b.model.onnx &&
               a.model.mean == b.model.mean && a.model.std == b.model.std &&
               a.model.unit_scale == b.model.unit_scale && same_stimuli(a.stimuli, b.stimuli) &&
               a.spiking.input == b.spiking.input && a.spiking.steps == b.spiking.steps &&
               a.spiking.step_ms == b.spiking.step_ms && same_neuron(a.spiking.neuron, b.spiking.neuron) &&
               a.spiking.weights == b.spiking.weights &&
               a.spiking.threshold.method == b.spiking.threshold.method &&
               a.spiking.threshold.percentile == b.spiking.threshold.percentile &&
               a.spiking.threshold.scope == b.spiking.threshold.scope &&
               a.spiking.fitted.threshold == b.spiking.fitted.threshold &&
               a.spiking.fitted.bias == b.spiking.fitted.bias &&
               a.spiking.fitted.initial == b.spiking.fitted.initial &&
               a.spiking.fitted.weights == b.spiking.fitted.weights &&
               a.spiking.calibration_images == b.spiking.calibration_images &&
               a.spiking.calibration.has_value() == b.spiking.calibration.has_value() &&
               a.record.layers == b.record.layers && a.record.spikes == b.record.spikes &&
               a.record.counts == b.record.counts && a.analyses.size() == b.analyses.size() &&
               a.output == b.output && a.resolved == b.resolved;
  for (std::size_t i = 0; equal && i < a.analyses.size(); ++i) {
    equal = a.analyses[i].kind == b.analyses[i].kind && layers(a, i) == layers(b, i);
  }
  return equal && (!a.spiking.calibration || same_stimuli(*a.spiking.calibration, *b.spiking.calibration));
}

TEST_F(ParseExperiment, TheResolvedConfigurationReadsBackAsTheSameExperiment) {
  EXPECT_TRUE(same(parse(parse(kWhole).resolved), parse(kWhole)));
  std::mt19937 random(1);
  for (int i = 0; i < 300; ++i) {
    const Experiment first = parse(kSmallest, random_overrides(random));
    const Experiment again = parse(first.resolved);
    ASSERT_TRUE(same(first, again)) << first.resolved << "\nread again:\n" << again.resolved;
    ASSERT_TRUE(again.unused.empty());
  }
}

}  // namespace
}  // namespace homolog::experiment_test
