#pragma once

// PNG, JPEG and BMP files as 8-bit pixels. The only door to stb_image. Private to experiments/stimuli.

#include <cstdint>
#include <string>
#include <vector>

namespace homolog::experiments {

/// What the header of an image file says.
struct ImageSize {
  std::int64_t height = 0, width = 0;
  bool colour = false;  ///< false: grey, with or without alpha
};

/// One decoded file: 8-bit samples [H, W, channels], interleaved.
struct DecodedImage {
  ImageSize size{};
  std::vector<std::uint8_t> samples{};
};

/// Reads the header only. Throws Error(data) if the file is no image or is too large (see source.hpp).
[[nodiscard]] ImageSize read_image_size(const std::string& path);

/// Decodes one file; channels is 1 or 3. Alpha is dropped, not blended; 16-bit samples keep their upper byte;
/// grey becomes three equal channels when channels is 3. Throws Error(data) if the file is damaged or cut
/// off.
[[nodiscard]] DecodedImage read_image_file(const std::string& path, int channels);

}  // namespace homolog::experiments
