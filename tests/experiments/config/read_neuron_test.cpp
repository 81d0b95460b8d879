// Which neurons a configuration gets that names none.
#include "experiments/config/read_neuron.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <string>
#include <variant>

#include "experiments/config/experiment.hpp"
#include "tests/support/paths.hpp"

namespace homolog::read_neuron_test {
namespace {

using namespace homolog::experiments;

Experiment::Spiking parsed(const std::string& spiking, std::vector<std::string>* unused = nullptr) {
  const std::string file = homolog::test::fresh_folder("read_neuron") + "/few.yaml";
  std::ofstream(file) << "model: {onnx: net.onnx}\nstimuli: {idx: {images: images.gz}}\nspiking: " << spiking
                      << "\n";
  const Experiment experiment = parse_experiment(file, {}, AnalysisRegistry("analysis"));
  if (unused != nullptr) {
    *unused = experiment.unused;
  }
  return experiment.spiking;
}

bool has_signs(const std::string& spiking) {
  return std::holds_alternative<sim::SignedIntegrateAndFire>(parsed(spiking).neuron);
}

TEST(ReadNeuron, FittedStepsTakeSpikesBack) {
  for (const char* spiking :
       {"{}", "{steps: 1}", "{steps: 16}", "{steps: 64}", "{steps: 8, neuron: {model: auto}}",
        "{steps: 8, neuron: {initial: 0.25}}", "{steps: 8, threshold: {method: auto}}",
        "{steps: 8, input: poisson}", "{steps: 8, neuron: {tau_ms: 5}}",
        "{steps: 8, calibration: {weights: true}}",
        "{steps: 8, correction: {method: none}, scheduler: synchronous, weights: float32}"}) {
    EXPECT_TRUE(has_signs(spiking)) << spiking;
  }
}

TEST(ReadNeuron, AllElseHasSpikesThatAreAllAlike) {
  for (const char* spiking :
       {"{steps: 65}", "{steps: 8, neuron: {model: if}}", "{steps: 8, neuron: {reset: subtract}}",
        "{steps: 8, neuron: {model: auto, refractory: 2}}", "{steps: 8, threshold: {method: mse}}",
        "{steps: 8, threshold: {percentile: 99}}", "{steps: 8, threshold: {scope: layer}}",
        "{steps: 8, weights: int8}", "{steps: 8, scheduler: asynchronous}",
        "{steps: 8, correction: {method: srp, steps: 2}}", "{steps: 8, code: phase}",
        "{steps: 8, code: few-spike}", "{steps: 8, code: ttfs}"}) {
    EXPECT_FALSE(has_signs(spiking)) << spiking;
  }
  EXPECT_TRUE(std::holds_alternative<sim::LeakyIntegrateAndFire>(
      parsed("{steps: 8, neuron: {model: lif, tau_ms: 5}}").neuron));
}

TEST(ReadNeuron, SignsBeginAtTheInitialPotentialThatIsGiven) {
  const auto neuron = parsed("{steps: 8, neuron: {initial: 0.25}}").neuron;
  EXPECT_EQ(std::get<sim::SignedIntegrateAndFire>(neuron).initial, 0.25F);
}

TEST(ReadNeuron, KeysOfOtherModelsAreUnused) {
  std::vector<std::string> unused;
  (void)parsed("{steps: 8, neuron: {tau_ms: 5}}", &unused);
  EXPECT_THAT(unused, testing::ElementsAre("spiking.neuron.tau_ms"));
  (void)parsed("{steps: 8, neuron: {model: signed-if, tau_ms: 5, reset: zero}}", &unused);
  EXPECT_THAT(unused, testing::UnorderedElementsAre("spiking.neuron.tau_ms", "spiking.neuron.reset"));
  (void)parsed("{steps: 8, neuron: {initial: 0.1}}", &unused);
  EXPECT_TRUE(unused.empty());
}

}  // namespace
}  // namespace homolog::read_neuron_test
