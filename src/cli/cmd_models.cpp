// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "cli/console.h"
#include "tintreel/workflow/model_library.h"

namespace tintreel::cli {
namespace {

struct ModelArguments {
    std::string id, name, notes;
    std::filesystem::path path;
    bool force = false;
};

nlohmann::json jsonOf(const nn::ModelEntry& model) {
    auto json = nn::toJson(model);
    json["file"] = model.file.string();
    json["default"] = model.isDefault;
    json["yours"] = model.isUser;
    return json;
}

Result<int> list(Console& console, const workflow::ModelLibrary& library, const ModelArguments&) {
    TT_ASSIGN(const auto models, library.list());
    nlohmann::json all = nlohmann::json::array();
    for (const auto& m : models) {
        console.print(fmt::format("{:<28} {:<9} {:<12} {}{}\n    {}", m.id, m.role, m.architecture,
                                  m.isUser ? "yours" : m.licence, m.isDefault ? "  (default)" : "", m.description));
        if (!m.notes.empty()) console.print("    " + m.notes);
        all.push_back(jsonOf(m));
    }
    console.result({{"models", all}}, "ok", 0);
    return 0;
}

Result<int> verify(Console& console, const workflow::ModelLibrary& library, const ModelArguments&) {
    TT_ASSIGN(const auto models, library.list());
    for (const auto& m : models) {
        TT_TRY(nn::verifyModel(m));
        console.print(m.id + ": as its manifest says");
    }
    console.result({{"models", models.size()}}, "ok", 0);
    return 0;
}

Result<int> show(Console& console, const workflow::ModelLibrary& library, const ModelArguments& a) {
    TT_ASSIGN(const auto model, library.find(a.id));
    console.print(workflow::modelCard(model));
    console.result(jsonOf(model), "ok", 0);
    return 0;
}

Result<int> import(Console& console, workflow::ModelLibrary& library, const ModelArguments& a) {
    TT_ASSIGN(const auto model, library.importFrom(a.path, a.name));
    if (!a.notes.empty()) TT_TRY(library.setNotes(model.id, a.notes));
    console.print(fmt::format("{}: {} model, {:.1f} MB, SHA-256 {}", model.id, model.role,
                              static_cast<double>(model.size) / 1e6, model.sha256));
    console.result(jsonOf(model), "ok", 0);
    return 0;
}

Result<int> exportTo(Console& console, const workflow::ModelLibrary& library, const ModelArguments& a) {
    TT_TRY(library.exportTo(a.id, a.path, a.force));
    console.print(a.path.string() + ": weights, model.json and README.md");
    console.result({{"output", a.path.string()}}, "ok", 0);
    return 0;
}

Result<int> rename(Console& console, workflow::ModelLibrary& library, const ModelArguments& a) {
    TT_TRY(library.rename(a.id, a.name));
    console.print(a.id + " is now " + a.name);
    console.result({{"id", a.name}}, "ok", 0);
    return 0;
}

Result<int> note(Console& console, workflow::ModelLibrary& library, const ModelArguments& a) {
    TT_TRY(library.setNotes(a.id, a.notes));
    console.result({{"id", a.id}}, "ok", 0);
    return 0;
}

Result<int> remove(Console& console, workflow::ModelLibrary& library, const ModelArguments& a) {
    TT_TRY(library.remove(a.id));
    console.print(a.id + " is removed");
    console.result({{"id", a.id}}, "ok", 0);
    return 0;
}

Result<int> makeDefault(Console& console, workflow::ModelLibrary& library, const ModelArguments& a) {
    std::string id = a.id;
    if (!a.name.empty()) {
        TT_ASSIGN(id, library.rollBack(a.name));
    } else if (id.empty()) {
        return fail(
            ErrorCode::Usage,
            "Name the model that shall be the default, or take the last choice back with --back keyframe or --back frame.");
    } else {
        TT_TRY(library.setDefault(id));
    }
    console.print(id + " is the default now");
    console.result({{"id", id}}, "ok", 0);
    return 0;
}

}  // namespace

void addModels(CLI::App& app, Globals& globals, Run& run) {
    auto* command = app.add_subcommand("models", "The networks' weights: shipped ones and your own");
    command->require_subcommand(1);
    const auto add = [&](const char* name, const char* help, auto work) {
        auto* sub = command->add_subcommand(name, help);
        auto a = std::make_shared<ModelArguments>();
        sub->callback([&globals, &run, a, work] {
            run = [&globals, a, work](Console& console) {
                workflow::ModelLibrary library(globals.models);
                const auto exit = work(console, library, *a);
                return exit ? *exit : console.failure(exit.error());
            };
        });
        return std::pair(sub, a);
    };
    const auto withId = [&](const char* name, const char* help, auto work) {
        const auto added = add(name, help, work);
        added.first->add_option("id", added.second->id, "Name of the model")->required();
        return added;
    };
    add("list", "List the models", list);
    add("verify", "Check every model file against its manifest", verify);
    withId("show", "A model's card", show);
    const auto [in, inArguments] =
        add("import", "Take in a model that 'models export' wrote, or the weights of a training run", import);
    in->add_option("path", inArguments->path, "Folder with model.json, or of a training run")->required();
    in->add_option("--id", inArguments->name, "Name here instead of the card's; needed for a training run");
    in->add_option("--notes", inArguments->notes, "Your own words about it");
    const auto [out, outArguments] = withId("export", "Write a model with its card into a folder", exportTo);
    out->add_option("-o,--output", outArguments->path, "Folder")->required();
    out->add_flag("-f,--force", outArguments->force, "Replace a folder that exists");
    const auto [other, otherArguments] =
        withId("rename", "Give one of your models another name; projects that use it find it all the same", rename);
    other->add_option("name", otherArguments->name, "New name")->required();
    const auto [words, wordsArguments] = withId("note", "Write down something about one of your models", note);
    words->add_option("text", wordsArguments->notes, "Your words")->required();
    withId("remove", "Delete one of your models", remove);
    const auto [choose, chooseArguments] =
        add("default", "Make a model the one that is used when none is named", makeDefault);
    choose->add_option("id", chooseArguments->id, "Name of the model");
    choose->add_option("--back", chooseArguments->name, "Take the last choice for keyframe or frame back")
        ->check(CLI::IsMember({"keyframe", "frame"}));
}

}  // namespace tintreel::cli
