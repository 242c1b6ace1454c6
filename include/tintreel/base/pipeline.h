// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <exception>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "tintreel/base/result.h"

namespace tintreel {

/// Hands items from one thread to another and holds at most `capacity` of them, so that the quicker of the two waits.
template <class T>
class BoundedQueue {
public:
    explicit BoundedQueue(std::size_t capacity) : capacity_(capacity) {}
    /// Waits for room. false: the queue was aborted.
    [[nodiscard]] bool push(T item) {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return aborted_ || items_.size() < capacity_; });
        if (aborted_) return false;
        items_.push_back(std::move(item));
        changed_.notify_all();
        return true;
    }
    /// Waits for an item. Nothing: the queue was aborted, or closed and emptied.
    [[nodiscard]] std::optional<T> pop() {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return aborted_ || closed_ || !items_.empty(); });
        if (aborted_ || items_.empty()) return std::nullopt;
        std::optional<T> item(std::move(items_.front()));
        items_.pop_front();
        changed_.notify_all();
        return item;
    }
    /// Nothing more will be pushed.
    void close() { end(closed_); }
    /// Wakes both sides; what is in the queue is dropped.
    void abort() { end(aborted_); }

private:
    void end(bool& flag) {
        const std::lock_guard lock(mutex_);
        flag = true;
        if (aborted_) items_.clear();
        changed_.notify_all();
    }
    const std::size_t capacity_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<T> items_;
    bool closed_ = false, aborted_ = false;
};

/// A number that only rises, for threads that wait until it has passed what they need.
class Watermark {
public:
    void raise(std::int64_t level) {
        const std::lock_guard lock(mutex_);
        if (level <= level_) return;
        level_ = level;
        changed_.notify_all();
    }
    /// Waits until the level is above `value`. false: aborted.
    [[nodiscard]] bool waitAbove(std::int64_t value) {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return aborted_ || level_ > value; });
        return !aborted_;
    }
    void abort() {
        const std::lock_guard lock(mutex_);
        aborted_ = true;
        changed_.notify_all();
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    std::int64_t level_ = 0;
    bool aborted_ = false;
};

/// Stages of one job on threads of their own. The first error of any stage is the job's: `stopAll` then wakes the
/// others, which end with whatever they like. The object outlives nothing that its stages use: make it last.
class Pipeline {
public:
    explicit Pipeline(std::function<void()> stopAll) : stopAll_(std::move(stopAll)) {}
    Pipeline(const Pipeline&) = delete;
    Pipeline& operator=(const Pipeline&) = delete;
    ~Pipeline() {
        if (!threads_.empty()) stopAll_();
    }

    void start(std::function<Result<>()> stage) {
        threads_.emplace_back([this, stage = std::move(stage)] { run(stage); });
    }
    /// Runs a stage on the calling thread.
    void run(const std::function<Result<>()>& stage) {
        auto result = guarded(stage);
        if (result) return;
        {
            const std::lock_guard lock(mutex_);
            if (!error_) error_ = std::move(result.error());
        }
        stopAll_();
    }
    /// Whether a stage has ended with an error.
    [[nodiscard]] bool failed() const {
        const std::lock_guard lock(mutex_);
        return error_.has_value();
    }
    /// Waits for all stages. The first error, if there was one.
    [[nodiscard]] Result<> finish() {
        threads_.clear();
        if (error_) return tl::unexpected(*error_);
        return {};
    }

private:
    static Result<> guarded(const std::function<Result<>()>& stage) {
        try {
            return stage();
        } catch (const std::bad_alloc&) {
            return fail(ErrorCode::Failed, "There is not enough memory for pictures of this size.");
        } catch (const std::exception& error) {
            return fail(ErrorCode::Failed, "Something went wrong that should not; please report it.", error.what());
        }
    }
    std::function<void()> stopAll_;
    mutable std::mutex mutex_;
    std::optional<Error> error_;
    std::vector<std::jthread> threads_;  // last: they use all else
};

}  // namespace tintreel
