#include "StructureCheck.h"

#include <cstring>

namespace {

// Which brackets are open: a bit for each level, set for an object.
class Nesting {
  public:
    bool enter(bool is_object) {
        if (depth == most) { return false; }
        uint64_t bit = uint64_t(1) << (depth % 64);
        levels[depth / 64] = is_object ? levels[depth / 64] | bit : levels[depth / 64] & ~bit;
        depth++;
        return true;
    }
    void leave() { depth--; }
    bool is_outside() const { return depth == 0; }
    bool is_object() const { return levels[(depth - 1) / 64] >> ((depth - 1) % 64) & 1; }

  private:
    static constexpr unsigned most = 512;
    unsigned depth = 0;
    uint64_t levels[most / 64] = {};
};

bool is_digit(uint8_t byte) { return unsigned(byte - '0') < 10; }

// What may follow a number or a word within a document.
bool is_end(uint8_t byte) {
    return byte == ',' || byte == '}' || byte == ']' || byte == ' ' || byte == '\n' || byte == '\r' || byte == '\t';
}

// Where the text of a document ends, a number or a word ends too, whatever the bytes behind it are.
bool ends(const uint8_t *place, const uint8_t *end) { return place == end || (place < end && is_end(*place)); }

// RFC 8259, section 6.
bool is_number(const uint8_t *place, const uint8_t *end) {
    if (*place == '-') { place++; }
    if (place < end && *place == '0') {
        place++;
    } else {
        const uint8_t *first = place;
        while (place < end && is_digit(*place)) { place++; }
        if (place == first) { return false; }
    }
    if (place < end && *place == '.') {
        const uint8_t *first = ++place;
        while (place < end && is_digit(*place)) { place++; }
        if (place == first) { return false; }
    }
    if (place < end && (*place == 'e' || *place == 'E')) {
        place++;
        if (place < end && (*place == '+' || *place == '-')) { place++; }
        const uint8_t *first = place;
        while (place < end && is_digit(*place)) { place++; }
        if (place == first) { return false; }
    }
    return ends(place, end);
}

bool is_word(const uint8_t *place, const uint8_t *end, const char *word, size_t length) {
    return size_t(end - place) >= length && memcmp(place, word, length) == 0 && ends(place + length, end);
}

}  // namespace

csimdjson_kind check_structure(
    simdjson::internal::dom_parser_implementation &stages, const uint8_t *bytes, size_t length) {
    // Escapes are the second stage's.
    if (memchr(bytes, '\\', length)) { return CSIMDJSON_INVALID; }
    if (stages.stage1(bytes, length, simdjson::stage1_mode::regular)) { return CSIMDJSON_INVALID; }
    const uint8_t *const end = bytes + length;
    const uint32_t *next = stages.structural_indexes.get();
    const uint32_t *const last = next + stages.n_structural_indexes;
    csimdjson_kind root = CSIMDJSON_INVALID;
    Nesting nesting;

value:
    if (next == last) { return CSIMDJSON_INVALID; }
    {
        const uint8_t *place = bytes + *next++;
        csimdjson_kind kind;
        switch (*place) {
            case '{':
                if (nesting.is_outside()) { root = CSIMDJSON_OBJECT; }
                if (!nesting.enter(true) || next == last) { return CSIMDJSON_INVALID; }
                if (bytes[*next] != '}') { goto key; }
                next++;
                nesting.leave();
                goto after;
            case '[':
                if (nesting.is_outside()) { root = CSIMDJSON_ARRAY; }
                if (!nesting.enter(false) || next == last) { return CSIMDJSON_INVALID; }
                if (bytes[*next] != ']') { goto value; }
                next++;
                nesting.leave();
                goto after;
            case '"': kind = CSIMDJSON_STRING; break;
            case 't':
                if (!is_word(place, end, "true", 4)) { return CSIMDJSON_INVALID; }
                kind = CSIMDJSON_BOOLEAN;
                break;
            case 'f':
                if (!is_word(place, end, "false", 5)) { return CSIMDJSON_INVALID; }
                kind = CSIMDJSON_BOOLEAN;
                break;
            case 'n':
                if (!is_word(place, end, "null", 4)) { return CSIMDJSON_INVALID; }
                kind = CSIMDJSON_NULL;
                break;
            default:
                if (!is_number(place, end)) { return CSIMDJSON_INVALID; }
                kind = CSIMDJSON_NUMBER;
        }
        if (nesting.is_outside()) { root = kind; }
    }

after:
    if (nesting.is_outside()) {
        // A string at the root is wanted decoded, which the whole parser does.
        return next == last && root != CSIMDJSON_STRING ? root : CSIMDJSON_INVALID;
    }
    if (next == last) { return CSIMDJSON_INVALID; }
    switch (bytes[*next++]) {
        case ',':
            if (nesting.is_object()) { goto key; }
            goto value;
        case '}':
            if (!nesting.is_object()) { return CSIMDJSON_INVALID; }
            nesting.leave();
            goto after;
        case ']':
            if (nesting.is_object()) { return CSIMDJSON_INVALID; }
            nesting.leave();
            goto after;
        default: return CSIMDJSON_INVALID;
    }

key:
    if (last - next < 2 || bytes[next[0]] != '"' || bytes[next[1]] != ':') { return CSIMDJSON_INVALID; }
    next += 2;
    goto value;
}
