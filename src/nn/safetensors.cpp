// SPDX-License-Identifier: Apache-2.0
#include "tintreel/nn/safetensors.h"

#include <array>
#include <cstring>
#include <fstream>
#include <optional>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "tintreel/base/atomic_file.h"

namespace tintreel::nn {
namespace {

struct DtypeName {
    const char* name;
    torch::ScalarType type;
};
constexpr std::array<DtypeName, 8> kDtypes{{{"F64", torch::kFloat64},
                                            {"F32", torch::kFloat32},
                                            {"F16", torch::kFloat16},
                                            {"BF16", torch::kBFloat16},
                                            {"I64", torch::kInt64},
                                            {"I32", torch::kInt32},
                                            {"U8", torch::kUInt8},
                                            {"BOOL", torch::kBool}}};

// The format's own limit on the header, so that a damaged length cannot ask for all memory.
constexpr std::uint64_t kMaxHeader = 100'000'000;

std::optional<torch::ScalarType> typeNamed(const std::string& name) {
    for (const auto& d : kDtypes)
        if (name == d.name) return d.type;
    return std::nullopt;
}

Unexpected broken(const std::filesystem::path& path, const std::string& what) {
    return fail(ErrorCode::Model, "The model file '" + path.string() + "' is damaged: " + what + ". Fetch it anew.");
}

}  // namespace

Result<> saveSafetensors(const std::filesystem::path& path, const TensorFile& file) {
    nlohmann::ordered_json header = nlohmann::ordered_json::object();
    if (!file.metadata.empty()) header["__metadata__"] = file.metadata;
    std::vector<torch::Tensor> ordered;
    std::int64_t offset = 0;
    for (const auto& [name, tensor] : file.tensors) {
        const char* dtype = nullptr;
        for (const auto& d : kDtypes)
            if (tensor.scalar_type() == d.type) dtype = d.name;
        if (dtype == nullptr)
            return fail(ErrorCode::Failed, "The tensor '" + name + "' has a type that safetensors cannot hold.");
        const auto plain = tensor.detach().to(torch::kCPU).contiguous();
        const auto bytes = static_cast<std::int64_t>(plain.nbytes());
        header[name] = {{"dtype", dtype}, {"shape", plain.sizes().vec()}, {"data_offsets", {offset, offset + bytes}}};
        offset += bytes;
        ordered.push_back(plain);
    }
    std::string text = header.dump();
    text.resize((text.size() + 7) / 8 * 8, ' ');  // readers that map the file want the data aligned

    TT_ASSIGN(PartFile part, PartFile::create(path, true));
    {
        std::ofstream out(part.partPath(), std::ios::binary | std::ios::trunc);
        std::array<char, 8> length{};
        for (std::size_t i = 0; i < 8; ++i) length[i] = static_cast<char>(text.size() >> (8 * i) & 0xff);
        out.write(length.data(), 8);
        out.write(text.data(), static_cast<std::streamsize>(text.size()));
        for (const auto& tensor : ordered)
            out.write(static_cast<const char*>(tensor.data_ptr()), static_cast<std::streamsize>(tensor.nbytes()));
        out.close();
        if (!out) return fail(ErrorCode::Output, "Cannot write '" + path.string() + "'; is there room on the disk?");
    }
    return part.commit();
}

Result<TensorFile> loadSafetensors(const std::filesystem::path& path) {
    auto read = readFile(path);
    if (!read) {
        read.error().code = ErrorCode::Model;
        return tl::unexpected(read.error());
    }
    const std::string& bytes = *read;
    if (bytes.size() < 8) return broken(path, "it ends before its header");
    std::uint64_t headerLength = 0;
    for (std::size_t i = 0; i < 8; ++i)
        headerLength |= static_cast<std::uint64_t>(static_cast<unsigned char>(bytes[i])) << (8 * i);
    if (headerLength > kMaxHeader || headerLength > bytes.size() - 8)
        return broken(path, "its header is longer than the file");
    const auto header = nlohmann::json::parse(
        bytes.begin() + 8, bytes.begin() + 8 + static_cast<std::ptrdiff_t>(headerLength), nullptr, false);
    if (!header.is_object()) return broken(path, "its header is no JSON object");

    TensorFile file;
    const char* data = bytes.data() + 8 + headerLength;
    const std::uint64_t dataSize = bytes.size() - 8 - headerLength;
    for (const auto& [name, entry] : header.items()) {
        if (name == "__metadata__") {
            if (!entry.is_object()) return broken(path, "its metadata is no object");
            for (const auto& [key, value] : entry.items())
                if (value.is_string()) file.metadata[key] = value.get<std::string>();
            continue;
        }
        try {
            const auto type = typeNamed(entry.at("dtype").get<std::string>());
            const auto shape = entry.at("shape").get<std::vector<int64_t>>();
            const auto offsets = entry.at("data_offsets").get<std::array<std::uint64_t, 2>>();
            if (!type) return broken(path, "tensor '" + name + "' has an unknown type");
            std::uint64_t wanted = torch::elementSize(*type);
            for (const auto side : shape) {
                if (side < 0 || (side > 0 && wanted > dataSize / static_cast<std::uint64_t>(side) + 1))
                    return broken(path, "tensor '" + name + "' has an impossible shape");
                wanted *= static_cast<std::uint64_t>(side);
            }
            if (offsets[0] > offsets[1] || offsets[1] > dataSize || offsets[1] - offsets[0] != wanted)
                return broken(path,
                              "tensor '" + name + "' does not lie where the header says (is the file cut short?)");
            auto tensor = torch::empty(shape, *type);
            std::memcpy(tensor.data_ptr(), data + offsets[0], wanted);
            file.tensors.emplace(name, std::move(tensor));
        } catch (const nlohmann::json::exception& error) {
            return broken(path, fmt::format("the entry of tensor '{}' cannot be read: {}", name, error.what()));
        }
    }
    return file;
}

std::map<std::string, torch::Tensor> stateOf(const torch::nn::Module& module) {
    std::map<std::string, torch::Tensor> state;
    for (const auto& item : module.named_parameters()) state.emplace(item.key(), item.value());
    for (const auto& item : module.named_buffers()) state.emplace(item.key(), item.value());
    return state;
}

Result<> loadStrict(torch::nn::Module& module, const std::map<std::string, torch::Tensor>& tensors,
                    const std::string& where) {
    auto state = stateOf(module);
    std::vector<std::string> problems;
    for (const auto& [name, target] : state) {
        const auto found = tensors.find(name);
        if (found == tensors.end()) problems.push_back("'" + name + "' is missing");
        else if (found->second.sizes() != target.sizes())
            problems.push_back(fmt::format("'{}' has shape [{}], [{}] is wanted", name,
                                           fmt::join(found->second.sizes(), ","), fmt::join(target.sizes(), ",")));
    }
    for (const auto& [name, tensor] : tensors)
        if (state.find(name) == state.end()) problems.push_back("'" + name + "' is unknown");
    if (!problems.empty()) {
        const auto shown = std::min<std::size_t>(problems.size(), 5);
        std::string list =
            fmt::format("{}", fmt::join(problems.begin(), problems.begin() + static_cast<std::ptrdiff_t>(shown), "; "));
        if (shown < problems.size()) list += fmt::format("; and {} more", problems.size() - shown);
        return fail(ErrorCode::Model,
                    fmt::format("The weights in '{}' do not fit this network: {}. Use the weights that belong to it.",
                                where, list));
    }
    torch::NoGradGuard guard;
    for (auto& [name, target] : state) target.copy_(tensors.at(name));
    return {};
}

Result<> checkArchitecture(const TensorFile& file, const std::string& wanted, const std::string& where) {
    const auto found = file.metadata.find("architecture");
    if (found == file.metadata.end() || found->second == wanted) return {};
    return fail(
        ErrorCode::Model,
        fmt::format(
            "'{}' holds a '{}', but a '{}' is wanted here. Use weights of that architecture, or ask for the one of the file.",
            where, found->second, wanted));
}

}  // namespace tintreel::nn
