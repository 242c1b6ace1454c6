// SPDX-License-Identifier: Apache-2.0
#include "tintreel/base/pipeline.h"
#include "tintreel/scenes/scene_splitter.h"
#include "tintreel/workflow/colorize.h"
#include "workflow/frames.h"

namespace tintreel::workflow {
namespace {

// Frames decoded ahead of the look for cuts.
constexpr std::size_t kAhead = 4;

}  // namespace

Result<SceneReport> findScenes(const std::filesystem::path& input, const std::string& rule, double margin,
                               int minLength, int threads, JobContext& context) {
    scenes::SceneSplitOptions options;
    options.rule = rule;
    (rule == "paper" ? options.margin : options.robustMargin) = margin;
    options.minLength = minLength;
    TT_TRY(checkOptions(options.table(), "scenes"));
    TT_ASSIGN(auto reader, media::FrameReader::open(input, threads));
    scenes::SceneSplitter splitter(options);
    SceneReport report;
    report.frameRate = reader.info().frameRate;
    BoundedQueue<media::VideoFrame> decoded(kAhead);
    Pipeline pipeline([&] { decoded.abort(); });
    pipeline.start([&]() -> Result<> {
        while (true) {
            if (context.stopRequested()) return cancelled();
            TT_ASSIGN(auto frame, reader.next());
            if (!frame) break;
            if (!decoded.push(std::move(*frame))) return cancelled();
        }
        decoded.close();
        return {};
    });
    pipeline.run([&]() -> Result<> {
        while (const auto frame = decoded.pop()) {
            splitter.push(color::greyFromLuma(frame->y, yuvFormatOf(reader.info(), *frame)));
            context.report({"scenes", 0, 1, ++report.frames, reader.info().expectedFrames});
        }
        return {};
    });
    TT_TRY(pipeline.finish());
    if (report.frames == 0)
        return fail(ErrorCode::Input,
                    "'" + input.string() +
                        "' has no frame that can be decoded; the file is damaged or ends too early. Try a fresh copy.");
    report.scenes = splitter.finish();
    report.defects = reader.defects();
    return report;
}

Result<SceneReport> findScenes(const std::filesystem::path& input, int threads, JobContext& context) {
    const scenes::SceneSplitOptions rule;
    return findScenes(input, rule.rule, rule.robustMargin, rule.minLength, threads, context);
}

}  // namespace tintreel::workflow
