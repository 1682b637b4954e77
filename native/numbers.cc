#include "numbers.h"

#include "platform.h"

// Here a struct's name means the kernel's declaration, where there is one.
namespace bsd::kernel {
namespace {

struct Number {
  const char* name;
  double value;
};

const Number kNumbers[] = {
#define CONSTANT(name) {#name, static_cast<double>(name)},
#define SIZE(type) {#type, static_cast<double>(sizeof(struct type))},
#define FIELD(type, field) {#type "." #field, static_cast<double>(offsetof(struct type, field))},
#include "constants.inc"
};

}  // namespace
}  // namespace bsd::kernel

namespace bsd {

// An object `numbers`: { SOL_SOCKET: 1, sockaddr_in: 16, 'sockaddr_in.sin_port': 2, … }
void ExportNumbers(napi_env env, napi_value exports) {
  napi_value numbers = nullptr;
  napi_create_object(env, &numbers);
  for (const kernel::Number& number : kernel::kNumbers) {
    napi_value value = nullptr;
    napi_create_double(env, number.value, &value);
    napi_set_named_property(env, numbers, number.name, value);
  }
  napi_set_named_property(env, exports, "numbers", numbers);
}

}  // namespace bsd
