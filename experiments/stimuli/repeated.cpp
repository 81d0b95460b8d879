#include "experiments/stimuli/stimuli.hpp"

namespace homolog::experiments {
namespace {

class Repeated final : public Stimuli {
 public:
  Repeated(const Stimuli& stimuli, std::int64_t repetitions) : stimuli_(stimuli), repetitions_(repetitions) {}
  [[nodiscard]] std::int64_t size() const override { return stimuli_.size() * repetitions_; }
  [[nodiscard]] Image at(std::int64_t i) const override { return stimuli_.at(i % stimuli_.size()); }
  [[nodiscard]] std::string id(std::int64_t i) const override { return stimuli_.id(i % stimuli_.size()); }
  [[nodiscard]] std::optional<std::int64_t> label(std::int64_t i) const override {
    return stimuli_.label(i % stimuli_.size());
  }

 private:
  const Stimuli& stimuli_;
  std::int64_t repetitions_;
};

}  // namespace

std::unique_ptr<Stimuli> repeated(const Stimuli& stimuli, std::int64_t repetitions) {
  return std::make_unique<Repeated>(stimuli, repetitions);
}

}  // namespace homolog::experiments
