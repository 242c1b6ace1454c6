// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>

namespace tintreel {

/// Where a long operation stands: stage i of n, done of total items in it.
struct Progress {
    std::string stage;
    int stageIndex = 0;  ///< 0-based
    int stageCount = 1;
    std::int64_t done = 0;
    std::int64_t total = 0;  ///< 0 when unknown
};

/// Something a user must hear of but that does not end the job. `frame` is -1 where no frame is meant.
struct Warning {
    std::string code;  ///< upper case, stable, for programs: "CORRUPT_PACKET"
    std::string message;
    std::int64_t frame = -1;
};

/// What every long operation is given: a place to report to and a flag to look at.
/// `report`, `warn` and `stopRequested` may be called from any thread; `report` never blocks for long.
/// Every per-frame loop asks stopRequested() at least once a frame and then returns cancelled().
class JobContext {
public:
    virtual ~JobContext() = default;
    JobContext() = default;
    JobContext(const JobContext&) = delete;
    JobContext& operator=(const JobContext&) = delete;

    [[nodiscard]] bool stopRequested() const noexcept { return stop_.load(std::memory_order_relaxed); }
    void requestStop() noexcept { stop_.store(true, std::memory_order_relaxed); }

    virtual void report(const Progress& progress);
    virtual void warn(const Warning& warning);

    /// The latest report; safe from any thread (a GUI polls this at 10–30 Hz).
    [[nodiscard]] Progress progress() const;

private:
    std::atomic<bool> stop_{false};
    mutable std::mutex mutex_;
    Progress progress_;
};

/// Estimates the time left from the rate since the stage began.
class EtaClock {
public:
    /// Seconds left, or nothing while it cannot be said yet.
    [[nodiscard]] std::optional<double> update(const Progress& progress);
    /// Items per second since the stage began; 0 while unknown.
    [[nodiscard]] double rate() const noexcept { return rate_; }

private:
    std::string stage_;
    std::chrono::steady_clock::time_point start_{};
    double rate_ = 0;
};

}  // namespace tintreel
