// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

namespace tintreel::testing {

/// A fresh folder, with a space and a letter outside ASCII in its name, removed with everything in it at the end.
class TempDir {
public:
    TempDir();
    ~TempDir();
    TempDir(const TempDir&) = delete;
    TempDir& operator=(const TempDir&) = delete;
    [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }
    [[nodiscard]] std::filesystem::path operator/(const std::filesystem::path& name) const { return path_ / name; }

private:
    std::filesystem::path path_;
};

}  // namespace tintreel::testing
