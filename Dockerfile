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
    && swift build -c release --static-swift-stdlib --product kusto-sink-operator \
    && for program in kusto-sink-worker kusto-sink-operator; do \
        install -D -m 0755 "$(swift build -c release --static-swift-stdlib --show-bin-path)/$program" "/out/$program" \
        && strip --strip-debug "/out/$program" || exit 1; \
    done

# What both programs load, and the user of both.
FROM debian:bookworm-slim AS base
LABEL org.opencontainers.image.licenses="MIT"
RUN apt-get update -qq \
    && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
        ca-certificates libcurl4 libisal2 libmicrohttpd12 librdkafka1 libsimdjson14 libstdc++6 libyaml-0-2 zlib1g \
    && rm -rf /var/lib/apt/lists/* \
    && groupadd --system --gid 65532 kusto-sink \
    && useradd --system --uid 65532 --gid 65532 --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin kusto-sink
# By number, so that Kubernetes can see that it is not root.
USER 65532:65532

FROM base AS operator
LABEL org.opencontainers.image.title="kusto-sink-operator" \
      org.opencontainers.image.description="Turns KustoSink resources of Kubernetes into running workers."
COPY --from=build /out/kusto-sink-operator /usr/local/bin/kusto-sink-operator
EXPOSE 8080
ENTRYPOINT ["/usr/local/bin/kusto-sink-operator"]
CMD ["run"]

# The last stage is what is built without --target.
FROM base AS worker
LABEL org.opencontainers.image.title="kusto-sink-worker" \
      org.opencontainers.image.description="Brings records from Apache Kafka into Azure Data Explorer."
COPY --from=build /out/kusto-sink-worker /usr/local/bin/kusto-sink-worker
# What does not fit into memory waits in unlinked files below tempdir.path: mount a volume here to bound it.
VOLUME /tmp
EXPOSE 9404
ENTRYPOINT ["/usr/local/bin/kusto-sink-worker"]
