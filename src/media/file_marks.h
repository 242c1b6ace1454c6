// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "media/ffmpeg_ptr.h"
#include "tintreel/base/result.h"
#include "tintreel/media/marks.h"

namespace tintreel::media {

/// Tags, and room for the record, of a film whose header is not yet written and whose other tracks are all there.
void markFilm(AVFormatContext* output, const FileMarks& marks);
/// What only a finished film can be given: XMP in MP4 and MOV (a "uuid" box at the end). Error: Output.
[[nodiscard]] Result<> markFinishedFilm(const std::filesystem::path& file, const AVFormatContext& output,
                                        const FileMarks& marks);

/// A picture file with an XMP packet in it (XMP Specification Part 3): PNG in an iTXt chunk, TIFF of little-endian
/// order in tag 700 of its first directory. Others come back as they are.
[[nodiscard]] std::string markedPicture(std::string_view file, std::string_view xmp);

}  // namespace tintreel::media
