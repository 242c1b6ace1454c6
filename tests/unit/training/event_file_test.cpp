// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "support/shell.h"
#include "support/temp_dir.h"
#include "support/tiny_shard.h"
#include "tintreel/base/atomic_file.h"
#include "training/event_file.h"

namespace tintreel::training {
namespace {

std::string bytes(std::initializer_list<int> values) {
    std::string text;
    for (const int value : values) text += static_cast<char>(value);
    return text;
}

TEST(EventFile, Crc32cHasThePublishedValues) {
    EXPECT_EQ(crc32c(std::string(32, '\0')), 0x8a9136aaU) << "RFC 3720, B.4";
    EXPECT_EQ(crc32c(std::string(32, '\xff')), 0x62a8ab43U);
    std::string up, down;
    for (int i = 0; i < 32; ++i) up += static_cast<char>(i);
    for (int i = 31; i >= 0; --i) down += static_cast<char>(i);
    EXPECT_EQ(crc32c(up), 0x46dd794eU);
    EXPECT_EQ(crc32c(down), 0x113fdb5cU);
    EXPECT_EQ(crc32c("123456789"), 0xe3069283U) << "the check value of CRC-32/ISCSI";
}

TEST(EventFile, RecordsAreFramedByteForByte) {
    // The version record of every event file whose wall time is 0.
    const std::string event = bytes({0x09, 0, 0, 0, 0, 0, 0, 0, 0, 0x1a, 0x0d}) + "brain.Event:2";
    const std::string record = tfRecord(event);
    ASSERT_EQ(record.size(), 8 + 4 + event.size() + 4);
    EXPECT_EQ(record.substr(0, 8), bytes({24, 0, 0, 0, 0, 0, 0, 0}));
    EXPECT_EQ(record.substr(12, event.size()), event);
    const auto masked = [](std::uint32_t crc) { return ((crc >> 15) | (crc << 17)) + 0xa282ead8U; };
    const auto at = [&](std::size_t i) {
        std::uint32_t value = 0;
        for (std::size_t k = 0; k < 4; ++k)
            value |= static_cast<std::uint32_t>(static_cast<unsigned char>(record[i + k])) << (8 * k);
        return value;
    };
    EXPECT_EQ(at(8), masked(crc32c(record.substr(0, 8))));
    EXPECT_EQ(at(record.size() - 4), masked(crc32c(event)));
    // A length of 24 is what TensorFlow's own files begin with here: 18 00 00 00 00 00 00 00 a3 7f 4b 22.
    EXPECT_EQ(record.substr(8, 4), bytes({0xa3, 0x7f, 0x4b, 0x22}));
}

TEST(EventFile, MessagesAreEncodedByteForByte) {
    // Event{wall_time=1, step=300, summary{value{tag="a/b", simple_value=1.5}}}
    const auto scalar =
        bytes({0x09, 0, 0, 0, 0, 0, 0, 0xf0, 0x3f, 0x10, 0xac, 0x02, 0x2a, 0x0c, 0x0a, 0x0a, 0x0a, 0x03}) + "a/b" +
        bytes({0x15, 0, 0, 0xc0, 0x3f});
    EXPECT_EQ(scalarEvent(1.0, 300, {{"a/b", 1.5}}), scalar);
    // Summary.Image{height=2, width=200, colorspace=3, encoded_image_string="JPG"}
    const auto image = bytes({0x09, 0, 0, 0, 0, 0, 0, 0xf0, 0x3f, 0x10, 0x05, 0x2a, 0x13, 0x0a, 0x11, 0x0a, 0x01}) +
                       "s" + bytes({0x22, 0x0c, 0x08, 0x02, 0x10, 0xc8, 0x01, 0x18, 0x03, 0x22, 0x03}) + "JPG";
    EXPECT_EQ(imageEvent(1.0, 5, "s", 200, 2, "JPG"), image);
}

/// Reads the files with the real TensorBoard. Opt-in: TINTREEL_TENSORBOARD_PYTHON names a python that has the package.
TEST(EventFile, TensorBoardReadsWhatWasWritten) {
    const char* python = std::getenv("TINTREEL_TENSORBOARD_PYTHON");
    if (python == nullptr) GTEST_SKIP() << "set TINTREEL_TENSORBOARD_PYTHON to a python with the package tensorboard";
    const testing::TempDir dir;
    const auto picture = testing::discs(1, 0);
    {
        EventFile first;
        first.open(dir.path(), 0);
        first.scalars(10, "train", {{"loss", 0.5}, {"l1", 4.0}});
        first.scalars(20, "train", {{"loss", 0.25}});
        first.scalars(30, "train", {{"loss", 99.0}});
        first.image(10, "samples/00", picture.width, picture.height, *encodeJpeg(picture, 95, true));
    }
    EventFile second;  // goes on from step 20: what came after is written anew
    second.open(dir.path(), 20);
    second.scalars(30, "train", {{"loss", 0.125}});
    const auto script = dir / "read.py";
    ASSERT_TRUE(writeFileAtomically(script, R"(
import sys
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
a = EventAccumulator(sys.argv[1])
a.Reload()
print(sorted(a.Tags()['scalars']), [(e.step, e.value) for e in a.Scalars('train/loss')], [(e.step, e.width, e.height, e.encoded_image_string[:2].hex()) for e in a.Images('samples/00')])
)",
                                    true));
    const auto read =
        testing::shell(std::string(python) + " " + testing::quoted(script) + " " + testing::quoted(dir.path()));
    EXPECT_EQ(read.exit, 0) << read.output;
    EXPECT_NE(
        read.output.find("['train/l1', 'train/loss'] [(10, 0.5), (20, 0.25), (30, 0.125)] [(10, 96, 80, 'ffd8')]"),
        std::string::npos)
        << read.output;
}

}  // namespace
}  // namespace tintreel::training
