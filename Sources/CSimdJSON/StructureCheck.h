#ifndef STRUCTURE_CHECK_H
#define STRUCTURE_CHECK_H

#include <simdjson.h>

#include "CSimdJSON.h"

/// Whether a text has neither a backslash nor a control character.
bool is_plain_text(const uint8_t *bytes, size_t length);

/// Checks a document by its structure alone: simdjson's first stage (UTF-8, strings, where things begin), then the grammar
/// over what it found. Numbers are not converted and no tape is written, which is half of a parser's work.
///
/// Returns CSIMDJSON_INVALID when in doubt, be it an escaped code point: then the whole parser has to look. What it accepts
/// is JSON. `is_plain` is what `is_plain_text` says of the document.
csimdjson_kind check_structure(
    simdjson::internal::dom_parser_implementation &stages, const uint8_t *bytes, size_t length, bool is_plain);

#endif
