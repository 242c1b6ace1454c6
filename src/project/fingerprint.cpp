// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <fstream>

#include "tintreel/base/atomic_file.h"
#include "tintreel/project/project.h"

namespace tintreel::project {
namespace fs = std::filesystem;
namespace {

constexpr std::uint64_t kEdge = 1 << 20;

}  // namespace

Result<Fingerprint> fingerprintOf(const fs::path& path) {
    std::error_code ec;
    std::vector<fs::path> files;
    if (fs::is_directory(path, ec)) {
        for (const auto& entry : fs::directory_iterator(path, ec))
            if (entry.is_regular_file(ec)) files.push_back(entry.path());
        std::sort(files.begin(), files.end());
    } else {
        files.push_back(path);
    }
    Fingerprint result;
    std::string seen;
    for (const auto& file : files) {
        const auto size = fs::file_size(file, ec);
        std::ifstream in(file, std::ios::binary);
        if (ec || !in)
            return fail(ErrorCode::Input,
                        "The film '" + file.string() + "' cannot be read; if it was moved, relink it.", ec.message());
        result.size += size;
        std::string edge(static_cast<std::size_t>(std::min(size, kEdge)), '\0');
        in.read(edge.data(), static_cast<std::streamsize>(edge.size()));
        seen += std::to_string(size) + ":" + sha256OfBytes(edge);
        if (size > kEdge) {
            in.seekg(static_cast<std::streamoff>(size - edge.size()));
            in.read(edge.data(), static_cast<std::streamsize>(edge.size()));
            seen += sha256OfBytes(edge);
        }
        if (!in) return fail(ErrorCode::Input, "The film '" + file.string() + "' cannot be read to its end.");
    }
    if (files.empty()) return fail(ErrorCode::Input, "The folder '" + path.string() + "' holds no pictures.");
    result.sha256 = sha256OfBytes(seen);
    return result;
}

}  // namespace tintreel::project
