// SPDX-License-Identifier: Apache-2.0
#include "tintreel/inference/process.h"

#include <malloc.h>
#include <unistd.h>

#include <cstdlib>

namespace tintreel::inference {

void prepareProcess(char** argv) {
    // The networks' OpenMP threads spin while they wait for each other; where other programs want the cores too, that costs
    // four fifths of the time.
    if (std::getenv("OMP_WAIT_POLICY") == nullptr && std::getenv("GOMP_SPINCOUNT") == nullptr) {
        ::setenv("OMP_WAIT_POLICY", "passive", 1);
        ::setenv("GOMP_SPINCOUNT", "10000", 1);
        ::execv("/proc/self/exe", argv);  // comes back only where it failed; then the default must do
    }
    // The networks ask for the same large blocks frame after frame; giving each back to the kernel costs a third of the time.
    ::mallopt(M_MMAP_THRESHOLD, 32 << 20);
    ::mallopt(M_TRIM_THRESHOLD, 512 << 20);
    ::mallopt(M_TOP_PAD, 64 << 20);
}

std::filesystem::path defaultModelsFolder() {
    if (const char* named = std::getenv("TINTREEL_MODELS"); named != nullptr && *named != '\0') return named;
    std::error_code ec;
    const auto program = std::filesystem::read_symlink("/proc/self/exe", ec);
    if (!ec) {
        const auto installed = program.parent_path().parent_path() / "share" / "tintreel" / "models";
        if (std::filesystem::exists(installed / "manifest.json", ec)) return installed;
    }
    return TINTREEL_SOURCE_MODELS;
}

}  // namespace tintreel::inference
