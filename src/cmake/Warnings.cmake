# SPDX-License-Identifier: Apache-2.0
add_library(tintreel_warnings INTERFACE)
target_compile_options(tintreel_warnings INTERFACE
    -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Wold-style-cast -Woverloaded-virtual
    -Wcast-align -Wunused -Wformat=2
    # GCC 12 sees overlaps in std::string's operator+ that are not there (GCC bug 105651).
    $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>
    $<$<BOOL:${TINTREEL_WERROR}>:-Werror>)
