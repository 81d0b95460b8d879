#pragma once

#include <stdexcept>
#include <string>

namespace homolog {

/// Whose mistake it is; decides the exit code (DESIGN: 0 done, 1, 2, 3, 4).
enum class ErrorKind {
  usage,        ///< the command line: 2
  config,       ///< the YAML file: 2
  output,       ///< the place for results: exists already, not writable, disk full: 2
  model,        ///< the ONNX file cannot be used: 3
  data,         ///< stimuli, labels or reference data cannot be used: 3
  interrupted,  ///< Ctrl-C or SIGTERM; what was finished is kept: 4
  internal,     ///< a bug in homolog: 1
};

/// Where in the user's own files the mistake is. Empty or zero fields are not printed.
struct Where {
  std::string file{};
  std::string key{};  ///< dotted path ("spiking.steps"), an ONNX node or an HDF5 path
  int line = 0;       ///< 1-based
  int column = 0;     ///< 1-based
};

/// The only exception that homolog throws on purpose.
///
/// `what()` reads like a compiler's message, "file:line:column: key: message", so that editors and
/// terminals can jump to it. A message says what is wrong with the value given, then what would
/// be right.
class Error : public std::runtime_error {
 public:
  Error(ErrorKind kind, std::string message, Where where = {});

  [[nodiscard]] ErrorKind kind() const noexcept { return kind_; }
  [[nodiscard]] const Where& where() const noexcept { return where_; }
  /// The message alone, for a caller that knows a better place.
  [[nodiscard]] const std::string& message() const noexcept { return message_; }

 private:
  ErrorKind kind_;
  std::string message_;
  Where where_;
};

/// Process exit code for an error kind; the numbers are those of the manual.
[[nodiscard]] int exit_code(ErrorKind kind) noexcept;

}  // namespace homolog
