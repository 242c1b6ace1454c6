// SPDX-License-Identifier: Apache-2.0
#include "workflow/dataset_files.h"

#include <algorithm>
#include <sstream>

#include "tintreel/base/atomic_file.h"

namespace tintreel::workflow {
namespace fs = std::filesystem;

const std::set<std::string>& pictureEndings() {
    static const std::set<std::string> endings{".jpg", ".jpeg", ".png", ".tif", ".tiff"};
    return endings;
}

const std::set<std::string>& filmEndings() {
    static const std::set<std::string> endings{".mp4", ".mkv", ".mov", ".avi", ".webm", ".mpg", ".m4v"};
    return endings;
}

std::vector<std::string> cells(const std::string& line) {
    std::vector<std::string> parts;
    std::istringstream row(line);
    for (std::string part; std::getline(row, part, '\t');) parts.push_back(part);
    if (!parts.empty() && !parts.back().empty() && parts.back().back() == '\r') parts.back().pop_back();
    return parts;
}

std::map<std::string, std::string> readLicences(const fs::path& list) {
    std::map<std::string, std::string> licences;
    const auto text = readFile(list);
    if (!text) return licences;
    std::istringstream in(*text);
    for (std::string line; std::getline(in, line);) {
        const auto parts = cells(line);
        if (parts.size() >= 5) licences[fs::path(parts[0]).stem().string()] = parts[4];
    }
    return licences;
}

bool hasEnding(const fs::path& path, const std::set<std::string>& endings) {
    std::string e = path.extension().string();
    std::transform(e.begin(), e.end(), e.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return endings.count(e) > 0;
}

std::vector<std::string> filesIn(const fs::path& folder, const std::set<std::string>& endings) {
    std::vector<std::string> files;
    std::error_code ec;
    for (fs::recursive_directory_iterator at(folder, fs::directory_options::skip_permission_denied, ec), end;
         !ec && at != end; at.increment(ec))
        if (at->is_regular_file(ec) && hasEnding(at->path(), endings))
            files.push_back(fs::relative(at->path(), folder).generic_string());
    std::sort(files.begin(), files.end());
    return files;
}

}  // namespace tintreel::workflow
