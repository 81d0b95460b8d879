#include "experiments/run/accuracy.hpp"

#include <algorithm>
#include <cmath>

namespace homolog::experiments {
namespace {

std::vector<double> shares(const std::vector<std::int64_t>& counts, std::int64_t images) {
  std::vector<double> result;
  for (const std::int64_t count : counts) {
    result.push_back(static_cast<double>(count) / static_cast<double>(images));
  }
  return result;
}

}  // namespace

std::int64_t answer(std::span<const float> scores) {
  return std::max_element(scores.begin(), scores.end()) - scores.begin();
}

AccuracyCount::AccuracyCount(std::size_t steps, std::size_t classes)
    : classes_(classes), right_(steps, 0), agree_(steps, 0) {}

void AccuracyCount::add(std::span<const float> float_readout, std::span<const float> readout,
                        std::optional<std::int64_t> label) {
  ++images_;
  labelled_ += label ? 1 : 0;
  const std::int64_t float_answer = answer(float_readout);
  float_right_ += label && *label == float_answer ? 1 : 0;
  for (std::size_t step = 0; step < right_.size(); ++step) {
    const std::int64_t given = answer(readout.subspan(step * classes_, classes_));
    right_[step] += label && *label == given ? 1 : 0;
    agree_[step] += given == float_answer ? 1 : 0;
  }
}

double AccuracyCount::float_accuracy() const {
  return labelled_ == images_ && images_ > 0
             ? static_cast<double>(float_right_) / static_cast<double>(images_)
             : std::nan("");
}

std::vector<double> AccuracyCount::spiking() const {
  return labelled_ == images_ && images_ > 0 ? shares(right_, images_) : std::vector<double>{};
}

std::vector<double> AccuracyCount::agreement() const {
  return images_ > 0 ? shares(agree_, images_) : std::vector<double>{};
}

}  // namespace homolog::experiments
