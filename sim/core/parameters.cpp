#include "sim/core/parameters.hpp"

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <variant>

#include "sim/core/environment.hpp"
#include "sim/core/parameter_values.hpp"
#include "sim/core/suggest.hpp"

namespace homolog {
namespace {

using Kind = Parameter::Kind;

}  // namespace

/// One mapping and what has been read from it.
struct Parameters::Impl {
  using Opened = std::shared_ptr<Impl>;
  /// What a key was read as: a value, a mapping, or a sequence of mappings.
  using Reading = std::variant<Parameter, Opened, std::vector<Opened>>;

  Parameter tree{};
  std::string file{};
  std::string path{};
  std::vector<std::string> known{};                         // every key that somebody asked for
  std::vector<std::string> ignored{};                       // taken, but not part of resolved()
  std::vector<std::pair<std::string, Reading>> readings{};  // in the order of reading

  [[nodiscard]] std::string path_of(const std::string& key) const { return child_path(path, key); }

  [[nodiscard]] const Parameter* entry(const std::string& key) const {
    for (const auto& [name, value] : tree.entries) {
      if (name == key) {
        return &value;
      }
    }
    return nullptr;
  }

  Reading* reading(const std::string& key) {
    for (auto& [name, value] : readings) {
      if (name == key) {
        return &value;
      }
    }
    return nullptr;
  }

  [[nodiscard]] bool taken(const std::string& key) const {
    return std::find(ignored.begin(), ignored.end(), key) != ignored.end() ||
           std::any_of(readings.begin(), readings.end(), [&](const auto& read) { return read.first == key; });
  }

  void ask(const std::string& key) {
    if (std::find(known.begin(), known.end(), key) == known.end()) {
      known.push_back(key);
    }
  }

  void record(const std::string& key, Reading value) {
    if (Reading* const earlier = reading(key)) {
      *earlier = std::move(value);
    } else {
      readings.emplace_back(key, std::move(value));
    }
  }

  [[noreturn]] void refuse_unknown(const std::string& key, const Parameter& value,
                                   const std::vector<std::string>& candidates) const {
    const std::string guess = nearest(key, candidates);
    throw Error(ErrorKind::config,
                guess.empty() ? "unknown key" + (known.empty() ? "" : "; known: " + joined(known))
                              : "unknown key; did you mean '" + guess + "'?",
                place(value, file, path_of(key)));
  }

  /// A key that must be there and is not, perhaps because it is misspelt.
  [[noreturn]] void refuse_missing(const std::string& key) const {
    for (const auto& [name, value] : tree.entries) {
      const bool could_be_meant = std::find(known.begin(), known.end(), name) == known.end();
      if (could_be_meant && !nearest(name, {key}).empty()) {
        refuse_unknown(name, value, {key});
      }
    }
    throw Error(ErrorKind::config, "is missing", place(tree, file, path_of(key)));
  }

  [[noreturn]] void refuse(const std::string& where, const Parameter& value, const std::string& rule) const {
    throw Error(ErrorKind::config, "must be " + rule + ", got " + described(value),
                place(value, file, where));
  }

  /// The entry of `key`, or nullptr when it is missing and `optional`.
  const Parameter* take(const std::string& key, bool optional) {
    ask(key);
    const Parameter* const value = entry(key);
    if (value == nullptr && !optional) {
      refuse_missing(key);
    }
    return value;
  }

  const std::string& take_text(const std::string& key, const Parameter& value, const std::string& rule) {
    if (value.kind != Kind::scalar) {
      refuse(path_of(key), value, rule);
    }
    record(key, value);
    return value.text;
  }

  /// The scalars of a sequence, or one scalar as a sequence of one.
  std::vector<Parameter> take_items(const std::string& key, const Parameter& value, const std::string& rule) {
    if (value.kind == Kind::scalar) {
      record(key, sequence({value}));
      return {value};
    }
    if (value.kind != Kind::sequence) {
      refuse(path_of(key), value, "a list of " + rule);
    }
    for (std::size_t i = 0; i < value.items.size(); ++i) {
      if (value.items[i].kind != Kind::scalar) {
        refuse(item_path(path_of(key), i), value.items[i], "one of a list of " + rule);
      }
    }
    record(key, value);
    return value.items;
  }

  [[nodiscard]] std::string absolute_path(const std::string& written, const Where& where) const {
    std::string expanded;
    try {
      expanded = expand_environment(written);
    } catch (const Error& error) {
      throw Error(ErrorKind::config, error.message(), where);
    }
    if (expanded.empty() || expanded.find('\0') != std::string::npos) {
      throw Error(ErrorKind::config, "must be a path, got '" + shown(expanded) + "'", where);
    }
    namespace fs = std::filesystem;
    std::error_code problem;
    const fs::path absolute = fs::absolute(fs::path(file).parent_path() / expanded, problem);
    if (problem) {
      throw Error(ErrorKind::config, "the working folder cannot be read: " + problem.message(), where);
    }
    return absolute.lexically_normal().string();
  }

  Opened open(const Parameter& value, const std::string& at) const {
    if (value.kind != Kind::mapping && value.kind != Kind::null) {
      refuse(at, value, "a mapping (key: value)");
    }
    auto opened = std::make_shared<Impl>();
    opened->tree = value;
    opened->tree.kind = Kind::mapping;
    opened->file = file;
    opened->path = at;
    return opened;
  }

  void finish() const {
    for (const auto& [key, value] : tree.entries) {
      if (!taken(key)) {
        refuse_unknown(key, value, known);
      }
    }
    for (const auto& [key, read] : readings) {
      if (const auto* opened = std::get_if<Opened>(&read)) {
        (*opened)->finish();
      } else if (const auto* list = std::get_if<std::vector<Opened>>(&read)) {
        for (const Opened& item : *list) {
          item->finish();
        }
      }
    }
  }

  [[nodiscard]] Parameter resolved() const {
    Parameter result;
    result.kind = Kind::mapping;
    result.line = tree.line;
    result.column = tree.column;
    for (const auto& [key, read] : readings) {
      if (const auto* value = std::get_if<Parameter>(&read)) {
        result.entries.emplace_back(key, *value);
      } else if (const auto* opened = std::get_if<Opened>(&read)) {
        Parameter below = (*opened)->resolved();
        if (entry(key) != nullptr || !below.entries.empty()) {
          result.entries.emplace_back(key, std::move(below));
        }
      } else {
        std::vector<Parameter> items;
        for (const Opened& item : std::get<std::vector<Opened>>(read)) {
          items.push_back(item->resolved());
        }
        result.entries.emplace_back(key, sequence(std::move(items)));
      }
    }
    return result;
  }
};

Parameters::Parameters(Parameter tree, std::string file, std::string path) : impl_(std::make_shared<Impl>()) {
  impl_->file = std::move(file);
  impl_->path = std::move(path);
  if (tree.kind != Kind::mapping) {
    impl_->refuse(impl_->path, tree, "a mapping (key: value)");
  }
  refuse_keys_given_twice(tree, impl_->file, impl_->path);
  impl_->tree = std::move(tree);
}

Parameters::Parameters(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}
Parameters::Parameters(Parameters&&) noexcept = default;
Parameters& Parameters::operator=(Parameters&&) noexcept = default;
Parameters::~Parameters() = default;

bool Parameters::has(const std::string& key) const {
  impl_->ask(key);
  return impl_->entry(key) != nullptr;
}

void Parameters::require(const std::string& key) const {
  if (!has(key)) {
    impl_->refuse_missing(key);
  }
}

std::string Parameters::text(const std::string& key, std::optional<std::string> otherwise) {
  const Parameter* const value = impl_->take(key, otherwise.has_value());
  if (value == nullptr) {
    impl_->record(key, scalar(*otherwise));
    return *otherwise;
  }
  return impl_->take_text(key, *value, "a text");
}

double Parameters::number(const std::string& key, double low, double high, std::optional<double> otherwise) {
  const Parameter* const value = impl_->take(key, otherwise.has_value());
  if (value == nullptr) {
    impl_->record(key, scalar(text_of(*otherwise)));
    return *otherwise;
  }
  const std::string rule = number_rule(low, high);
  const auto number = finite_number(impl_->take_text(key, *value, rule));
  if (!number || !(*number >= low && *number <= high)) {
    impl_->refuse(impl_->path_of(key), *value, rule);
  }
  return *number;
}

std::int64_t Parameters::integer(const std::string& key, std::int64_t low, std::int64_t high,
                                 std::optional<std::int64_t> otherwise) {
  const Parameter* const value = impl_->take(key, otherwise.has_value());
  if (value == nullptr) {
    impl_->record(key, scalar(std::to_string(*otherwise)));
    return *otherwise;
  }
  const std::string rule = integer_rule(low, high);
  const auto number = whole_number(impl_->take_text(key, *value, rule));
  if (!number || *number < low || *number > high) {
    impl_->refuse(impl_->path_of(key), *value, rule);
  }
  return *number;
}

bool Parameters::flag(const std::string& key, std::optional<bool> otherwise) {
  const Parameter* const value = impl_->take(key, otherwise.has_value());
  if (value == nullptr) {
    impl_->record(key, scalar(*otherwise ? "true" : "false"));
    return *otherwise;
  }
  const std::string text = impl_->take_text(key, *value, "true or false");
  if (text != "true" && text != "false") {
    impl_->refuse(impl_->path_of(key), *value, "true or false");
  }
  return text == "true";
}

std::string Parameters::choice(const std::string& key, const std::vector<std::string>& allowed,
                               std::optional<std::string> otherwise) {
  const Parameter* const value = impl_->take(key, otherwise.has_value());
  if (value == nullptr) {
    impl_->record(key, scalar(*otherwise));
    return *otherwise;
  }
  const std::string text = impl_->take_text(key, *value, "one of " + joined(allowed));
  if (std::find(allowed.begin(), allowed.end(), text) == allowed.end()) {
    const std::string guess = nearest(text, allowed);
    fail(key, "unknown value '" + shown(text) + "'" +
                  (guess.empty() ? "" : "; did you mean '" + guess + "'?") + " (known: " + joined(allowed) +
                  ")");
  }
  return text;
}

std::vector<std::string> Parameters::texts(const std::string& key,
                                           std::optional<std::vector<std::string>> otherwise) {
  const Parameter* const value = impl_->take(key, otherwise.has_value());
  if (value == nullptr) {
    std::vector<Parameter> items;
    for (const std::string& text : *otherwise) {
      items.push_back(scalar(text));
    }
    impl_->record(key, sequence(std::move(items)));
    return *otherwise;
  }
  std::vector<std::string> texts;
  for (const Parameter& item : impl_->take_items(key, *value, "texts")) {
    texts.push_back(item.text);
  }
  return texts;
}

std::vector<double> Parameters::numbers(const std::string& key,
                                        std::optional<std::vector<double>> otherwise) {
  const Parameter* const value = impl_->take(key, otherwise.has_value());
  if (value == nullptr) {
    std::vector<Parameter> items;
    for (const double number : *otherwise) {
      items.push_back(scalar(text_of(number)));
    }
    impl_->record(key, sequence(std::move(items)));
    return *otherwise;
  }
  std::vector<double> numbers;
  for (const Parameter& item : impl_->take_items(key, *value, "numbers")) {
    const auto number = finite_number(item.text);
    if (!number) {
      const bool is_list = value->kind == Kind::sequence;
      impl_->refuse(is_list ? item_path(impl_->path_of(key), numbers.size()) : impl_->path_of(key), item,
                    "a finite number");
    }
    numbers.push_back(*number);
  }
  return numbers;
}

std::string Parameters::file_path(const std::string& key, std::optional<std::string> otherwise) {
  const Parameter* const value = impl_->take(key, otherwise.has_value());
  if (value == nullptr) {
    impl_->record(key, scalar(*otherwise));
    return otherwise->empty() ? "" : impl_->absolute_path(*otherwise, where(key));
  }
  return impl_->absolute_path(impl_->take_text(key, *value, "a path"), where(key));
}

std::vector<std::string> Parameters::file_paths(const std::string& key) {
  const Parameter* const value = impl_->take(key, false);
  std::vector<std::string> paths;
  for (const Parameter& item : impl_->take_items(key, *value, "paths")) {
    paths.push_back(impl_->absolute_path(
        item.text, place(item, impl_->file, item_path(impl_->path_of(key), paths.size()))));
  }
  return paths;
}

Parameters Parameters::map(const std::string& key) {
  impl_->ask(key);
  if (const auto* earlier = impl_->reading(key)) {
    if (const auto* opened = std::get_if<Impl::Opened>(earlier)) {
      return Parameters(*opened);
    }
  }
  Parameter missing;
  missing.line = impl_->tree.line;
  missing.column = impl_->tree.column;
  missing.origin = impl_->tree.origin;
  const Parameter* const value = impl_->entry(key);
  auto opened = impl_->open(value != nullptr ? *value : missing, impl_->path_of(key));
  impl_->record(key, opened);
  return Parameters(std::move(opened));
}

std::vector<Parameters> Parameters::maps(const std::string& key) {
  impl_->ask(key);
  const Parameter* const value = impl_->entry(key);
  std::vector<Impl::Opened> opened;
  if (value != nullptr && value->kind != Kind::null) {
    if (value->kind != Kind::sequence) {
      impl_->refuse(impl_->path_of(key), *value, "a list of mappings");
    }
    for (std::size_t i = 0; i < value->items.size(); ++i) {
      opened.push_back(impl_->open(value->items[i], item_path(impl_->path_of(key), i)));
    }
  }
  impl_->record(key, opened);
  std::vector<Parameters> result;
  for (Impl::Opened& item : opened) {
    result.push_back(Parameters(std::move(item)));
  }
  return result;
}

std::vector<std::string> Parameters::keys() const {
  std::vector<std::string> keys;
  for (const auto& entry : impl_->tree.entries) {
    keys.push_back(entry.first);
  }
  return keys;
}

void Parameters::ignore(const std::string& key) {
  impl_->ask(key);
  impl_->ignored.push_back(key);
}

void Parameters::finish() const {
  impl_->finish();
}

void Parameters::fail(const std::string& key, const std::string& message) const {
  throw Error(ErrorKind::config, message, where(key));
}

Where Parameters::where(const std::string& key) const {
  if (key.empty()) {
    return place(impl_->tree, impl_->file, impl_->path);
  }
  const Parameter* const value = impl_->entry(key);
  return place(value != nullptr ? *value : impl_->tree, impl_->file, impl_->path_of(key));
}

const std::string& Parameters::file() const noexcept {
  return impl_->file;
}
const std::string& Parameters::path() const noexcept {
  return impl_->path;
}

Parameter Parameters::resolved() const {
  return impl_->resolved();
}

}  // namespace homolog
