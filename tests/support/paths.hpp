#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <string>

namespace homolog::test {

/// A file of the project, e.g. source_path("configs/assets/mnist_lenet.onnx").
inline std::string source_path(const std::string& relative) {
  return std::string(HOMOLOG_SOURCE_DIR) + "/" + relative;
}

/// Folder with the large models and data: $HOMOLOG_DATA, or ../shared beside the project. May not exist.
inline std::string data_folder() {
  if (const char* folder = std::getenv("HOMOLOG_DATA"); folder != nullptr && *folder != '\0') {
    return folder;
  }
  return source_path("../shared");
}

/// A fresh empty folder for one test, under gtest's temporary folder.
inline std::string fresh_folder(const std::string& name) {
  const auto folder = std::filesystem::path(testing::TempDir()) / ("homolog_" + name);
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder);
  return folder.string();
}

}  // namespace homolog::test

/// Skips the test when `relative` is not in the data folder; else defines `path`.
#define HOMOLOG_NEEDS_DATA(path, relative)                                          \
  const std::string path = ::homolog::test::data_folder() + "/" + (relative);       \
  if (!std::filesystem::exists(path)) {                                             \
    GTEST_SKIP() << "needs " << path << " (set HOMOLOG_DATA, see README.md, Data)"; \
  }                                                                                 \
  static_assert(true)
