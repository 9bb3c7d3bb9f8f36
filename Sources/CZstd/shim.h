// The stable API and, of the static-only one, what the format needs: frames
// without magic (ZSTD_c_format) and dictionaries with chosen parameters.
#define ZSTD_STATIC_LINKING_ONLY
#define ZDICT_STATIC_LINKING_ONLY
#include <zstd.h>
#include <zdict.h>
#include <zstd_errors.h>

// Macros that name an enum case are not imported into Swift.
static const ZSTD_cParameter bht_ZSTD_c_format = ZSTD_c_format;
static const ZSTD_dParameter bht_ZSTD_d_format = ZSTD_d_format;
