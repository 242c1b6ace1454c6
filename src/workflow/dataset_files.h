// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace tintreel::workflow {

// Endings of files with a dot, lower case.
[[nodiscard]] const std::set<std::string>& pictureEndings();
[[nodiscard]] const std::set<std::string>& filmEndings();
[[nodiscard]] bool hasEnding(const std::filesystem::path& path, const std::set<std::string>& endings);

/// The files under a folder with one of the endings, relative to it, in order.
[[nodiscard]] std::vector<std::string> filesIn(const std::filesystem::path& folder,
                                               const std::set<std::string>& endings);

/// A line of a tab-separated file.
[[nodiscard]] std::vector<std::string> cells(const std::string& line);

/// File stem → licence as stated; lists keep the original ending, files on disk may have another. Empty where there is
/// no list.
[[nodiscard]] std::map<std::string, std::string> readLicences(const std::filesystem::path& list);

}  // namespace tintreel::workflow
