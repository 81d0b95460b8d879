#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/core/error.hpp"

namespace homolog {

/// A tree of scalars as a person wrote it: one YAML document without YAML's types. The text of
/// every scalar is kept, so that each reader decides what is a number.
struct Parameter {
  enum class Kind { null, scalar, sequence, mapping };
  Kind kind = Kind::null;
  std::string text{};                                        ///< scalar
  std::vector<Parameter> items{};                            ///< sequence
  std::vector<std::pair<std::string, Parameter>> entries{};  ///< mapping, in the order of the file
  int line = 0;                                              ///< 1-based; of the key for a mapping's entry
  int column = 0;
  std::string origin{};  ///< takes the file's place in messages, e.g. "--set spiking.steps"
};

/// Strict view of one mapping. Reading a key takes it, and finish() refuses every key that nobody took,
/// so the reading code is the schema: there is no second list to keep. All functions throw
/// Error(config) with file, line, dotted key, the value given and what would be right.
///
/// A missing key yields `otherwise`, or an error "is missing" when there is none. Every default that
/// was used is remembered: resolved() returns the mapping with all defaults filled in.
///
/// A mapping opened by map() or maps() shares its bookkeeping with the one it was opened from: what is
/// read from it counts in the parent's finish() and resolved(), whatever becomes of the object itself.
class Parameters {
 public:
  /// `tree` is copied. `path` is the dotted path of this mapping ("" on top).
  /// Throws Error(config) if `tree` is no mapping, or if any mapping in it has a key twice.
  Parameters(Parameter tree, std::string file, std::string path);
  Parameters(Parameters&&) noexcept;
  Parameters& operator=(Parameters&&) noexcept;
  ~Parameters();

  /// Whether the key is there; does not take it.
  [[nodiscard]] bool has(const std::string& key) const;
  /// Refuses a mapping without `key`, naming the misspelt key that could be meant. For map() and maps(),
  /// which take a missing key for an empty one.
  void require(const std::string& key) const;
  [[nodiscard]] std::string text(const std::string& key, std::optional<std::string> otherwise = {});
  /// A finite number in [low, high].
  [[nodiscard]] double number(const std::string& key, double low, double high,
                              std::optional<double> otherwise = {});
  /// A whole number in [low, high].
  [[nodiscard]] std::int64_t integer(const std::string& key, std::int64_t low, std::int64_t high,
                                     std::optional<std::int64_t> otherwise = {});
  /// true | false.
  [[nodiscard]] bool flag(const std::string& key, std::optional<bool> otherwise = {});
  /// One of `allowed`; the message lists them and the nearest.
  [[nodiscard]] std::string choice(const std::string& key, const std::vector<std::string>& allowed,
                                   std::optional<std::string> otherwise = {});
  /// A sequence of scalars, or one scalar taken as a sequence of one.
  [[nodiscard]] std::vector<std::string> texts(const std::string& key,
                                               std::optional<std::vector<std::string>> otherwise = {});
  /// A sequence of finite numbers, or one number taken as a sequence of one.
  [[nodiscard]] std::vector<double> numbers(const std::string& key,
                                            std::optional<std::vector<double>> otherwise = {});
  /// A path to a file or folder: ${NAME} and ${NAME:-default} are replaced by environment variables, and
  /// a relative path is taken from the folder of file(). Absolute and lexically normal; resolved()
  /// keeps the path as written. An empty `otherwise` is returned as it is.
  [[nodiscard]] std::string file_path(const std::string& key, std::optional<std::string> otherwise = {});
  /// A sequence of paths, or one path taken as a sequence of one.
  [[nodiscard]] std::vector<std::string> file_paths(const std::string& key);
  /// A nested mapping; when the key is missing, an empty one (its defaults then apply).
  [[nodiscard]] Parameters map(const std::string& key);
  /// A sequence of mappings; empty when the key is missing. Paths get an index: "analyses[0]".
  [[nodiscard]] std::vector<Parameters> maps(const std::string& key);
  /// Every key of this mapping, in the file's order, taken or not.
  [[nodiscard]] std::vector<std::string> keys() const;
  /// Takes `key` whatever it is and ignores it (what only another choice uses).
  void ignore(const std::string& key);

  /// Refuses every key that was not taken, in this mapping and in all that were opened below it, naming
  /// the nearest key that could have been. finish() on top checks everything.
  void finish() const;

  /// Error(config) at `key`: for rules that involve more than the type.
  [[noreturn]] void fail(const std::string& key, const std::string& message) const;
  /// The place of `key` (or of the mapping itself when absent), for errors found later.
  [[nodiscard]] Where where(const std::string& key) const;

  [[nodiscard]] const std::string& file() const noexcept;
  [[nodiscard]] const std::string& path() const noexcept;

  /// What was read, with every default that was used, as YAML-like tree (shared with nested maps).
  [[nodiscard]] Parameter resolved() const;

 private:
  struct Impl;
  explicit Parameters(std::shared_ptr<Impl> impl);
  std::shared_ptr<Impl> impl_;  // shared with the mapping this one was opened from
};

}  // namespace homolog
