#include "experiments/run/representation_store.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <span>

#include "sim/core/error.hpp"

namespace homolog::experiments {
namespace {

const std::string kSpikes = "spikes";

}  // namespace

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

RepresentationStore::RepresentationStore(std::string folder, std::int64_t presentations,
                                         std::map<std::string, std::int64_t> units, std::int64_t steps,
                                         const std::vector<RepresentationKey>& keys, bool resume)
    : folder_(std::move(folder)), presentations_(presentations), units_(std::move(units)), steps_(steps) {
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
    file->path = folder_ + "/" + key.layer + "." + key.code + (key.code == kSpikes ? ".bits" : ".f32");
    file->descriptor = open(file->path.c_str(), O_RDWR | O_CLOEXEC | (resume ? 0 : O_CREAT), 0644);
    if (file->descriptor < 0) {
      file->fail(
          resume ? "cannot resume without this file, start again with --force" : "cannot make the file",
          errno);
    }
    const off_t bytes = this->units(key.layer) * presentations_ * static_cast<off_t>(unit_bytes(key));
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

void RepresentationStore::write(const RepresentationKey& key, std::int64_t presentation,
                                std::span<const std::byte> bytes) {
  const File& file = *files_.at(key);
  if (bytes.size() != static_cast<std::size_t>(units(key.layer)) * unit_bytes(key)) {
    throw Error(ErrorKind::internal, "a row of layer '" + key.layer + "' in code " + key.code + " has " +
                                         std::to_string(bytes.size()) + " bytes");
  }
  std::size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t written =
        pwrite(file.descriptor, bytes.data() + done, bytes.size() - done,
               static_cast<off_t>(static_cast<std::size_t>(presentation) * bytes.size() + done));
    if (written < 0 && errno != EINTR) {
      file.fail("cannot write", errno);
    }
    done += written > 0 ? static_cast<std::size_t>(written) : 0U;
  }
}

std::size_t RepresentationStore::unit_bytes(const std::string& code, std::int64_t steps) noexcept {
  return code == kSpikes ? sizeof(std::uint64_t) * static_cast<std::size_t>(SpikeTrains::words(steps))
                         : sizeof(float);
}

std::vector<float> RepresentationStore::read(const RepresentationKey& key, std::int64_t first,
                                             std::int64_t last) const {
  std::vector<float> values(static_cast<std::size_t>(presentations_ * (last - first)));
  read_bytes(key, first, last, std::as_writable_bytes(std::span(values)));
  return values;
}

SpikeTrains RepresentationStore::trains(const std::string& layer, std::int64_t first,
                                        std::int64_t last) const {
  SpikeTrains trains{.presentations = presentations_, .units = last - first, .steps = steps_};
  trains.bits.resize(static_cast<std::size_t>(presentations_ * trains.units * SpikeTrains::words(steps_)));
  read_bytes({layer, kSpikes}, first, last, std::as_writable_bytes(std::span(trains.bits)));
  return trains;
}

void RepresentationStore::read_bytes(const RepresentationKey& key, std::int64_t first, std::int64_t last,
                                     std::span<std::byte> target_of_all) const {
  const File& file = *files_.at(key);
  const std::size_t unit = unit_bytes(key);
  const std::size_t width = static_cast<std::size_t>(last - first) * unit;
  const std::size_t row = static_cast<std::size_t>(units(key.layer)) * unit;
  for (std::size_t k = 0; k < static_cast<std::size_t>(presentations_); ++k) {
    const std::span<std::byte> target = target_of_all.subspan(k * width, width);
    std::size_t done = 0;
    while (done < target.size()) {
      const std::size_t offset = k * row + static_cast<std::size_t>(first) * unit + done;
      const ssize_t got =
          pread(file.descriptor, target.data() + done, target.size() - done, static_cast<off_t>(offset));
      if (got == 0 || (got < 0 && errno != EINTR)) {
        file.fail("cannot read", got == 0 ? EIO : errno);
      }
      done += got > 0 ? static_cast<std::size_t>(got) : 0U;
    }
  }
}

void RepresentationStore::remove() {
  files_.clear();
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

}  // namespace homolog::experiments
