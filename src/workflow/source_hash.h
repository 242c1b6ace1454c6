// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "tintreel/base/job.h"
#include "tintreel/base/result.h"

namespace tintreel::workflow {

/// The SHA-256 of a film, or of the numbered pictures that make one (sha256OfFiles), worked out on a thread of its own
/// while other work goes on. What was worked out is kept in `memory`, so that the same film is not read again: it
/// counts while path, size, time of change and the film's first and last MiB are the same (of pictures: names, sizes
/// and times).
class SourceHash {
public:
    /// Begins at once. `memory`: a file that may be there already; "" for none.
    SourceHash(std::filesystem::path film, std::filesystem::path memory);
    ~SourceHash();
    SourceHash(const SourceHash&) = delete;
    SourceHash& operator=(const SourceHash&) = delete;

    /// Waits for it. Stage: "source hash". Error: Input; cancelled().
    [[nodiscard]] Result<std::string> wait(JobContext& context);
    /// Bytes of the film; of pictures the sum.
    [[nodiscard]] std::uintmax_t bytes() const noexcept { return bytes_; }
    [[nodiscard]] bool wasKnown() const noexcept { return known_; }

private:
    [[nodiscard]] std::string identity() const;
    [[nodiscard]] std::optional<std::string> remembered() const;
    void run(const std::stop_token& stop);

    std::filesystem::path film_, memory_;
    std::vector<std::filesystem::path> files_;
    bool pictures_ = false;
    std::uintmax_t bytes_ = 0;
    bool known_ = false;
    std::string identity_;
    std::atomic<std::uintmax_t> read_{0};
    std::atomic<bool> done_{false};
    Result<std::string> result_ = std::string();
    std::jthread thread_;  // last: it uses all of the above
};

}  // namespace tintreel::workflow
