#include "conversion/onnx/model_file.hpp"

#include <onnx/onnx_pb.h>
#include <openssl/evp.h>

#include <array>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <limits>
#include <system_error>

#include "sim/core/error.hpp"

namespace homolog::conversion {
namespace {

constexpr std::uint64_t kLargestMessage = std::numeric_limits<int>::max();  // protobuf counts in int

[[noreturn]] void refuse_file(const std::string& reason, const std::string& file) {
  throw Error(ErrorKind::model, reason, {.file = file});
}

void check_length(std::uint64_t bytes, const std::string& file) {
  if (bytes > kLargestMessage) {
    refuse_file("is larger than 2 GB, the limit of an ONNX file; models with external data are not supported",
                file);
  }
}

}  // namespace

std::vector<std::byte> read_model_file(const std::string& path) {
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) {
    refuse_file("is a folder, must be an ONNX file", path);
  }
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    refuse_file("cannot open the file", path);
  }
  const std::uintmax_t size = std::filesystem::file_size(path, error);
  if (error) {
    refuse_file("cannot read the file: " + error.message(), path);
  }
  check_length(size, path);
  std::vector<std::byte> bytes(static_cast<std::size_t>(size));
  file.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(size));
  if (file.gcount() != static_cast<std::streamsize>(size)) {
    refuse_file("cannot read the file to its end", path);
  }
  return bytes;
}

std::shared_ptr<const onnx::ModelProto> parse_model(std::span<const std::byte> bytes,
                                                    const std::string& name) {
  check_length(bytes.size(), name);
  auto model = std::make_shared<onnx::ModelProto>();
  if (bytes.empty() || !model->ParseFromArray(bytes.data(), static_cast<int>(bytes.size())) ||
      !model->has_graph() || model->ir_version() < 1) {
    refuse_file("is not an ONNX file, or is truncated", name);
  }
  return model;
}

std::string sha256_hex(std::span<const std::byte> bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int length = 0;
  if (EVP_Digest(bytes.data(), bytes.size(), digest.data(), &length, EVP_sha256(), nullptr) != 1) {
    throw Error(ErrorKind::internal, "OpenSSL cannot compute SHA-256");
  }
  constexpr const char* kHex = "0123456789abcdef";
  std::string text;
  for (unsigned int i = 0; i < length; ++i) {
    text += kHex[digest[i] >> 4U];
    text += kHex[digest[i] & 15U];
  }
  return text;
}

}  // namespace homolog::conversion
