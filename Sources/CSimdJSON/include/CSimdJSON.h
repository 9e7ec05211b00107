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

/// How deeply arrays and objects may be nested.
#define CSIMDJSON_MAXIMUM_DEPTH 1023

/// How many bytes the text of a double or float needs at most.
#define CSIMDJSON_NUMBER_ROOM 32

/// simdjson's first stage with its buffer, which grows with the documents; for one thread at a time.
typedef struct csimdjson_checker csimdjson_checker;

/// What a document's root is.
typedef enum csimdjson_kind {
    /// Not JSON, or there is no memory to look at it.
    CSIMDJSON_INVALID,
    CSIMDJSON_OBJECT,
    /// An array of one object or more, and of nothing else.
    CSIMDJSON_OBJECTS,
    CSIMDJSON_EMPTY_ARRAY,
    /// An array that holds something other than objects.
    CSIMDJSON_ARRAY,
    CSIMDJSON_STRING,
    CSIMDJSON_NUMBER,
    CSIMDJSON_BOOLEAN,
    CSIMDJSON_NULL
} csimdjson_kind;

/// Returns a checker, or NULL when there is no memory.
csimdjson_checker *csimdjson_create(void);

/// Frees a checker; NULL is allowed.
void csimdjson_destroy(csimdjson_checker *checker);

/// Checks one document in place; CSIMDJSON_PADDING readable bytes must follow it.
csimdjson_kind csimdjson_check(csimdjson_checker *checker, const uint8_t *bytes, size_t length);

/// Whether the last document checked has neither a backslash nor a control character, and so no line break.
bool csimdjson_is_plain(const csimdjson_checker *checker);

/// Writes the shortest text that a double is read back from, which is JSON when the value is finite.
///
/// Returns its length; `text` has room for CSIMDJSON_NUMBER_ROOM bytes and gets no terminator.
size_t csimdjson_write_double(double value, char *text);

/// Writes the shortest text that a float is read back from, like csimdjson_write_double.
size_t csimdjson_write_float(float value, char *text);

#ifdef __cplusplus
}
#endif

#endif
