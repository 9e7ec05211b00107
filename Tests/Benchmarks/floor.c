// The floor: the least that a program can do to read a topic and turn it into gzip.
//
// One thread takes messages from librdkafka in batches, copies each value and a newline into a buffer, and compresses
// that buffer with ISA-L in chunks of 64 KiB, as the worker does; every MiB is a gzip member of its own. Nothing is
// checked, uploaded or committed. The client's queue is as small as the worker's and is kept filled in the same way.
#include "program.h"

#include <isa-l/crc.h>
#include <isa-l/igzip_lib.h>
#include <pthread.h>
#include <stdatomic.h>

enum { chunk_size = 64 << 10, member_size = 1 << 20, batch_size = 1000, most_leaders = 64 };

// --- compression

static struct isal_zstream stream;
static uint8_t level_buffer[ISAL_DEF_LVL1_DEFAULT];
static uint8_t chunk[chunk_size];
static size_t chunk_used;
static uint8_t member[member_size + member_size / 8];
static size_t member_used, member_raw;
static uint32_t member_crc;
static int64_t raw_bytes, compressed_bytes;
static FILE *output;

static void begin_member(void) {
    static const uint8_t header[] = {0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 0xFF};
    memcpy(member, header, sizeof header);
    member_used = sizeof header;
    member_raw = 0;
    member_crc = 0;
}

static void end_member(void) {
    // An empty final block, the checksum and the raw size (RFC 1951 and 1952).
    const uint32_t words[] = {member_crc, (uint32_t)member_raw};
    member[member_used++] = 0x03;
    member[member_used++] = 0x00;
    memcpy(member + member_used, words, sizeof words);
    member_used += sizeof words;
    compressed_bytes += (int64_t)member_used;
    if (output && fwrite(member, 1, member_used, output) != member_used) die("the output cannot be written");
    begin_member();
}

static void compress_chunk(void) {
    if (chunk_used == 0) return;
    stream.next_in = chunk;
    stream.avail_in = (uint32_t)chunk_used;
    stream.next_out = member + member_used;
    stream.avail_out = (uint32_t)(sizeof member - member_used);
    if (isal_deflate_stateless(&stream) != COMP_OK) die("ISA-L refused a chunk");
    member_used = sizeof member - stream.avail_out;
    member_crc = crc32_gzip_refl(member_crc, chunk, chunk_used);
    member_raw += chunk_used;
    raw_bytes += (int64_t)chunk_used;
    chunk_used = 0;
    if (member_raw >= member_size) end_member();
}

static void append(const void *bytes, size_t count) {
    const uint8_t *next = bytes;
    while (count > 0) {
        size_t space = chunk_size - chunk_used, part = count < space ? count : space;
        memcpy(chunk + chunk_used, next, part);
        chunk_used += part;
        next += part;
        count -= part;
        if (chunk_used == chunk_size) compress_chunk();
    }
}

static void begin_compression(void) {
    isal_deflate_stateless_init(&stream);
    stream.level = 1;
    stream.level_buf = level_buffer;
    stream.level_buf_size = sizeof level_buffer;
    stream.gzip_flag = IGZIP_DEFLATE;
    stream.flush = FULL_FLUSH;
    stream.end_of_stream = 0;
    begin_member();
}

// --- keeping librdkafka before 2.2 fetching

struct nudger {
    rd_kafka_t *client;
    rd_kafka_queue_t *queue;
    const char *topic;
    atomic_bool is_stopped;
};

/// Writes one partition of each leader to `partitions` and returns how many there are.
static int one_partition_per_leader(struct nudger *nudger, int32_t partitions[most_leaders]) {
    int32_t leaders[most_leaders];
    int count = 0;
    rd_kafka_topic_t *topic = rd_kafka_topic_new(nudger->client, nudger->topic, NULL);
    const struct rd_kafka_metadata *metadata;
    rd_kafka_resp_err_t error = rd_kafka_metadata(nudger->client, 0, topic, &metadata, 5000);
    rd_kafka_topic_destroy(topic);
    if (error) return 0;
    for (int index = 0; metadata->topic_cnt == 1 && index < metadata->topics[0].partition_cnt; index++) {
        const struct rd_kafka_metadata_partition *partition = &metadata->topics[0].partitions[index];
        int known = 0;
        while (known < count && leaders[known] != partition->leader) known++;
        if (known < count || count == most_leaders) continue;
        leaders[count] = partition->leader;
        partitions[count++] = partition->id;
    }
    rd_kafka_metadata_destroy(metadata);
    return count;
}

static void *nudge(void *context) {
    struct nudger *nudger = context;
    int32_t partitions[most_leaders];
    int count = 0;
    while (!nudger->is_stopped) {
        if (count == 0) count = one_partition_per_leader(nudger, partitions);
        size_t length = rd_kafka_queue_length(nudger->queue);
        // Any request wakes the broker's thread, which then sees that the queue has room.
        for (int index = 0; length < 2000 && index < count; index++) {
            int64_t low, high;
            rd_kafka_query_watermark_offsets(nudger->client, nudger->topic, partitions[index], &low, &high, 200);
        }
        const struct timespec pause = {.tv_nsec = length == 0 ? 2000000 : 10000000};
        nanosleep(&pause, NULL);
    }
    return NULL;
}

// --- the run

/// The most memory this process ever held. `ru_maxrss` would include the parent's before the program was loaded.
static int64_t peak_resident_bytes(void) {
    char line[256];
    long long kibibytes = 0;
    FILE *file = fopen("/proc/self/status", "r");
    if (!file) die("/proc/self/status cannot be read");
    while (fgets(line, sizeof line, file))
        if (sscanf(line, "VmHWM: %lld", &kibibytes) == 1) break;
    fclose(file);
    return kibibytes << 10;
}

int main(int count, char **arguments) {
    const char *brokers = NULL, *topic = NULL, *group = NULL;
    int64_t expected = 0, timeout = 600;
    bool nudges = true;
    rd_kafka_conf_t *configuration = rd_kafka_conf_new();
    set(configuration, "auto.offset.reset", "earliest");
    set(configuration, "enable.auto.commit", "false");
    set(configuration, "enable.auto.offset.store", "false");
    set(configuration, "partition.assignment.strategy", "cooperative-sticky");
    set(configuration, "queued.max.messages.kbytes", "8192");
    set(configuration, "fetch.max.bytes", "8388608");
    for (int index = 1; index < count; index++) {
        const char *name = arguments[index];
        if (!strcmp(name, "--brokers")) brokers = option_value(count, arguments, &index);
        else if (!strcmp(name, "--topic")) topic = option_value(count, arguments, &index);
        else if (!strcmp(name, "--group")) group = option_value(count, arguments, &index);
        else if (!strcmp(name, "--records")) expected = option_number(count, arguments, &index);
        else if (!strcmp(name, "--timeout")) timeout = option_number(count, arguments, &index);
        else if (!strcmp(name, "--no-nudge")) nudges = false;
        else if (!strcmp(name, "--output")) {
            output = fopen(option_value(count, arguments, &index), "wb");
            if (!output) die("the output cannot be opened");
        } else if (!strcmp(name, "--set")) {
            char property[256];
            snprintf(property, sizeof property, "%s", option_value(count, arguments, &index));
            char *sign = strchr(property, '=');
            if (!sign) die("--set needs NAME=VALUE");
            *sign = '\0';
            set(configuration, property, sign + 1);
        } else die("unknown option %s", name);
    }
    if (!brokers || !topic || !group || !expected)
        die("usage: floor --brokers HOST:PORT --topic NAME --group NAME --records COUNT [--timeout SECONDS] [--no-nudge] "
            "[--output FILE] [--set NAME=VALUE]…");
    set(configuration, "bootstrap.servers", brokers);
    set(configuration, "group.id", group);
    const bool looks_by_itself = nudges && set_if_known(configuration, "fetch.queue.backoff.ms", "10");

    rd_kafka_t *consumer = client(RD_KAFKA_CONSUMER, configuration);
    rd_kafka_poll_set_consumer(consumer);
    rd_kafka_queue_t *queue = rd_kafka_queue_get_consumer(consumer);
    rd_kafka_topic_partition_list_t *topics = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_list_add(topics, topic, RD_KAFKA_PARTITION_UA);
    rd_kafka_resp_err_t error = rd_kafka_subscribe(consumer, topics);
    if (error) die("cannot subscribe: %s", rd_kafka_err2str(error));
    rd_kafka_topic_partition_list_destroy(topics);
    begin_compression();

    struct nudger nudger = {.client = consumer, .queue = queue, .topic = topic};
    pthread_t thread;
    bool is_nudging = false;
    rd_kafka_message_t *messages[batch_size];
    int64_t records = 0, payload = 0;
    const double deadline = now() + (double)timeout;
    double start = 0, start_cpu = 0;
    while (records < expected) {
        ssize_t received = rd_kafka_consume_batch_queue(queue, 100, messages, batch_size);
        if (received < 0) die("cannot poll: %s", rd_kafka_err2str(rd_kafka_last_error()));
        if (now() > deadline) die("%lld of %lld records within %lld s", (long long)records, (long long)expected, (long long)timeout);
        for (ssize_t index = 0; index < received; index++) {
            rd_kafka_message_t *message = messages[index];
            if (message->err) {
                fprintf(stderr, "floor: %s\n", rd_kafka_message_errstr(message));
            } else if (records < expected) {
                if (records == 0) {
                    start = now();
                    start_cpu = cpu_seconds();
                    if (nudges && !looks_by_itself) is_nudging = pthread_create(&thread, NULL, nudge, &nudger) == 0;
                }
                append(message->payload, message->len);
                append("\n", 1);
                payload += (int64_t)message->len;
                records++;
            }
            rd_kafka_message_destroy(message);
        }
    }
    compress_chunk();
    if (member_raw > 0) end_member();
    const double seconds = now() - start, cpu = cpu_seconds() - start_cpu;
    if (output && fclose(output) != 0) die("the output cannot be written");

    printf("{\"records\": %lld, \"payload_bytes\": %lld, \"raw_bytes\": %lld, \"compressed_bytes\": %lld, "
           "\"seconds\": %.6f, \"cpu_seconds\": %.6f, \"process_cpu_seconds\": %.6f, \"peak_rss_bytes\": %lld, "
           "\"fetching\": \"%s\", \"librdkafka\": \"%s\"}\n",
           (long long)records, (long long)payload, (long long)raw_bytes, (long long)compressed_bytes,
           seconds, cpu, cpu_seconds(), (long long)peak_resident_bytes(),
           looks_by_itself ? "fetch.queue.backoff.ms" : is_nudging ? "nudge" : "left alone", rd_kafka_version_str());
    fflush(stdout);
    nudger.is_stopped = true;
    if (is_nudging) pthread_join(thread, NULL);
    rd_kafka_queue_destroy(queue);
    rd_kafka_consumer_close(consumer);
    rd_kafka_destroy(consumer);
    return 0;
}
