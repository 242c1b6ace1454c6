// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "tintreel/base/image.h"
#include "tintreel/base/result.h"
#include "training/event_file.h"

namespace tintreel::training {

/// The files of one run (docs/training.md).
class RunFolder {
public:
    explicit RunFolder(std::filesystem::path folder) : folder_(std::move(folder)) {}

    /// Makes the folder and writes config.json. A new run begins at step 0: what an older run left is removed. One that
    /// goes on from `step` drops the metrics after it, which it will write again. Error: Output.
    [[nodiscard]] Result<> open(const nlohmann::json& config, bool goesOn, std::int64_t step);

    [[nodiscard]] std::filesystem::path checkpoint() const { return folder_ / "checkpoint.safetensors"; }
    [[nodiscard]] std::filesystem::path weights() const { return folder_ / "weights.safetensors"; }
    [[nodiscard]] std::filesystem::path best() const { return folder_ / "best.safetensors"; }
    [[nodiscard]] const std::filesystem::path& path() const noexcept { return folder_; }

    /// Appends a line to metrics.jsonl, and its figures to the event file.
    void write(const nlohmann::json& line);
    /// samples/step-00000100/00.jpg and so on; the files. Error: Output.
    [[nodiscard]] Result<std::vector<std::string>> writeSamples(std::int64_t step,
                                                                const std::vector<RgbImage>& pictures);

private:
    [[nodiscard]] Result<> clear();
    [[nodiscard]] Result<> dropMetricsAfter(std::int64_t step);
    std::filesystem::path folder_;
    std::ofstream metrics_;
    EventFile events_;
};

}  // namespace tintreel::training
