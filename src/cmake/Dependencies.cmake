# SPDX-License-Identifier: Apache-2.0
# Every third-party library becomes one imported target here; modules name the target and nothing else.
find_package(Threads REQUIRED)
find_package(PkgConfig REQUIRED)
find_package(spdlog REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(tl-expected QUIET)
if(NOT TARGET tl::expected)
    find_path(TL_EXPECTED_INCLUDE tl/expected.hpp REQUIRED)
    add_library(tl::expected INTERFACE IMPORTED)
    target_include_directories(tl::expected INTERFACE ${TL_EXPECTED_INCLUDE})
endif()
find_package(CLI11 REQUIRED)
find_package(OpenSSL REQUIRED COMPONENTS Crypto)
pkg_check_modules(turbojpeg REQUIRED IMPORTED_TARGET libturbojpeg)

# The trainer must run with core, imgproc and video alone (docs/building.md); imgcodecs, calib3d and
# ximgproc are never linked by the program, ximgproc is an oracle in the tests.
find_package(OpenCV REQUIRED COMPONENTS core imgproc video)
add_library(tintreel_opencv INTERFACE)
target_include_directories(tintreel_opencv SYSTEM INTERFACE ${OpenCV_INCLUDE_DIRS})
target_link_libraries(tintreel_opencv INTERFACE opencv_core opencv_imgproc opencv_video)

if(NOT TINTREEL_TRAINER_ONLY)
    pkg_check_modules(libav REQUIRED IMPORTED_TARGET libavformat libavcodec libavfilter libavutil libswscale)
    find_package(Eigen3 REQUIRED)
    find_package(SQLiteCpp REQUIRED)
    if(TINTREEL_BUILD_TESTS)
        find_package(GTest REQUIRED)
    endif()
    if(TINTREEL_BUILD_BENCH)
        find_package(benchmark QUIET)
    endif()
endif()

# LibTorch: the C++ half of the torch wheel. find_package(Torch) of the wheel insists on a CUDA toolkit, so
# the target is made by hand; libtorch_cuda.so is opened at run time (src/nn/device.cpp).
set(torch_root "${TINTREEL_TORCH_ROOT}")
if(NOT torch_root)
    if(DEFINED ENV{XDG_CACHE_HOME})
        set(cache_home "$ENV{XDG_CACHE_HOME}")
    else()
        set(cache_home "$ENV{HOME}/.cache")
    endif()
    set(torch_root "${cache_home}/tintreel/libtorch-2.11.0")
endif()
if(EXISTS "${torch_root}/torch/lib/libtorch_cpu.so")
    set(torch_dir "${torch_root}/torch")
elseif(EXISTS "${torch_root}/lib/libtorch_cpu.so")
    set(torch_dir "${torch_root}")
else()
    message(FATAL_ERROR "LibTorch was not found in '${torch_root}'. Run scripts/setup, or pass -DTINTREEL_TORCH_ROOT=DIR.")
endif()
# The wheel brings headers of its own {fmt} that would hide the system's, which spdlog was built with.
find_path(FMT_INCLUDE_DIR fmt/format.h REQUIRED NO_CMAKE_PATH)
file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/system_fmt)
file(CREATE_LINK ${FMT_INCLUDE_DIR}/fmt ${CMAKE_BINARY_DIR}/system_fmt/fmt SYMBOLIC)
add_library(Tintreel::torch INTERFACE IMPORTED)
target_include_directories(Tintreel::torch SYSTEM INTERFACE
    ${CMAKE_BINARY_DIR}/system_fmt
    "${torch_dir}/include" "${torch_dir}/include/torch/csrc/api/include")
target_compile_definitions(Tintreel::torch INTERFACE _GLIBCXX_USE_CXX11_ABI=1)
target_link_libraries(Tintreel::torch INTERFACE "${torch_dir}/lib/libtorch_cpu.so" "${torch_dir}/lib/libc10.so")
target_link_options(Tintreel::torch INTERFACE
    "-Wl,-rpath,${torch_dir}/lib" "-Wl,-rpath-link,${torch_dir}/lib" "-Wl,-rpath-link,${torch_root}/nvidia/cu13/lib"
    "-Wl,-rpath,${torch_root}/nvidia/cu13/lib")
