#include "experiments/fusion/fusion_bootstrap.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <utility>

#include "experiments/fusion/batched_draws.hpp"
#include "experiments/fusion/running_variance.hpp"
#include "experiments/fusion/sampled_units.hpp"
#include "experiments/fusion/shared_variance.hpp"
#include "experiments/rsa/inference/crossed_variance.hpp"
#include "experiments/rsa/inference/draws.hpp"

namespace homolog::experiments {
namespace {

using Multiplicities = std::vector<std::uint32_t>;

/// Which dimensions are drawn; the number of a way of drawing has a bit for each of them that is drawn at
/// all.
struct Ways {
  bool stimuli = false, first = false, second = false;

  [[nodiscard]] std::size_t number_of(bool new_stimuli, bool new_first, bool new_second) const {
    std::size_t number = 0;
    std::size_t bit = 0;
    for (const auto& [drawn, is_new] :
         {std::pair(stimuli, new_stimuli), std::pair(first, new_first), std::pair(second, new_second)}) {
      number |= drawn && is_new ? std::size_t{1} << bit : 0;
      bit += drawn ? 1 : 0;
    }
    return number;
  }
  /// But for that which draws nothing.
  [[nodiscard]] std::size_t count() const { return number_of(true, true, true); }
};

Ways ways_of(const FusedRdms& rdms, const FusionOptions& options) {
  return {.stimuli = options.stimuli,
          .first = options.subjects && rdms.first.subjects() > 1,
          .second = options.subjects && rdms.second.subjects() > 1};
}

/// Things in each dimension that is drawn, in the order of the bits.
std::vector<std::size_t> sizes_of(const FusedRdms& rdms, const Ways& ways) {
  std::vector<std::size_t> sizes;
  for (const auto& [drawn, size] :
       {std::pair(ways.stimuli, rdms.n()), std::pair(ways.first, rdms.first.subjects()),
        std::pair(ways.second, rdms.second.subjects())}) {
    if (drawn) {
      sizes.push_back(size);
    }
  }
  return sizes;
}

/// How often everything was drawn.
struct Draw {
  Multiplicities stimuli{}, first{}, second{};

  Draw(const FusedRdms& rdms, std::uint64_t seed, std::size_t b) {
    const auto key = [seed, b](Purpose purpose) {
      return DrawKey{.seed = seed, .purpose = purpose, .draw = static_cast<std::uint32_t>(b)};
    };
    stimuli = multiplicities_with(kLeastStimuli, rdms.n(), key(Purpose::stimuli)).multiplicities;
    first = multiplicities(rdms.first.subjects(), key(Purpose::subjects));
    second = multiplicities(rdms.second.subjects(), key(Purpose::second_subjects));
  }
};

/// All numbers of one draw: [way - 1, time, column].
class DrawnNumbers {
 public:
  DrawnNumbers(const FusedRdms& rdms, const Ways& ways, bool ranks, const Draw& draw)
      : rdms_(rdms), ways_(ways), ranks_(ranks), draw_(draw) {
    numbers_.resize(ways.count() * rdms.times() * rdms.columns());
    if (ways.first || ways.second) {
      add(false);
    }
    if (ways.stimuli) {
      add(true);
    }
  }
  [[nodiscard]] const std::vector<double>& numbers() const { return numbers_; }

 private:
  /// The ways with these stimuli: what is second is made ready once, and the first RDM of each time.
  void add(bool new_stimuli) {
    const PairSample sample(new_stimuli ? draw_.stimuli : Multiplicities(rdms_.n(), 1), Copies::dropped);
    std::vector<SharedVariance> seconds;
    seconds.push_back(shared_variance(rdms_.second.means().front(), sample));
    if (ways_.second) {
      seconds.push_back(shared_variance(rdms_.second.drawn_mean(0, draw_.second), sample));
    }
    for (std::size_t time = 0; time < rdms_.times(); ++time) {
      write(time, new_stimuli, false, seconds, sampled_unit(rdms_.first.means()[time], sample, ranks_));
      if (ways_.first) {
        write(time, new_stimuli, true, seconds,
              sampled_unit(rdms_.first.drawn_mean(time, draw_.first), sample, ranks_));
      }
    }
  }
  [[nodiscard]] SharedVariance shared_variance(const OrderedRdm& second, const PairSample& sample) const {
    std::vector<std::vector<double>> controls;
    for (const OrderedRdm& control : rdms_.controls) {
      controls.push_back(sampled_unit(control, sample, ranks_));
    }
    SharedVariance shared(sampled_unit(second, sample, ranks_), controls, rdms_.models.size());
    for (std::size_t m = 0; m < rdms_.models.size(); ++m) {
      shared.set_model(m, sampled_unit(rdms_.models[m], sample, ranks_));
    }
    return shared;
  }
  /// One time with this first RDM and each of the second ones.
  void write(std::size_t time, bool new_stimuli, bool new_first, const std::vector<SharedVariance>& seconds,
             const std::vector<double>& first) {
    for (std::size_t s = 0; s < seconds.size(); ++s) {
      const std::size_t way = ways_.number_of(new_stimuli, new_first, s == 1);
      if (way == 0) {
        continue;  // nothing was drawn
      }
      const std::size_t place = ((way - 1) * rdms_.times() + time) * rdms_.columns();
      numbers_[place] = seconds[s].correlations(first).front();
      const std::vector<double> common = seconds[s].commonality(first);
      std::copy(common.begin(), common.end(), numbers_.begin() + static_cast<std::ptrdiff_t>(place) + 1);
    }
  }

  const FusedRdms& rdms_;
  const Ways& ways_;
  bool ranks_;
  const Draw& draw_;
  std::vector<double> numbers_{};
};

}  // namespace

FusionErrors fusion_errors(const FusedRdms& rdms, const FusionOptions& options, std::size_t at_once,
                           const Progress& progress) {
  const Ways ways = ways_of(rdms, options);
  const std::size_t numbers = rdms.times() * rdms.columns();
  RunningVariance variance(ways.count() * numbers);
  std::vector<std::vector<double>> batch(kBatch);
  batched_draws(
      options.samples, at_once, progress,
      [&](std::size_t b, std::size_t place) {
        batch[place] = DrawnNumbers(rdms, ways, options.ranks, Draw(rdms, options.seed, b)).numbers();
      },
      [&](std::size_t count) {
        for (std::size_t place = 0; place < count; ++place) {
          variance.add(batch[place]);
        }
      });
  const std::vector<double> variances = variance.variances();
  const std::vector<std::size_t> sizes = sizes_of(rdms, ways);
  FusionErrors result{.least = *std::min_element(sizes.begin(), sizes.end())};
  std::vector<double> of_number(ways.count());
  for (std::size_t k = 0; k < numbers; ++k) {
    for (std::size_t way = 0; way < ways.count(); ++way) {
      of_number[way] = variances[way * numbers + k];
    }
    result.standard_errors.push_back(std::sqrt(crossed_bootstrap_variance(of_number, sizes)));
  }
  return result;
}

}  // namespace homolog::experiments
