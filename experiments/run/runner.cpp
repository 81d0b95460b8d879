#include "experiments/run/runner.hpp"

#include <tbb/global_control.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <iostream>
#include <map>
#include <thread>

#include "conversion/graph/geometry.hpp"
#include "conversion/spiking/neuron_roles.hpp"
#include "experiments/report/report.hpp"
#include "experiments/run/accuracy.hpp"
#include "experiments/run/conversion_table.hpp"
#include "experiments/run/float_pass.hpp"
#include "experiments/run/interrupt.hpp"
#include "experiments/run/layer_deviations.hpp"
#include "experiments/run/layer_records.hpp"
#include "experiments/run/output_folder.hpp"
#include "experiments/run/prediction.hpp"
#include "experiments/run/preparation.hpp"
#include "experiments/run/presenter.hpp"
#include "experiments/run/profile.hpp"
#include "experiments/run/progress.hpp"
#include "experiments/run/random_networks.hpp"
#include "experiments/run/representation_store.hpp"
#include "experiments/run/run_header.hpp"
#include "experiments/run/spiking_pass.hpp"
#include "experiments/run/stopwatch.hpp"
#include "experiments/run/summary.hpp"
#include "experiments/run/twin_builder.hpp"
#include "experiments/run/variants.hpp"
#include "experiments/stimuli/thumbnail.hpp"
#include "sim/core/error.hpp"

namespace homolog::experiments {
namespace {

/// For each row length of a profile.
constexpr double kCeilingSeconds = 0.1;

/// A run that is killed loses at most this much work.
constexpr std::chrono::seconds kCheckpointInterval{10};

/// One run from calibration to report; each step is one function.
class Run {
 public:
  Run(const Experiment& experiment, const RunOptions& options, std::ostream& out, std::ostream& err)
      : experiment_(experiment),
        options_(options),
        out_(out),
        err_(err),
        output_{experiment.output},
        threads_(options.threads > 0 ? options.threads
                                     : static_cast<int>(std::max(1U, std::thread::hardware_concurrency()))),
        parallelism_(tbb::global_control::max_allowed_parallelism, static_cast<std::size_t>(threads_)),
        progress_(err, &err == &std::cerr && isatty(STDERR_FILENO) != 0,
                  options.verbosity == RunOptions::Verbosity::quiet) {}

  void run() {
    const NewFolders folders(output_.folder);
    const Start start = open_output(output_, options_);
    if (start == Start::complete) {
      out_ << output_.results() << " is complete; "
           << (finish_output(output_) ? "what was missing beside it is written" : "nothing to resume")
           << '\n';
      return;
    }
    prepared_ = prepare(experiment_);
    summary_.seconds.load = watch_.lap();
    try {
      calibrate();
      open_results(start);
      predict();
      forward();
      activations();
      simulate();
      write_thumbnails();
      finish_accuracy();
      analyse();
    } catch (const Error& error) {
      if (error.kind() == ErrorKind::interrupted) {
        throw Error(ErrorKind::interrupted, "interrupted while " + doing_ + "; " + what_is_kept(start));
      }
      throw;
    }
    write();
  }

 private:
  /// After an interruption, for people.
  [[nodiscard]] std::string what_is_kept(Start start) const {
    if (!results_) {
      return start == Start::resume ? output_.part() + " is as it was; --resume goes on"
                                    : "nothing was simulated and no file was changed";
    }
    return std::to_string(results_->finished()) + " of " + std::to_string(images()) + " images are kept in " +
           output_.part() + "; --resume goes on";
  }

  [[nodiscard]] std::int64_t images() const { return prepared_.stimuli->size(); }
  [[nodiscard]] bool windowed() const { return experiment_.spiking.windows.has_value(); }
  [[nodiscard]] std::int64_t steps() const { return steps_of(experiment_, twin_); }

  [[nodiscard]] FloatPass float_pass(const Stimuli& stimuli, std::int64_t count) {
    return {.graph = &prepared_.graph,
            .normalisation = &prepared_.normalisation,
            .stimuli = &stimuli,
            .images = count,
            .threads = threads_,
            .stop = [this] { return interrupt_.requested(); },
            .progress = [this](std::int64_t done) { progress_.update(done); }};
  }

  void calibrate() {
    TwinBuilder builder(experiment_, prepared_, threads_, progress_,
                        [this] { return interrupt_.requested(); });
    twin_ = builder.build();
    layers_ = layer_records(experiment_, prepared_, twin_);
    if (options_.verbosity == RunOptions::Verbosity::verbose) {
      print_conversion(twin_.report, out_);
    }
    summary_.seconds.calibrate = watch_.lap();
  }

  void open_results(Start start) {
    const RunHeader header = run_header(experiment_, prepared_, twin_, threads_, options_.command_line);
    std::vector<std::string> ids;
    std::vector<std::optional<std::int64_t>> labels;
    for (std::int64_t i = 0; i < images(); ++i) {
      ids.push_back(prepared_.stimuli->id(i));
      labels.push_back(prepared_.stimuli->label(i));
    }
    const bool resume = start == Start::resume;
    results_ = resume ? ResultsFile::resume(output_.results(), header, layers_, ids, threads_)
                      : ResultsFile::create(output_.results(), header, layers_,
                                            conversion_records(twin_.report), ids, labels, threads_);
    output_.remove_random_network();  // the part is locked now: no other run uses them
    std::map<std::string, std::int64_t> units;
    for (const conversion::Layer& layer : twin_.layers) {
      units[layer.name] = layer.shape.size();
    }
    store_.emplace(output_.representations(), images(), std::move(units), windowed() ? 0 : steps(),
                   prepared_.representations, resume && results_->finished() > 0);
  }

  /// What code and steps will cost, before they do.
  void predict() {
    doing_ = "predicting";
    const Stimuli& images = prepared_.calibration_stimuli();
    const std::int64_t used = uses_calibration(experiment_.spiking) ? prepared_.calibration_images : 0;
    const std::int64_t count = std::min(experiment_.spiking.prediction_images, images.size());
    if (count == 0) {
      return;
    }
    SpikingPass pass = spiking_pass(experiment_, prepared_, twin_, threads_);
    pass.stimuli = &images;
    pass.stop = [this] { return interrupt_.requested(); };
    progress_.begin("predict", count, "images");
    const std::int64_t first = first_to_predict(images.size(), used, count);
    const LossPrediction prediction{
        .comparison = compare_layers(pass, prepared_.graph, first, count,
                                     [this](std::int64_t done) { progress_.update(done); }),
        .unseen = first + count - used};
    progress_.end();
    results_->write_group("prediction", prediction_datasets(prediction));
    const bool verbose = options_.verbosity == RunOptions::Verbosity::verbose;
    summary_.sections.push_back({.key = "prediction",
                                 .json = prediction_json(prediction),
                                 .table = verbose ? prediction_text(prediction) : ""});
    if (const std::string warning = warning_of(prediction, experiment_.spiking); !warning.empty()) {
      warn(warning);
    }
    summary_.seconds.calibrate += watch_.lap();
  }

  void forward() {
    doing_ = "the float network was running";
    progress_.begin("float", images(), "images");
    FloatPass pass = float_pass(*prepared_.stimuli, images());
    pass.receive = [&](std::int64_t /*image*/, std::size_t /*k*/, std::span<const float> values) {
      logits_.insert(logits_.end(), values.begin(), values.end());
    };
    pass.run({prepared_.readout});
    summary_.seconds.float_pass =
        pass.seconds_per_image(prepared_.readout) * static_cast<double>(images()) / threads_;
    progress_.end();
    results_->write_float_readout(logits_);
    (void)watch_.lap();
  }

  void activations() {
    std::vector<RepresentationKey> keys;
    std::vector<conversion::TensorId> keep;
    for (const RepresentationKey& key : prepared_.representations) {
      if (key.code == "float") {
        keys.push_back(key);
        keep.push_back(layer_named(twin_, key.layer).tensor);
      }
    }
    if (!keep.empty()) {
      progress_.begin("activations", images(), "images");
      FloatPass pass = float_pass(*prepared_.stimuli, images());
      pass.receive = [&](std::int64_t image, std::size_t k, std::span<const float> values) {
        store_->write(keys[k], image, std::as_bytes(values));
      };
      pass.run(keep);
      progress_.end();
    }
    summary_.seconds.activations = watch_.lap();
  }

  void simulate() {
    doing_ = "simulating";
    const auto classes = static_cast<std::size_t>(prepared_.classes);
    accuracy_.emplace(windowed() ? 1 : static_cast<std::size_t>(steps()), classes);
    const std::int64_t finished = results_->finished();
    for (std::int64_t i = 0; i < finished; ++i) {
      add_answer(i, results_->readout(i));
    }
    SpikingPass pass = spiking_pass(experiment_, prepared_, twin_, threads_);
    pass.layers = layers_;
    for (const RepresentationKey& key : prepared_.representations) {
      if (key.code != "float") {
        pass.representations.push_back(key);
      }
    }
    pass.stop = [this] { return interrupt_.requested(); };
    auto checkpointed = std::chrono::steady_clock::now();
    pass.receive = [&](std::int64_t i, SpikingPass::Outcome outcome) {
      add_answer(i, outcome.record.readout);
      for (std::size_t k = 0; k < pass.representations.size(); ++k) {
        store_->write(pass.representations[k], i, outcome.row(k));
      }
      summary_.seconds.simulate += outcome.seconds.simulate;
      summary_.seconds.record += outcome.seconds.record;
      Stopwatch recording;
      results_->append(std::move(outcome.record));
      if (std::chrono::steady_clock::now() - checkpointed >= kCheckpointInterval) {
        checkpoint();
        checkpointed = std::chrono::steady_clock::now();
      }
      summary_.seconds.record += recording.lap();
      progress_.update(i + 1);
    };
    std::vector<sim::PopulationCost> costs;
    pass.receive_costs = [&](std::span<const sim::PopulationCost> sum) {
      costs.assign(sum.begin(), sum.end());
    };
    progress_.begin("simulate", images(), "images", finished);
    const std::int64_t done = pass.run(finished, images());
    progress_.end();
    checkpoint();
    if (done < images()) {
      throw Error(ErrorKind::interrupted, "interrupted");
    }
    if (options_.profile && done > finished) {
      summary_.profile = profile(
          twin_.network, costs, done - finished, windowed() ? 1 : steps(),
          [](sim::RowForm form, std::size_t row) { return sim::ceiling(form, row, kCeilingSeconds); });
    }
    (void)watch_.lap();
  }

  /// What is finished now survives whatever happens. Rows first: the results file says which are valid.
  void checkpoint() {
    store_->sync();
    results_->checkpoint();
  }

  void add_answer(std::int64_t i, std::span<const float> readout) {
    const auto classes = static_cast<std::size_t>(prepared_.classes);
    accuracy_->add(std::span(logits_).subspan(static_cast<std::size_t>(i) * classes, classes), readout,
                   prepared_.stimuli->label(i));
    const std::span<const float> last = readout.last(classes);
    final_readouts_.insert(final_readouts_.end(), last.begin(), last.end());
  }

  void write_thumbnails() {
    if (experiment_.record.thumbnails) {
      const Thumbnails made = thumbnails(*prepared_.distinct);
      if (made.count > 0) {
        results_->write_thumbnails(static_cast<std::size_t>(made.count),
                                   static_cast<std::size_t>(made.height),
                                   static_cast<std::size_t>(made.width), made.pixels);
      }
    }
  }

  void finish_accuracy() {
    summary_.name = experiment_.name;
    summary_.images = images();
    summary_.steps = steps();
    summary_.preparatory_steps = experiment_.spiking.correction.steps;
    summary_.windowed = windowed();
    summary_.neuron = conversion::neuron_model(prepared_.conversion);
    summary_.float_accuracy = accuracy_->float_accuracy();
    summary_.spiking = accuracy_->spiking();
    summary_.agreement = accuracy_->agreement();
    results_->write_accuracy(summary_.float_accuracy, summary_.spiking, summary_.agreement);

    count_activity(twin_, *results_, images(), summary_);
    summary_.macs_per_image = conversion::macs(prepared_.graph);
  }

  void analyse() {
    for (std::size_t k = 0; k < experiment_.analyses.size(); ++k) {
      const Experiment::Entry& entry = experiment_.analyses[k];
      doing_ = "analysing (" + entry.kind + ")";
      progress_.begin(entry.kind, 100, "%");
      const AnalysisInputs inputs{
          .representations = &*store_,
          .stimuli = prepared_.distinct.get(),
          .repetitions = experiment_.stimuli.repetitions,
          .seed = experiment_.seed,
          .steps = windowed() ? 0 : experiment_.spiking.answer_steps(),
          .step_ms = step_ms_of(experiment_),
          .float_readout = logits_,
          .spiking_readout = final_readouts_,
          .threads = threads_,
          .run_variant =
              [this](const Variant& variant, const std::function<void(double)>& progress) {
                return run_variant(
                    experiment_, variant, logits_, threads_, [this] { return interrupt_.requested(); },
                    progress);
              },
          .random_network =
              [this](std::uint64_t seed, const std::vector<std::string>& layers,
                     const std::function<void(double)>& progress) {
                return random_network(
                    prepared_, seed, layers, output_.random_network(), threads_,
                    [this] { return interrupt_.requested(); }, progress);
              },
          .progress =
              [this](double share) {
                progress_.update(static_cast<std::int64_t>(100.0 * share));
                if (interrupt_.requested()) {
                  throw Error(ErrorKind::interrupted, "interrupted");
                }
              },
          .folder = output_.folder,
          .summarise =
              [this](const std::string& key, const std::string& json, const std::string& table) {
                summary_.sections.push_back({.key = key, .json = json, .table = table});
              },
          .warn = [this](const std::string& line) { warn(line); }};
      entry.analysis->run(inputs, *results_);
      progress_.update(100);
      progress_.end();
    }
    summary_.seconds.analyse = watch_.lap();
  }

  void warn(const std::string& line) {
    if (options_.verbosity != RunOptions::Verbosity::quiet) {
      err_ << "warning: " << line << '\n';
    }
  }

  void write() {
    summary_.rsa = results_->rsa_rows();
    const std::string json = to_json(summary_);
    results_->write_summary(json);
    Stopwatch recording;
    results_->commit();
    results_.reset();
    summary_.seconds.record += recording.lap();
    store_->remove();
    write_text_file(output_.summary(), to_json(summary_));
    write_report(output_.results(), output_.report());
    if (options_.verbosity != RunOptions::Verbosity::quiet) {
      print_table(summary_, out_);
      out_ << "\nresults  " << output_.results() << "\nsummary  " << output_.summary() << "\nreport   "
           << output_.report() << '\n';
    }
  }

  InterruptWatch interrupt_{};         // first: before any thread
  std::string doing_ = "calibrating";  ///< for the message of an interruption
  const Experiment& experiment_;
  const RunOptions& options_;
  std::ostream& out_;
  std::ostream& err_;
  OutputFolder output_;
  int threads_;
  tbb::global_control parallelism_;
  Progress progress_;
  Stopwatch watch_{};
  Preparation prepared_{};
  conversion::Twin twin_{};
  std::vector<LayerRecord> layers_{};
  std::optional<ResultsFile> results_{};
  std::optional<RepresentationStore> store_{};
  std::vector<float> logits_{};
  std::vector<float> final_readouts_{};  ///< [stimulus, class] of the spiking network
  std::optional<AccuracyCount> accuracy_{};
  Summary summary_{};
};

}  // namespace

void run_experiment(const Experiment& experiment, const RunOptions& options, std::ostream& out,
                    std::ostream& err) {
  Run(experiment, options, out, err).run();
}

}  // namespace homolog::experiments
