// Registration only: what the addon exports, group by group.
#include "env.h"
#include "numbers.h"
#include "reactor/reactor.h"
#include "syscalls/register.h"

namespace {

Napi::Object Init(Napi::Env env, Napi::Object exports) {
  if (!bsd::Environment::Create(env)) {
    Napi::Error::New(env, "bsd-sockets: this environment takes no data").ThrowAsJavaScriptException();
    return exports;
  }
  bsd::ExportNumbers(env, exports);
  bsd::ExportSocket(env, exports);
  bsd::ExportTransfer(env, exports);
  bsd::ExportBatch(env, exports);
  bsd::ExportSockopt(env, exports);
  bsd::ExportFcntl(env, exports);
  bsd::ExportNetdb(env, exports);
  bsd::ExportResolver(env, exports);
  bsd::ExportServices(env, exports);
  bsd::ExportReactor(env, exports);
  return exports;
}

}  // namespace

NODE_API_MODULE(NODE_GYP_MODULE_NAME, Init)
