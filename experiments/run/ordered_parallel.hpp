#pragma once

#include <tbb/parallel_pipeline.h>

#include <cstdint>
#include <functional>
#include <utility>

namespace homolog::experiments {

/// Calls produce(i) for i = first .. last - 1 on up to `threads` threads and hands the results to
/// consume(i, result) on one thread at a time, in order of i. Returns the first i that was not consumed:
/// `last`, or less when `stop()` said so (asked before each new i; what is under way is finished).
///
/// At most 2 * threads results exist at once, so memory does not grow with their number. An exception from
/// any function ends the run and is rethrown. produce must depend on i alone: then the output is the
/// same for every number of threads.
template <class Result>
std::int64_t ordered_parallel(std::int64_t first, std::int64_t last, int threads,
                              const std::function<bool()>& stop,
                              const std::function<Result(std::int64_t)>& produce,
                              const std::function<void(std::int64_t, Result)>& consume) {
  using Numbered = std::pair<std::int64_t, Result>;
  std::int64_t next = first;
  std::int64_t consumed = first;
  tbb::parallel_pipeline(
      2 * static_cast<std::size_t>(threads),
      tbb::make_filter<void, std::int64_t>(tbb::filter_mode::serial_in_order,
                                           [&](tbb::flow_control& control) -> std::int64_t {
                                             if (next == last || stop()) {
                                               control.stop();
                                               return last;
                                             }
                                             return next++;
                                           }) &
          tbb::make_filter<std::int64_t, Numbered>(tbb::filter_mode::parallel,
                                                   [&](std::int64_t i) { return Numbered(i, produce(i)); }) &
          tbb::make_filter<Numbered, void>(tbb::filter_mode::serial_in_order, [&](Numbered result) {
            consume(result.first, std::move(result.second));
            consumed = result.first + 1;
          }));
  return consumed;
}

}  // namespace homolog::experiments
