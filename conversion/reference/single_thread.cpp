#include "conversion/reference/program.hpp"

// The two functions of the OpenMP runtime (libgomp) that oneDNN runs on. Declared here because omp.h belongs
// to the compiler, and clang's may belong to another runtime.
extern "C" {
void omp_set_num_threads(int threads);
int omp_get_max_threads();
}

namespace homolog::conversion::reference {

SingleThread::SingleThread() noexcept : before_(omp_get_max_threads()) {
  omp_set_num_threads(1);
}

SingleThread::~SingleThread() {
  omp_set_num_threads(before_);
}

}  // namespace homolog::conversion::reference
