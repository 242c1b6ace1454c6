// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace tintreel {

/// What a program that runs the networks does first in main, before any thread: it may start itself once more (with the same
/// arguments and process id), because the OpenMP runtime reads its settings before main.
void prepareProcess(char** argv);

}  // namespace tintreel
