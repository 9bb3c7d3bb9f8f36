// The part of RE2 that searches use, as C: a pattern is compiled once and then matched by any number
// of threads.
#ifndef BHT_CRE2_H
#define BHT_CRE2_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// A compiled pattern, or the reason why there is none.
typedef struct bht_re2 bht_re2;

/// Compiles `length` bytes of UTF-8: case counts, and `.` matches a newline too. Program and caches
/// stay under `memory` bytes. Null only where there is no memory; a pattern that is wrong gives an
/// object with an error.
bht_re2 *bht_re2_compile(const char *pattern, size_t length, int64_t memory);

/// Why the pattern was not compiled, and how many bytes that is; null where it was.
const char *bht_re2_error(const bht_re2 *pattern, size_t *length);

/// The part of the pattern that is wrong, and how many bytes that is.
const char *bht_re2_error_part(const bht_re2 *pattern, size_t *length);

/// 1 where the pattern matches all of the `length` bytes of `text`, else 0.
int bht_re2_matches(const bht_re2 *pattern, const char *text, size_t length);

/// Forgets a pattern.
void bht_re2_free(bht_re2 *pattern);

#ifdef __cplusplus
}
#endif

#endif
