// What each group of system calls adds to the addon's exports.
#pragma once

#include <node_api.h>

namespace bsd {

void ExportSocket(napi_env env, napi_value exports);
void ExportTransfer(napi_env env, napi_value exports);
void ExportBatch(napi_env env, napi_value exports);
void ExportSockopt(napi_env env, napi_value exports);
void ExportFcntl(napi_env env, napi_value exports);
void ExportNetdb(napi_env env, napi_value exports);
void ExportResolver(napi_env env, napi_value exports);
void ExportServices(napi_env env, napi_value exports);

}  // namespace bsd
