#include "experiments/config/read_text.hpp"

#include <array>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <system_error>

#include "sim/core/error.hpp"

namespace homolog::experiments {

std::string read_text(const std::string& path) {
  constexpr std::size_t kMostBytes = std::size_t{1} << 20U;
  const auto refuse = [&](const std::string& message) {
    throw Error(ErrorKind::config, message, {.file = path});
  };
  std::error_code problem;
  const auto status = std::filesystem::status(path, problem);
  if (!std::filesystem::exists(status)) {
    refuse("no such file; homolog needs an experiment in YAML");
  }
  if (std::filesystem::is_directory(status)) {
    refuse("is a folder; homolog needs an experiment in YAML");
  }
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    refuse("cannot open the file: " + std::generic_category().message(errno));
  }
  std::string text;
  std::array<char, 16384> block{};
  while (file && text.size() <= kMostBytes) {  // not by its size: a pipe has none
    file.read(block.data(), block.size());
    text.append(block.data(), static_cast<std::size_t>(file.gcount()));
  }
  if (file.bad()) {
    refuse("cannot read the file: " + std::generic_category().message(errno));
  }
  if (text.size() > kMostBytes) {
    refuse("too large for a configuration: at most 1 MiB");
  }
  return text;
}

}  // namespace homolog::experiments
