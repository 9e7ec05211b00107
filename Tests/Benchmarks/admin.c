// What the benchmark needs to know of a Kafka cluster and do to it, without a JVM.
#include "program.h"

enum { request_timeout = 30000 };

/// Ends the program unless the one topic of an admin result is in order.
static void check_topic_result(const rd_kafka_topic_result_t **results, size_t count) {
    if (count != 1) die("the broker answered for %zu topics instead of one", count);
    if (rd_kafka_topic_result_error(results[0]))
        die("%s: %s", rd_kafka_topic_result_name(results[0]), rd_kafka_topic_result_error_string(results[0]));
}

static rd_kafka_event_t *await_result(rd_kafka_queue_t *queue) {
    rd_kafka_event_t *event = rd_kafka_queue_poll(queue, request_timeout + 5000);
    if (!event) die("the broker did not answer within %d s", request_timeout / 1000);
    if (rd_kafka_event_error(event)) die("%s", rd_kafka_event_error_string(event));
    return event;
}

static rd_kafka_AdminOptions_t *options(rd_kafka_t *client, rd_kafka_admin_op_t operation) {
    char reason[256];
    rd_kafka_AdminOptions_t *options = rd_kafka_AdminOptions_new(client, operation);
    rd_kafka_AdminOptions_set_request_timeout(options, request_timeout, reason, sizeof reason);
    rd_kafka_AdminOptions_set_operation_timeout(options, request_timeout, reason, sizeof reason);
    return options;
}

static void create(rd_kafka_t *client, const char *topic, int partitions) {
    char reason[256];
    rd_kafka_NewTopic_t *new = rd_kafka_NewTopic_new(topic, partitions, 1, reason, sizeof reason);
    if (!new) die("%s", reason);
    rd_kafka_NewTopic_set_config(new, "retention.ms", "-1");
    rd_kafka_AdminOptions_t *wishes = options(client, RD_KAFKA_ADMIN_OP_CREATETOPICS);
    rd_kafka_queue_t *queue = rd_kafka_queue_new(client);
    rd_kafka_CreateTopics(client, &new, 1, wishes, queue);
    rd_kafka_event_t *event = await_result(queue);
    size_t count;
    const rd_kafka_topic_result_t **results =
        rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(event), &count);
    check_topic_result(results, count);
    rd_kafka_event_destroy(event);
    rd_kafka_queue_destroy(queue);
    rd_kafka_AdminOptions_destroy(wishes);
    rd_kafka_NewTopic_destroy(new);
}

static void delete(rd_kafka_t *client, const char *topic) {
    rd_kafka_DeleteTopic_t *old = rd_kafka_DeleteTopic_new(topic);
    rd_kafka_AdminOptions_t *wishes = options(client, RD_KAFKA_ADMIN_OP_DELETETOPICS);
    rd_kafka_queue_t *queue = rd_kafka_queue_new(client);
    rd_kafka_DeleteTopics(client, &old, 1, wishes, queue);
    rd_kafka_event_t *event = await_result(queue);
    size_t count;
    const rd_kafka_topic_result_t **results =
        rd_kafka_DeleteTopics_result_topics(rd_kafka_event_DeleteTopics_result(event), &count);
    check_topic_result(results, count);
    rd_kafka_event_destroy(event);
    rd_kafka_queue_destroy(queue);
    rd_kafka_AdminOptions_destroy(wishes);
    rd_kafka_DeleteTopic_destroy(old);
}

/// Waits until every partition of the topic has a leader, and returns how many there are.
static int await_leaders(rd_kafka_t *client, const char *name) {
    const double deadline = now() + request_timeout / 1000;
    rd_kafka_topic_t *topic = rd_kafka_topic_new(client, name, NULL);
    while (true) {
        const struct rd_kafka_metadata *metadata;
        int partitions = 0, leaders = 0;
        if (!rd_kafka_metadata(client, 0, topic, &metadata, 5000)) {
            if (metadata->topic_cnt == 1 && !metadata->topics[0].err) {
                partitions = metadata->topics[0].partition_cnt;
                for (int index = 0; index < partitions; index++) leaders += metadata->topics[0].partitions[index].leader >= 0;
            }
            rd_kafka_metadata_destroy(metadata);
        }
        if (partitions > 0 && leaders == partitions) {
            rd_kafka_topic_destroy(topic);
            return partitions;
        }
        if (now() > deadline) die("%s: %d of %d partitions have a leader", name, leaders, partitions);
        nanosleep(&(struct timespec){.tv_nsec = 50000000}, NULL);
    }
}

/// Prints the sums over all partitions of what the group has committed and of where the partitions end.
static void show_committed(rd_kafka_t *client, const char *topic) {
    const int partitions = await_leaders(client, topic);
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(partitions);
    for (int index = 0; index < partitions; index++) rd_kafka_topic_partition_list_add(list, topic, index);
    rd_kafka_resp_err_t error = rd_kafka_committed(client, list, request_timeout);
    if (error) die("cannot read committed offsets: %s", rd_kafka_err2str(error));
    int64_t committed = 0, end = 0;
    for (int index = 0; index < partitions; index++) {
        int64_t low, high;
        error = rd_kafka_query_watermark_offsets(client, topic, index, &low, &high, request_timeout);
        if (error) die("cannot read the end of partition %d: %s", index, rd_kafka_err2str(error));
        end += high;
        if (list->elems[index].offset > 0) committed += list->elems[index].offset;
    }
    rd_kafka_topic_partition_list_destroy(list);
    printf("{\"partitions\": %d, \"committed\": %lld, \"end\": %lld}\n", partitions, (long long)committed, (long long)end);
}

int main(int count, char **arguments) {
    if (count < 3) die("usage: admin BROKERS ping | create TOPIC PARTITIONS | delete TOPIC | committed TOPIC GROUP");
    const char *brokers = arguments[1], *command = arguments[2];
    rd_kafka_conf_t *configuration = rd_kafka_conf_new();
    set(configuration, "bootstrap.servers", brokers);
    // "ping" asks a broker that is still starting, so a line about what cannot be reached yet would be no news.
    if (!strcmp(command, "ping")) set(configuration, "log_level", "0");
    if (!strcmp(command, "committed") && count == 5) set(configuration, "group.id", arguments[4]);
    rd_kafka_t *handle = client(strcmp(command, "committed") ? RD_KAFKA_PRODUCER : RD_KAFKA_CONSUMER, configuration);
    if (!strcmp(command, "ping") && count == 3) {
        const struct rd_kafka_metadata *metadata;
        if (rd_kafka_metadata(handle, 0, NULL, &metadata, 1000)) die("%s does not answer", brokers);
        rd_kafka_metadata_destroy(metadata);
    } else if (!strcmp(command, "create") && count == 5) {
        int partitions = atoi(arguments[4]);
        if (partitions <= 0) die("%s is not a number of partitions", arguments[4]);
        create(handle, arguments[3], partitions);
        await_leaders(handle, arguments[3]);
    } else if (!strcmp(command, "delete") && count == 4) {
        delete(handle, arguments[3]);
    } else if (!strcmp(command, "committed") && count == 5) {
        show_committed(handle, arguments[3]);
    } else {
        die("unknown command %s", command);
    }
    rd_kafka_destroy(handle);
    return 0;
}
