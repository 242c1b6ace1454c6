// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "tintreel/base/job.h"
#include "tintreel/base/result.h"

namespace tintreel::workflow {

/// Makes a shard for training from folders of photos and clips.
struct PackOptions {
    std::filesystem::path photos;  ///< folder of pictures, sub-folders are sets; "" for none
    std::filesystem::path clips;   ///< folder of film files, one shot each; "" for none
    std::filesystem::path output;
    int maxFrames = 150;  ///< frames of a clip at most
    int quality = 93;     ///< JPEG quality of what must be compressed anew
    bool overwrite = false;
};

struct PackReport {
    int photos = 0, clips = 0;
    std::int64_t frames = 0;
    std::map<std::string, int> perSplit;
    std::uintmax_t bytes = 0;
    std::vector<std::string> skipped;  ///< files that cannot be read; each was warned of
};

/// A `split.tsv` in a folder (path, tab, train or val) fixes the split; else every 25th file is for validation, chosen
/// by the hash of its path, so that adding files moves none. Pictures and clips that cannot be read are left out.
/// `SET.LICENCES.tsv` (or LICENCES.tsv for clips) gives licences. Stage reported: "pack". Errors: Input, Output.
[[nodiscard]] Result<PackReport> packDataset(const PackOptions& options, JobContext& context);

/// path → "train" or "val" of a folder's split.tsv; empty where there is none.
[[nodiscard]] Result<std::map<std::string, std::string>> readSplit(const std::filesystem::path& folder);

}  // namespace tintreel::workflow
