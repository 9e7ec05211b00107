# syntax=docker/dockerfile:1

FROM swift:6.3-bookworm AS build
WORKDIR /src
# The libraries change seldom: a layer of their own, from the one list of them.
COPY Makefile ./
RUN apt-get update -qq \
    && apt-get install -y -qq --no-install-recommends make \
    && make deps \
    && rm -rf /var/lib/apt/lists/*
COPY . .
RUN swift build -c release --static-swift-stdlib --product kusto-sink-worker \
    && install -D -m 0755 "$(swift build -c release --static-swift-stdlib --show-bin-path)/kusto-sink-worker" /out/kusto-sink-worker \
    && strip --strip-debug /out/kusto-sink-worker

FROM debian:bookworm-slim
LABEL org.opencontainers.image.title="kusto-sink-worker" \
      org.opencontainers.image.description="Brings records from Apache Kafka into Azure Data Explorer." \
      org.opencontainers.image.licenses="MIT"
RUN apt-get update -qq \
    && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
        ca-certificates libcurl4 libisal2 libmicrohttpd12 librdkafka1 libsimdjson14 libstdc++6 libyaml-0-2 zlib1g \
    && rm -rf /var/lib/apt/lists/* \
    && groupadd --system --gid 65532 kusto-sink \
    && useradd --system --uid 65532 --gid 65532 --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin kusto-sink
COPY --from=build /out/kusto-sink-worker /usr/local/bin/kusto-sink-worker
# By number, so that Kubernetes can see that it is not root.
USER 65532:65532
# What does not fit into memory waits in unlinked files below tempdir.path: mount a volume here to bound it.
VOLUME /tmp
EXPOSE 9404
ENTRYPOINT ["/usr/local/bin/kusto-sink-worker"]
