// SPDX-License-Identifier: Apache-2.0
#include "tintreel/workflow/dataset.h"

#include <sstream>

#include <fmt/format.h>

#include "tintreel/base/atomic_file.h"
#include "tintreel/media/frame_reader.h"
#include "tintreel/training/shard.h"
#include "workflow/dataset_files.h"
#include "workflow/frames.h"

namespace tintreel::workflow {
namespace fs = std::filesystem;
namespace {

std::string splitOf(const std::map<std::string, std::string>& split, const std::string& file) {
    if (const auto found = split.find(file); found != split.end()) return found->second;
    if (!split.empty()) return {};  // a list that does not name a file leaves it out
    return std::stoul(sha256OfBytes(file).substr(0, 8), nullptr, 16) % 25 == 0 ? "val" : "train";
}

Result<std::vector<std::string>> framesOf(const fs::path& clip, const PackOptions& options, JobContext& context) {
    TT_ASSIGN(auto reader, media::FrameReader::open(clip));
    std::vector<std::string> jpegs;
    while (static_cast<int>(jpegs.size()) < options.maxFrames) {
        if (context.stopRequested()) return cancelled();
        TT_ASSIGN(const auto frame, reader.next());
        if (!frame) break;
        const auto rgb = color::rgbFromYuv(frame->y, frame->cb, frame->cr, yuvFormatOf(reader.info(), *frame));
        TT_ASSIGN(auto jpeg, training::encodeJpeg(rgb, options.quality, false));
        jpegs.push_back(std::move(jpeg));
    }
    if (jpegs.empty()) return fail(ErrorCode::Input, "It has no frame that can be decoded.");
    return jpegs;
}

/// The picture as a JPEG: a JPEG as it is, once it was seen to decode, any other compressed.
Result<std::string> jpegOf(const fs::path& file, const PackOptions& options) {
    if (!hasEnding(file, {".jpg", ".jpeg"})) {
        TT_ASSIGN(const RgbImage picture, media::readPicture(file));
        return training::encodeJpeg(picture, options.quality, true);
    }
    TT_ASSIGN(std::string jpeg, readFile(file));
    if (auto decoded = training::decodeJpeg(jpeg); !decoded) return tl::unexpected(decoded.error());
    return jpeg;
}

}  // namespace

Result<std::map<std::string, std::string>> readSplit(const fs::path& folder) {
    std::map<std::string, std::string> split;
    std::error_code ec;
    if (!fs::exists(folder / "split.tsv", ec)) return split;
    TT_ASSIGN(const std::string text, readFile(folder / "split.tsv", 256 << 20));
    std::istringstream in(text);
    int number = 0;
    for (std::string line; std::getline(in, line);) {
        ++number;
        const auto parts = cells(line);
        if (parts.empty()) continue;
        if (parts.size() < 2 || (parts[1] != "train" && parts[1] != "val"))
            return fail(ErrorCode::Input, fmt::format("'{}', line {}: wanted are a path, a tab and train or val.",
                                                      (folder / "split.tsv").string(), number));
        split[parts[0]] = parts[1];
    }
    return split;
}

Result<PackReport> packDataset(const PackOptions& options, JobContext& context) {
    if (options.photos.empty() && options.clips.empty())
        return fail(ErrorCode::Usage, "There is nothing to pack; name a folder with --photos or --clips.");
    std::error_code ec;
    for (const auto& folder : {options.photos, options.clips})
        if (!folder.empty() && !fs::is_directory(folder, ec))
            return fail(ErrorCode::Input, "There is no folder '" + folder.string() + "'; check the name.");
    TT_ASSIGN(auto writer, training::ShardWriter::create(options.output, options.overwrite));
    PackReport report;
    const auto photos = options.photos.empty() ? std::vector<std::string>{} : filesIn(options.photos, pictureEndings());
    const auto clips = options.clips.empty() ? std::vector<std::string>{} : filesIn(options.clips, filmEndings());
    const auto total = static_cast<std::int64_t>(photos.size() + clips.size());
    std::int64_t done = 0;
    const auto skip = [&](const std::string& file, const Error& error) {
        context.warn({"UNREADABLE", "'" + file + "' is left out: " + describe(error), -1});
        report.skipped.push_back(file);
    };

    std::map<std::string, std::map<std::string, std::string>> licences;
    if (!photos.empty()) {
        TT_ASSIGN(const auto split, readSplit(options.photos));
        for (const auto& file : photos) {
            if (context.stopRequested()) return cancelled();
            context.report({"pack", 0, 1, ++done, total});
            training::ShardItem item;
            item.path = file;
            item.set = file.find('/') == std::string::npos ? "photos" : file.substr(0, file.find('/'));
            item.split = splitOf(split, file);
            if (item.split.empty()) continue;
            if (!licences.count(item.set))
                licences[item.set] = readLicences(options.photos / (item.set + ".LICENCES.tsv"));
            item.licence = licences[item.set][fs::path(file).stem().string()];
            const auto jpeg = jpegOf(options.photos / file, options);
            if (!jpeg) {
                skip(file, jpeg.error());
                continue;
            }
            TT_TRY(writer.add(item, {*jpeg}));
            ++report.photos;
            ++report.perSplit["photos " + item.split];
        }
    }
    if (!clips.empty()) {
        TT_ASSIGN(const auto split, readSplit(options.clips));
        auto stated = readLicences(options.clips / "LICENCES.tsv");
        for (const auto& file : clips) {
            context.report({"pack", 0, 1, ++done, total});
            training::ShardItem item;
            item.path = file;
            // "davis360_bear.mp4" belongs to the set davis360.
            const std::string stem = fs::path(file).stem().string();
            item.set = stem.find('_') == std::string::npos ? "clips" : stem.substr(0, stem.find('_'));
            item.split = splitOf(split, file);
            if (item.split.empty()) continue;
            item.licence = stated[stem];
            item.clip = true;
            const auto jpegs = framesOf(options.clips / file, options, context);
            if (!jpegs && jpegs.error().code == ErrorCode::Cancelled) return tl::unexpected(jpegs.error());
            if (!jpegs) {
                skip(file, jpegs.error());
                continue;
            }
            TT_TRY(writer.add(item, *jpegs));
            ++report.clips;
            report.frames += static_cast<std::int64_t>(jpegs->size());
            ++report.perSplit["clips " + item.split];
        }
    }
    TT_TRY(writer.finish());
    report.bytes = fs::file_size(options.output, ec);
    return report;
}

}  // namespace tintreel::workflow
