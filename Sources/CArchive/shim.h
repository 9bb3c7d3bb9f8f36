#include <archive.h>
#include <archive_entry.h>
#include <dlfcn.h>
#include <stddef.h>

// libarchive brings libxml2 and ICU with it, which would slow down every start: it is loaded when the
// first container is opened. These are the functions of it that are used, of the header's types.
struct bht_archive {
  __typeof__(&archive_version_string) version;
  __typeof__(&archive_read_new) read_new;
  __typeof__(&archive_read_free) read_free;
  __typeof__(&archive_read_support_format_tar) support_tar;
  __typeof__(&archive_read_support_format_zip_streamable) support_zip;
  __typeof__(&archive_read_open) read_open;
  __typeof__(&archive_read_next_header) next_header;
  __typeof__(&archive_read_data_block) data_block;
  __typeof__(&archive_error_string) error_string;
  __typeof__(&archive_entry_pathname) entry_pathname;
  __typeof__(&archive_entry_pathname_utf8) entry_pathname_utf8;
  __typeof__(&archive_entry_hardlink) entry_hardlink;
  __typeof__(&archive_entry_filetype) entry_filetype;
  __typeof__(&archive_entry_is_encrypted) entry_is_encrypted;
};

// Loads the library and fills in the functions; nonzero where it, or one of them, is missing.
static inline int bht_archive_load(struct bht_archive *f) {
  void *library = dlopen("libarchive.so.13", RTLD_NOW | RTLD_LOCAL);
  if (!library) return -1;
  f->version = (__typeof__(f->version))dlsym(library, "archive_version_string");
  f->read_new = (__typeof__(f->read_new))dlsym(library, "archive_read_new");
  f->read_free = (__typeof__(f->read_free))dlsym(library, "archive_read_free");
  f->support_tar = (__typeof__(f->support_tar))dlsym(library, "archive_read_support_format_tar");
  f->support_zip =
      (__typeof__(f->support_zip))dlsym(library, "archive_read_support_format_zip_streamable");
  f->read_open = (__typeof__(f->read_open))dlsym(library, "archive_read_open");
  f->next_header = (__typeof__(f->next_header))dlsym(library, "archive_read_next_header");
  f->data_block = (__typeof__(f->data_block))dlsym(library, "archive_read_data_block");
  f->error_string = (__typeof__(f->error_string))dlsym(library, "archive_error_string");
  f->entry_pathname = (__typeof__(f->entry_pathname))dlsym(library, "archive_entry_pathname");
  f->entry_pathname_utf8 =
      (__typeof__(f->entry_pathname_utf8))dlsym(library, "archive_entry_pathname_utf8");
  f->entry_hardlink = (__typeof__(f->entry_hardlink))dlsym(library, "archive_entry_hardlink");
  f->entry_filetype = (__typeof__(f->entry_filetype))dlsym(library, "archive_entry_filetype");
  f->entry_is_encrypted =
      (__typeof__(f->entry_is_encrypted))dlsym(library, "archive_entry_is_encrypted");
  return f->version && f->read_new && f->read_free && f->support_tar && f->support_zip && f->read_open &&
                 f->next_header && f->data_block && f->error_string && f->entry_pathname &&
                 f->entry_pathname_utf8 && f->entry_hardlink && f->entry_filetype &&
                 f->entry_is_encrypted
             ? 0
             : -1;
}

// Casts, which are not imported into Swift.
static const unsigned bht_AE_IFREG = AE_IFREG;
static const unsigned bht_AE_IFDIR = AE_IFDIR;
static const unsigned bht_AE_IFLNK = AE_IFLNK;
