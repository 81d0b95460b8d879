#include "experiments/stimuli/source.hpp"

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <system_error>

namespace homolog::experiments {

Selection select(const StimuliSpec& spec, std::int64_t total, const std::string& source) {
  const auto images = [](std::int64_t n) { return std::to_string(n) + (n == 1 ? " image" : " images"); };
  if (total < 1) {
    throw Error(ErrorKind::data, "has no images", {.file = source});
  }
  if (spec.first < 0 || spec.first >= total) {
    throw Error(ErrorKind::data,
                "first: " + std::to_string(spec.first) + " is beyond the end: " + source + " has " +
                    images(total) + ", numbered from 0",
                spec.where);
  }
  const std::int64_t available = total - spec.first;
  const std::int64_t count = spec.count.value_or(available);
  if (count < 1 || count > available) {
    throw Error(ErrorKind::data,
                "count: " + std::to_string(count) + " images from image " + std::to_string(spec.first) +
                    " on are wanted, but " + source + " has " + images(total) + "; count must be 1 to " +
                    std::to_string(available),
                spec.where);
  }
  return {.first = spec.first, .count = count};
}

std::string system_message(int code) {
  return std::generic_category().message(code);
}

std::int64_t require_file(const std::string& path) {
  std::error_code failure;
  const auto status = std::filesystem::status(path, failure);
  if (!std::filesystem::exists(status)) {
    const bool missing = status.type() == std::filesystem::file_type::not_found;
    throw Error(ErrorKind::data, missing ? "no such file" : "cannot be opened: " + failure.message(),
                {.file = path});
  }
  if (std::filesystem::is_directory(status)) {
    throw Error(ErrorKind::data, "is a folder; a file is needed", {.file = path});
  }
  if (!std::filesystem::is_regular_file(status)) {
    throw Error(ErrorKind::data, "is not a regular file", {.file = path});
  }
  const auto size = std::filesystem::file_size(path, failure);
  if (failure) {
    throw Error(ErrorKind::data, "cannot be opened: " + failure.message(), {.file = path});
  }
  return static_cast<std::int64_t>(size);
}

void require_image_size(std::int64_t height, std::int64_t width, const Where& where) {
  if (height < 1 || width < 1 || height > kMaxExtent || width > kMaxExtent || height * width > kMaxArea) {
    throw Error(ErrorKind::data,
                "images of " + std::to_string(height) + " x " + std::to_string(width) +
                    " pixels cannot be used; height and width must be 1 to " + std::to_string(kMaxExtent) +
                    " and their product at most " + std::to_string(kMaxArea),
                where);
  }
}

std::vector<unsigned char> read_start(const std::string& path, std::int64_t limit) {
  std::vector<unsigned char> bytes(static_cast<std::size_t>(std::min(require_file(path), limit)));
  std::ifstream in(path, std::ios::binary);
  if (!in) {
    throw Error(ErrorKind::data, "cannot be opened: " + system_message(errno), {.file = path});
  }
  in.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  if (in.gcount() != static_cast<std::streamsize>(bytes.size())) {
    throw Error(ErrorKind::data, "cannot be read to its end", {.file = path});
  }
  return bytes;
}

std::vector<unsigned char> read_bytes(const std::string& path, std::int64_t limit) {
  const std::int64_t size = require_file(path);
  if (size > limit) {
    throw Error(ErrorKind::data,
                "has " + std::to_string(size) + " bytes; at most " + std::to_string(limit) + " are read",
                {.file = path});
  }
  return read_start(path, size);
}

}  // namespace homolog::experiments
