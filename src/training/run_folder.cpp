// SPDX-License-Identifier: Apache-2.0
#include "training/run_folder.h"

#include <sstream>

#include <fmt/format.h>

#include "tintreel/base/atomic_file.h"
#include "tintreel/training/shard.h"

namespace tintreel::training {
namespace fs = std::filesystem;

Result<> RunFolder::open(const nlohmann::json& config, bool goesOn, std::int64_t step) {
    std::error_code ec;
    fs::create_directories(folder_, ec);
    if (ec)
        return fail(ErrorCode::Output, "The folder '" + folder_.string() + "' cannot be made; choose another.",
                    ec.message());
    if (goesOn) {
        TT_TRY(dropMetricsAfter(step));
    } else {
        TT_TRY(clear());
    }
    TT_TRY(writeFileAtomically(folder_ / "config.json", config.dump(2) + "\n", true));
    metrics_.open(folder_ / "metrics.jsonl", std::ios::app);
    if (!metrics_)
        return fail(ErrorCode::Output, "'" + (folder_ / "metrics.jsonl").string() +
                                           "' cannot be written; check the folder's permissions.");
    events_.open(folder_, step);
    return {};
}

Result<> RunFolder::clear() {
    std::error_code ec;
    std::vector<fs::path> old;
    for (const auto& entry : fs::directory_iterator(folder_, ec)) {
        const std::string name = entry.path().filename().string();
        if (name == "checkpoint.safetensors" || name == "weights.safetensors" || name == "best.safetensors" ||
            name == "metrics.jsonl" || name.starts_with("events.out.tfevents."))
            old.push_back(entry.path());
    }
    for (const auto& entry : fs::directory_iterator(folder_ / "samples", ec))
        if (entry.path().filename().string().starts_with("step-")) old.push_back(entry.path());
    ec.clear();
    for (const auto& path : old) {
        fs::remove_all(path, ec);
        if (ec)
            return fail(ErrorCode::Output,
                        "'" + path.string() + "' of an older run cannot be removed; choose another folder.",
                        ec.message());
    }
    return {};
}

Result<> RunFolder::dropMetricsAfter(std::int64_t step) {
    const auto path = folder_ / "metrics.jsonl";
    std::error_code ec;
    if (!fs::exists(path, ec)) return {};
    TT_ASSIGN(const std::string text, readFile(path));
    std::istringstream in(text);
    std::string kept;
    for (std::string line; std::getline(in, line);) {
        const auto json = nlohmann::json::parse(line, nullptr, false);  // a line that a kill cut short is no JSON
        if (json.is_object() && json.value("step", std::int64_t{0}) <= step) kept += line + '\n';
    }
    return writeFileAtomically(path, kept, true);
}

void RunFolder::write(const nlohmann::json& line) {
    metrics_.clear();  // after a full disk, what comes next may fit again
    metrics_ << line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) << '\n' << std::flush;
    std::map<std::string, double> figures;
    for (const auto& [name, value] : line.items())
        if (value.is_number() && name != "v" && name != "step") figures[name] = value.get<double>();
    if (!figures.empty())
        events_.scalars(line.at("step").get<std::int64_t>(), line.at("type").get<std::string>(), figures);
}

Result<std::vector<std::string>> RunFolder::writeSamples(std::int64_t step, const std::vector<RgbImage>& pictures) {
    const auto folder = folder_ / "samples" / fmt::format("step-{:08}", step);
    std::error_code ec;
    fs::create_directories(folder, ec);
    if (ec)
        return fail(ErrorCode::Output,
                    "The folder '" + folder.string() + "' cannot be made; is there room on the disk?", ec.message());
    std::vector<std::string> files;
    for (std::size_t i = 0; i < pictures.size(); ++i) {
        TT_ASSIGN(const std::string jpeg, encodeJpeg(pictures[i], 95, true));
        const auto file = folder / fmt::format("{:02}.jpg", i);
        TT_TRY(writeFileAtomically(file, jpeg, true));
        events_.image(step, fmt::format("samples/{:02}", i), pictures[i].width, pictures[i].height, jpeg);
        files.push_back(file.string());
    }
    return files;
}

}  // namespace tintreel::training
