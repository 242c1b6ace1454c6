// SPDX-License-Identifier: Apache-2.0
#include "tintreel/media/output_cut.h"

#include <fmt/format.h>

namespace tintreel::media {

Result<OutputCut> cutOf(FrameReader& reader, FrameRange range) {
    const auto timeOf = [&](FrameIndex frame) -> Result<std::optional<std::int64_t>> {
        TT_TRY(reader.seek(frame));
        TT_ASSIGN(const auto read, reader.next());
        return read ? std::optional(read->pts) : std::nullopt;
    };
    OutputCut cut;
    cut.first = range.first;
    TT_ASSIGN(const auto film, timeOf(0));
    TT_ASSIGN(const auto start, timeOf(range.first));
    if (!film || !start)
        return fail(ErrorCode::Input,
                    fmt::format("'{}' has no frame {} when it is read again; was it changed meanwhile?",
                                reader.info().path.string(), range.first));
    cut.start = *start;
    cut.shift = *start - *film;
    TT_ASSIGN(const auto end, timeOf(range.end));
    if (end) cut.end = *end;
    TT_TRY(reader.seek(range.first));
    return cut;
}

}  // namespace tintreel::media
