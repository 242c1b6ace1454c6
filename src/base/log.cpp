// SPDX-License-Identifier: Apache-2.0
#include "tintreel/base/log.h"

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
    if (!file.empty()) try {
            auto sink = std::make_shared<spdlog::sinks::basic_file_sink_mt>(file.string());
            sink->set_pattern("%Y-%m-%d %H:%M:%S %l: %v");
            sink->set_level(spdlog::level::info);
            logger->sinks().push_back(std::move(sink));
        } catch (const spdlog::spdlog_ex&) {
            whole = false;
        }
    logger->set_level(spdlog::level::debug);
    logger->flush_on(spdlog::level::info);
    spdlog::set_default_logger(std::move(logger));
    return whole;
}

}  // namespace tintreel
