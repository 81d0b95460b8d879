#include "experiments/rsa/whitened_products.hpp"

#include <Eigen/Cholesky>
#include <algorithm>
#include <string>

#include "experiments/rsa/repetition_contrasts.hpp"
#include "experiments/rsa/shrinkage.hpp"
#include "experiments/rsa/upper_product.hpp"
#include "sim/core/error.hpp"

namespace homolog::experiments {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;

// The smallest reciprocal condition number of a covariance of units with variance 1 that is inverted: below,
// rounding leaves fewer than two digits.
constexpr double kSingular = 1e-14;

/// One computation: sizes, and what all its steps need.
struct Whitening {
  const Patterns& patterns;
  const DissimilarityOptions& options;
  WhitenedParts parts = WhitenedParts::means;
  Index count = patterns.count();
  Index repetitions = patterns.repetitions();
  Index dof = count * (repetitions - 1);
  /// Units are divided by the standard deviation of their noise first.
  bool scales = options.noise != NoiseCovariance::none && options.noise != NoiseCovariance::shrinkage_eye;
};

[[noreturn]] void refuse_singular(const Whitening& work, const std::string& why) {
  throw Error(ErrorKind::data, work.patterns.name() + ": the noise covariance has no inverse, since " + why);
}

/// Divides every unit of means and contrasts by its standard deviation between repetitions; one that never
/// varies (all rows are 0) stays. Returns the units that vary.
std::vector<Index> scale_units(const Whitening& work, RowMatrix& rows, std::int64_t first) {
  std::vector<Index> varying;
  const Eigen::RowVectorXd squares = rows.bottomRows(work.dof).colwise().squaredNorm();
  for (Index u = 0; u < rows.cols(); ++u) {
    if (squares[u] > 0.0) {
      rows.col(u) /= std::sqrt(squares[u] / static_cast<double>(work.dof));
      varying.push_back(u);
    } else if (rows.col(u).head(work.count).cwiseAbs().maxCoeff() > 0.0) {
      refuse_singular(work, "unit " + std::to_string(first + u) +
                                " responds the same in all repetitions but not to all stimuli; expected "
                                "noise in every unit, or none or shrinkage_eye");
    }
  }
  return varying;
}

/// Means and contrasts of every block, scaled if the estimate scales; with the units that vary.
template <class Use>
void for_each_rows(const Whitening& work, const Use& use) {
  for_each_presentation_block(work.patterns, work.options.block_units, work.options.progress,
                              [&](RowMatrix& block, std::int64_t first) {
                                RowMatrix rows = means_and_contrasts(block, work.repetitions);
                                std::vector<Index> varying;
                                if (work.scales) {
                                  varying = scale_units(work, rows, first);
                                }
                                use(rows, varying);
                              });
}

/// Products of means, and of the contrasts summed over repetitions, of units that are taken as independent.
WhitenedProducts independent_units(const Whitening& work) {
  WhitenedProducts products{.means = MatrixXd::Zero(work.count, work.count)};
  const bool deviations = work.parts == WhitenedParts::means_and_deviations;
  if (deviations) {
    products.deviations = MatrixXd::Zero(work.count, work.count);
  }
  for_each_rows(work, [&](const RowMatrix& rows, const std::vector<Index>& /*varying*/) {
    for (Index group = 0; group < (deviations ? work.repetitions : 1); ++group) {
      const RowMatrix part = rows.middleRows(group * work.count, work.count);
      add_upper_product(part, part, group == 0 ? products.means : products.deviations);
    }
  });
  return products;
}

void fill_lower(MatrixXd& matrix) {
  matrix.triangularView<Eigen::StrictlyLower>() = matrix.transpose();
}

/// Sum of the blocks on the diagonal that belong to contrasts 1, 2, ...
MatrixXd sum_of_contrasts(const Whitening& work, const MatrixXd& products) {
  MatrixXd sum = MatrixXd::Zero(work.count, work.count);
  for (Index first = 0; first < work.dof; first += work.count) {
    sum += products.block(first, first, work.count, work.count);
  }
  return sum;
}

Shrinkage shrinkage_of(const Whitening& work, const DeviationSums& sums) {
  switch (work.options.noise) {
    case NoiseCovariance::shrinkage_eye: return shrinkage_to_identity(sums);
    case NoiseCovariance::shrinkage_diagonal: return shrinkage_to_variances(sums);
    default: return {};
  }
}

/// All values 0, if that is what the means are; an error if stimuli differ without noise.
WhitenedProducts without_noise(const Whitening& work, const MatrixXd& means) {
  if (means.diagonal().maxCoeff() > 0.0) {
    refuse_singular(work, "no unit varies between repetitions; expected noise, or no noise covariance");
  }
  const MatrixXd zero = MatrixXd::Zero(work.count, work.count);
  return {.means = zero, .deviations = zero};
}

/// |x_k|^2 of the deviations x_k, whose contrasts have the products `contrasts`.
Eigen::VectorXd squared_norms(const Whitening& work, const MatrixXd& contrasts) {
  const Index groups = work.repetitions - 1;
  const RowMatrix basis = deviations_of(RowMatrix::Identity(groups, groups), work.repetitions);
  Eigen::VectorXd norms(work.repetitions * work.count);
  for (Index i = 0; i < work.count; ++i) {
    MatrixXd own(groups, groups);
    for (Index c = 0; c < groups; ++c) {
      for (Index d = 0; d < groups; ++d) {
        own(c, d) = contrasts(c * work.count + i, d * work.count + i);
      }
    }
    const Eigen::VectorXd of_stimulus = ((basis * own).cwiseProduct(basis)).rowwise().sum();
    for (Index k = 0; k < work.repetitions; ++k) {
      norms[k * work.count + i] = of_stimulus[k];
    }
  }
  return norms;
}

/// More units than degrees of freedom: C = a I + c Q'Q with the contrasts Q, so
/// C^-1 = (I - (c / a) Q' B^-1 Q) / a with B = I + (c / a) Q Q' (Woodbury), and only products of rows are
/// needed.
WhitenedProducts by_products(const Whitening& work) {
  const Index rows_count = work.count + work.dof;
  MatrixXd gram = MatrixXd::Zero(rows_count, rows_count);
  DeviationSums sums{.degrees_of_freedom = static_cast<double>(work.dof)};
  sums.units = work.scales ? 0.0 : static_cast<double>(work.patterns.units());
  for_each_rows(work, [&](const RowMatrix& rows, const std::vector<Index>& varying) {
    add_upper_product(rows, rows, gram);
    if (work.scales) {
      sums.units += static_cast<double>(varying.size());
      sums.fourth_powers +=
          deviations_of(rows.bottomRows(work.dof), work.repetitions).array().square().square().sum();
    }
  });
  fill_lower(gram);
  const auto means = gram.topLeftCorner(work.count, work.count);
  const auto contrasts = gram.bottomRightCorner(work.dof, work.dof);
  if (!(contrasts.trace() > 0.0)) {
    return without_noise(work, means);
  }
  sums.squared_norms = squared_norms(work, contrasts);
  sums.squared_products = contrasts.squaredNorm();
  if (work.scales) {  // without the pairs of a unit with itself, whose correlation is 1
    sums.squared_products -= sums.units * sums.degrees_of_freedom * sums.degrees_of_freedom;
  }
  const Shrinkage shrinkage = shrinkage_of(work, sums);
  const double a = shrinkage.identity;
  if (!(a > 0.0)) {
    refuse_singular(work,
                    "its optimal shrinkage is 0 with more units than degrees of freedom; expected more "
                    "repetitions, or diagonal");
  }
  const double ratio = shrinkage.sample / sums.degrees_of_freedom / a;
  const Eigen::LLT<MatrixXd> factor(MatrixXd::Identity(work.dof, work.dof) + ratio * contrasts);
  const MatrixXd half = factor.matrixL().solve(gram.bottomLeftCorner(work.dof, work.count));
  WhitenedProducts products{.means = (means - ratio * half.transpose() * half) / a};
  if (work.parts == WhitenedParts::means_and_deviations) {
    products.deviations = sum_of_contrasts(work, factor.solve(MatrixXd(contrasts))) / a;
  }
  return products;
}

/// The units that vary (of shrinkage_eye: all) in memory, [means and contrasts, units]. Throws Error(data) if
/// they are more than the degrees of freedom.
RowMatrix gather(const Whitening& work) {
  RowMatrix all(work.count + work.dof, std::min<Index>(work.patterns.units(), work.dof));
  Index used = 0;
  for_each_rows(work, [&](const RowMatrix& rows, const std::vector<Index>& varying) {
    const Index more = work.scales ? static_cast<Index>(varying.size()) : rows.cols();
    if (used + more > all.cols()) {
      refuse_singular(work, "it has more units than the " + std::to_string(work.dof) +
                                " degrees of freedom of the repetitions; expected shrinkage_diagonal or "
                                "shrinkage_eye");
    }
    for (Index u = 0; u < more; ++u) {
      all.col(used++) = rows.col(work.scales ? varying[static_cast<std::size_t>(u)] : u);
    }
  });
  return all.leftCols(used);
}

/// At most as many units as degrees of freedom: C itself.
WhitenedProducts by_covariance(const Whitening& work) {
  const RowMatrix rows = gather(work);
  const Index units = rows.cols();
  const auto dof = static_cast<double>(work.dof);
  MatrixXd sample = MatrixXd::Zero(units, units);
  const RowMatrix by_unit = rows.bottomRows(work.dof).transpose();
  add_upper_product(by_unit, by_unit, sample);
  fill_lower(sample);
  if (!(sample.trace() > 0.0)) {
    return without_noise(work, rows.topRows(work.count) * rows.topRows(work.count).transpose());
  }
  DeviationSums sums{.degrees_of_freedom = dof, .units = static_cast<double>(units)};
  const RowMatrix deviations = deviations_of(rows.bottomRows(work.dof), work.repetitions);
  sums.squared_norms = deviations.rowwise().squaredNorm();
  sums.fourth_powers = deviations.array().square().square().sum();
  sums.squared_products = sample.squaredNorm() - (work.scales ? sample.diagonal().squaredNorm() : 0.0);
  const Shrinkage shrinkage = shrinkage_of(work, sums);
  MatrixXd covariance = shrinkage.sample / dof * sample;
  covariance.diagonal().array() += shrinkage.identity;
  const Eigen::LLT<MatrixXd> factor(covariance);
  if (factor.info() != Eigen::Success || !(factor.rcond() > kSingular)) {
    refuse_singular(work,
                    "units are linear combinations of others; expected shrinkage_diagonal or "
                    "shrinkage_eye");
  }
  const RowMatrix whitened = factor.matrixL().solve(rows.transpose()).transpose();
  WhitenedProducts products{.means = MatrixXd::Zero(work.count, work.count)};
  const RowMatrix means = whitened.topRows(work.count);
  add_upper_product(means, means, products.means);
  if (work.parts == WhitenedParts::means_and_deviations) {
    products.deviations = MatrixXd::Zero(work.count, work.count);
    for (Index group = 1; group < work.repetitions; ++group) {
      const RowMatrix part = whitened.middleRows(group * work.count, work.count);
      add_upper_product(part, part, products.deviations);
    }
  }
  return products;
}

}  // namespace

WhitenedProducts whitened_products(const Patterns& patterns, const DissimilarityOptions& options,
                                   WhitenedParts parts) {
  const Whitening work{.patterns = patterns, .options = options, .parts = parts};
  if (options.noise == NoiseCovariance::none || options.noise == NoiseCovariance::diagonal) {
    return independent_units(work);
  }
  if (work.count > kMostPresentations / work.repetitions) {
    throw Error(ErrorKind::data, patterns.name() + " has " + std::to_string(work.count) + " stimuli times " +
                                     std::to_string(work.repetitions) +
                                     " repetitions; a noise covariance with covariances takes at most " +
                                     std::to_string(kMostPresentations) +
                                     " presentations; expected diagonal");
  }
  const bool few_units = patterns.units() <= work.dof;
  return few_units || options.noise == NoiseCovariance::full ? by_covariance(work) : by_products(work);
}

}  // namespace homolog::experiments
