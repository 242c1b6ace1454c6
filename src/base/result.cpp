// SPDX-License-Identifier: Apache-2.0
#include "tintreel/base/result.h"

namespace tintreel {

int exitCode(ErrorCode code) noexcept {
    switch (code) {
        case ErrorCode::Failed: return 1;
        case ErrorCode::Usage: return 2;
        case ErrorCode::Input: return 3;
        case ErrorCode::Output: return 4;
        case ErrorCode::Model: return 6;
        case ErrorCode::Mismatch: return 7;
        case ErrorCode::Cancelled: return 130;
    }
    return 1;
}

std::string describe(const Error& error) {
    std::string text = error.context.empty() ? error.userMessage : error.context + ": " + error.userMessage;
    if (!error.detail.empty()) text += " (" + error.detail + ")";
    return text;
}

}  // namespace tintreel
