#include "sim/core/parameters.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <functional>
#include <initializer_list>
#include <limits>
#include <string>
#include <utility>
#include <vector>

namespace homolog::parameters_test {
namespace {

using homolog::Error;
using homolog::ErrorKind;
using homolog::Parameter;
using homolog::Parameters;

Parameter scalar(const std::string& text, int line = 0, int column = 0) {
  Parameter value;
  value.kind = Parameter::Kind::scalar;
  value.text = text;
  value.line = line;
  value.column = column;
  return value;
}

Parameter sequence(std::vector<Parameter> items) {
  Parameter value;
  value.kind = Parameter::Kind::sequence;
  value.items = std::move(items);
  return value;
}

Parameter mapping(std::vector<std::pair<std::string, Parameter>> entries) {
  Parameter value;
  value.kind = Parameter::Kind::mapping;
  value.entries = std::move(entries);
  return value;
}

/// A mapping "spiking" in line 10 of a file, with one key in line 12.
Parameters spiking(const std::string& key, Parameter value) {
  value.line = 12;
  value.column = 3;
  Parameter tree = mapping({{key, std::move(value)}});
  tree.line = 10;
  tree.column = 1;
  return Parameters(tree, "quickstart.yaml", "spiking");
}

/// The text of the Error(config) that `action` throws, or "" if it throws none.
std::string message_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::config);
    return error.what();
  }
  return "";
}

std::string message_of_steps(const Parameter& value) {
  Parameters parameters = spiking("steps", value);
  return message_of([&] { (void)parameters.integer("steps", 1, 100000); });
}

TEST(Parameters, ARightKeyIsReadAndFinishAccepts) {
  Parameters parameters = spiking("steps", scalar("64"));
  EXPECT_EQ(parameters.integer("steps", 1, 100000), 64);
  EXPECT_EQ(message_of([&] { parameters.finish(); }), "");
}

TEST(Parameters, AMisspeltKeyIsRefusedWithTheNearest) {
  Parameters parameters = spiking("stepz", scalar("64"));
  EXPECT_EQ(parameters.integer("steps", 1, 100000, 32), 32);
  EXPECT_EQ(message_of([&] { parameters.finish(); }),
            "quickstart.yaml:12:3: spiking.stepz: unknown key; did you mean 'steps'?");
}

TEST(Parameters, AMisspeltKeyThatMustBeThereIsNotCalledMissing) {
  Parameters parameters = spiking("stepz", scalar("64"));
  EXPECT_EQ(message_of([&] { (void)parameters.integer("steps", 1, 100000); }),
            "quickstart.yaml:12:3: spiking.stepz: unknown key; did you mean 'steps'?");
}

TEST(Parameters, AMissingKeyIsRefusedAtItsMapping) {
  Parameters parameters = spiking("code", scalar("rate"));
  EXPECT_EQ(message_of([&] { (void)parameters.integer("steps", 1, 100000); }),
            "quickstart.yaml:10:1: spiking.steps: is missing");
  EXPECT_EQ(message_of([&] { parameters.require("neuron"); }),
            "quickstart.yaml:10:1: spiking.neuron: is missing");
}

TEST(Parameters, AnExtraKeyUnlikeAnyIsRefusedWithTheKnownKeys) {
  Parameters parameters = spiking("bogus_thing", scalar("1"));
  (void)parameters.integer("steps", 1, 100000, 64);
  (void)parameters.text("code", "rate");
  EXPECT_EQ(message_of([&] { parameters.finish(); }),
            "quickstart.yaml:12:3: spiking.bogus_thing: unknown key; known: steps, code");
}

TEST(Parameters, AKeyGivenTwiceIsRefusedAtAnyDepth) {
  const Parameter below = mapping({{"steps", scalar("1", 4, 3)}, {"steps", scalar("2", 6, 3)}});
  EXPECT_EQ(message_of([&] {
              Parameters(mapping({{"spiking", below}}), "a.yaml", "");
            }),
            "a.yaml:6:3: spiking.steps: key given twice; the first is in line 4");
  EXPECT_EQ(message_of([&] {
              Parameters(mapping({{"list", sequence({below})}}), "a.yaml", "");
            }),
            "a.yaml:6:3: list[0].steps: key given twice; the first is in line 4");
}

TEST(Parameters, AWholeNumberIsNothingElse) {
  const std::string rule = "quickstart.yaml:12:3: spiking.steps: must be a whole number in [1, 100000], got ";
  for (const char* text : {"fast", "12abc", "0x10", "1.0", "1e3", "+5", " 5", "nan", "inf", "0", "100001",
                           "-3", "9223372036854775808", ""}) {
    EXPECT_EQ(message_of_steps(scalar(text)), rule + "'" + text + "'");
  }
  EXPECT_EQ(message_of_steps(sequence({scalar("5")})), rule + "a list");
  EXPECT_EQ(message_of_steps(mapping({})), rule + "a mapping");
  EXPECT_EQ(message_of_steps(Parameter{}), rule + "nothing");
}

TEST(Parameters, ANumberIsFiniteAndInItsRange) {
  const auto message = [](const char* text, double low, double high) {
    Parameters parameters = spiking("step_ms", scalar(text));
    return message_of([&] { (void)parameters.number("step_ms", low, high); });
  };
  const double infinity = std::numeric_limits<double>::infinity();
  const std::string place = "quickstart.yaml:12:3: spiking.step_ms: must be ";
  for (const char* text : {"nan", "inf", "-inf", "1e999", "1,5", "0.0009", "1001"}) {
    EXPECT_EQ(message(text, 0.001, 1000.0), place + "a number in [0.001, 1000], got '" + text + "'");
  }
  EXPECT_EQ(message("-1", 0.0, infinity), place + "a number >= 0, got '-1'");
  EXPECT_EQ(message("nan", -infinity, infinity), place + "a finite number, got 'nan'");
  for (const char* text : {"0.001", "1000", "1e2", ".5", "1."}) {
    EXPECT_EQ(message(text, 0.001, 1000.0), "") << text;
  }
}

TEST(Parameters, AFlagIsTrueOrFalse) {
  Parameters parameters = spiking("spikes", scalar("yes"));
  EXPECT_EQ(message_of([&] { (void)parameters.flag("spikes"); }),
            "quickstart.yaml:12:3: spiking.spikes: must be true or false, got 'yes'");
  EXPECT_TRUE(spiking("spikes", scalar("true")).flag("spikes"));
  EXPECT_FALSE(spiking("spikes", scalar("false")).flag("spikes", true));
}

TEST(Parameters, AnUnknownChoiceIsRefusedWithTheNearestAndAll) {
  Parameters near = spiking("input", scalar("curent"));
  EXPECT_EQ(message_of([&] {
              (void)near.choice("input", {"current", "poisson"});
            }),
            "quickstart.yaml:12:3: spiking.input: unknown value 'curent'; did you mean 'current'? "
            "(known: current, poisson)");
  Parameters far = spiking("code", scalar("ttfs"));
  EXPECT_EQ(message_of([&] { (void)far.choice("code", {"rate"}); }),
            "quickstart.yaml:12:3: spiking.code: unknown value 'ttfs' (known: rate)");
}

TEST(Parameters, OneValueStandsForAListOfOne) {
  EXPECT_EQ(spiking("layers", scalar("all")).texts("layers"), std::vector<std::string>{"all"});
  EXPECT_EQ(spiking("mean", scalar("0.5")).numbers("mean"), std::vector<double>{0.5});
}

TEST(Parameters, AWrongItemOfAListIsNamedByItsNumber) {
  Parameters parameters = spiking("mean", sequence({scalar("0.5", 12, 10), scalar("half", 12, 15)}));
  EXPECT_EQ(message_of([&] { (void)parameters.numbers("mean"); }),
            "quickstart.yaml:12:15: spiking.mean[1]: must be a finite number, got 'half'");
  Parameters lists = spiking("layers", sequence({sequence({})}));
  EXPECT_EQ(message_of([&] { (void)lists.texts("layers"); }),
            "quickstart.yaml: spiking.layers[0]: must be one of a list of texts, got a list");
}

TEST(Parameters, FinishOnTopChecksEveryMappingThatWasOpened) {
  Parameters top(mapping({{"spiking", mapping({{"neuron", mapping({{"modl", scalar("if", 7, 9)}})}})}}),
                 "a.yaml", "");
  {
    Parameters spiking_map = top.map("spiking");
    Parameters neuron = spiking_map.map("neuron");
    (void)neuron.text("model", "if");
  }
  EXPECT_EQ(message_of([&] { top.finish(); }),
            "a.yaml:7:9: spiking.neuron.modl: unknown key; did you mean 'model'?");
}

TEST(Parameters, AMissingMappingHasItsDefaults) {
  Parameters top(mapping({}), "a.yaml", "");
  EXPECT_EQ(top.map("spiking").integer("steps", 1, 10, 5), 5);
  EXPECT_EQ(message_of([&] { top.finish(); }), "");
  const Parameter resolved = top.resolved();
  ASSERT_EQ(resolved.entries.size(), 1U);
  EXPECT_EQ(resolved.entries[0].first, "spiking");
  ASSERT_EQ(resolved.entries[0].second.entries.size(), 1U);
  EXPECT_EQ(resolved.entries[0].second.entries[0].second.text, "5");
}

TEST(Parameters, AListOfMappingsGivesIndexedPaths) {
  Parameters top(
      mapping({{"analyses", sequence({mapping({{"rsa", mapping({{"layer", scalar("all", 5, 9)}})}})})}}),
      "a.yaml", "");
  std::vector<Parameters> entries = top.maps("analyses");
  ASSERT_EQ(entries.size(), 1U);
  EXPECT_EQ(entries[0].path(), "analyses[0]");
  EXPECT_EQ(entries[0].keys(), std::vector<std::string>{"rsa"});
  Parameters rsa = entries[0].map("rsa");
  (void)rsa.texts("layers", std::vector<std::string>{"all"});
  EXPECT_EQ(message_of([&] { top.finish(); }),
            "a.yaml:5:9: analyses[0].rsa.layer: unknown key; did you mean 'layers'?");
}

TEST(Parameters, AListOfMappingsMustBeOne) {
  Parameters top(mapping({{"analyses", scalar("rsa", 5, 1)}}), "a.yaml", "");
  EXPECT_EQ(message_of([&] { (void)top.maps("analyses"); }),
            "a.yaml:5:1: analyses: must be a list of mappings, got 'rsa'");
  Parameters items(mapping({{"analyses", sequence({scalar("rsa", 6, 5)})}}), "a.yaml", "");
  EXPECT_EQ(message_of([&] { (void)items.maps("analyses"); }),
            "a.yaml:6:5: analyses[0]: must be a mapping (key: value), got 'rsa'");
}

TEST(Parameters, AnIgnoredKeyIsTakenButNotResolved) {
  Parameters parameters = spiking("tau_ms", scalar("5"));
  parameters.ignore("tau_ms");
  EXPECT_EQ(message_of([&] { parameters.finish(); }), "");
  EXPECT_TRUE(parameters.resolved().entries.empty());
}

TEST(Parameters, WhatAnOverrideBringsIsBlamedOnIt) {
  Parameter value = scalar("fast");
  value.origin = "--set spiking.steps";
  Parameters parameters(mapping({{"steps", value}}), "a.yaml", "spiking");
  EXPECT_EQ(message_of([&] { (void)parameters.integer("steps", 1, 100000); }),
            "--set spiking.steps: must be a whole number in [1, 100000], got 'fast'");
}

TEST(Parameters, AMessageIsOneLineWhateverTheValue) {
  Parameters parameters = spiking("steps", scalar("1\n\x1b[2J" + std::string(1000, 'a')));
  const std::string message = message_of([&] { (void)parameters.integer("steps", 1, 100000); });
  EXPECT_EQ(message.find('\n'), std::string::npos);
  EXPECT_EQ(message.find('\x1b'), std::string::npos);
  EXPECT_LT(message.size(), 200U);
}

/// An environment variable for the length of a test.
class Variable {
 public:
  Variable(const char* name, const char* value) : name_(name) { setenv(name, value, 1); }
  ~Variable() { unsetenv(name_); }
  Variable(const Variable&) = delete;
  Variable& operator=(const Variable&) = delete;

 private:
  const char* name_;
};

std::string path_of(const std::string& written) {
  Parameters parameters(mapping({{"onnx", scalar(written, 3, 5)}}), "/data/configs/a.yaml", "model");
  return parameters.file_path("onnx");
}

TEST(FilePath, IsTakenFromTheFolderOfTheFile) {
  EXPECT_EQ(path_of("../models/net.onnx"), "/data/models/net.onnx");
  EXPECT_EQ(path_of("net.onnx"), "/data/configs/net.onnx");
  EXPECT_EQ(path_of("/elsewhere/net.onnx"), "/elsewhere/net.onnx");
  Parameters relative(mapping({{"onnx", scalar("net.onnx")}}), "a.yaml", "model");
  EXPECT_EQ(relative.file_path("onnx"), (std::filesystem::current_path() / "net.onnx").string());
}

TEST(FilePath, ReplacesEnvironmentVariables) {
  const Variable variable("HOMOLOG_TEST_FOLDER", "/big/disk");
  EXPECT_EQ(path_of("${HOMOLOG_TEST_FOLDER}/net.onnx"), "/big/disk/net.onnx");
  EXPECT_EQ(path_of("${HOMOLOG_TEST_FOLDER:-/small}/net.onnx"), "/big/disk/net.onnx");
  EXPECT_EQ(path_of("${HOMOLOG_TEST_UNSET:-/small}/net.onnx"), "/small/net.onnx");
  EXPECT_EQ(path_of("${HOMOLOG_TEST_UNSET:-}net.onnx"), "/data/configs/net.onnx");
  EXPECT_EQ(path_of("$HOMOLOG_TEST_FOLDER/a$"), "/data/configs/$HOMOLOG_TEST_FOLDER/a$");
}

TEST(FilePath, AnUnsetVariableIsRefusedWithWhatToDo) {
  EXPECT_EQ(
      message_of([] { (void)path_of("${HOMOLOG_TEST_UNSET}/net.onnx"); }),
      "/data/configs/a.yaml:3:5: model.onnx: environment variable HOMOLOG_TEST_UNSET is not set; set it "
      "(export HOMOLOG_TEST_UNSET=...), give a default (${HOMOLOG_TEST_UNSET:-default}) or write the path "
      "itself");
  const Variable empty("HOMOLOG_TEST_EMPTY", "");
  EXPECT_NE(message_of([] { (void)path_of("${HOMOLOG_TEST_EMPTY}/net.onnx"); }), "");
}

TEST(FilePath, ABrokenVariableIsRefused) {
  const std::string place = "/data/configs/a.yaml:3:5: model.onnx: ";
  EXPECT_EQ(message_of([] { (void)path_of("${HOMOLOG/net.onnx"); }), place + "'${' without its '}'");
  for (const char* written : {"${}", "${1A}", "${A B}", "${A-b}"}) {
    EXPECT_EQ(message_of([&] { (void)path_of(written); }),
              place + "'${' must be followed by the name of an environment variable, as in '${HOME}'");
  }
  EXPECT_EQ(message_of([] { (void)path_of("${A:-${B}}"); }),
            place + "a default must not contain another '${'");
}

TEST(FilePath, AnEmptyPathOrOneWithNulIsRefused) {
  EXPECT_EQ(message_of([] { (void)path_of(""); }),
            "/data/configs/a.yaml:3:5: model.onnx: must be a path, got ''");
  EXPECT_EQ(message_of([] { (void)path_of(std::string("a\0b", 3)); }),
            "/data/configs/a.yaml:3:5: model.onnx: must be a path, got 'a\\x00b'");
}

TEST(FilePath, AListOfPathsIsReadItemByItem) {
  Parameters parameters(mapping({{"files", sequence({scalar("a.bin"), scalar("${NOT_SET_AT_ALL}", 4, 8)})}}),
                        "/data/a.yaml", "stimuli.cifar10");
  EXPECT_NE(message_of([&] { (void)parameters.file_paths("files"); })
                .find("/data/a.yaml:4:8: "
                      "stimuli.cifar10.files[1]: "),
            std::string::npos);
  Parameters good(mapping({{"files", sequence({scalar("a.bin"), scalar("../b.bin")})}}), "/data/a.yaml", "");
  EXPECT_EQ(good.file_paths("files"), (std::vector<std::string>{"/data/a.bin", "/b.bin"}));
}

TEST(FilePath, ResolvedKeepsThePathAsWritten) {
  const Variable variable("HOMOLOG_TEST_FOLDER", "/big/disk");
  Parameters parameters(mapping({{"onnx", scalar("${HOMOLOG_TEST_FOLDER}/net.onnx")}}), "/data/a.yaml", "");
  (void)parameters.file_path("onnx");
  EXPECT_EQ(parameters.resolved().entries.at(0).second.text, "${HOMOLOG_TEST_FOLDER}/net.onnx");
}

}  // namespace
}  // namespace homolog::parameters_test
