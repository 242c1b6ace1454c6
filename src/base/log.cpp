// SPDX-License-Identifier: Apache-2.0
#include "tintreel/base/log.h"

#include <fstream>

#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/stdout_color_sinks.h>

namespace tintreel {

bool setUpLogging(int verbosity, const std::filesystem::path& file) {
    auto console = std::make_shared<spdlog::sinks::stderr_color_sink_mt>();
    console->set_pattern("%l: %v");
    console->set_level(verbosity < 0    ? spdlog::level::err
                       : verbosity == 0 ? spdlog::level::warn
                       : verbosity == 1 ? spdlog::level::info
                                        : spdlog::level::debug);
    auto logger = std::make_shared<spdlog::logger>("tintreel", console);
    bool whole = true;
    // Asked first, because spdlog would make folders whose names were mistyped.
    if (!file.empty()) whole = std::ofstream(file, std::ios::app).is_open();
    if (!file.empty() && whole) {
        auto sink = std::make_shared<spdlog::sinks::basic_file_sink_mt>(file.string());
        sink->set_pattern("%Y-%m-%d %H:%M:%S %l: %v");
        sink->set_level(spdlog::level::info);
        auto only = std::make_shared<spdlog::logger>(kFileLog, sink);
        only->flush_on(spdlog::level::info);
        spdlog::register_logger(std::move(only));
        logger->sinks().push_back(std::move(sink));
    }
    logger->set_level(spdlog::level::debug);
    logger->flush_on(spdlog::level::info);
    spdlog::set_default_logger(std::move(logger));
    return whole;
}

}  // namespace tintreel
