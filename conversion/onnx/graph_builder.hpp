#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <variant>
#include <vector>

#include "conversion/graph/float_graph.hpp"
#include "conversion/onnx/constant.hpp"

namespace onnx {
class TensorProto;
class ValueInfoProto;
}  // namespace onnx

namespace homolog::conversion {

/// What a name in the file stands for: a tensor that is computed for each image, or a constant.
using Value = std::variant<TensorId, Constant>;

/// The graph as it grows, and the file's names. Inputs and initializers are declared first and become
/// values when a node asks for them, so that what no node uses is never read.
class GraphBuilder {
 public:
  /// Both throw Error(model) if the name stands for something already. The protobufs must outlive this.
  void declare_initializer(const onnx::TensorProto& tensor);
  void declare_input(const onnx::ValueInfoProto& input);
  /// A name that a node will write. Throws Error(model) if it stands for something already.
  void declare_output(const std::string& name);

  /// Whether a node may read this name now: the file holds it, or an earlier node wrote it.
  [[nodiscard]] bool is_available(const std::string& name) const;
  /// Whether it is an input of the graph, and so never a constant.
  [[nodiscard]] bool is_input(const std::string& name) const { return inputs_.count(name) > 0; }
  /// The value of a name, or nullptr if no node has written it yet and the file does not hold it.
  /// Throws Error(model) if an input or initializer cannot be used.
  [[nodiscard]] const Value* find(const std::string& name);

  /// A new tensor, written by a node with this operation.
  TensorId add_node(Node node, const std::string& output, Dims dims);
  /// `name` stands for a value that exists already, or for a new constant.
  void set_value(const std::string& name, const Value& value);
  /// `base`, or `base` with underscores behind it until no name of the file is the same.
  [[nodiscard]] std::string unused_name(std::string base) const;

  [[nodiscard]] const Dims& dims(TensorId id) const {
    return graph_.tensors[static_cast<std::size_t>(id)].dims;
  }
  /// The node that writes a tensor, or nullptr for an input. Valid until the next node is added.
  [[nodiscard]] const Node* producer(TensorId id) const;
  /// The batch extent that the inputs fix, if they do. The file must use one for all.
  [[nodiscard]] std::optional<std::int64_t> batch() const noexcept { return batch_; }

  /// To be called before `count` parameters are copied or made. Throws Error(model) beyond kMaxParameters,
  /// so that a small file that uses one tensor many times cannot exhaust memory.
  void spend(std::int64_t count);
  /// The same for values that are not in the file but made by broadcasting; limit kMaxBroadcast.
  void spend_broadcast(std::int64_t count);

  /// The tensor that a graph output names. Throws Error(model) if it is missing, a constant, or declared
  /// with other extents.
  void add_output(const onnx::ValueInfoProto& output);

  /// The graph with its inputs in the file's order. Ends the use of the builder.
  [[nodiscard]] FloatGraph take();

 private:
  void declare(const std::string& name);
  TensorId add_input(const onnx::ValueInfoProto& input);
  TensorId add_tensor(const std::string& name, Dims dims);

  FloatGraph graph_{};
  std::unordered_set<std::string> names_{};  ///< every value name of the file
  std::unordered_map<std::string, Value> values_{};
  std::unordered_map<std::string, const onnx::TensorProto*> initializers_{};
  std::unordered_map<std::string, std::pair<std::size_t, const onnx::ValueInfoProto*>> inputs_{};
  std::vector<std::pair<std::size_t, TensorId>> used_inputs_{};  ///< position in the file, tensor
  std::optional<std::int64_t> batch_{};
  std::int64_t parameters_ = 0;
  std::int64_t broadcast_ = 0;
  std::int64_t elements_ = 0;  ///< of all tensors of one image
};

}  // namespace homolog::conversion
