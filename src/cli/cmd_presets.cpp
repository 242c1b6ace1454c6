// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "cli/console.h"
#include "tintreel/media/presets.h"

namespace tintreel::cli {

void addPresets(CLI::App& app, Globals&, Run& run) {
    app.add_subcommand("presets",
                       "List the ways a film can be written, and which of them this machine lacks an encoder for")
        ->callback([&run] {
            run = [](Console& console) {
                const auto presets = media::listPresets();
                if (!presets) return console.failure(presets.error());
                nlohmann::json list = nlohmann::json::array();
                for (const auto& p : *presets) {
                    const auto* encoder = p.encoder();
                    console.print(fmt::format("{:<18} {}{}\n    .{}. {}{}", p.id, p.title, p.builtIn ? "" : "  (yours)",
                                              fmt::join(p.extensions, ", ."), p.description,
                                              p.unavailable.empty() ? "" : "\n    NOT AVAILABLE: " + p.unavailable));
                    list.push_back({{"id", p.id},
                                    {"title", p.title},
                                    {"description", p.description},
                                    {"extensions", p.extensions},
                                    {"codec", p.codec},
                                    {"encoder", encoder == nullptr ? "" : encoder->name},
                                    {"pixel_formats", p.pixelFormats},
                                    {"pictures", p.pictures},
                                    {"fields", p.fields},
                                    {"built_in", p.builtIn},
                                    {"unavailable", p.unavailable}});
                }
                console.print(fmt::format("Your own presets go into {}", media::userPresetsFolder().string()));
                console.result({{"presets", list}, {"user_folder", media::userPresetsFolder().string()}}, "ok", 0);
                return 0;
            };
        });
}

}  // namespace tintreel::cli
