# Two commands: `make up` starts everything and shows a call, `make test` runs everything. `make help` lists the rest.
# What is missing is installed first, and only that: a second run takes seconds and needs no network.

SHELL := /bin/bash
.SHELLFLAGS := -eo pipefail -c

PYTHON ?= python3
NAME ?= main
NUMBER ?= 100
KEYS ?= p w2 1 p 4567\# p 1
APT := ca-certificates debootstrap espeak-ng libespeak-ng1 sip-tester
PIP := .venv/bin/python -m pip --disable-pip-version-check install --progress-bar off
TELL := sed -n 's/^Collecting \([^ ]*\).*/  \1/p'
PINS := .ci/build-requirements.txt requirements-dev.txt
STAMP := .venv/.installed-$(shell (cat $(PINS); sed -n '1,/^\[tool\.ruff/p' pyproject.toml) | cksum | tr ' ' '-')
FAST := -n 3 -m "not live and not bench and not slow"

.PHONY: help up down test check bench install packages venv root pins clean
.NOTPARALLEL:

help:
	@echo "make up      install what is missing, start Asterisk, the phones and the service, and place a call"
	@echo "make down    stop what make up started"
	@echo "make test    install what is missing and run every test, calls on a real Asterisk included"
	@echo "make check   the fast part: style, types, import rules, tests without Asterisk"
	@echo "make bench   measure (docs/performance.md says what)"
	@echo "make pins    choose the newest versions again (requirements*.txt)"
	@echo "make clean   delete what was installed here: .venv and .lab"

up: install
	@.venv/bin/ivr lab up --lab $(NAME)
	@echo "" && echo "A call to $(NUMBER), keys: $(KEYS)" && echo ""
	@.venv/bin/ivr lab call $(NUMBER) --lab $(NAME) --press "$(KEYS)" --name "Ann Lee" || echo "That call did not go as it should; the lab is up all the same."
	@echo "" && .venv/bin/ivr lab status --lab $(NAME)
	@echo "" && echo "Place calls: .venv/bin/ivr lab call 100 --press \"w3 1\"     Stop: make down"

down:
	@if [ -x .venv/bin/ivr ]; then .venv/bin/ivr lab down --lab $(NAME); else echo "no lab is up"; fi

# Calls on a real Asterisk come one after the other, with the machine to themselves: what is heard depends on it.
test: install
	@.venv/bin/python -m pytest -n 2 -m "not live"
	@.venv/bin/python -m pytest -m live

check: venv
	@.venv/bin/ruff check . && .venv/bin/ruff format --check -q .
	@.venv/bin/mypy
	@.venv/bin/lint-imports
	@.venv/bin/python -m pytest $(FAST)

bench: install
	@for program in bench/[a-z]*.py; do \
	  case $$program in *_*.py) continue;; esac; \
	  name=$$(basename $$program .py); echo "--- $$name"; .venv/bin/python -m bench.$$name || exit 1; \
	done

install: packages venv root

venv: $(STAMP)

# System packages: asked for by name, so that nothing is fetched when all are there.
packages:
	@missing=""; \
	for package in $(APT); do \
	  dpkg-query -W -f='$${Status}' $$package 2>/dev/null | grep -q 'install ok installed' || missing="$$missing $$package"; \
	done; \
	$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || missing="$$missing python3 python3-venv"; \
	if [ -z "$$missing" ]; then exit 0; fi; \
	echo "installing system packages:$$missing"; \
	if [ "$$(id -u)" != 0 ]; then echo "that needs root: apt-get install$$missing" >&2; exit 1; fi; \
	export DEBIAN_FRONTEND=noninteractive; \
	apt-get update -qq && apt-get install -y -qq --no-install-recommends $$missing >/dev/null

$(STAMP): | packages
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed, not " + sys.version) if sys.version_info < (3, 11) else 0'
	@.venv/bin/python -c '' 2>/dev/null || { echo "making a virtual environment in .venv"; rm -rf .venv; $(PYTHON) -m venv .venv; }
	@echo "installing pinned Python packages"
	@$(PIP) --require-hashes -r .ci/build-requirements.txt | $(TELL)
	@$(PIP) --require-hashes --no-build-isolation -r requirements-dev.txt | $(TELL)
	@$(PIP) -qq --no-deps --no-build-isolation -e .
	@rm -f .venv/.installed-* && touch $(STAMP)

root: venv
	@.venv/bin/ivr lab build

# Neither an index nor a link may get into the files, so they are right whatever mirror is used here.
pins: venv
	@$(PIP) -q pip-tools
	@unset PIP_FIND_LINKS; set -e; \
	compile=".venv/bin/pip-compile -q --no-header --upgrade --generate-hashes --allow-unsafe --strip-extras \
	  --no-emit-index-url --no-emit-find-links --no-emit-trusted-host"; \
	$$compile -o .ci/build-requirements.txt .ci/build-requirements.in; \
	$$compile -o requirements.txt pyproject.toml; \
	$$compile -c requirements.txt --extra dev -o requirements-dev.txt pyproject.toml

clean: down
	@rm -rf .venv .lab
