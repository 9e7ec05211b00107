#include "CProtobuf.h"

#include <google/protobuf/stubs/logging.h>

#include <algorithm>
#include <climits>
#include <cstring>
#include <exception>
#include <new>

#include "Layout.h"
#include "Schema.h"
#include "Transcoder.h"

namespace {

void copy(const std::string &text, char *to, size_t capacity) {
    if (capacity == 0) { return; }
    size_t length = std::min(text.size(), capacity - 1);
    // Not within a character.
    while (length < text.size() && length > 0 && (uint8_t(text[length]) & 0xC0) == 0x80) { length--; }
    memcpy(to, text.data(), length);
    to[length] = 0;
}

// The library tells the standard error output what it then also returns, data included.
void be_silent() {
    static const auto former = google::protobuf::SetLogHandler(nullptr);
    (void)former;
}

const char no_memory[] = "there is no memory";

}  // namespace

struct cprotobuf_reader {
    Layouts layouts;
    Layout &layout;
    Transcoder transcoder;
    std::string fault;

    cprotobuf_reader(const cprotobuf_schema &schema, const google::protobuf::Descriptor *descriptor)
        : layouts(schema), layout(layouts.of(descriptor)), transcoder(layouts) {}

    cprotobuf_outcome write(Span payload, Output &output) {
        if (payload.size() > INT_MAX) {
            fault = "the payload has more than 2 GiB";
            return CPROTOBUF_FAULT;
        }
        if (!transcoder.print(payload, layout, output)) {
            fault = transcoder.fault();
            return CPROTOBUF_FAULT;
        }
        return output.has_overflowed() ? CPROTOBUF_NEEDS_SPACE : CPROTOBUF_WRITTEN;
    }
};

cprotobuf_schema *cprotobuf_schema_create(void) {
    try {
        be_silent();
        return new cprotobuf_schema;
    } catch (...) { return nullptr; }
}

void cprotobuf_schema_destroy(cprotobuf_schema *schema) { delete schema; }

bool cprotobuf_schema_add(
    cprotobuf_schema *schema, const char *name, size_t name_length, const char *text, size_t text_length) {
    try {
        schema->references[std::string(name, name_length)] = std::string(text, text_length);
        return true;
    } catch (...) { return false; }
}

bool cprotobuf_schema_build(
    cprotobuf_schema *schema, const char *text, size_t text_length, char *reason, size_t capacity) {
    try {
        std::string why;
        if (schema->build(std::string(text, text_length), why)) { return true; }
        copy(why, reason, capacity);
    } catch (const std::exception &error) { copy(error.what(), reason, capacity); } catch (...) {
        copy(no_memory, reason, capacity);
    }
    return false;
}

cprotobuf_reader *cprotobuf_reader_create(
    const cprotobuf_schema *schema, const int32_t *indexes, size_t count, char *reason, size_t capacity) {
    try {
        std::string why;
        const auto *descriptor = schema->message(indexes, count, why);
        if (descriptor) { return new cprotobuf_reader(*schema, descriptor); }
        copy(why, reason, capacity);
    } catch (const std::exception &error) { copy(error.what(), reason, capacity); } catch (...) {
        copy(no_memory, reason, capacity);
    }
    return nullptr;
}

void cprotobuf_reader_destroy(cprotobuf_reader *reader) { delete reader; }

const char *cprotobuf_reader_name(const cprotobuf_reader *reader) {
    return reader->layout.descriptor->full_name().c_str();
}

cprotobuf_outcome cprotobuf_reader_write(
    cprotobuf_reader *reader, const uint8_t *payload, size_t length, uint8_t *output, size_t capacity, size_t *count) {
    Output lent(output, capacity);
    cprotobuf_outcome outcome = CPROTOBUF_FAULT;
    try {
        outcome = reader->write({payload, payload + length}, lent);
    } catch (...) {
        // Short enough to need no memory.
        reader->fault = "no memory";
    }
    *count = lent.count();
    return outcome;
}

const char *cprotobuf_reader_fault(const cprotobuf_reader *reader) { return reader->fault.c_str(); }
