# Sourced by every script of the project: where things are, and how a script speaks. It starts and installs nothing.
# shellcheck shell=bash

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root" || exit 1

# As cargo reads it, except that a relative CARGO_TARGET_DIR means relative to the repository.
target_dir=${CARGO_TARGET_DIR:-target}
case $target_dir in /*) ;; *) target_dir=$root/$target_dir ;; esac
export CARGO_TARGET_DIR=$target_dir

# Python environments: the real OCI SDK and command line, linters, and Terraform's plugin protocol, for the tests, the peers for the
# benchmark, pip for the demo; and the packages of Node.js that read and format HCL for the tests.
# The variables are used by the scripts that source this file.
# shellcheck disable=SC2034
{
  oci_venv=$target_dir/oci-venv
  lint_venv=$target_dir/lint-venv
  provider_venv=$target_dir/provider-venv
  bench_venv=$target_dir/bench-venv
  tools_venv=$target_dir/tools-venv
  demo_venv=$target_dir/demo-venv
  hcl_tools=$target_dir/hcl-tools
}

# say TEXT: one line for people, on stderr; stdout is for results.
say() { printf '%s: %s\n' "$(basename "$0")" "$*" >&2; }

# die TEXT: say it and end with a failure.
die() {
  say "error: $*"
  exit 1
}

# have COMMAND: whether it can be run.
have() { command -v "$1" >/dev/null 2>&1; }

# rust_host: the triple that cargo builds for by default, such as x86_64-unknown-linux-gnu.
rust_host() { rustc -vV | sed -n 's/^host: //p'; }

# function_binary: where build-function puts the deployed program.
function_binary() { printf '%s/%s/function/adit-function\n' "$target_dir" "$(rust_host)"; }

# postgres_bin: the directory with initdb, postgres, psql and pgbench. Debian keeps them off PATH, by version; the newest wins.
postgres_bin() {
  local server dir
  for server in $(printf '%s\n' /usr/lib/postgresql/*/bin/postgres | sort -rV) "$(command -v postgres || true)"; do
    dir=$(dirname "$server")
    if [ -x "$dir/postgres" ] && [ -x "$dir/initdb" ]; then
      printf '%s\n' "$dir"
      return 0
    fi
  done
  return 1
}

# pgbouncer_binary: Debian puts it in /usr/sbin, which is not on everyone's PATH.
pgbouncer_binary() { PATH=$PATH:/usr/sbin command -v pgbouncer; }
