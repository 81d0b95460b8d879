#include "experiments/run/random_networks.hpp"

#include <map>
#include <utility>

#include "conversion/graph/random_weights.hpp"
#include "experiments/run/float_pass.hpp"
#include "experiments/run/presenter.hpp"
#include "experiments/run/representation_store.hpp"

namespace homolog::experiments {
namespace {

/// Its files are of no use without it.
class Temporary final : public RepresentationStore {
 public:
  using RepresentationStore::RepresentationStore;
  Temporary(const Temporary&) = delete;
  Temporary& operator=(const Temporary&) = delete;
  ~Temporary() override { remove(); }
};

}  // namespace

std::unique_ptr<Representations> random_network(const Preparation& prepared, std::uint64_t seed,
                                                const std::vector<std::string>& layers,
                                                const std::string& folder, int threads,
                                                const std::function<bool()>& stop,
                                                const std::function<void(double)>& progress) {
  std::map<std::string, std::int64_t> units;
  std::vector<RepresentationKey> keys;
  std::vector<conversion::TensorId> keep;
  for (const std::string& name : layers) {
    const conversion::Layer& layer = layer_named(prepared.outline, name);
    units[name] = layer.shape.size();
    keys.push_back({name, "float"});
    keep.push_back(layer.tensor);
  }
  const std::int64_t images = prepared.distinct->size();
  auto store = std::make_unique<Temporary>(folder, images, std::move(units), 0, keys, false);
  const conversion::FloatGraph graph = conversion::with_random_weights(prepared.graph, seed);
  FloatPass pass{.graph = &graph,
                 .normalisation = &prepared.normalisation,
                 .stimuli = prepared.distinct.get(),
                 .images = images,
                 .threads = threads,
                 .stop = stop,
                 .progress = [&](std::int64_t done) {
                   progress(static_cast<double>(done) / static_cast<double>(images));
                 }};
  pass.receive = [&](std::int64_t image, std::size_t k, std::span<const float> values) {
    store->write(keys[k], image, std::as_bytes(values));
  };
  pass.run(keep);
  return store;
}

}  // namespace homolog::experiments
