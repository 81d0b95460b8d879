#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "experiments/cli/run_cli.hpp"
#include "tests/support/paths.hpp"

namespace homolog::test {

struct CliResult {
  int code = 0;
  std::string out{};
  std::string err{};
};

inline CliResult cli(const std::vector<std::string>& arguments) {
  std::vector<const char*> words;
  for (const std::string& argument : arguments) {
    words.push_back(argument.c_str());
  }
  std::ostringstream out;
  std::ostringstream err;
  const int code = experiments::run_cli(words, out, err);
  return {code, out.str(), err.str()};
}

/// Starts the program `homolog` with these arguments; its standard error goes to a file, its output nowhere.
inline pid_t start(std::vector<std::string> arguments, const std::string& log) {
  arguments.insert(arguments.begin(), std::string(HOMOLOG_BINARY_DIR) + "/homolog");
  std::vector<char*> words;
  for (std::string& argument : arguments) {
    words.push_back(argument.data());
  }
  words.push_back(nullptr);
  const pid_t child = fork();
  if (child == 0) {
    if (freopen(log.c_str(), "w", stderr) == nullptr || freopen("/dev/null", "w", stdout) == nullptr) {
      _exit(99);
    }
    execv(words[0], words.data());
    _exit(98);
  }
  return child;
}

/// A small experiment on the repository's own assets: LeNet, 20 MNIST images, 12 steps, calibrated on the
/// first 20 images whatever is shown, RSA of two layers. Returns the path of the YAML file.
inline std::string small_config(const std::string& folder) {
  const std::string images = source_path("configs/assets/mnist-test-1000-images-idx3-ubyte.gz");
  const std::string labels = source_path("configs/assets/mnist-test-1000-labels-idx1-ubyte.gz");
  std::ofstream file(folder + "/small.yaml");
  file << "name: small\n"
          "seed: 3\n"
          "model:\n"
          "  onnx: "
       << source_path("configs/assets/mnist_lenet.onnx")
       << "\n"
          "stimuli:\n"
          "  idx: {images: "
       << images << ", labels: " << labels
       << "}\n"
          "  count: 20\n"
          "spiking:\n"
          "  steps: 12\n"
          "  prediction_images: 16\n"
          "  threshold:\n"
          "    method: percentile\n"
          "    percentile: 99.9\n"
          "    calibration:\n"
          "      images: 20\n"
          "      stimuli:\n"
          "        idx: {images: "
       << images << ", labels: " << labels
       << "}\n"
          "record: {layers: all, spikes: true, counts: true}\n"
          "analyses:\n"
          "  - rsa:\n"
          "      layers: [relu2*, pool2*]\n"
          "      codes: [float, count, decoded]\n"
          "      references:\n"
          "        - {name: float twin, twin: float}\n"
          "        - {name: V1 model, model: v1}\n"
          "output: results\n";
  return folder + "/small.yaml";
}

}  // namespace homolog::test
