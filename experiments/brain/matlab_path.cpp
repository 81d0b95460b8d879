#include "experiments/brain/matlab_path.hpp"

#include <charconv>
#include <string_view>

#include "experiments/brain/data_array.hpp"
#include "sim/core/error.hpp"

namespace homolog::experiments {
namespace {

[[noreturn]] void refuse(const std::string& path, const BrainSource& source) {
  throw Error(ErrorKind::data,
              "'" + path + "' is not the name of a MATLAB array; expected one such as a, a.b, a(2).b or c{3}",
              {.file = source.file});
}

/// "1, 3" of "(1, 3)".
std::vector<std::size_t> parse_subscripts(std::string_view text, const std::string& path,
                                          const BrainSource& source) {
  std::vector<std::size_t> subscripts;
  const char* at = text.data();
  const char* end = text.data() + text.size();
  while (true) {
    while (at != end && *at == ' ') {
      ++at;
    }
    std::size_t subscript = 0;
    const auto [stop, failure] = std::from_chars(at, end, subscript);
    if (failure != std::errc{} || subscript == 0) {
      refuse(path, source);
    }
    subscripts.push_back(subscript);
    at = stop;
    if (at == end) {
      return subscripts;
    }
    if (*at++ != ',') {
      refuse(path, source);
    }
  }
}

MatlabStep parse_step(std::string_view text, const std::string& path, const BrainSource& source) {
  MatlabStep step;
  const std::size_t open = text.find_first_of("({");
  step.name = text.substr(0, open);
  if (step.name.empty()) {
    refuse(path, source);
  }
  if (open != std::string_view::npos) {
    if (text.back() != (text[open] == '(' ? ')' : '}')) {
      refuse(path, source);
    }
    step.subscripts = parse_subscripts(text.substr(open + 1, text.size() - open - 2), path, source);
  }
  return step;
}

}  // namespace

std::vector<MatlabStep> parse_matlab_path(const std::string& path, const BrainSource& source) {
  std::vector<MatlabStep> steps;
  std::string_view rest = path;
  while (true) {
    const std::size_t point = rest.find('.');
    steps.push_back(parse_step(rest.substr(0, point), path, source));
    if (point == std::string_view::npos) {
      return steps;
    }
    rest.remove_prefix(point + 1);
  }
}

std::optional<std::size_t> picked_element(const MatlabStep& step, const std::vector<std::size_t>& dims,
                                          const BrainSource& source) {
  if (step.subscripts.empty()) {
    return std::nullopt;
  }
  const std::size_t count = checked_values(dims, source);
  std::size_t place = 0;
  std::size_t stride = 1;
  bool inside = true;
  if (step.subscripts.size() == 1) {
    place = step.subscripts.front() - 1;
    inside = place < count;
  } else {
    for (std::size_t axis = 0; axis < step.subscripts.size(); ++axis) {
      const std::size_t extent = axis < dims.size() ? dims[axis] : 1;
      inside = inside && step.subscripts[axis] <= extent;
      place += inside ? (step.subscripts[axis] - 1) * stride : 0;
      stride *= extent;
    }
    inside = inside && step.subscripts.size() >= dims.size();
  }
  if (!inside) {
    throw Error(ErrorKind::data,
                "'" + step.name + "' is " + shape_text(dims) +
                    " and has no such element; expected subscripts as in " + "MATLAB, from 1",
                {.file = source.file, .key = source.dataset});
  }
  return place;
}

}  // namespace homolog::experiments
