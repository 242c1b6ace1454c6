// SPDX-License-Identifier: Apache-2.0
#include <filesystem>
#include <fstream>
#include <iterator>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "support/shell.h"
#include "support/temp_dir.h"
#include "tintreel/base/atomic_file.h"
#include "tintreel/base/hash.h"
#include "tintreel/base/job.h"
#include "tintreel/base/media_time.h"
#include "tintreel/base/options.h"

namespace tintreel {
namespace {

TEST(Sha256, KnownVectorsOfFips180) {
    EXPECT_EQ(sha256OfBytes(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    EXPECT_EQ(sha256OfBytes("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(Sha256, OfLargeFilesAndOfManyAsSha256sumGivesIt) {
    const testing::TempDir dir;
    std::ofstream(dir / "b.bin") << std::string(3 << 20, 'x') << "end";
    std::ofstream(dir / "B.bin") << "abc";
    std::ofstream(dir / "a.bin") << "";
    int blocks = 0;
    const auto goOn = [&](std::uintmax_t) { return ++blocks > 0; };
    EXPECT_EQ(*sha256OfFile(dir / "b.bin", goOn), *sha256OfFile(dir / "b.bin"));
    EXPECT_EQ(blocks, 4);
    const auto many = sha256OfFiles({dir / "a.bin", dir / "b.bin", dir / "B.bin"}, goOn);
    ASSERT_TRUE(many);
    const auto told =
        testing::shell("(cd " + testing::quoted(dir.path()) + " && export LC_ALL=C && sha256sum * | sha256sum)");
    EXPECT_EQ(*many + "  -\n", told.output);
    std::uintmax_t seen = 0;
    const auto stopped = sha256OfFile(dir / "b.bin", [&](std::uintmax_t bytes) { return (seen = bytes) < (2 << 20); });
    ASSERT_FALSE(stopped);
    EXPECT_EQ(stopped.error().code, ErrorCode::Cancelled);
    EXPECT_EQ(seen, 2U << 20);
    EXPECT_EQ(sha256OfFile(dir / "none", goOn).error().code, ErrorCode::Input);
}

TEST(PartFile, AppearsUnderItsNameOnlyWhenCommitted) {
    const testing::TempDir dir;
    {
        auto part = PartFile::create(dir / "out.bin", false);
        ASSERT_TRUE(part) << describe(part.error());
        std::ofstream(part->partPath()) << "half";
        EXPECT_FALSE(std::filesystem::exists(dir / "out.bin"));
    }
    EXPECT_TRUE(std::filesystem::is_empty(dir.path())) << "a part that was not committed must vanish";
    ASSERT_TRUE(writeFileAtomically(dir / "out.bin", "whole", false));
    EXPECT_EQ(*readFile(dir / "out.bin"), "whole");
    EXPECT_EQ(*sha256OfFile(dir / "out.bin"), sha256OfBytes("whole"));
}

TEST(PartFile, RefusesWhatExistsUnlessToldSo) {
    const testing::TempDir dir;
    ASSERT_TRUE(writeFileAtomically(dir / "a", "1", false));
    const auto refused = writeFileAtomically(dir / "a", "2", false);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::Output);
    EXPECT_NE(refused.error().userMessage.find("-f"), std::string::npos) << "the remedy is named";
    EXPECT_EQ(*readFile(dir / "a"), "1");
    ASSERT_TRUE(writeFileAtomically(dir / "a", "2", true));
    EXPECT_EQ(*readFile(dir / "a"), "2");
    EXPECT_FALSE(PartFile::create(dir / "no such folder" / "x", false));
    EXPECT_FALSE(PartFile::create(dir.path(), true)) << "a folder is no output";
    EXPECT_FALSE(PartFile::create("/dev/null", true)) << "nor is a device";
}

bool isPage(const std::string& name) { return name.starts_with("page"); }

TEST(PartFolder, AppearsUnderItsNameOnlyWhenCommitted) {
    const testing::TempDir dir;
    {
        auto part = PartFile::createFolder(dir / "out", false, isPage);
        ASSERT_TRUE(part) << describe(part.error());
        EXPECT_EQ(part->partPath(), dir / "out.part");
        std::ofstream(part->partPath() / "page1") << "half";
        EXPECT_FALSE(std::filesystem::exists(dir / "out"));
    }
    EXPECT_TRUE(std::filesystem::is_empty(dir.path())) << "a part that was not committed must vanish";
    std::filesystem::create_directory(dir / "out.part");
    std::ofstream(dir / "out.part" / "page9") << "of a run that was killed";
    auto part = PartFile::createFolder(dir / "out/", false, isPage);
    ASSERT_TRUE(part) << describe(part.error());
    std::ofstream(part->partPath() / "page1") << "whole";
    ASSERT_TRUE(part->commit());
    EXPECT_EQ(*readFile(dir / "out" / "page1"), "whole");
    EXPECT_FALSE(std::filesystem::exists(dir / "out" / "page9"));
    EXPECT_FALSE(std::filesystem::exists(dir / "out.part"));
}

TEST(PartFolder, ReplacesItsOwnFilesAloneAndOnlyWhenToldSo) {
    const testing::TempDir dir;
    std::filesystem::create_directory(dir / "out");
    std::ofstream(dir / "out" / "page1") << "old";
    std::ofstream(dir / "out" / "page2") << "old";
    const auto refused = PartFile::createFolder(dir / "out", false, isPage);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::Output);
    EXPECT_NE(refused.error().userMessage.find("-f"), std::string::npos) << "the remedy is named";
    {
        auto part = PartFile::createFolder(dir / "out", true, isPage);
        ASSERT_TRUE(part) << describe(part.error());
        std::ofstream(part->partPath() / "page1") << "new";
        EXPECT_EQ(*readFile(dir / "out" / "page1"), "old");
        std::ofstream(dir / "out" / "letter") << "put there meanwhile";
        ASSERT_TRUE(part->commit());
    }
    EXPECT_EQ(*readFile(dir / "out" / "page1"), "new");
    EXPECT_FALSE(std::filesystem::exists(dir / "out" / "page2")) << "the old output is gone as a whole";
    EXPECT_EQ(*readFile(dir / "out" / "letter"), "put there meanwhile");
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator(dir.path()), std::filesystem::directory_iterator{}), 1)
        << "no part is left";

    const auto stranger = PartFile::createFolder(dir / "out", true, isPage);
    ASSERT_FALSE(stranger);
    EXPECT_NE(stranger.error().userMessage.find("letter"), std::string::npos)
        << "a folder with other things in it is never replaced";
    EXPECT_FALSE(PartFile::createFolder(".", true, isPage));
    EXPECT_FALSE(PartFile::createFolder(dir / "out" / "page1", true, isPage)) << "a file is no folder";
    EXPECT_FALSE(PartFile::createFolder(dir / "none" / "out", true, isPage));
    std::filesystem::create_directory(dir / "new.part.old");
    const auto aside = PartFile::createFolder(dir / "new", true, isPage);
    ASSERT_FALSE(aside) << "an output that a killed run had set aside is not lost";
    EXPECT_NE(aside.error().userMessage.find("new.part.old"), std::string::npos);
    std::filesystem::create_directory_symlink(dir / "out", dir / "link");
    EXPECT_FALSE(PartFile::createFolder(dir / "link", true, [](const std::string&) { return true; }))
        << "renaming would replace the link";
}

TEST(ReadFile, SaysWhatIsWrong) {
    const testing::TempDir dir;
    EXPECT_EQ(readFile(dir / "none").error().code, ErrorCode::Input);
    ASSERT_TRUE(writeFileAtomically(dir / "big", "12345", false));
    EXPECT_FALSE(readFile(dir / "big", 4));
}

struct Sample {
    int count = 3;
    double rate = 0.5;
    bool on = false;
    std::string kind = "a";
    OptionTable table() {
        return {{"count", &count, "", 1, 10, {}},
                {"rate", &rate, "", 0, 1, {}},
                {"on", &on, "", 0, 0, {}},
                {"kind", &kind, "", 0, 0, {"a", "b"}}};
    }
};

TEST(Options, ReadsWhatItWrites) {
    Sample first{7, 0.25, true, "b"}, second;
    const auto json = writeOptions(first.table());
    ASSERT_TRUE(readOptions(second.table(), json, "x"));
    EXPECT_EQ(second.count, 7);
    EXPECT_EQ(second.rate, 0.25);
    EXPECT_TRUE(second.on);
    EXPECT_EQ(second.kind, "b");
}

TEST(Options, ErrorsNameThePlaceAndTheNearestKey) {
    Sample s;
    EXPECT_EQ(readOptions(s.table(), {{"cuont", 1}}, "train").error().userMessage,
              "train.cuont: unknown key, did you mean \"count\"?");
    EXPECT_FALSE(readOptions(s.table(), {{"count", 11}}, "t"));
    EXPECT_FALSE(readOptions(s.table(), {{"count", 2.5}}, "t"));
    EXPECT_FALSE(readOptions(s.table(), {{"count", 5000000000}}, "t"));
    EXPECT_FALSE(readOptions(s.table(), {{"kind", "c"}}, "t"));
    EXPECT_FALSE(readOptions(s.table(), nlohmann::json::array(), "t"));
}

TEST(ExitCodes, AreTheContractOfTheCommandLine) {
    EXPECT_EQ(exitCode(ErrorCode::Usage), 2);
    EXPECT_EQ(exitCode(ErrorCode::Input), 3);
    EXPECT_EQ(exitCode(ErrorCode::Output), 4);
    EXPECT_EQ(exitCode(ErrorCode::Model), 6);
    EXPECT_EQ(exitCode(ErrorCode::Mismatch), 7);
    EXPECT_EQ(exitCode(ErrorCode::Cancelled), 130);
}

TEST(Timecode, CountsExactly) {
    EXPECT_EQ(timecodeMs(0, {24, 1}), "00:00:00.000");
    EXPECT_EQ(timecodeMs(44, {29, 1}), "00:00:01.517");
    EXPECT_EQ(timecodeMs(86400 * 30, {30000, 1001}), "24:01:26.400");
}

TEST(Job, StopAndProgressAreSeen) {
    JobContext context;
    EXPECT_FALSE(context.stopRequested());
    context.report({"x", 0, 1, 5, 10});
    EXPECT_EQ(context.progress().done, 5);
    context.requestStop();
    EXPECT_TRUE(context.stopRequested());
}

}  // namespace
}  // namespace tintreel
