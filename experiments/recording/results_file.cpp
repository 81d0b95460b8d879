#include "experiments/recording/results_file.hpp"

#include <cmath>
#include <filesystem>
#include <utility>

#include "experiments/recording/durable_driver.hpp"
#include "experiments/recording/layout.hpp"
#include "experiments/recording/result_groups.hpp"
#include "experiments/recording/run_columns.hpp"
#include "experiments/recording/run_metadata.hpp"

namespace homolog::experiments {
namespace {

std::string part_of(const std::string& path) {
  return path + ".part";
}

void refuse_folder(const std::string& path) {
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) {
    throw Error(ErrorKind::output, "is a folder; a file of this name is to be written", {.file = path});
  }
}

[[noreturn]] void refuse_part(const std::string& part, const std::string& why) {
  throw Error(ErrorKind::output,
              "the interrupted run is damaged (" + why + ") and cannot go on; start again with --force",
              {.file = part});
}

}  // namespace

/// The members are destroyed from the last to the first: columns, queue, HDF5's file, and at last ours.
struct ResultsFile::Impl {
  Impl(const std::string& path, DurableFile file, int threads)
      : final_path(path), durable(std::move(file)), queue(threads) {}

  /// Runs what writes, and reports the disk's errors, which HDF5 does not hear of (see DurableFile).
  /// Everything but append() waits for the chunks before it, so that the file's bytes do not depend on
  /// threads.
  template <class Write>
  void writing(Write write, bool wait = true) {
    if (!source.file.valid()) {
      throw Error(ErrorKind::internal, "the results file is closed");
    }
    h5::quiet();
    throw_disk_error();
    try {
      if (wait) {
        queue.drain();
      }
      write();
    } catch (const Error&) {
      throw_disk_error();
      throw;
    }
    throw_disk_error();
  }

  void throw_disk_error() const {
    if (!durable.error().empty()) {
      throw Error(ErrorKind::output, "cannot write " + durable.path() + ": " + durable.error());
    }
  }

  void open_hdf5(bool create) {
    driver = register_durable_driver();
    const h5::Properties access = durable_access(driver, durable);
    source.path = durable.path();
    if (!create) {
      source.file = h5::File(H5Fopen(source.path.c_str(), H5F_ACC_RDWR, access.get()));
      if (!source.file.valid()) {
        h5::fail(ErrorKind::data, "cannot open the file", source.path);
      }
      return;
    }
    const std::string doing = "cannot create the file";
    const h5::Properties properties(h5::checked(H5Pcreate(H5P_FILE_CREATE), doing, source.path));
    h5::checked(H5Pset_obj_track_times(properties.get(), false), doing, source.path);
    source.file = h5::File(h5::checked(
        H5Fcreate(source.path.c_str(), H5F_ACC_TRUNC, properties.get(), access.get()), doing, source.path));
  }

  void flush(bool sync) {
    h5::checked(H5Fflush(source.file.get(), H5F_SCOPE_LOCAL), "cannot write the file", source.path);
    ByteWriter note;
    columns->save(note);
    durable.commit(note.bytes(), sync);
  }

  /// Reads that may need what is still in the queue.
  const RunColumns& settled() {
    if (!columns) {
      throw Error(ErrorKind::internal, "the results file is closed");
    }
    h5::quiet();
    queue.drain();
    throw_disk_error();
    return *columns;
  }

  std::string final_path;
  std::int64_t stimuli = 0;
  std::vector<RsaRow> rsa{};
  DurableFile durable;
  Driver driver{};
  h5::Source source{};
  ChunkQueue queue;
  std::optional<RunColumns> columns{};
};

ResultsFile::ResultsFile(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
ResultsFile::ResultsFile(ResultsFile&&) noexcept = default;
ResultsFile& ResultsFile::operator=(ResultsFile&&) noexcept = default;
ResultsFile::~ResultsFile() = default;

ResultsFile ResultsFile::create(const std::string& path, const RunHeader& header,
                                const std::vector<LayerRecord>& layers,
                                const std::vector<ConversionRecord>& conversion,
                                const std::vector<std::string>& stimulus_ids,
                                const std::vector<std::optional<std::int64_t>>& labels, int threads) {
  refuse_folder(path);
  auto impl = std::make_unique<Impl>(path, DurableFile::create(part_of(path)), threads);
  impl->stimuli = static_cast<std::int64_t>(stimulus_ids.size());
  impl->open_hdf5(true);
  impl->writing([&] {
    const hid_t file = impl->source.file.get();
    write_header(file, header, impl->source.path);
    write_stimuli(file, header, stimulus_ids, labels, impl->source.path);
    write_layers(file, layers, impl->source.path);
    write_conversion(file, conversion, impl->source.path);
    impl->columns.emplace(file, header, layers, impl->stimuli, true, impl->source.path, impl->queue);
    impl->flush(false);
  });
  return ResultsFile(std::move(impl));
}

ResultsFile ResultsFile::resume(const std::string& path, const RunHeader& header,
                                const std::vector<LayerRecord>& layers,
                                const std::vector<std::string>& stimulus_ids, int threads) {
  const std::string part = part_of(path);
  std::vector<std::byte> note;
  auto impl = std::make_unique<Impl>(path, DurableFile::restore(part, note), threads);
  impl->stimuli = static_cast<std::int64_t>(stimulus_ids.size());
  std::string other;
  try {
    impl->open_hdf5(false);
    other = difference(read_header(impl->source), header);
    if (other.empty()) {
      other = difference(read_layers(impl->source), layers);
    }
    if (other.empty()) {
      other = difference(h5::read_texts(impl->source, "/stimuli/id", std::nullopt), stimulus_ids);
    }
    if (other.empty()) {
      impl->columns.emplace(impl->source.file.get(), header, layers, impl->stimuli, false, impl->source.path,
                            impl->queue);
    }
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::internal) {
      throw;
    }
    refuse_part(part, error.message());
  }
  if (!other.empty()) {
    throw Error(ErrorKind::output,
                "the interrupted run is another one: " + other + "; start again with --force",
                {.file = part});
  }
  ByteReader in(note);
  if (!impl->columns->load(in)) {
    refuse_part(part, "its datasets do not have the extents of the checkpoint");
  }
  impl->writing([&impl] {  // What the analyses had written is made again.
    for (const char* made : {"accuracy", "rsa", "summary", "prediction"}) {
      h5::remove(impl->source.file.get(), made, impl->source.path);
    }
    for (const char* made : {"rdms", "rdms_reference", "codes"}) {
      for (const std::string& group : result_groups(impl->source, made)) {
        h5::remove(impl->source.file.get(), group, impl->source.path);
      }
    }
  });
  return ResultsFile(std::move(impl));
}

std::int64_t ResultsFile::finished() const noexcept {
  return impl_->columns ? impl_->columns->finished() : impl_->stimuli;
}

void ResultsFile::append(PresentationRecord record) {
  constexpr bool wait = false;
  impl_->writing(
      [&] {
        if (finished() >= impl_->stimuli) {
          throw Error(ErrorKind::internal, "more presentations than stimuli");
        }
        impl_->columns->append(record);
      },
      wait);
}

void ResultsFile::checkpoint() {
  impl_->writing([this] { impl_->flush(true); });
}

std::vector<float> ResultsFile::readout(std::int64_t stimulus) const {
  return impl_->settled().readout(stimulus);
}

std::vector<std::uint64_t> ResultsFile::layer_spikes() const {
  return impl_->settled().layer_spikes();
}

std::uint64_t ResultsFile::synaptic_operations() const {
  return impl_->settled().synaptic_operations();
}

std::vector<std::uint64_t> ResultsFile::clipped() const {
  return impl_->settled().clipped();
}

std::vector<std::uint32_t> ResultsFile::counts(std::size_t layer, std::int64_t stimulus) const {
  return impl_->settled().counts(layer, stimulus);
}

void ResultsFile::write_thumbnails(std::size_t count, std::size_t height, std::size_t width,
                                   std::span<const std::uint8_t> pixels) {
  impl_->writing([&] {
    if (count > static_cast<std::size_t>(impl_->stimuli) || pixels.size() != 3 * count * height * width) {
      throw Error(ErrorKind::internal, "thumbnails must be [stimulus, height, width, 3]");
    }
    const std::string& path = impl_->source.path;
    const auto group = h5::open_or_create_group(impl_->source.file.get(), "stimuli", path);
    h5::write_dataset<std::uint8_t>(group.get(), "thumbnail", {count, height, width, 3}, pixels, path);
    const h5::Dataset data(
        h5::checked(H5Dopen2(group.get(), "thumbnail", H5P_DEFAULT), "cannot open thumbnail", path));
    h5::write_text_attribute(data.get(), "axes", "stimulus,height,width,colour", path);
  });
}

void ResultsFile::write_float_readout(std::span<const float> values) {
  impl_->writing([&] {
    const auto n = static_cast<hsize_t>(impl_->stimuli);
    if (values.empty() || values.size() % n != 0) {
      throw Error(ErrorKind::internal, "the readout must be [stimulus, class]");
    }
    const auto group = h5::open_or_create_group(impl_->source.file.get(), "readout", impl_->source.path);
    h5::write_dataset<float>(group.get(), "float", {n, values.size() / n}, values, impl_->source.path);
  });
}

void ResultsFile::write_accuracy(double float_accuracy, std::span<const double> spiking,
                                 std::span<const double> agreement) {
  impl_->writing([&] {
    const std::string& path = impl_->source.path;
    h5::remove(impl_->source.file.get(), "accuracy", path);
    const auto group = h5::create_group(impl_->source.file.get(), "accuracy", path);
    if (!std::isnan(float_accuracy)) {
      h5::write_dataset<double>(group.get(), "float", {}, {&float_accuracy, 1}, path);
    }
    if (!spiking.empty()) {
      h5::write_dataset<double>(group.get(), "spiking", {spiking.size()}, spiking, path);
    }
    if (!agreement.empty()) {
      h5::write_dataset<double>(group.get(), "agreement", {agreement.size()}, agreement, path);
    }
  });
}

namespace {

void write_matrix(hid_t group, const std::string& link, const std::string& name, std::size_t n,
                  std::span<const double> matrix, const std::string& path) {
  if (n == 0 || matrix.size() / n != n || matrix.size() % n != 0) {
    throw Error(ErrorKind::internal, "an RDM must be [n, n]");
  }
  h5::write_dataset<double>(group, link, {n, n}, matrix, path);
  const h5::Dataset data(
      h5::checked(H5Dopen2(group, link.c_str(), H5P_DEFAULT), "cannot open " + link, path));
  h5::write_text_attribute(data.get(), "name", name, path);
  h5::write_text_attribute(data.get(), "axes", "stimulus,stimulus", path);
}

}  // namespace

namespace {

template <class Number>
void write_numbers(hid_t group, const ResultDataset& dataset, const std::vector<Number>& values,
                   const std::string& path) {
  std::vector<hsize_t> extents(dataset.extents.begin(), dataset.extents.end());
  if (extents.empty()) {
    extents.push_back(values.size());
  }
  hsize_t size = 1;
  for (const hsize_t extent : extents) {
    size *= extent;
  }
  if (size != values.size()) {
    throw Error(ErrorKind::internal, "dataset " + dataset.name + " has not the elements of its extents");
  }
  h5::write_dataset<Number>(group, dataset.name, extents, values, path);
}

void write_result(hid_t group, const ResultDataset& dataset, const std::string& path) {
  if (const auto* texts = std::get_if<std::vector<std::string>>(&dataset.values)) {
    h5::write_texts(group, dataset.name, *texts, path);
  } else if (const auto* reals = std::get_if<std::vector<double>>(&dataset.values)) {
    write_numbers(group, dataset, *reals, path);
  } else {
    write_numbers(group, dataset, std::get<std::vector<std::int64_t>>(dataset.values), path);
  }
  const h5::Dataset data(
      h5::checked(H5Dopen2(group, dataset.name.c_str(), H5P_DEFAULT), "cannot open " + dataset.name, path));
  if (!dataset.units.empty()) {
    h5::write_text_attribute(data.get(), "units", dataset.units, path);
  }
  if (!dataset.axes.empty()) {
    h5::write_text_attribute(data.get(), "axes", dataset.axes, path);
  }
  for (const auto& [name, value] : dataset.attributes) {
    h5::write_text_attribute(data.get(), name, value, path);
  }
}

}  // namespace

void ResultsFile::write_rdm(const std::string& layer, const std::string& code, std::size_t n,
                            std::span<const double> matrix, std::size_t place) {
  impl_->writing([&] {
    const std::string& path = impl_->source.path;
    const auto rdms = h5::open_or_create_group(impl_->source.file.get(), numbered("rdms", place), path);
    const auto group = h5::open_or_create_group(rdms.get(), link_name(layer), path);
    write_matrix(group.get(), link_name(code), code, n, matrix, path);
  });
}

void ResultsFile::write_reference_rdm(const std::string& reference, std::size_t n,
                                      std::span<const double> matrix, std::size_t place) {
  impl_->writing([&] {
    const std::string& path = impl_->source.path;
    const std::string name = numbered("rdms_reference", place);
    const auto group = h5::open_or_create_group(impl_->source.file.get(), name, path);
    std::string link = link_name(reference);
    // Another reference may have this link: "a/b" and "a:b" have the same.
    while (h5::exists(impl_->source, "/" + name + "/" + link) &&
           h5::text_attribute(impl_->source, "/" + name + "/" + link, "name") != reference) {
      link += "_";
    }
    write_matrix(group.get(), link, reference, n, matrix, path);
  });
}

void ResultsFile::write_group(const std::string& group, const std::vector<ResultDataset>& datasets) {
  impl_->writing([&] {
    const std::string& path = impl_->source.path;
    h5::remove(impl_->source.file.get(), group, path);
    const auto parent = h5::create_group(impl_->source.file.get(), group, path);
    for (const ResultDataset& dataset : datasets) {
      write_result(parent.get(), dataset, path);
    }
  });
}

void ResultsFile::write_rsa(const std::vector<RsaRow>& rows) {
  impl_->writing([&] {
    impl_->rsa.insert(impl_->rsa.end(), rows.begin(), rows.end());
    write_rsa_rows(impl_->source.file.get(), impl_->rsa, impl_->source.path);
  });
}

const std::vector<RsaRow>& ResultsFile::rsa_rows() const noexcept {
  return impl_->rsa;
}

void ResultsFile::write_summary(const std::string& json) {
  impl_->writing([&] { h5::write_text(impl_->source.file.get(), "summary", json, impl_->source.path); });
}

void ResultsFile::commit() {
  impl_->writing([this] {
    if (finished() != impl_->stimuli) {
      throw Error(ErrorKind::internal, "commit() after " + std::to_string(finished()) + " of " +
                                           std::to_string(impl_->stimuli) + " presentations");
    }
    impl_->columns->finish();
    impl_->queue.drain();
  });
  ByteWriter note;
  impl_->columns->save(note);
  impl_->columns.reset();
  if (impl_->source.file.close() < 0) {
    h5::fail(ErrorKind::output, "cannot close the file", impl_->source.path);
  }
  impl_->durable.commit(note.bytes(), true);
  impl_->durable.rename_to(impl_->final_path);
}

}  // namespace homolog::experiments
