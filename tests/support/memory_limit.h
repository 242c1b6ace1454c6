// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

/// First line of a test that runs a program under `ulimit -v`.
#ifdef __SANITIZE_ADDRESS__
#define TINTREEL_UNDER_MEMORY_LIMIT() GTEST_SKIP() << "AddressSanitizer starts under no limit of memory"
#else
#define TINTREEL_UNDER_MEMORY_LIMIT() static_cast<void>(0)
#endif
