// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <spdlog/spdlog.h>

namespace tintreel {

/// Sets up spdlog on stderr (stdout is for data). verbosity: -1 quiet, 0 warnings, 1 info, 2 debug.
void setUpLogging(int verbosity);

}  // namespace tintreel
