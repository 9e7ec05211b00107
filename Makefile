# Everything that one does with kusto-sink. Each target installs what it needs with apt or pip, by sudo when not root.
SHELL := /bin/bash
SUDO := $(shell [ "$$(id -u)" = 0 ] || echo sudo)
LIBRARIES := librdkafka-dev libcurl4-openssl-dev libssl-dev zlib1g-dev libisal-dev libsimdjson-dev libyaml-dev \
	libmicrohttpd-dev libprotobuf-dev libprotoc-dev pkg-config make
# For the C programs of the benchmarks and what measures them.
BENCH_TOOLS := gcc libc6-dev python3
# What the script argocd of PEERS runs beside a cluster.
CLUSTER_TOOLS := git redis-server
# What compiles schemas and makes certificates for the tests with a schema registry.
REGISTRY_TOOLS := protobuf-compiler openssl
# A Kerberos of the tests' own, what a worker signs in with there, and what makes certificates.
SECURITY_TOOLS := krb5-kdc krb5-admin-server krb5-user libsasl2-modules-gssapi-mit openssl
# What the commands of the pages use beside our programs.
DOCUMENTATION_TOOLS := jq yq curl
# What reads the programs' completions and manual pages.
COMMAND_LINE_TOOLS := zsh fish groff-base
BUILD := swift build
VENV := .build/venv
PROMETHEUS := .build/prometheus
NGINX := .build/nginx
# The images' tag, which manifests/ names: the version that the programs print.
VERSION = $(shell sed -n 's/.*static let version = "\(.*\)"/\1/p' Sources/Daemon/Release.swift)
# The commit that they print; not in debug builds, which would be linked anew for each commit.
REVISION := $(shell git rev-parse HEAD 2>/dev/null)$(shell [ -z "$$(git status --porcelain 2>/dev/null)" ] || echo -dirty)
# Where the source code is, for a label of the images, such as https://git.example/kusto-sink; never a URL with a password.
SOURCE ?=
# The toolchain, whose library is linked into the programs.
SWIFT_VERSION = $(shell swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9][0-9.]*\).*/\1/p' | head -1)
# Where `make stage` puts what the images take from the build.
STAGE ?= .build/stage
# Where `make image` writes what the images consist of.
SBOM ?= .build/sbom
ARGUMENTS ?=

# Installs those of the packages that are missing.
define install
missing=$$(dpkg-query -W -f='$${Package} $${db:Status-Abbrev}\n' $(1) 2>/dev/null | awk '$$2 == "ii" {print $$1}' \
  | sort | comm -13 - <(printf '%s\n' $(1) | sort)); \
[ -z "$$missing" ] || { $(SUDO) apt-get update -qq && $(SUDO) env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq $$missing; }
endef

.PHONY: help deps build release stage demo demo-cluster test test-address test-thread fuzz registry-test security-test mistakes-test torture \
	torture-proof cluster-test images-test \
	bench bench-operator lint format copies docs image clean

help: ## Lists the targets.
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 16

deps: ## Installs the C libraries (apt).
	@command -v swift >/dev/null || { echo "no Swift toolchain on PATH: install Swift 6.2 or later from swift.org" >&2; exit 1; }
	@$(call install,$(LIBRARIES))

build: deps ## Builds everything for debugging.
	$(BUILD)

release: deps ## Builds the executables as they are shipped.
	KUSTO_SINK_REVISION=$(REVISION) $(BUILD) -c release --static-swift-stdlib

stage: release ## Copies what the images take from the build to STAGE, stripped.
	@rm -rf $(STAGE) && for program in kusto-sink-worker kusto-sink-operator; do \
	  install -D -m 0755 .build/release/$$program $(STAGE)/bin/$$program && strip --strip-all $(STAGE)/bin/$$program || exit 1; \
	done
	@read -r name _ library _ < <(ldd .build/release/kusto-sink-worker | grep libsimdjson) \
	  && library=$$(realpath "$$library") && package=$$(dpkg-query -S "$$library" | cut -d: -f1) \
	  && install -D -m 0644 "$$library" "$(STAGE)/lib/$$name" \
	  && install -D -m 0644 "/usr/share/doc/$$package/copyright" "$(STAGE)/doc/$$package/copyright"
	@install -D -m 0644 LICENSE $(STAGE)/doc/kusto-sink/copyright
	@# What packaging/sbom cannot see in an image: what is linked into the programs, and whose the library is.
	@read -r name _ library _ < <(ldd .build/release/kusto-sink-worker | grep libsimdjson) \
	  && package=$$(dpkg-query -S "$$(realpath "$$library")" | cut -d: -f1) && . /etc/os-release \
	  && form='{"swift": "$(SWIFT_VERSION)", "libraries": [{"path": "/usr/local/lib/'"$$name"'", "package": "$${Package}",' \
	  && form="$$form"' "version": "$${Version}", "architecture": "$${Architecture}",' \
	  && form="$$form"' "source": "$${source:Package} ($${source:Version})", "distribution": "'"$$ID-$$VERSION_ID"'"}]}\n' \
	  && dpkg-query -W -f="$$form" "$$package" \
	  > $(STAGE)/doc/kusto-sink/built-with.json

demo: release ## Shows the worker between an embedded Kafka and an embedded ADX that is away for a while; 15 seconds.
	@.build/release/kusto-sink-demo --folder .build/demo $(ARGUMENTS)

demo-cluster: release $(VENV)/ready ## Shows workers that follow the lag on a real Kubernetes (needs KAFKA_HOME, and root with PEERS or TEST_KUBECONFIG).
	@[ -z "$$PEERS" ] || { $(call install,$(CLUSTER_TOOLS)); }
	@$(VENV)/bin/python Tests/Cluster/demo.py $(ARGUMENTS)

test: deps $(VENV)/ready $(PROMETHEUS)/ready $(NGINX)/ready ## Runs every test rung that this machine can run, and says which it left out.
	@$(call install,$(COMMAND_LINE_TOOLS))
	@[ "$$(id -u)" != 0 ] || command -v debootstrap >/dev/null || { $(call install,debootstrap); }
	@[ -z "$$PEERS" ] || { $(call install,$(CLUSTER_TOOLS)); }
	@[ -z "$$PEERS$$SCHEMA_REGISTRY_URL" ] || { $(call install,$(REGISTRY_TOOLS)); }
	@[ -z "$$KAFKA_HOME" ] || { $(call install,$(SECURITY_TOOLS) $(DOCUMENTATION_TOOLS)); }
	Tests/run

test-address: deps ## Runs the tests of what touches C with the address sanitizer.
	Tests/run-sanitized address

test-thread: deps ## Runs the tests of what touches C with the thread sanitizer.
	Tests/run-sanitized thread

fuzz: deps ## Runs what reads bytes of others with bytes that nobody would write, a minute each (Tests/Fuzz/README.md).
	Tests/Fuzz/run $(ARGUMENTS)

registry-test: build $(VENV)/ready $(NGINX)/ready ## Compares rows with what other clients wrote (needs KAFKA_HOME, and PEERS or SCHEMA_REGISTRY_URL).
	@$(call install,$(REGISTRY_TOOLS))
	PATH="$$PWD/$(NGINX)/usr/sbin:/usr/sbin:$$PATH" $(VENV)/bin/python -m pytest -q -rs Tests/Registry $(ARGUMENTS)

security-test: build $(VENV)/ready ## Signs in to a secured Kafka in every way, right and wrong, and replaces credentials (needs KAFKA_HOME).
	@$(call install,$(SECURITY_TOOLS))
	PATH="$$PATH:/usr/sbin" $(VENV)/bin/python -m pytest -q -rs Tests/Security $(ARGUMENTS)

mistakes-test: build $(VENV)/ready ## Makes the mistakes that people make, and compares what is said with the table (needs KAFKA_HOME).
	$(VENV)/bin/python -m pytest -q -rs Tests/Mistakes $(ARGUMENTS)

torture: build $(VENV)/ready ## Kills, stops, faults and starves the worker as a seed decides, and counts every record (needs KAFKA_HOME).
	$(VENV)/bin/python Tests/Torture/run.py $(ARGUMENTS)

torture-proof: build $(VENV)/ready ## Shows that the torture finds faults: plants each of them in the debug build and runs it.
	$(VENV)/bin/python Tests/Torture/proof.py $(ARGUMENTS)

cluster-test: build $(VENV)/ready ## Runs worker and operator as pods of a real Kubernetes (needs KAFKA_HOME, and root with PEERS or TEST_KUBECONFIG).
	@[ -z "$$PEERS" ] || { $(call install,$(CLUSTER_TOOLS)); }
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

docs: deps ## Writes anew what is made from tables: docs/configuration.md, docs/command-line.md, docs/kustosink.md, crds/kustosinks.yaml.
	UPDATE_DOCS=1 UPDATE_CRD=1 swift test --filter 'ConfigurationReferenceTests|CommandLineReferenceTests|SchemaReferenceTests|SchemaDefinitionTests'

.PHONY: man
man: build ## Writes the programs' manual pages and completions for bash, zsh and fish to .build/man and .build/completion.
	@mkdir -p .build/man .build/completion
	@for program in kusto-sink-worker kusto-sink-operator kusto-emulator; do \
	  .build/debug/$$program man > .build/man/$$program.1 || exit 1; \
	  .build/debug/$$program completion bash > .build/completion/$$program || exit 1; \
	  .build/debug/$$program completion zsh > .build/completion/_$$program || exit 1; \
	  .build/debug/$$program completion fish > .build/completion/$$program.fish || exit 1; \
	done; ls .build/man/*.1 .build/completion/*

images-test: stage $(VENV)/ready ## Makes the images' root file systems from the Dockerfile without an engine, and runs worker and operator in them (needs root).
	@command -v debootstrap >/dev/null || { $(call install,debootstrap); }
	$(VENV)/bin/python Tests/Images/run.py --version $(VERSION) --revision "$(REVISION)" --source "$(SOURCE)" $(ARGUMENTS)

image: ## Builds the container images of worker and operator, and shows their sizes.
	@command -v docker >/dev/null || { echo "no docker on PATH: install it (docs.docker.com/engine/install), or give the Dockerfile to another builder such as podman" >&2; exit 1; }
	export SOURCE_DATE_EPOCH=$$(git log -1 --format=%ct 2>/dev/null || echo 0); for program in worker operator; do \
	  docker build --target $$program -t kusto-sink-$$program:$(VERSION) --build-arg VERSION=$(VERSION) \
	    --build-arg REVISION=$(REVISION) --build-arg SOURCE=$(SOURCE) . || exit 1; \
	done
	docker image ls --filter reference='kusto-sink-*:$(VERSION)'
	@$(MAKE) --no-print-directory sbom

.PHONY: sbom
sbom: ## Writes what the images of `make image` consist of to SBOM, as SPDX 2.3.
	@mkdir -p $(SBOM)
	@export SOURCE_DATE_EPOCH=$$(git log -1 --format=%ct 2>/dev/null || echo 0); for program in worker operator; do \
	  name=kusto-sink-$$program && root=$$(mktemp -d) && container=$$(docker create $$name:$(VERSION)) \
	    && docker export "$$container" | tar -x -C "$$root" --wildcards etc/os-release usr/lib/os-release \
	      var/lib/dpkg/status usr/share/doc 'usr/local/bin/*' 'usr/local/lib/*' \
	    && docker rm "$$container" > /dev/null \
	    && packaging/sbom --root "$$root" --name $$name --version $(VERSION) --revision "$(REVISION)" \
	      --output $(SBOM)/$$name-$(VERSION).spdx.json \
	    && echo "$(SBOM)/$$name-$(VERSION).spdx.json" && rm -rf "$$root" || exit 1; \
	done

clean: ## Removes what was built.
	rm -rf .build

$(VENV)/ready: Tests/SDK/requirements.txt Tests/Harness/requirements.txt \
		Tests/Manifests/requirements.txt Tests/Monitoring/requirements.txt Tests/Protobuf/requirements.txt \
		Tests/Avro/requirements.txt Tests/Registry/requirements.txt Tests/Security/requirements.txt
	@python3 -m venv $(VENV) 2>/dev/null || { $(SUDO) apt-get install -y -qq python3-venv && python3 -m venv $(VENV); }
	$(VENV)/bin/pip install -q --disable-pip-version-check $(addprefix -r ,$^)
	@touch $@

# Unpacked and not installed, since the packages would start services.
$(NGINX)/ready:
	@mkdir -p $(NGINX)
	@command -v nginx >/dev/null || { cd $(NGINX) \
	  && { apt-get download -qq nginx 2>/dev/null || { $(SUDO) apt-get update -qq && apt-get download -qq nginx; }; } \
	  && dpkg-deb -x nginx_*.deb . && rm nginx_*.deb; }
	@touch $@

$(PROMETHEUS)/ready:
	@mkdir -p $(PROMETHEUS)
	@{ command -v promtool && command -v prometheus; } >/dev/null || { cd $(PROMETHEUS) \
	  && { apt-get download -qq prometheus 2>/dev/null || { $(SUDO) apt-get update -qq && apt-get download -qq prometheus; }; } \
	  && dpkg-deb -x prometheus_*.deb . && rm prometheus_*.deb; }
	@touch $@
