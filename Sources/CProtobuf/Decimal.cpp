#include "Decimal.h"

namespace {

constexpr size_t most_bytes = 1024;
constexpr int32_t most_places = 10000;
// Nine decimal digits fit into 32 bits.
constexpr uint32_t group = 1000000000;

}  // namespace

bool decimal_fits(size_t bytes, int32_t scale) {
    return bytes <= most_bytes && scale <= most_places && scale >= -most_places;
}

void put_decimal(Span unscaled, int32_t scale, Output &output) {
    // The magnitude, the lowest part first.
    uint32_t parts[most_bytes / 4 + 1] = {};
    const size_t size = unscaled.size();
    const bool is_negative = size > 0 && (unscaled.begin[0] & 0x80);
    unsigned carry = is_negative;
    for (size_t i = 0; i < size; i++) {
        unsigned byte = unscaled.begin[size - 1 - i];
        if (is_negative) {
            byte = (byte ^ 0xFF) + carry;
            carry = byte >> 8;
            byte &= 0xFF;
        }
        parts[i / 4] |= uint32_t(byte) << (i % 4 * 8);
    }
    // Only the lowest of all numbers of its length has a carry left: 2 to the power of the length.
    size_t count = (size + 3) / 4;
    if (carry && is_negative) { parts[size / 4] |= uint32_t(1) << (size % 4 * 8), count = size / 4 + 1; }

    // Its decimal digits, the lowest first: a byte has less than 2.41 of them.
    char digits[most_bytes * 241 / 100 + 20];
    size_t length = 0;
    while (count > 0 && parts[count - 1] == 0) { count--; }
    while (count > 0) {
        uint64_t rest = 0;
        for (size_t i = count; i-- > 0;) {
            rest = rest << 32 | parts[i];
            parts[i] = uint32_t(rest / group);
            rest %= group;
        }
        while (count > 0 && parts[count - 1] == 0) { count--; }
        for (int i = 0; i < 9; i++, rest /= 10) { digits[length++] = char('0' + rest % 10); }
    }
    while (length > 0 && digits[length - 1] == '0') { length--; }

    if (is_negative) { output.byte('-'); }
    const size_t places = scale > 0 ? size_t(scale) : 0;
    if (length <= places) { output.byte('0'); }
    for (size_t i = length; i > places; i--) { output.byte(digits[i - 1]); }
    if (length > 0 && scale < 0) {
        for (int32_t i = scale; i < 0; i++) { output.byte('0'); }
    }
    if (places > 0) {
        output.byte('.');
        for (size_t i = places; i > 0; i--) { output.byte(i <= length ? digits[i - 1] : '0'); }
    }
}
