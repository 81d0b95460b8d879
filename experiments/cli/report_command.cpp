#include <filesystem>
#include <ostream>

#include "experiments/cli/command.hpp"
#include "experiments/cli/options.hpp"
#include "experiments/report/report.hpp"

namespace homolog::experiments {
namespace {

void make_report(const std::vector<std::string>& words, std::ostream& out, std::ostream& /*err*/) {
  const Options options(
      "report RESULTS.h5 [options]", "Makes the report again, from the results file alone.",
      {{.name = "output", .value = "PAGE.html", .help = "default: report.html beside the results"}});
  const Arguments arguments = options.parse(words, 1, 1, "a results file, RESULTS.h5");
  if (arguments.wants_help) {
    out << options.help();
    return;
  }
  const std::string& results = arguments.positional.front();
  const auto beside = std::filesystem::path(results).parent_path() / "report.html";
  const std::string page = arguments.value("output").value_or(beside.string());
  if (page.empty()) {
    options.fail("--output needs a file");
  }
  write_report(results, page);
  out << page << "\n";
}

}  // namespace

Command report_command() {
  return {.name = "report", .summary = "make the HTML report of a results file", .run = make_report};
}

}  // namespace homolog::experiments
