// SPDX-License-Identifier: Apache-2.0
#include "tintreel/workflow/source_rules.h"

#include <sys/resource.h>

#include <algorithm>
#include <fstream>
#include <limits>
#include <sstream>

#include <fmt/format.h>

#include "tintreel/media/telecine.h"

namespace tintreel::workflow {
namespace {

constexpr std::uintmax_t kProgram = 400ULL << 20;  // networks and libraries
constexpr std::uintmax_t kWorthANote = 1ULL << 30;
// Bytes a pixel of 8 bits; frames on their way, the encoder's look-ahead and its threads.
constexpr std::uintmax_t kFilm = 220, kPictures = 80, kPicture = 30;

constexpr std::uintmax_t kNoLimit = std::numeric_limits<std::uintmax_t>::max();

/// The number of kilobytes behind a key in a file of /proc.
std::uintmax_t kilobytes(const char* file, const std::string& key, std::uintmax_t otherwise) {
    std::ifstream in(file);
    for (std::string line; std::getline(in, line);)
        if (line.starts_with(key)) return std::strtoull(line.c_str() + key.size(), nullptr, 10) * 1024;
    return otherwise;
}

std::uintmax_t groupLeaves() {
    std::uintmax_t most = 0, now = 0;
    std::ifstream max("/sys/fs/cgroup/memory.max"), current("/sys/fs/cgroup/memory.current");
    if (!(max >> most) || !(current >> now)) return kNoLimit;
    // What the group's files take in the cache is given back when it is needed.
    std::ifstream statistics("/sys/fs/cgroup/memory.stat");
    std::uintmax_t cached = 0, value = 0;
    for (std::string key; statistics >> key >> value;)
        if (key == "inactive_file" || key == "active_file") cached += value;
    return most - std::min(most, now - std::min(now, cached));
}

std::string inGigabytes(std::uintmax_t bytes) { return fmt::format("{:.1f} GB", static_cast<double>(bytes) / 1e9); }

}  // namespace

OptionTable SourceRules::table() {
    return {{"deinterlace",
             &deinterlace,
             "Make whole frames of interlaced ones (bwdif); else fields are coloured apart and kept.",
             0,
             0,
             {}},
            {"allow-hdr",
             &allowHdr,
             "Colour HDR film (PQ, HLG) all the same: luma and tags are kept, colours may be off.",
             0,
             0,
             {}}};
}

Result<> checkSource(media::MediaInfo& film, const SourceRules& rules) {
    if (media::isHdr(film) && !rules.allowHdr)
        return fail(
            ErrorCode::Input,
            fmt::format(
                "'{}' is HDR ({}), the networks were made for standard range and would misread it; convert it to BT.709 first, or pass --allow-hdr to keep its luma and tags and take colours that may be off.",
                film.path.string(), film.assumed.transfer == 16 ? "PQ" : "HLG"));
    TT_ASSIGN(const bool telecined, media::isTelecined(film));
    if (telecined)
        film.warnings.push_back(
            "The film was made by a telecine (3:2 pulldown): two of five frames mix two pictures. They are kept as they are; `ffmpeg -i FILM -vf fieldmatch,decimate -c:v ffv1 -c:a copy FILM24.mkv` makes the 24 pictures of before, which colour better.");
    if (!rules.deinterlace) return {};
    if (!media::isInterlaced(film))
        film.warnings.push_back("The film is not marked as interlaced; only frames that are will be deinterlaced.");
    film.fieldOrder = "progressive";
    return {};
}

std::uintmax_t memoryForecast(const media::MediaInfo& film, const media::OutputFormat& format) {
    const std::uintmax_t pixels = static_cast<std::uintmax_t>(film.width) * static_cast<std::uintmax_t>(film.height);
    const std::uintmax_t perPixel = format.kind == media::OutputFormat::Kind::Film               ? kFilm
                                    : format.kind == media::OutputFormat::Kind::NumberedPictures ? kPictures
                                                                                                 : kPicture;
    return kProgram + pixels * perPixel * (film.layout.depth > 8 || format.depth > 8 ? 3 : 2) / 2;
}

std::uintmax_t memoryAvailable() {
    std::uintmax_t available = std::min(kilobytes("/proc/meminfo", "MemAvailable:", kNoLimit), groupLeaves());
    rlimit limit{};
    if (::getrlimit(RLIMIT_AS, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY) {
        const auto used = kilobytes("/proc/self/status", "VmSize:", 0);
        available =
            std::min<std::uintmax_t>(available, limit.rlim_cur - std::min<std::uintmax_t>(limit.rlim_cur, used));
    }
    return available;
}

Result<> checkMemory(media::OutputFormat& format, const media::MediaInfo& film) {
    const auto wanted = memoryForecast(film, format), available = memoryAvailable();
    if (wanted > kWorthANote)
        format.notes.push_back(
            fmt::format("Pictures of {}x{} take about {} of memory.", film.width, film.height, inGigabytes(wanted)));
    if (wanted <= available) return {};
    return fail(
        ErrorCode::Model,
        fmt::format(
            "Pictures of {}x{} take about {} of memory to colour and write, {} are free; close other programs, write single pictures, or scale the film down first.",
            film.width, film.height, inGigabytes(wanted), inGigabytes(available)));
}

}  // namespace tintreel::workflow
