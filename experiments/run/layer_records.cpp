#include "experiments/run/layer_records.hpp"

#include <algorithm>

#include "conversion/graph/geometry.hpp"

namespace homolog::experiments {

std::vector<LayerRecord> layer_records(const Experiment& experiment, const Preparation& preparation,
                                       const conversion::Twin& twin) {
  const std::vector<conversion::ReceptiveField> fields = conversion::receptive_fields(preparation.graph);
  std::vector<LayerRecord> records;
  for (const conversion::Layer& layer : twin.layers) {
    const auto tensor = static_cast<std::size_t>(layer.tensor);
    LayerRecord record{.name = layer.name,
                       .onnx_output = preparation.graph.tensors[tensor].name,
                       .operation = layer.operation,
                       .shape = layer.shape,
                       .rf_size = {fields[tensor].size_h, fields[tensor].size_w},
                       .rf_stride = {fields[tensor].stride_h, fields[tensor].stride_w}};
    for (const conversion::Fate& fate : twin.report) {
      if (fate.layer == layer.name) {
        record.synapses = fate.synapses;
      }
    }
    if (layer.population) {
      const bool chosen = std::find(preparation.recorded.begin(), preparation.recorded.end(), layer.name) !=
                          preparation.recorded.end();
      record.neurons = static_cast<std::uint64_t>(layer.shape.size());
      record.spikes = chosen && experiment.record.spikes;
      record.counts = chosen && experiment.record.counts &&
                      sim::is_rectified(twin.network.populations[*layer.population].role);
      record.scale = layer.scale;
      if (const auto* neurons = std::get_if<sim::Neurons>(&twin.network.populations[*layer.population].role);
          neurons != nullptr) {
        record.threshold = {std::visit([](const auto& model) { return model.threshold; }, neurons->model)};
      }
    }
    records.push_back(std::move(record));
  }
  for (std::size_t k = 0; k < twin.layers.size(); ++k) {
    const conversion::Layer& layer = twin.layers[k];
    if (layer.population && sim::is_signed(twin.network.populations[*layer.population].role)) {
      LayerRecord negative = records[k];
      negative.name += ".negative";
      negative.negative_of = layer.name;
      negative.counts = false;
      records.push_back(std::move(negative));
    }
  }
  return records;
}

std::uint64_t spiking_neurons(const sim::Network& network) {
  std::uint64_t total = 0;
  for (const sim::Population& population : network.populations) {
    if (sim::is_spiking(population.role) && !sim::is_input(population.role)) {
      total += static_cast<std::uint64_t>(population.shape.size());
    }
  }
  return total;
}

}  // namespace homolog::experiments
