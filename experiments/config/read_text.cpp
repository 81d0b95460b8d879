#include "experiments/config/read_text.hpp"

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
  // A pipe has no size to ask for, so read up to the limit and one byte more.
  std::string text(kMostBytes + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (file.bad()) {
    refuse("cannot read the file: " + std::generic_category().message(errno));
  }
  text.resize(static_cast<std::size_t>(file.gcount()));
  if (text.size() > kMostBytes) {
    refuse("too large for a configuration: at most 1 MiB");
  }
  return text;
}

}  // namespace homolog::experiments
