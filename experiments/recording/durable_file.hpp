#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

namespace homolog::experiments {

/// A growing file that is always in the state of its last commit(), whenever the process is killed.
///
/// HDF5 updates its metadata in place, so that a file which was being written when the process died can
/// be beyond repair. Here bytes below the committed size are never touched between commits: writes to
/// them are kept in memory, page by page (they are small: metadata), while new data go straight to the
/// end of the file, where the committed state does not look. commit() writes the pages and a note of the
/// caller to "<path>.checkpoint", renames it into place (this is the moment of the commit), and only then
/// updates the file itself; restore() repeats that update, which does no harm if it had been done.
///
/// Write errors are remembered, not reported: HDF5 cannot cope with a disk that is full (closing the file
/// fails or crashes). From the first error on everything written is dropped, and `error()` has the system's
/// words. The state of the last commit remains.
///
/// An advisory lock keeps a second process away. Not thread-safe.
class DurableFile {
 public:
  /// Creates or empties the file, and removes its checkpoint. Throws Error(output).
  static DurableFile create(const std::string& path);
  /// Opens the file in the state of its last commit; `note` is what that commit was given. Throws
  /// Error(output) if there is no file or no intact checkpoint.
  static DurableFile restore(const std::string& path, std::vector<std::byte>& note);

  DurableFile(DurableFile&& other) noexcept;
  DurableFile& operator=(DurableFile&& other) noexcept;
  DurableFile(const DurableFile&) = delete;
  DurableFile& operator=(const DurableFile&) = delete;
  ~DurableFile();

  [[nodiscard]] const std::string& path() const noexcept { return path_; }
  [[nodiscard]] std::string checkpoint_path() const { return path_ + ".checkpoint"; }
  /// The first error's words ("No space left on device"); empty: none.
  [[nodiscard]] const std::string& error() const noexcept { return error_; }

  [[nodiscard]] std::uint64_t size() const noexcept { return size_; }
  void resize(std::uint64_t size) noexcept;
  /// Bytes beyond what was written are zeros. False if the file cannot be read.
  [[nodiscard]] bool read(std::uint64_t offset, std::span<std::byte> bytes);
  void write(std::uint64_t offset, std::span<const std::byte> bytes);

  /// Makes everything written so far, and `note`, the state that restore() finds. Throws Error(output)
  /// if this or any earlier write failed. `sync`: also survives a loss of power (waits for the disk).
  void commit(std::span<const std::byte> note, bool sync);

  /// Closes the file, gives it its final name and removes the checkpoint. After commit(), as the last call.
  /// Throws Error(output).
  void rename_to(const std::string& final_path);

 private:
  explicit DurableFile(std::string path) : path_(std::move(path)) {}
  void open(int flags);
  void remember_error(int code);
  void write_now(std::uint64_t offset, std::span<const std::byte> bytes);
  bool read_now(std::uint64_t offset, std::span<std::byte> bytes) const;
  void apply(std::uint64_t size);

  std::string path_;
  std::string error_{};
  int descriptor_ = -1;
  std::uint64_t size_ = 0;        ///< as HDF5 sees it
  std::uint64_t committed_ = 0;   ///< bytes below are not touched between commits
  bool never_committed_ = false;  ///< made by create(), and nothing in it is worth keeping yet
  std::map<std::uint64_t, std::vector<std::byte>> pages_{};  ///< changed pages below committed_, by number
};

}  // namespace homolog::experiments
