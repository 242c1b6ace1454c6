// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <mutex>
#include <optional>

namespace tintreel::training {

/// What a person may ask of a run that goes on; the run takes the requests between two steps. Safe from any thread.
class RunControl {
public:
    enum class Command {
        Pause,  ///< a checkpoint is saved, then the run waits
        Resume,
        Stop,      ///< the run ends well, with the weights it has
        Validate,  ///< scores the weights now
    };
    void push(Command command) {
        const std::lock_guard lock(mutex_);
        commands_.push_back(command);
    }
    [[nodiscard]] std::optional<Command> take() {
        const std::lock_guard lock(mutex_);
        if (commands_.empty()) return std::nullopt;
        const Command command = commands_.front();
        commands_.pop_front();
        return command;
    }

private:
    std::mutex mutex_;
    std::deque<Command> commands_;
};

}  // namespace tintreel::training
