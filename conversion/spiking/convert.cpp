#include "conversion/spiking/convert.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <utility>

#include "conversion/spiking/index_of.hpp"
#include "conversion/spiking/layers.hpp"
#include "conversion/spiking/neuron_roles.hpp"
#include "conversion/spiking/populations.hpp"
#include "conversion/spiking/signal.hpp"
#include "conversion/spiking/signal_sources.hpp"
#include "sim/core/error.hpp"

namespace homolog::conversion {
namespace {

/// A max pooling whose input may be negative waits for the ReLU behind it: max(relu(x)) = relu(max(x)).
struct WaitingPool {
  MaxPool op{};
  sim::Shape out{};
  TensorId input = 0;
};

/// Nodes whose output the readout needs.
std::set<std::size_t> needed_nodes(const FloatGraph& graph, TensorId readout) {
  std::set<TensorId> tensors{readout};
  std::set<std::size_t> nodes;
  for (std::size_t i = graph.nodes.size(); i-- > 0;) {
    if (tensors.count(graph.nodes[i].output) > 0) {
      nodes.insert(i);
      tensors.insert(graph.nodes[i].inputs.begin(), graph.nodes[i].inputs.end());
    }
  }
  return nodes;
}

/// Walks the graph once; the signal of every tensor so far is in signals_.
class Converter {
 public:
  Converter(const FloatGraph& graph, const std::vector<Scale>& scales, const ConversionOptions& options)
      : graph_(graph), options_(options), fates_(graph.nodes.size()) {
    for (const Scale& scale : scales) {
      scales_[scale.tensor] = scale;
    }
    for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
      const Node& node = graph.nodes[i];
      fates_[i] = {
          .node = node.name, .operation = node.operation, .layer = layer_name(tensor(node.output).name)};
    }
  }

  Twin run() {
    const TensorId readout = readout_tensor(graph_);
    if (graph_.inputs.size() != 1) {
      throw Error(
          ErrorKind::model,
          "has " + std::to_string(graph_.inputs.size()) + " inputs; a spiking network has one, the image",
          {.file = graph_.file});
    }
    twin_.network.phases = options_.phases;
    signals_[graph_.inputs.front()] = add_input(graph_, options_, twin_);
    const std::set<std::size_t> needed = needed_nodes(graph_, readout);
    for (const std::size_t i : needed) {
      for (const TensorId input : graph_.nodes[i].inputs) {
        ++uses_[input];
      }
    }
    for (std::size_t i = 0; i < graph_.nodes.size(); ++i) {
      const Node& node = graph_.nodes[i];
      if (needed.count(i) == 0) {
        fates_[i].fate = "not part of the spiking network (behind the readout or unused)";
        continue;
      }
      try {
        fates_[i].shape = shape_of(tensor(node.output).dims);
        std::visit([&](const auto& op) { convert(op, i); }, node.op);
        add_layer(i);
      } catch (const Error& error) {
        if (error.kind() != ErrorKind::model) {
          throw;
        }
        throw Error(ErrorKind::model, "node '" + node.name + "' (" + node.operation + "): " + error.message(),
                    {.file = graph_.file});
      }
    }
    if (waiting_.count(readout) > 0) {
      const Node& last = *producer_of(graph_, readout);
      throw Error(
          ErrorKind::model,
          "node '" + last.name + "' (" + last.operation +
              "): the network ends in a max pooling of values that may be negative, which spikes cannot do; "
              "supported: max pooling behind a ReLU, or directly before one",
          {.file = graph_.file});
    }
    const Scale& correction = scales_[readout];
    twin_.readout = add(layer_name(tensor(readout).name), sim::Readout{}, signal(readout),
                        {.current = correction.current, .weights = correction.weights});
    add_linear_layers();
    sim::validate(twin_.network);
    if (options_.weights == WeightFormat::int8) {
      quantise();
      sim::validate(twin_.network);
    }
    twin_.report = std::move(fates_);
    return std::move(twin_);
  }

 private:
  void quantise() {
    const std::vector<std::optional<Quantisation>> quantised = quantise_weights(twin_.network);
    for (std::size_t p = 0; p < quantised.size(); ++p) {
      for (Fate& fate : fates_) {
        if (quantised[p] && fate.layer == twin_.network.populations[p].name) {
          fate.quantisation = quantised[p];
        }
      }
    }
  }

  [[nodiscard]] const Tensor& tensor(TensorId id) const { return graph_.tensors[index_of(id)]; }
  [[nodiscard]] sim::Shape shape(TensorId id) const { return shape_of(tensor(id).dims); }

  /// The signal of an input of a linear operator.
  Signal& signal(TensorId id) {
    if (waiting_.count(id) > 0) {
      throw Error(ErrorKind::model,
                  "reads a max pooling of values that may be negative; supported: max pooling behind a ReLU, "
                  "or directly before one");
    }
    return signals_.at(id);
  }

  /// Adds a population that receives `s` and says so of the nodes that become its synapses.
  sim::PopulationId add(const std::string& name, const sim::Role& role, const Signal& s, const Scale& scale) {
    const sim::PopulationId id = add_population(twin_.network, name, role, s, scale);
    for (const std::size_t node : s.nodes) {
      if (fates_[node].fate.empty()) {
        const bool affine = std::holds_alternative<Affine>(graph_.nodes[node].op);
        fates_[node].fate = (affine ? "folded into the synapses onto " : "synapses onto ") + name;
      }
    }
    return id;
  }

  /// Makes the tensor a population, so that the next operator finds single units to act on: a relay, or
  /// neurons that fire for both signs.
  Signal& relayed(TensorId id) {
    Signal& s = signal(id);
    const bool fires = std::find(options_.linear.begin(), options_.linear.end(), id) != options_.linear.end();
    const std::string name = layer_name(tensor(id).name);
    const Scale scale = fires ? scales_.at(id) : Scale{};
    const sim::PopulationId population = add(name, fires ? linear_role() : sim::Relay{}, s, scale);
    if (const Node* node = producer_of(graph_, id); node != nullptr) {
      Fate& fate = fates_[index_of(node - graph_.nodes.data())];
      fate.fate = fires ? "population of " + neuron_model(options_) + " neurons, not rectified"
                        : "synapses, summed by the relay " + name + " (no neurons)";
      fate.synapses = synapses_onto(twin_.network, population);
      if (fires) {
        fate.neurons = static_cast<std::uint64_t>(s.shape.size());
        fate.threshold_low = *std::min_element(scale.channel.begin(), scale.channel.end());
        fate.threshold_high = *std::max_element(scale.channel.begin(), scale.channel.end());
      }
    }
    const std::vector<float>& decoded = scale.decoded.empty() ? scale.channel : scale.decoded;
    ChannelMap map{.scale{decoded.begin(), decoded.end()}};
    map.scale.resize(index_of(s.shape.channels), 1.0);
    s.terms = {{population, s.shape, std::move(map)}};
    s.nodes.clear();
    if (fires) {
      s.constant.clear();
      twin_.rectifiers.push_back({.tensor = id, .drive = id, .population = population, .linear = true});
    } else if (!sources_.is_analog(population)) {
      twin_.relays.push_back(id);
    }
    return s;
  }
  [[nodiscard]] sim::Role linear_role() const {
    auto model = std::get<sim::SignedIntegrateAndFire>(options_.neuron);
    model.rectified = false;
    return sim::Neurons{model};
  }
  /// The signal of an input, as a relay if it is a sum over synapses that several nodes read, so that it is
  /// summed once (DenseNet's convolutions, residual sums without a ReLU).
  Signal& summed_once(TensorId id) {
    return only_unit_maps(signal(id)) || uses_.at(id) < 2 ? signal(id) : relayed(id);
  }
  Signal& channel_maps(TensorId id) { return only_channel_maps(signal(id)) ? signal(id) : relayed(id); }
  Signal& unit_maps(TensorId id) { return only_unit_maps(signal(id)) ? signal(id) : relayed(id); }

  void set_signal(std::size_t node, Signal s) {
    s.nodes.insert(node);
    signals_[graph_.nodes[node].output] = std::move(s);
  }

  void convert(const Convolution& op, std::size_t i) {
    const Node& node = graph_.nodes[i];
    const bool blocks = op.groups == 1 && sources_.all_spike(signal(node.inputs[0])) &&
                        only_channel_maps_or_blocks(signal(node.inputs[0]));
    Signal* s = blocks ? &signal(node.inputs[0]) : &channel_maps(node.inputs[0]);
    if (op.groups > 1 && s->terms.size() > 1) {
      s = &relayed(node.inputs[0]);
    }
    set_signal(i, convolved(*s, op, shape(node.output)));
  }
  void convert(const Dense& op, std::size_t i) {
    set_signal(i, multiplied(unit_maps(graph_.nodes[i].inputs[0]), op));
  }
  void convert(const Affine& op, std::size_t i) {
    const Node& node = graph_.nodes[i];
    if (const auto waiting = waiting_.find(node.inputs[0]); waiting != waiting_.end()) {
      // A positive factor per channel commutes with the maximum.
      Signal& before = signals_.at(node.inputs[0]);
      const bool per_channel = op.scale.size() == 1 || op.scale.size() == index_of(before.shape.channels);
      if (!per_channel || op.shift.size() != op.scale.size() ||
          std::any_of(op.scale.begin(), op.scale.end(), [](float f) { return !(f > 0.0F); })) {
        throw Error(
            ErrorKind::model,
            "scales a max pooling of values that may be negative by a factor <= 0; supported: a positive "
            "factor, or max pooling behind the ReLU");
      }
      set_signal(i, scaled(before, op));
      waiting_[node.output] = waiting->second;
      return;
    }
    const auto units = index_of(shape(node.inputs[0]).size());
    const auto channels = index_of(shape(node.inputs[0]).channels);
    const bool full = op.scale.size() == units && units != channels;
    set_signal(i, scaled(full ? unit_maps(node.inputs[0]) : summed_once(node.inputs[0]), op));
  }
  void convert(const AveragePool& op, std::size_t i) {
    const Node& node = graph_.nodes[i];
    set_signal(i, averaged(channel_maps(node.inputs[0]), op, shape(node.output)));
  }
  void convert(const Add& /*op*/, std::size_t i) {
    std::vector<Signal> signals;
    for (const TensorId input : graph_.nodes[i].inputs) {
      signals.push_back(summed_once(input));
    }
    set_signal(i, summed(signals));
  }
  void convert(const Concat& op, std::size_t i) {
    const Node& node = graph_.nodes[i];
    if (op.axis != 0) {
      throw Error(ErrorKind::model, "concatenates along axis " + std::to_string(op.axis + 1) +
                                        "; supported in a spiking network: axis 1 (channels)");
    }
    std::vector<Signal> signals;
    for (const TensorId input : node.inputs) {
      signals.push_back(summed_once(input));
    }
    set_signal(i, concatenated(signals, shape(node.output)));
  }
  void convert(const View& /*op*/, std::size_t i) {
    const Node& node = graph_.nodes[i];
    const bool same = shape(node.inputs[0]) == shape(node.output);
    set_signal(i, viewed(same ? signal(node.inputs[0]) : unit_maps(node.inputs[0]), shape(node.output)));
    fates_[i].fate = "the same units in another shape";
  }
  void convert(const Pad& op, std::size_t i) {
    const Node& node = graph_.nodes[i];
    set_signal(i, padded(channel_maps(node.inputs[0]), op, shape(node.output)));
  }
  void convert(const Softmax& /*op*/, std::size_t /*i*/) {
    throw Error(ErrorKind::model,
                "a softmax inside the network cannot be computed by spikes; supported: at its end");
  }
  void convert(const Relu& /*op*/, std::size_t i) { rectify(i, INFINITY); }
  void convert(const Clip& op, std::size_t i) {
    if (op.low != 0.0F || !(op.high > 0.0F)) {
      throw Error(ErrorKind::model, "clips to [" + std::to_string(op.low) + ", " + std::to_string(op.high) +
                                        "]; supported in a spiking network: [0, positive], as ReLU6");
    }
    rectify(i, op.high);
  }

  void convert(const MaxPool& op, std::size_t i) {
    const Node& node = graph_.nodes[i];
    if (options_.phases > 0) {
      throw Error(
          ErrorKind::model,
          "phase coding has no max pooling: the spikes of a window are worth different amounts, and which "
          "unit's are worth most is known only when the last has been fired; use code ttfs or rate");
    }
    const Signal& s = signal(node.inputs[0]);
    if (is_positive_channel_copy(s, true) && sources_.all_count_up(s)) {
      pool(op, s, i, layer_name(tensor(node.output).name));
      return;
    }
    Signal before = s;
    before.nodes.insert(i);
    signals_[node.output] = std::move(before);
    waiting_[node.output] = {op, shape(node.output), node.inputs[0]};
  }

  /// Max pooling of spike trains: a gate population, in exact count.
  void pool(const MaxPool& op, const Signal& s, std::size_t i, const std::string& name) {
    const sim::Shape out = shape(graph_.nodes[i].output);
    Signal gates = add_gates(twin_.network, name, out, op, s);
    for (const std::size_t node : s.nodes) {
      if (fates_[node].fate.empty()) {
        fates_[node].fate = "read by the gates " + name;
      }
    }
    fates_[i].fate = "population of max-pooling gates";
    fates_[i].neurons = static_cast<std::uint64_t>(out.size());
    fates_[i].synapses = synapses_onto(twin_.network, gates.terms.front().source);
    signals_[graph_.nodes[i].output] = std::move(gates);
  }

  /// ReLU, or ReLU with an upper limit: a population of neurons.
  void rectify(std::size_t i, float high) {
    const Node& node = graph_.nodes[i];
    const Signal& s = signals_.at(node.inputs[0]);
    const auto waiting = waiting_.find(node.inputs[0]);
    if (waiting == waiting_.end() && is_positive_channel_copy(s) && sources_.all_count_up(s) &&
        never_above(options_, s, high)) {
      signals_[node.output] = s;
      fates_[i].fate = "no effect: its input is never negative";
      return;
    }
    const auto found = scales_.find(node.output);
    if (found == scales_.end() || found->second.channel.size() != index_of(s.shape.channels)) {
      throw Error(ErrorKind::internal, "no scale for " + tensor(node.output).name);
    }
    Scale scale = found->second;
    for (float& value : scale.channel) {
      value = std::min(value, high);
    }
    const bool waits = waiting != waiting_.end();
    const TensorId named = waits ? waiting->second.input : node.output;
    const sim::Role role = role_of(options_, high, scale);
    const sim::PopulationId id = add(layer_name(tensor(named).name), role, s, scale);
    Rectifier rectifier{.tensor = node.output, .population = id};
    if (!waits) {
      rectifier.drive = node.inputs[0];
    } else if (std::holds_alternative<MaxPool>(producer_of(graph_, node.inputs[0])->op)) {
      rectifier.drive = waiting->second.input;
    }
    twin_.rectifiers.push_back(rectifier);
    const std::vector<float>& decoded = scale.decoded.empty() ? scale.channel : scale.decoded;
    const Signal spikes{.shape = s.shape,
                        .terms = {{id, s.shape, ChannelMap{.scale{decoded.begin(), decoded.end()}}}}};
    fates_[i].threshold_low = *std::min_element(scale.channel.begin(), scale.channel.end());
    fates_[i].threshold_high = *std::max_element(scale.channel.begin(), scale.channel.end());
    if (!waits) {
      fates_[i].fate = "population of " + neuron_model(options_) + " neurons";
      fates_[i].neurons = static_cast<std::uint64_t>(s.shape.size());
      fates_[i].synapses = synapses_onto(twin_.network, id);
      signals_[node.output] = spikes;
      return;
    }
    pool(waiting->second.op, spikes, i, layer_name(tensor(node.output).name));
    fates_[i].fate =
        "population of " + neuron_model(options_) + " neurons before the pooling, then max-pooling gates";
    fates_[i].neurons += static_cast<std::uint64_t>(s.shape.size());
    fates_[i].synapses += synapses_onto(twin_.network, id);
  }

  void add_layer(std::size_t i) {
    const Node& node = graph_.nodes[i];
    const auto signal = signals_.find(node.output);
    if (signal == signals_.end() || waiting_.count(node.output) > 0) {
      return;
    }
    if (std::optional<Layer> layer = layer_of(graph_, node, signal->second, sources_)) {
      twin_.layers.push_back(std::move(*layer));
    }
  }

  /// What fires without being rectified is a layer with a population, an addition as well as a convolution.
  void add_linear_layers() {
    for (const Rectifier& rectifier : twin_.rectifiers) {
      if (const Node* node = producer_of(graph_, rectifier.tensor); rectifier.linear && node != nullptr) {
        place_layer(graph_, linear_layer(graph_, *node, signals_.at(rectifier.tensor)), twin_.layers);
      }
    }
  }

  const FloatGraph& graph_;
  const ConversionOptions& options_;
  std::map<TensorId, Scale> scales_{};
  std::map<TensorId, Signal> signals_{};
  std::map<TensorId, int> uses_{};  ///< how often needed nodes read a tensor
  std::map<TensorId, WaitingPool> waiting_{};
  std::vector<Fate> fates_;
  Twin twin_{};
  SignalSources sources_{twin_.network};
};

}  // namespace

Twin convert(const FloatGraph& graph, const std::vector<Scale>& scales, const ConversionOptions& options) {
  return Converter(graph, scales, options).run();
}

std::vector<TensorId> linear_tensors(const FloatGraph& graph, ConversionOptions options) {
  options.linear.clear();
  return convert(graph, unit_scales(graph), options).relays;
}

}  // namespace homolog::conversion
