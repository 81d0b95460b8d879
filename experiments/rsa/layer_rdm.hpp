#pragma once

#include <string>

#include "experiments/analysis/analysis.hpp"
#include "experiments/rsa/dissimilarity.hpp"
#include "experiments/rsa/reference.hpp"
#include "experiments/rsa/representation.hpp"

namespace homolog::experiments {

/// A dissimilarity as an analysis uses it.
struct RdmMaker {
  const AnalysisInputs* inputs = nullptr;
  std::string name{};  ///< of the dissimilarity
  Dissimilarity dissimilarity{};
  NoiseCovariance noise = NoiseCovariance::none;

  RdmMaker(const AnalysisInputs& analysis_inputs, const std::string& dissimilarity_name,
           NoiseCovariance covariance);

  /// Warns of undefined patterns.
  [[nodiscard]] Rdm of(const Patterns& patterns, const Progress& progress) const;
  /// A layer in a representation, by its own metric if it has one.
  [[nodiscard]] Rdm of(const std::string& layer, const Representation& representation,
                       const Progress& progress) const;
  /// A model of the stimuli.
  [[nodiscard]] Rdm of(const ModelReference& model, const Progress& progress) const;
  /// The dissimilarity for what responds alike to every presentation: it has no noise, and no folds.
  [[nodiscard]] std::string plain_name() const {
    return dissimilarity.repetitions == Repetitions::folds ? "euclidean" : name;
  }
  /// What rows say of the dissimilarity of a representation.
  [[nodiscard]] const std::string& name_for(const Representation& representation) const {
    return representation.metric.empty() ? name : representation.metric;
  }
};

}  // namespace homolog::experiments
