#include "experiments/run/interrupt.hpp"

#include <pthread.h>
#include <sys/signalfd.h>
#include <unistd.h>

namespace homolog::experiments {

InterruptWatch::InterruptWatch() {
  sigset_t watched;
  sigemptyset(&watched);
  sigaddset(&watched, SIGINT);
  sigaddset(&watched, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &watched, &before_);
  descriptor_ = signalfd(-1, &watched, SFD_NONBLOCK | SFD_CLOEXEC);
}

InterruptWatch::~InterruptWatch() {
  (void)requested();  // takes what has arrived, so that it does not strike afterwards
  if (descriptor_ >= 0) {
    close(descriptor_);
  }
  pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

bool InterruptWatch::requested() {
  signalfd_siginfo info;
  while (descriptor_ >= 0 && read(descriptor_, &info, sizeof(info)) == static_cast<ssize_t>(sizeof(info))) {
    requested_ = true;
  }
  return requested_;
}

}  // namespace homolog::experiments
