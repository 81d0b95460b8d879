#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "experiments/analysis/analysis.hpp"

namespace homolog::experiments {

/// Representations on disk: one file of rows per (layer, code), of floats or, for code spikes, of trains, in
/// a folder beside the results, so that memory does not grow with the number of presentations. The folder
/// goes when the run is complete; an interrupted run finds its rows again. Rows may be written in any order,
/// one thread at a time.
class RepresentationStore : public Representations {
 public:
  /// `units`: per layer; `steps`: bits of a spike train. Files are made for `keys`; those of an interrupted
  /// run are kept when `resume` (and must then be there, whole). Throws Error(output) if the folder cannot be
  /// written or the disk has not the room.
  RepresentationStore(std::string folder, std::int64_t presentations,
                      std::map<std::string, std::int64_t> units, std::int64_t steps,
                      const std::vector<RepresentationKey>& keys, bool resume);
  ~RepresentationStore() override;

  /// Bytes of one unit in a row of a representation in `code`; `steps` of a presentation.
  [[nodiscard]] static std::size_t unit_bytes(const std::string& code, std::int64_t steps) noexcept;

  /// One row, [units] or, of code spikes, [units, words]. Throws Error(internal) if its size is another.
  void write(const RepresentationKey& key, std::int64_t presentation, std::span<const std::byte> row);
  /// Waits until all rows written so far are on the disk.
  void sync() const;
  /// Deletes the folder.
  void remove();

  [[nodiscard]] std::int64_t presentations() const override { return presentations_; }
  [[nodiscard]] std::int64_t units(const std::string& layer) const override;
  [[nodiscard]] std::vector<float> read(const RepresentationKey& key, std::int64_t first,
                                        std::int64_t last) const override;
  [[nodiscard]] SpikeTrains trains(const std::string& layer, std::int64_t first,
                                   std::int64_t last) const override;

 private:
  struct File;
  [[nodiscard]] std::size_t unit_bytes(const RepresentationKey& key) const {
    return unit_bytes(key.code, steps_);
  }
  /// [presentations, last - first] units into `target`.
  void read_bytes(const RepresentationKey& key, std::int64_t first, std::int64_t last,
                  std::span<std::byte> target) const;

  std::string folder_;
  std::int64_t presentations_;
  std::map<std::string, std::int64_t> units_;
  std::int64_t steps_;
  std::map<RepresentationKey, std::unique_ptr<File>> files_;
};

}  // namespace homolog::experiments
