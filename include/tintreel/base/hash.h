// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "tintreel/base/result.h"

namespace tintreel {

/// SHA-256 (FIPS 180-4) of bytes that come in pieces.
class Sha256 {
public:
    Sha256();
    void add(std::string_view bytes);
    /// Lower-case hexadecimal. Ends the sum.
    [[nodiscard]] std::string hex();

private:
    struct Free {
        void operator()(void* context) const noexcept;
    };
    std::unique_ptr<void, Free> context_;
};

/// Told of every block how many bytes were read so far; false stops.
using HashProgress = std::function<bool(std::uintmax_t bytes)>;

/// As sha256OfFile(path), for files of any size: cancelled() where `goOn` says no. Error: Input.
[[nodiscard]] Result<std::string> sha256OfFile(const std::filesystem::path& path, const HashProgress& goOn);

/// One hash over many files: of the text that has for each file, in byte order of their names, its SHA-256, two spaces,
/// its name without folder and a line end. That is what `LC_ALL=C; sha256sum * | sha256sum` gives in their folder.
/// Errors as above.
[[nodiscard]] Result<std::string> sha256OfFiles(std::vector<std::filesystem::path> files, const HashProgress& goOn);

}  // namespace tintreel
