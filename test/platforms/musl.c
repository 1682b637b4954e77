// What Debian's libstdc++ and libgcc_s take from glibc and musl lacks: enough to run Bun, which brings no libstdc++ of its
// own, under Debian's musl. The file takes the place of glibc's loader, which they name. Only command.ts uses it.
#include <locale.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/random.h>
#include <time.h>

char __libc_single_threaded = 0;
unsigned __cpu_model[4];

int __cpu_indicator_init(void) { return 0; }

// Not found: then the unwinder asks dl_iterate_phdr.
int _dl_find_object(void* address, void* result) { return (void)address, (void)result, -1; }

size_t __strftime_l(char* text, size_t size, const char* format, const struct tm* time, locale_t locale) {
  return strftime_l(text, size, format, time, locale);
}

unsigned arc4random(void) {
  unsigned value = 0;
  return getrandom(&value, sizeof value, 0), value;
}

// Destructors of a thread's objects, the last one first.
struct ending {
  void (*run)(void*);
  void* object;
  struct ending* next;
};

static pthread_key_t endings;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void run_all(void* first) {
  for (struct ending *one = first, *next; one != NULL; one = next) {
    next = one->next;
    one->run(one->object);
    free(one);
  }
}

static void make_key(void) { pthread_key_create(&endings, run_all); }

int __cxa_thread_atexit_impl(void (*run)(void*), void* object, void* library) {
  struct ending* one = malloc(sizeof *one);
  if (one == NULL || pthread_once(&once, make_key) != 0) return free(one), (void)library, -1;
  *one = (struct ending){run, object, pthread_getspecific(endings)};
  return pthread_setspecific(endings, one);
}
