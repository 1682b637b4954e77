// The platform's numbers by name, from constants.inc: constants, sizes of structs, offsets of their fields.
#pragma once

#include <node_api.h>

namespace bsd {

void ExportNumbers(napi_env env, napi_value exports);

}  // namespace bsd
