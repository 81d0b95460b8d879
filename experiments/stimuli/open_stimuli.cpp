#include "experiments/stimuli/source.hpp"

namespace homolog::experiments {

std::unique_ptr<Stimuli> open_stimuli(const StimuliSpec& spec) {
  switch (spec.kind) {
    case StimuliSpec::Kind::folder: return open_folder(spec);
    case StimuliSpec::Kind::idx: return open_idx(spec);
    case StimuliSpec::Kind::cifar10: return open_cifar10(spec);
    case StimuliSpec::Kind::hdf5: return open_hdf5(spec);
  }
  throw Error(ErrorKind::internal, "unknown source of stimuli", spec.where);
}

}  // namespace homolog::experiments
