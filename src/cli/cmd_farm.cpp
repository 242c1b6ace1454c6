// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "cli/console.h"
#include "tintreel/project/project.h"
#include "tintreel/workflow/farm.h"
#include "tintreel/workflow/project_film.h"

namespace tintreel::cli {
namespace {

namespace fs = std::filesystem;

struct PlanArguments {
    workflow::ColorizeOptions options;
    std::string by = "scene";
    fs::path tasks;
    bool force = false;
};

struct TaskArguments {
    fs::path tasks, output, folder;
    std::string kind, program;
    std::size_t index = 0;
    bool force = false;
    inference::ColorizerOptions machine;
};

Result<int> makePlan(Console& console, PlanArguments& a) {
    if (a.options.input.extension() == ".tintreel") {
        // A studio may hold the project open meanwhile.
        TT_ASSIGN(const auto project, project::Project::open(a.options.input, true));
        a.options.plan = workflow::planOf(project);
        a.options.input = project.clip().path;
    }
    TT_ASSIGN(const auto plan, workflow::planFarm(a.options, a.tasks, console));
    TT_TRY(workflow::writeFarmPlan(plan, a.force));
    console.print(fmt::format("{}: {} tasks, {} frames of {}", a.tasks.string(), plan.tasks.size(), plan.range.length(),
                              a.options.input.string()));
    console.result({{"output", a.tasks.string()},
                    {"tasks", plan.tasks.size()},
                    {"frames", plan.range.length()},
                    {"defects", plan.defects.size()}},
                   "ok", 0);
    return 0;
}

Result<int> runOne(Console& console, const TaskArguments& a) {
    TT_ASSIGN(const auto plan, workflow::readFarmPlan(a.tasks));
    TT_ASSIGN(const auto done, workflow::runTask(plan, a.index, a.machine, console));
    console.print(fmt::format(
        "task {}: {}", a.index,
        done.skipped ? "was done already"
                     : fmt::format("{} frames in {:.1f} s{}", done.frames, done.seconds,
                                   done.defects > 0 ? fmt::format(", {} defects in the source", done.defects) : "")));
    // A defect is the film's, not the task's: it is told of when the parts are joined, and a scheduler must not run the
    // task again for it.
    console.result({{"task", a.index},
                    {"skipped", done.skipped},
                    {"frames", done.frames},
                    {"defects", done.defects},
                    {"output", plan.partOf(a.index).string()}},
                   "ok", 0);
    return 0;
}

Result<int> merge(Console& console, const TaskArguments& a) {
    TT_ASSIGN(const auto plan, workflow::readFarmPlan(a.tasks));
    TT_ASSIGN(const auto merged, workflow::mergeTasks(plan, a.output, a.force, console));
    for (const auto& warning : merged.warnings) console.warn({"TRACK_LOST", warning, -1});
    for (const auto& defect : merged.defects) console.warn({defect.code, defect.message, defect.frame});
    const int exit = merged.defects.empty() ? 0 : 5;
    console.print(
        fmt::format("{}: {} frames of {} tasks{}", a.output.string(), merged.frames, plan.tasks.size(),
                    exit == 0 ? "" : fmt::format("; finished with {} defects in the source", merged.defects.size())));
    console.result({{"output", a.output.string()},
                    {"frames_out", merged.frames},
                    {"tasks", plan.tasks.size()},
                    {"defects", merged.defects.size()},
                    {"confidence", merged.confidence},
                    {"sha256", merged.outputSha256}},
                   exit == 0 ? "ok" : "partial", exit);
    return exit;
}

Result<int> scripts(Console& console, const TaskArguments& a) {
    TT_ASSIGN(const auto plan, workflow::readFarmPlan(a.tasks));
    std::error_code ec;
    const std::string program = a.program.empty() ? fs::read_symlink("/proc/self/exe", ec).string() : a.program;
    fs::path output = a.output;
    if (output.empty()) output = fs::path(a.tasks).replace_extension(plan.partOf(0).extension());
    TT_ASSIGN(const auto files,
              workflow::writeFarmScripts(plan, a.kind, a.folder.empty() ? a.tasks.parent_path() : a.folder, program,
                                         output, a.force));
    nlohmann::json names = nlohmann::json::array();
    for (const auto& file : files) {
        console.print(file.string());
        names.push_back(file.string());
    }
    console.result({{"files", names}, {"output", output.string()}}, "ok", 0);
    return 0;
}

}  // namespace

void addFarm(CLI::App& app, Globals& globals, Run& run) {
    auto* plan = app.add_subcommand("plan", "Cut the colouring of a film or project into tasks for several machines");
    auto p = std::make_shared<PlanArguments>();
    p->options.preset = "master";
    plan->add_option("input", p->options.input, "Project (.tintreel), film, or folder of numbered pictures")
        ->required();
    plan->add_option("-o,--output", p->tasks, "File of tasks (.json); results lie beside it")->required();
    plan->add_option("--by", p->by, "What a task is: a scene")->check(CLI::IsMember({"scene"}))->capture_default_str();
    plan->add_option("--hints", p->options.hintsFile, "Hints file (JSON)");
    plan->add_option("--references", p->options.referencesDir,
                     "Folder of pictures ref_nnnnnn.png, the number being the frame");
    plan->add_flag("-f,--force", p->force, "Replace a file of tasks that exists; results that still fit are kept");
    OptionTable table = p->options.table();
    std::erase_if(table, [](const OptionField& field) { return field.name == "dry-run" || field.name == "resume"; });
    addOptions(*plan, table);
    plan->callback([&globals, &run, p] {
        run = [&globals, p](Console& console) {
            p->options.networks.modelsDir = globals.models;
            const auto exit = makePlan(console, *p);
            return exit ? *exit : console.failure(exit.error());
        };
    });
    const auto add = [&](const char* name, const char* help, Result<int> (*work)(Console&, const TaskArguments&)) {
        auto* command = app.add_subcommand(name, help);
        auto a = std::make_shared<TaskArguments>();
        command->add_option("tasks", a->tasks, "File of tasks from tintreel plan")->required();
        command->callback([&globals, &run, a, work] {
            run = [&globals, a, work](Console& console) {
                a->machine.modelsDir = globals.models;
                const auto exit = work(console, *a);
                return exit ? *exit : console.failure(exit.error());
            };
        });
        return std::pair(command, a);
    };
    const auto [one, oneArguments] = add("run-task", "Do one task; nothing where its result is there already", runOne);
    one->add_option("--index", oneArguments->index, "Number of the task, from 0")->required();
    one->add_option("--device", oneArguments->machine.device, "auto (as planned), cpu or cuda:N")
        ->capture_default_str();
    one->add_option("--threads", oneArguments->machine.threads, "CPU threads, 0 for all cores")->capture_default_str();
    const auto [join, joinArguments] =
        add("merge", "Join what the tasks made into one film; exit code 7 when one is missing or was changed", merge);
    join->add_option("-o,--output", joinArguments->output, "Output film")->required();
    join->add_flag("-f,--force", joinArguments->force, "Replace an output that exists");
    const auto writer = [&](CLI::App& farm, const char* kind, const char* help) {
        auto* command = farm.add_subcommand(kind, help);
        auto a = std::make_shared<TaskArguments>();
        a->kind = kind;
        command->add_option("tasks", a->tasks, "File of tasks from tintreel plan")->required();
        command->add_option("-o,--output-folder", a->folder, "Folder for the scripts; that of the tasks unless given");
        command->add_option("--film", a->output, "Name of the finished film; beside the tasks unless given");
        command->add_option("--program", a->program,
                            "How tintreel is called on the machines; this program unless given");
        command->add_flag("-f,--force", a->force, "Replace scripts that exist");
        command->callback([&run, a] {
            run = [a](Console& console) {
                const auto exit = scripts(console, *a);
                return exit ? *exit : console.failure(exit.error());
            };
        });
    };
    auto* farm = app.add_subcommand("farm", "Write scripts that run the tasks of a plan");
    farm->require_subcommand(1);
    writer(*farm, "shell", "run.sh: several processes on this machine");
    writer(*farm, "slurm", "tasks.sbatch, merge.sbatch, submit.sh: a job array and the merge after it");
    writer(*farm, "openjd", "template.json: Open Job Description 2023-09, for Deadline Cloud and others");
}

}  // namespace tintreel::cli
