// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

#include "tintreel/base/result.h"

namespace tintreel {

/// The life of an output, a file or a folder of files: written as `target.part`, synced, then renamed. Until commit()
/// nothing lies under the final name; a PartFile that is destroyed without commit() removes the part.
class PartFile {
public:
    /// Checks that `target` may be made: its folder exists and is writable and, unless `overwrite`, nothing
    /// lies there yet. Error: ErrorCode::Output. Creates nothing but takes over an older `.part`.
    [[nodiscard]] static Result<PartFile> create(const std::filesystem::path& target, bool overwrite);

    /// Whether a file of that name in an existing folder may be replaced.
    using Replaceable = std::function<bool(const std::string& name)>;
    /// The same for a folder of files: makes `target.part` as a folder to write into. An existing folder is replaced
    /// with `overwrite` alone, and only where every entry is a file that `replaceable` knows. Error: ErrorCode::Output.
    [[nodiscard]] static Result<PartFile> createFolder(const std::filesystem::path& target, bool overwrite,
                                                       Replaceable replaceable);

    PartFile(PartFile&& other) noexcept;
    PartFile& operator=(PartFile&& other) noexcept;
    PartFile(const PartFile&) = delete;
    PartFile& operator=(const PartFile&) = delete;
    ~PartFile();

    /// The name to write to: `target` + ".part".
    [[nodiscard]] const std::filesystem::path& partPath() const noexcept { return part_; }
    [[nodiscard]] const std::filesystem::path& target() const noexcept { return target_; }

    /// fsyncs the part (every file of a folder) and the folder around it and renames it to the target.
    [[nodiscard]] Result<> commit();

private:
    PartFile() = default;
    [[nodiscard]] Result<> commitFolder();
    std::filesystem::path target_;
    std::filesystem::path part_;
    bool isFolder_ = false;
    Replaceable replaceable_;  // set for a folder that may be there already
};

/// Writes `bytes` to `target` by way of a PartFile.
[[nodiscard]] Result<> writeFileAtomically(const std::filesystem::path& target, std::string_view bytes, bool overwrite);

/// The whole of a file. Error: ErrorCode::Input with the name and the reason; also when over `maxBytes`.
[[nodiscard]] Result<std::string> readFile(const std::filesystem::path& path, std::uintmax_t maxBytes = 1ULL << 32);

/// Lower-case hexadecimal SHA-256 (FIPS 180-4) of a file, read in blocks.
[[nodiscard]] Result<std::string> sha256OfFile(const std::filesystem::path& path);
[[nodiscard]] std::string sha256OfBytes(std::string_view bytes);

}  // namespace tintreel
