#include "experiments/cli/model_summary.hpp"

#include "conversion/spiking/convert.hpp"
#include "sim/core/error.hpp"

namespace homolog::experiments {
namespace {

std::vector<conversion::Scale> unit_scales(const conversion::FloatGraph& graph) {
  std::vector<conversion::Scale> scales;
  for (const conversion::TensorId tensor : conversion::scaled_tensors(graph)) {
    const conversion::Dims& dims = graph.tensors[static_cast<std::size_t>(tensor)].dims;
    const std::int64_t channels = dims.empty() ? 1 : dims.front();
    scales.push_back(
        {.tensor = tensor, .channel = std::vector<float>(static_cast<std::size_t>(channels), 1.0F)});
  }
  return scales;
}

void add_fates(const conversion::FloatGraph& graph, ModelSummary& summary) {
  const conversion::Twin twin = conversion::convert(graph, unit_scales(graph), {});
  for (std::size_t i = 0; i < summary.rows.size() && i < twin.report.size(); ++i) {
    summary.rows[i].becomes = twin.report[i].fate;
    summary.rows[i].neurons = twin.report[i].neurons;
    summary.rows[i].synapses = twin.report[i].synapses;
    summary.neurons += twin.report[i].neurons;
    summary.synapses += twin.report[i].synapses;
  }
}

}  // namespace

ModelSummary summarise(const conversion::FloatGraph& graph) {
  ModelSummary summary;
  const auto fields = conversion::receptive_fields(graph);
  for (const conversion::Node& node : graph.nodes) {
    const auto output = static_cast<std::size_t>(node.output);
    summary.rows.push_back({.node = node.name,
                            .operation = node.operation,
                            .layer = conversion::layer_name(graph.tensors[output].name),
                            .dims = graph.tensors[output].dims,
                            .parameters = conversion::parameters(node),
                            .macs = conversion::macs(graph, node),
                            .field = fields[output]});
    summary.parameters += summary.rows.back().parameters;
    summary.macs += summary.rows.back().macs;
  }
  try {
    add_fates(graph, summary);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::model) {
      throw;
    }
    summary.refusal = (error.where().key.empty() ? "" : error.where().key + ": ") + error.message();
  }
  return summary;
}

}  // namespace homolog::experiments
