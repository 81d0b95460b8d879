#include <cmath>
#include <cstdio>
#include <ostream>

#include "conversion/graph/geometry.hpp"
#include "experiments/run/conversion_table.hpp"
#include "experiments/run/layer_records.hpp"
#include "experiments/run/preparation.hpp"
#include "experiments/run/runner.hpp"
#include "sim/engine/simulator.hpp"

namespace homolog::experiments {
namespace {

std::string bytes_text(double bytes) {
  const char* units[] = {"B", "KiB", "MiB", "GiB", "TiB"};
  std::size_t unit = 0;
  while (bytes >= 1024.0 && unit + 1 < std::size(units)) {
    bytes /= 1024.0;
    ++unit;
  }
  char text[64];
  std::snprintf(text, sizeof(text), "%.1f %s", bytes, units[unit]);
  return text;
}

}  // namespace

void validate_experiment(const Experiment& experiment, std::ostream& out) {
  const Preparation p = prepare(experiment);
  const std::int64_t images = p.stimuli->size();
  out << experiment.file << " is valid\n"
      << "  model       " << experiment.model.onnx << ", " << p.graph.nodes.size() << " operators, "
      << p.classes << " classes\n"
      << "  stimuli     " << images << (p.labelled ? ", with labels" : ", without labels") << '\n'
      << "  calibration " << p.calibration_images << " images"
      << (p.calibration ? "" : " (the first of the stimuli)") << '\n'
      << "  spiking     " << experiment.spiking.steps << " steps, " << spiking_neurons(p.outline.network)
      << " neurons, " << p.outline.layers.size() << " layers, " << p.recorded.size() << " recorded"
      << (experiment.spiking.weights == conversion::WeightFormat::int8 ? ", 8-bit weights" : "") << '\n';

  double representation = 0.0;
  for (const RepresentationKey& key : p.representations) {
    for (const conversion::Layer& layer : p.outline.layers) {
      if (layer.name == key.layer) {
        representation += 4.0 * static_cast<double>(layer.shape.size()) * static_cast<double>(images);
      }
    }
  }
  const sim::Simulator simulator(p.outline.network);
  out << "  memory      " << bytes_text(static_cast<double>(simulator.state_bytes()))
      << " per thread for the state of the network\n"
      << "  disk        " << bytes_text(representation)
      << " for representations during the run; spikes about "
      << "2 bytes each\n"
      << "  output      " << experiment.output << '\n';
  for (const std::string& key : experiment.unused) {
    out << "  unused      " << key << " (only another choice uses it)\n";
  }
}

}  // namespace homolog::experiments
