// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <exception>

namespace tintreel {

/// What a program that runs the networks does first in main, before any thread: it may start itself once more (with the
/// same arguments and process id), because the OpenMP runtime reads its settings before main.
void prepareProcess(char** argv);

/// Whether what was thrown says that memory, of the machine or of a GPU, ran out; LibTorch and OpenCV say so in words
/// alone.
[[nodiscard]] bool isOutOfMemory(const std::exception& error);

}  // namespace tintreel
