// What the benchmark's programs share: how they end, tell the time, read options and configure librdkafka.
#pragma once

#include <librdkafka/rdkafka.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

/// Ends the program with a line on standard error.
__attribute__((noreturn, format(printf, 1, 2))) static inline void die(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
    exit(1);
}

/// Seconds of the monotonic clock.
static inline double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

/// CPU seconds that this process has used, all threads, user and system.
static inline double cpu_seconds(void) {
    struct timespec time;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

/// The value of an option that has one; ends the program when it is missing.
static inline const char *option_value(int count, char **arguments, int *index) {
    if (*index + 1 >= count) die("%s needs a value", arguments[*index]);
    return arguments[++*index];
}

/// The value of an option that is a number above zero.
static inline int64_t option_number(int count, char **arguments, int *index) {
    const char *name = arguments[*index], *text = option_value(count, arguments, index);
    char *end;
    long long number = strtoll(text, &end, 10);
    if (*end != '\0' || number <= 0) die("%s needs a number above zero, not %s", name, text);
    return number;
}

/// Sets one of librdkafka's properties; false when this version does not know it.
static inline bool set_if_known(rd_kafka_conf_t *configuration, const char *name, const char *value) {
    char reason[256];
    rd_kafka_conf_res_t outcome = rd_kafka_conf_set(configuration, name, value, reason, sizeof reason);
    if (outcome == RD_KAFKA_CONF_INVALID) die("%s", reason);
    return outcome == RD_KAFKA_CONF_OK;
}

/// Sets one of librdkafka's properties.
static inline void set(rd_kafka_conf_t *configuration, const char *name, const char *value) {
    if (!set_if_known(configuration, name, value)) die("librdkafka %s has no property %s", rd_kafka_version_str(), name);
}

/// Makes a client, which takes the configuration over.
static inline rd_kafka_t *client(rd_kafka_type_t type, rd_kafka_conf_t *configuration) {
    char reason[256];
    rd_kafka_t *client = rd_kafka_new(type, configuration, reason, sizeof reason);
    if (!client) die("%s", reason);
    return client;
}
