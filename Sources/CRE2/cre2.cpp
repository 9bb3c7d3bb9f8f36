#include "cre2.h"

#include <new>

#include <re2/re2.h>

struct bht_re2 {
  RE2 expression;
};

extern "C" bht_re2 *bht_re2_compile(const char *pattern, size_t length, int64_t memory) {
  try {
    RE2::Options options(RE2::Quiet);
    options.set_dot_nl(true);
    options.set_never_capture(true);
    options.set_max_mem(memory);
    return new bht_re2{RE2(re2::StringPiece(pattern, length), options)};
  } catch (...) {
    return nullptr;
  }
}

extern "C" const char *bht_re2_error(const bht_re2 *pattern, size_t *length) {
  if (pattern->expression.ok()) return nullptr;
  *length = pattern->expression.error().size();
  return pattern->expression.error().data();
}

extern "C" const char *bht_re2_error_part(const bht_re2 *pattern, size_t *length) {
  *length = pattern->expression.error_arg().size();
  return pattern->expression.error_arg().data();
}

extern "C" int bht_re2_matches(const bht_re2 *pattern, const char *text, size_t length) {
  return pattern->expression.Match(
      re2::StringPiece(text, length), 0, length, RE2::ANCHOR_BOTH, nullptr, 0);
}

extern "C" void bht_re2_free(bht_re2 *pattern) { delete pattern; }
