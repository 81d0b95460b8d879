#include "experiments/brain/rdm_file.hpp"

#include "experiments/brain/array_file.hpp"
#include "experiments/brain/hdf5_arrays.hpp"
#include "experiments/brain/rdm_shape.hpp"
#include "experiments/brain/rsatoolbox.hpp"
#include "experiments/recording/h5_tree.hpp"
#include "sim/core/error.hpp"

namespace homolog::experiments {
namespace {

/// What attributes of an HDF5 dataset say: stimulus_ids (texts), subjects (texts), times_ms (numbers).
void take_attributes(const BrainSource& source, RdmData& rdms) {
  const h5::Source file{.file = h5::open_for_reading(source.file), .path = source.file};
  const std::string dataset = hdf5_dataset(source);
  if (h5::kind(file, dataset) != h5::Kind::numbers) {
    return;  // MATLAB's name of an array has no attributes of ours
  }
  if (rdms.ids.empty() && h5::has_attribute(file, dataset, "stimulus_ids")) {
    rdms.ids = h5::texts_attribute(file, dataset, "stimulus_ids");
    check_ids(rdms.ids, rdms.stimuli, source);
  }
  if (h5::has_attribute(file, dataset, "subjects")) {
    rdms.subject_names = h5::texts_attribute(file, dataset, "subjects");
  }
  if (h5::has_attribute(file, dataset, "times_ms")) {
    rdms.times_ms = h5::numbers_attribute<double>(file, dataset, "times_ms");
  }
}

void check_counts(const RdmData& rdms, const BrainSource& source) {
  const auto check = [&](std::size_t have, std::size_t want, const std::string& what) {
    if (have != 0 && have != want) {
      throw Error(ErrorKind::data,
                  array_text(source) + " has " + std::to_string(have) + " " + what + " for " +
                      std::to_string(want) + "; expected one for each",
                  {.file = source.file});
    }
  };
  check(rdms.subject_names.size(), rdms.subjects, "names of subjects");
  check(rdms.times_ms.size(), rdms.times, "times");
}

}  // namespace

RdmData read_rdms(const BrainSource& source) {
  const FileFormat format = format_of(source.file);
  if (format == FileFormat::hdf5 && is_rsatoolbox(source)) {
    return read_rsatoolbox_rdms(source);
  }
  RdmData rdms = rdms_from_array(read_array(source), source);
  if (!source.ids.empty()) {
    rdms.ids = read_names(source);
    check_ids(rdms.ids, rdms.stimuli, source);
  }
  if (format == FileFormat::hdf5) {
    take_attributes(source, rdms);
  }
  check_counts(rdms, source);
  return rdms;
}

}  // namespace homolog::experiments
