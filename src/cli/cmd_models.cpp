// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "cli/console.h"
#include "tintreel/nn/models.h"

namespace tintreel::cli {

void addModels(CLI::App& app, Globals& globals, Run& run) {
    auto* command = app.add_subcommand("models", "The networks' weights");
    command->require_subcommand(1);
    command->add_subcommand("list", "List the models")->callback([&globals, &run] {
        run = [&globals](Console& console) {
            const auto models = nn::readManifest(globals.models);
            if (!models) return console.failure(models.error());
            nlohmann::json list = nlohmann::json::array();
            for (const auto& m : *models) {
                console.print(fmt::format("{:<28} {:<9} {:<12} {}{}\n    {}", m.id, m.role, m.architecture, m.licence, m.isDefault ? "  (default)" : "", m.description));
                list.push_back({{"id", m.id}, {"role", m.role}, {"architecture", m.architecture}, {"file", m.file.string()}, {"sha256", m.sha256}, {"licence", m.licence}, {"default", m.isDefault}});
            }
            console.result({{"models", list}}, "ok", 0);
            return 0;
        };
    });
    command->add_subcommand("verify", "Check every model file against the manifest")->callback([&globals, &run] {
        run = [&globals](Console& console) {
            const auto models = nn::readManifest(globals.models);
            if (!models) return console.failure(models.error());
            for (const auto& m : *models) {
                if (const auto ok = nn::verifyModel(m); !ok) return console.failure(ok.error());
                console.print(m.id + ": as its manifest says");
            }
            console.result({{"models", models->size()}}, "ok", 0);
            return 0;
        };
    });
}

}  // namespace tintreel::cli
