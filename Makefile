# Needs npm and any Node from 20 on; the Node that Alyx runs on comes with `npm ci`.
SOURCES := $(shell find src -type f) tsconfig.json tsconfig.build.json $(wildcard scripts/build*.mjs)
INSTALLED := node_modules/.package-lock.json

# Half a build must not be taken for a whole one.
.DELETE_ON_ERROR:

.PHONY: run build test torture test-browser lint generate bench bench-readme clean

run: build
	npm start --silent

build: dist/main.js

test: build
	npm test --silent -- $(VITEST_ARGS)

# Needs Chromium: apt-get install chromium
test-browser: build
	npm run test:browser --silent -- $(VITEST_ARGS)

# The long form of the reliability tests; ALYX_TEST_SEED=N tries a run again, ALYX_TEST_KILLS=N sets its length.
torture: build
	ALYX_TORTURE=1 npm test --silent -- test/reliability $(VITEST_ARGS)

lint: $(INSTALLED)
	npm run lint --silent

generate: build
	npm run generate --silent

bench: build bench/node_modules/.package-lock.json
	npm run bench --silent -- $(BENCH_ARGS)

# Puts the last run into the README.
bench-readme: $(INSTALLED)
	npm run bench:readme --silent

clean:
	rm -rf dist coverage

$(INSTALLED): package.json package-lock.json
	npm ci --no-audit --no-fund --loglevel=error
	@touch $@

bench/node_modules/.package-lock.json: bench/package.json bench/package-lock.json
	npm ci --prefix bench --no-audit --no-fund --loglevel=error
	@touch $@

dist/main.js: $(INSTALLED) $(SOURCES)
	npm run build --silent
