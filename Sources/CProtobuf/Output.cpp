#include "Output.h"

#include <charconv>
#include <cmath>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace {

bool is_plain(uint8_t byte) { return byte >= 0x20 && byte < 0x80 && byte != '"' && byte != '\\'; }

// Finds the next byte that is not copied as it is without a look at its neighbours.
const uint8_t *next_special(const uint8_t *place, const uint8_t *end) {
#ifdef __SSE2__
    const __m128i last_control = _mm_set1_epi8(0x1F), quote = _mm_set1_epi8('"'), backslash = _mm_set1_epi8('\\');
    for (; end - place >= 16; place += 16) {
        const __m128i part = _mm_loadu_si128(reinterpret_cast<const __m128i *>(place));
        const __m128i escaped = _mm_or_si128(
            _mm_cmpeq_epi8(_mm_min_epu8(part, last_control), part),
            _mm_or_si128(_mm_cmpeq_epi8(part, quote), _mm_cmpeq_epi8(part, backslash)));
        // The highest bit of each byte: those beyond ASCII have it of their own.
        const int found = _mm_movemask_epi8(_mm_or_si128(escaped, part));
        if (found) { return place + __builtin_ctz(unsigned(found)); }
    }
#endif
    while (place < end && is_plain(*place)) { place++; }
    return place;
}

// The length of a valid sequence of two bytes or more, else 0 (RFC 3629, section 4).
size_t sequence(const uint8_t *place, const uint8_t *end) {
    const auto follows = [&](size_t index, uint8_t least = 0x80, uint8_t most = 0xBF) {
        return size_t(end - place) > index && place[index] >= least && place[index] <= most;
    };
    const uint8_t first = *place;
    if (first >= 0xC2 && first <= 0xDF) { return follows(1) ? 2 : 0; }
    if (first >= 0xE0 && first <= 0xEF) {
        return follows(1, first == 0xE0 ? 0xA0 : 0x80, first == 0xED ? 0x9F : 0xBF) && follows(2) ? 3 : 0;
    }
    if (first >= 0xF0 && first <= 0xF4) {
        return follows(1, first == 0xF0 ? 0x90 : 0x80, first == 0xF4 ? 0x8F : 0xBF) && follows(2) && follows(3) ? 4 : 0;
    }
    return 0;
}

}  // namespace

void Output::integer(int64_t value) {
    char digits[24];
    bytes(digits, size_t(std::to_chars(digits, digits + sizeof digits, value).ptr - digits));
}

void Output::integer(uint64_t value) {
    char digits[24];
    bytes(digits, size_t(std::to_chars(digits, digits + sizeof digits, value).ptr - digits));
}

template <typename Number> void Output::floating(Number value) {
    if (std::isnan(value)) {
        text("\"NaN\"");
    } else if (std::isinf(value)) {
        if (value > 0) {
            text("\"Infinity\"");
        } else {
            text("\"-Infinity\"");
        }
    } else {
        char digits[32];
        bytes(digits, size_t(std::to_chars(digits, digits + sizeof digits, value).ptr - digits));
    }
}

void Output::number(double value) { floating(value); }
void Output::number(float value) { floating(value); }

void Output::base64(Span value) {
    static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    byte('"');
    const uint8_t *place = value.begin;
    size_t left = value.size();
    for (; left >= 3; left -= 3, place += 3) {
        const unsigned group = unsigned(place[0]) << 16 | unsigned(place[1]) << 8 | place[2];
        const char four[] = {
            alphabet[group >> 18], alphabet[group >> 12 & 63], alphabet[group >> 6 & 63], alphabet[group & 63]};
        bytes(four, 4);
    }
    if (left) {
        const unsigned group = unsigned(place[0]) << 16 | (left > 1 ? unsigned(place[1]) << 8 : 0);
        const char four[] = {
            alphabet[group >> 18], alphabet[group >> 12 & 63], left > 1 ? alphabet[group >> 6 & 63] : '=', '='};
        bytes(four, 4);
    }
    byte('"');
}

void Output::escape(uint8_t value) {
    switch (value) {
        case '\b': text("\\b"); break;
        case '\t': text("\\t"); break;
        case '\n': text("\\n"); break;
        case '\f': text("\\f"); break;
        case '\r': text("\\r"); break;
        case '"': text("\\\""); break;
        case '\\': text("\\\\"); break;
        default:
            text("\\u00");
            byte("0123456789abcdef"[value >> 4]);
            byte("0123456789abcdef"[value & 15]);
    }
}

bool Output::escaped(Span value) {
    const uint8_t *place = value.begin;
    const uint8_t *const end = value.end;
    const uint8_t *copied = place;
    while ((place = next_special(place, end)) < end) {
        if (*place >= 0x80) {
            const size_t valid = sequence(place, end);
            if (!valid) { return false; }
            place += valid;
            continue;
        }
        bytes(copied, size_t(place - copied));
        escape(*place);
        copied = ++place;
    }
    bytes(copied, size_t(end - copied));
    return true;
}
