#pragma once

#include <chrono>
#include <cstdint>
#include <iosfwd>
#include <string>

namespace homolog::experiments {

/// Shows how a long phase goes on: on a terminal a bar with rate and time left, redrawn in place; elsewhere a
/// plain line every few seconds. Silent when `quiet`. Used from one thread at a time.
class Progress {
 public:
  Progress(std::ostream& stream, bool terminal, bool quiet);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  /// Starts a phase of `total` units, e.g. ("simulate", 1000, "images"). `done` of them are done already.
  void begin(const std::string& phase, std::int64_t total, const std::string& unit, std::int64_t done = 0);
  void update(std::int64_t done);
  /// Ends the phase; a phase that took less than a second leaves no line when not on a terminal.
  void end();

 private:
  using Clock = std::chrono::steady_clock;
  void draw(Clock::time_point now, bool last);

  std::ostream& stream_;
  bool terminal_;
  bool quiet_;
  std::string phase_{};
  std::string unit_{};
  std::int64_t total_ = 0;
  std::int64_t first_ = 0;
  std::int64_t done_ = 0;
  Clock::time_point start_{};
  Clock::time_point drawn_{};
  bool drew_ = false;
};

/// "1:05", "2:03:10", "3 s".
[[nodiscard]] std::string duration_text(double seconds);

}  // namespace homolog::experiments
