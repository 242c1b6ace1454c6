# SPDX-License-Identifier: Apache-2.0

# tintreel_add_module(NAME SOURCES a.cpp … [PUBLIC libs…] [PRIVATE libs…])
# One directory = one static library = one namespace. Public headers live in include/tintreel/NAME.
function(tintreel_add_module name)
    cmake_parse_arguments(ARG "" "" "SOURCES;PUBLIC;PRIVATE" ${ARGN})
    add_library(tintreel_${name} STATIC ${ARG_SOURCES})
    add_library(Tintreel::${name} ALIAS tintreel_${name})
    target_include_directories(tintreel_${name}
        PUBLIC ${PROJECT_SOURCE_DIR}/include
        PRIVATE ${PROJECT_SOURCE_DIR}/src)
    target_link_libraries(tintreel_${name}
        PUBLIC ${ARG_PUBLIC}
        PRIVATE tintreel_warnings ${ARG_PRIVATE})
endfunction()

# tintreel_add_test(NAME SOURCES … LIBS …): a GoogleTest program, one ctest entry a program.
function(tintreel_add_test name)
    cmake_parse_arguments(ARG "" "" "SOURCES;LIBS;LABELS" ${ARGN})
    add_executable(${name} ${ARG_SOURCES})
    target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR}/src ${PROJECT_SOURCE_DIR}/tests)
    target_link_libraries(${name} PRIVATE tintreel_warnings tintreel_test_support ${ARG_LIBS})
    add_test(NAME ${name} COMMAND ${name})
    set_tests_properties(${name} PROPERTIES LABELS "${ARG_LABELS}" ENVIRONMENT "QT_QPA_PLATFORM=offscreen;OMP_WAIT_POLICY=passive")
endfunction()
