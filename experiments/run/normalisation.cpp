#include "experiments/run/normalisation.hpp"

#include <string>

#include "sim/core/error.hpp"

namespace homolog::experiments {
namespace {

std::vector<float> per_channel(const std::vector<double>& values, std::int64_t channels, double unit,
                               const char* key, const Where& where) {
  if (std::ssize(values) != channels && values.size() != 1) {
    Where at = where;
    at.key += std::string(".input.") + key;
    throw Error(ErrorKind::config,
                "has " + std::to_string(values.size()) + " numbers but the model's input has " +
                    std::to_string(channels) + " channels; give one number or one per channel",
                at);
  }
  std::vector<float> result;
  for (std::int64_t c = 0; c < channels; ++c) {
    result.push_back(static_cast<float>(values[values.size() == 1 ? 0 : static_cast<std::size_t>(c)] / unit));
  }
  return result;
}

}  // namespace

std::vector<float> Normalisation::apply(const Image& image) const {
  std::vector<float> values = image.pixels;
  const auto area = static_cast<std::size_t>(image.height * image.width);
  for (std::size_t i = 0; i < values.size(); ++i) {
    values[i] = (values[i] - mean[i / area]) / std[i / area];
  }
  return values;
}

Normalisation normalisation_of(const Experiment::Model& model, const conversion::FloatGraph& graph) {
  const conversion::Dims& dims = graph.tensors[static_cast<std::size_t>(graph.inputs.at(0))].dims;
  const std::int64_t channels = dims.at(0);
  const double unit = model.unit_scale ? 1.0 : 255.0;
  Normalisation result;
  result.mean = model.mean ? per_channel(*model.mean, channels, unit, "mean", model.where) : graph.input_mean;
  result.std = model.std ? per_channel(*model.std, channels, unit, "std", model.where) : graph.input_std;
  if (result.mean.empty()) {
    result.mean.assign(static_cast<std::size_t>(channels), 0.0F);
  }
  if (result.std.empty()) {
    result.std.assign(static_cast<std::size_t>(channels), static_cast<float>(1.0 / unit));
  }
  for (const auto& [values, name] :
       {std::pair(&result.mean, "input_mean"), std::pair(&result.std, "input_std")}) {
    if (std::ssize(*values) != channels) {
      throw Error(ErrorKind::model,
                  std::string("metadata ") + name + " has " + std::to_string(values->size()) +
                      " numbers but the input has " + std::to_string(channels) + " channels; set model.input",
                  {.file = graph.file});
    }
  }
  for (const float value : result.std) {
    if (!(value > 0.0F)) {
      throw Error(ErrorKind::config, "the standard deviation of the input must be > 0", model.where);
    }
  }
  return result;
}

}  // namespace homolog::experiments
