#include "sim/core/error.hpp"

#include <utility>

namespace homolog {
namespace {

std::string text_of(const std::string& message, const Where& where) {
  std::string text = where.file;
  if (where.line > 0) {
    text += ":" + std::to_string(where.line);
    if (where.column > 0) {
      text += ":" + std::to_string(where.column);
    }
  }
  if (!text.empty()) {
    text += ": ";
  }
  if (!where.key.empty()) {
    text += where.key + ": ";
  }
  return text + message;
}

}  // namespace

Error::Error(ErrorKind kind, std::string message, Where where)
    : std::runtime_error(text_of(message, where)),
      kind_(kind),
      message_(std::move(message)),
      where_(std::move(where)) {}

int exit_code(ErrorKind kind) noexcept {
  switch (kind) {
    case ErrorKind::usage:
    case ErrorKind::config:
    case ErrorKind::output: return 2;
    case ErrorKind::model:
    case ErrorKind::data: return 3;
    case ErrorKind::interrupted: return 4;
    case ErrorKind::internal: return 1;
  }
  return 1;
}

}  // namespace homolog
