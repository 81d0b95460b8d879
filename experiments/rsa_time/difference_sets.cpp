#include "experiments/rsa_time/difference_sets.hpp"

#include <algorithm>
#include <utility>

namespace homolog::experiments {
namespace {

struct NamedLatency {
  const char* name;
  Latency CourseLatencies::*member;
};
constexpr NamedLatency kLatencies[] = {{"peak", &CourseLatencies::peak}, {"onset", &CourseLatencies::onset}};

/// Of all layers of a course; set.pairs is filled for every latency.
void add_sets(std::vector<FinishedCourse>& layers, DifferenceSet set, double level,
              std::vector<DifferenceSet>& sets) {
  for (const NamedLatency& latency : kLatencies) {
    std::vector<Latency> taken;
    for (FinishedCourse& layer : layers) {
      Latency& from = layer.latencies.*latency.member;
      taken.push_back(from);
      from.draws = {};
    }
    set.draws = 0;
    for (const Latency& layer : taken) {
      set.draws = std::max(set.draws, layer.draws.size());
    }
    if (set.draws > 0 && taken.size() > 1) {
      set.latency = latency.name;
      set.pairs = latency_differences(taken, level);
      sets.push_back(set);
    }
  }
}

}  // namespace

std::vector<DifferenceSet> take_differences(RsaTimeResult& result, double level) {
  std::vector<DifferenceSet> sets;
  for (std::size_t c = 0; c < result.courses.size(); ++c) {
    for (std::size_t k = 0; k < result.compare.size(); ++k) {
      add_sets(result.values[c][k], {.label = result.courses[c], .compare = result.compare[k]}, level, sets);
    }
  }
  for (TimedReference& reference : result.timed) {
    for (std::size_t k = 0; k < result.compare.size(); ++k) {
      add_sets(reference.whole[k],
               {.label = {.kind = "whole", .name = reference.name},
                .compare = result.compare[k],
                .in_ms = reference.in_ms},
               level, sets);
    }
  }
  return sets;
}

}  // namespace homolog::experiments
