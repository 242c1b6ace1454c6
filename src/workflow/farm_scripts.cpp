// SPDX-License-Identifier: Apache-2.0
// Scripts for schedulers. All of them do the same: every task once, again where it failed, then the merge.
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "tintreel/base/atomic_file.h"
#include "tintreel/workflow/farm.h"

namespace tintreel::workflow {
namespace fs = std::filesystem;
namespace {

/// A word for a POSIX shell.
std::string quoted(const std::string& text) {
    std::string out = "'";
    for (const char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return out + "'";
}

struct Names {
    std::string program, tasks, output;
    std::size_t last = 0;
};

std::string shellScript(const Names& n) {
    return fmt::format(R"sh(#!/bin/sh
# Does all tasks, as many at a time as the first argument says (2), and joins them. Run it again after a failure: what is done is skipped.
jobs=${{1:-2}}
seq 0 {last} | xargs -P "$jobs" -I TINTREEL_TASK {program} run-task {tasks} --index TINTREEL_TASK || exit $?
exec {program} merge {tasks} -o {output} --force
)sh",
                       fmt::arg("last", n.last), fmt::arg("program", quoted(n.program)),
                       fmt::arg("tasks", quoted(n.tasks)), fmt::arg("output", quoted(n.output)));
}

std::string slurmTasks(const Names& n) {
    return fmt::format(R"sh(#!/bin/sh
#SBATCH --job-name=tintreel
#SBATCH --array=0-{last}%8
#SBATCH --requeue
#SBATCH --open-mode=append
exec {program} run-task {tasks} --index "$SLURM_ARRAY_TASK_ID" --threads "${{SLURM_CPUS_PER_TASK:-0}}"
)sh",
                       fmt::arg("last", n.last), fmt::arg("program", quoted(n.program)),
                       fmt::arg("tasks", quoted(n.tasks)));
}

std::string slurmMerge(const Names& n) {
    return fmt::format("#!/bin/sh\n#SBATCH --job-name=tintreel-merge\nexec {} merge {} -o {} --force\n",
                       quoted(n.program), quoted(n.tasks), quoted(n.output));
}

constexpr const char* kSlurmSubmit = R"sh(#!/bin/sh
# Further arguments go to sbatch for the tasks: --partition=gpu --gres=gpu:1 --cpus-per-task=4 …
cd "$(dirname "$0")" || exit 1
tasks=$(sbatch --parsable "$@" tasks.sbatch) || exit $?
merge=$(sbatch --parsable --dependency=afterok:"${tasks%%;*}" merge.sbatch) || exit $?
echo "tasks: $tasks, merge: $merge"
)sh";

/// Open Job Description, template of a job (specification 2023-09).
std::string openJd(const Names& n) {
    const auto action = [](const std::vector<std::string>& arguments) {
        return nlohmann::ordered_json{
            {"actions", {{"onRun", {{"command", "{{Param.Program}}"}, {"args", arguments}}}}}};
    };
    const nlohmann::ordered_json job{
        {"specificationVersion", "jobtemplate-2023-09"},
        {"name", "tintreel"},
        {"parameterDefinitions",
         {{{"name", "Program"}, {"type", "STRING"}, {"default", n.program}},
          {{"name", "Tasks"}, {"type", "PATH"}, {"objectType", "FILE"}, {"dataFlow", "IN"}, {"default", n.tasks}},
          {{"name", "Output"}, {"type", "PATH"}, {"objectType", "FILE"}, {"dataFlow", "OUT"}, {"default", n.output}}}},
        {"steps",
         {{{"name", "Color"},
           {"parameterSpace",
            {{"taskParameterDefinitions",
              {{{"name", "Index"}, {"type", "INT"}, {"range", n.last > 0 ? fmt::format("0-{}", n.last) : "0"}}}}}},
           {"script", action({"run-task", "{{Param.Tasks}}", "--index", "{{Task.Param.Index}}"})}},
          {{"name", "Merge"},
           {"dependencies", {{{"dependsOn", "Color"}}}},
           {"script", action({"merge", "{{Param.Tasks}}", "-o", "{{Param.Output}}", "--force"})}}}}};
    return job.dump(2) + "\n";
}

}  // namespace

Result<std::vector<fs::path>> writeFarmScripts(const FarmPlan& plan, const std::string& kind, const fs::path& folder,
                                               const std::string& program, const fs::path& output, bool overwrite) {
    if (plan.tasks.empty()) return fail(ErrorCode::Input, "'" + plan.file.string() + "' has no task.");
    const Names names{program, fs::absolute(plan.file).string(), fs::absolute(output).string(), plan.tasks.size() - 1};
    std::vector<std::pair<std::string, std::string>> files;
    if (kind == "shell") files = {{"run.sh", shellScript(names)}};
    else if (kind == "slurm")
        files = {{"tasks.sbatch", slurmTasks(names)}, {"merge.sbatch", slurmMerge(names)}, {"submit.sh", kSlurmSubmit}};
    else if (kind == "openjd") files = {{"template.json", openJd(names)}};
    else return fail(ErrorCode::Usage, "There are scripts for shell, slurm and openjd, not for '" + kind + "'.");
    std::error_code ec;
    fs::create_directories(folder, ec);
    std::vector<fs::path> written;
    for (const auto& [name, text] : files) {
        TT_TRY(writeFileAtomically(folder / name, text, overwrite));
        if (name.ends_with(".sh"))
            fs::permissions(folder / name, fs::perms::owner_exec | fs::perms::group_exec | fs::perms::others_exec,
                            fs::perm_options::add, ec);
        written.push_back(folder / name);
    }
    return written;
}

}  // namespace tintreel::workflow
