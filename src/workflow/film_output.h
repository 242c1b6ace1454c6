// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>

#include "tintreel/base/job.h"
#include "tintreel/base/pipeline.h"
#include "tintreel/color/compose.h"
#include "tintreel/color/corner_mark.h"
#include "tintreel/media/frame_writer.h"
#include "tintreel/workflow/film_colorizer.h"
#include "workflow/color_store.h"

namespace tintreel::workflow {

/// What is written and where the colours come from.
struct FilmOutputOptions {
    media::MediaInfo film;
    media::OutputFormat format;
    const FilmPlan* plan = nullptr;  ///< its scenes are those that meet the range
    FrameRange range;
    int workingSize = 256;
    bool forget = false;      ///< take a scene's colours from the disk when it is written
    bool cornerMark = false;  ///< draw color::CornerMark
};

/// The second half of the main job: the film's frames are read again, get their colours as soon as these are final, and
/// are encoded; each on a thread of its own with a few frames between them, beside the networks' thread.
class FilmOutput {
public:
    struct Totals {
        double confidence = 0;     ///< sum over frames that are no keyframes
        std::int64_t carried = 0;  ///< their number
    };
    /// `reader` gives the range's first frame next.
    FilmOutput(FilmOutputOptions options, media::FrameReader reader, media::FrameWriter writer, ColorStore store);

    /// Runs all stages to the end; the first error of any is the result. `color` makes the colours on the calling
    /// thread: it tells of finished frames by the function it is given, and ends soon when the other one says so.
    /// `written` is called for each frame on another thread.
    using Color = std::function<Result<>(const FilmColorizer::Ready&, const std::function<bool()>& ended)>;
    [[nodiscard]] Result<> run(const Color& color, const std::function<void(FrameIndex)>& written, JobContext& context);

    [[nodiscard]] const Totals& totals() const noexcept { return totals_; }
    [[nodiscard]] media::FrameReader& reader() noexcept { return reader_; }
    [[nodiscard]] media::FrameWriter& writer() noexcept { return writer_; }

private:
    struct Composed {
        media::VideoFrame frame;
        color::ChromaComposer::Chroma chroma;
    };
    static constexpr std::size_t kBetween = 4;

    Result<> decode(JobContext& context);
    Result<> compose(JobContext& context);
    Result<> composeScene(const ScenePlan& plan, JobContext& context);
    Result<> encode(const std::function<void(FrameIndex)>& written, JobContext& context);

    FilmOutputOptions options_;
    color::Size working_;
    media::FrameReader reader_;
    media::FrameWriter writer_;
    ColorStore store_;
    color::ChromaComposer composer_;
    std::optional<color::CornerMark> mark_;
    Totals totals_;
    BoundedQueue<media::VideoFrame> decoded_{kBetween};
    BoundedQueue<Composed> composed_{kBetween};
    Watermark colored_;  // frames below it have their final colours
};

}  // namespace tintreel::workflow
