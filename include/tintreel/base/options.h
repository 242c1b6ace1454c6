// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <limits>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "tintreel/base/result.h"

namespace tintreel {

/// One field of an options struct: what it is called, what it means, where it lives. One table serves the
/// command line, JSON files and forms, so that no parameter is listed twice.
struct OptionField {
    using Target = std::variant<bool*, int*, double*, std::string*>;

    std::string name;  ///< "working-size": the flag without dashes and the JSON key
    Target target;
    std::string help;  ///< one sentence, with unit and range
    double min = -std::numeric_limits<double>::infinity();
    double max = std::numeric_limits<double>::infinity();
    std::vector<std::string> choices;  ///< for strings; empty = anything
};

/// A list of fields bound to one options object. The object must outlive the table.
using OptionTable = std::vector<OptionField>;

/// Reads a JSON object into the table's targets. Unknown keys, wrong types and values out of range are errors
/// that name the place ("train.batch: must lie in 1..1024, is 0") and the nearest known key.
[[nodiscard]] Result<> readOptions(const OptionTable& table, const nlohmann::json& object, std::string_view place);

/// The targets as a JSON object, in table order.
[[nodiscard]] nlohmann::json writeOptions(const OptionTable& table);

/// Checks ranges and choices of the present values.
[[nodiscard]] Result<> checkOptions(const OptionTable& table, std::string_view place);

/// The candidate with the smallest edit distance to `word`, or "" where none is near: for "did you mean".
[[nodiscard]] std::string nearestName(std::string_view word, const std::vector<std::string>& candidates);

}  // namespace tintreel
