// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "tintreel/base/result.h"

namespace tintreel::media {

/// An encoder of libavcodec and its settings, as `ffmpeg -h encoder=NAME` lists them.
struct PresetEncoder {
    std::string name;
    std::map<std::string, std::string> options;
};

/// How a film is written, as data: one file `ID.json` each (docs/formats/presets.md).
struct ExportPreset {
    std::string id;                         ///< the file's name without its ending
    std::string title;                      ///< a few words for a list
    std::string description;                ///< one sentence
    int rank = 1000;                        ///< place in the list, small first
    std::vector<std::string> extensions;    ///< of the output, without the dot; the first is the usual one
    std::string codec;                      ///< FFmpeg's name: "h264"
    std::vector<PresetEncoder> encoders;    ///< the first one that this FFmpeg has is used
    std::vector<std::string> pixelFormats;  ///< FFmpeg's names by rising depth: the first that holds the film's depth;
                                            ///< "source" = the film's own
    std::vector<std::string> singlePictureFormats;  ///< the same for one picture of its own; empty = as pixelFormats
    std::string tag;                                ///< codec tag in MP4 and MOV; "" = the muxer's choice
    bool limitedRange = false;                      ///< full range cannot be told in this kind of file and is converted
    bool evenSides = false;                         ///< odd sides are made even by repeating the last row or column
    bool fields = false;                            ///< can hold interlaced film
    bool pictures = false;                          ///< numbered pictures in a folder
    bool frameChecksums = false;                    ///< writes NAME.framemd5 beside the film
    bool builtIn = true;
    std::string unavailable;  ///< why it cannot be used here, in a sentence; "" = it can

    /// The encoder that will be used; null where this FFmpeg has none of them.
    [[nodiscard]] const PresetEncoder* encoder() const;
};

/// All presets: those of the program by rank, then the user's. A user's file with a mistake is listed with its error as
/// `unavailable`, and so is a preset whose encoder this FFmpeg lacks or cannot start. Error (Failed): the program's own
/// presets are missing.
[[nodiscard]] Result<std::vector<ExportPreset>> listPresets();

/// One preset, whether available or not. Errors (Usage): there is none of that name, or its file has a mistake: names
/// file, key and remedy.
[[nodiscard]] Result<ExportPreset> findPreset(std::string_view id);

/// Reads one preset file strictly: unknown keys, codecs, pixel formats and encoder settings are errors (Usage) that
/// name file, key and remedy.
[[nodiscard]] Result<ExportPreset> readPreset(const std::filesystem::path& file);

/// Where the program's presets lie, and where the user's: $XDG_CONFIG_HOME/tintreel/presets, in ~/.config where that is
/// not set.
[[nodiscard]] std::filesystem::path builtInPresetsFolder();
[[nodiscard]] std::filesystem::path userPresetsFolder();

}  // namespace tintreel::media
