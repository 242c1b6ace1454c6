// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "cli/console.h"
#include "tintreel/media/media_info.h"

namespace tintreel::cli {

void addProbe(CLI::App& app, Globals&, Run& run) {
    auto* command = app.add_subcommand("probe", "Tell what a film is");
    auto input = std::make_shared<std::filesystem::path>();
    command->add_option("input", *input, "Film, picture or folder of pictures")->required();
    command->callback([&run, input] {
        run = [input](Console& console) {
            const auto info = media::probe(*input);
            if (!info) return console.failure(info.error());
            nlohmann::json streams = nlohmann::json::array();
            std::string text = fmt::format(
                "{}\n  {} {}x{} {} ({} bits{}), {}/{} frames/s{}, {} frames{}", input->string(), info->container,
                info->width, info->height, info->layout.name, info->layout.depth, info->layout.grey ? ", grey" : "",
                info->frameRate.num, info->frameRate.den, info->variableRate ? " (variable)" : "", info->expectedFrames,
                info->expectedIsExact ? "" : " (estimated)");
            text +=
                fmt::format("\n  matrix {} primaries {} transfer {} range {}{}; SAR {}:{}, rotation {}, fields {}",
                            info->assumed.matrix, info->assumed.primaries, info->assumed.transfer,
                            info->assumed.fullRange ? "full" : "limited", info->stated.matrix == 2 ? " (assumed)" : "",
                            info->sampleAspect.num, info->sampleAspect.den, info->rotation, info->fieldOrder);
            for (const auto& s : info->streams) {
                text += fmt::format("\n  track {}: {} {}{}{}", s.index, s.type, s.codec,
                                    s.language.empty() ? "" : " (" + s.language + ")", s.chosen ? " <- coloured" : "");
                streams.push_back({{"index", s.index},
                                   {"type", s.type},
                                   {"codec", s.codec},
                                   {"language", s.language},
                                   {"chosen", s.chosen}});
            }
            for (const auto& warning : info->warnings) text += "\n  note: " + warning;
            console.print(text);
            console.result({{"container", info->container},
                            {"width", info->width},
                            {"height", info->height},
                            {"pixel_format", info->layout.name},
                            {"depth", info->layout.depth},
                            {"grey", info->layout.grey},
                            {"frame_rate", fmt::format("{}/{}", info->frameRate.num, info->frameRate.den)},
                            {"timebase", fmt::format("{}/{}", info->timebase.num, info->timebase.den)},
                            {"variable_rate", info->variableRate},
                            {"frames", info->expectedFrames},
                            {"frames_exact", info->expectedIsExact},
                            {"duration", info->duration},
                            {"start", info->startTime},
                            {"matrix", info->assumed.matrix},
                            {"primaries", info->assumed.primaries},
                            {"transfer", info->assumed.transfer},
                            {"full_range", info->assumed.fullRange},
                            {"matrix_stated", info->stated.matrix != 2},
                            {"range_stated", info->stated.rangeStated},
                            {"sar", fmt::format("{}:{}", info->sampleAspect.num, info->sampleAspect.den)},
                            {"rotation", info->rotation},
                            {"field_order", info->fieldOrder},
                            {"timecode", info->timecode},
                            {"chapters", info->chapters},
                            {"streams", streams},
                            {"warnings", info->warnings}},
                           "ok", 0);
            return 0;
        };
    });
}

}  // namespace tintreel::cli
