// SPDX-License-Identifier: Apache-2.0
#include "training/ranks.h"

#include <charconv>
#include <cstdlib>

#include <fmt/format.h>

#define USE_C10D_GLOO
#include <torch/csrc/distributed/c10d/ProcessGroupGloo.hpp>
#include <torch/csrc/distributed/c10d/TCPStore.hpp>

#include "training/nccl.h"

namespace tintreel::training {
namespace {

Result<int> numberFrom(const char* variable, int low, int high) {
    const char* text = std::getenv(variable);
    int value = 0;
    const std::string_view view = text == nullptr ? std::string_view() : std::string_view(text);
    const auto [end, error] = std::from_chars(view.data(), view.data() + view.size(), value);
    if (view.empty() || error != std::errc{} || end != view.data() + view.size() || value < low || value > high)
        return fail(
            ErrorCode::Usage,
            fmt::format(
                "The environment variable {} must be a number in {}..{}, is '{}'; a launcher such as 'tintreel train --ranks N' or torchrun sets it.",
                variable, low, high, view));
    return value;
}

}  // namespace

Result<RankPlace> placeFromEnvironment() {
    RankPlace place;
    if (std::getenv("WORLD_SIZE") == nullptr) return place;
    TT_ASSIGN(place.ranks, numberFrom("WORLD_SIZE", 1, 4096));
    if (place.ranks == 1) return place;
    TT_ASSIGN(place.rank, numberFrom("RANK", 0, place.ranks - 1));
    place.localRank = place.rank;
    if (std::getenv("LOCAL_RANK") != nullptr) {
        TT_ASSIGN(place.localRank, numberFrom("LOCAL_RANK", 0, place.ranks - 1));
    }
    TT_ASSIGN(place.port, numberFrom("MASTER_PORT", 1, 65535));
    const char* host = std::getenv("MASTER_ADDR");
    place.host = host == nullptr ? "127.0.0.1" : host;
    return place;
}

struct Ranks::Private {
    c10::intrusive_ptr<c10d::TCPStore> store;
    c10::intrusive_ptr<c10d::ProcessGroupGloo> gloo;
    std::unique_ptr<NcclGroup> nccl;

    void sum(torch::Tensor& tensor) {
        std::vector<torch::Tensor> tensors{tensor};
        gloo->allreduce(tensors)->wait();
    }
};

Ranks::Ranks(const RankPlace& place, std::chrono::seconds timeout, std::unique_ptr<Private> p)
    : place_(place), timeout_(timeout), p_(std::move(p)) {}
Ranks::~Ranks() = default;

std::string Ranks::backend() const { return p_->nccl ? "NCCL" : "Gloo"; }

template <class F>
Result<> Ranks::guarded(F f) {
    try {
        f();
        return {};
    } catch (const std::exception& error) {
        return fail(
            ErrorCode::Failed,
            fmt::format(
                "Rank {} of {} ends, because another rank was lost or did not answer within {} s. Start all ranks again; they go on from the last checkpoint.",
                place_.rank, place_.ranks, timeout_.count()),
            std::string(error.what()).substr(0, 200));
    }
}

Result<std::unique_ptr<Ranks>> Ranks::join(const RankPlace& place, const std::string& backend, torch::Device device,
                                           std::chrono::seconds timeout) {
    auto p = std::make_unique<Private>();
    try {
        c10d::TCPStoreOptions meet;
        meet.port = static_cast<std::uint16_t>(place.port);
        meet.isServer = place.rank == 0;
        meet.numWorkers = static_cast<std::size_t>(place.ranks);
        meet.timeout = timeout;
        p->store = c10::make_intrusive<c10d::TCPStore>(place.host, meet);
        auto options = c10d::ProcessGroupGloo::Options::create(timeout);
        const char* interface = std::getenv("GLOO_SOCKET_IFNAME");
        // Ranks of one machine talk over its loopback, whatever its name resolves to.
        options->devices.push_back(interface != nullptr ? c10d::ProcessGroupGloo::createDeviceForInterface(interface)
                                   : place.host == "127.0.0.1" || place.host == "localhost"
                                       ? c10d::ProcessGroupGloo::createDeviceForHostname("127.0.0.1")
                                       : c10d::ProcessGroupGloo::createDefaultDevice());
        p->gloo = c10::make_intrusive<c10d::ProcessGroupGloo>(p->store, place.rank, place.ranks, options);
    } catch (const std::exception& error) {
        return fail(
            ErrorCode::Failed,
            fmt::format(
                "Rank {} of {} could not meet the others at {}:{} within {} s; see that all ranks run and that the port is free.",
                place.rank, place.ranks, place.host, place.port, timeout.count()),
            std::string(error.what()).substr(0, 200));
    }
    std::unique_ptr<Ranks> ranks(new Ranks(place, timeout, std::move(p)));
    if (backend == "gloo" || !device.is_cuda()) return ranks;
    // Two ranks on one GPU are refused by NCCL.
    std::vector<double> perDevice(static_cast<std::size_t>(place.ranks), 0.0);
    if (backend == "auto") {
        auto seen = std::vector<double>(64, 0.0);
        seen.at(static_cast<std::size_t>(device.index())) =
            place.host == "127.0.0.1" || place.host == "localhost" ? 1.0 : 0.0;
        TT_TRY(ranks->add(seen));
        for (const double count : seen)
            if (count > 1) return ranks;
    }
    const auto share = [&](std::string id) {
        const std::string key = "nccl-id";
        if (place.rank == 0) ranks->p_->store->set(key, std::vector<std::uint8_t>(id.begin(), id.end()));
        const auto bytes = ranks->p_->store->get(key);
        return std::string(bytes.begin(), bytes.end());
    };
    TT_ASSIGN(ranks->p_->nccl, NcclGroup::join(place.rank, place.ranks, share, device, timeout));
    return ranks;
}

Result<> Ranks::add(std::vector<double>& values) {
    return guarded([&] {
        auto tensor = torch::tensor(values, torch::kFloat64);
        p_->sum(tensor);
        std::copy_n(tensor.data_ptr<double>(), values.size(), values.begin());
    });
}

Result<> Ranks::average(const std::vector<torch::Tensor>& parameters, torch::Tensor& loss) {
    const torch::NoGradGuard guard;
    std::vector<torch::Tensor> parts;
    std::vector<float> has;
    for (const auto& parameter : parameters) {
        has.push_back(parameter.grad().defined() ? 1.0F : 0.0F);
        parts.push_back(parameter.grad().defined() ? parameter.grad().reshape(-1)
                                                   : torch::zeros({parameter.numel()}, parameter.options()));
    }
    parts.push_back(loss.detach().reshape(-1).to(torch::kFloat32));
    parts.push_back(torch::tensor(has).to(parts.back().device()));
    auto flat = torch::cat(parts);
    if (p_->nccl) {
        TT_TRY(p_->nccl->sum(flat));
    } else {
        auto host = flat.to(torch::kCPU);
        TT_TRY(guarded([&] { p_->sum(host); }));
        flat = host.to(flat.device());
    }
    flat.div_(place_.ranks);
    // A parameter that no rank has a gradient for is left alone by the optimizer, as with one rank.
    const auto anyHas =
        flat.narrow(0, flat.numel() - static_cast<int64_t>(has.size()), static_cast<int64_t>(has.size()))
            .to(torch::kCPU);
    int64_t at = 0;
    for (std::size_t i = 0; i < parameters.size(); ++i) {
        torch::Tensor target = parameters[i];
        const auto mean = flat.narrow(0, at, target.numel()).view(target.sizes());
        at += target.numel();
        if (anyHas[static_cast<int64_t>(i)].item<float>() == 0) continue;
        if (target.grad().defined()) target.mutable_grad().copy_(mean);
        else target.mutable_grad() = torch::empty_like(target).copy_(mean);
    }
    loss = flat[at];
    return {};
}

Result<torch::Tensor> Ranks::gather(const torch::Tensor& tensor) {
    torch::Tensor all;
    TT_TRY(guarded([&] {
        std::vector<torch::Tensor> mine{tensor.to(torch::kCPU).contiguous()};
        std::vector<std::vector<torch::Tensor>> theirs(1);
        for (int i = 0; i < place_.ranks; ++i) theirs[0].push_back(torch::empty_like(mine[0]));
        p_->gloo->allgather(theirs, mine)->wait();
        all = torch::cat(theirs[0], 0);
    }));
    return all;
}

}  // namespace tintreel::training
