// The databases of services and protocols, the host's name, and the addresses of the interfaces.
#include <algorithm>
#include <vector>

#include "../list.h"
#include "register.h"

namespace bsd {
namespace {

void AddAliases(List& list, char** aliases) {
  for (char** alias = aliases; alias != nullptr && *alias != nullptr; alias++) list.Text(*alias);
}

void Fill(List& list, const servent& entry) {
  list.Text(entry.s_name);
  list.Number(ntohs(static_cast<uint16_t>(entry.s_port)));
  list.Text(entry.s_proto);
  AddAliases(list, entry.s_aliases);
}

void Fill(List& list, const protoent& entry) {
  list.Text(entry.p_name);
  list.Number(entry.p_proto);
  AddAliases(list, entry.p_aliases);
}

// A list of what is found, 0 for nothing, or -errno. `ask` fills an entry whose texts are in the room it gets.
template <typename Entry, typename Ask>
napi_value Found(const Call& call, Ask ask) {
  constexpr size_t kMost = 1 << 20;
  std::vector<char> room(1024);
  Entry entry{};
  Entry* found = nullptr;
  int error = ask(&entry, room.data(), room.size(), &found);
  while (error == ERANGE && room.size() < kMost) {
    room.resize(room.size() * 4);
    error = ask(&entry, room.data(), room.size(), &found);
  }
  if (error != 0 && error != ENOENT) return call.Answer(-int64_t{error});
  if (error != 0 || found == nullptr) return call.Answer(0);
  List list(call.env());
  Fill(list, *found);
  return list.value();
}

// getserv(name or port, protocol or null): [name, port, protocol, aliases…]
napi_value GetServ(napi_env env, napi_callback_info info) {
  const Call call(env, info);
  const std::string name = call.Text(0), text = call.Text(1);
  const char* const protocol = call.Is(napi_string, 1) ? text.c_str() : nullptr;
  const int port = htons(static_cast<uint16_t>(call.Unsigned(0)));
  return Found<servent>(call, [&](servent* entry, char* room, size_t size, servent** found) {
    if (call.IsNumber(0)) return platform::ServiceByPort(port, protocol, entry, room, size, found);
    return platform::ServiceByName(name.c_str(), protocol, entry, room, size, found);
  });
}

// getproto(name or number): [name, number, aliases…]
napi_value GetProto(napi_env env, napi_callback_info info) {
  const Call call(env, info);
  const std::string name = call.Text(0);
  return Found<protoent>(call, [&](protoent* entry, char* room, size_t size, protoent** found) {
    if (call.IsNumber(0)) return platform::ProtocolByNumber(call.Int(0), entry, room, size, found);
    return platform::ProtocolByName(name.c_str(), entry, room, size, found);
  });
}

// gethostname(view): answers the length of the name.
napi_value GetHostName(napi_env env, napi_callback_info info) {
  const Call call(env, info);
  const Bytes out = call.View(0);
  char name[256];
  if (gethostname(name, sizeof name) != 0) return call.Answer(-int64_t{errno});
  const size_t length = strnlen(name, sizeof name);
  if (length > out.length) return call.Answer(-ENAMETOOLONG);
  std::copy_n(name, length, out.data);
  return call.Answer(static_cast<int64_t>(length));
}

// A list of [name, flags, address, netmask, broadcast or destination], each of the three or null; or -errno.
napi_value GetIfAddrs(napi_env env, napi_callback_info info) {
  const Call call(env, info);
  ifaddrs* all = nullptr;
  if (getifaddrs(&all) != 0) return call.Answer(-int64_t{errno});
  List list(env);
  for (const ifaddrs* one = all; one != nullptr; one = one->ifa_next) {
    List row(env);
    row.Text(one->ifa_name);
    row.Number(one->ifa_flags);
    for (const sockaddr* address : {one->ifa_addr, one->ifa_netmask, one->ifa_broadaddr})
      row.Address(address, address == nullptr ? 0 : platform::LengthOf(address));
    list.Inner(row);
  }
  freeifaddrs(all);
  return list.value();
}

}  // namespace

void ExportServices(napi_env env, napi_value exports) {
  Export(env, exports, "getserv", GetServ);
  Export(env, exports, "getproto", GetProto);
  Export(env, exports, "gethostname", GetHostName);
  Export(env, exports, "getifaddrs", GetIfAddrs);
}

}  // namespace bsd
