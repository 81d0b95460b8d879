#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>
#include <ostream>

#include "conversion/onnx/import.hpp"
#include "experiments/cli/command.hpp"
#include "experiments/cli/model_summary.hpp"
#include "experiments/cli/options.hpp"
#include "experiments/run/table.hpp"

namespace homolog::experiments {
namespace {

using conversion::FloatGraph;
using Json = nlohmann::ordered_json;

const conversion::Tensor& tensor(const FloatGraph& graph, conversion::TensorId id) {
  return graph.tensors[static_cast<std::size_t>(id)];
}

/// The number that was meant by a float of the file: 0.485, not 0.48500001430511475.
double short_number(float value) {
  char text[64];
  const auto end = std::to_chars(text, text + sizeof text, value).ptr;
  double number = 0.0;
  std::from_chars(text, end, number);
  return number;
}

std::vector<double> short_numbers(const std::vector<float>& values) {
  std::vector<double> numbers(values.size());
  std::transform(values.begin(), values.end(), numbers.begin(), short_number);
  return numbers;
}

std::string numbers_text(const std::vector<float>& values) {
  return values.empty() ? "not in the file" : Json(short_numbers(values)).dump();
}

std::string extent(std::int64_t height, std::int64_t width) {
  return std::to_string(height) + "x" + std::to_string(width);
}

void print_table(const FloatGraph& graph, const ModelSummary& summary, std::ostream& out) {
  out << printable(graph.file) << ": opset " << graph.opset << ", producer "
      << (graph.producer.empty() ? "unknown" : printable(graph.producer)) << "\n";
  for (const conversion::TensorId id : graph.inputs) {
    out << "input   " << printable(tensor(graph, id).name) << " "
        << conversion::to_string(tensor(graph, id).dims) << "\n";
  }
  for (const conversion::TensorId id : graph.outputs) {
    out << "output  " << printable(tensor(graph, id).name) << " "
        << conversion::to_string(tensor(graph, id).dims) << "\n";
  }
  out << "input_mean " << numbers_text(graph.input_mean) << ", input_std " << numbers_text(graph.input_std)
      << "\n\n";

  using Align = Table::Align;
  Table table({{"layer", Align::left},
               {"operator", Align::left},
               {"output", Align::right},
               {"parameters", Align::right},
               {"MACs", Align::right},
               {"field", Align::right},
               {"stride", Align::right},
               {"becomes", Align::left}});
  for (const ModelSummary::Row& row : summary.rows) {
    table.add({row.layer, row.operation, conversion::to_string(row.dims), grouped(row.parameters),
               grouped(row.macs), extent(row.field.size_h, row.field.size_w),
               extent(row.field.stride_h, row.field.stride_w), row.becomes});
  }
  table.print(out);
  out << "\n"
      << grouped(summary.parameters) << " parameters, " << grouped(summary.macs) << " MACs per image\n";
  if (summary.refusal.empty()) {
    out << "converts to " << grouped(summary.neurons) << " neurons with " << grouped(summary.synapses)
        << " synapses\n";
  } else {
    out << "does not convert: " << printable(summary.refusal) << "\n";
  }
}

Json tensors_json(const FloatGraph& graph, const std::vector<conversion::TensorId>& ids) {
  Json list = Json::array();
  for (const conversion::TensorId id : ids) {
    list.push_back({{"name", tensor(graph, id).name}, {"shape", tensor(graph, id).dims}});
  }
  return list;
}

void print_json(const FloatGraph& graph, const ModelSummary& summary, std::ostream& out) {
  Json layers = Json::array();
  for (const ModelSummary::Row& row : summary.rows) {
    layers.push_back({{"layer", row.layer},
                      {"node", row.node},
                      {"operator", row.operation},
                      {"shape", row.dims},
                      {"parameters", row.parameters},
                      {"macs", row.macs},
                      {"rf_size", {row.field.size_h, row.field.size_w}},
                      {"rf_stride", {row.field.stride_h, row.field.stride_w}},
                      {"becomes", row.becomes},
                      {"neurons", row.neurons},
                      {"synapses", row.synapses}});
  }
  const Json document = {{"file", graph.file},
                         {"sha256", graph.sha256},
                         {"opset", graph.opset},
                         {"producer", graph.producer},
                         {"inputs", tensors_json(graph, graph.inputs)},
                         {"outputs", tensors_json(graph, graph.outputs)},
                         {"input_mean", short_numbers(graph.input_mean)},
                         {"input_std", short_numbers(graph.input_std)},
                         {"layers", layers},
                         {"parameters", summary.parameters},
                         {"macs", summary.macs},
                         {"converts", summary.refusal.empty()},
                         {"refusal", summary.refusal},
                         {"neurons", summary.neurons},
                         {"synapses", summary.synapses}};
  // Names from the file may be no UTF-8, which JSON must be.
  out << document.dump(2, ' ', false, Json::error_handler_t::replace) << "\n";
}

void inspect(const std::vector<std::string>& words, std::ostream& out, std::ostream& /*err*/) {
  const Options options("inspect MODEL.onnx [--json]",
                        "Prints the layers of a model: shape, parameters, multiply-accumulate operations,\n"
                        "receptive field (size and stride in pixels), and what each becomes when converted.",
                        {{.name = "json", .help = "the same as JSON"}});
  const Arguments arguments = options.parse(words, 1, 1, "a model, MODEL.onnx");
  if (arguments.wants_help) {
    out << options.help();
    return;
  }
  const FloatGraph graph = conversion::import_model(arguments.positional.front());
  const ModelSummary summary = summarise(graph);
  if (arguments.has("json")) {
    print_json(graph, summary, out);
  } else {
    print_table(graph, summary, out);
  }
}

}  // namespace

Command inspect_command() {
  return {.name = "inspect", .summary = "print a model's layers and what they become", .run = inspect};
}

}  // namespace homolog::experiments
