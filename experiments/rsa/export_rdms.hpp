#pragma once

#include <string>
#include <vector>

#include "experiments/rsa/rdm.hpp"

namespace homolog::experiments {

/// RDMs of one analysis, to be written as one file that rsatoolbox reads.
class RdmExport {
 public:
  /// An RDM with its RDM descriptors.
  void add(const std::string& layer, const std::string& code, const std::string& dissimilarity,
           const Rdm& rdm);
  /// Writes all that was added; `ids` of the stimuli become the pattern descriptor `stimulus`. A file that is
  /// there is replaced once the new one is whole. Throws Error(output).
  void write(const std::string& path, const std::string& dissimilarity,
             const std::vector<std::string>& ids) const;

 private:
  std::vector<std::string> layers_{};
  std::vector<std::string> codes_{};
  std::vector<std::string> dissimilarities_{};
  std::vector<double> pairs_{};
  std::size_t stimuli_ = 0;
};

}  // namespace homolog::experiments
