// SPDX-License-Identifier: Apache-2.0
#include "tintreel/base/job.h"

#include <algorithm>

#include "tintreel/base/log.h"

namespace tintreel {

void JobContext::report(const Progress& progress) {
    const std::lock_guard lock(mutex_);
    progress_ = progress;
}

void JobContext::warn(const Warning& warning) { spdlog::warn("{}", warning.message); }

Progress JobContext::progress() const {
    const std::lock_guard lock(mutex_);
    return progress_;
}

std::optional<double> EtaClock::update(const Progress& progress) {
    const auto now = std::chrono::steady_clock::now();
    if (progress.stage != stage_) {
        stage_ = progress.stage;
        start_ = now;
        rate_ = 0;
        return std::nullopt;
    }
    const double seconds = std::chrono::duration<double>(now - start_).count();
    if (seconds < 0.2 || progress.done <= 0) return std::nullopt;
    rate_ = static_cast<double>(progress.done) / seconds;
    if (progress.total <= 0) return std::nullopt;
    return static_cast<double>(std::max<std::int64_t>(0, progress.total - progress.done)) / rate_;
}

}  // namespace tintreel
