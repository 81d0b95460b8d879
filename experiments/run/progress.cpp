#include "experiments/run/progress.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <ostream>

#include "experiments/run/table.hpp"

namespace homolog::experiments {
namespace {

constexpr std::chrono::milliseconds kRedraw{100};
constexpr std::chrono::seconds kPlainLine{5};
constexpr std::int64_t kBarWidth = 24;

}  // namespace

std::string duration_text(double seconds) {
  const auto s = static_cast<long long>(std::llround(seconds));
  char text[64];
  if (s < 60) {
    std::snprintf(text, sizeof(text), "%lld s", s);
  } else if (s < 3600) {
    std::snprintf(text, sizeof(text), "%lld:%02lld", s / 60, s % 60);
  } else {
    std::snprintf(text, sizeof(text), "%lld:%02lld:%02lld", s / 3600, s / 60 % 60, s % 60);
  }
  return text;
}

Progress::Progress(std::ostream& stream, bool terminal, bool quiet)
    : stream_(stream), terminal_(terminal), quiet_(quiet) {}

Progress::~Progress() {
  if (drew_ && terminal_) {
    stream_ << '\n';
  }
}

void Progress::begin(const std::string& phase, std::int64_t total, const std::string& unit,
                     std::int64_t done) {
  phase_ = phase;
  unit_ = unit;
  total_ = total;
  first_ = done;
  done_ = done;
  start_ = Clock::now();
  drawn_ = start_;
  drew_ = false;
}

void Progress::update(std::int64_t done) {
  done_ = done;
  const auto now = Clock::now();
  if (terminal_ ? now - drawn_ >= kRedraw : now - drawn_ >= kPlainLine) {
    draw(now, false);
  }
}

void Progress::end() {
  if (terminal_ || drew_) {
    draw(Clock::now(), true);
  }
  if (terminal_ && !quiet_) {
    stream_ << '\n' << std::flush;
  }
  drew_ = false;
}

void Progress::draw(Clock::time_point now, bool last) {
  if (quiet_ || total_ <= 0) {
    return;
  }
  drawn_ = now;
  drew_ = true;
  const double seconds = std::chrono::duration<double>(now - start_).count();
  const double rate = seconds > 0.0 ? static_cast<double>(done_ - first_) / seconds : 0.0;
  std::string line = phase_;
  line.resize(std::max<std::size_t>(line.size(), 12), ' ');
  if (terminal_) {
    const std::int64_t filled = done_ * kBarWidth / total_;
    line += " [" + std::string(static_cast<std::size_t>(filled), '#') +
            std::string(static_cast<std::size_t>(kBarWidth - filled), '.') + "]";
  }
  line += " " + std::to_string(done_) + "/" + std::to_string(total_) + " " + unit_;
  line += formatted(rate >= 10.0 ? ", %.0f/s" : ", %.2f/s", rate);
  if (last) {
    line += ", took " + duration_text(seconds);
  } else if (rate > 0.0) {
    line += ", " + duration_text(static_cast<double>(total_ - done_) / rate) + " left";
  }
  stream_ << (terminal_ ? "\r\x1b[K" : "") << line << (terminal_ ? "" : "\n") << std::flush;
}

}  // namespace homolog::experiments
