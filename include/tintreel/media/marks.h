// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

#include "tintreel/base/result.h"

namespace tintreel::media {

/// What a file says of how it was made (docs/formats/provenance.md). Each kind of file keeps what it can hold.
struct FileMarks {
    std::string comment;            ///< a sentence for people, in films
    std::string digitalSourceType;  ///< a term of IPTC's vocabulary, in films as the key digital_source_type
    std::string xmp;                ///< XMP packet, UTF-8; in MP4, MOV, PNG and TIFF
    std::string recordName;         ///< file name of the record that Matroska carries as an attachment; "" for none
    std::size_t recordBytes = 0;    ///< room for it
};

/// Whether a film of this name can carry the record.
[[nodiscard]] bool carriesRecord(const std::filesystem::path& film);

/// Puts the record into a finished Matroska file that was written with room for it, filled up with spaces. Errors
/// (Output): there is no such room, or the record is larger.
[[nodiscard]] Result<> fillRecord(const std::filesystem::path& film, std::string_view record);

}  // namespace tintreel::media
