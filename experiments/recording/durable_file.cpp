#include "experiments/recording/durable_file.hpp"

#include <fcntl.h>
#include <libdeflate.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <utility>

#include "experiments/recording/bytes.hpp"
#include "sim/core/error.hpp"

namespace homolog::experiments {
namespace {

constexpr std::uint64_t kPage = 4096;
constexpr std::uint64_t kMagic = 0x32504B43474D4F48U;  // "HOMGCKP2", little-endian

std::string words(int code) {
  return std::generic_category().message(code);
}

[[noreturn]] void cannot(const std::string& action, const std::string& path, const std::string& reason) {
  throw Error(ErrorKind::output, "cannot " + action + " " + path + ": " + reason);
}

[[noreturn]] void damaged(const std::string& path, const std::string& what) {
  throw Error(ErrorKind::output, what + "; the interrupted run cannot go on; start again with --force",
              {.file = path});
}

/// 0 or the errno of the first failure.
int write_all(int descriptor, std::uint64_t offset, std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const auto written = ::pwrite(descriptor, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (written < 0 && errno == EINTR) {
      continue;
    }
    if (written <= 0) {
      return written == 0 ? ENOSPC : errno;
    }
    bytes = bytes.subspan(static_cast<std::size_t>(written));
    offset += static_cast<std::uint64_t>(written);
  }
  return 0;
}

int sync_folder_of(const std::string& path) {
  auto folder = std::filesystem::path(path).parent_path();
  const int descriptor = ::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) {
    return errno;
  }
  const int code =
      ::fsync(descriptor) == 0 || errno == EINVAL ? 0 : errno;  // EINVAL: not on this file system
  ::close(descriptor);
  return code;
}

/// Writes a whole new file and renames it to `path`. 0 or the errno of the first failure.
int replace_file(const std::string& path, std::span<const std::byte> bytes, bool sync) {
  const std::string fresh = path + ".new";
  const int descriptor = ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (descriptor < 0) {
    return errno;
  }
  int code = write_all(descriptor, 0, bytes);
  if (code == 0 && sync && ::fsync(descriptor) != 0) {
    code = errno;
  }
  if (::close(descriptor) != 0 && code == 0) {
    code = errno;
  }
  if (code == 0 && std::rename(fresh.c_str(), path.c_str()) != 0) {
    code = errno;
  }
  if (code != 0) {
    ::unlink(fresh.c_str());
  }
  return code;
}

std::vector<std::byte> whole_file(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) {
    damaged(path, "cannot read the checkpoint: " + words(errno));
  }
  struct stat status {};
  std::vector<std::byte> bytes;
  std::size_t done = 0;
  if (::fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode)) {
    bytes.resize(static_cast<std::size_t>(status.st_size));
    while (done < bytes.size()) {
      const auto got = ::read(descriptor, bytes.data() + done, bytes.size() - done);
      if (got < 0 && errno == EINTR) {
        continue;
      }
      if (got <= 0) {
        break;
      }
      done += static_cast<std::size_t>(got);
    }
  }
  ::close(descriptor);
  bytes.resize(done);
  return bytes;
}

std::uint32_t checksum(std::span<const std::byte> bytes) {
  return libdeflate_crc32(0, bytes.data(), bytes.size());
}

}  // namespace

DurableFile::DurableFile(DurableFile&& other) noexcept
    : path_(std::move(other.path_)),
      error_(std::move(other.error_)),
      descriptor_(std::exchange(other.descriptor_, -1)),
      size_(other.size_),
      committed_(other.committed_),
      never_committed_(other.never_committed_),
      pages_(std::move(other.pages_)) {}

DurableFile& DurableFile::operator=(DurableFile&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(error_, other.error_);
  std::swap(descriptor_, other.descriptor_);
  std::swap(size_, other.size_);
  std::swap(committed_, other.committed_);
  std::swap(never_committed_, other.never_committed_);
  std::swap(pages_, other.pages_);
  return *this;
}

DurableFile::~DurableFile() {
  if (descriptor_ < 0) {
    return;
  }
  // What came after the last commit is lost anyway: give the space back (the disk may be full).
  if (never_committed_) {
    ::unlink(path_.c_str());
  } else if (committed_ > 0 && ::ftruncate(descriptor_, static_cast<off_t>(committed_)) != 0) {
    // restore() will do it.
  }
  ::close(descriptor_);
}

void DurableFile::open(int flags) {
  descriptor_ = ::open(path_.c_str(), O_RDWR | O_CLOEXEC | flags, 0666);
  if (descriptor_ < 0) {
    cannot((flags & O_CREAT) != 0 ? "create" : "open", path_, words(errno));
  }
  if (::flock(descriptor_, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
    throw Error(ErrorKind::output,
                "another homolog is writing this file; wait for it or choose another folder",
                {.file = path_});
  }
}

DurableFile DurableFile::create(const std::string& path) {
  DurableFile file(path);
  file.open(O_CREAT);
  file.never_committed_ = true;
  if (::unlink(file.checkpoint_path().c_str()) != 0 && errno != ENOENT) {
    cannot("remove", file.checkpoint_path(), words(errno));
  }
  if (::ftruncate(file.descriptor_, 0) != 0) {
    cannot("write", path, words(errno));
  }
  return file;
}

DurableFile DurableFile::restore(const std::string& path, std::vector<std::byte>& note) {
  DurableFile file(path);
  std::error_code ignored;
  if (!std::filesystem::exists(path, ignored)) {
    throw Error(ErrorKind::output, "there is no interrupted run to resume", {.file = path});
  }
  file.open(0);
  const std::string checkpoint = file.checkpoint_path();
  if (!std::filesystem::exists(checkpoint, ignored)) {
    damaged(path, "its checkpoint (" + checkpoint + ") is missing");
  }
  const std::vector<std::byte> bytes = whole_file(checkpoint);
  const std::size_t body = bytes.size() - std::min(bytes.size(), sizeof(std::uint32_t));
  ByteReader sum(std::span<const std::byte>(bytes).subspan(body));
  ByteReader in(std::span<const std::byte>(bytes).first(body));
  if (sum.number<std::uint32_t>() != checksum(std::span<const std::byte>(bytes).first(body)) ||
      in.number<std::uint64_t>() != kMagic) {
    damaged(checkpoint, "the checkpoint is damaged");
  }
  const auto size = in.number<std::uint64_t>();
  const auto pages = in.number<std::uint64_t>();
  for (std::uint64_t i = 0; i < pages && in.good(); ++i) {
    const auto page = in.number<std::uint64_t>();
    const auto content = in.block();
    file.pages_[page].assign(content.begin(), content.end());
  }
  const auto kept = in.block();
  note.assign(kept.begin(), kept.end());
  struct stat status {};
  if (!in.good() || ::fstat(file.descriptor_, &status) != 0 ||
      static_cast<std::uint64_t>(status.st_size) < size) {
    damaged(path, "the file is shorter than its checkpoint says");
  }
  file.apply(size);
  if (!file.error_.empty()) {
    cannot("write", path, file.error_);
  }
  return file;
}

void DurableFile::remember_error(int code) {
  if (error_.empty()) {
    error_ = words(code);
  }
}

bool DurableFile::read_now(std::uint64_t offset, std::span<std::byte> bytes) const {
  while (!bytes.empty()) {
    const auto got = ::pread(descriptor_, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (got < 0 && errno == EINTR) {
      continue;
    }
    if (got < 0) {
      return false;
    }
    if (got == 0) {
      std::fill(bytes.begin(), bytes.end(), std::byte{0});
      return true;
    }
    bytes = bytes.subspan(static_cast<std::size_t>(got));
    offset += static_cast<std::uint64_t>(got);
  }
  return true;
}

void DurableFile::write_now(std::uint64_t offset, std::span<const std::byte> bytes) {
  if (!error_.empty()) {
    return;
  }
  if (const int code = write_all(descriptor_, offset, bytes); code != 0) {
    remember_error(code);
  }
}

void DurableFile::resize(std::uint64_t size) noexcept {
  size_ = size;
}

bool DurableFile::read(std::uint64_t offset, std::span<std::byte> bytes) {
  if (!read_now(offset, bytes)) {
    return false;
  }
  const std::uint64_t end = offset + bytes.size();
  for (auto page = pages_.lower_bound(offset / kPage); page != pages_.end(); ++page) {
    const std::uint64_t start = page->first * kPage;
    if (start >= end) {
      break;
    }
    const std::uint64_t first = std::max(start, offset);
    const std::uint64_t last = std::min(start + page->second.size(), end);
    if (first < last) {
      std::memcpy(bytes.data() + (first - offset), page->second.data() + (first - start), last - first);
    }
  }
  return true;
}

void DurableFile::write(std::uint64_t offset, std::span<const std::byte> bytes) {
  if (!error_.empty() || bytes.empty()) {
    return;
  }
  size_ = std::max(size_, offset + bytes.size());
  while (!bytes.empty() && offset < committed_) {
    const std::uint64_t number = offset / kPage;
    const std::uint64_t start = number * kPage;
    auto& page = pages_[number];
    if (page.empty()) {
      page.resize(std::min(kPage, committed_ - start));
      if (!read_now(start, page)) {
        remember_error(errno);
        return;
      }
    }
    const std::size_t count = std::min<std::size_t>(bytes.size(), page.size() - (offset - start));
    std::memcpy(page.data() + (offset - start), bytes.data(), count);
    bytes = bytes.subspan(count);
    offset += count;
  }
  write_now(offset, bytes);
}

void DurableFile::apply(std::uint64_t size) {
  for (const auto& [number, page] : pages_) {
    write_now(number * kPage, page);
  }
  if (error_.empty() && ::ftruncate(descriptor_, static_cast<off_t>(size)) != 0) {
    remember_error(errno);
  }
  pages_.clear();
  size_ = committed_ = size;
  never_committed_ = false;
}

void DurableFile::commit(std::span<const std::byte> note, bool sync) {
  // The file must have its whole length before the checkpoint counts on it.
  struct stat status {};
  if (error_.empty() && ::fstat(descriptor_, &status) == 0 &&
      static_cast<std::uint64_t>(status.st_size) < size_ &&
      ::ftruncate(descriptor_, static_cast<off_t>(size_)) != 0) {
    remember_error(errno);
  }
  if (error_.empty() && sync && ::fdatasync(descriptor_) != 0) {
    remember_error(errno);
  }
  if (!error_.empty()) {
    cannot("write", path_, error_);
  }
  ByteWriter out;
  out.number(kMagic);
  out.number(size_);
  out.number<std::uint64_t>(pages_.size());
  for (const auto& [number, page] : pages_) {
    out.number(number);
    out.block(page);
  }
  out.block(note);
  out.number(checksum(out.bytes()));
  if (const int code = replace_file(checkpoint_path(), out.bytes(), sync); code != 0) {
    remember_error(code);
    cannot("write", checkpoint_path(), error_);
  }
  if (const int code = sync ? sync_folder_of(path_) : 0; code != 0) {
    remember_error(code);
  }
  apply(size_);
  if (error_.empty() && sync && ::fdatasync(descriptor_) != 0) {
    remember_error(errno);
  }
  if (!error_.empty()) {
    cannot("write", path_, error_);
  }
}

void DurableFile::rename_to(const std::string& final_path) {
  if (std::rename(path_.c_str(), final_path.c_str()) != 0) {
    cannot("rename " + path_ + " to", final_path, words(errno));
  }
  const std::string checkpoint = checkpoint_path();
  if (const int code = sync_folder_of(final_path); code != 0) {
    cannot("write", final_path, words(code));
  }
  ::unlink(checkpoint.c_str());
  ::close(std::exchange(descriptor_, -1));  // and with it the lock: now others may read
  path_ = final_path;
}

}  // namespace homolog::experiments
