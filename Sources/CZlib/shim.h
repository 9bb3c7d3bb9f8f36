#include <zlib.h>

// inflateInit2 is a macro, which is not imported into Swift.
static inline int bht_inflateInit2(z_stream *stream, int windowBits) {
  return inflateInit2(stream, windowBits);
}
