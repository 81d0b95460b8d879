#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <map>
#include <sstream>

#include "experiments/config/yaml.hpp"

namespace homolog::experiments {
namespace {

using Kind = Parameter::Kind;

constexpr std::size_t kMostBytes = std::size_t{1} << 20U;
constexpr std::size_t kMostNodes = 100000;
constexpr std::size_t kMostScalarBytes = std::size_t{4} << 20U;
constexpr std::size_t kMostLevels = 100;

Where place_of(const std::string& file, const YAML::Mark& mark) {
  if (mark.is_null()) {
    return {.file = file};
  }
  return {.file = file, .line = mark.line + 1, .column = mark.column + 1};  // a Mark counts from 0
}

/// Builds the tree from yaml-cpp's events, so that no unbounded graph of nodes is ever made.
class TreeBuilder : public YAML::EventHandler {
 public:
  explicit TreeBuilder(const std::string& file) : file_(file) {}

  [[nodiscard]] Parameter take() { return std::move(root_); }

  void OnDocumentStart(const YAML::Mark& /*mark*/) override {}
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    add(mark, node(Kind::null, mark), anchor);
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    refuse_tag(mark, tag);
    Parameter scalar = node(Kind::scalar, mark);
    scalar.text = value;
    add(mark, std::move(scalar), anchor);
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const auto anchored = anchors_.find(anchor);
    if (anchored == anchors_.end()) {
      throw Error(ErrorKind::config, "an alias must not stand inside its own anchor", place_of(file_, mark));
    }
    add(mark, anchored->second, 0);
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value /*style*/) override {
    open(mark, tag, anchor, Kind::sequence);
  }
  void OnSequenceEnd() override { close(); }

  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value /*style*/) override {
    open(mark, tag, anchor, Kind::mapping);
  }
  void OnMapEnd() override { close(); }

 private:
  /// A sequence or mapping that is being filled.
  struct Level {
    Parameter node{};
    YAML::Mark mark{};
    YAML::anchor_t anchor = 0;
    bool has_key = false;  ///< of a mapping: the next node is the value of `key`
    Parameter key{};
  };

  static Parameter node(Kind kind, const YAML::Mark& mark) {
    Parameter result;
    result.kind = kind;
    result.line = mark.line + 1;
    result.column = mark.column + 1;
    return result;
  }

  void refuse_tag(const YAML::Mark& mark, const std::string& tag) const {
    if (!tag.empty() && tag != "?" && tag != "!") {
      throw Error(ErrorKind::config, "tags such as '!!str' have no meaning here", place_of(file_, mark));
    }
  }

  /// Counts what the tree holds; an alias counts all that it stands for.
  void count(const YAML::Mark& mark, const Parameter& tree) {
    ++nodes_;
    scalar_bytes_ += tree.text.size();
    if (nodes_ > kMostNodes || scalar_bytes_ > kMostScalarBytes) {
      throw Error(ErrorKind::config,
                  "too large: a configuration may have 100000 values and 4 MiB of text, aliases replaced",
                  place_of(file_, mark));
    }
    for (const Parameter& item : tree.items) {
      count(mark, item);
    }
    for (const auto& [key, value] : tree.entries) {
      scalar_bytes_ += key.size();
      count(mark, value);
    }
  }

  static std::size_t depth(const Parameter& tree) {
    std::size_t deepest = 0;
    for (const Parameter& item : tree.items) {
      deepest = std::max(deepest, depth(item) + 1);
    }
    for (const auto& entry : tree.entries) {
      deepest = std::max(deepest, depth(entry.second) + 1);
    }
    return deepest;
  }

  void refuse_depth(const YAML::Mark& mark, std::size_t levels) const {
    if (levels > kMostLevels) {
      throw Error(ErrorKind::config, "nested too deeply: at most 100 levels", place_of(file_, mark));
    }
  }

  void open(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, Kind kind) {
    refuse_tag(mark, tag);
    refuse_depth(mark, levels_.size() + 1);
    Level level;
    level.node = node(kind, mark);
    level.mark = mark;
    level.anchor = anchor;
    levels_.push_back(std::move(level));
  }

  void close() {
    Level level = std::move(levels_.back());
    levels_.pop_back();
    if (level.anchor != 0) {
      anchors_[level.anchor] = level.node;
    }
    Parameter shell;  // the content was counted when it was added
    count(level.mark, shell);
    place_node(level.mark, std::move(level.node));
  }

  void add(const YAML::Mark& mark, Parameter value, YAML::anchor_t anchor) {
    count(mark, value);
    refuse_depth(mark, levels_.size() + depth(value));
    if (anchor != 0) {
      anchors_[anchor] = value;
    }
    place_node(mark, std::move(value));
  }

  /// Puts a finished node where it belongs: an item, a key, a value, or the whole document.
  void place_node(const YAML::Mark& mark, Parameter value) {
    if (levels_.empty()) {
      root_ = std::move(value);
      return;
    }
    Level& level = levels_.back();
    if (level.node.kind == Kind::sequence) {
      level.node.items.push_back(std::move(value));
    } else if (!level.has_key) {
      if (value.kind != Kind::scalar) {
        throw Error(ErrorKind::config, "a key must be a word", place_of(file_, mark));
      }
      level.key = std::move(value);
      level.key.line = mark.line + 1;
      level.key.column = mark.column + 1;
      level.has_key = true;
    } else {
      value.line = level.key.line;
      value.column = level.key.column;
      level.node.entries.emplace_back(std::move(level.key.text), std::move(value));
      level.has_key = false;
    }
  }

  const std::string& file_;
  Parameter root_{};
  std::vector<Level> levels_{};
  std::map<YAML::anchor_t, Parameter> anchors_{};
  std::size_t nodes_ = 0;
  std::size_t scalar_bytes_ = 0;
};

}  // namespace

Parameter parse_yaml(const std::string& text, const std::string& file) {
  if (text.size() > kMostBytes) {
    throw Error(ErrorKind::config, "too large for a configuration: at most 1 MiB", {.file = file});
  }
  try {
    std::istringstream stream(text);
    YAML::Parser parser(stream);
    TreeBuilder builder(file);
    parser.HandleNextDocument(builder);
    Parameter tree = builder.take();
    if (TreeBuilder second(file); parser.HandleNextDocument(second)) {
      throw Error(ErrorKind::config, "must hold one YAML document, not several", {.file = file});
    }
    return tree;
  } catch (const YAML::Exception& problem) {
    std::string message = problem.msg;  // may quote a character of the file
    std::replace_if(
        message.begin(), message.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20U; }, '?');
    throw Error(ErrorKind::config, "not valid YAML: " + message, place_of(file, problem.mark));
  }
}

}  // namespace homolog::experiments
