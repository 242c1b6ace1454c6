// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

#include <spdlog/spdlog.h>

namespace tintreel {

/// Sets up spdlog on stderr (stdout is for data). verbosity: -1 quiet, 0 warnings, 1 info, 2 debug. `file`: everything
/// from info on is appended there too, with its time; "" for none. What shall go there alone is logged to
/// spdlog::get(kFileLog), which is null without a file. false: the file cannot be written, stderr alone is used.
inline constexpr const char* kFileLog = "file";
bool setUpLogging(int verbosity, const std::filesystem::path& file = {});

}  // namespace tintreel
