// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <atomic>
#include <future>
#include <vector>

#include "tintreel/base/result.h"

namespace tintreel::training {

/// Calls work(i) for i in 0..count-1 on up to `workers` threads, this one among them. The error of the lowest i is
/// returned; the others run to their end all the same, so that what the calls draw and change does not depend on the
/// number of threads. What a call throws is thrown here.
template <class Work>
[[nodiscard]] Result<> inParallel(int count, int workers, const Work& work) {
    std::vector<Result<>> results(static_cast<std::size_t>(count));
    std::atomic<int> next = 0;
    const auto run = [&] {
        for (int i = next++; i < count; i = next++) results[static_cast<std::size_t>(i)] = work(i);
    };
    std::vector<std::future<void>> others;
    for (int t = 1; t < std::min(workers, count); ++t) others.push_back(std::async(std::launch::async, run));
    run();
    for (auto& other : others) other.get();
    for (auto& result : results)
        if (!result) return std::move(result);
    return {};
}

}  // namespace tintreel::training
