{
  "variables": { "sanitize%": "none" },
  "targets": [
    {
      "target_name": "bsd_sockets",
      "sources": [
        "native/addon.cc",
        "native/env.cc",
        "native/numbers.cc",
        "native/reactor/epoll.cc",
        "native/reactor/kqueue.cc",
        "native/reactor/reactor.cc",
        "native/reactor/wakeup_thread.cc",
        "native/reactor/wakeup_uv.cc",
        "native/syscalls/fcntl.cc",
        "native/syscalls/netdb.cc",
        "native/syscalls/resolver.cc",
        "native/syscalls/services.cc",
        "native/syscalls/sockopt.cc",
        "native/syscalls/socket.cc",
        "native/syscalls/transfer.cc"
      ],
      "include_dirs": ["<!(node -p \"require('node-addon-api').include_dir\")"],
      "defines": [
        "NAPI_VERSION=8",
        "NAPI_DISABLE_CPP_EXCEPTIONS",
        "NODE_ADDON_API_DISABLE_DEPRECATED",
        "NODE_API_SWALLOW_UNTHROWABLE_EXCEPTIONS"
      ],
      "cflags_cc": ["-std=c++17", "-Wall", "-Wextra", "-Werror", "-fvisibility=hidden", "-fno-exceptions"],
      "cflags_cc!": ["-std=gnu++17", "-std=gnu++20", "-fexceptions"],
      "xcode_settings": {
        "CLANG_CXX_LANGUAGE_STANDARD": "c++17",
        "GCC_ENABLE_CPP_EXCEPTIONS": "NO",
        "GCC_SYMBOLS_PRIVATE_EXTERN": "YES",
        "OTHER_CFLAGS": ["-Wall", "-Wextra", "-Werror"]
      },
      "conditions": [
        ["sanitize!='none'", {
          "cflags_cc": ["-fsanitize=<(sanitize)", "-fno-sanitize-recover=undefined", "-fno-omit-frame-pointer", "-g", "-O1"],
          "ldflags": ["-fsanitize=<(sanitize)"]
        }]
      ]
    }
  ]
}
