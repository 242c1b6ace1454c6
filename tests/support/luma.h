// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

#include "support/shell.h"

namespace tintreel::testing {

/// PSNR in dB of one film's luma against another's, frame by frame whatever their clocks say; -1 where it cannot be
/// had.
inline double lumaPsnr(const std::filesystem::path& film, const std::filesystem::path& truth) {
    const auto text = shell("ffmpeg -nostdin -i " + quoted(film) + " -i " + quoted(truth) +
                            " -lavfi \"[0:v]settb=1/24,setpts=N[a];[1:v]settb=1/24,setpts=N[b];[a][b]psnr\" -f null -")
                          .output;
    const auto at = text.find("PSNR y:");
    return at == std::string::npos ? -1.0 : std::stod(text.substr(at + 7));
}

}  // namespace tintreel::testing
