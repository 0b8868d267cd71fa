# The ways into the build, thin over meson and ninja. `make` alone prints them. Everything made goes below build/.

PORT ?= 8080
SECONDS_EACH ?= 60

.PHONY: help build demo test lint format bench fuzz clean
.DEFAULT_GOAL := help

help: ## this list
	@echo 'hitomachi: make TARGET'
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  \1\t\2/p' $(firstword $(MAKEFILE_LIST)) | expand -t 12

build: ## installs what is missing and leaves the optimised program at build/hitomachi
	@tools/install-packages build
	@tools/configure build/release --buildtype=release -Db_ndebug=false -Dtests=false
	@tools/compile build/release
	@install -m 755 build/release/src/cli/hitomachi build/hitomachi
	@echo 'Built: build/hitomachi'

demo: build ## serves the sample city on http://127.0.0.1:8080 (PORT=... for another port)
	@tools/demo $(PORT)

test: ## installs what is missing and runs every test on SQLite and on PostgreSQL, under sanitizers
	@tools/install-packages test
	@CC=gcc tools/configure build/test -Db_sanitize=address,undefined
	@tools/compile build/test
	@CC=clang tools/configure build/clang -Dbench=true
	@tools/compile build/clang
	@tools/test build/test

lint: ## formatting, floors, source checks, cppcheck, clang-tidy, shellcheck
	@tools/install-packages test
	@CC=clang tools/configure build/clang -Dbench=true
	@tools/compile build/clang
	@tools/lint build/clang

format: ## puts all C files into the house's format
	@tools/install-packages test
	@tools/c-files | xargs clang-format -i

bench: ## imports, pages and searches beside a bare server, as ratios
	@tools/install-packages bench
	@tools/configure build/bench --buildtype=release -Db_ndebug=false -Dtests=false -Dbench=true
	@tools/compile build/bench
	@bench/run.py build/bench
	@bench/redline.py build/bench

fuzz: ## each fuzzer for a minute (SECONDS_EACH=...)
	@tools/install-packages test
	@CC=clang tools/configure build/fuzz -Db_sanitize=address,undefined -Db_lundef=false \
		-Dfuzzers=true -Dc_args=-fsanitize=fuzzer-no-link
	@tools/compile build/fuzz $(patsubst %.c,%,$(wildcard fuzz/fuzz_*.c))
	@tools/fuzz build/fuzz $(SECONDS_EACH)

clean: ## removes build/, the demo's database with it
	@rm -rf build
