# What a contributor runs. Needs Go, a C compiler and Node; fetches the rest.
# `make` alone lists the targets.

ADDR     ?= 127.0.0.1:8000
BENCH    ?= .
COUNT    ?= 200000
DATA     ?= shared/eval/sample
PAIRS    ?= 1200
FUZZTIME ?= 30s
ROUNDS   ?= 5
SECONDS  ?= 600
SOAK     ?= 100000
REQUESTS ?= 10000
COMPRESSION ?= zstd
# A kit of other services' clients; tests skip it where it is not there.
CONFORMANCE ?= ../shared/conformance

GOVULNCHECK := v1.9.0
CYCLONEDX   := v1.10.0

export CACHE   := $(CURDIR)/.cache
export SKIPPED := $(CACHE)/skipped.txt
export GOVULNCHECK
# In a clone that belongs to another user go build cannot read the commit.
export GOFLAGS := $(GOFLAGS) -buildvcs=false

# The program says which commit it is, where git can tell.
STAMP = $(shell git rev-parse --verify -q HEAD >/dev/null 2>&1 && echo true || echo false)

# The packages that promise the same bits everywhere.
PURE := ./heuristics/... ./shared/frame ./shared/api ./shared/answer ./shared/wire ./wasm/browser
JS   := GOOS=js GOARCH=wasm
# Go under Node has room for a few KiB of environment only.
JS_EXEC = env -i 'PATH=$(PATH)' 'HOME=$(HOME)' 'SPLITRANK_DATA=$(SPLITRANK_DATA)' '$(shell go env GOROOT)/lib/wasm/go_js_wasm_exec'
QEMU    = $(shell command -v qemu-aarch64 || command -v qemu-aarch64-static)

PYTHON := $(CACHE)/python/bin/python
PEERS  := $(CACHE)/peers
ACROSS := server/internal/crossencoder
GOTEST := node .ci/gotest.mjs

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help test-remote fleet fleet-edge sizing figures release image image-pin sbom reproducible run build python ort ort-openvino library test check bench bench-edge bench-web bench-peers bench-load siege soak parity edge eval fuzz golden fmt lint clean \
	need begin web web-deps binary formatted vet staticcheck tidy tree-before tree-after \
	test-ci test-layers test-go test-race test-js test-arm64 test-portable test-nocgo test-web test-page test-edge edge-worker test-clients test-recipes recipes-without-libraries recipes-with-libraries test-train test-python test-deploy test-release test-image conformance size size-edge audit skipped test-steps

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | expand -t 14

run: build ## build what is missing and serve page and API on http://localhost:8000 for this machine alone (ADDR=:9000 for all that reach it)
	bin/splitrank serve --addr $(ADDR)

build: need web binary library ## bin/splitrank and the Wasm files

python: ## the Python package as a wheel and a source archive, into build/python (needs Python 3.10 and its registry, once)
	@.ci/pythonenv || [ $$? -eq 76 ]
	cd web/python && $(CACHE)/python-client/bin/python -m build --no-isolation --outdir $(CURDIR)/build/python

ort: need ## libonnxruntime for models, pinned and digest-checked, into ~/.cache/splitrank (SPLITRANK_ORT_LIB names another)
	@node server/internal/ort/install.mjs

ort-openvino: need ## a libonnxruntime with OpenVINO for --device openvino, pinned and digest-checked, into ~/.cache/splitrank (linux-x64; needs Python's pip)
	@node server/internal/ort/install-openvino.mjs

test: need begin test-steps skipped ## everything that can fail: Go natively, under js/wasm and for arm64, TypeScript, Python, the page in Chromium; prints what it skipped

check: need begin tree-before lint tidy test-steps size audit tree-after skipped ## test + format, vet, lint, import rules, tidy, Wasm size, known vulnerabilities, clean tree

bench: need web ## benchmarks of Go and of the Wasm in Node (BENCH=regexp chooses)
	go test -run '^$$' -bench '$(BENCH)' -benchmem ./...
	cd web && npm run bench

bench-web: need web ## the package in Chromium, beside MiniSearch and Orama: speed, readiness, typing
	cd web && npm run bench:browser

bench-peers: need binary library $(PEERS)/installed ## side by side with other re-rankers, same model and threads (needs Python; ROUNDS=5; texts from SPLITRANK_DATA)
	$(PEERS)/bin/python -W ignore $(ACROSS)/peers/peers.py --program bin/splitrank --cache $(PEERS) --rounds $(ROUNDS)

bench-load: need binary library ## a running server under load: known answers, deadlines, and SECONDS (600) of twice what it bears (DATA=folder with a run)
	go run ./server/load --program bin/splitrank --data $(DATA) --seconds $(SECONDS)

siege: need binary library ## SECONDS (600) of twice what a server bears, one client in five hostile
	go run ./server/load --program bin/splitrank --data $(DATA) --seconds $(SECONDS) --only siege

soak: need binary library $(PEERS)/installed ## memory of the server over SOAK pairs (100000; needs Python, takes half an hour)
	$(PEERS)/bin/python -W ignore $(ACROSS)/peers/soak.py --program bin/splitrank --cache $(PEERS) --pairs $(SOAK)

parity: need library $(CACHE)/python/installed ## token ids and logits against the reference ones (needs Python and SPLITRANK_DATA; COUNT=strings per tokenizer, PAIRS=pairs per model)
	$(PYTHON) server/internal/token/parity/parity.py --count $(COUNT)
	$(PYTHON) -W ignore $(ACROSS)/parity/logits.py --pairs $(PAIRS)

test-remote: need library ## remote models against a real MLServer and a real Triton (needs Python 3.9 to 3.12; 850 MB from PyPI, once)
	@.ci/engines

fleet: need binary library ## three servers behind a balancer, with Redis: throughput, one killed, one added, another model (REQUESTS=10000)
	go run ./server/load --program bin/splitrank --only fleet --requests $(REQUESTS)

fleet-edge: need binary library web-deps edge-worker ## make fleet with the Worker in workerd before the balancer (REQUESTS=10000)
	go run ./server/load --program bin/splitrank --only fleet --edge --requests $(REQUESTS)

sizing: need ## the tables of server/load/sizing/SIZING.md, from measured figures
	go run ./server/load/sizing --write

edge: need binary library web-deps ## server and Worker in workerd together, on 127.0.0.1:8787 (EDGE_PORT, ORIGIN_PORT)
	@node wasm/edge/dev.mjs

bench-edge: need web-deps edge-worker ## the Worker beside plain JavaScript and the glue that starts Go for every request
	@node wasm/edge/build.mjs --faults
	node wasm/edge/bench/bench.mjs

conformance: need begin binary library web-deps edge-worker recipes-with-libraries ## clients of Cohere, Jina, Voyage AI, text-embeddings-inference, vLLM, infinity and mixedbread against server and edge (needs Python; CONFORMANCE=folder of the kit)
	@.ci/conformance $(CONFORMANCE)

test-recipes: need begin binary recipes-without-libraries recipes-with-libraries skipped ## the recipes of web/examples/clients, with pinned libraries from PyPI and npm (needs Python)

eval: need binary ## quality of the pipelines on the collection that comes along (DATA=folder measures another)
	bin/splitrank eval --data $(DATA)

figures: need binary library web-deps ## the numbers of README.md, FIGURES.md and cards, made again and compared (FIGURES=names, "--update"; quality needs SPLITRANK_DATA and an hour)
	@node .ci/figures.mjs $(FIGURES)

fuzz: need ## every fuzz target for FUZZTIME (30s)
	@.ci/fuzz $(FUZZTIME)

golden: need ## write the golden files anew; the diff says what changed
	go test -count=1 $$(grep -rl --include=*_test.go 'flag.Bool("update"' ./heuristics ./shared ./server ./wasm | xargs -n 1 dirname | sort -u) -update

image: need web sbom ## an OCI image without a daemon, with its SBOM and provenance: build/image/splitrank.oci.tar (linux/amd64; needs apt-get and dpkg-deb, and no rights; COMPRESSION=gzip for engines without zstd)
	server/deploy/debian/root build/image/root
	server/deploy/image/pack "$$(node server/internal/ort/install.mjs)" build/image/splitrank.oci.tar $(COMPRESSION)

release: need web $(CACHE)/cyclonedx-gomod ## archives for linux on amd64 and arm64, with checksums: build/release (arm64 with its model needs the Debian package gcc-aarch64-linux-gnu)
	server/deploy/release

image-pin: ## the newest versions of the image's Debian packages, into server/deploy/debian/packages.lock
	server/deploy/debian/root --pin

sbom: need binary $(CACHE)/cyclonedx-gomod ## bin/splitrank.cdx.json: what the program is made of, as CycloneDX, with licences
	$(CACHE)/cyclonedx-gomod bin -json -licenses -noserial -version $$(git rev-parse --short -q --verify HEAD || echo dev) -output bin/splitrank.cdx.json bin/splitrank

reproducible: need web-deps ## builds the program from two checkouts in different folders: the same bytes
	@.ci/reproducible

fmt: ## format the Go code
	gofmt -l -w $$(git ls-files '*.go')

lint: need formatted vet staticcheck ## format, vet (linux and js), staticcheck

clean: ## remove what was built and fetched
	rm -rf bin build .cache .wrangler wasm/edge/build wasm/edge/build-faults web/node_modules web/dist web/build web/LICENSE web/page/built web/page/sw.js

# --- steps of the above ---

need:
	@.ci/need

begin:
	@mkdir -p $(CACHE) && : >$(SKIPPED)

web-deps: web/node_modules/.package-lock.json
web/node_modules/.package-lock.json: web/package.json web/package-lock.json
	cd web && npm ci --ignore-scripts --no-audit --no-fund
	@touch $@

# What the reference implementations need lies apart from the system's Python.
$(CACHE)/python/installed: server/internal/token/parity/requirements.txt $(ACROSS)/parity/requirements.txt
	python3 -m venv $(CACHE)/python
	$(PYTHON) -m pip install -q $(addprefix -r ,$^)
	@touch $@

$(CACHE)/cyclonedx-gomod:
	GOBIN=$(CACHE) go install github.com/CycloneDX/cyclonedx-gomod/cmd/cyclonedx-gomod@$(CYCLONEDX)

# The peers want other versions of the same libraries.
$(PEERS)/installed: $(ACROSS)/peers/requirements.txt
	python3 -m venv $(PEERS)
	$(PEERS)/bin/python -m pip install -q -r $<
	@touch $@

web: web-deps
	cd web && npm run build

binary:
	go build -trimpath -buildvcs=$(STAMP) -ldflags '-s -w' -o bin/splitrank ./server

# Without it all but models works, so what cannot be reached is no failure.
# See RATIONALE: why-make-goes-on-without-libonnxruntime.
library:
	@npm_config_fetch_retries=1 node server/internal/ort/install.mjs >/dev/null || \
		echo 'warning: without libonnxruntime there is no cross-encoder, only the heuristics (make ort tries again)' >&2

test-steps: web binary library test-ci test-nocgo test-layers test-go test-race test-js test-arm64 test-portable test-web test-page test-edge test-clients recipes-without-libraries test-train test-python test-deploy test-release test-image

test-ci:
	@NODE_OPTIONS=--test-reporter=dot node --test .ci/*.test.mjs >$(CACHE)/ci.txt 2>&1 </dev/null || { cat $(CACHE)/ci.txt; exit 1; }
	@echo 'ok   ci       what a failing test prints'

# Outside the cache: this test looks at the tree through the go command, which
# takes longer than the inner loop may.
test-layers:
	@$(GOTEST) layers -count=1 ./shared/layers -tree

test-go:
	@$(GOTEST) native $$(go list ./... | grep -v /shared/layers)

# What is concurrent, once more: without the judged collections, which the race
# detector makes ten times slower, and without naming again what is skipped.
# See RATIONALE: why-the-servers-tests-run-twice.
test-race:
	@env -u SPLITRANK_DATA SKIPPED= $(GOTEST) race -race ./server/...

test-js:
	@$(JS) $(GOTEST) js/wasm -exec "$(JS_EXEC)" $(PURE) ./server/internal/maxsim

test-arm64:
ifeq ($(QEMU),)
	@echo 'arm64: not run, qemu-aarch64 is missing (Debian package qemu-user)' | tee -a $(SKIPPED)
else
	@GOARCH=arm64 CGO_ENABLED=0 $(GOTEST) arm64 -exec $(QEMU) ./heuristics/... ./server/internal/maxsim
endif

# The kernel of processors without one of their own.
test-portable:
	@$(GOTEST) portable -tags purego ./server/internal/maxsim

test-nocgo:
	CGO_ENABLED=0 go build -o /dev/null ./...

test-web: web-deps
	@.ci/webtest web test

# After the page was built.
test-page: web-deps
	@.ci/webtest page test:page

edge-worker: web-deps
	@node wasm/edge/build.mjs

test-edge: web-deps edge-worker
	@node wasm/edge/build.mjs --faults
	@.ci/edgetest

# The part of it that needs no packages.
test-clients: web-deps edge-worker
	@.ci/conformance $(CONFORMANCE) raw

# Those of the recipes that need no packages, and the others.
recipes-without-libraries:
	@.ci/recipes raw

recipes-with-libraries:
	@.ci/recipes libraries

test-train:
	@.ci/traintest

# Where Python and its registry are.
test-python: binary
	@.ci/pythontest

# A Go module of its own. See RATIONALE: why-deploy-is-a-module-of-its-own.
test-deploy: binary
	@.ci/deploytest

# From an archive alone, for this machine's architecture.
test-release: web
	@.ci/releasetest

# From its own root, where it can be built.
test-image: binary
	@.ci/imagetest

formatted:
	@files=$$(gofmt -l $$(git ls-files '*.go')); [ -z "$$files" ] || { echo "not formatted (make fmt):" $$files; exit 1; }

vet:
	go vet ./...
	go -C server/deploy vet ./...
	$(JS) go vet $(PURE) ./wasm/...

# See RATIONALE: why-staticcheck-and-not-golangci-lint.
staticcheck:
	go tool staticcheck ./...
	@staticcheck=$$(go tool -n staticcheck) && cd server/deploy && $$staticcheck ./...
	$(JS) $$(go tool -n staticcheck) $(PURE) ./wasm/...

tidy:
	go mod tidy -diff
	go -C server/deploy mod tidy -diff

size: web size-edge
	cd web && npm run size

size-edge: edge-worker
	@node wasm/edge/size.mjs

audit:
	@.ci/audit

tree-before:
	@.ci/tree >$(CACHE)/tree-before.txt

tree-after:
	@.ci/tree | diff $(CACHE)/tree-before.txt - || { echo 'the checks changed the tree'; exit 1; }

skipped:
	@if [ -s $(SKIPPED) ]; then echo; echo 'skipped:'; sort -u $(SKIPPED) | sed 's/^/  /'; else echo 'nothing was skipped'; fi
