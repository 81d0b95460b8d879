#include "experiments/cli/run_cli.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <initializer_list>
#include <sstream>
#include <string>
#include <vector>

#include "sim/core/suggest.hpp"
#include "sim/engine/simd.hpp"
#include "tests/support/paths.hpp"

namespace homolog::run_cli_test {
namespace {

using homolog::experiments::run_cli;
using homolog::test::fresh_folder;
using homolog::test::source_path;

struct Outcome {
  int code = 0;
  std::string out{};
  std::string err{};
};

Outcome homolog_cli(std::initializer_list<std::string> words) {
  std::vector<const char*> arguments;
  for (const std::string& word : words) {
    arguments.push_back(word.c_str());
  }
  std::ostringstream out;
  std::ostringstream err;
  Outcome outcome;
  outcome.code = run_cli(arguments, out, err);
  outcome.out = out.str();
  outcome.err = err.str();
  return outcome;
}

void expect_refused(std::initializer_list<std::string> words, int code, const std::string& message) {
  const Outcome outcome = homolog_cli(words);
  EXPECT_EQ(outcome.code, code);
  EXPECT_EQ(outcome.err, message + "\n");
  EXPECT_EQ(outcome.out, "");
}

TEST(Cli, WithoutWordsTheShortHelpGoesToStandardError) {
  const Outcome outcome = homolog_cli({});
  EXPECT_EQ(outcome.code, 2);
  EXPECT_EQ(outcome.out, "");
  EXPECT_EQ(outcome.err.rfind("usage: homolog COMMAND ...\n", 0), 0U);
}

TEST(Cli, HelpNamesEveryCommandAndGoesToStandardOutput) {
  for (const char* word : {"--help", "-h"}) {
    const Outcome outcome = homolog_cli({word});
    EXPECT_EQ(outcome.code, 0);
    EXPECT_EQ(outcome.err, "");
    for (const char* command : {"run", "validate", "inspect", "report", "list"}) {
      EXPECT_NE(outcome.out.find("\n  " + std::string(command) + " "), std::string::npos) << command;
    }
  }
}

TEST(Cli, EveryCommandHasItsHelp) {
  for (const char* command : {"run", "validate", "inspect", "report", "list"}) {
    for (const char* option : {"--help", "-h"}) {
      const Outcome outcome = homolog_cli({command, option});
      EXPECT_EQ(outcome.code, 0);
      EXPECT_EQ(outcome.err, "");
      EXPECT_EQ(outcome.out.rfind("usage: homolog " + std::string(command) + " ", 0), 0U);
    }
  }
  const std::string run = homolog_cli({"run", "--help"}).out;
  for (const char* option : {"--set a.b.c=VALUE", "--output DIR", "--threads N", "--seed N", "--resume",
                             "--force", "--profile", "--quiet", "--verbose"}) {
    EXPECT_NE(run.find(option), std::string::npos) << option;
  }
}

TEST(Cli, VersionIsOneLine) {
  const Outcome outcome = homolog_cli({"--version"});
  EXPECT_EQ(outcome.code, 0);
  EXPECT_EQ(outcome.out.rfind("homolog ", 0), 0U);
  EXPECT_EQ(outcome.out.find('\n'), outcome.out.size() - 1);
}

TEST(Cli, AMistypedWordIsRefusedWithTheNearest) {
  expect_refused({"rnu", "a.yaml"}, 2, "homolog: unknown command 'rnu'; did you mean 'run'?");
  expect_refused({"something"}, 2,
                 "homolog: unknown command 'something'; known: run, validate, inspect, report, list");
  expect_refused({"--hlep"}, 2, "homolog: unknown option '--hlep'; did you mean '--help'?");
  expect_refused({"run", "a.yaml", "--thread", "3"}, 2,
                 "homolog run: unknown option '--thread'; did you mean '--threads'?");
  expect_refused({"run", "a.yaml", "--profil"}, 2,
                 "homolog run: unknown option '--profil'; did you mean '--profile'?");
  expect_refused({"inspect", "a.onnx", "-j"}, 2,
                 "homolog inspect: unknown option '-j'; known: --json, --help");
  expect_refused(
      {"list", "neuron"}, 2,
      "homolog list: unknown kind 'neuron'; did you mean 'neurons'? (known: neurons, codes, inputs, "
      "schedulers, corrections, "
      "thresholds, operators, analyses, representations, dissimilarities, comparisons, references, "
      "reference-models)");
}

TEST(Cli, AnOptionIsNotShortened) {
  expect_refused({"run", "a.yaml", "--out", "x"}, 2,
                 "homolog run: unknown option '--out'; did you mean '--output'?");
}

TEST(Cli, AWrongValueOfAnOptionIsRefused) {
  expect_refused({"run", "a.yaml", "--threads", "0"}, 2,
                 "homolog run: --threads must be a whole number in [1, 1024], got '0'");
  expect_refused({"run", "a.yaml", "--threads=4x"}, 2,
                 "homolog run: --threads must be a whole number in [1, 1024], got '4x'");
  expect_refused({"run", "a.yaml", "--seed", "-1"}, 2,
                 "homolog run: --seed must be a whole number in [0, 9223372036854775807], got '-1'");
  expect_refused({"run", "a.yaml", "--seed"}, 2,
                 "homolog run: the required argument for option '--seed' is missing");
  expect_refused({"run", "a.yaml", "--seed", "1", "--seed", "2"}, 2,
                 "homolog run: option '--seed' is given twice");
  expect_refused({"run", "a.yaml", "--set", "steps"}, 2, "homolog run: --set needs a.b.c=VALUE, got 'steps'");
  expect_refused({"run", "a.yaml", "--output", ""}, 2, "homolog run: --output needs a folder, got ''");
}

TEST(Cli, OptionsThatExcludeEachOtherAreRefused) {
  expect_refused({"run", "a.yaml", "--quiet", "--verbose"}, 2,
                 "homolog run: --quiet and --verbose exclude each other");
  expect_refused({"run", "a.yaml", "--resume", "--force"}, 2,
                 "homolog run: --resume goes on with a run and --force starts it anew; give one of them");
}

TEST(Cli, MissingAndSurplusWordsAreRefusedWithTheUsage) {
  expect_refused({"run"}, 2,
                 "homolog run: needs an experiment, CONFIG.yaml; usage: homolog run CONFIG.yaml [options]");
  expect_refused({"report", "a.h5", "b.h5"}, 2,
                 "homolog report: 'b.h5' is too much; usage: homolog report RESULTS.h5 [options]");
}

TEST(Cli, AMissingFileIsTheUsersMistakeOfItsKind) {
  const std::string folder = fresh_folder("cli_missing");
  expect_refused({"run", folder + "/a.yaml"}, 2,
                 folder + "/a.yaml: no such file; homolog needs an experiment in YAML");
  expect_refused({"validate", folder + "/a.yaml"}, 2,
                 folder + "/a.yaml: no such file; homolog needs an experiment in YAML");
  const Outcome model = homolog_cli({"inspect", folder + "/a.onnx"});
  EXPECT_EQ(model.code, 3);
  EXPECT_EQ(model.err.rfind(folder + "/a.onnx: ", 0), 0U);
  const Outcome results = homolog_cli({"report", folder + "/a.h5"});
  EXPECT_EQ(results.code, 3);
  EXPECT_EQ(results.err.rfind(folder + "/a.h5: ", 0), 0U);
}

TEST(Cli, AMistakeInTheConfigurationHasItsPlace) {
  const std::string file = fresh_folder("cli_config") + "/a.yaml";
  std::ofstream(file) << "model: {onnx: net.onnx}\nstimuli: {idx: {images: i}}\nspiking:\n  stepz: 3\n";
  expect_refused({"validate", file}, 2, file + ":4:3: spiking.stepz: unknown key; did you mean 'steps'?");
  expect_refused({"validate", file, "--set", "spiking={}", "--set", "analyses.0.rsa.layer=all"}, 2,
                 "--set analyses.0.rsa.layer: analyses[0].rsa.layer: unknown key; did you mean 'layers'?");
}

TEST(Cli, AnInstructionSetThatIsNotThereIsRefusedWithThoseThatAre) {
  setenv("HOMOLOG_INSTRUCTION_SET", "AVX9", 1);
  const std::string known = homolog::joined(homolog::sim::instruction_sets());
  expect_refused(
      {"list"}, 2,
      "environment variable HOMOLOG_INSTRUCTION_SET: this machine has no instruction set 'AVX9'; it has: " +
          known);
  EXPECT_EQ(homolog_cli({"--help"}).code, 0);  // help always answers
  setenv("HOMOLOG_INSTRUCTION_SET", "", 1);    // as if unset
  EXPECT_EQ(homolog_cli({"list"}).code, 0);
  unsetenv("HOMOLOG_INSTRUCTION_SET");
}

TEST(Cli, AnUnwritableStandardOutputIsAnError) {
  std::ofstream full("/dev/full");
  if (!full) {
    GTEST_SKIP() << "no /dev/full here";
  }
  std::ostringstream err;
  const char* const words[] = {"list"};
  EXPECT_EQ(run_cli(words, full, err), 2);
  EXPECT_EQ(err.str(), "standard output: cannot be written (closed, or no space left)\n");
}

TEST(List, HasALineForEachNameOfAKind) {
  const Outcome outcome = homolog_cli({"list", "neurons"});
  EXPECT_EQ(outcome.code, 0);
  EXPECT_EQ(outcome.out.rfind("auto  ", 0), 0U);
  EXPECT_NE(outcome.out.find("\nif   "), std::string::npos);
  EXPECT_NE(outcome.out.find("\nlif  "), std::string::npos);
}

TEST(List, WithoutAKindShowsAll) {
  const Outcome outcome = homolog_cli({"list"});
  EXPECT_EQ(outcome.code, 0);
  for (const char* line : {"neurons (spiking.neuron.model)\n", "  rate ", "  poisson ", "  percentile ",
                           "  Conv ", "  rsa ", "  correlation ", "  spearman ", "  twin "}) {
    EXPECT_NE(outcome.out.find(line), std::string::npos) << line;
  }
}

}  // namespace
}  // namespace homolog::run_cli_test
