#include "CSimdJSON.h"

#include <new>
#include <simdjson.h>

#include "StructureCheck.h"

using simdjson::dom::element_type;

struct csimdjson_parser {
    simdjson::dom::parser dom;
    simdjson::error_code error = simdjson::SUCCESS;
    bool is_plain = false;
};

namespace {

// simdjson grows its buffers to exactly what a document needs, so slowly growing documents would each allocate anew.
size_t rounded(size_t length) {
    size_t capacity = 4096;
    while (capacity < length) { capacity *= 2; }
    return capacity;
}

// What both stages need.
simdjson::error_code reserve(simdjson::dom::parser &dom, size_t length) {
    return dom.capacity() < length ? dom.allocate(rounded(length), dom.max_depth()) : simdjson::SUCCESS;
}

// What the second stage writes to: several times the document, so only made when a document needs it.
simdjson::error_code reserve_tape(simdjson::dom::parser &dom, size_t length) {
    return dom.doc.capacity() < length ? dom.doc.allocate(rounded(length)) : simdjson::SUCCESS;
}

bool is_blank(const uint8_t *bytes, size_t length) {
    for (size_t i = 0; i < length; i++) {
        if (bytes[i] != ' ' && bytes[i] != '\t' && bytes[i] != '\n' && bytes[i] != '\r') { return false; }
    }
    return true;
}

}  // namespace

csimdjson_parser *csimdjson_create(void) { return new (std::nothrow) csimdjson_parser; }

void csimdjson_destroy(csimdjson_parser *parser) { delete parser; }

csimdjson_kind csimdjson_check(csimdjson_parser *parser, const uint8_t *bytes, size_t length) {
    simdjson::dom::element root;
    parser->error = reserve(parser->dom, length);
    parser->is_plain = is_plain_text(bytes, length);
    if (!parser->error) {
        csimdjson_kind kind = check_structure(*parser->dom.implementation, bytes, length, parser->is_plain);
        if (kind != CSIMDJSON_INVALID) { return kind; }
        parser->error = reserve_tape(parser->dom, length);
    }
    if (!parser->error) { parser->error = parser->dom.parse(bytes, length, false).get(root); }
    switch (parser->error) {
        case simdjson::SUCCESS: break;
        case simdjson::EMPTY: return is_blank(bytes, length) ? CSIMDJSON_BLANK : CSIMDJSON_INVALID;
        case simdjson::NUMBER_ERROR: return CSIMDJSON_NUMBER_ERROR;
        case simdjson::MEMALLOC: return CSIMDJSON_NO_MEMORY;
        default: return CSIMDJSON_INVALID;
    }
    switch (root.type()) {
        case element_type::OBJECT: return CSIMDJSON_OBJECT;
        case element_type::ARRAY: return CSIMDJSON_ARRAY;
        case element_type::STRING: return CSIMDJSON_STRING;
        case element_type::BOOL: return CSIMDJSON_BOOLEAN;
        case element_type::NULL_VALUE: return CSIMDJSON_NULL;
        default: return CSIMDJSON_NUMBER;
    }
}

bool csimdjson_is_plain(const csimdjson_parser *parser) { return parser->is_plain; }

const char *csimdjson_string(csimdjson_parser *parser, size_t *length) {
    if (parser->error) { return nullptr; }
    const char *text;
    if (parser->dom.doc.root().get_c_str().get(text)) { return nullptr; }
    if (parser->dom.doc.root().get_string_length().get(*length)) { return nullptr; }
    return text;
}

const char *csimdjson_message(const csimdjson_parser *parser) { return simdjson::error_message(parser->error); }
