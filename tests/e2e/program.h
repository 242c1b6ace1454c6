// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <set>
#include <sstream>
#include <string>

#include <nlohmann/json.hpp>

#include "support/shell.h"

namespace tintreel::testing {

/// The program as its users call it, with the shipped weights. `before` goes in front: "cd somewhere && ".
inline ShellResult program(const std::string& arguments, const std::string& before = {}) {
    return shell(before + "OMP_WAIT_POLICY=passive " + TINTREEL_BINARY_DIR + "/tintreel " + arguments);
}

/// The last line of a run with --json: its result.
inline nlohmann::json lastLine(const std::string& output) {
    std::istringstream in(output);
    std::string line, last;
    while (std::getline(in, line))
        if (line.starts_with("{")) last = line;
    return nlohmann::json::parse(last, nullptr, false);
}

/// What of a file's name begins like this: the file, a part of it, a working folder beside it; in order.
inline std::string leftOf(const std::filesystem::path& output) {
    std::set<std::string> names;
    const auto folder = output.has_parent_path() ? output.parent_path() : std::filesystem::path(".");
    for (const auto& entry : std::filesystem::directory_iterator(folder))
        if (entry.path().filename().string().starts_with(output.filename().string()))
            names.insert(entry.path().filename().string());
    std::string text;
    for (const auto& name : names) text += name + ' ';
    return text;
}

}  // namespace tintreel::testing
