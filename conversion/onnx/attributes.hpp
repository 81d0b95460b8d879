#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "conversion/onnx/constant.hpp"

namespace onnx {
class AttributeProto;
class NodeProto;
}  // namespace onnx

namespace homolog::conversion {

/// Strict view of one node's attributes: reading marks, finish() refuses what nobody read, so that an
/// attribute that homolog does not know is never ignored. All functions throw Error(model) with the
/// attribute's name; the caller adds the node.
class Attributes {
 public:
  /// The node must outlive this. Throws if a name is given twice.
  explicit Attributes(const onnx::NodeProto& node);

  [[nodiscard]] std::optional<std::int64_t> integer(const std::string& name);
  [[nodiscard]] std::int64_t integer(const std::string& name, std::int64_t otherwise);
  /// 0 or 1.
  [[nodiscard]] bool flag(const std::string& name, bool otherwise);
  [[nodiscard]] std::optional<float> number(const std::string& name);
  [[nodiscard]] float number(const std::string& name, float otherwise);
  [[nodiscard]] std::string text(const std::string& name, const std::string& otherwise);
  [[nodiscard]] std::optional<std::vector<std::int64_t>> integers(const std::string& name);
  [[nodiscard]] std::optional<std::vector<float>> numbers(const std::string& name);
  /// `label` is the constant's name in messages.
  [[nodiscard]] std::optional<Constant> tensor(const std::string& name, const std::string& label);
  /// Takes an attribute that has no effect on inference.
  void ignore(const std::string& name);

  [[nodiscard]] std::size_t count() const noexcept { return entries_.size(); }

  /// Refuses the first attribute that was not read.
  void finish() const;

 private:
  struct Entry {
    const onnx::AttributeProto* attribute = nullptr;
    bool read = false;
  };
  /// The attribute if it is there; marks it. Throws if it has another type than `type`.
  const onnx::AttributeProto* take(const std::string& name, int type);

  std::map<std::string, Entry> entries_{};
};

}  // namespace homolog::conversion
