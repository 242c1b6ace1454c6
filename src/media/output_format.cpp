// SPDX-License-Identifier: Apache-2.0
#include "tintreel/media/output_format.h"

#include <algorithm>

#include <fmt/format.h>

#include "media/demux.h"
#include "media/encoder.h"

namespace tintreel::media {
namespace {

std::string endingOf(const std::filesystem::path& path) {
    std::string e = path.extension().string();
    std::transform(e.begin(), e.end(), e.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return e.empty() ? e : e.substr(1);
}

bool writes(const ExportPreset& preset, const std::string& ending) {
    return std::find(preset.extensions.begin(), preset.extensions.end(), ending) != preset.extensions.end();
}

/// The preset of pictures for a name's ending; nothing for films.
Result<std::optional<ExportPreset>> picturePresetFor(const std::string& ending, const ExportPreset& asked) {
    if (asked.pictures && writes(asked, ending)) return asked;
    TT_ASSIGN(const auto all, builtInPresets());
    const auto found =
        std::find_if(all.begin(), all.end(), [&](const ExportPreset& p) { return p.pictures && writes(p, ending); });
    return found == all.end() ? std::nullopt : std::optional(*found);
}

/// The encoder's planar layout of the source's depth (or the next one up) and subsampling; grey and RGB become 4:4:4.
/// "" for none.
std::string ownFormat(const std::string& encoderName, const PixelLayout& source) {
    const AVCodec* encoder = avcodec_find_encoder_by_name(encoderName.c_str());
    if (encoder == nullptr || encoder->pix_fmts == nullptr) return {};
    std::pair<int, std::string> best{99, ""};
    for (const auto* f = encoder->pix_fmts; *f != AV_PIX_FMT_NONE; ++f) {
        const AVPixFmtDescriptor* d = av_pix_fmt_desc_get(*f);
        const bool plain = d->nb_components == 3 && (d->flags & AV_PIX_FMT_FLAG_RGB) == 0 &&
                           std::string(d->name).find("yuvj") == std::string::npos;
        if (!plain || d->log2_chroma_w != source.chromaShiftX || d->log2_chroma_h != source.chromaShiftY) continue;
        if (d->comp[0].depth >= source.depth && d->comp[0].depth < best.first) best = {d->comp[0].depth, d->name};
    }
    return best.second;
}

/// The first format that holds the source's depth, else the deepest.
std::string choosePixelFormat(const std::vector<std::string>& formats, const std::string& encoder,
                              const PixelLayout& source) {
    for (const auto& name : formats) {
        if (name == "source") return ownFormat(encoder, source);
        if (layoutOf(av_get_pix_fmt(name.c_str())).depth >= source.depth) return name;
    }
    return formats.back();
}

Result<> setPixelFormat(OutputFormat& format, const ExportPreset& preset, const MediaInfo& source) {
    const bool single = format.kind == OutputFormat::Kind::OnePicture && !preset.singlePictureFormats.empty();
    format.pixelFormat = choosePixelFormat(single ? preset.singlePictureFormats : preset.pixelFormats,
                                           format.encoder.name, source.layout);
    if (format.pixelFormat.empty())
        return fail(ErrorCode::Output, fmt::format("The encoder {} has no pixel format for {}; convert the film first.",
                                                   format.encoder.name, source.layout.name));
    const PixelLayout coded = layoutOf(av_get_pix_fmt(format.pixelFormat.c_str()));
    if (coded.depth < source.layout.depth)
        format.notes.push_back(
            fmt::format("The source has {} bits, {} keeps {}.", source.layout.depth, preset.id, coded.depth));
    // RGB is made from 4:4:4, deep where the pictures are.
    format.depth = coded.rgb && coded.depth > 8 ? 16 : coded.depth;
    format.chromaShiftX = coded.chromaShiftX;
    format.chromaShiftY = coded.chromaShiftY;
    format.lumaExact = !source.layout.rgb && !coded.rgb && coded.depth == source.layout.depth;
    return {};
}

void setRange(OutputFormat& format, const ExportPreset& preset) {
    if (!preset.limitedRange || !format.tags.fullRange) return;
    format.tags.fullRange = false;
    format.tags.rangeStated = true;
    format.lumaExact = false;
    format.notes.push_back(
        fmt::format("The source has full range, {} holds limited range; luma is converted.", preset.id));
}

void setSize(OutputFormat& format, const ExportPreset& preset, const MediaInfo& source) {
    format.codedWidth = format.width = source.width;
    format.codedHeight = format.height = source.height;
    if (!preset.evenSides) return;
    const auto upTo = [](int side, int step) { return (side + step - 1) / step * step; };
    format.codedWidth = upTo(format.width, 1 << format.chromaShiftX);
    // Each field needs whole chroma rows of its own.
    format.codedHeight = upTo(format.height, (1 << format.chromaShiftY) * (format.interlaced ? 2 : 1));
    if (format.codedWidth != format.width || format.codedHeight != format.height)
        format.notes.push_back(
            fmt::format("This codec needs even sides: the last row or column is repeated, the picture is {}x{}.",
                        format.codedWidth, format.codedHeight));
}

/// One picture, or numbered ones.
Result<> makePictures(OutputFormat& format, bool asked, const std::filesystem::path& output, const MediaInfo& source) {
    std::error_code ec;
    const bool fromOnePicture = source.container == "pictures" && std::filesystem::is_regular_file(source.path, ec);
    const bool numbered = numberPatternOf(output) && (asked || !fromOnePicture);
    if (!numbered && (asked || source.expectedFrames > (source.expectedIsExact ? 1 : 2)))
        return fail(ErrorCode::Usage,
                    fmt::format("'{}' is the name of one picture; number them, as in 'FOLDER/{}_%06d{}'{}.",
                                output.string(), output.stem().string(), output.extension().string(),
                                asked ? "" : ", or make a film: .mp4 or .mkv"));
    format.kind = numbered ? OutputFormat::Kind::NumberedPictures : OutputFormat::Kind::OnePicture;
    format.notes.push_back("Pictures hold RGB, so luma is rounded; choose the preset master to keep it bit for bit.");
    if (source.rotation != 0)
        format.notes.push_back(fmt::format(
            "The film is shown turned by {} degrees; pictures are written as they are coded.", source.rotation));
    if (source.variableRate)
        format.notes.push_back("The frames of the film last differently long; pictures carry no times.");
    if (source.streams.size() > 1)
        format.notes.push_back("Pictures hold no sound and no subtitles; those of the film are left out.");
    if (isInterlaced(source))
        format.notes.push_back("Pictures hold both fields of a frame in turn, row by row; nothing in them says so.");
    return {};
}

Result<> makeFilm(OutputFormat& format, const ExportPreset& preset, const std::filesystem::path& output) {
    if (!writes(preset, endingOf(output))) {
        const std::string endings = fmt::format(".{}", fmt::join(preset.extensions, ", ."));
        return fail(
            ErrorCode::Usage,
            preset.pictures
                ? fmt::format(
                      "The preset {} writes numbered {} pictures, '{}' has another ending; name them like FOLDER/frame_%06d.{}.",
                      preset.id, endings, output.string(), preset.extensions.front())
                : fmt::format("The preset {} writes {}, '{}' has another ending; call the output name.{}.", preset.id,
                              endings, output.string(), preset.extensions.front()));
    }
    if (format.interlaced && !preset.fields)
        return fail(
            ErrorCode::Usage,
            fmt::format(
                "The film is interlaced, which the preset {} cannot hold; make whole frames of it (--deinterlace), or use review, mezzanine or master, which keep the fields.",
                preset.id));
    format.tag = preset.tag;
    format.frameChecksums = preset.frameChecksums;
    return {};
}

}  // namespace

Result<OutputFormat> outputFormatFor(const std::string& id, const std::filesystem::path& output,
                                     const MediaInfo& source) {
    TT_ASSIGN(ExportPreset preset, findPreset(id));
    const bool asked = preset.pictures;
    std::optional<ExportPreset> pictures;
    if (isPictureName(output)) {
        TT_ASSIGN(pictures, picturePresetFor(endingOf(output), preset));
    }
    if (pictures) preset = *pictures;
    const PresetEncoder* encoder = preset.encoder();
    if (encoder == nullptr) {
        std::vector<std::string> names;
        for (const auto& e : preset.encoders) names.push_back(e.name);
        return fail(
            ErrorCode::Output,
            fmt::format(
                "This FFmpeg lacks the encoder {}, which the preset {} needs; choose another preset (`tintreel presets` lists them), or install an FFmpeg with it.",
                fmt::join(names, " or "), preset.id));
    }
    OutputFormat format;
    format.preset = preset.id;
    format.encoder = *encoder;
    format.tags = source.assumed;
    format.interlaced = isInterlaced(source);
    if (pictures) TT_TRY(makePictures(format, asked, output, source));
    else TT_TRY(makeFilm(format, preset, output));
    TT_TRY(setPixelFormat(format, preset, source));
    setRange(format, preset);
    setSize(format, preset, source);
    return format;
}

std::filesystem::path checksumsBeside(const std::filesystem::path& film) {
    return std::filesystem::path(film).replace_extension(".framemd5");
}

Result<ReservedOutput> reserveOutput(const std::filesystem::path& output, const OutputFormat& format,
                                     const MediaInfo& source, bool overwrite) {
    std::error_code ec;
    if (format.kind != OutputFormat::Kind::NumberedPictures) {
        if (std::filesystem::equivalent(source.path, output, ec))
            return fail(ErrorCode::Output,
                        "'" + output.string() + "' is the source itself, which is never written; choose another name.");
        TT_ASSIGN(auto film, PartFile::create(output, overwrite));
        if (!format.frameChecksums) return ReservedOutput(std::move(film), std::nullopt);
        TT_ASSIGN(auto checksums, PartFile::create(checksumsBeside(output), overwrite));
        return ReservedOutput(std::move(film), std::move(checksums));
    }
    const std::filesystem::path folder = output.parent_path();
    if (folder.empty())
        return fail(ErrorCode::Output,
                    "Numbered pictures need a folder of their own; name them like 'FOLDER/" + output.string() + "'.");
    const auto sources = listPictures(source.path).files;
    if (!sources.empty() && std::filesystem::equivalent(
                                sources.front().has_parent_path() ? sources.front().parent_path() : ".", folder, ec))
        return fail(ErrorCode::Output, "The folder '" + folder.string() +
                                           "' holds the source, which is never written; choose another folder.");
    TT_ASSIGN(auto part,
              PartFile::createFolder(folder, overwrite, [pattern = *numberPatternOf(output)](const std::string& name) {
                  return pattern.numberIn(name).has_value();
              }));
    return ReservedOutput(std::move(part), std::nullopt);
}

}  // namespace tintreel::media
