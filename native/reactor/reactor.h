// What the reactor adds to the addon's exports.
#pragma once

#include <node_api.h>

namespace bsd {

void ExportReactor(napi_env env, napi_value exports);

}  // namespace bsd
