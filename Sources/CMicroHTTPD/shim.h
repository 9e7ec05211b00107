#pragma once

#include <microhttpd.h>
#include <string.h>
#include <sys/socket.h>

/// Leaves a request's target as it was sent.
static size_t microhttpd_keep_escapes(void *context, struct MHD_Connection *connection, char *text) {
    (void)context;
    (void)connection;
    return strlen(text);
}

/// Swift cannot call variadic functions: a connection's socket, or -1.
static inline int microhttpd_socket(struct MHD_Connection *connection) {
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    return info ? (int)info->connect_fd : -1;
}

/// The address of a connection's client, or NULL.
static inline const struct sockaddr *microhttpd_client(struct MHD_Connection *connection) {
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    return info ? info->client_addr : NULL;
}

/// The daemon with all options that we use.
static inline struct MHD_Daemon *microhttpd_start(
    unsigned int flags, int listening_socket, unsigned int connection_limit, unsigned int idle_seconds,
    size_t connection_memory, const char *certificate, const char *key, MHD_AccessHandlerCallback handler,
    void *(*target_seen)(void *, const char *, struct MHD_Connection *), MHD_RequestCompletedCallback completed,
    MHD_NotifyConnectionCallback connection_changed, void *context) {
    struct MHD_OptionItem tls[] = {
        {MHD_OPTION_HTTPS_MEM_CERT, 0, (void *)certificate},
        {MHD_OPTION_HTTPS_MEM_KEY, 0, (void *)key},
        {MHD_OPTION_END, 0, NULL},
    };
    return MHD_start_daemon(
        flags, 0, NULL, NULL, handler, context, MHD_OPTION_LISTEN_SOCKET, listening_socket,
        MHD_OPTION_CONNECTION_LIMIT, connection_limit, MHD_OPTION_CONNECTION_TIMEOUT, idle_seconds,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, connection_memory, MHD_OPTION_CONNECTION_MEMORY_INCREMENT,
        (size_t)16384, MHD_OPTION_UNESCAPE_CALLBACK, microhttpd_keep_escapes, NULL, MHD_OPTION_URI_LOG_CALLBACK,
        target_seen, context, MHD_OPTION_NOTIFY_COMPLETED, completed, context, MHD_OPTION_NOTIFY_CONNECTION,
        connection_changed, context, MHD_OPTION_ARRAY,
        certificate ? tls : tls + 2, MHD_OPTION_END);
}
