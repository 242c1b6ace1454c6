// SPDX-License-Identifier: Apache-2.0
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <sstream>

#include <gtest/gtest.h>

#include "tintreel/base/atomic_file.h"

namespace tintreel {
namespace {

namespace fs = std::filesystem;

/// What each module may include, as docs/architecture.md tells.
const std::map<std::string, std::set<std::string>> kMay{
    {"base", {}},
    {"color", {"base"}},
    {"media", {"base"}},
    {"scenes", {"base", "color", "media"}},
    {"hints", {"base", "color", "media"}},
    {"nn", {"base", "color", "media", "scenes", "hints"}},
    {"inference", {"base", "color", "media", "scenes", "hints", "nn"}},
    {"training", {"base", "color", "nn"}},
    {"project", {"base", "color", "media", "scenes", "hints"}},
    {"workflow", {"base", "color", "media", "scenes", "hints", "nn", "inference", "training", "project"}},
    {"cli", {"base", "color", "media", "scenes", "hints", "nn", "inference", "training", "project", "workflow"}},
    {"ui", {"base", "color", "media", "scenes", "hints", "inference", "training", "project", "workflow"}},
};

/// The first rule that a file of `module` breaks, "" when none.
std::string broken(const std::string& module, const std::string& text) {
    if (!text.starts_with("// SPDX-License-Identifier: Apache-2.0\n")) return "the first line is no SPDX line";
    static const std::regex kInclude(R"re(^\s*#\s*include\s*[<"]([^>"]+)[>"])re");
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);) {
        std::smatch match;
        if (!std::regex_search(line, match, kInclude)) continue;
        const std::string header = match[1].str();
        std::smatch own;
        static const std::regex kOurs(
            R"re(^(?:tintreel/)?(base|color|media|scenes|hints|nn|inference|training|project|workflow|cli)/)re");
        if (std::regex_search(header, own, kOurs) && own[1] != module && !kMay.at(module).count(own[1].str()))
            return "includes " + header;
        if (std::regex_search(header, std::regex(R"(^Q[A-Z]|^Qt)")) && module != "ui") return "names Qt: " + header;
        if (std::regex_search(header, std::regex(R"(^(torch|ATen|c10)/)")) && module != "nn" && module != "inference" &&
            module != "training")
            return "names torch: " + header;
        if (std::regex_search(header, std::regex(R"(^lib(av|sw)[a-z]+/)")) && module != "media")
            return "names FFmpeg: " + header;
        if ((header == "sqlite3.h" || header.starts_with("SQLiteCpp/")) && module != "project")
            return "names SQLite: " + header;
    }
    return {};
}

TEST(Architecture, NoFileBreaksTheModuleOrder) {
    const fs::path root = TINTREEL_SOURCE_DIR;
    int files = 0;
    const auto check = [&](const std::string& module, const fs::path& folder, bool publicHeaders) {
        if (!fs::exists(folder)) return;
        for (const auto& entry : fs::recursive_directory_iterator(folder)) {
            const auto e = entry.path().extension();
            if (e != ".cpp" && e != ".h") continue;
            ++files;
            const auto text = *readFile(entry.path());
            EXPECT_EQ(broken(module, text), "") << entry.path();
            // Headers of inference and training are plain; torch shows in nn's alone.
            if (publicHeaders && module != "nn") {
                EXPECT_EQ(text.find("#include <torch"), std::string::npos) << entry.path();
            }
        }
    };
    for (const auto& [module, may] : kMay) {
        check(module, module == "ui" ? root / "ui" : root / "src" / module, false);
        check(module, root / "include" / "tintreel" / module, true);
    }
    EXPECT_GT(files, 60);
}

TEST(Architecture, EveryRuleCanFail) {
    const std::string spdx = "// SPDX-License-Identifier: Apache-2.0\n";
    EXPECT_EQ(broken("color", spdx + "#include \"tintreel/base/image.h\"\n"), "");
    EXPECT_NE(broken("color", "#pragma once\n"), "");
    EXPECT_NE(broken("color", spdx + "#include \"tintreel/nn/device.h\"\n"), "");
    EXPECT_NE(broken("training", spdx + "#include \"tintreel/media/frame_reader.h\"\n"), "");
    EXPECT_NE(broken("workflow", spdx + "#include <QString>\n"), "");
    EXPECT_NE(broken("workflow", spdx + "#include <torch/torch.h>\n"), "");
    EXPECT_NE(broken("color", spdx + "#include <libavcodec/avcodec.h>\n"), "");
    EXPECT_NE(broken("workflow", spdx + "  #  include <sqlite3.h>\n"), "");
}

TEST(Architecture, WidgetsKnowNeitherProjectsNorNetworks) {
    const std::regex foreign(R"re(#\s*include\s*[<"](studio/|tintreel/(project|workflow|inference|nn|training)/))re");
    const std::regex sideways(R"re(#\s*include\s*[<"](canvas|timeline|panels)/)re");
    int files = 0;
    for (const std::string part : {"canvas", "timeline", "panels"})
        for (const auto& entry : fs::recursive_directory_iterator(fs::path(TINTREEL_SOURCE_DIR) / "ui" / part)) {
            const auto e = entry.path().extension();
            if (e != ".cpp" && e != ".h") continue;
            ++files;
            const auto text = *readFile(entry.path());
            EXPECT_FALSE(std::regex_search(text, foreign)) << entry.path();
            for (auto at = std::sregex_iterator(text.begin(), text.end(), sideways); at != std::sregex_iterator(); ++at)
                EXPECT_EQ((*at)[1], part) << entry.path();
        }
    EXPECT_GT(files, 60);
    EXPECT_TRUE(std::regex_search(std::string("#include \"tintreel/project/project.h\""), foreign))
        << "the rule can fail";
}

TEST(Architecture, NothingNamesAPathOfOneMachine) {
    for (const char* folder : {"src", "include", "ui", "docs", "scripts", "models", "resources"}) {
        const auto path = fs::path(TINTREEL_SOURCE_DIR) / folder;
        if (!fs::exists(path)) continue;
        for (const auto& entry : fs::recursive_directory_iterator(path)) {
            const auto e = entry.path().extension();
            if (!entry.is_regular_file() || e == ".safetensors" || e == ".mp4" || e == ".png") continue;
            const auto text = *readFile(entry.path());
            EXPECT_EQ(text.find("/home/"), std::string::npos) << entry.path();
            EXPECT_EQ(text.find("/root/"), std::string::npos) << entry.path();
        }
    }
}

}  // namespace
}  // namespace tintreel
