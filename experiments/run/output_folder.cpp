#include "experiments/run/output_folder.hpp"

#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <utility>

#include "experiments/recording/results_reader.hpp"
#include "experiments/report/report.hpp"
#include "sim/core/error.hpp"

namespace homolog::experiments {

namespace fs = std::filesystem;

NewFolders::NewFolders(const std::string& folder) {
  std::error_code error;
  std::vector<fs::path> missing;
  for (fs::path path = fs::absolute(folder, error).lexically_normal();
       !error && path.has_relative_path() && !fs::exists(path, error); path = path.parent_path()) {
    if (path.has_filename()) {
      missing.push_back(path);
    }
  }
  fs::create_directories(folder, error);
  if (error || !fs::is_directory(folder)) {
    throw Error(ErrorKind::output,
                "cannot make the folder for the results: " +
                    (error ? error.message() : std::string("it exists and is no folder")),
                {.file = folder});
  }
  made_ = std::move(missing);
}

NewFolders::~NewFolders() {
  for (const fs::path& path : made_) {
    std::error_code not_empty;
    fs::remove(path, not_empty);
  }
}

Start open_output(const OutputFolder& output, const RunOptions& options) {
  if (access(output.folder.c_str(), W_OK | X_OK) != 0) {
    throw Error(ErrorKind::output,
                std::string("cannot write into the folder for the results: ") + std::strerror(errno),
                {.file = output.folder});
  }
  if (options.force) {
    return Start::fresh;
  }
  // Before the result: beside one, a part is of a run that was to replace it.
  if (fs::exists(output.part())) {
    if (options.resume) {
      return Start::resume;
    }
    throw Error(ErrorKind::output,
                "is left of an interrupted run; --resume goes on with it, --force starts again",
                {.file = output.part()});
  }
  if (fs::exists(output.results())) {
    if (options.resume) {
      return Start::complete;
    }
    throw Error(ErrorKind::output, "exists already; --force replaces it, --output DIR writes elsewhere",
                {.file = output.results()});
  }
  return Start::fresh;
}

void OutputFolder::remove_random_network() const {
  std::error_code error;
  fs::remove_all(random_network(), error);
  if (error) {
    throw Error(ErrorKind::output, "is left of a killed run and cannot be deleted: " + error.message(),
                {.file = random_network()});
  }
}

bool finish_output(const OutputFolder& output) {
  bool done = false;
  if (!fs::exists(output.summary())) {
    write_text_file(output.summary(), ResultsReader(output.results()).summary());
    done = true;
  }
  if (!fs::exists(output.report())) {
    write_report(output.results(), output.report());
    done = true;
  }
  std::error_code ignored;  // they are only in the way
  const auto left = fs::remove_all(output.representations(), ignored);
  output.remove_random_network();
  return done || (!ignored && left > 0);
}

void write_text_file(const std::string& path, const std::string& text) {
  const std::string part = path + ".part";
  std::ofstream file(part, std::ios::binary | std::ios::trunc);
  file << text;
  file.close();
  std::error_code error;
  if (file) {
    fs::rename(part, path, error);
  }
  if (!file || error) {
    const std::string reason = error ? error.message() : std::strerror(errno);
    fs::remove(part, error);
    throw Error(ErrorKind::output, "cannot write: " + reason, {.file = path});
  }
}

}  // namespace homolog::experiments
