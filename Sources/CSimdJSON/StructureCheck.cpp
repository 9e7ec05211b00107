#include "StructureCheck.h"

#include <cstring>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

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
    bool is_at_root() const { return depth == 1; }
    bool is_object() const { return levels[(depth - 1) / 64] >> ((depth - 1) % 64) & 1; }

  private:
    static constexpr unsigned most = CSIMDJSON_MAXIMUM_DEPTH;
    unsigned depth = 0;
    // Not initialized: the bit of a level is written when the level is entered, before anything reads it.
    uint64_t levels[most / 64 + 1];
};

bool is_digit(uint8_t byte) { return unsigned(byte - '0') < 10; }

// What may follow a number or a word within a document.
bool is_end(uint8_t byte) {
    return byte == ',' || byte == '}' || byte == ']' || byte == ' ' || byte == '\n' || byte == '\r' || byte == '\t';
}

// A number or a word also ends where the text of its document ends, whatever bytes follow there.
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

// The same for the common case: at most 16 bytes without an exponent, right before `next`, where the following part of
// the document begins. All digits are counted at once, because a processor cannot predict how many there are. 16 bytes
// may be read. False also means that the number is not of that kind.
bool is_plain_number(const uint8_t *place, const uint8_t *next) {
#ifdef __SSE2__
    const size_t length = size_t(next - place);
    if (length > 16) { return false; }
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i *>(place));
    const unsigned all = (1u << length) - 1;
    const __m128i above = _mm_add_epi8(bytes, _mm_set1_epi8(char(-128 - '0')));
    const unsigned digits = unsigned(_mm_movemask_epi8(_mm_cmplt_epi8(above, _mm_set1_epi8(-128 + 10)))) & all;
    const unsigned points = unsigned(_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('.')))) & all;
    const unsigned first = *place == '-' ? 2 : 1;
    // Nothing but a sign, digits and one point, which is neither the first nor the last of them.
    if ((digits | points | (first - 1)) != all || (points & (points - 1)) || !(digits & first)
        || !(digits & 1u << (length - 1))) {
        return false;
    }
    // A zero at the beginning must be the only digit before the point.
    return place[first - 1] != '0' || !(digits & first << 1);
#else
    (void)place;
    (void)next;
    return false;
#endif
}

bool is_word(const uint8_t *place, const uint8_t *end, const char *word, size_t length) {
    return size_t(end - place) >= length && memcmp(place, word, length) == 0 && ends(place + length, end);
}

// The values of hexadecimal digits, and -1 for all other bytes.
struct HexadecimalDigits {
    int8_t values[256];
    constexpr HexadecimalDigits() : values() {
        for (int8_t &value : values) { value = -1; }
        for (int8_t i = 0; i < 10; i++) { values['0' + i] = i; }
        for (int8_t i = 0; i < 6; i++) { values['a' + i] = values['A' + i] = int8_t(10 + i); }
    }
};
constexpr HexadecimalDigits hexadecimal_digits;

// The UTF-16 unit of an escape `\uXXXX`, or less than zero. What is read after the end is padding.
int code_unit(const uint8_t *place, const uint8_t *end) {
    if (end - place < 6 || place[0] != '\\' || place[1] != 'u') { return -1; }
    const auto digit = [&](int index) { return int(hexadecimal_digits.values[place[index]]); };
    return digit(2) * 4096 | digit(3) * 256 | digit(4) * 16 | digit(5);
}

// Finds the next backslash; returns `end` when there is none. Faster than `memchr` where escapes are close together; it
// may read padding.
const uint8_t *next_backslash(const uint8_t *place, const uint8_t *end) {
#ifdef __SSE2__
    const __m128i backslash = _mm_set1_epi8('\\');
    for (; place < end; place += 16) {
        const __m128i part = _mm_loadu_si128(reinterpret_cast<const __m128i *>(place));
        const int found = _mm_movemask_epi8(_mm_cmpeq_epi8(part, backslash));
        if (found) {
            place += __builtin_ctz(unsigned(found));
            break;
        }
    }
#else
    while (place < end && *place != '\\') { place++; }
#endif
    return place < end ? place : end;
}

// Whether every backslash begins an escape (RFC 8259, section 7) and every surrogate has its partner. The grammar
// accepts no backslash outside of strings.
bool has_valid_escapes(const uint8_t *place, const uint8_t *end) {
    while ((place = next_backslash(place, end)) < end) {
        if (end - place < 2) { return false; }
        switch (place[1]) {
            case '"': case '\\': case '/': case 'b': case 'f': case 'n': case 'r': case 't': place += 2; break;
            case 'u': {
                const int unit = code_unit(place, end);
                if (unit < 0) { return false; }
                place += 6;
                if (unit < 0xD800 || unit > 0xDFFF) { break; }
                const int partner = code_unit(place, end);
                if (unit > 0xDBFF || partner < 0xDC00 || partner > 0xDFFF) { return false; }
                place += 6;
                break;
            }
            default: return false;
        }
    }
    return true;
}

}  // namespace

// One pass does what would take `memchr` three: bytes below the blank and backslashes are rare.
bool is_plain_text(const uint8_t *bytes, size_t length) {
    size_t place = 0;
#ifdef __SSE2__
    const __m128i last_control = _mm_set1_epi8(0x1F);
    const __m128i backslash = _mm_set1_epi8('\\');
    const auto special = [&](size_t index) {
        const __m128i part = _mm_loadu_si128(reinterpret_cast<const __m128i *>(bytes + index));
        return _mm_or_si128(_mm_cmpeq_epi8(_mm_min_epu8(part, last_control), part), _mm_cmpeq_epi8(part, backslash));
    };
    const auto has_special = [&](size_t index) {
        return _mm_movemask_epi8(_mm_or_si128(
            _mm_or_si128(special(index), special(index + 16)),
            _mm_or_si128(special(index + 32), special(index + 48))));
    };
    for (; place + 64 <= length; place += 64) {
        if (has_special(place)) { return false; }
    }
    // What is left is within the last 64 bytes.
    if (length >= 64) { return !has_special(length - 64); }
#endif
    for (; place < length; place++) {
        if (bytes[place] < 0x20 || bytes[place] == '\\') { return false; }
    }
    return true;
}

csimdjson_kind check_structure(
    simdjson::internal::dom_parser_implementation &stages, const uint8_t *bytes, size_t length, bool is_plain) {
    if (!is_plain && !has_valid_escapes(bytes, bytes + length)) { return CSIMDJSON_INVALID; }
    if (stages.stage1(bytes, length, simdjson::stage1_mode::regular)) { return CSIMDJSON_INVALID; }
    const uint8_t *const end = bytes + length;
    const uint32_t *next = stages.structural_indexes.get();
    const uint32_t *const last = next + stages.n_structural_indexes;
    csimdjson_kind root = CSIMDJSON_INVALID;
    Nesting nesting;
    goto value;

element:
    // For an array at the root it matters whether each element is an object.
    if (next == last) { return CSIMDJSON_INVALID; }
    if (bytes[*next] != '{') { root = CSIMDJSON_ARRAY; }

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
                if (nesting.is_outside()) { root = CSIMDJSON_OBJECTS; }
                if (!nesting.enter(false) || next == last) { return CSIMDJSON_INVALID; }
                if (bytes[*next] != ']') {
                    if (nesting.is_at_root()) { goto element; }
                    goto value;
                }
                if (nesting.is_at_root()) { root = CSIMDJSON_EMPTY_ARRAY; }
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
                if (!is_plain_number(place, next == last ? end : bytes + *next) && !is_number(place, end)) {
                    return CSIMDJSON_INVALID;
                }
                kind = CSIMDJSON_NUMBER;
        }
        if (nesting.is_outside()) { root = kind; }
    }

after:
    if (nesting.is_outside()) { return next == last ? root : CSIMDJSON_INVALID; }
    if (next == last) { return CSIMDJSON_INVALID; }
    switch (bytes[*next++]) {
        case ',':
            if (nesting.is_object()) { goto key; }
            if (nesting.is_at_root()) { goto element; }
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
