#include "experiments/fusion/system_rdms.hpp"

#include <utility>

#include "experiments/fusion/sampled_units.hpp"
#include "sim/core/error.hpp"

namespace homolog::experiments {

std::vector<Rdm> means_over_subjects(std::span<const Rdm> rdms, std::size_t subjects) {
  if (rdms.empty() || subjects == 0 || rdms.size() % subjects != 0) {
    throw Error(ErrorKind::data,
                "a reference without times, or not with all subjects at every time, cannot be fused");
  }
  const std::size_t times = rdms.size() / subjects;
  std::vector<Rdm> means;
  for (std::size_t t = 0; t < times; ++t) {
    std::vector<Rdm> of_time;
    for (std::size_t s = 0; s < subjects; ++s) {
      of_time.push_back(rdms[s * times + t]);
    }
    means.push_back(mean_rdm(of_time));
  }
  return means;
}

SystemRdms::SystemRdms(std::span<const Rdm> rdms, std::size_t subjects)
    : rdms_(rdms), subjects_(subjects), means_(ordered(means_over_subjects(rdms, subjects))) {
  static_cast<void>(common_size(means_, {}));
}

OrderedRdm SystemRdms::drawn_mean(std::size_t time, std::span<const std::uint32_t> copies) const {
  Rdm mean(n());
  for (std::size_t s = 0; s < subjects_; ++s) {
    const Rdm& rdm = rdms_[s * times() + time];
    const double share = copies[s];
    for (std::size_t k = 0; share > 0.0 && k < mean.pairs().size(); ++k) {
      mean.pairs()[k] += share * rdm.pairs()[k];
    }
  }
  for (double& value : mean.pairs()) {
    value /= static_cast<double>(subjects_);
  }
  return OrderedRdm(std::move(mean));
}

}  // namespace homolog::experiments
