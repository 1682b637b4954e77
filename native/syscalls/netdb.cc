// Names: interfaces (if_nametoindex if_indextoname if_nameindex) and the text of internet addresses (inet_pton
// inet_ntop inet_addr).
#include <algorithm>
#include <string>

#include "register.h"
#include "retry.h"

namespace bsd {
namespace {

// C would take what stands before it for the whole.
bool HasNul(const std::string& text) { return text.find('\0') != std::string::npos; }

napi_value IfNameToIndex(napi_env env, napi_callback_info info) {
  const Call call(env, info);
  const std::string name = call.Text(0);
  if (HasNul(name)) return call.Answer(-ENODEV);
  const unsigned index = if_nametoindex(name.c_str());
  return call.Answer(index == 0 ? -int64_t{errno} : index);
}

// if_indextoname(index, view): answers the length of the name.
napi_value IfIndexToName(napi_env env, napi_callback_info info) {
  const Call call(env, info);
  const Bytes out = call.View(1);
  char name[IF_NAMESIZE];
  if (if_indextoname(call.Unsigned(0), name) == nullptr) return call.Answer(-int64_t{errno});
  const size_t length = strlen(name);
  if (length > out.length) return call.Answer(-ENOBUFS);
  std::copy_n(name, length, out.data);
  return call.Answer(static_cast<int64_t>(length));
}

// An array of [index, name, index, name, …], or -errno.
napi_value IfNameIndex(napi_env env, napi_callback_info info) {
  const Call call(env, info);
  struct if_nameindex* const list = if_nameindex();
  if (list == nullptr) return call.Answer(-int64_t{errno});
  Napi::Array found = Napi::Array::New(env);
  uint32_t at = 0;
  for (const struct if_nameindex* one = list; one->if_index != 0; one++) {
    found.Set(at++, Napi::Number::New(env, one->if_index));
    found.Set(at++, Napi::String::New(env, one->if_name));
  }
  if_freenameindex(list);
  return found;
}

// inet_pton(family, text, view): 1, 0 where the text is no address, or -errno.
napi_value InetPton(napi_env env, napi_callback_info info) {
  const Call call(env, info);
  const Bytes out = call.View(2);
  const int family = call.Int(0);
  if (out.length < (family == AF_INET ? sizeof(in_addr) : sizeof(in6_addr))) return call.Answer(-ENOSPC);
  const std::string text = call.Text(1);
  if (HasNul(text)) return call.Answer(0);
  return call.Answer(Result(inet_pton(family, text.c_str(), out.data)));
}

// inet_ntop(family, view): the text, or undefined.
napi_value InetNtop(napi_env env, napi_callback_info info) {
  const Call call(env, info);
  const Bytes bytes = call.View(1);
  const int family = call.Int(0);
  char text[INET6_ADDRSTRLEN];
  if (bytes.length < (family == AF_INET ? sizeof(in_addr) : sizeof(in6_addr))) return nullptr;
  if (inet_ntop(family, bytes.data, text, sizeof text) == nullptr) return nullptr;
  napi_value value = nullptr;
  napi_create_string_latin1(env, text, NAPI_AUTO_LENGTH, &value);
  return value;
}

napi_value InetAddr(napi_env env, napi_callback_info info) {
  const Call call(env, info);
  const std::string text = call.Text(0);
  return call.Answer(HasNul(text) ? INADDR_NONE : inet_addr(text.c_str()));
}

}  // namespace

void ExportNetdb(napi_env env, napi_value exports) {
  Export(env, exports, "if_nametoindex", IfNameToIndex);
  Export(env, exports, "if_indextoname", IfIndexToName);
  Export(env, exports, "if_nameindex", IfNameIndex);
  Export(env, exports, "inet_pton", InetPton);
  Export(env, exports, "inet_ntop", InetNtop);
  Export(env, exports, "inet_addr", InetAddr);
}

}  // namespace bsd
