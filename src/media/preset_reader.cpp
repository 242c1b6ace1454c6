// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "media/ffmpeg_ptr.h"
#include "tintreel/base/atomic_file.h"
#include "tintreel/base/options.h"
#include "tintreel/media/presets.h"

namespace tintreel::media {
namespace {

using nlohmann::json;

/// One preset file while it is read; every error names it.
class PresetReader {
public:
    explicit PresetReader(const std::filesystem::path& file) : place_("'" + file.string() + "'") {
        preset_.id = file.stem().string();
    }

    Result<ExportPreset> read(const json& object) {
        if (!object.is_object()) return wrong("must be an object with settings");
        std::string range = "source";
        const OptionTable plain{{"title", &preset_.title, "", 0, 0, {}},
                                {"description", &preset_.description, "", 0, 0, {}},
                                {"rank", &preset_.rank, "", 0, 1e6, {}},
                                {"codec", &preset_.codec, "", 0, 0, {}},
                                {"range", &range, "", 0, 0, {"source", "limited"}},
                                {"tag", &preset_.tag, "", 0, 0, {}},
                                {"even-sides", &preset_.evenSides, "", 0, 0, {}},
                                {"fields", &preset_.fields, "", 0, 0, {}},
                                {"pictures", &preset_.pictures, "", 0, 0, {}},
                                {"frame-checksums", &preset_.frameChecksums, "", 0, 0, {}}};
        TT_TRY(checkKeys(object, plain));
        json rest = object;
        for (const char* list : kLists) rest.erase(list);
        TT_TRY(readOptions(plain, rest, place_));
        preset_.limitedRange = range == "limited";
        TT_TRY(readNames(object, "extensions", true, preset_.extensions));
        TT_TRY(readNames(object, "pixel-formats", true, preset_.pixelFormats));
        TT_TRY(readNames(object, "single-picture-formats", false, preset_.singlePictureFormats));
        TT_TRY(readEncoders(object));
        TT_TRY(check());
        return std::move(preset_);
    }

private:
    static constexpr const char* kLists[] = {"extensions", "pixel-formats", "single-picture-formats", "encoders"};

    Unexpected wrong(const std::string& text) const { return fail(ErrorCode::Usage, place_ + ": " + text + "."); }

    Result<> checkKeys(const json& object, const OptionTable& plain) const {
        std::vector<std::string> known(std::begin(kLists), std::end(kLists));
        for (const auto& field : plain) known.push_back(field.name);
        for (const auto& [key, value] : object.items()) {
            if (std::find(known.begin(), known.end(), key) != known.end()) continue;
            const std::string near = nearestName(key, known);
            return wrong(fmt::format("unknown key \"{}\"{}", key,
                                     near.empty() ? "; take it out" : ", did you mean \"" + near + "\"?"));
        }
        return {};
    }

    Result<> readNames(const json& object, const char* key, bool needed, std::vector<std::string>& into) const {
        if (!object.contains(key))
            return needed ? Result<>(wrong(fmt::format("the key \"{}\" is missing", key))) : Result<>();
        const auto& list = object[key];
        if (!list.is_array() || list.empty() || !std::all_of(list.begin(), list.end(), [](const json& name) {
                return name.is_string() && !name.get<std::string>().empty();
            }))
            return wrong(fmt::format("\"{}\" must be a list of names", key));
        into = list.get<std::vector<std::string>>();
        return {};
    }

    Result<> readEncoders(const json& object) {
        if (!object.contains("encoders")) return wrong("the key \"encoders\" is missing");
        if (!object["encoders"].is_array() || object["encoders"].empty())
            return wrong("\"encoders\" must be a list like [{\"name\": \"libx264\", \"options\": {\"crf\": \"17\"}}]");
        for (const auto& entry : object["encoders"]) {
            if (!entry.is_object() || !entry.contains("name") || !entry["name"].is_string())
                return wrong("each of \"encoders\" needs a \"name\", as `ffmpeg -encoders` lists them");
            PresetEncoder encoder{entry["name"].get<std::string>(), {}};
            for (const auto& [key, value] : entry.items()) {
                if (key == "name") continue;
                if (key != "options")
                    return wrong(fmt::format(
                        "unknown key \"{}\" in \"encoders\"; \"name\" and \"options\" may stand there", key));
                if (!value.is_object()) return wrong("\"options\" of an encoder must be an object of texts");
                for (const auto& [name, setting] : value.items()) {
                    if (!setting.is_string())
                        return wrong(
                            fmt::format("the option \"{}\" of {} must be a text in quotes", name, encoder.name));
                    encoder.options[name] = setting.get<std::string>();
                }
            }
            preset_.encoders.push_back(std::move(encoder));
        }
        return {};
    }

    /// What FFmpeg itself must know. An encoder that is not there is no mistake of the file.
    Result<> check() const {
        if (preset_.title.empty()) return wrong("the key \"title\" is missing");
        if (preset_.codec.empty()) return wrong("the key \"codec\" is missing");
        if (!preset_.tag.empty() && preset_.tag.size() != 4) return wrong("\"tag\" must have four letters");
        const auto* codec = avcodec_descriptor_get_by_name(preset_.codec.c_str());
        if (codec == nullptr || codec->type != AVMEDIA_TYPE_VIDEO)
            return wrong(fmt::format("codec: \"{}\" is no video codec that FFmpeg knows; `ffmpeg -codecs` lists them",
                                     preset_.codec));
        for (const auto* formats : {&preset_.pixelFormats, &preset_.singlePictureFormats})
            for (const auto& name : *formats)
                if (name != "source" && av_get_pix_fmt(name.c_str()) == AV_PIX_FMT_NONE)
                    return wrong(fmt::format(
                        "\"{}\" is no pixel format that FFmpeg knows; `ffmpeg -pix_fmts` lists them", name));
        for (const auto& wanted : preset_.encoders) {
            const AVCodec* encoder = avcodec_find_encoder_by_name(wanted.name.c_str());
            if (encoder == nullptr) continue;
            if (encoder->id != codec->id)
                return wrong(fmt::format("the encoder {} makes {}, not {}; change \"codec\" or the encoder",
                                         wanted.name, avcodec_get_name(encoder->id), preset_.codec));
            for (const auto& [name, value] : wanted.options)
                if (!hasOption(*encoder, name))
                    return wrong(fmt::format("the encoder {} has no option \"{}\"; `ffmpeg -h encoder={}` lists them",
                                             wanted.name, name, wanted.name));
            for (const auto& format : preset_.pixelFormats)
                if (format != "source" && !takes(*encoder, av_get_pix_fmt(format.c_str())))
                    return wrong(fmt::format(
                        "the encoder {} does not take the pixel format {}; `ffmpeg -h encoder={}` lists what it takes",
                        wanted.name, format, wanted.name));
        }
        return {};
    }

    static bool hasOption(const AVCodec& encoder, const std::string& name) {
        const AVClass* general = avcodec_get_class();
        return av_opt_find(&general, name.c_str(), nullptr, AV_OPT_FLAG_ENCODING_PARAM, AV_OPT_SEARCH_FAKE_OBJ) !=
                   nullptr ||
               (encoder.priv_class != nullptr &&
                av_opt_find(const_cast<AVClass**>(&encoder.priv_class), name.c_str(), nullptr,
                            AV_OPT_FLAG_ENCODING_PARAM, AV_OPT_SEARCH_FAKE_OBJ) != nullptr);
    }

    static bool takes(const AVCodec& encoder, AVPixelFormat format) {
        if (encoder.pix_fmts == nullptr) return true;
        for (const auto* f = encoder.pix_fmts; *f != AV_PIX_FMT_NONE; ++f)
            if (*f == format) return true;
        return false;
    }

    std::string place_;
    ExportPreset preset_;
};

}  // namespace

Result<ExportPreset> readPreset(const std::filesystem::path& file) {
    TT_ASSIGN(const std::string text, readFile(file, 1 << 20));
    json object;
    try {
        object = json::parse(text);
    } catch (const json::parse_error& error) {
        return fail(ErrorCode::Usage, "'" + file.string() + "' is no valid JSON; mend it at the place named.",
                    error.what());
    }
    return PresetReader(file).read(object);
}

}  // namespace tintreel::media
