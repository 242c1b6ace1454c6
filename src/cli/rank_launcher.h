// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "tintreel/base/result.h"

namespace tintreel::cli {

/// The further ranks of a data-parallel run on this machine: this process is rank 0, each of the others a process of
/// the same program. They learn their places from the environment, as under torchrun.
class RankLauncher {
public:
    /// Starts ranks 1 to ranks − 1 with `arguments` (after the program's name) and puts this process's place into the
    /// environment.
    [[nodiscard]] static Result<RankLauncher> start(int ranks, const std::vector<std::string>& arguments);
    RankLauncher(RankLauncher&& other) noexcept : children_(std::move(other.children_)) { other.children_.clear(); }
    RankLauncher& operator=(RankLauncher&&) = delete;
    /// Waits for the others, who end by themselves when rank 0 does or is lost.
    ~RankLauncher();

private:
    RankLauncher() = default;
    std::vector<pid_t> children_;
};

}  // namespace tintreel::cli
