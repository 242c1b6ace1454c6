// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

#include <spdlog/spdlog.h>

namespace tintreel {

/// Sets up spdlog on stderr (stdout is for data). verbosity: -1 quiet, 0 warnings, 1 info, 2 debug. `file`: everything from info on
/// is appended there too, with its time; "" for none. false: the file cannot be written, stderr alone is used.
bool setUpLogging(int verbosity, const std::filesystem::path& file = {});

}  // namespace tintreel
