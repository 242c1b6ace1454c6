// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <charconv>
#include <cstdio>
#include <cstring>

#include <QCoreApplication>

#include "edit_script.h"

/// PATH FIRST: opens a film or a project as the studio does and makes edits from number FIRST on until it is killed.
/// Each number goes to stdout when its edit was made.
int main(int argc, char** argv) {
    const QCoreApplication app(argc, argv);
    int n = 0;
    if (argc != 3 || std::from_chars(argv[2], argv[2] + std::strlen(argv[2]), n).ec != std::errc{}) return 2;
    tintreel::ui::Document document;
    if (const auto opened = document.open(argv[1], {}); !opened) {
        std::fprintf(stderr, "%s\n", describe(opened.error()).c_str());
        return 3;
    }
    if (document.project().readOnly()) return 4;
    for (;; ++n) {
        if (!tintreel::testing::makeEdit(document, n)) return 5;
        if (::write(STDOUT_FILENO, &n, sizeof n) != sizeof n) return 6;
    }
}
