#include "experiments/rsa_time/generalisation_run.hpp"

#include <cstdio>
#include <iterator>
#include <utility>

#include "experiments/rsa/evaluate.hpp"

namespace homolog::experiments {
namespace {

constexpr std::uint64_t kBytesOfPair = 16;  // of an OrderedRdm
constexpr double kShareOfOwn = 0.5;

std::uint64_t bytes_of(const WindowRdms& windows) {
  std::uint64_t sum = 0;
  for (const OrderedRdm& rdm : windows.rdms) {
    sum += kBytesOfPair * Rdm::pair_count(rdm.n());
  }
  return sum;
}

std::string why_none(const Comparison& comparison, const MatrixSize& size) {
  if (!is_matrix_product(comparison)) {
    return "every cell of every draw would be a comparison of its own";
  }
  char text[80];
  std::snprintf(text, sizeof(text), "they would take %.1e multiply-adds, more than %.0e", multiply_adds(size),
                kMostMultiplyAdds);
  return text;
}

}  // namespace

GeneralisationRun::GeneralisationRun(const RsaTimeSettings& settings, std::span<const Comparison> comparisons,
                                     std::vector<TimedRdms> references, std::size_t windows,
                                     std::size_t stimuli, std::uint64_t seed,
                                     const std::function<void(const std::string&)>& warn)
    : settings_(settings),
      comparisons_(comparisons),
      references_(std::move(references)),
      seed_(seed),
      own_(comparisons.size()),
      of_references_(references_.size(), GeneralisationMatrices(comparisons.size())) {
  MatrixSize size{.rows = settings.layers.size() * windows,
                  .columns = windows,
                  .stimuli = stimuli,
                  .samples = settings.inference.samples};
  own_bootstraps_ = bootstraps("windows with windows", size, warn);
  for (const TimedRdms& reference : references_) {
    size.columns = reference.loaded->times;
    size.subjects = reference.loaded->subjects;
    reference_bootstraps_.push_back(bootstraps("windows with " + reference.name, size, warn));
  }
}

GeneralisationRun::Bootstraps GeneralisationRun::bootstraps(
    const std::string& of, const MatrixSize& size,
    const std::function<void(const std::string&)>& warn) const {
  Bootstraps all(comparisons_.size());
  if (settings_.generalisation_intervals == MatrixIntervals::never) {
    return all;
  }
  std::optional<BootstrapOptions> options = bootstrap_options(settings_.inference, size.subjects, seed_);
  for (std::size_t k = 0; options && k < comparisons_.size(); ++k) {
    if (settings_.generalisation_intervals == MatrixIntervals::always || affordable(comparisons_[k], size)) {
      all[k] = options;
    } else if (warn) {
      warn("generalisation matrices of " + of + " by " + settings_.compare[k] + " have no intervals: " +
           why_none(comparisons_[k], size) + " (generalisation_intervals: always computes them)");
    }
  }
  return all;
}

void GeneralisationRun::add(WindowRdms windows, const Progress& progress) {
  const auto count = static_cast<double>(comparisons_.size());
  const double end = references_.empty() ? 1.0 : kShareOfOwn;
  for (std::size_t k = 0; k < comparisons_.size(); ++k) {
    const auto done = static_cast<double>(k);
    own_[k].push_back(own_generalisation(comparisons_[k], windows, own_bootstraps_[k],
                                         part_of(progress, end * done / count, end * (done + 1.0) / count)));
  }
  if (references_.empty()) {
    return;
  }
  waiting_bytes_ += bytes_of(windows);
  waiting_.push_back(std::move(windows));
  if (waiting_bytes_ >= kWaitingBytes) {
    compare_waiting(part_of(progress, kShareOfOwn, 1.0));
  }
}

void GeneralisationRun::finish(const Progress& progress) {
  compare_waiting(progress);
}

void GeneralisationRun::compare_waiting(const Progress& progress) {
  const double parts = static_cast<double>(references_.size() * comparisons_.size());
  double done = 0.0;
  for (std::size_t r = 0; r < references_.size() && !waiting_.empty(); ++r) {
    for (std::size_t k = 0; k < comparisons_.size(); ++k, ++done) {
      std::vector<Generalisation> matrices = reference_generalisation(
          comparisons_[k], waiting_, *references_[r].loaded, reference_bootstraps_[r][k],
          part_of(progress, done / parts, (done + 1.0) / parts));
      std::move(matrices.begin(), matrices.end(), std::back_inserter(of_references_[r][k]));
    }
  }
  waiting_.clear();
  waiting_bytes_ = 0;
}

}  // namespace homolog::experiments
