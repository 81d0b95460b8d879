#pragma once

#include <csignal>

namespace homolog::experiments {

/// Notes Ctrl-C (SIGINT) and SIGTERM instead of dying of them, as long as it lives. Make it before the first
/// thread is started: threads inherit that the signals are blocked. Copy of no state, no handler: the
/// signals wait in a descriptor that requested() looks into.
class InterruptWatch {
 public:
  InterruptWatch();
  ~InterruptWatch();
  InterruptWatch(const InterruptWatch&) = delete;
  InterruptWatch& operator=(const InterruptWatch&) = delete;

  /// Whether the user has asked to stop. Cheap; called from one thread at a time.
  [[nodiscard]] bool requested();

 private:
  sigset_t before_{};
  int descriptor_ = -1;
  bool requested_ = false;
};

}  // namespace homolog::experiments
