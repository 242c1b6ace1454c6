# SPDX-License-Identifier: Apache-2.0
add_library(tintreel_warnings INTERFACE)
target_compile_options(tintreel_warnings INTERFACE
    -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Wold-style-cast -Woverloaded-virtual
    -Wcast-align -Wunused -Wformat=2
    # GCC 12 sees overlaps and overflows in std::string that are not there (GCC bugs 105651, 105329).
    $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>
    $<$<CXX_COMPILER_ID:GNU>:-Wno-stringop-overflow>
    $<$<CXX_COMPILER_ID:GNU>:-Wno-array-bounds>
    # … and uninitialised members of std::variant and std::regex (GCC bugs 80635, 105562).
    $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>
    $<$<BOOL:${TINTREEL_WERROR}>:-Werror>)
