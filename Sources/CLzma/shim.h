#include <lzma.h>

// LZMA_STREAM_INIT and the preset flags are macros, which are not imported into Swift.
static inline lzma_stream bht_lzma_stream_init(void) {
  lzma_stream stream = LZMA_STREAM_INIT;
  return stream;
}
static const uint32_t bht_LZMA_PRESET_EXTREME = LZMA_PRESET_EXTREME;
