// SPDX-License-Identifier: Apache-2.0
#include "workflow/film_output.h"

#include <algorithm>

#include <fmt/format.h>

#include "workflow/frames.h"

namespace tintreel::workflow {

FilmOutput::FilmOutput(FilmOutputOptions options, media::FrameReader reader, media::FrameWriter writer,
                       ColorStore store)
    : options_(std::move(options)),
      working_(color::workingSize(options_.film.width, options_.film.height, options_.workingSize)),
      reader_(std::move(reader)),
      writer_(std::move(writer)),
      store_(std::move(store)),
      composer_(yuvFormatOf(options_.format)) {
    if (options_.cornerMark)
        mark_.emplace(options_.film.width, options_.film.height, options_.film.rotation, yuvFormatOf(options_.format));
}

Result<> FilmOutput::run(const Color& color, const std::function<void(FrameIndex)>& written, JobContext& context) {
    Pipeline pipeline([this] {
        decoded_.abort();
        composed_.abort();
        colored_.abort();
    });
    pipeline.start([&] { return decode(context); });
    pipeline.start([&] { return compose(context); });
    pipeline.start([&] { return encode(written, context); });
    pipeline.run(
        [&] { return color([this](FrameIndex end) { colored_.raise(end); }, [&] { return pipeline.failed(); }); });
    return pipeline.finish();
}

Result<> FilmOutput::decode(JobContext& context) {
    for (FrameIndex f = options_.range.first; f < options_.range.end; ++f) {
        if (context.stopRequested()) return cancelled();
        TT_ASSIGN(auto frame, reader_.next());
        if (!frame)
            return fail(ErrorCode::Input,
                        fmt::format("'{}' ended at frame {} when it was read again; was it changed meanwhile?",
                                    options_.film.path.string(), f));
        if (!decoded_.push(std::move(*frame))) return cancelled();
    }
    decoded_.close();
    return {};
}

Result<> FilmOutput::compose(JobContext& context) {
    for (const FrameRange scene : options_.plan->scenes) {
        TT_ASSIGN(const ScenePlan plan, store_.plan(scene, *options_.plan, options_.range));
        TT_TRY(composeScene(plan, context));
        if (options_.forget) store_.forget(plan);
    }
    composed_.close();
    return {};
}

Result<> FilmOutput::composeScene(const ScenePlan& plan, JobContext& context) {
    for (FrameIndex f = std::max(plan.scene.first, options_.range.first);
         f < std::min(plan.scene.end, options_.range.end); ++f) {
        // A film without a cut would fill the disk.
        if (options_.forget && (f - plan.scene.first) % ColorStore::kForgetEvery == 0) store_.forgetBefore(f, plan);
        auto frame = decoded_.pop();
        if (!frame || context.stopRequested() || !colored_.waitAbove(f)) return cancelled();
        TT_ASSIGN(auto colors, store_.colors(f, plan));
        if (!colors || colors->stale)
            return fail(ErrorCode::Failed,
                        fmt::format("The colours of frame {} have gone from the disk while it was written.", f));
        if (!colors->keyframe) {
            totals_.confidence += colors->confidence;
            ++totals_.carried;
        }
        if (needsRepair(f, plan.input))
            repair(colors->ab, lightnessOf(options_.film, *frame, working_),
                   rasterizeFor(f, {hints::HintSpan::Frame}, plan.input.hints, options_.film, working_));
        media::fitToOutput(*frame, options_.format);
        auto chroma = composer_.compose(frame->y, frame->depth, colors->ab);
        if (mark_) mark_->draw(frame->y, chroma.cb, chroma.cr);
        if (!composed_.push({std::move(*frame), std::move(chroma)})) return cancelled();
    }
    return {};
}

Result<> FilmOutput::encode(const std::function<void(FrameIndex)>& written, JobContext& context) {
    for (FrameIndex f = options_.range.first; f < options_.range.end; ++f) {
        const auto item = composed_.pop();
        if (!item || context.stopRequested()) return cancelled();
        TT_TRY(writer_.write(item->frame, item->chroma.cb, item->chroma.cr));
        written(f);
    }
    return {};
}

}  // namespace tintreel::workflow
