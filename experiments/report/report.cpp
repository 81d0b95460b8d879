#include "experiments/report/report.hpp"

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <system_error>

#include "experiments/recording/results_reader.hpp"
#include "experiments/report/assets.hpp"
#include "experiments/report/page_data.hpp"
#include "experiments/report/page_text.hpp"
#include "sim/core/error.hpp"

namespace homolog::experiments {
namespace {

using report::asset;

/// The page's own code, in the order in which its parts use one another.
std::string page_script() {
  std::string script;
  for (const char* part : {"common.js",       "rows.js",      "courses.js",   "head.js",       "accuracy.js",
                           "codes.js",        "raster.js",    "rdms.js",      "maps.js",       "rsa.js",
                           "models.js",       "time.js",      "latencies.js", "variance.js",   "fusion.js",
                           "predictivity.js", "behaviour.js", "network.js",   "provenance.js", "main.js"}) {
    script += asset(part);
    script += '\n';
  }
  return script;
}

std::string page(const ResultsReader& results) {
  const nlohmann::json data = report::page_data(results);
  // Pure ASCII; bytes that are not UTF-8 become U+FFFD.
  const std::string json = data.dump(-1, ' ', true, nlohmann::json::error_handler_t::replace);
  return report::fill(asset("page.html"), {{"title", report::escape_html(results.header().name)},
                                           {"style", std::string(asset("page.css"))},
                                           {"data", report::escape_script_json(json)},
                                           {"d3", std::string(asset("d3.min.js"))},
                                           {"script", page_script()}});
}

void write_whole(const std::string& text, const std::string& path) {
  const std::string part = path + ".part";
  std::ofstream file(part, std::ios::binary | std::ios::trunc);
  file.write(text.data(), static_cast<std::streamsize>(text.size()));
  file.close();
  if (!file) {
    std::error_code ignored;
    std::filesystem::remove(part, ignored);
    throw Error(ErrorKind::output,
                "the report cannot be written; its folder must exist, be writable and have " +
                    std::to_string(text.size() / 1024 + 1) + " KiB free",
                {.file = path});
  }
  std::error_code failed;
  std::filesystem::rename(part, path, failed);
  if (failed) {
    std::error_code ignored;
    std::filesystem::remove(part, ignored);
    throw Error(ErrorKind::output,
                "the report cannot take its name (" + failed.message() + "); give the path of a file",
                {.file = path});
  }
}

}  // namespace

void write_report(const std::string& results, const std::string& output) {
  write_whole(page(ResultsReader(results)), output);
}

}  // namespace homolog::experiments
