#include "experiments/brain/response_file.hpp"

#include <algorithm>
#include <cmath>

#include "experiments/brain/array_file.hpp"
#include "experiments/brain/hdf5_arrays.hpp"
#include "experiments/brain/nwb.hpp"
#include "experiments/brain/rdm_shape.hpp"
#include "experiments/recording/h5_tree.hpp"
#include "sim/core/error.hpp"

namespace homolog::experiments {
namespace {

Responses responses_from_array(DataArray array, const BrainSource& source) {
  const std::vector<std::size_t> dims = array.dims;
  const bool has_values = !array.values.empty();
  if ((dims.size() != 2 && dims.size() != 3) || !has_values) {
    throw Error(ErrorKind::data,
                array_text(source) + " is " + shape_text(dims) +
                    "; expected responses, [stimulus, unit] or [stimulus, repetition, unit]",
                {.file = source.file});
  }
  Responses responses{.stimuli = dims.front(),
                      .repetitions = dims.size() == 3 ? dims[1] : 1,
                      .units = dims.back(),
                      .values = std::move(array.values),
                      .ids = std::move(array.row_names)};
  const auto infinite = std::find_if(responses.values.begin(), responses.values.end(),
                                     [](double value) { return std::isinf(value); });
  if (infinite != responses.values.end()) {
    const auto place = static_cast<std::size_t>(infinite - responses.values.begin());
    throw Error(ErrorKind::data,
                array_text(source) + " is " + std::to_string(*infinite) + " for stimulus " +
                    std::to_string(place / responses.units / responses.repetitions) + ", unit " +
                    std::to_string(place % responses.units) +
                    "; expected finite responses, or NaN for a presentation that is missing",
                {.file = source.file});
  }
  return responses;
}

/// The attribute stimulus_ids of an HDF5 dataset, or nothing.
std::vector<std::string> attribute_ids(const BrainSource& source) {
  const h5::Source file{.file = h5::open_for_reading(source.file), .path = source.file};
  const std::string dataset = hdf5_dataset(source);
  if (h5::kind(file, dataset) != h5::Kind::numbers || !h5::has_attribute(file, dataset, "stimulus_ids")) {
    return {};
  }
  return h5::texts_attribute(file, dataset, "stimulus_ids");
}

}  // namespace

Responses read_responses(const BrainSource& source) {
  const FileFormat format = format_of(source.file);
  if (source.nwb) {
    if (format != FileFormat::hdf5) {
      throw Error(ErrorKind::data, "is not an NWB (HDF5) file; expected one, since trials are asked for",
                  {.file = source.file});
    }
    return read_nwb_responses(source);
  }
  Responses responses = responses_from_array(read_array(source), source);
  if (!source.ids.empty()) {
    responses.ids = read_names(source);
  } else if (format == FileFormat::hdf5) {
    responses.ids = attribute_ids(source);
  }
  if (!responses.ids.empty()) {
    check_ids(responses.ids, responses.stimuli, source);
  }
  return responses;
}

}  // namespace homolog::experiments
