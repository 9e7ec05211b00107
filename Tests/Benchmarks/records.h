// What the records of each workload are.
#pragma once

#include "telemetry.h"

// --- JSON and delimited text

static void json_record(void) {
    const uint32_t index = next_device();
    const struct device *device = &devices[index];
    const bool is_alarm = below(50) == 0;
    put("{\"timestamp\":\"");
    put_time(clock_milliseconds);
    put_identifier("\",\"deviceId\":\"dev-", index, 6);
    put("\",\"deviceType\":\"");
    put(kinds[device->kind]);
    put("\",\"firmware\":\"");
    put(firmwares[device->firmware]);
    put("\",\"tenant\":\"");
    put(tenants[device->tenant]);
    put("\",\"region\":\"");
    put(regions[device->site % 4]);
    put_identifier("\",\"site\":\"plant-", device->site, 2);
    put_identifier("\",\"line\":\"assembly-", device->line, 2);
    put("\",\"sequence\":");
    put_number((int64_t)device->sequence);
    put(",\"uptimeSeconds\":");
    put_number((int64_t)device->uptime);
    put(",\"messageId\":\"");
    const uint64_t upper = random_bits(), lower = random_bits();
    put_hex(upper >> 32, 8);
    *end++ = '-';
    put_hex(upper >> 16, 4);
    put("-4");
    put_hex(upper, 3);
    put("-a");
    put_hex(lower >> 48, 3);
    *end++ = '-';
    put_hex(lower, 12);
    put("\",\"level\":\"");
    put(is_alarm ? "warning" : "info");
    put("\",\"status\":\"");
    put(is_alarm ? "degraded" : "ok");
    put("\",\"temperatureCelsius\":");
    put_decimal(device->temperature, 2);
    put(",\"humidityPercent\":");
    put_decimal(device->humidity, 1);
    put(",\"pressureHectopascal\":");
    put_decimal(device->pressure, 2);
    put(",\"vibrationMillimetresPerSecond\":");
    put_decimal(device->vibration, 3);
    put(",\"voltageVolt\":");
    put_decimal(device->voltage, 2);
    put(",\"currentAmpere\":");
    put_decimal(device->current, 3);
    put(",\"powerWatt\":");
    put_decimal((int64_t)device->voltage * device->current / 1000, 2);
    put(",\"energyKilowattHours\":");
    put_decimal((int64_t)device->energy, 3);
    put(",\"frequencyHertz\":");
    put_decimal(49950 + below(100), 3);
    put(",\"processorPercent\":");
    put_decimal(device->processor, 1);
    put(",\"memoryPercent\":");
    put_decimal(device->memory, 1);
    put(",\"batteryPercent\":");
    put_decimal(device->battery, 1);
    put(",\"signalDecibelMilliwatt\":");
    put_number(device->signal);
    put(",\"bytesReceived\":");
    put_number((int64_t)device->received);
    put(",\"bytesSent\":");
    put_number((int64_t)device->sent);
    put(",\"packetsLost\":");
    put_number(below(20) == 0 ? below(40) : 0);
    put(",\"latencyMedianMilliseconds\":");
    put_number(4 + below(30));
    put(",\"latencyWorstMilliseconds\":");
    put_number(60 + below(900));
    put(",\"latitude\":");
    put_decimal(device->latitude, 6);
    put(",\"longitude\":");
    put_decimal(device->longitude, 6);
    put(",\"isAlarm\":");
    put(is_alarm ? "true,\"alarmCode\":\"E" : "false,\"alarmCode\":null");
    if (is_alarm) {
        put_digits(100 + below(60), 4);
        *end++ = '"';
    }
    put(",\"operator\":\"");
    put(operators[below(7)]);
    put("\",\"shift\":\"");
    put(shifts[clock_milliseconds / 28800000 % 3]);
    put("\",\"schemaVersion\":3,\"source\":\"opc-ua-bridge/line-controller\",\"message\":\"");
    put_message(device, "\\\"");
    put("\"}");
}

static void csv_record(void) {
    const uint32_t index = next_device();
    const struct device *device = &devices[index];
    put_time(clock_milliseconds);
    put_identifier(",dev-", index, 6);
    *end++ = ',';
    put(kinds[device->kind]);
    *end++ = ',';
    put(tenants[device->tenant]);
    put_identifier(",plant-", device->site, 2);
    put_identifier(",assembly-", device->line, 2);
    *end++ = ',';
    put_number((int64_t)device->sequence);
    put(below(50) == 0 ? ",degraded," : ",ok,");
    put_decimal(device->temperature, 2);
    *end++ = ',';
    put_decimal(device->humidity, 1);
    *end++ = ',';
    put_decimal(device->pressure, 2);
    *end++ = ',';
    put_decimal(device->voltage, 2);
    *end++ = ',';
    put_decimal(device->current, 3);
    *end++ = ',';
    put_number(device->signal);
    put(",\"");
    put_message(device, "\"\"");
    *end++ = '"';
}

// --- Avro

/// Writes a whole number as Avro does: zig-zag, seven bits a byte, the lowest first.
static void put_long(int64_t number) {
    uint64_t bits = (uint64_t)number << 1 ^ (uint64_t)(number >> 63);
    for (; bits >= 0x80; bits >>= 7) *end++ = (char)(bits | 0x80);
    *end++ = (char)bits;
}

static void put_double(double number) {
    // Avro's order of bytes is that of the machines that this runs on.
    memcpy(end, &number, sizeof number);
    end += sizeof number;
}

/// Writes a text that `write` puts, its length before it.
#define PUT_TEXT(write)                                  \
    do {                                                 \
        char *const start = end;                         \
        end += 2;                                        \
        write;                                           \
        put_length(start);                               \
    } while (false)

/// Puts the length of the text that begins two bytes behind `start` before it, and closes the gap.
static void put_length(char *start) {
    const size_t count = (size_t)(end - start) - 2;
    if (count >= 64 << 7) die("a text is too long for its length");
    end = start;
    put_long((int64_t)count);
    if (end != start + 2) memmove(end, start + 2, count);
    end += count;
}

/// A record of telemetry.avsc in Confluent's wire format: the byte 0, the schema's number 1, the datum.
static void avro_record(void) {
    const uint32_t index = next_device();
    const struct device *device = &devices[index];
    const bool is_alarm = below(50) == 0;
    memcpy(end, "\0\0\0\0\1", 5);
    end += 5;
    put_long(INT64_C(1767225600000) + (int64_t)clock_milliseconds);
    PUT_TEXT(put_identifier("dev-", index, 6));
    PUT_TEXT(put(kinds[device->kind]));
    PUT_TEXT(put(firmwares[device->firmware]));
    PUT_TEXT(put(tenants[device->tenant]));
    PUT_TEXT(put(regions[device->site % 4]));
    PUT_TEXT(put_identifier("plant-", device->site, 2));
    PUT_TEXT(put_identifier("assembly-", device->line, 2));
    put_long((int64_t)device->sequence);
    put_long((int64_t)device->uptime);
    put_long(is_alarm ? 1 : 0);
    put_double(device->temperature / 100.0);
    put_double(device->humidity / 10.0);
    put_double(device->pressure / 100.0);
    put_double(device->vibration / 1000.0);
    put_double(device->voltage / 100.0);
    put_double(device->current / 1000.0);
    put_double((double)device->energy / 1000.0);
    put_long(device->signal);
    put_long((int64_t)device->received);
    put_long((int64_t)device->sent);
    put_double(device->latitude / 1e6);
    put_double(device->longitude / 1e6);
    *end++ = is_alarm;
    put_long(is_alarm ? 1 : 0);
    if (is_alarm) PUT_TEXT(put_identifier("E", 100 + below(60), 4));
    PUT_TEXT(put_message(device, "\""));
}

// --- JSON with its schema

static const struct {
    const char *name, *type;
} members[] = {
    {"timestamp", "string"}, {"deviceId", "string"}, {"deviceType", "string"}, {"tenant", "string"},
    {"sequence", "int64"}, {"temperatureCelsius", "double"}, {"humidityPercent", "double"},
    {"pressureHectopascal", "double"}, {"voltageVolt", "double"}, {"signalDecibelMilliwatt", "int32"},
    {"isAlarm", "boolean"}, {"message", "string"},
};

/// An envelope as `JsonConverter` writes it with `schemas.enable=true`: the same schema in every record.
static void envelope_record(void) {
    const uint32_t index = next_device();
    const struct device *device = &devices[index];
    put("{\"schema\":{\"type\":\"struct\",\"fields\":[");
    for (size_t member = 0; member < sizeof members / sizeof members[0]; member++) {
        put(member == 0 ? "{\"type\":\"" : ",{\"type\":\"");
        put(members[member].type);
        put("\",\"optional\":false,\"field\":\"");
        put(members[member].name);
        put("\"}");
    }
    put("],\"optional\":false,\"name\":\"com.example.Telemetry\"},\"payload\":{\"timestamp\":\"");
    put_time(clock_milliseconds);
    put_identifier("\",\"deviceId\":\"dev-", index, 6);
    put("\",\"deviceType\":\"");
    put(kinds[device->kind]);
    put("\",\"tenant\":\"");
    put(tenants[device->tenant]);
    put("\",\"sequence\":");
    put_number((int64_t)device->sequence);
    put(",\"temperatureCelsius\":");
    put_decimal(device->temperature, 2);
    put(",\"humidityPercent\":");
    put_decimal(device->humidity, 1);
    put(",\"pressureHectopascal\":");
    put_decimal(device->pressure, 2);
    put(",\"voltageVolt\":");
    put_decimal(device->voltage, 2);
    put(",\"signalDecibelMilliwatt\":");
    put_number(device->signal);
    put(below(50) == 0 ? ",\"isAlarm\":true" : ",\"isAlarm\":false");
    put(",\"message\":\"");
    put_message(device, "\\\"");
    put("\"}}");
}

struct workload {
    const char *name;
    void (*write)(void);
    /// Whether records may have newlines within, so that they are printed with their lengths.
    bool is_binary;
};

static const struct workload workloads[] = {
    {"json-1KiB", json_record, false},
    {"csv-200B", csv_record, false},
    {"avro-250B", avro_record, true},
    {"envelope-1KiB", envelope_record, false},
};
