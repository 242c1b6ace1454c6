// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <string_view>

namespace tintreel::training {

/// CRC-32C (Castagnoli polynomial; RFC 3720, appendix B.4 has test values).
[[nodiscard]] std::uint32_t crc32c(std::string_view bytes) noexcept;

/// A record as TensorFlow's record files hold it: length (8 bytes, little-endian), its masked CRC-32C (4), the bytes,
/// theirs (4). Masked: rotated right by 15 bits, plus 0xa282ead8 (tensorflow/core/lib/hash/crc32c.h).
[[nodiscard]] std::string tfRecord(std::string_view bytes);

/// An event file as TensorBoard reads them: records of serialised tensorflow.Event messages
/// (tensorflow/core/util/event.proto, framework/summary.proto). What cannot be written is lost in silence; the metrics
/// that matter are in metrics.jsonl.
class EventFile {
public:
    /// Begins events.out.tfevents.* in `folder`. A run that goes on from `step` tells TensorBoard to forget what it
    /// wrote after it.
    void open(const std::filesystem::path& folder, std::int64_t step);
    /// Curves: one point each at `step`, named "group/name".
    void scalars(std::int64_t step, const std::string& group, const std::map<std::string, double>& values);
    /// A picture as JPEG.
    void image(std::int64_t step, const std::string& tag, int width, int height, std::string_view jpeg);

private:
    void write(std::string_view event);
    std::ofstream out_;
};

/// The serialised messages, for tests. `wallTime` in seconds since 1970.
[[nodiscard]] std::string scalarEvent(double wallTime, std::int64_t step, const std::map<std::string, double>& values);
[[nodiscard]] std::string imageEvent(double wallTime, std::int64_t step, const std::string& tag, int width, int height,
                                     std::string_view jpeg);

}  // namespace tintreel::training
