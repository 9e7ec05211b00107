# syntax=docker/dockerfile:1

# Built on Debian 12, whose C library is the older one, so that the programs run on Debian 12 and 13.
FROM swift:6.3-bookworm AS build
WORKDIR /src
# The libraries change seldom: a layer of their own, from the one list of them.
COPY Makefile ./
RUN apt-get update -qq \
    && apt-get install -y -qq --no-install-recommends make \
    && make deps \
    && rm -rf /var/lib/apt/lists/*
COPY . .
# The commit that --version and the metrics name; there is no git here.
ARG REVISION=unknown
RUN make stage STAGE=/out REVISION="${REVISION}"

# What both programs load, and the user of both.
FROM debian:trixie-slim AS base
# What the package manager leaves behind would be different bytes on each day.
RUN apt-get update -qq \
    && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
        ca-certificates libcurl4t64 libisal2 libmicrohttpd12t64 libprotobuf32t64 librdkafka1 libstdc++6 libyaml-0-2 \
        zlib1g \
    && rm -rf /var/lib/apt/lists/* /var/cache/apt/* /var/cache/debconf/*-old /var/log/* /tmp/* \
    && echo 'kusto-sink:x:65532:' >> /etc/group \
    && echo 'kusto-sink:x:65532:65532::/nonexistent:/usr/sbin/nologin' >> /etc/passwd
# Debian 13 has another version of simdjson; the one that the programs were linked with comes along, with its licence.
COPY --from=build /out/lib/ /usr/local/lib/
COPY --from=build /out/doc/ /usr/share/doc/
RUN ldconfig && rm -f /var/cache/ldconfig/aux-cache
ARG VERSION=unknown
ARG REVISION=unknown
ARG SOURCE=
LABEL org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.source="${SOURCE}"
# By number, so that Kubernetes can see that it is not root.
USER 65532:65532

FROM base AS operator
LABEL org.opencontainers.image.title="kusto-sink-operator" \
      org.opencontainers.image.description="Turns KustoSink resources of Kubernetes into running workers."
COPY --from=build /out/bin/kusto-sink-operator /usr/local/bin/kusto-sink-operator
EXPOSE 8080
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s CMD ["/usr/local/bin/kusto-sink-operator", "health"]
ENTRYPOINT ["/usr/local/bin/kusto-sink-operator"]
CMD ["run"]

# The last stage is what is built without --target.
FROM base AS worker
# Signing in by Kerberos: librdkafka runs kinit, and loads Cyrus SASL's module. Only workers do.
USER 0:0
RUN apt-get update -qq \
    && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
        krb5-user libsasl2-modules-gssapi-mit \
    # Nobody changes to another user here.
    && chmod u-s /usr/bin/ksu \
    && rm -rf /var/lib/apt/lists/* /var/cache/apt/* /var/cache/debconf/*-old /var/log/* /tmp/*
USER 65532:65532
LABEL org.opencontainers.image.title="kusto-sink-worker" \
      org.opencontainers.image.description="Brings records from Apache Kafka into Azure Data Explorer."
COPY --from=build /out/bin/kusto-sink-worker /usr/local/bin/kusto-sink-worker
# What does not fit into memory waits in unlinked files below tempdir.path: mount a volume here to bound it.
VOLUME /tmp
EXPOSE 9404
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s CMD ["/usr/local/bin/kusto-sink-worker", "health"]
ENTRYPOINT ["/usr/local/bin/kusto-sink-worker"]
