// Writes one report for each case that the page must stand, to the folder given: a whole run, and runs of
// which something is missing, too long, too many or not a number. pages_draw.sh opens them.

#include <exception>
#include <filesystem>
#include <iostream>
#include <string>
#include <utility>
#include <vector>

#include "experiments/report/report.hpp"
#include "tests/support/sample_results.hpp"

namespace {

std::vector<std::pair<std::string, homolog::test::SampleResults>> cases() {
  std::vector<std::pair<std::string, homolog::test::SampleResults>> all(14);
  all[0].first = "whole";
  all[0].second.stimuli = 92;
  all[0].second.steps = 64;

  all[1].first = "unlabelled";
  all[1].second.labels = false;
  all[1].second.conversion = false;

  all[2].first = "bare";
  all[2].second.labels = all[2].second.spikes = all[2].second.rdms = all[2].second.rsa = false;
  all[2].second.counts = true;

  all[3].first = "one_of_everything";
  all[3].second.layers = 1;
  all[3].second.stimuli = 1;
  all[3].second.steps = 1;

  all[4].first = "sixty_layers";
  all[4].second.layers = 60;
  all[4].second.stimuli = 170;
  all[4].second.layer_prefix = "features.squeeze_activation.a_module_with_a_very_long_name.Relu_output_";

  all[5].first = "not_a_number";
  all[5].second.nan = true;

  all[6].first = "hostile";
  all[6].second.name = "</title><script>reportError('name')</script>" + std::string(300, 'x');
  all[6].second.layer_prefix = "<img src=x onerror=reportError('layer')>";

  all[7].first = "one_stimulus";
  all[7].second.stimuli = 1;

  all[8].first = "everything";
  all[8].second.everything = true;

  all[9].first = "analyses";
  all[9].second.analyses = true;

  all[10].first = "analyses_of_nothing";
  all[10].second.analyses = true;
  all[10].second.spoilt = homolog::test::Spoilt::nan;

  all[11].first = "analyses_of_other_extents";
  all[11].second.analyses = true;
  all[11].second.spoilt = homolog::test::Spoilt::extents;

  all[12].first = "analyses_with_gaps";
  all[12].second.analyses = true;
  all[12].second.spoilt = homolog::test::Spoilt::missing;

  all[13].first = "analyses_of_many_layers";
  all[13].second.analyses = all[13].second.everything = true;
  all[13].second.layers = 60;
  all[13].second.layer_prefix = "</script><i>features.squeeze_activation.Relu_output_";
  for (char& c : all[13].second.layer_prefix) {
    c = c == '/' ? '.' : c;  // layers are named without '/'
  }
  return all;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: sample_reports FOLDER\n";
    return 2;
  }
  try {
    const std::filesystem::path folder = argv[1];
    std::filesystem::remove_all(folder);
    for (const auto& [name, sample] : cases()) {
      std::filesystem::create_directories(folder / name);
      const std::string results = (folder / name / "results.h5").string();
      homolog::test::write_sample_results(results, sample);
      homolog::experiments::write_report(results, (folder / (name + ".html")).string());
    }
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
  return 0;
}
