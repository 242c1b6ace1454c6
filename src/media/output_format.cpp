// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include <fmt/format.h>

#include "media/demux.h"
#include "tintreel/media/frame_writer.h"

namespace tintreel::media {
namespace {

std::string extensionOf(const std::filesystem::path& path) {
    std::string e = path.extension().string();
    std::transform(e.begin(), e.end(), e.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return e;
}

/// The planar 3-component format of this depth and subsampling that FFV1 can code, or "".
std::string ffv1Format(int depth, int shiftX, int shiftY) {
    const AVCodec* encoder = avcodec_find_encoder(AV_CODEC_ID_FFV1);
    if (encoder == nullptr || encoder->pix_fmts == nullptr) return {};
    for (const auto* f = encoder->pix_fmts; *f != AV_PIX_FMT_NONE; ++f) {
        const AVPixFmtDescriptor* d = av_pix_fmt_desc_get(*f);
        if (d->nb_components == 3 && (d->flags & AV_PIX_FMT_FLAG_RGB) == 0 && d->comp[0].depth == depth && d->log2_chroma_w == shiftX && d->log2_chroma_h == shiftY &&
            std::string(d->name).find("yuvj") == std::string::npos)
            return d->name;
    }
    return {};
}

bool isPictureOutput(const std::string& extension) { return extension == ".png" || extension == ".tif" || extension == ".tiff"; }

/// One picture, or numbered ones.
Result<OutputFormat> pictureFormat(OutputFormat format, const std::string& preset, const std::filesystem::path& output, const MediaInfo& source) {
    std::error_code ec;
    const bool fromOnePicture = source.container == "pictures" && std::filesystem::is_regular_file(source.path, ec);
    const bool numbered = numberPatternOf(output) && (preset == "frames" || !fromOnePicture);
    if (!numbered && (preset == "frames" || source.expectedFrames > (source.expectedIsExact ? 1 : 2)))
        return fail(ErrorCode::Usage, fmt::format("'{}' is the name of one picture; number them, as in 'FOLDER/{}_%06d{}'{}.", output.string(), output.stem().string(), output.extension().string(),
                                                  preset == "frames" ? "" : ", or make a film: .mp4 or .mkv"));
    format.preset = numbered ? "frames" : "picture";
    const bool deep = source.layout.depth > 8 || (numbered && extensionOf(output) != ".png");
    format.depth = deep ? 16 : 8;
    format.pixelFormat = deep ? "rgb48" : "rgb24";
    format.lumaExact = false;
    format.notes.push_back("Pictures hold RGB, so luma is rounded; choose the preset master to keep it bit for bit.");
    if (source.rotation != 0) format.notes.push_back(fmt::format("The film is shown turned by {} degrees; pictures are written as they are coded.", source.rotation));
    if (source.variableRate) format.notes.push_back("The frames of the film last differently long; pictures carry no times.");
    if (source.streams.size() > 1) format.notes.push_back("Pictures hold no sound and no subtitles; those of the film are left out.");
    return format;
}

}  // namespace

Result<OutputFormat> outputFormatFor(const std::string& preset, const std::filesystem::path& output, const MediaInfo& source) {
    routeFfmpegLog();
    const std::string extension = extensionOf(output);
    OutputFormat format;
    format.width = source.width;
    format.height = source.height;
    format.tags = source.assumed;
    format.lumaExact = !source.layout.rgb;
    if (isPictureOutput(extension)) return pictureFormat(std::move(format), preset, output, source);
    if (preset == "frames")
        return fail(ErrorCode::Usage, fmt::format("The preset frames writes numbered .png or .tif pictures, '{}' has another ending; name them like FOLDER/frame_%06d.png.", output.string()));
    if (preset == "review") {
        if (extension != ".mp4" && extension != ".mov" && extension != ".mkv" && extension != ".m4v")
            return fail(ErrorCode::Usage, fmt::format("The preset review writes .mp4, .mov or .mkv, '{}' has another ending; rename the output.", output.string()));
        if (avcodec_find_encoder_by_name("libx264") == nullptr) return fail(ErrorCode::Output, "This FFmpeg lacks the encoder libx264, which the preset review needs; use --preset master, or install an FFmpeg with it.");
        format.preset = preset;
        format.pixelFormat = "yuv420p";
        format.depth = 8;
        format.chromaShiftX = format.chromaShiftY = 1;
        if (source.layout.depth > 8) {
            format.lumaExact = false;
            format.notes.push_back(fmt::format("The source has {} bits, review keeps 8.", source.layout.depth));
        }
        if (source.width % 2 != 0 || source.height % 2 != 0) format.notes.push_back("H.264 needs even sides: the last row or column is repeated once.");
        return format;
    }
    if (preset == "master") {
        if (extension != ".mkv") return fail(ErrorCode::Usage, fmt::format("The preset master writes FFV1 in Matroska, '{}' has another ending; call the output name.mkv.", output.string()));
        format.preset = preset;
        const bool full = source.layout.grey || source.layout.rgb;
        format.chromaShiftX = full ? 0 : source.layout.chromaShiftX;
        format.chromaShiftY = full ? 0 : source.layout.chromaShiftY;
        for (const int depth : {source.layout.depth, 9, 10, 12, 14, 16}) {
            if (depth < source.layout.depth) continue;
            format.depth = depth;
            format.pixelFormat = ffv1Format(depth, format.chromaShiftX, format.chromaShiftY);
            if (!format.pixelFormat.empty()) break;
        }
        if (format.pixelFormat.empty()) return fail(ErrorCode::Output, "This FFmpeg's FFV1 encoder has no pixel format for " + source.layout.name + "; convert the film first.");
        if (format.depth != source.layout.depth) format.lumaExact = false;
        return format;
    }
    return fail(ErrorCode::Usage, fmt::format("There is no preset '{}'; use review, master or frames.", preset));
}

Result<PartFile> reserveOutput(const std::filesystem::path& output, const OutputFormat& format, const MediaInfo& source, bool overwrite) {
    std::error_code ec;
    if (format.preset != "frames") {
        if (std::filesystem::equivalent(source.path, output, ec))
            return fail(ErrorCode::Output, "'" + output.string() + "' is the source itself, which is never written; choose another name.");
        return PartFile::create(output, overwrite);
    }
    const std::filesystem::path folder = output.parent_path();
    if (folder.empty()) return fail(ErrorCode::Output, "Numbered pictures need a folder of their own; name them like 'FOLDER/" + output.string() + "'.");
    const auto sources = listPictures(source.path).files;
    if (!sources.empty() && std::filesystem::equivalent(sources.front().has_parent_path() ? sources.front().parent_path() : ".", folder, ec))
        return fail(ErrorCode::Output, "The folder '" + folder.string() + "' holds the source, which is never written; choose another folder.");
    return PartFile::createFolder(folder, overwrite, [pattern = *numberPatternOf(output)](const std::string& name) { return pattern.numberIn(name).has_value(); });
}

}  // namespace tintreel::media
