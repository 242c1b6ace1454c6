// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/wait.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <string>

namespace tintreel::testing {

struct ShellResult {
    int exit = -1;
    std::string output;
};

/// Runs a shell command; stdout and stderr together.
inline ShellResult shell(const std::string& command) {
    ShellResult result;
    FILE* pipe = ::popen((command + " 2>&1 </dev/null").c_str(), "r");
    if (pipe == nullptr) return result;
    std::array<char, 4096> block{};
    while (const auto n = std::fread(block.data(), 1, block.size(), pipe)) result.output.append(block.data(), n);
    const int status = ::pclose(pipe);
    result.exit = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return result;
}

/// A path in single quotes.
inline std::string quoted(const std::filesystem::path& path) { return "'" + path.string() + "'"; }

/// ffmpeg with the given arguments; its exit code.
inline ShellResult ffmpeg(const std::string& arguments) { return shell("ffmpeg -nostdin -v error -y " + arguments); }

}  // namespace tintreel::testing
