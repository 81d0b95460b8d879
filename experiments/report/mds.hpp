#pragma once

#include <optional>
#include <vector>

#include "experiments/recording/results_reader.hpp"

namespace homolog::experiments::report {

/// Stimuli as points in the plane, centred on 0, in the units of the dissimilarities.
struct StimulusMap {
  std::vector<double> x{}, y{};
  /// Kruskal's stress-1, sqrt(sum (delta - d)^2 / sum d^2) over pairs: 0 if the distances d of the points are
  /// the dissimilarities delta; infinite if all points are one.
  double stress = 0.0;
};

/// Classical scaling (Torgerson 1952, doi:10.1007/BF02288916): the two leading eigenvectors of -J delta^2 J /
/// 2, each times the root of its eigenvalue (0 for a negative one), with the component of largest size
/// positive.
///
/// Dissimilarities below 0, as crossvalidated ones may be, count as 0. nullopt for fewer than 3 stimuli, for
/// dissimilarities that are not finite, and if all of them are equal: then no map says anything.
[[nodiscard]] std::optional<StimulusMap> classical_map(const RdmMatrix& rdm);

/// Metric scaling by SMACOF (de Leeuw 1977; Borg & Groenen 2005, ch. 8, doi:10.1007/0-387-28981-X): Guttman
/// transforms of `start` until stress no longer falls by a millionth, 300 at most. Raw stress never rises.
/// `start` is a map of `rdm`.
[[nodiscard]] StimulusMap smacof_map(const RdmMatrix& rdm, StimulusMap start);

}  // namespace homolog::experiments::report
