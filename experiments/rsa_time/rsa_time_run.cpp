#include "experiments/rsa_time/rsa_time_run.hpp"

#include <tbb/task_arena.h>

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "experiments/rsa/comparison.hpp"
#include "experiments/rsa/layer_rdm.hpp"
#include "experiments/rsa/reference_set.hpp"
#include "experiments/rsa_time/difference_sets.hpp"
#include "experiments/rsa_time/reference_courses.hpp"
#include "experiments/rsa_time/reference_times.hpp"
#include "experiments/rsa_time/window_rdms.hpp"

namespace homolog::experiments {
namespace {

constexpr double kShareOfReferences = 0.05;
constexpr double kShareOfLayers = 0.6;
constexpr double kShareOfMatrices = 0.8;

/// Where the parts of a loop over `count` end, between two shares of the work.
Progress step_of(const Progress& progress, std::size_t k, std::size_t count) {
  const auto n = static_cast<double>(count);
  return part_of(progress, static_cast<double>(k) / n, static_cast<double>(k + 1) / n);
}

class Run {
 public:
  Run(const RsaTimeSettings& settings, const std::vector<LoadedRdms>& loaded,
      const std::vector<RepresentationKey>& available, const std::vector<CourseLabel>& courses,
      const AnalysisInputs& inputs)
      : settings_(settings),
        loaded_(loaded),
        available_(available),
        inputs_(inputs),
        maker_(inputs, settings.dissimilarity, settings.noise) {
    const ComparisonRegistry known = comparisons();
    for (const std::string& name : settings.compare) {
      comparisons_.push_back(known.find(name));
    }
    result_.layers = settings.layers;
    result_.compare = settings.compare;
    result_.windows = time_windows(settings.windows, inputs.steps, {});
    for (const TimeWindow& window : result_.windows) {
      result_.window_ms.push_back(time_of(window, settings.windows.cumulative, inputs.step_ms));
    }
    result_.courses = courses;
    result_.values.assign(courses.size(), std::vector<std::vector<FinishedCourse>>(comparisons_.size()));
  }

  RsaTimeResult compute() && {
    const Progress& progress = inputs_.progress;
    prepare_references(part_of(progress, 0.0, kShareOfReferences));
    compute_layers(part_of(progress, kShareOfReferences, kShareOfLayers));
    if (matrices_) {
      matrices_->finish(part_of(progress, kShareOfLayers, kShareOfMatrices));
      take_matrices();
    }
    const Progress rest = part_of(progress, matrices_ ? kShareOfMatrices : kShareOfLayers, 1.0);
    for (std::size_t k = 0; k < result_.timed.size(); ++k) {
      compare_wholes(k, step_of(rest, k, result_.timed.size()));
    }
    if (settings_.latency_differences) {
      result_.differences = take_differences(result_, settings_.inference.level);
    }
    report(progress, 1.0);
    return std::move(result_);
  }

 private:
  void prepare_references(const Progress& progress) {
    for (std::size_t r = 0; r < loaded_.size(); ++r) {
      if (!has_times(loaded_[r])) {
        continue;
      }
      const auto& file = std::get<FileReference>(settings_.references[r].source).file;
      TimedReference timed{.name = settings_.references[r].name,
                           .times = times_of(loaded_[r], file),
                           .in_ms = !loaded_[r].times_ms.empty()};
      timed.whole.resize(comparisons_.size());
      result_.timed.push_back(std::move(timed));
      timed_reference_.push_back(r);
    }
    if (settings_.generalisation) {
      std::vector<TimedRdms> timed;
      for (const std::size_t r : timed_reference_) {
        timed.push_back({.name = settings_.references[r].name, .loaded = &loaded_[r]});
      }
      matrices_.emplace(settings_, comparisons_, std::move(timed), result_.windows.size(),
                        static_cast<std::size_t>(inputs_.stimuli->size()), inputs_.seed, inputs_.warn);
    }
    for (std::size_t c = 0; c < result_.courses.size(); ++c) {
      subjects_.push_back(subjects_of(result_.courses[c], step_of(progress, c, result_.courses.size())));
    }
  }

  /// Of all kinds but twins, which differ from layer to layer.
  CourseSubjects subjects_of(const CourseLabel& course, const Progress& progress) const {
    const std::size_t windows = result_.windows.size();
    const LoadedRdms& loaded = loaded_[course.reference];
    if (course.kind == "static") {
      return CourseSubjects::same(
          ordered(fixed_rdms(settings_.references[course.reference], loaded.rdms, maker_, progress).value()),
          windows);
    }
    if (course.kind == "at_time") {
      return CourseSubjects::same(
          ordered(rdms_at(loaded, nearest_time(loaded.times_ms, course.reference_ms).value())), windows);
    }
    CourseSubjects subjects;
    if (course.kind == "time_by_time") {
      std::map<std::size_t, std::size_t> set_of_time;
      for (const double ms : result_.window_ms) {
        const std::optional<std::size_t> time = nearest_time(loaded.times_ms, ms + settings_.delay_ms);
        if (!time) {
          subjects.set_of_window.emplace_back();
          continue;
        }
        const auto [entry, is_new] = set_of_time.emplace(*time, subjects.sets.size());
        if (is_new) {
          subjects.sets.push_back(ordered(rdms_at(loaded, *time)));
        }
        subjects.set_of_window.emplace_back(entry->second);
      }
    }
    return subjects;
  }

  void compute_layers(const Progress& progress) {
    double total = 0.0;  // the time goes with the neurons; the constant stands for the bootstrap
    const auto cost = [&](const std::string& layer) {
      return static_cast<double>(inputs_.representations->units(layer)) + 20000.0;
    };
    for (const std::string& layer : settings_.layers) {
      total += cost(layer);
    }
    double done = 0.0;
    for (std::size_t l = 0; l < settings_.layers.size(); ++l) {
      const double share = cost(settings_.layers[l]) / total;
      compute_layer(l, part_of(progress, done, done + share));
      done += share;
    }
  }

  void compute_layer(std::size_t l, const Progress& progress) {
    const std::string& layer = settings_.layers[l];
    WindowRdms rdms = window_rdms(maker_, layer, result_.windows, part_of(progress, 0.0, 0.5));
    warn_of_undefined(layer, rdms);
    result_.undefined.push_back(rdms.undefined);
    if (settings_.keep_rdms) {
      result_.rdms.push_back(pairs_of(rdms));
    }
    const double end = matrices_ ? 0.8 : 1.0;
    const Progress rest = part_of(progress, 0.5, end);
    for (std::size_t c = 0; c < result_.courses.size(); ++c) {
      compute_course(c, layer, rdms, step_of(rest, c, result_.courses.size()));
    }
    if (rdms.whole) {
      wholes_.push_back(std::move(*rdms.whole));
      layer_of_whole_.push_back(l);
      rdms.whole.reset();
    }
    if (matrices_) {
      matrices_->add(std::move(rdms), part_of(progress, end, 1.0));
    }
  }

  void take_matrices() {
    result_.own = std::move(matrices_->own());
    for (std::size_t t = 0; t < result_.timed.size(); ++t) {
      result_.timed[t].generalisation = std::move(matrices_->of_references()[t]);
    }
  }

  void compute_course(std::size_t c, const std::string& layer, const WindowRdms& rdms,
                      const Progress& progress) {
    const CourseLabel& label = result_.courses[c];
    CourseSubjects twin;
    if (label.kind == "twin") {
      const std::string& code = std::get<TwinReference>(settings_.references[label.reference].source).code;
      if (std::find(available_.begin(), available_.end(), RepresentationKey{layer, code}) ==
          available_.end()) {
        twin.set_of_window.resize(result_.windows.size());
      } else {
        std::vector<OrderedRdm> one;
        one.emplace_back(maker_.of(layer, stored_representation(code), {}));
        twin = CourseSubjects::same(std::move(one), result_.windows.size());
      }
    }
    const CourseSubjects& subjects = label.kind == "twin" ? twin : subjects_[c];
    for (std::size_t k = 0; k < comparisons_.size(); ++k) {
      const Course course = window_course(comparisons_[k], rdms, subjects, settings_.inference, inputs_.seed,
                                          step_of(progress, k, comparisons_.size()));
      result_.values[c][k].push_back(finish(course, result_.window_ms));
    }
  }

  /// All layers' RDMs of the whole presentation with a reference, time by time: the draws of one time serve
  /// all layers.
  void compare_wholes(std::size_t timed, const Progress& progress) {
    const LoadedRdms& loaded = loaded_[timed_reference_[timed]];
    TimedReference& result = result_.timed[timed];
    std::vector<std::vector<Course>> courses(
        comparisons_.size(), std::vector<Course>(settings_.layers.size(), Course(loaded.times)));
    for (std::size_t t = 0; t < loaded.times && !wholes_.empty(); ++t) {
      const std::vector<OrderedRdm> subjects = ordered(rdms_at(loaded, t));
      const Progress here = step_of(progress, t, loaded.times);
      for (std::size_t k = 0; k < comparisons_.size(); ++k) {
        const Evaluation evaluation = evaluate(comparisons_[k], wholes_, subjects, settings_.inference,
                                               inputs_.seed, step_of(here, k, comparisons_.size()));
        for (std::size_t m = 0; m < wholes_.size(); ++m) {
          courses[k][layer_of_whole_[m]].set(t, evaluation, m);
        }
      }
    }
    for (std::size_t k = 0; k < comparisons_.size(); ++k) {
      for (const Course& course : courses[k]) {
        result.whole[k].push_back(finish(course, result.times));
      }
    }
  }

  [[nodiscard]] FinishedCourse finish(Course course, std::span<const double> times) const {
    course.correct();
    CourseLatencies found = latencies(course, times, settings_.onset, settings_.inference.level);
    return {.points = std::move(course.points), .latencies = std::move(found)};
  }

  void warn_of_undefined(const std::string& layer, const WindowRdms& rdms) const {
    const auto silent = rdms.undefined.size() - rdms.rdms.size();
    if (silent > 0 && inputs_.warn) {
      inputs_.warn("layer " + layer + " has no RDM in " + std::to_string(silent) + " of " +
                   std::to_string(rdms.undefined.size()) +
                   " windows: fewer than two stimuli have a response pattern with a defined " + maker_.name +
                   " dissimilarity there; these windows have no values");
    }
    const auto count = std::count_if(rdms.place.begin(), rdms.place.end(),
                                     [&](std::size_t w) { return rdms.undefined[w] > 0; });
    if (count > 0 && inputs_.warn) {
      inputs_.warn("layer " + layer + ": in " + std::to_string(count) + " of " +
                   std::to_string(rdms.undefined.size()) +
                   " windows some stimuli have no defined dissimilarity (no spike, say); it was set to 1");
    }
  }

  [[nodiscard]] std::vector<double> pairs_of(const WindowRdms& rdms) const {
    const std::size_t pairs = Rdm::pair_count(static_cast<std::size_t>(inputs_.stimuli->size()));
    std::vector<double> all(rdms.undefined.size() * pairs, kNotComputed);
    for (std::size_t k = 0; k < rdms.rdms.size(); ++k) {
      const std::span<const double> from = rdms.rdms[k].rdm().pairs();
      std::copy(from.begin(), from.end(), all.begin() + static_cast<std::ptrdiff_t>(rdms.place[k] * pairs));
    }
    return all;
  }

  const RsaTimeSettings& settings_;
  const std::vector<LoadedRdms>& loaded_;
  const std::vector<RepresentationKey>& available_;
  const AnalysisInputs& inputs_;
  RdmMaker maker_;
  std::vector<Comparison> comparisons_{};
  std::vector<CourseSubjects> subjects_{};       // of courses
  std::vector<std::size_t> timed_reference_{};   // numbers of references with times
  std::optional<GeneralisationRun> matrices_{};  // if asked for
  std::vector<OrderedRdm> wholes_{};             // RDMs of whole presentations
  std::vector<std::size_t> layer_of_whole_{};
  RsaTimeResult result_{};
};

}  // namespace

RsaTimeResult compute_rsa_time(const RsaTimeSettings& settings, const std::vector<LoadedRdms>& loaded,
                               const std::vector<RepresentationKey>& available,
                               const std::vector<CourseLabel>& courses, const AnalysisInputs& inputs) {
  tbb::task_arena arena(std::max(inputs.threads, 1));
  return arena.execute([&] { return Run(settings, loaded, available, courses, inputs).compute(); });
}

}  // namespace homolog::experiments
