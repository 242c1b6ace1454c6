// SPDX-License-Identifier: Apache-2.0
#include "workflow/provenance.h"

#include <pwd.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <ctime>

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "tintreel/base/atomic_file.h"
#include "tintreel/base/hash.h"
#include "tintreel/workflow/scene_lists.h"
#include "workflow/provenance_scenes.h"

namespace tintreel::workflow {
namespace fs = std::filesystem;
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kFormat = "tintreel-colorization";
constexpr int kVersion = 1;
constexpr const char* kEnding = ".colorization.json";
constexpr const char* kComment = "Colorized with Tintreel; the colours are not original.";
// IPTC NewsCodes: "Composite with Trained Algorithmic Media" is real media that a trained network added to, which is
// what invented colours do; "algorithmicallyEnhanced" is for algorithms that invent nothing.
constexpr const char* kSourceType =
    "http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia";
// What is not yet known when room for the record is made in the file: hashes, defects and warnings that come late.
constexpr std::size_t kSpareRoom = 32 << 10;

std::string personAtWork() {
    for (const char* name : {"LOGNAME", "USER"})
        if (const char* value = std::getenv(name); value != nullptr && *value != '\0') return value;
    const auto* entry = ::getpwuid(::geteuid());
    return entry == nullptr ? std::string() : entry->pw_name;
}

std::string now() { return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::time(nullptr))); }

std::string escaped(const std::string& text) {
    std::string xml;
    for (const char c : text) {
        if (c == '&') xml += "&amp;";
        else if (c == '<') xml += "&lt;";
        else if (c == '"') xml += "&quot;";
        else xml += c;
    }
    return xml;
}

/// XMP (ISO 16684-1) with the terms of IPTC Photo Metadata 2025.1 for media that a network has made or changed.
std::string xmpOf(const std::vector<inference::ModelUse>& models) {
    std::string names;
    for (const auto& model : models) names += (names.empty() ? "" : ", ") + model.id;
    return fmt::format(
        "<?xpacket begin=\"\xEF\xBB\xBF\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n"
        "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\">\n <rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\n"
        "  <rdf:Description rdf:about=\"\" xmlns:xmp=\"http://ns.adobe.com/xap/1.0/\" xmlns:Iptc4xmpExt=\"http://iptc.org/std/Iptc4xmpExt/2008-02-29/\"\n"
        "   xmp:CreatorTool=\"Tintreel {}\"\n   Iptc4xmpExt:DigitalSourceType=\"{}\"\n   Iptc4xmpExt:AISystemUsed=\"Tintreel\"\n   Iptc4xmpExt:AISystemVersionUsed=\"{}\"/>\n"
        " </rdf:RDF>\n</x:xmpmeta>\n<?xpacket end=\"r\"?>",
        TINTREEL_VERSION, kSourceType, escaped(fmt::format("{} ({})", TINTREEL_VERSION, names)));
}

Json modelsOf(const std::vector<inference::ModelUse>& models) {
    Json list = Json::array();
    for (const auto& model : models) list.push_back({{"id", model.id}, {"sha256", model.sha256}});
    return list;
}

Json defectsOf(const std::vector<media::Defect>& defects) {
    Json list = Json::array();
    for (const auto& defect : defects)
        list.push_back({{"frame", defect.frame}, {"code", defect.code}, {"message", defect.message}});
    return {{"count", defects.size()}, {"list", std::move(list)}};
}

/// Settings as on the command line; those that a project answers are left out.
Json settingsOf(ColorizeOptions options) {
    Json settings = Json::object();
    const auto all = writeOptions(options.table());
    for (const auto& [name, value] : all.items())
        if (!options.plan || (name != "scenes" && name != "keyframes")) settings[name] = value;
    return settings;
}

/// Whether an older record may be replaced without being asked: the output that it tells of is gone.
bool isRecord(const fs::path& file) {
    const auto text = readFile(file, 1ULL << 30);
    const auto json = nlohmann::json::parse(text ? *text : std::string(), nullptr, false);
    return json.is_object() && json.contains("format") && json["format"] == kFormat;
}

std::string textOf(const Json& json, int indent) {
    return json.dump(indent, ' ', false, Json::error_handler_t::replace);
}

}  // namespace

fs::path recordBeside(const fs::path& output, bool numberedPictures) {
    fs::path file = numberedPictures ? output.parent_path() : output;
    if (!file.has_filename()) file = file.parent_path();
    return file += kEnding;
}

Result<> checkMark(const std::string& mark, const media::OutputFormat& format) {
    if (mark == "none" || (format.preset != "master" && format.encoder.name != "ffv1")) return {};
    return fail(
        ErrorCode::Usage,
        "A master keeps every luma sample of the film, so nothing is drawn into it; leave --mark out, or choose another preset. Its tags and its record say that it was coloured.");
}

Provenance::Provenance(const RunFacts& facts)
    : facts_(facts),
      file_(recordBeside(facts.options.output, facts.format.kind == media::OutputFormat::Kind::NumberedPictures)),
      created_(now()),
      operator_(personAtWork()) {}

Result<Provenance> Provenance::begin(const RunFacts& facts) {
    Provenance provenance(facts);
    const bool replace = facts.options.overwrite || isRecord(provenance.file_);
    TT_TRY(PartFile::create(provenance.file_, replace));
    if (!facts.options.dryRun) {
        const fs::path& cache = facts.options.cacheFolder;
        provenance.source_ =
            std::make_unique<SourceHash>(facts.options.input, cache.empty() ? fs::path() : cache / "source.json");
    }
    return provenance;
}

Result<media::FileMarks> Provenance::marks() {
    for (const auto& [frame, picture] : facts_.plan.person.references) {
        TT_ASSIGN(referenceHashes_[frame], sha256OfFile(picture));
    }
    media::FileMarks marks{kComment, kSourceType, xmpOf(facts_.report.models), {}, 0};
    if (media::carriesRecord(facts_.options.output)) {
        marks.recordName = file_.filename().string();
        room_ = marks.recordBytes = recordForTheFile().size() + kSpareRoom;
    }
    return marks;
}

Json Provenance::record() const {
    const auto& [options, info, format, plan, filmFrames, report] = facts_;
    const auto film = listedFilm(info, filmFrames);
    Json json{{"format", kFormat},
              {"version", kVersion},
              {"program", {{"name", "Tintreel"}, {"version", TINTREEL_VERSION}}},
              {"statement", kComment},
              {"digital_source_type", kSourceType},
              {"created", created_},
              {"operator", operator_},
              {"status", report.defects.empty() ? "ok" : "partial"},
              {"source",
               {{"name", options.input.filename().string()},
                {"path", fs::absolute(options.input).string()},
                {"bytes", source_ ? source_->bytes() : 0},
                {"sha256", sourceHash_},
                {"frames", filmFrames},
                {"rate", fmt::format("{}/{}", info.frameRate.num, info.frameRate.den)},
                {"start_timecode", info.timecode}}}};
    if (options.record) json["project"] = options.record->file.filename().string();
    json["output"] = {{"name", options.output.filename().string()},
                      {"preset", format.preset},
                      {"encoder", format.encoder.name},
                      {"bytes", outputBytes_},
                      {"files", outputFiles_},
                      {"sha256", outputHash_},
                      {"pixel_format", format.pixelFormat},
                      {"bits", format.depth},
                      {"luma_exact", format.lumaExact && options.mark == "none"}};
    json["frames"] = {{"first", report.range.first},
                      {"end", report.range.end},
                      {"expected", report.framesExpected},
                      {"decoded", report.framesIn},
                      {"written", report.framesOut}};
    json["settings"] = settingsOf(options);
    json["device"] = report.device;
    json["models"] = modelsOf(report.models);
    json["mean_confidence"] = report.meanConfidence;
    json["keyframes"] = {{"count", report.keyframes}, {"by_person", report.keyframesByPerson}};
    json["scenes"] =
        scenesOfRecord(plan, report.range, film ? *film : scenes::ListedFilm{}, options.record, referenceHashes_);
    json["warnings"] = report.warnings;
    json["defects"] = defectsOf(report.defects);
    return json;
}

std::string Provenance::recordForTheFile() const {
    auto json = record();
    // A file cannot hold its own hash; and whoever gets it need not know where the source lies.
    json["output"].erase("sha256");
    json["output"].erase("bytes");
    json["source"].erase("path");
    auto text = textOf(json, -1);
    if (room_ > 0 && text.size() > room_) {
        json["defects"]["list"] = Json::array();
        json["warnings"] = Json::array();
        text = textOf(json, -1);
    }
    return text;
}

Result<std::string> Provenance::complete(const fs::path& part, JobContext& context) {
    TT_ASSIGN(sourceHash_, source_->wait(context));
    if (room_ > 0) TT_TRY(media::fillRecord(part, recordForTheFile()));
    std::error_code ec;
    std::vector<fs::path> files;
    if (fs::is_directory(part, ec)) {
        for (const auto& entry : fs::directory_iterator(part, ec)) files.push_back(entry.path());
    } else {
        files.push_back(part);
    }
    outputFiles_ = files.size();
    for (const auto& file : files) outputBytes_ += fs::file_size(file, ec);
    const auto goOn = [&](std::uintmax_t bytes) {
        context.report(
            {"output hash", 0, 1, static_cast<std::int64_t>(bytes), static_cast<std::int64_t>(outputBytes_)});
        return !context.stopRequested();
    };
    TT_ASSIGN(outputHash_, fs::is_directory(part, ec) ? sha256OfFiles(files, goOn) : sha256OfFile(part, goOn));
    return outputHash_;
}

Result<fs::path> Provenance::publish() {
    TT_TRY(writeFileAtomically(file_, textOf(record(), 2) + "\n", true));
    return file_;
}

}  // namespace tintreel::workflow
