#ifndef CSIMDJSON_H
#define CSIMDJSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// How many readable bytes must follow a document's last one.
#define CSIMDJSON_PADDING 64

/// A simdjson DOM parser with its buffers; for one thread at a time.
typedef struct csimdjson_parser csimdjson_parser;

/// What a document's root is, or why it is none.
typedef enum csimdjson_kind {
    CSIMDJSON_OBJECT,
    CSIMDJSON_ARRAY,
    CSIMDJSON_STRING,
    CSIMDJSON_NUMBER,
    CSIMDJSON_BOOLEAN,
    CSIMDJSON_NULL,
    /// Nothing but white space.
    CSIMDJSON_BLANK,
    /// A number that simdjson cannot hold, which may be JSON all the same.
    CSIMDJSON_NUMBER_ERROR,
    /// Not JSON; csimdjson_message says why.
    CSIMDJSON_INVALID,
    /// simdjson could not get the memory it needs.
    CSIMDJSON_NO_MEMORY
} csimdjson_kind;

/// Returns a parser, or NULL when there is no memory.
csimdjson_parser *csimdjson_create(void);

/// Frees a parser; NULL is allowed.
void csimdjson_destroy(csimdjson_parser *parser);

/// Checks one document in place; CSIMDJSON_PADDING readable bytes must follow it.
csimdjson_kind csimdjson_check(csimdjson_parser *parser, const uint8_t *bytes, size_t length);

/// Whether the last document checked has neither a backslash nor a control character, and so no line break.
bool csimdjson_is_plain(const csimdjson_parser *parser);

/// Returns the decoded text of the last document when its root is a string, else NULL; valid until the next check.
const char *csimdjson_string(csimdjson_parser *parser, size_t *length);

/// Returns why the last check said CSIMDJSON_INVALID; the text is static.
const char *csimdjson_message(const csimdjson_parser *parser);

#ifdef __cplusplus
}
#endif

#endif
