// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "tintreel/base/media_time.h"
#include "tintreel/base/result.h"

namespace tintreel::media {

/// Colour of a video stream. The numbers are the code points of ITU-T H.273; 2 means "not stated".
struct ColorTags {
    int matrix = 2;
    int primaries = 2;
    int transfer = 2;
    bool fullRange = false;
    bool rangeStated = false;
    int chromaLocation = 0;  ///< FFmpeg's AVChromaLocation: 0 unknown, 1 left, 2 centre, 3 top left
};

/// How samples of a video stream are laid out.
struct PixelLayout {
    std::string name;      ///< FFmpeg's name: "yuv420p"
    int depth = 8;         ///< bits of a luma sample, 8..16
    int chromaShiftX = 0;  ///< log2 of the horizontal chroma subsampling
    int chromaShiftY = 0;
    bool grey = false;
    bool rgb = false;  ///< RGB or palette: luma is computed, not copied
    bool alpha = false;
};

struct StreamInfo {
    int index = 0;
    std::string type;  ///< "video", "audio", "subtitle", "attachment", "data"
    std::string codec;
    std::string language;  ///< "" where not stated
    bool chosen = false;   ///< the video stream that is coloured
};

/// What a clip is. Rates and times are exact.
struct MediaInfo {
    std::filesystem::path path;
    std::string container;  ///< FFmpeg's short name, "pictures" for a picture or a folder of them
    std::vector<StreamInfo> streams;
    int width = 0, height = 0;  ///< as coded
    PixelLayout layout;
    ColorTags stated;   ///< as the file says
    ColorTags assumed;  ///< the same with gaps filled: SD is BT.601, HD is BT.709, grey pictures are full range
    Rational sampleAspect{1, 1};
    int rotation = 0;        ///< degrees clockwise to turn the picture for showing: 0, 90, 180, 270
    std::string fieldOrder;  ///< "progressive", "tt", "bb", "tb", "bt" or "unknown"
    Rational frameRate{24, 1};
    Rational timebase{1, 24};
    bool variableRate = false;        ///< average and real rate differ
    std::int64_t expectedFrames = 0;  ///< 0 when unknown
    std::int64_t hiddenFrames = 0;    ///< in the file but not in the film, by an edit list; not in expectedFrames
    bool expectedIsExact = false;     ///< counted by the container, not estimated from the duration
    double duration = 0;              ///< seconds, 0 when unknown
    double startTime = 0;             ///< seconds
    std::string timecode;
    int chapters = 0;
    std::vector<std::string> warnings;
};

/// Frames hold two fields of different times.
[[nodiscard]] bool isInterlaced(const MediaInfo& info);
/// PQ or HLG (ITU-R BT.2100), stated by the film.
[[nodiscard]] bool isHdr(const MediaInfo& info);

/// Looks at a video file, a picture, a folder of numbered pictures or a printf pattern of them ("frames_%05d.png").
/// Errors (ErrorCode::Input) name the file, what is wrong and what to do: missing, empty, unreadable, no video.
[[nodiscard]] Result<MediaInfo> probe(const std::filesystem::path& path);

/// The pictures behind `path` in order when it is a picture, a folder or a pattern; empty for anything else. `gaps`
/// gets the missing numbers' count.
struct PictureList {
    std::vector<std::filesystem::path> files;
    std::vector<std::int64_t> numbers;  ///< of the files of a folder or pattern; empty for one picture
    std::int64_t gaps = 0;
};
[[nodiscard]] PictureList listPictures(const std::filesystem::path& path);

}  // namespace tintreel::media
