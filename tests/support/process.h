// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <string>
#include <vector>

namespace tintreel::testing {

/// A program that runs beside the test: what it says is read line by line, commands go to its stdin, signals to the
/// process. What it writes on stderr goes to a file. Killed at the end of its life.
class Process {
public:
    Process(std::vector<std::string> arguments, const std::string& errorFile,
            const std::vector<std::string>& environment = {}) {
        std::array<int, 2> in{}, out{};
        if (::pipe2(in.data(), O_CLOEXEC) != 0 || ::pipe2(out.data(), O_CLOEXEC) != 0) return;
        pid_ = ::fork();
        if (pid_ == 0) {
            ::dup2(in[0], 0);
            ::dup2(out[1], 1);
            ::dup2(::open(errorFile.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0644), 2);
            for (const auto& variable : environment) ::putenv(const_cast<char*>(variable.c_str()));
            std::vector<char*> argv;
            for (auto& argument : arguments) argv.push_back(argument.data());
            argv.push_back(nullptr);
            ::execv(argv[0], argv.data());
            ::_exit(127);
        }
        ::close(in[0]);
        ::close(out[1]);
        in_ = in[1];
        out_ = out[0];
    }
    ~Process() {
        if (pid_ > 0) {
            ::kill(pid_, SIGKILL);
            (void)wait();
        }
        ::close(in_);
        ::close(out_);
    }
    Process(const Process&) = delete;
    Process& operator=(const Process&) = delete;

    void say(const std::string& line) const {
        const std::string text = line + "\n";
        (void)!::write(in_, text.data(), text.size());
    }
    void signal(int number) const { ::kill(pid_, number); }

    /// The next line that holds `text`; "" where the program ends first or says nothing for `seconds`.
    std::string lineWith(const std::string& text, int seconds = 120) {
        for (std::string line = next(seconds); !line.empty(); line = next(seconds))
            if (line.find(text) != std::string::npos) return line;
        return {};
    }
    /// Exit code, or 128 + signal, once it has ended.
    int wait() {
        if (pid_ <= 0) return code_;
        int status = 0;
        ::waitpid(pid_, &status, 0);
        pid_ = -1;
        code_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
        return code_;
    }

private:
    std::string next(int seconds) {
        const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(seconds);
        for (;;) {
            if (const auto end = text_.find('\n'); end != std::string::npos) {
                std::string line = text_.substr(0, end);
                text_.erase(0, end + 1);
                if (!line.empty()) return line;
                continue;
            }
            const auto left =
                std::chrono::duration_cast<std::chrono::milliseconds>(until - std::chrono::steady_clock::now()).count();
            pollfd ready{out_, POLLIN, 0};
            if (left <= 0 || ::poll(&ready, 1, static_cast<int>(left)) <= 0) return {};
            std::array<char, 4096> block{};
            const auto n = ::read(out_, block.data(), block.size());
            if (n <= 0) return {};
            text_.append(block.data(), static_cast<std::size_t>(n));
        }
    }

    pid_t pid_ = -1;
    int in_ = -1, out_ = -1, code_ = -1;
    std::string text_;
};

}  // namespace tintreel::testing
