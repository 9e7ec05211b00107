#ifndef CSIMDJSON_H
#define CSIMDJSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

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

/// Looks at 16 bytes at once, in two words as they lie in memory: a bit for each that a JSON string cannot hold as it is
/// or that is not ASCII, the lowest for the first.
static inline uint32_t csimdjson_special_bytes(uint64_t first, uint64_t second) {
#ifdef __SSE2__
    const __m128i bytes = _mm_set_epi64x((long long)second, (long long)first);
    // As signed numbers, bytes outside ASCII are below the blank too.
    const __m128i outside = _mm_cmplt_epi8(bytes, _mm_set1_epi8(' '));
    const __m128i quotes = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('"'));
    const __m128i backslashes = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\'));
    return (uint32_t)_mm_movemask_epi8(_mm_or_si128(outside, _mm_or_si128(quotes, backslashes)));
#else
    const uint64_t words[2] = {first, second};
    uint8_t bytes[16];
    memcpy(bytes, words, 16);
    uint32_t found = 0;
    for (uint32_t index = 0; index < 16; index++) {
        const uint8_t byte = bytes[index];
        found |= (uint32_t)(byte < ' ' || byte >= 0x80 || byte == '"' || byte == '\\') << index;
    }
    return found;
#endif
}

#ifdef __cplusplus
}
#endif

#endif
