#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <vector>

namespace homolog::experiments {

/// Compresses chunks on several threads and delivers them in the order in which they came, on the thread
/// that calls push() or drain(). At most a few chunks are in flight: push() then waits for the
/// oldest, compressing it itself if nobody has begun. So it works with any number of idle threads, also none.
class ChunkQueue {
 public:
  /// Compresses a chunk, which it owns.
  using Encode = std::function<std::vector<std::byte>()>;
  /// Receives a compressed chunk.
  using Deliver = std::function<void(std::vector<std::byte>)>;

  explicit ChunkQueue(int threads);
  ChunkQueue(ChunkQueue&&) noexcept;
  ChunkQueue& operator=(ChunkQueue&&) noexcept;
  ~ChunkQueue();  ///< Drops what was not delivered.

  /// `encode` is called once, on any thread. Throws what any `deliver` or `encode` throws.
  void push(Encode encode, Deliver deliver);
  /// Delivers everything.
  void drain();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace homolog::experiments
