// SPDX-License-Identifier: Apache-2.0
#include "support/temp_dir.h"

#include <unistd.h>

#include <atomic>
#include <string>

namespace tintreel::testing {

TempDir::TempDir() {
    static std::atomic<int> counter{0};
    path_ = std::filesystem::temp_directory_path() /
            ("tintreel tést " + std::to_string(::getpid()) + "-" + std::to_string(counter++));
    std::filesystem::create_directories(path_);
}

TempDir::~TempDir() {
    std::error_code ec;
    std::filesystem::remove_all(path_, ec);
}

}  // namespace tintreel::testing
