// Fills a topic with seeded data: the same options always produce the same records in the same partitions.
//
// Records go to the partitions in turn, a run of 128 KiB to each, as a producer with a sticky partitioner does; so a
// topic of 8 partitions and one of 1,000 hold the same batches. The program fails unless the broker has acknowledged
// every record.
#include "records.h"

enum { run_bytes = 128 << 10 };
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
        die("usage: load --workload json-1KiB|csv-200B|avro-250B|envelope-1KiB (--print | --brokers HOST:PORT --topic NAME) [--bytes MOST] "
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
            if (workload->is_binary) {
                const uint8_t length[] = {(uint8_t)(size >> 24), (uint8_t)(size >> 16), (uint8_t)(size >> 8), (uint8_t)size};
                if (fwrite(length, 1, sizeof length, stdout) != sizeof length) die("standard output cannot be written");
            } else {
                *end++ = '\n';
            }
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
