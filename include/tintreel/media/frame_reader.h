// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tintreel/base/image.h"
#include "tintreel/base/media_time.h"
#include "tintreel/base/result.h"
#include "tintreel/media/media_info.h"

namespace tintreel::media {

/// One decoded frame. Samples are codes at `depth` bits, bit for bit as the decoder gave them where luma is exact.
struct VideoFrame {
    FrameIndex index = 0;
    std::int64_t pts = 0;       ///< in MediaInfo::timebase
    std::int64_t duration = 0;  ///< in MediaInfo::timebase, 0 when unknown
    Plane<std::uint16_t> y;
    Plane<std::uint16_t> cb, cr;  ///< empty where the source is grey
    int depth = 8;
    int chromaShiftX = 0, chromaShiftY = 0;
    bool fullRange = false;  ///< of the luma codes, as MediaInfo::assumed says
    bool corrupt = false;
    bool interlaced = false;
    bool topFieldFirst = false;
};

/// Something wrong with the source that did not end the reading.
struct Defect {
    FrameIndex frame = 0;
    std::string code;  ///< CORRUPT_PACKET, CORRUPT_FRAME, SIZE_CHANGE, TRUNCATED, SEQUENCE_GAP, MISSING_FRAMES
    std::string message;
};

struct DecodeStats {
    std::int64_t packetsRead = 0;      ///< for the decoder or in search of a key frame
    std::int64_t packetsScanned = 0;   ///< read for their times alone
    std::int64_t framesDecoded = 0;    ///< given by next()
    std::int64_t framesDiscarded = 0;  ///< decoded on the way to a seek target
    std::int64_t seeks = 0;
};

/// Reads a clip frame by frame in presentation order. Not thread-safe; open one per thread.
class FrameReader {
public:
    /// threads: of the decoder, 0 = let it choose. Errors as probe().
    [[nodiscard]] static Result<FrameReader> open(const std::filesystem::path& path, int threads = 0);

    FrameReader(FrameReader&&) noexcept;
    FrameReader& operator=(FrameReader&&) noexcept;
    ~FrameReader();

    [[nodiscard]] const MediaInfo& info() const noexcept;
    /// From now on frames that are marked as interlaced are made whole (luma by libavfilter's bwdif; chroma stays as it
    /// was).
    void deinterlace();
    /// The next frame; nothing at the end, after the decoder was drained. A frame of another size than the first is
    /// scaled to it and listed as a defect.
    [[nodiscard]] Result<std::optional<VideoFrame>> next();
    /// Makes `frame` the next to be read; exact, B-frames, edit lists, variable rate or not: the number is the one that
    /// reading from the start gives. Past the end: next() gives nothing.
    ///
    /// A few frames ahead are decoded on to, every other frame from the key frame before it. Where that lies is known
    /// for frames met before. For others frames are counted without decoding them, never reckoned from the rate, for a
    /// film with a hole would be numbered wrong behind it: MP4, MOV and AVI list all frames, which costs nothing; of
    /// other containers the packets are read up to the target once (a day of small pictures in Matroska takes about a
    /// second; a large file as long as the disk needs). Counting is believed where the codec shows one frame for a
    /// packet, the first frames did, and every frame decoded since did; else, and whenever a frame comes with another
    /// time than counted, all frames from the last one met are decoded. What remains: damage inside packets nobody
    /// decoded yet, where a decoder drops a frame, moves the numbers behind it until it is met.
    [[nodiscard]] Result<> seek(FrameIndex frame);

    /// Complete once next() has given nothing: what was missing then is listed too.
    [[nodiscard]] const std::vector<Defect>& defects() const noexcept;
    [[nodiscard]] const DecodeStats& stats() const noexcept;

private:
    struct Private;
    explicit FrameReader(std::unique_ptr<Private> p);
    std::unique_ptr<Private> p_;
};

/// A picture of any size as 8-bit sRGB, transparent parts over black. Errors: ErrorCode::Input.
[[nodiscard]] Result<RgbImage> readPicture(const std::filesystem::path& path);
/// Writes an 8-bit PNG. Error: ErrorCode::Output.
[[nodiscard]] Result<> writePng(const std::filesystem::path& path, const RgbImage& image);

}  // namespace tintreel::media
