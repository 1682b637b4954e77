{
  "includes": ["../../native/binding.gyp"],
  "target_defaults": {
    "sources": ["kqueue.cc"],
    "include_dirs": ["."],
    "defines": ["BSD_SOCKETS_KQUEUE"],
    "ldflags": ["-Wl,--wrap=close,--wrap=shutdown,--wrap=poll"]
  }
}
