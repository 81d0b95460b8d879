// Any bytes as an experiment in YAML: parse_experiment reads it or throws Error(config). What it reads, and
// any YAML at all, reads back from its printed form as the same.

#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>

#include "experiments/config/experiment.hpp"
#include "experiments/config/yaml.hpp"

namespace {

using namespace homolog;
using namespace homolog::experiments;

class Nothing : public Analysis {
 public:
  std::vector<RepresentationKey> prepare(const AnalysisPlan& /*plan*/) override { return {}; }
  void run(const AnalysisInputs& /*inputs*/, ResultsFile& /*results*/) override {}
};

AnalysisRegistry analyses() {
  AnalysisRegistry registry("analysis");
  registry.add("rsa", "for fuzzing", [](Parameters& parameters) {
    (void)parameters.texts("layers", std::vector<std::string>{"all"});
    (void)parameters.maps("references");
    return std::make_shared<Nothing>();
  });
  return registry;
}

/// A regular file that never touches the disk.
std::string file_with(const std::uint8_t* data, std::size_t size) {
  static const int file = memfd_create("experiment", 0);
  if (ftruncate(file, 0) != 0 || pwrite(file, data, size, 0) != static_cast<ssize_t>(size)) {
    std::abort();
  }
  return "/proc/self/fd/" + std::to_string(file);
}

void require_config(const Error& error) {
  if (error.kind() != ErrorKind::config) {
    throw error;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    const std::string printed = print_yaml(parse_yaml({data, data + size}, "fuzz"));
    if (print_yaml(parse_yaml(printed, "printed")) != printed) {
      std::abort();
    }
  } catch (const Error& error) {
    require_config(error);
  }
  try {
    const Experiment experiment = parse_experiment(file_with(data, size), {}, analyses());
    const std::string& text = experiment.resolved;
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
    if (parse_experiment(file_with(bytes, text.size()), {}, analyses()).resolved != text) {
      std::abort();
    }
  } catch (const Error& error) {
    require_config(error);
  }
  return 0;
}
