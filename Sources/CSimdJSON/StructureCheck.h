#ifndef STRUCTURE_CHECK_H
#define STRUCTURE_CHECK_H

#include <simdjson.h>

#include "CSimdJSON.h"

/// Whether a text has neither a backslash nor a control character.
bool is_plain_text(const uint8_t *bytes, size_t length);

/// Checks a document by its structure alone.
///
/// simdjson's first stage finds UTF-8, strings and where things begin; the grammar is checked over what it found.
/// Numbers are not converted, so that 1e400 is JSON like any other, and no tape is written, which is half of a parser's
/// work and most of its memory.
///
/// Returns CSIMDJSON_INVALID also when simdjson has no memory or the document is too large for it. `is_plain` is what
/// `is_plain_text` says of the document.
csimdjson_kind check_structure(
    simdjson::internal::dom_parser_implementation &stages, const uint8_t *bytes, size_t length, bool is_plain);

#endif
