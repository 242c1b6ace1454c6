// SPDX-License-Identifier: Apache-2.0
#include "tintreel/media/telecine.h"

#include <cmath>
#include <cstring>

#include "media/luma_filter.h"

namespace tintreel::media {
namespace {

constexpr FrameIndex kLookedAt = 150;
// Of five frames one has a repeated upper and one a repeated lower field; a fifth each, less what stands still.
constexpr double kShare = 0.12;

struct Repeats {
    int frames = 0, upper = 0, lower = 0;
};

Result<> count(FrameReader& reader, FrameIndex frames, Repeats& repeats) {
    std::optional<LumaFilter> filter;
    for (FrameIndex n = 0; n < frames; ++n) {
        TT_ASSIGN(const auto frame, reader.next());
        if (!frame) break;
        if (!filter) {
            TT_ASSIGN(auto made, LumaFilter::create("idet", *frame));
            filter.emplace(std::move(made));
        }
        TT_TRY(filter->push(&*frame));
        while (const FramePtr seen = filter->pull()) {
            const auto* tag = av_dict_get(seen->metadata, "lavfi.idet.repeated.current_frame", nullptr, 0);
            ++repeats.frames;
            if (tag != nullptr && std::strcmp(tag->value, "top") == 0) ++repeats.upper;
            if (tag != nullptr && std::strcmp(tag->value, "bottom") == 0) ++repeats.lower;
        }
    }
    return {};
}

}  // namespace

Result<bool> isTelecined(const MediaInfo& film) {
    if (film.container == "pictures" || film.variableRate || std::fabs(film.frameRate.value() - 30.0) > 0.1)
        return false;
    TT_ASSIGN(auto reader, FrameReader::open(film.path));
    Repeats repeats;
    TT_TRY(count(reader, kLookedAt, repeats));
    if (film.expectedFrames > 4 * kLookedAt) {
        TT_TRY(reader.seek(film.expectedFrames / 2));
        TT_TRY(count(reader, kLookedAt, repeats));
    }
    const double least = kShare * repeats.frames;
    return repeats.frames >= 10 && repeats.upper >= least && repeats.lower >= least;
}

}  // namespace tintreel::media
