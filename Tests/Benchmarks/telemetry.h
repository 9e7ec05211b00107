// Devices whose measurements drift, from a seed, and how their values are written.
#pragma once

#include "program.h"

enum { device_count = 2000, record_capacity = 8192 };

// --- numbers

static uint64_t random_state;

/// SplitMix64.
static uint64_t random_bits(void) {
    uint64_t bits = (random_state += 0x9E3779B97F4A7C15);
    bits = (bits ^ (bits >> 30)) * 0xBF58476D1CE4E5B9;
    bits = (bits ^ (bits >> 27)) * 0x94D049BB133111EB;
    return bits ^ (bits >> 31);
}

/// A number from 0 up to, not including, `limit`.
static uint32_t below(uint32_t limit) { return (uint32_t)(((random_bits() >> 32) * limit) >> 32); }

/// Moves a measured value by at most `step` and keeps it between its bounds.
static int32_t drift(int32_t *value, int32_t step, int32_t low, int32_t high) {
    *value += (int32_t)below((uint32_t)step * 2 + 1) - step;
    if (*value < low) *value = low;
    if (*value > high) *value = high;
    return *value;
}

// --- text

static char record[record_capacity];
static char *end;

static void put(const char *text) {
    size_t count = strlen(text);
    memcpy(end, text, count);
    end += count;
}

static void put_digits(uint64_t number, int width) {
    for (int index = width - 1; index >= 0; index--) {
        end[index] = (char)('0' + number % 10);
        number /= 10;
    }
    end += width;
}

static void put_number(int64_t number) {
    if (number < 0) {
        *end++ = '-';
        number = -number;
    }
    int width = 1;
    for (int64_t rest = number; rest >= 10; rest /= 10) width++;
    put_digits((uint64_t)number, width);
}

/// Writes a number that counts units of ten to the minus `decimals`.
static void put_decimal(int64_t number, int decimals) {
    int64_t scale = 1;
    for (int index = 0; index < decimals; index++) scale *= 10;
    if (number < 0) {
        *end++ = '-';
        number = -number;
    }
    put_number(number / scale);
    *end++ = '.';
    put_digits((uint64_t)(number % scale), decimals);
}

static void put_hex(uint64_t bits, int width) {
    for (int index = width - 1; index >= 0; index--) {
        end[index] = "0123456789abcdef"[bits & 15];
        bits >>= 4;
    }
    end += width;
}

/// Writes milliseconds since 2026-01-01T00:00:00Z; the load spans less than a month.
static void put_time(uint64_t milliseconds) {
    put("2026-01-");
    put_digits(milliseconds / 86400000 % 31 + 1, 2);
    *end++ = 'T';
    put_digits(milliseconds / 3600000 % 24, 2);
    *end++ = ':';
    put_digits(milliseconds / 60000 % 60, 2);
    *end++ = ':';
    put_digits(milliseconds / 1000 % 60, 2);
    *end++ = '.';
    put_digits(milliseconds % 1000, 3);
    *end++ = 'Z';
}

// --- what is measured

struct device {
    uint64_t sequence, energy, received, sent, uptime;
    int32_t temperature, humidity, pressure, voltage, current, vibration, battery, signal, processor, memory;
    int32_t latitude, longitude;
    uint32_t site, line, kind, firmware, tenant;
};

static struct device devices[device_count];
static uint64_t clock_milliseconds;

static const char *const tenants[] = {"contoso-manufacturing", "fabrikam-energy", "northwind-logistics", "adventure-works"};
static const char *const regions[] = {"westeurope", "northeurope", "eastus2", "southeastasia"};
static const char *const kinds[] = {"edge-gateway-x200", "flow-meter-fm7", "spindle-monitor-2", "cold-chain-tag", "inverter-i50k"};
static const char *const firmwares[] = {"4.12.3", "4.12.1", "4.11.9", "5.0.0-rc2"};
static const char *const operators[] = {"j.devries", "m.okafor", "a.lindqvist", "s.tanaka", "p.moreau", "r.castillo", "unassigned"};
static const char *const shifts[] = {"early", "late", "night"};

static void begin_devices(void) {
    for (int index = 0; index < device_count; index++) {
        devices[index] = (struct device){
            .sequence = below(4000000), .energy = below(90000000), .received = below(80000000), .sent = below(80000000),
            .uptime = below(9000000), .temperature = 1500 + (int32_t)below(3000), .humidity = 300 + (int32_t)below(400),
            .pressure = 98000 + (int32_t)below(5000), .voltage = 22500 + (int32_t)below(1000), .current = (int32_t)below(32000),
            .vibration = (int32_t)below(9000), .battery = 300 + (int32_t)below(700), .signal = -90 + (int32_t)below(50),
            .processor = (int32_t)below(1000), .memory = 200 + (int32_t)below(700),
            .latitude = 36000000 + (int32_t)below(24000000), .longitude = -9000000 + (int32_t)below(34000000),
            .site = below(40), .line = below(12), .kind = below(5), .firmware = below(4), .tenant = below(4),
        };
    }
}

/// Lets a moment pass for one of the devices.
static uint32_t next_device(void) {
    const uint32_t index = below(device_count);
    struct device *device = &devices[index];
    clock_milliseconds += below(3);
    device->sequence++;
    device->uptime += 1 + below(3);
    device->energy += below(400);
    device->received += below(3000);
    device->sent += below(900);
    drift(&device->temperature, 12, -2000, 9000);
    drift(&device->humidity, 4, 0, 1000);
    drift(&device->pressure, 9, 90000, 110000);
    drift(&device->voltage, 25, 20000, 26000);
    drift(&device->current, 150, 0, 64000);
    drift(&device->vibration, 80, 0, 20000);
    drift(&device->battery, 1, 0, 1000);
    drift(&device->signal, 2, -110, -30);
    drift(&device->processor, 60, 0, 1000);
    drift(&device->memory, 10, 0, 1000);
    return index;
}

static void put_identifier(const char *prefix, uint64_t number, int width) {
    put(prefix);
    put_digits(number, width);
}

/// The sentence of a record; `quote` is how a double quote is written inside it.
static void put_message(const struct device *device, const char *quote) {
    switch (below(8)) {
    case 0:
        put("Cycle finished in ");
        put_number(900 + below(9000));
        put(" ms, ");
        put_number(below(400));
        put(" parts, ");
        put_number(below(4));
        put(" rejected");
        break;
    case 1:
        put("Threshold ");
        put(quote);
        put("vibration-high");
        put(quote);
        put(" crossed: ");
        put_decimal(device->vibration, 3);
        put(" mm/s for ");
        put_number(below(120));
        put(" s, maintenance suggested");
        break;
    case 2:
        put("Reconnected to broker after ");
        put_number(below(30));
        put(" attempts, backlog of ");
        put_number(below(5000));
        put(" records sent");
        break;
    default: put("Measurement taken on schedule, all sensors answered within their limits");
    }
}
