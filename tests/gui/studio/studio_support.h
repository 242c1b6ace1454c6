// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fcntl.h>
#include <sys/mount.h>
#include <unistd.h>

#include <filesystem>
#include <map>
#include <memory>
#include <sstream>
#include <string>

#include <gtest/gtest.h>

#include "studio/document.h"
#include "support/shell.h"
#include "support/temp_dir.h"

// What the tests of the studio without its window share.
namespace tintreel::testing {

/// A film made by ffmpeg once in the life of the program, grey FFV1 of 96x64: small enough that the networks see every
/// pixel of it.
inline const std::filesystem::path& onceMade(const std::string& name, const std::string& input) {
    static const TempDir folder;
    static std::map<std::string, std::filesystem::path> made;
    auto& film = made[name];
    if (film.empty()) {
        film = folder / (name + ".mkv");
        const auto result = ffmpeg(input + " -c:v ffv1 -pix_fmt gray -g 1 " + quoted(film));
        EXPECT_EQ(result.exit, 0) << result.output;
    }
    return film;
}
/// One shot of 12 frames, a second long.
inline const std::filesystem::path& oneShot() { return onceMade("one", "-f lavfi -i testsrc2=s=96x64:r=12:d=1"); }
/// The same with other pictures.
inline const std::filesystem::path& otherShot() {
    return onceMade("other", "-f lavfi -i testsrc2=s=96x64:r=12:d=1 -vf negate");
}
/// Two shots of 12 frames with a cut between them that nobody can miss.
inline const std::filesystem::path& twoShots() {
    return onceMade(
        "two",
        "-f lavfi -i testsrc2=s=96x64:r=12:d=1 -f lavfi -i mandelbrot=s=96x64:r=12 -filter_complex \"[0:v]format=gray[a];[1:v]trim=end_frame=12,setpts=PTS-STARTPTS,format=gray[b];[a][b]concat=n=2:v=1[v]\" -map \"[v]\"");
}

/// A file system of this test's own at a folder; nothing where the system does not let us (then the test is to be
/// skipped).
class Mount {
public:
    /// An empty one that holds `size` ("2m").
    static std::unique_ptr<Mount> small(const std::filesystem::path& folder, const std::string& size) {
        std::filesystem::create_directories(folder);
        if (::mount("tmpfs", folder.c_str(), "tmpfs", 0, ("size=" + size).c_str()) != 0) return nullptr;
        return std::unique_ptr<Mount>(new Mount(folder));
    }
    /// What lies there already, for reading only. Root heeds no permissions, but this it must.
    static std::unique_ptr<Mount> readOnly(const std::filesystem::path& folder) {
        if (::mount(folder.c_str(), folder.c_str(), nullptr, MS_BIND, nullptr) != 0) return nullptr;
        std::unique_ptr<Mount> mounted(new Mount(folder));
        if (::mount(nullptr, folder.c_str(), nullptr, MS_BIND | MS_REMOUNT | MS_RDONLY, nullptr) != 0) return nullptr;
        return mounted;
    }
    ~Mount() { ::umount2(folder_.c_str(), MNT_DETACH); }
    Mount(const Mount&) = delete;
    Mount& operator=(const Mount&) = delete;

private:
    explicit Mount(std::filesystem::path folder) : folder_(std::move(folder)) {}
    std::filesystem::path folder_;
};

/// Writes until there is no room for another byte.
inline void fillDisk(const std::filesystem::path& ballast) {
    const int fd = ::open(ballast.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    const std::string block(4096, 'x');
    while (::write(fd, block.data(), block.size()) > 0) {
    }
    while (::write(fd, block.data(), 1) > 0) {
    }
    ::close(fd);
}

/// All that people gave, as text: two projects that hold the same give the same.
inline std::string contentOf(const ui::Document& document) {
    std::ostringstream out;
    hints::HintDocument hints = document.plan()->person.hints;
    out << hints::writeHints(hints) << "\nids";
    for (const auto& stored : document.hints()) out << ' ' << stored.id;
    out << "\nscenes";
    for (const auto& scene : document.scenes())
        out << ' ' << scene.range.first << '-' << scene.range.end << (scene.cutByHand ? "h" : "")
            << (scene.note.approved ? "!" : "") << '"' << scene.note.notes << '"';
    out << "\nkeyframes";
    for (const auto frame : document.keyframes()) out << ' ' << frame;
    out << "\nby hand";
    for (const auto frame : document.plan()->choice.listed) out << ' ' << frame;
    out << "\nreferences";
    for (const auto& [frame, picture] : document.plan()->person.references)
        out << ' ' << frame << '=' << picture.string();
    out << "\nmarkers";
    if (document.isOpen())
        for (const auto& marker : document.project().markers())
            out << ' ' << marker.frame << '"' << marker.label << '"';
    return out.str();
}

/// "a, b, (c)": the labels of the steps, those that were undone in brackets.
inline std::string historyOf(const ui::Document& document) {
    std::string text;
    for (const auto& step : document.history())
        text += (text.empty() ? "" : ", ") + (step.undone ? "(" + step.label + ")" : step.label);
    return text;
}

inline hints::Hint dot(FrameIndex frame, hints::HintColor color = hints::AbColor{40, 30},
                       hints::Point at = {0.5, 0.5}) {
    return {frame, hints::HintSpan::Scene, {}, hints::HintKind::Dot, {at}, 0.1, std::move(color)};
}

}  // namespace tintreel::testing
