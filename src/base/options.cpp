// SPDX-License-Identifier: Apache-2.0
#include "tintreel/base/options.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace tintreel {
namespace {

std::string placeOf(std::string_view place, const std::string& name) {
    return place.empty() ? name : std::string(place) + "." + name;
}

Result<> checkField(const OptionField& field, std::string_view place) {
    const auto inRange = [&](double value) -> Result<> {
        if (std::isfinite(value) && value >= field.min && value <= field.max) return {};
        return fail(ErrorCode::Usage, fmt::format("{}: must lie in {}..{}, is {}.", placeOf(place, field.name),
                                                  field.min, field.max, value));
    };
    if (auto* const* number = std::get_if<int*>(&field.target)) return inRange(**number);
    if (auto* const* number = std::get_if<double*>(&field.target)) return inRange(**number);
    if (auto* const* text = std::get_if<std::string*>(&field.target); text && !field.choices.empty()) {
        if (std::find(field.choices.begin(), field.choices.end(), **text) == field.choices.end())
            return fail(ErrorCode::Usage, fmt::format("{}: '{}' is not one of {}.", placeOf(place, field.name), **text,
                                                      fmt::join(field.choices, ", ")));
    }
    return {};
}

Result<> readField(const OptionField& field, const nlohmann::json& value, std::string_view place) {
    const auto wrongType = [&](const char* wanted) {
        return fail(ErrorCode::Usage,
                    fmt::format("{}: must be {}, is {}.", placeOf(place, field.name), wanted, value.dump()));
    };
    if (auto* const* target = std::get_if<bool*>(&field.target)) {
        if (!value.is_boolean()) return wrongType("true or false");
        **target = value.get<bool>();
    } else if (auto* const* whole = std::get_if<int*>(&field.target)) {
        if (!value.is_number_integer()) return wrongType("a whole number");
        const auto wide = value.get<std::int64_t>();
        if (wide < std::numeric_limits<int>::min() || wide > std::numeric_limits<int>::max())
            return wrongType("a whole number of 32 bits");
        **whole = static_cast<int>(wide);
    } else if (auto* const* number = std::get_if<double*>(&field.target)) {
        if (!value.is_number()) return wrongType("a number");
        **number = value.get<double>();
    } else if (auto* const* text = std::get_if<std::string*>(&field.target)) {
        if (!value.is_string()) return wrongType("a text");
        **text = value.get<std::string>();
    }
    return checkField(field, place);
}

}  // namespace

Result<> readOptions(const OptionTable& table, const nlohmann::json& object, std::string_view place) {
    if (!object.is_object()) return fail(ErrorCode::Usage, fmt::format("{}: must be an object with settings.", place));
    for (const auto& [key, value] : object.items()) {
        const auto field =
            std::find_if(table.begin(), table.end(), [&](const OptionField& f) { return f.name == key; });
        if (field == table.end()) {
            std::vector<std::string> names;
            for (const auto& f : table) names.push_back(f.name);
            const std::string near = nearestName(key, names);
            return fail(ErrorCode::Usage, fmt::format("{}: unknown key{}", placeOf(place, key),
                                                      near.empty() ? "." : ", did you mean \"" + near + "\"?"));
        }
        TT_TRY(readField(*field, value, place));
    }
    return {};
}

nlohmann::json writeOptions(const OptionTable& table) {
    nlohmann::json object = nlohmann::json::object();
    for (const auto& field : table) std::visit([&](auto* target) { object[field.name] = *target; }, field.target);
    return object;
}

Result<> checkOptions(const OptionTable& table, std::string_view place) {
    for (const auto& field : table) TT_TRY(checkField(field, place));
    return {};
}

std::string nearestName(std::string_view word, const std::vector<std::string>& candidates) {
    std::string best;
    std::size_t bestDistance = std::max<std::size_t>(2, word.size() / 3) + 1;
    for (const auto& candidate : candidates) {
        // Levenshtein distance, one row at a time.
        std::vector<std::size_t> row(candidate.size() + 1);
        std::iota(row.begin(), row.end(), std::size_t{0});
        for (std::size_t i = 1; i <= word.size(); ++i) {
            std::size_t diagonal = row[0];
            row[0] = i;
            for (std::size_t j = 1; j <= candidate.size(); ++j) {
                const std::size_t substitute = diagonal + (word[i - 1] == candidate[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = std::min({row[j] + 1, row[j - 1] + 1, substitute});
            }
        }
        if (row.back() < bestDistance) {
            bestDistance = row.back();
            best = candidate;
        }
    }
    return best;
}

}  // namespace tintreel
