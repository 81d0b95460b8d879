#include "experiments/recording/chunk_queue.hpp"

#include <tbb/info.h>
#include <tbb/task_group.h>

#include <algorithm>
#include <atomic>
#include <deque>
#include <exception>
#include <optional>
#include <utility>

namespace homolog::experiments {
namespace {

/// One chunk on its way. Shared with the task, so that the queue can go away before the task has run.
class Job {
 public:
  Job(ChunkQueue::Encode encode, ChunkQueue::Deliver deliver)
      : encode_(std::move(encode)), deliver_(std::move(deliver)) {}

  /// Compresses unless somebody else does or did.
  void run() noexcept {
    if (claimed_.test_and_set()) {
      return;
    }
    try {
      packed_ = encode_();
    } catch (...) {  // rethrown by finish(), on the owner's thread
      failure_ = std::current_exception();
    }
    encode_ = nullptr;  // and with it the chunk: a task that never got its turn holds this job for long
    done_.test_and_set();
    done_.notify_one();
  }

  [[nodiscard]] bool done() const noexcept { return done_.test(); }

  /// Waits, compressing here if it has not begun, and delivers.
  void finish() {
    run();
    done_.wait(false);
    if (failure_) {
      std::rethrow_exception(failure_);
    }
    deliver_(std::move(packed_));
  }

  /// Makes a task that has not begun do nothing.
  void abandon() noexcept { claimed_.test_and_set(); }

 private:
  ChunkQueue::Encode encode_;
  ChunkQueue::Deliver deliver_;
  std::vector<std::byte> packed_{};
  std::exception_ptr failure_{};
  std::atomic_flag claimed_ = ATOMIC_FLAG_INIT;
  std::atomic_flag done_ = ATOMIC_FLAG_INIT;
};

}  // namespace

struct ChunkQueue::Impl {
  explicit Impl(int threads)
      : limit(static_cast<std::size_t>(2 * std::min(threads, 16))), parallel(threads > 1) {}

  void finish_oldest() {
    const std::shared_ptr<Job> job = std::move(jobs.front());
    jobs.pop_front();
    job->finish();
  }

  std::size_t limit;  ///< chunks in flight
  bool parallel;
  tbb::task_group tasks{};
  std::deque<std::shared_ptr<Job>> jobs{};
};

// More threads than the machine has would make TBB print a warning.
ChunkQueue::ChunkQueue(int threads)
    : impl_(std::make_unique<Impl>(std::clamp(threads, 1, tbb::info::default_concurrency()))) {}
ChunkQueue::ChunkQueue(ChunkQueue&&) noexcept = default;
ChunkQueue& ChunkQueue::operator=(ChunkQueue&&) noexcept = default;

ChunkQueue::~ChunkQueue() {
  if (impl_) {
    for (const auto& job : impl_->jobs) {
      job->abandon();
    }
    impl_->tasks.wait();
  }
}

void ChunkQueue::push(Encode encode, Deliver deliver) {
  const auto job = std::make_shared<Job>(std::move(encode), std::move(deliver));
  impl_->jobs.push_back(job);
  if (!impl_->parallel) {
    drain();
    return;
  }
  impl_->tasks.run([job] { job->run(); });
  while (!impl_->jobs.empty() && (impl_->jobs.size() > impl_->limit || impl_->jobs.front()->done())) {
    impl_->finish_oldest();
  }
}

void ChunkQueue::drain() {
  while (!impl_->jobs.empty()) {
    impl_->finish_oldest();
  }
  impl_->tasks.wait();  // those that found their chunk compressed already
}

}  // namespace homolog::experiments
