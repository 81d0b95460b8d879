#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "experiments/run/runner.hpp"

namespace homolog::experiments {

/// Where a run leaves its files.
struct OutputFolder {
  std::string folder{};
  [[nodiscard]] std::string results() const { return folder + "/results.h5"; }
  [[nodiscard]] std::string part() const { return results() + ".part"; }
  [[nodiscard]] std::string summary() const { return folder + "/summary.json"; }
  [[nodiscard]] std::string report() const { return folder + "/report.html"; }
  [[nodiscard]] std::string representations() const { return folder + "/representations.part"; }
  /// Activations of a network with random weights, while an analysis reads them.
  [[nodiscard]] std::string random_network() const { return representations() + ".random"; }
  /// Deletes what a killed run left in random_network(). Only for the run that holds the lock of part().
  void remove_random_network() const;
};

/// Makes a folder and those above it that are missing. In the end those of them that are empty are removed
/// again, so that a refused run leaves nothing behind.
class NewFolders {
 public:
  /// Throws Error(output) if it cannot be made.
  explicit NewFolders(const std::string& folder);
  ~NewFolders();
  NewFolders(const NewFolders&) = delete;
  NewFolders& operator=(const NewFolders&) = delete;

 private:
  std::vector<std::filesystem::path> made_{};  ///< innermost first
};

/// What has to be done, given what is there.
enum class Start { fresh, resume, complete };

/// Decides; the folder exists. Throws Error(output): a finished result is there and neither --force nor
/// --resume is given; an interrupted one likewise; the folder cannot be written.
[[nodiscard]] Start open_output(const OutputFolder& output, const RunOptions& options);

/// Of a run that was killed after its results were complete: writes summary.json and the report if they are
/// missing, from the results file, and deletes representations. Whether there was anything to do. Throws
/// Error(output), Error(data).
bool finish_output(const OutputFolder& output);

/// Writes a whole text file by way of "<path>.part". Throws Error(output).
void write_text_file(const std::string& path, const std::string& text);

}  // namespace homolog::experiments
