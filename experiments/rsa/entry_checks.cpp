#include "experiments/rsa/entry_checks.hpp"

#include <algorithm>
#include <variant>

#include "experiments/rsa/dissimilarity.hpp"
#include "sim/core/error.hpp"
#include "sim/core/suggest.hpp"

namespace homolog::experiments {

std::vector<std::string> read_names(Parameters& parameters, const std::string& key,
                                    const std::vector<std::string>& allowed,
                                    const std::vector<std::string>& otherwise) {
  const std::vector<std::string> names = parameters.texts(key, otherwise);
  if (names.empty()) {
    parameters.fail(key, "is empty; expected one or more of " + joined(allowed));
  }
  for (std::size_t k = 0; k < names.size(); ++k) {
    if (std::find(allowed.begin(), allowed.end(), names[k]) == allowed.end()) {
      const std::string guess = nearest(names[k], allowed);
      parameters.fail(key, "has '" + names[k] + "'" +
                               (guess.empty() ? std::string() : "; did you mean '" + guess + "'?") +
                               "; expected one or more of " + joined(allowed));
    }
    if (std::find(names.begin(), names.begin() + static_cast<std::ptrdiff_t>(k), names[k]) !=
        names.begin() + static_cast<std::ptrdiff_t>(k)) {
      parameters.fail(key, "has '" + names[k] + "' twice; once is enough");
    }
  }
  return names;
}

void check_stimuli(const std::string& analysis, std::int64_t stimuli, const Where& where) {
  constexpr std::int64_t kFewest = 3;
  constexpr std::int64_t kMost = 10000;
  if (stimuli < kFewest || stimuli > kMost) {
    throw Error(ErrorKind::config,
                analysis + " cannot compare RDMs of " + std::to_string(stimuli) + " stimuli; expected " +
                    std::to_string(kFewest) + " to " + std::to_string(kMost) + " (see stimuli.count)",
                where);
  }
}

void check_dissimilarity(const std::string& name, NoiseCovariance noise, std::int64_t repetitions,
                         const Where& where) {
  const Dissimilarity dissimilarity = dissimilarities().find(name);
  const bool whitened = noise != NoiseCovariance::none;
  if (whitened && !dissimilarity.takes_noise) {
    throw Error(ErrorKind::config,
                "a noise covariance has no effect on dissimilarity " + name +
                    "; expected none, or mahalanobis or crossnobis",
                where);
  }
  if (repetitions < 2 && (dissimilarity.repetitions == Repetitions::folds || whitened)) {
    throw Error(ErrorKind::config,
                "dissimilarity " + name + (whitened ? " with a noise covariance" : "") +
                    " needs every stimulus at least twice; see stimuli.repetitions (and input: poisson)",
                where);
  }
}

void check_twins(const std::vector<ReferenceSpec>& references, const std::vector<std::string>& further,
                 const Parameters& parameters) {
  std::vector<std::string> codes{"float", "count", "decoded", "first_spike", "rank", "membrane"};
  for (const std::string& label : further) {
    if (std::find(codes.begin(), codes.end(), label) == codes.end()) {
      codes.push_back(label);
    }
  }
  for (const ReferenceSpec& spec : references) {
    const auto* twin = std::get_if<TwinReference>(&spec.source);
    if (twin != nullptr && std::find(codes.begin(), codes.end(), twin->code) == codes.end()) {
      const std::string guess = nearest(twin->code, codes);
      parameters.fail("references", "has the twin '" + twin->code + "'" +
                                        (guess.empty() ? "" : "; did you mean '" + guess + "'?") +
                                        "; expected one of " + joined(codes));
    }
  }
}

}  // namespace homolog::experiments
