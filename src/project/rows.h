// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include <SQLiteCpp/Statement.h>

#include "tintreel/hints/hint.h"

namespace tintreel::project {

/// A colour as two columns: "ab", "rgb", "palette" or "neutral", and its numbers or its slot's name.
struct ColorText {
    std::string kind, text;
};
[[nodiscard]] ColorText textOf(const hints::HintColor& color);
[[nodiscard]] hints::HintColor colorOf(const std::string& kind, const std::string& text);
/// The same of a palette slot, which has a colour of its own.
[[nodiscard]] hints::PlainColor plainColorOf(const std::string& kind, const std::string& text);

constexpr const char* kInsertHint =
    "INSERT INTO hint(frame, span, range_first, range_end, kind, radius, points, color_kind, color) VALUES (?,?,?,?,?,?,?,?,?)";
/// Binds these nine columns, from parameter `first` on; and reads them from column `first` on.
void bindHint(SQLite::Statement& s, int first, const hints::Hint& hint);
[[nodiscard]] hints::Hint hintFrom(SQLite::Statement& s, int first);

}  // namespace tintreel::project
