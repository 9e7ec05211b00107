// Fills a topic with seeded data: the same options always produce the same records in the same partitions.
//
// Records go to the partitions in turn, a run of 128 KiB to each, as a producer with a sticky partitioner does; so a
// topic of 8 partitions and one of 1,000 hold the same batches. The program fails unless the broker has acknowledged
// every record.
#include "program.h"

enum { run_bytes = 128 << 10, device_count = 2000, record_capacity = 4096 };

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

struct workload {
    const char *name;
    void (*write)(void);
};

static const struct workload workloads[] = {{"json-1KiB", json_record}, {"csv-200B", csv_record}};

// --- producing

static int64_t acknowledged, refused;

static void note_delivery(rd_kafka_t *producer, const rd_kafka_message_t *message, void *context) {
    (void)producer, (void)context;
    if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
        acknowledged++;
    } else if (refused++ == 0) {
        fprintf(stderr, "load: %s\n", rd_kafka_err2str(message->err));
    }
}

static rd_kafka_t *make_producer(const char *brokers) {
    rd_kafka_conf_t *configuration = rd_kafka_conf_new();
    set(configuration, "bootstrap.servers", brokers);
    // A record that is written twice would spoil the count of rows.
    set(configuration, "enable.idempotence", "true");
    set(configuration, "socket.nagle.disable", "true");
    set(configuration, "compression.type", "none");
    set(configuration, "batch.size", "131072");
    set(configuration, "linger.ms", "50");
    set(configuration, "queue.buffering.max.kbytes", "65536");
    set(configuration, "queue.buffering.max.messages", "500000");
    rd_kafka_conf_set_dr_msg_cb(configuration, note_delivery);
    return client(RD_KAFKA_PRODUCER, configuration);
}

static void produce(rd_kafka_t *producer, rd_kafka_topic_t *topic, int32_t partition, double deadline) {
    const size_t count = (size_t)(end - record);
    while (rd_kafka_produce(topic, partition, RD_KAFKA_MSG_F_COPY, record, count, NULL, 0, NULL) != 0) {
        rd_kafka_resp_err_t error = rd_kafka_last_error();
        if (error != RD_KAFKA_RESP_ERR__QUEUE_FULL) die("cannot produce: %s", rd_kafka_err2str(error));
        if (now() > deadline) die("the broker has not taken the load in time");
        rd_kafka_poll(producer, 20);
    }
}

int main(int count, char **arguments) {
    const char *brokers = NULL, *name = NULL;
    const struct workload *workload = NULL;
    int64_t most_bytes = INT64_C(2) << 30, most_records = 10000000, partitions = 8, timeout = 600;
    bool prints = false;
    random_state = 20260101;
    for (int index = 1; index < count; index++) {
        const char *option = arguments[index];
        if (!strcmp(option, "--brokers")) brokers = option_value(count, arguments, &index);
        else if (!strcmp(option, "--topic")) name = option_value(count, arguments, &index);
        else if (!strcmp(option, "--bytes")) most_bytes = option_number(count, arguments, &index);
        else if (!strcmp(option, "--records")) most_records = option_number(count, arguments, &index);
        else if (!strcmp(option, "--partitions")) partitions = option_number(count, arguments, &index);
        else if (!strcmp(option, "--timeout")) timeout = option_number(count, arguments, &index);
        else if (!strcmp(option, "--seed")) random_state = (uint64_t)option_number(count, arguments, &index);
        else if (!strcmp(option, "--print")) prints = true;
        else if (!strcmp(option, "--workload")) {
            const char *wanted = option_value(count, arguments, &index);
            for (size_t known = 0; known < sizeof workloads / sizeof workloads[0]; known++)
                if (!strcmp(workloads[known].name, wanted)) workload = &workloads[known];
            if (!workload) die("unknown workload %s", wanted);
        } else die("unknown option %s", option);
    }
    if (!workload || (!prints && (!brokers || !name)))
        die("usage: load --workload json-1KiB|csv-200B (--print | --brokers HOST:PORT --topic NAME) [--bytes MOST] "
            "[--records MOST] [--partitions COUNT] [--seed NUMBER] [--timeout SECONDS]");

    rd_kafka_t *producer = prints ? NULL : make_producer(brokers);
    rd_kafka_topic_t *topic = prints ? NULL : rd_kafka_topic_new(producer, name, NULL);
    begin_devices();
    const double start = now(), deadline = start + (double)timeout;
    int64_t records = 0, bytes = 0, run = 0;
    int32_t partition = 0;
    while (records < most_records) {
        end = record;
        workload->write();
        const int64_t size = end - record;
        if (size > record_capacity) die("a record is longer than its buffer");
        if (bytes + size > most_bytes) break;
        if (run + size > run_bytes) {
            partition = (partition + 1) % (int32_t)partitions;
            run = 0;
        }
        if (prints) {
            *end++ = '\n';
            if (fwrite(record, 1, (size_t)(end - record), stdout) != (size_t)(end - record)) die("standard output cannot be written");
        } else {
            produce(producer, topic, partition, deadline);
            if (records % 1000 == 0) rd_kafka_poll(producer, 0);
        }
        run += size;
        bytes += size;
        records++;
    }
    if (prints) return 0;
    const double left = deadline - now();
    if (left <= 0 || rd_kafka_flush(producer, (int)(left * 1000)) != 0) die("the broker has not acknowledged the load in time");
    if (acknowledged != records || refused > 0)
        die("%lld records produced, %lld acknowledged, %lld refused", (long long)records, (long long)acknowledged, (long long)refused);
    printf("{\"workload\": \"%s\", \"records\": %lld, \"payload_bytes\": %lld, \"partitions\": %lld, \"seconds\": %.3f}\n",
           workload->name, (long long)records, (long long)bytes, (long long)partitions, now() - start);
    rd_kafka_topic_destroy(topic);
    rd_kafka_destroy(producer);
    return 0;
}
