// The reactor as JavaScript calls it; what waits for what is decided there.
#include "reactor.h"

#include "../env.h"

namespace bsd {
namespace {

// reactorOpen(pairs, dispatch, by a thread: 1 | 0)
napi_value Open(napi_env env, napi_callback_info info) {
  const Call call(env, info);
  return call.Answer(Environment::Of(env)->OpenReactor(call.Value(0), call.Value(1), call.Int(2) == 1));
}

// reactorWatch(fd, slot, generation, interest, before)
napi_value Watch(napi_env env, napi_callback_info info) {
  const Call call(env, info);
  const Token token{call.Unsigned(1), call.Unsigned(2)};
  return call.Answer(Environment::Of(env)->Watch(call.Int(0), token, call.Int(3), call.Int(4)));
}

// reactorRef(1 | 0)
napi_value Ref(napi_env env, napi_callback_info info) {
  const Call call(env, info);
  Environment::Of(env)->Ref(call.Int(0) == 1);
  return nullptr;
}

// reactorResume()
napi_value Resume(napi_env env, napi_callback_info) {
  Environment::Of(env)->Resume();
  return nullptr;
}

}  // namespace

void ExportReactor(napi_env env, napi_value exports) {
  Export(env, exports, "reactorOpen", Open);
  Export(env, exports, "reactorWatch", Watch);
  Export(env, exports, "reactorRef", Ref);
  Export(env, exports, "reactorResume", Resume);
}

}  // namespace bsd
