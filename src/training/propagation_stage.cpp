// SPDX-License-Identifier: Apache-2.0
#include "training/stage.h"
namespace tintreel::training {
Result<std::unique_ptr<Stage>> makeFeatureStage(const StageContext&) { return fail(ErrorCode::Usage, "not yet"); }
Result<std::unique_ptr<Stage>> makePropagationStage(const StageContext&) { return fail(ErrorCode::Usage, "not yet"); }
}
