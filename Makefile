# till: see README.md. Everything here is a plain go command; the logic is in Go.

export CGO_ENABLED = 0

VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo development)
LDFLAGS := -s -w -X main.version=$(VERSION)
# HTTP/1.1 alone is spoken (device/link), so net/http's HTTP/2 is left out; and
# what runs once a start or once a sale is not inlined: 1 MiB less on arm.
COLD    := net/... crypto/tls crypto/x509 github.com/spf13/... github.com/pelletier/... regexp/... till/sim/...
BUILD   := go build -trimpath -tags nethttpomithttp2 $(foreach p,$(COLD),-gcflags=$(p)=-l) -ldflags '$(LDFLAGS)'

STATICCHECK := honnef.co/go/tools/cmd/staticcheck@v0.8.2
ERRCHECK    := github.com/kisielk/errcheck@v1.30.0

.DEFAULT_GOAL := help

help: ## what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

build: ## bin/till for this machine
	$(BUILD) -o bin/till ./cmd/till

run: build ## the terminal in a simulated world, on a page in the browser
	./bin/till run --sim

test: ## every test (the browser's need chromium; they say so if it is missing)
	go test -timeout 20m ./...

race: ## the tests under the race detector (needs a C compiler)
	CGO_ENABLED=1 go test -race -short -timeout 20m ./...

kill: build ## the real program, killed at random moments of sales
	TILL_KILLS=20 go test -count=1 -v -timeout 25m -run TestKill ./cmd/till

# Worlds are lived by a till with everything inlined: half as fast again.
sim-till:
	@go build -o bin/till-sim -ldflags '$(LDFLAGS)' ./cmd/till

sim: sim-till ## worlds from seed 1 on for 60 s, and those that failed once (SEED=0x2a: that one, told; FROM=fresh: new ones)
ifdef SEED
	./bin/till-sim sim --seed $(SEED) $(SIMARGS)
else
	./bin/till-sim sim --for 60s --from $(or $(FROM),1) --list sim/testdata/seeds.txt --artifacts artifacts $(SIMARGS)
endif

TRUST := sim/testdata/trust.json
sim-long: sim-till ## fresh worlds for a night (HOURS=8, or SEEDS=100000), added to sim/TRUST.md
	./bin/till-sim sim --from fresh $(if $(SEEDS),--seeds $(SEEDS),--for $(or $(HOURS),8)h) --report $(TRUST) \
	  --keep sim/testdata/seeds.txt --artifacts artifacts $(SIMARGS); code=$$?; \
	./bin/till-sim sim report --in $(TRUST) --out sim/TRUST.md --into README.md && exit $$code

sweep: ## the power cut at every write and sync of every journey, with torn and dropped writes
	TILL_SWEEP=all go test -count=1 -v -timeout 120m -run Sweep ./cmd/till

fuzz: ## every decoder for 10 s (FUZZTIME=1m for longer)
	@for pkg in $$(go list ./...); do \
	  for f in $$(go test -list '^Fuzz' $$pkg | grep '^Fuzz'); do \
	    echo "$$pkg $$f"; go test -run '^$$' -fuzz "^$$f\$$" -fuzztime $(or $(FUZZTIME),10s) $$pkg || exit 1; \
	  done; \
	done

mutants: ## plants bugs, and a sample of the mutants of txn: all and nine of ten must be noticed (SEED=n)
	go run ./cmd/mutants planted -seeds 25
	go run ./cmd/mutants run -sample 100 -seed $(or $(SEED),1)

mutants-full: ## the same with more seeds, of which the world must notice all, and every mutant (hours)
	go run ./cmd/mutants planted -seeds 500 -strict
	go run ./cmd/mutants run

bench: build ## the measured figures of the README
	TILL_BUILD="$(BUILD)" go test -count=1 -v -run TestFigures ./cmd/till -args -figures -till "$(CURDIR)/bin/till"

arch: ## builds for every board, with their sizes
	@for a in amd64 arm64 arm riscv64; do \
	  GOOS=linux GOARCH=$$a GOARM=7 $(BUILD) -o bin/till-linux-$$a ./cmd/till && GOOS=linux GOARCH=$$a GOARM=7 go vet ./... || exit 1; \
	  ls -l bin/till-linux-$$a | awk '{printf "%-28s %6.2f MiB\n", $$9, $$5/1048576}'; \
	done

lint: ## formatting, vet, staticcheck, errcheck, go fix, go mod tidy
	@test -z "$$(gofmt -l cmd device printer scanner sim txn)" || { gofmt -d cmd device printer scanner sim txn; exit 1; }
	go vet ./...
	@d="$$(go fix -diff ./... 2>&1)"; test -z "$$d" || { echo "$$d"; echo "go fix would change this"; exit 1; }
	go mod tidy -diff
	go run $(STATICCHECK) ./...
	go run $(ERRCHECK) -exclude .errcheck ./...

golden: ## rewrite the golden files; read the diff before you commit it
	go test ./txn ./txn/journal ./txn/screen ./device/display ./printer/escpos ./printer/raster ./printer/receipt -update
	go test -run TestThePublishedFigures ./cmd/till -update

ci: lint test race sim kill fuzz arch bench ## everything that .ci/run runs

clean: ## remove what was built
	rm -rf bin artifacts

.PHONY: help build run test race sim sim-till sim-long sweep kill fuzz mutants mutants-full bench arch lint golden ci clean
