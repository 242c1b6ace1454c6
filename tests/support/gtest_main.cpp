// SPDX-License-Identifier: Apache-2.0
#include <clocale>
#include <csignal>
#include <cstdlib>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tintreel/base/log.h"

namespace {

/// Every test starts from the same state of the C generator, whatever ran before it.
class Reseed : public ::testing::EmptyTestEventListener {
    void OnTestStart(const ::testing::TestInfo&) override { std::srand(1); }
};

}  // namespace

int main(int argc, char** argv) {
    std::setlocale(LC_ALL, "C.UTF-8");
    std::signal(SIGPIPE, SIG_IGN);
    ::testing::InitGoogleMock(&argc, argv);
    ::testing::UnitTest::GetInstance()->listeners().Append(new Reseed);
    ::setenv("XDG_DATA_HOME", "/nonexistent/of-tests", 1);  // the library of whoever runs the tests is no part of them
    tintreel::setUpLogging(0);
    return RUN_ALL_TESTS();
}
