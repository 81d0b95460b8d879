#include "conversion/onnx/import.hpp"

#include <onnx/onnx_pb.h>

#include <charconv>
#include <cmath>
#include <optional>
#include <set>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "conversion/onnx/model_file.hpp"
#include "conversion/onnx/op_registry.hpp"
#include "conversion/onnx/text.hpp"
#include "conversion/onnx/unsupported.hpp"

namespace homolog::conversion {
namespace {

OpRegistry all_ops() {
  OpRegistry registry("operator");
  register_all_ops(registry);
  return registry;
}

/// "Conv", or "com.microsoft.FusedConv" outside the default domain.
std::string operator_name(const onnx::NodeProto& node) {
  const bool default_domain = node.domain().empty() || node.domain() == "ai.onnx";
  return printable(default_domain ? node.op_type() : node.domain() + "." + node.op_type());
}

/// The node's name, or that of its first output.
std::string label_of(const onnx::NodeProto& node) {
  if (!node.name().empty()) {
    return printable(node.name());
  }
  return node.output_size() > 0 ? printable(node.output(0)) : "(a node without name and output)";
}

std::int64_t default_opset(const onnx::ModelProto& model) {
  std::optional<std::int64_t> opset;
  for (const auto& import : model.opset_import()) {
    if (!import.domain().empty() && import.domain() != "ai.onnx") {
      continue;
    }
    if (opset.has_value() && *opset != import.version()) {
      refuse("names two opsets of the default domain, " + std::to_string(*opset) + " and " +
             std::to_string(import.version()));
    }
    opset = import.version();
  }
  const std::string supported =
      std::to_string(kFirstOpset) + " to " + std::to_string(kLastOpset) + " are supported";
  if (!opset.has_value()) {
    refuse("names no opset of the default domain; opsets " + supported);
  }
  if (*opset < kFirstOpset || *opset > kLastOpset) {
    refuse("uses opset " + std::to_string(*opset) + "; opsets " + supported);
  }
  return *opset;
}

/// Comma-separated numbers, one per channel.
std::vector<float> numbers_of(const std::string& name, std::string_view text) {
  std::vector<float> numbers;
  while (true) {
    const std::size_t comma = text.find(',');
    std::string_view item = text.substr(0, comma);
    const std::size_t first = item.find_first_not_of(' ');
    item = first == std::string_view::npos ? std::string_view()
                                           : item.substr(first, item.find_last_not_of(' ') - first + 1);
    float number = 0.0F;
    const auto [end, error] = std::from_chars(item.data(), item.data() + item.size(), number);
    if (item.empty() || error != std::errc() || end != item.data() + item.size() || !std::isfinite(number)) {
      refuse("metadata " + name + " holds '" + std::string(item) + "', must be numbers separated by commas");
    }
    numbers.push_back(number);
    if (comma == std::string_view::npos) {
      return numbers;
    }
    text.remove_prefix(comma + 1);
  }
}

/// Where each value of the file is written: value name -> node index.
using Producers = std::unordered_map<std::string, int>;

Producers declare_names(const onnx::GraphProto& graph, GraphBuilder& builder) {
  if (graph.sparse_initializer_size() > 0) {
    refuse("holds sparse initializers, which are not supported");
  }
  for (const auto& tensor : graph.initializer()) {
    builder.declare_initializer(tensor);
  }
  for (const auto& input : graph.input()) {
    builder.declare_input(input);
  }
  Producers producers;
  for (int i = 0; i < graph.node_size(); ++i) {
    for (const std::string& output : graph.node(i).output()) {
      if (!output.empty()) {
        builder.declare_output(output);
        producers.emplace(output, i);
      }
    }
  }
  return producers;
}

/// The nodes that the graph's outputs depend on; the others are left out, whatever they are.
std::vector<bool> needed_nodes(const onnx::GraphProto& graph, const Producers& producers) {
  std::vector<bool> needed(static_cast<std::size_t>(graph.node_size()), false);
  std::vector<int> open;
  const auto need = [&](const std::string& value) {
    const auto producer = producers.find(value);
    if (producer != producers.end() && !needed[static_cast<std::size_t>(producer->second)]) {
      needed[static_cast<std::size_t>(producer->second)] = true;
      open.push_back(producer->second);
    }
  };
  for (const auto& output : graph.output()) {
    need(output.name());
  }
  while (!open.empty()) {
    const int node = open.back();
    open.pop_back();
    for (const std::string& input : graph.node(node).input()) {
      need(input);
    }
  }
  return needed;
}

/// Values that a needed node or a graph output reads.
std::set<std::string> read_values(const onnx::GraphProto& graph, const std::vector<bool>& needed) {
  std::set<std::string> read;
  for (const auto& output : graph.output()) {
    read.insert(output.name());
  }
  for (int i = 0; i < graph.node_size(); ++i) {
    if (needed[static_cast<std::size_t>(i)]) {
      read.insert(graph.node(i).input().begin(), graph.node(i).input().end());
    }
  }
  return read;
}

void check_inputs_exist(const onnx::NodeProto& node, const Producers& producers, GraphBuilder& builder) {
  for (const std::string& input : node.input()) {
    if (input.empty() || builder.is_available(input)) {
      continue;
    }
    if (producers.count(input) > 0) {
      refuse("input '" + input +
             "' is written by this or a later node; nodes must be in topological order, without cycles");
    }
    refuse("input '" + input + "' does not exist: no input, initializer or node has this name");
  }
}

void import_node(const onnx::NodeProto& node, std::int64_t opset, const OpRegistry& ops,
                 const std::set<std::string>& read, GraphBuilder& builder) {
  NodeImport import(node, label_of(node), opset, builder);
  for (int i = 1; i < node.output_size(); ++i) {
    if (!node.output(i).empty() && read.count(node.output(i)) > 0) {
      refuse("output " + std::to_string(i) + " ('" + node.output(i) +
             "') is used; only the first output is supported");
    }
  }
  ops.find(node.op_type())(import);
  import.finish();
}

void import_nodes(const onnx::GraphProto& graph, const Producers& producers, std::int64_t opset,
                  GraphBuilder& builder) {
  const OpRegistry ops = all_ops();
  const std::vector<bool> needed = needed_nodes(graph, producers);
  const std::set<std::string> read = read_values(graph, needed);
  for (int i = 0; i < graph.node_size(); ++i) {
    if (!needed[static_cast<std::size_t>(i)]) {
      continue;
    }
    const onnx::NodeProto& node = graph.node(i);
    const std::string name = operator_name(node);
    try {
      if (name != node.op_type() || !ops.contains(name)) {
        if (const std::string reason = why_unsupported(name); !reason.empty()) {
          refuse(reason);
        }
        const std::string guess = nearest(node.op_type(), ops.names());
        refuse("this operator is not supported" + (guess.empty() ? "" : "; did you mean " + guess + "?") +
               " (supported: " + joined(ops.names()) + ")");
      }
      check_inputs_exist(node, producers, builder);
      import_node(node, opset, ops, read, builder);
    } catch (const Error& e) {
      throw Error(e.kind(), name + ": " + e.message(), {.key = label_of(node)});
    }
  }
}

FloatGraph import_graph(const onnx::ModelProto& model) {
  const std::int64_t opset = default_opset(model);
  const onnx::GraphProto& graph = model.graph();
  if (graph.output_size() == 0) {
    refuse("the graph has no output");
  }
  GraphBuilder builder;
  const Producers producers = declare_names(graph, builder);
  import_nodes(graph, producers, opset, builder);
  for (const auto& output : graph.output()) {
    builder.add_output(output);
  }
  FloatGraph result = builder.take();
  result.opset = opset;
  result.producer = printable(model.producer_name());
  if (!model.producer_version().empty()) {
    result.producer += " " + printable(model.producer_version());
  }
  for (const auto& property : model.metadata_props()) {
    if (property.key() == "input_mean") {
      result.input_mean = numbers_of(property.key(), property.value());
    } else if (property.key() == "input_std") {
      result.input_std = numbers_of(property.key(), property.value());
    }
  }
  validate(result);
  return result;
}

}  // namespace

FloatGraph import_model(const std::string& path) {
  return import_model(read_model_file(path), path);
}

FloatGraph import_model(std::span<const std::byte> bytes, const std::string& name) {
  const auto model = parse_model(bytes, name);
  try {
    FloatGraph graph = import_graph(*model);
    graph.file = name;
    graph.sha256 = sha256_hex(bytes);
    return graph;
  } catch (const Error& e) {  // names from the file go into a message of one printable line
    throw Error(e.kind(), printable(e.message()), {.file = name, .key = e.where().key});
  }
}

std::vector<OperatorInfo> supported_operators() {
  const OpRegistry ops = all_ops();
  const std::string opsets = "opset " + std::to_string(kFirstOpset) + "-" + std::to_string(kLastOpset);
  std::vector<OperatorInfo> infos;
  for (const std::string& name : ops.names()) {
    infos.push_back({name, opsets, ops.description(name)});
  }
  return infos;
}

}  // namespace homolog::conversion
