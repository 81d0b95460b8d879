#include "experiments/rsa/layer_choice.hpp"

#include "sim/core/error.hpp"

namespace homolog::experiments {

std::vector<RepresentationKey> choose_layers(const std::vector<std::string>& layers,
                                             const std::vector<Representation>& representations,
                                             const AnalysisPlan& plan, const Where& where,
                                             std::vector<std::pair<std::string, std::string>>& missing) {
  std::vector<RepresentationKey> keys;
  missing.clear();
  for (const Representation& representation : representations) {
    if (plan.steps > 0 && representation.last_step > plan.steps) {
      throw Error(ErrorKind::config,
                  "representation " + representation.label + " ends at step " +
                      std::to_string(representation.last_step) + " but a presentation has " +
                      std::to_string(plan.steps) + " steps",
                  where);
    }
    std::string why;
    std::size_t had = 0;
    for (const std::string& layer : layers) {
      const RepresentationKey key{layer, representation.stored};
      const std::string why_not = plan.why_not ? plan.why_not(key) : "";
      if (why_not.empty()) {
        keys.push_back(key);
        ++had;
      } else {
        missing.emplace_back(representation.label, layer);
        why = "layer " + layer + ": " + why_not;
      }
    }
    if (had == 0 && !layers.empty()) {
      throw Error(ErrorKind::config,
                  "no layer can be represented by " + representation.label + " (" + why + ")", where);
    }
  }
  return keys;
}

}  // namespace homolog::experiments
