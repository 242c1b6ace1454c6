// SPDX-License-Identifier: Apache-2.0
#include "tintreel/base/process.h"

#include <malloc.h>
#include <unistd.h>

#include <cstdlib>
#include <string_view>

namespace tintreel {

void prepareProcess(char** argv) {
    // The networks' OpenMP threads spin while they wait for each other; where other programs want the cores too, that
    // costs four fifths of the time. On two cores the motion's thread is such a one: 49 frames took 6.2 s with 10000
    // turns, 5.4 s with 1000, 5.9 s with none.
    if (std::getenv("OMP_WAIT_POLICY") == nullptr && std::getenv("GOMP_SPINCOUNT") == nullptr) {
        ::setenv("OMP_WAIT_POLICY", "passive", 1);
        ::setenv("GOMP_SPINCOUNT", "1000", 1);
        ::execv("/proc/self/exe", argv);  // comes back only where it failed; then the default must do
    }
    // The networks ask for the same large blocks frame after frame and step after step; giving each back to the kernel
    // costs a third of the time, and two fifths in training.
    ::mallopt(M_MMAP_THRESHOLD, 1 << 30);
    ::mallopt(M_TRIM_THRESHOLD, 1 << 30);
    ::mallopt(M_TOP_PAD, 64 << 20);
}

bool isOutOfMemory(const std::exception& error) {
    const std::string_view what = error.what();
    return what.find("out of memory") != std::string_view::npos || what.find("alloc") != std::string_view::npos;
}

}  // namespace tintreel
