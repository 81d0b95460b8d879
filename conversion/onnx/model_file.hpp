#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace onnx {
class ModelProto;
}

namespace homolog::conversion {

/// The bytes of a file. Throws Error(model) if it cannot be read or is larger than a protobuf may be (2 GB).
[[nodiscard]] std::vector<std::byte> read_model_file(const std::string& path);

/// The protobuf message. Throws Error(model) if the bytes are not an ONNX model.
[[nodiscard]] std::shared_ptr<const onnx::ModelProto> parse_model(std::span<const std::byte> bytes,
                                                                  const std::string& name);

/// SHA-256 in lower-case hex.
[[nodiscard]] std::string sha256_hex(std::span<const std::byte> bytes);

}  // namespace homolog::conversion
