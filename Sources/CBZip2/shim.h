#include <bzlib.h>
#include <dlfcn.h>

// bzip2 inputs are rare: the library is loaded when the first one is opened, so that no start has to
// wait for it. These are the functions of it that are used, of the header's types.
struct bht_bzip2 {
  __typeof__(&BZ2_bzlibVersion) version;
  __typeof__(&BZ2_bzDecompressInit) init;
  __typeof__(&BZ2_bzDecompress) decompress;
  __typeof__(&BZ2_bzDecompressEnd) end;
};

// Loads the library and fills in the functions; nonzero where it, or one of them, is missing.
static inline int bht_bzip2_load(struct bht_bzip2 *f) {
  void *library = dlopen("libbz2.so.1.0", RTLD_NOW | RTLD_LOCAL);
  if (!library) library = dlopen("libbz2.so.1", RTLD_NOW | RTLD_LOCAL);
  if (!library) return -1;
  f->version = (__typeof__(f->version))dlsym(library, "BZ2_bzlibVersion");
  f->init = (__typeof__(f->init))dlsym(library, "BZ2_bzDecompressInit");
  f->decompress = (__typeof__(f->decompress))dlsym(library, "BZ2_bzDecompress");
  f->end = (__typeof__(f->end))dlsym(library, "BZ2_bzDecompressEnd");
  return f->version && f->init && f->decompress && f->end ? 0 : -1;
}
