#!/usr/bin/env bash
# Runs a command, and prints at the end how long it took, and how much processor time the command and all processes
# started by it used: `bash scripts/timed.sh COMMAND...`. Ends with the command's exit code.

TIMEFORMAT='%R %U %S'
exec 3>&1 4>&2
figures="$({ time "$@" >&3 2>&4; } 2>&1)"
code=$?
read -r wall user system <<<"$figures"
awk -v wall="$wall" -v user="$user" -v kernel="$system" \
  'BEGIN { printf "%.0f s, and %.0f s of processor time\n", wall, user + kernel }'
exit "$code"
