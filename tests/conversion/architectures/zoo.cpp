#include "tests/conversion/architectures/zoo.hpp"

#include <map>
#include <ostream>

#include "conversion/onnx/import.hpp"
#include "tests/conversion/architectures/families.hpp"

namespace homolog::test {

const std::vector<Architecture>& zoo() {
  static const std::vector<Architecture> kAll{
      {"vgg", [] { return vgg(false); }},
      {"vgg_bn_average", [] { return vgg(true); }},
      {"resnet_basic", [] { return resnet(ResNet::basic); }},
      {"resnet_stride_on_1x1", [] { return resnet(ResNet::stride_on_1x1); }},
      {"resnet_stride_on_3x3", [] { return resnet(ResNet::stride_on_3x3); }},
      {"resnet_preactivation", [] { return resnet(ResNet::preactivation); }},
      {"squeezenet", squeezenet},
      {"mobilenet_v1", mobilenet_v1},
      {"mobilenet_v2", mobilenet_v2},
      {"densenet", densenet},
      {"inception_v3", inception_v3},
      {"cornet_s", cornet_s},
      {"patchwork", patchwork},
  };
  return kAll;
}

const conversion::FloatGraph& zoo_graph(const Architecture& architecture) {
  static std::map<std::string, conversion::FloatGraph> graphs;
  auto found = graphs.find(architecture.name);
  if (found == graphs.end()) {
    const std::string bytes = architecture.make();
    found = graphs
                .emplace(architecture.name,
                         conversion::import_model(std::as_bytes(std::span(bytes.data(), bytes.size())),
                                                  architecture.name + ".onnx"))
                .first;
  }
  return found->second;
}

void PrintTo(const Architecture& architecture, std::ostream* out) {
  *out << architecture.name;
}

}  // namespace homolog::test
