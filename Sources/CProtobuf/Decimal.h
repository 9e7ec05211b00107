#ifndef DECIMAL_H
#define DECIMAL_H

#include <cstddef>
#include <cstdint>

#include "Output.h"

/// Whether a decimal of so many bytes and that scale is within what is written: 1,024 bytes and 10,000 places.
bool decimal_fits(size_t bytes, int32_t scale);

/// Writes a decimal as a JSON number without an exponent: `unscaled`, two's complement, the highest byte first, times ten
/// to the power of minus `scale`. Without bytes it is 0.
void put_decimal(Span unscaled, int32_t scale, Output &output);

#endif
