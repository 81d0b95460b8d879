#include "experiments/cli/model_summary.hpp"

#include "conversion/spiking/convert.hpp"
#include "sim/core/error.hpp"

namespace homolog::experiments {
namespace {

void add_fates(const conversion::FloatGraph& graph, ModelSummary& summary) {
  const conversion::Twin twin = conversion::convert(graph, conversion::unit_scales(graph), {});
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
