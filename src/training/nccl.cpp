// SPDX-License-Identifier: Apache-2.0
#include "training/nccl.h"

#include <dlfcn.h>

#include <array>
#include <cstring>
#include <thread>

#include <c10/core/Event.h>
#include <c10/core/impl/VirtualGuardImpl.h>
#include <fmt/format.h>

namespace tintreel::training {
namespace {

// NCCL's C interface (nccl.h of version 2, stable since 2.4).
struct UniqueId {
    std::array<char, 128> bytes{};
};
constexpr int kSuccess = 0, kInProgress = 7, kFloat32 = 7, kSum = 0;

struct Api {
    int (*getUniqueId)(UniqueId*) = nullptr;
    int (*commInitRank)(void**, int, UniqueId, int) = nullptr;
    int (*allReduce)(const void*, void*, std::size_t, int, int, void*, void*) = nullptr;
    int (*commGetAsyncError)(void*, int*) = nullptr;
    int (*commAbort)(void*) = nullptr;
    int (*commDestroy)(void*) = nullptr;
    const char* (*getErrorString)(int) = nullptr;

    template <class F>
    bool find(void* library, const char* name, F& function) {
        function = reinterpret_cast<F>(::dlsym(library, name));
        return function != nullptr;
    }
    bool load() {
        void* library = ::dlopen("libnccl.so.2", RTLD_NOW | RTLD_GLOBAL);
        if (library == nullptr) library = RTLD_DEFAULT;  // brought by libtorch_cuda.so from the folder it names
        return find(library, "ncclGetUniqueId", getUniqueId) && find(library, "ncclCommInitRank", commInitRank) &&
               find(library, "ncclAllReduce", allReduce) && find(library, "ncclCommGetAsyncError", commGetAsyncError) &&
               find(library, "ncclCommAbort", commAbort) && find(library, "ncclCommDestroy", commDestroy) &&
               find(library, "ncclGetErrorString", getErrorString);
    }
};

Api& api() {
    static Api loaded;
    return loaded;
}

}  // namespace

Result<std::unique_ptr<NcclGroup>> NcclGroup::join(int rank, int ranks,
                                                   const std::function<std::string(std::string)>& share,
                                                   torch::Device device, std::chrono::seconds timeout) {
    if (!api().load())
        return fail(
            ErrorCode::Model,
            "NCCL (libnccl.so.2) was not found; run 'scripts/setup --cuda', or set train.ranks-backend to gloo.");
    const auto refuse = [](const char* what, int code) {
        return fail(ErrorCode::Model,
                    fmt::format("NCCL could not {}; set train.ranks-backend to gloo to go without it.", what),
                    api().getErrorString(code));
    };
    UniqueId id;
    if (rank == 0)
        if (const int code = api().getUniqueId(&id); code != kSuccess) return refuse("begin a group", code);
    const std::string shared = share(std::string(id.bytes.data(), id.bytes.size()));
    std::memcpy(id.bytes.data(), shared.data(), std::min(shared.size(), id.bytes.size()));
    const c10::DeviceGuard guard(device);
    void* communicator = nullptr;
    if (const int code = api().commInitRank(&communicator, ranks, id, rank); code != kSuccess)
        return refuse("join the group", code);
    return std::unique_ptr<NcclGroup>(new NcclGroup(communicator, device, timeout));
}

NcclGroup::~NcclGroup() {
    if (communicator_ != nullptr) api().commDestroy(communicator_);
}

Result<> NcclGroup::sum(torch::Tensor& tensor) {
    const auto lost = [&](const std::string& detail) {
        api().commAbort(communicator_);
        communicator_ = nullptr;
        return fail(
            ErrorCode::Failed,
            fmt::format(
                "Another rank was lost or did not answer within {} s. Start all ranks again; they go on from the last checkpoint.",
                timeout_.count()),
            detail);
    };
    const c10::DeviceGuard guard(device_);
    // LibTorch works on the legacy default stream here, which NCCL's work queues up behind.
    int code = api().allReduce(tensor.data_ptr(), tensor.data_ptr(), static_cast<std::size_t>(tensor.numel()), kFloat32,
                               kSum, communicator_, nullptr);
    if (code != kSuccess && code != kInProgress) return lost(api().getErrorString(code));
    const c10::impl::VirtualGuardImpl device(torch::kCUDA);
    c10::Event done(torch::kCUDA);
    done.record(device.getStream(device_));
    const auto start = std::chrono::steady_clock::now();
    while (!done.query()) {
        if (api().commGetAsyncError(communicator_, &code) != kSuccess || (code != kSuccess && code != kInProgress))
            return lost(api().getErrorString(code));
        if (std::chrono::steady_clock::now() - start > timeout_) return lost("no answer");
        std::this_thread::yield();
    }
    return {};
}

}  // namespace tintreel::training
