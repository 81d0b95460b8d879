#include "experiments/run/representation_store.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <span>

#include "sim/core/error.hpp"

namespace homolog::experiments {

struct RepresentationStore::File {
  int descriptor = -1;
  std::string path{};
  File() = default;
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File() {
    if (descriptor >= 0) {
      close(descriptor);
    }
  }
  [[noreturn]] void fail(const char* doing, int error) const {
    throw Error(ErrorKind::output, std::string(doing) + ": " + std::strerror(error), {.file = path});
  }
};

RepresentationStore::RepresentationStore(std::string folder, std::int64_t stimuli,
                                         std::map<std::string, std::int64_t> units,
                                         const std::vector<RepresentationKey>& keys, bool resume)
    : folder_(std::move(folder)), stimuli_(stimuli), units_(std::move(units)) {
  if (!resume) {
    remove();
  }
  std::error_code error;
  std::filesystem::create_directories(folder_, error);
  if (error) {
    throw Error(ErrorKind::output, "cannot make the folder: " + error.message(), {.file = folder_});
  }
  for (const RepresentationKey& key : keys) {
    auto file = std::make_unique<File>();
    file->path = folder_ + "/" + key.layer + "." + key.code + ".f32";
    file->descriptor = open(file->path.c_str(), O_RDWR | O_CLOEXEC | (resume ? 0 : O_CREAT), 0644);
    if (file->descriptor < 0) {
      file->fail(
          resume ? "cannot resume without this file, start again with --force" : "cannot make the file",
          errno);
    }
    const off_t bytes = this->units(key.layer) * stimuli_ * static_cast<off_t>(sizeof(float));
    if (resume && lseek(file->descriptor, 0, SEEK_END) != bytes) {
      throw Error(ErrorKind::output, "has another size than this run needs; start again with --force",
                  {.file = file->path});
    }
    // Takes the room now: a disk that is too small is known before the work, not after it.
    if (const int failed = bytes > 0 ? posix_fallocate(file->descriptor, 0, bytes) : 0; failed != 0) {
      file->fail("cannot make room for a representation", failed);
    }
    files_.emplace(key, std::move(file));
  }
}

RepresentationStore::~RepresentationStore() = default;

std::int64_t RepresentationStore::units(const std::string& layer) const {
  return units_.at(layer);
}

void RepresentationStore::sync() const {
  for (const auto& entry : files_) {
    if (fdatasync(entry.second->descriptor) != 0) {
      entry.second->fail("cannot write", errno);
    }
  }
}

void RepresentationStore::write(const RepresentationKey& key, std::int64_t stimulus,
                                std::span<const float> values) {
  const File& file = *files_.at(key);
  const auto bytes = std::as_bytes(values);
  std::size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t written =
        pwrite(file.descriptor, bytes.data() + done, bytes.size() - done,
               static_cast<off_t>(static_cast<std::size_t>(stimulus) * bytes.size() + done));
    if (written < 0 && errno != EINTR) {
      file.fail("cannot write", errno);
    }
    done += written > 0 ? static_cast<std::size_t>(written) : 0U;
  }
}

std::vector<float> RepresentationStore::read(const RepresentationKey& key, std::int64_t first,
                                             std::int64_t last) const {
  const File& file = *files_.at(key);
  const auto width = static_cast<std::size_t>(last - first);
  const auto row = static_cast<std::size_t>(units(key.layer));
  std::vector<float> values(static_cast<std::size_t>(stimuli_) * width);
  for (std::size_t k = 0; k < static_cast<std::size_t>(stimuli_); ++k) {
    const auto target = std::as_writable_bytes(std::span(values).subspan(k * width, width));
    std::size_t done = 0;
    while (done < target.size()) {
      const auto offset = (k * row + static_cast<std::size_t>(first)) * sizeof(float) + done;
      const ssize_t got =
          pread(file.descriptor, target.data() + done, target.size() - done, static_cast<off_t>(offset));
      if (got == 0 || (got < 0 && errno != EINTR)) {
        file.fail("cannot read", got == 0 ? EIO : errno);
      }
      done += got > 0 ? static_cast<std::size_t>(got) : 0U;
    }
  }
  return values;
}

void RepresentationStore::remove() {
  files_.clear();
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

}  // namespace homolog::experiments
