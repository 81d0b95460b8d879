#include "experiments/run/provenance.hpp"

#include <openssl/evp.h>
#include <unistd.h>

#include <array>
#include <ctime>
#include <fstream>

#include "homolog_version.hpp"  // generated at build time by scripts/cmake/version.cmake

namespace homolog::experiments {
namespace {

std::string processor() {
  std::ifstream info("/proc/cpuinfo");
  std::string line;
  while (std::getline(info, line)) {
    if (line.rfind("model name", 0) == 0) {
      const auto colon = line.find(": ");
      return colon == std::string::npos ? line : line.substr(colon + 2);
    }
  }
  return "unknown";
}

std::string host() {
  std::array<char, 256> name{};
  return gethostname(name.data(), name.size() - 1) == 0 ? std::string(name.data()) : "unknown";
}

}  // namespace

std::string version() {
  return kHomologVersion;
}

std::string now_utc() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  gmtime_r(&now, &parts);
  std::array<char, 32> text{};
  std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts);
  return text.data();
}

std::string sha256(const std::string& text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha256(), nullptr);
  std::string hex;
  for (unsigned int i = 0; i < size; ++i) {
    constexpr const char* kDigits = "0123456789abcdef";
    hex += kDigits[digest[i] >> 4U];
    hex += kDigits[digest[i] & 15U];
  }
  return hex;
}

std::vector<std::pair<std::string, std::string>> provenance(int threads) {
  return {{"homolog_version", version()},
          {"compiler", kHomologCompiler},
          {"build_type", kHomologBuildType},
          {"processor", processor()},
          {"host", host()},
          {"threads", std::to_string(threads)}};
}

}  // namespace homolog::experiments
