#include "experiments/rsa/export_rdms.hpp"

#include <filesystem>
#include <system_error>

#include "experiments/brain/rsatoolbox.hpp"
#include "sim/core/error.hpp"

namespace homolog::experiments {

void RdmExport::add(const std::string& layer, const std::string& code, const std::string& dissimilarity,
                    const Rdm& rdm) {
  layers_.push_back(layer);
  codes_.push_back(code);
  dissimilarities_.push_back(dissimilarity);
  pairs_.insert(pairs_.end(), rdm.pairs().begin(), rdm.pairs().end());
  stimuli_ = rdm.n();
}

void RdmExport::write(const std::string& path, const std::string& dissimilarity,
                      const std::vector<std::string>& ids) const {
  const std::string part = path + ".part";
  std::error_code error;
  std::filesystem::remove(part, error);
  write_rsatoolbox_rdms(part, {.stimuli = stimuli_, .subjects = layers_.size(), .pairs = pairs_, .ids = ids},
                        dissimilarity,
                        {{"layer", layers_}, {"code", codes_}, {"dissimilarity", dissimilarities_}});
  std::filesystem::rename(part, path, error);
  if (error) {
    throw Error(ErrorKind::output, "cannot be renamed from " + part + ": " + error.message(), {.file = path});
  }
}

}  // namespace homolog::experiments
