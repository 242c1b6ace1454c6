# SPDX-License-Identifier: Apache-2.0
add_library(tintreel_warnings INTERFACE)
target_compile_options(tintreel_warnings INTERFACE
    -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Wold-style-cast -Woverloaded-virtual
    -Wcast-align -Wunused -Wnull-dereference -Wformat=2
    $<$<BOOL:${TINTREEL_WERROR}>:-Werror>)
