#ifndef CPROTOBUF_H
#define CPROTOBUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// How deeply messages may be nested, as in every implementation of Protobuf.
#define CPROTOBUF_MAXIMUM_DEPTH 100

/// A schema: one .proto file and what it imports.
///
/// It is made by one thread and never changes after `cprotobuf_schema_build`; then any number of threads may make
/// readers of it at the same time. It must outlive them.
typedef struct cprotobuf_schema cprotobuf_schema;

/// Turns payloads of one message type into JSON; for one thread at a time.
typedef struct cprotobuf_reader cprotobuf_reader;

/// What became of a payload.
typedef enum cprotobuf_outcome {
    /// The JSON text is in the output.
    CPROTOBUF_WRITTEN,
    /// The JSON text does not fit; the output's content means nothing.
    CPROTOBUF_NEEDS_SPACE,
    /// The payload is no message of the type; the output's content means nothing.
    CPROTOBUF_FAULT
} cprotobuf_outcome;

/// Returns a schema without files, or NULL when there is no memory.
cprotobuf_schema *cprotobuf_schema_create(void);

/// Frees a schema; NULL is allowed.
void cprotobuf_schema_destroy(cprotobuf_schema *schema);

/// Adds the text of a file that can be imported by `name`; a later one of the same name replaces it.
///
/// Returns false when there is no memory.
bool cprotobuf_schema_add(
    cprotobuf_schema *schema, const char *name, size_t name_length, const char *text, size_t text_length);

/// Parses the schema's own text and what it imports, directly or not.
///
/// A text is the source of a .proto file, or a FileDescriptorProto in base64. Returns false when one of them is wrong,
/// with a sentence that says where, cut to `capacity` bytes with its terminating zero.
bool cprotobuf_schema_build(
    cprotobuf_schema *schema, const char *text, size_t text_length, char *reason, size_t capacity);

/// Returns a reader of the message type at a path of indexes: the first one selects a message of the schema's own text,
/// each further one a message nested in the former.
///
/// Returns NULL when there is none, with a sentence that says how many there are, cut to `capacity` bytes with its
/// terminating zero.
cprotobuf_reader *cprotobuf_reader_create(
    const cprotobuf_schema *schema, const int32_t *indexes, size_t count, char *reason, size_t capacity);

/// Frees a reader; NULL is allowed.
void cprotobuf_reader_destroy(cprotobuf_reader *reader);

/// The full name of the reader's message type; it lives as long as the reader.
const char *cprotobuf_reader_name(const cprotobuf_reader *reader);

/// Writes a payload as a JSON object without line breaks; `count` becomes how many bytes were written, or are needed.
cprotobuf_outcome cprotobuf_reader_write(
    cprotobuf_reader *reader, const uint8_t *payload, size_t length, uint8_t *output, size_t capacity, size_t *count);

/// Why the last payload was a fault: a sentence without anything of its data; it lives until the next payload.
const char *cprotobuf_reader_fault(const cprotobuf_reader *reader);

#ifdef __cplusplus
}
#endif

#endif
