// SPDX-License-Identifier: Apache-2.0
#include "training/event_file.h"

#include <unistd.h>

#include <array>
#include <bit>
#include <chrono>

#include <fmt/format.h>

namespace tintreel::training {
namespace {

template <class T>
void appendLittleEndian(std::string& to, T value) {
    for (std::size_t i = 0; i < sizeof(T); ++i)
        to += static_cast<char>(static_cast<std::uint64_t>(value) >> (8 * i) & 0xff);
}

std::uint32_t masked(std::uint32_t crc) { return ((crc >> 15) | (crc << 17)) + 0xa282ead8U; }

/// Protocol buffers' wire format: fields are a varint (number · 8 + kind) and a value.
class Message {
public:
    Message& number(int field, std::uint64_t value) {
        varint(static_cast<std::uint64_t>(field) << 3);
        varint(value);
        return *this;
    }
    Message& real(int field, double value) {
        varint(static_cast<std::uint64_t>(field) << 3 | 1);
        appendLittleEndian(bytes_, std::bit_cast<std::uint64_t>(value));
        return *this;
    }
    Message& real32(int field, float value) {
        varint(static_cast<std::uint64_t>(field) << 3 | 5);
        appendLittleEndian(bytes_, std::bit_cast<std::uint32_t>(value));
        return *this;
    }
    Message& text(int field, std::string_view value) {
        varint(static_cast<std::uint64_t>(field) << 3 | 2);
        varint(value.size());
        bytes_ += value;
        return *this;
    }
    Message& message(int field, const Message& value) { return text(field, value.bytes_); }
    [[nodiscard]] const std::string& bytes() const noexcept { return bytes_; }

private:
    void varint(std::uint64_t value) {
        for (; value >= 0x80; value >>= 7) bytes_ += static_cast<char>((value & 0x7f) | 0x80);
        bytes_ += static_cast<char>(value);
    }
    std::string bytes_;
};

Message event(double wallTime, std::int64_t step) {
    return Message().real(1, wallTime).number(2, static_cast<std::uint64_t>(step));
}

double now() { return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count(); }

}  // namespace

std::uint32_t crc32c(std::string_view bytes) noexcept {
    static const auto kTable = [] {
        std::array<std::uint32_t, 256> table{};
        for (std::uint32_t i = 0; i < 256; ++i) {
            std::uint32_t value = i;
            for (int bit = 0; bit < 8; ++bit) value = (value >> 1) ^ ((value & 1) != 0 ? 0x82f63b78U : 0U);
            table[i] = value;
        }
        return table;
    }();
    std::uint32_t crc = 0xffffffffU;
    for (const char byte : bytes) crc = (crc >> 8) ^ kTable[(crc ^ static_cast<unsigned char>(byte)) & 0xff];
    return crc ^ 0xffffffffU;
}

std::string tfRecord(std::string_view bytes) {
    std::string record;
    appendLittleEndian(record, static_cast<std::uint64_t>(bytes.size()));
    appendLittleEndian(record, masked(crc32c(record)));
    record += bytes;
    appendLittleEndian(record, masked(crc32c(bytes)));
    return record;
}

std::string scalarEvent(double wallTime, std::int64_t step, const std::map<std::string, double>& values) {
    Message summary;
    for (const auto& [tag, value] : values)
        summary.message(1, Message().text(1, tag).real32(2, static_cast<float>(value)));
    return event(wallTime, step).message(5, summary).bytes();
}

std::string imageEvent(double wallTime, std::int64_t step, const std::string& tag, int width, int height,
                       std::string_view jpeg) {
    const auto image = Message()
                           .number(1, static_cast<std::uint64_t>(height))
                           .number(2, static_cast<std::uint64_t>(width))
                           .number(3, 3)
                           .text(4, jpeg);
    return event(wallTime, step).message(5, Message().message(1, Message().text(1, tag).message(4, image))).bytes();
}

void EventFile::open(const std::filesystem::path& folder, std::int64_t step) {
    const double time = now();
    // Readers take the files of a folder in the order of their names.
    out_.open(
        folder / fmt::format("events.out.tfevents.{:010}.tintreel.{}", static_cast<std::int64_t>(time), ::getpid()),
        std::ios::binary | std::ios::app);
    write(event(time, 0).text(3, "brain.Event:2").bytes());
    if (step > 0)
        write(event(time, step + 1)
                  .message(7, Message().number(1, 1))
                  .bytes());  // SessionLog START: later steps are written anew
}

void EventFile::scalars(std::int64_t step, const std::string& group, const std::map<std::string, double>& values) {
    std::map<std::string, double> tagged;
    for (const auto& [name, value] : values) tagged[group + "/" + name] = value;
    write(scalarEvent(now(), step, tagged));
}

void EventFile::image(std::int64_t step, const std::string& tag, int width, int height, std::string_view jpeg) {
    write(imageEvent(now(), step, tag, width, height, jpeg));
}

void EventFile::write(std::string_view bytes) {
    if (!out_.is_open()) return;
    out_.clear();  // after a full disk, what comes next may fit again
    out_ << tfRecord(bytes) << std::flush;
}

}  // namespace tintreel::training
