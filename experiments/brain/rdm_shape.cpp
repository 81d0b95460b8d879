#include "experiments/brain/rdm_shape.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

#include "sim/core/error.hpp"

namespace homolog::experiments {
namespace {

constexpr double kTolerance = 1e-6;  // of the largest value; see read_rdms()

[[noreturn]] void refuse(const BrainSource& source, const std::string& what) {
  throw Error(ErrorKind::data, array_text(source) + " " + what, {.file = source.file});
}

/// Which axis is what: places in dims, and the steps between values.
struct Layout {
  std::size_t stimuli = 0;
  std::size_t subjects = 1;
  std::size_t times = 1;
  bool square = false;
  std::size_t first_axis = 0;  ///< of the stimuli, if square
  std::size_t subject_step = 0;
  std::size_t time_step = 0;
  std::size_t row_step = 0;
  std::size_t column_step = 0;  ///< or of pairs
};

std::vector<std::size_t> steps_of(const std::vector<std::size_t>& dims) {
  std::vector<std::size_t> steps(dims.size(), 1);
  for (std::size_t axis = dims.size(); axis-- > 1;) {
    steps[axis - 1] = steps[axis] * dims[axis];
  }
  return steps;
}

/// The first of the two axes that are stimuli, or dims.size() if there is none.
std::size_t square_axis(const std::vector<std::size_t>& dims, bool matlab) {
  const std::size_t rank = dims.size();
  if (rank < 2 || rank > 4) {
    return rank;
  }
  std::array<std::size_t, 2> candidates{rank - 2, 0};
  if (matlab) {
    std::swap(candidates[0], candidates[1]);
  }
  for (const std::size_t axis : candidates) {
    if (dims[axis] == dims[axis + 1] && dims[axis] > 1) {
      return axis;
    }
  }
  return rank;
}

Layout square_layout(const std::vector<std::size_t>& dims, std::size_t axis) {
  const std::vector<std::size_t> steps = steps_of(dims);
  Layout layout{.stimuli = dims[axis], .square = true, .first_axis = axis};
  layout.row_step = steps[axis];
  layout.column_step = steps[axis + 1];
  const std::size_t others = axis == 0 ? 2 : 0;
  if (dims.size() > 2) {
    layout.subjects = dims[others];
    layout.subject_step = steps[others];
  }
  if (dims.size() > 3) {
    layout.times = dims[others + 1];
    layout.time_step = steps[others + 1];
  }
  return layout;
}

/// Layout of pairs; stimuli is 0 if the shape is none of those.
Layout pairs_layout(std::vector<std::size_t> dims) {
  if (dims.size() == 2 && dims[1] == 1) {
    dims.pop_back();
  }
  Layout layout{.column_step = 1};
  if (dims.empty() || dims.size() > 3) {
    return layout;
  }
  layout.stimuli = stimuli_of_pairs(dims.back());
  const std::vector<std::size_t> steps = steps_of(dims);
  if (dims.size() > 1) {
    layout.subjects = dims[0];
    layout.subject_step = steps[0];
  }
  if (dims.size() > 2) {
    layout.times = dims[1];
    layout.time_step = steps[1];
  }
  return layout;
}

Layout layout_of(const DataArray& array, const BrainSource& source) {
  const std::size_t axis = square_axis(array.dims, array.matlab);
  const Layout layout = axis < array.dims.size() ? square_layout(array.dims, axis) : pairs_layout(array.dims);
  if (layout.stimuli == 0 || layout.subjects == 0 || layout.times == 0) {
    refuse(source, "is " + shape_text(array.dims) +
                       "; expected an RDM, [n, n], or one for each subject, [subjects, n, n], or their upper "
                       "triangles, [n (n - 1) / 2] or [subjects, n (n - 1) / 2]");
  }
  return layout;
}

/// For messages: what [subjects, times, m] is that has been taken for matrices; else nothing.
std::string other_reading(const DataArray& array, const Layout& layout) {
  const Layout pairs = array.dims.size() == 3 ? pairs_layout(array.dims) : Layout{};
  if (pairs.stimuli == 0) {
    return "";
  }
  return " (" + shape_text(array.dims) + " is read as RDMs of " + std::to_string(layout.stimuli) +
         " stimuli; for the pairs of " + std::to_string(pairs.stimuli) + " stimuli, " +
         std::to_string(pairs.subjects) + " subjects and " + std::to_string(pairs.times) +
         " times, store matrices, [subjects, times, n, n])";
}

/// Subscripts of a value for messages, in the order of the file.
std::string subscripts_text(const DataArray& array, std::size_t place) {
  const std::vector<std::size_t> steps = steps_of(array.dims);
  std::string text;
  for (std::size_t axis = 0; axis < steps.size(); ++axis) {
    text += (axis == 0 ? "[" : ", ") + std::to_string(place / steps[axis] % array.dims[axis]);
  }
  return text + "]";
}

std::string value_text(const DataArray& array, std::size_t place) {
  return std::to_string(array.values[place]) + " at " + subscripts_text(array, place);
}

void check_finite(const DataArray& array, std::size_t place, const BrainSource& source) {
  if (!std::isfinite(array.values[place])) {
    refuse(source, "is " + value_text(array, place) + "; expected finite dissimilarities");
  }
}

/// Checks the square RDM that starts at `start` and appends its upper triangle.
void append_square(const DataArray& array, const Layout& layout, std::size_t start, const BrainSource& source,
                   std::vector<double>& pairs) {
  const std::size_t n = layout.stimuli;
  const auto place = [&](std::size_t i, std::size_t j) {
    return start + i * layout.row_step + j * layout.column_step;
  };
  double largest = 0.0;
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < n; ++j) {
      check_finite(array, place(i, j), source);
      largest = std::max(largest, std::abs(array.values[place(i, j)]));
    }
  }
  const double tolerance = kTolerance * largest;
  for (std::size_t i = 0; i < n; ++i) {
    if (std::abs(array.values[place(i, i)]) > tolerance) {
      refuse(source, "is " + value_text(array, place(i, i)) +
                         "; expected 0 on the diagonal (is it a similarity matrix?)" +
                         other_reading(array, layout));
    }
    for (std::size_t j = i + 1; j < n; ++j) {
      const double upper = array.values[place(i, j)];
      const double lower = array.values[place(j, i)];
      if (std::abs(upper - lower) > tolerance) {
        refuse(source, "is " + value_text(array, place(i, j)) + " but " + value_text(array, place(j, i)) +
                           "; expected a symmetric matrix" + other_reading(array, layout));
      }
      pairs.push_back(0.5 * upper + 0.5 * lower);
    }
  }
}

void append_pairs(const DataArray& array, const Layout& layout, std::size_t start, const BrainSource& source,
                  std::vector<double>& pairs) {
  const std::size_t count = layout.stimuli * (layout.stimuli - 1) / 2;
  for (std::size_t k = 0; k < count; ++k) {
    check_finite(array, start + k, source);
    pairs.push_back(array.values[start + k]);
  }
}

/// What a table calls its rows and columns. Where both name the stimuli, they must agree.
void take_names(const DataArray& array, const Layout& layout, RdmData& rdms, const BrainSource& source) {
  if (!layout.square) {
    if (array.row_names.size() == rdms.subjects) {  // else they are names of pairs
      rdms.subject_names = array.row_names;
    }
    return;
  }
  if (!array.row_names.empty() && !array.column_names.empty() && array.row_names != array.column_names) {
    const auto [row, column] =
        std::mismatch(array.row_names.begin(), array.row_names.end(), array.column_names.begin());
    refuse(source, "has the stimulus '" + *row + "' in a row and '" + *column +
                       "' in its column; expected the same order in both");
  }
  rdms.ids = array.column_names.empty() ? array.row_names : array.column_names;
}

}  // namespace

std::size_t stimuli_of_pairs(std::size_t pairs) noexcept {
  if (pairs == 0 || pairs > kMostArrayValues) {
    return 0;
  }
  // n (n - 1) / 2 = m has n = (1 + sqrt(1 + 8 m)) / 2; exact in double for all m of the limit.
  const auto n =
      static_cast<std::size_t>(std::llround((1.0 + std::sqrt(1.0 + 8.0 * static_cast<double>(pairs))) / 2.0));
  return n * (n - 1) / 2 == pairs ? n : 0;
}

void check_ids(const std::vector<std::string>& ids, std::size_t stimuli, const BrainSource& source) {
  if (ids.size() != stimuli) {
    throw Error(ErrorKind::data,
                "has " + std::to_string(ids.size()) + " ids" +
                    (source.ids.empty() ? "" : " in " + source.ids) + " for " + std::to_string(stimuli) +
                    " stimuli; expected one for each",
                {.file = source.file});
  }
  std::set<std::string> seen;
  for (const std::string& id : ids) {
    if (!seen.insert(id).second) {
      throw Error(ErrorKind::data, "names two stimuli '" + id + "'; expected an id of its own for each",
                  {.file = source.file});
    }
  }
}

RdmData rdms_from_array(const DataArray& array, const BrainSource& source) {
  const Layout layout = layout_of(array, source);
  RdmData rdms{.stimuli = layout.stimuli, .subjects = layout.subjects, .times = layout.times};
  rdms.pairs.reserve(rdms.subjects * rdms.times * (rdms.stimuli * (rdms.stimuli - 1) / 2));
  for (std::size_t subject = 0; subject < rdms.subjects; ++subject) {
    for (std::size_t time = 0; time < rdms.times; ++time) {
      const std::size_t start = subject * layout.subject_step + time * layout.time_step;
      if (layout.square) {
        append_square(array, layout, start, source, rdms.pairs);
      } else {
        append_pairs(array, layout, start, source, rdms.pairs);
      }
    }
  }
  take_names(array, layout, rdms, source);
  if (!rdms.ids.empty()) {
    check_ids(rdms.ids, rdms.stimuli, source);
  }
  return rdms;
}

}  // namespace homolog::experiments
