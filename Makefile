# Everything that one does with kusto-sink. Each target installs what it needs with apt or pip, by sudo when not root.
SHELL := /bin/bash
SUDO := $(shell [ "$$(id -u)" = 0 ] || echo sudo)
LIBRARIES := librdkafka-dev libcurl4-openssl-dev libssl-dev zlib1g-dev libisal-dev libsimdjson-dev libyaml-dev \
	libmicrohttpd-dev pkg-config make
# For the C programs of the benchmarks and what measures them.
BENCH_TOOLS := gcc libc6-dev python3
BUILD := swift build
VENV := .build/venv
# The images' tag, which manifests/ names: the version that the programs print.
VERSION := $(shell sed -n 's/.*static let version = "\(.*\)"/\1/p' Sources/kusto-sink-operator/OperatorArguments.swift)
ARGUMENTS ?=

# Installs those of the packages that are missing.
define install
missing=$$(dpkg-query -W -f='$${Package} $${db:Status-Abbrev}\n' $(1) 2>/dev/null | awk '$$2 == "ii" {print $$1}' \
  | sort | comm -13 - <(printf '%s\n' $(1) | sort)); \
[ -z "$$missing" ] || { $(SUDO) apt-get update -qq && $(SUDO) env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq $$missing; }
endef

.PHONY: help deps build release demo test test-address test-thread torture torture-proof cluster-test bench bench-operator \
	lint format copies docs image clean

help: ## Lists the targets.
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 16

deps: ## Installs the C libraries (apt).
	@command -v swift >/dev/null || { echo "no Swift toolchain on PATH: install Swift 6.2 or later from swift.org" >&2; exit 1; }
	@$(call install,$(LIBRARIES))

build: deps ## Builds everything for debugging.
	$(BUILD)

release: deps ## Builds the executables as they are shipped.
	$(BUILD) -c release --static-swift-stdlib

demo: release ## Runs the main job on an embedded broker and an embedded ADX, and shows the rows.
	.build/release/kusto-sink-demo $(ARGUMENTS)

test: deps $(VENV)/ready ## Runs every test rung that this machine can run, and says which it left out.
	Tests/run

test-address: deps ## Runs the tests of what touches C with the address sanitizer.
	Tests/run-sanitized address

test-thread: deps ## Runs the tests of what touches C with the thread sanitizer.
	Tests/run-sanitized thread

torture: build $(VENV)/ready ## Kills, stops, faults and starves the worker as a seed decides, and counts every record (needs KAFKA_HOME).
	$(VENV)/bin/python Tests/Torture/run.py $(ARGUMENTS)

torture-proof: build $(VENV)/ready ## Shows that the torture finds faults: plants each of them in the debug build and runs it.
	$(VENV)/bin/python Tests/Torture/proof.py $(ARGUMENTS)

cluster-test: build $(VENV)/ready ## Runs worker and operator as pods of a real Kubernetes (needs KAFKA_HOME, and root or KUBECONFIG).
	$(VENV)/bin/python Tests/Cluster/run.py $(ARGUMENTS)

bench: release ## Measures the worker against a C program that does the least possible work (needs KAFKA_HOME).
	@command -v cc >/dev/null && command -v python3 >/dev/null || { $(call install,$(BENCH_TOOLS)); }
	python3 Tests/Benchmarks/run.py $(ARGUMENTS)

bench-operator: release $(VENV)/ready ## Measures the operator with a thousand sinks on an API server without nodes (needs PEERS).
	$(VENV)/bin/python Tests/Cluster/bench.py $(ARGUMENTS)

lint: ## Checks the format of the sources, the imports of modules, and that a release names one version everywhere.
	swift format lint --strict -r -p Sources Tests Package.swift
	Tests/check-layers
	Tests/check-release

format: ## Formats the sources.
	swift format -i -r -p Sources Tests Package.swift

copies: ## Makes anew what the chart has of crds/ and manifests/monitoring/, and the table of its values.
	Tests/check-release --write

docs: deps ## Writes anew what is made from tables: docs/configuration.md, docs/kustosink.md, crds/kustosinks.yaml.
	UPDATE_DOCS=1 UPDATE_CRD=1 swift test --filter 'ConfigurationReferenceTests|SchemaReferenceTests|SchemaDefinitionTests'

image: ## Builds the container images of worker and operator.
	@command -v docker >/dev/null || { echo "no docker on PATH: install it (docs.docker.com/engine/install), or give the Dockerfile to another builder such as podman" >&2; exit 1; }
	docker build --target worker -t kusto-sink-worker:$(VERSION) .
	docker build --target operator -t kusto-sink-operator:$(VERSION) .

clean: ## Removes what was built.
	rm -rf .build

$(VENV)/ready: Tests/SDK/requirements.txt Tests/Harness/requirements.txt
	@python3 -m venv $(VENV) 2>/dev/null || { $(SUDO) apt-get install -y -qq python3-venv && python3 -m venv $(VENV); }
	$(VENV)/bin/pip install -q --disable-pip-version-check -r Tests/SDK/requirements.txt -r Tests/Harness/requirements.txt
	@touch $@
