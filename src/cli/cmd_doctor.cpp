// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "cli/console.h"
#include "tintreel/inference/colorizer.h"
#include "tintreel/media/frame_writer.h"

namespace tintreel::cli {

void addDoctor(CLI::App& app, Globals& globals, Run& run) {
    app.add_subcommand("doctor", "Check that everything needed is there and works")->callback([&globals, &run] {
        run = [&globals](Console& console) {
            int problems = 0;
            nlohmann::json checks = nlohmann::json::object();
            const auto check = [&](const std::string& name, const std::string& found, bool good) {
                console.print(fmt::format("{} {:<10} {}", good ? "ok " : "BAD", name, found));
                checks[name] = {{"ok", good}, {"found", found}};
                problems += good ? 0 : 1;
            };
            media::MediaInfo film;
            film.width = film.height = 64;
            film.layout.name = "yuv420p";
            for (const auto& [preset, file] : {std::pair{"review", "x.mp4"}, std::pair{"master", "x.mkv"}}) {
                const auto format = media::outputFormatFor(preset, file, film);
                check(preset, format ? "can be written" : describe(format.error()), format.has_value());
            }
            inference::ColorizerOptions options;
            options.modelsDir = globals.models;
            auto colorizer = inference::Colorizer::create(options);
            check("models", colorizer ? globals.models.string() : describe(colorizer.error()), colorizer.has_value());
            if (colorizer) {
                check("device", colorizer->deviceDescription(), true);
                const auto colors = colorizer->colorizeKeyframe(LPlane(64, 64, 50.0F), {});
                check("network", colors ? "colours a test picture" : describe(colors.error()), colors.has_value());
            }
            const int exit = problems == 0 ? 0 : 6;
            console.result({{"checks", checks}}, problems == 0 ? "ok" : "error", exit);
            return exit;
        };
    });
}

}  // namespace tintreel::cli
