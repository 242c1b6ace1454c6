// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "tintreel/base/atomic_file.h"
#include "tintreel/base/result.h"
#include "tintreel/media/frame_reader.h"
#include "tintreel/media/marks.h"
#include "tintreel/media/media_info.h"
#include "tintreel/media/output_cut.h"
#include "tintreel/media/presets.h"

namespace tintreel::media {

/// What the caller must hand to the writer: planes of these sizes and meanings; and how the writer codes them.
struct OutputFormat {
    enum class Kind { Film, OnePicture, NumberedPictures };

    std::string preset;  ///< id
    Kind kind = Kind::Film;
    PresetEncoder encoder;
    std::string tag;                      ///< codec tag in MP4 and MOV; "" = the muxer's choice
    std::string pixelFormat;              ///< FFmpeg's name of what is encoded
    int width = 0, height = 0;            ///< of the picture
    int codedWidth = 0, codedHeight = 0;  ///< with the rows and columns that the writer repeats
    int depth = 8;                        ///< of luma and chroma codes
    int chromaShiftX = 0, chromaShiftY = 0;
    ColorTags tags;                  ///< how chroma must be made, and what is written into the file
    bool lumaExact = true;           ///< luma codes are passed on as they are
    bool interlaced = false;         ///< rows belong to two fields; kept, and marked where the file can say so
    bool frameChecksums = false;     ///< checksumsBeside() the film is written too
    std::optional<OutputCut> cut;    ///< where only a part of the film is written
    bool pictureOnly = false;        ///< no other tracks
    FileMarks marks;                 ///< what the file says of how it was made
    std::vector<std::string> notes;  ///< what the preset changes, in words
};

/// How `preset` (an id of listPresets()) writes `source` to `output`. The depth of the film is kept where the preset's
/// pixel formats allow, else notes say what is lost. Rules: 4:2:0 codecs cannot hold odd sides, so the last row or
/// column is repeated once (twice the last rows where fields need it); grey becomes 4:4:4 in a master; interlaced film
/// is refused by presets that cannot hold fields. A name that ends like a picture makes RGB pictures, whatever the
/// preset: one, or where its last part is a printf pattern ("DIR/frame_%06d.png") numbered ones in a folder. For a
/// source of one picture a '%' is part of the name, except with a preset of pictures. Errors: Usage, Output.
[[nodiscard]] Result<OutputFormat> outputFormatFor(const std::string& preset, const std::filesystem::path& output,
                                                   const MediaInfo& source);

/// Starts the encoder once and stops it: what it refuses (size, hardware) is known before any work. Error: Output.
[[nodiscard]] Result<> tryEncoder(const OutputFormat& format, const MediaInfo& source);

/// The list of frame checksums beside a film: its name with the ending .framemd5.
[[nodiscard]] std::filesystem::path checksumsBeside(const std::filesystem::path& film);

/// The files of one output while they are written; as PartFile, for all of them.
class ReservedOutput {
public:
    ReservedOutput(PartFile main, std::optional<PartFile> checksums)
        : main_(std::move(main)), checksums_(std::move(checksums)) {}
    /// Where the film, the picture or the folder of pictures is written.
    [[nodiscard]] const std::filesystem::path& partPath() const noexcept { return main_.partPath(); }
    [[nodiscard]] const std::filesystem::path& target() const noexcept { return main_.target(); }
    /// Where the writer puts the checksums; "" for none.
    [[nodiscard]] std::filesystem::path checksumsPart() const {
        return checksums_ ? checksums_->partPath() : std::filesystem::path();
    }
    /// What lies beside the film first, the film last: where it is, all of it is.
    [[nodiscard]] Result<> commit() {
        if (checksums_) TT_TRY(checksums_->commit());
        return main_.commit();
    }

private:
    PartFile main_;
    std::optional<PartFile> checksums_;
};

/// Where `output` is made: the file, or for numbered pictures the folder around the pattern, which is then the writer's
/// `file`. Refuses the source itself, and as PartFile does. Errors: Output.
[[nodiscard]] Result<ReservedOutput> reserveOutput(const std::filesystem::path& output, const OutputFormat& format,
                                                   const MediaInfo& source, bool overwrite);

/// Brings luma to the depth and range of the output, rounded and clipped; chroma is made from it then. Does nothing
/// where it fits already.
void fitToOutput(VideoFrame& frame, const OutputFormat& format);

}  // namespace tintreel::media
