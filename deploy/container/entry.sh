#!/bin/sh
# First process of the container. Passes signals on to Sluice, and waits for every process that others leave behind. Where Sluice dies while its
# HAProxy serves on, it is started again and finds that HAProxy: clients see nothing. Any other end is the container's, with Sluice's exit code.
set -u

case "${1:-run}" in
  run | sse | poll) ;;
  *) exec sluice "$@" ;;
esac

sluice=
stopping=

pass() {
  [ -z "$sluice" ] || kill -s "$1" "$sluice" 2>/dev/null
}

stop() {
  stopping=yes
  pass "$1"
}

trap 'stop TERM' TERM
trap 'stop INT' INT
trap 'pass HUP' HUP
trap 'pass USR1' USR1

# What Sluice starts HAProxy with. Read from standard input: as an argument grep would find itself.
haproxy_serves() {
  printf '%s' "${SLUICE_RUN_DIR:-/run/sluice}/master.sock,mode,600,level,admin" | grep -qsF -f - /proc/[0-9]*/cmdline
}

# Its exit code is in $code afterwards.
wait_for_sluice() {
  # A signal ends the wait, not Sluice. What has ended and was not waited for still counts as a process.
  wait "$sluice"
  code=$?
  while kill -0 "$sluice" 2>/dev/null; do
    wait "$sluice"
    code=$?
  done
  # It may have ended in the same moment that a signal came: asked again, the shell knows its own code, or nothing (127).
  wait "$sluice"
  last=$?
  [ "$last" -eq 127 ] || code=$last
}

while :; do
  sluice "$@" &
  sluice=$!
  # It came before there was anybody to pass it on to.
  [ -z "$stopping" ] || pass TERM
  wait_for_sluice
  if [ "$code" -eq 126 ]; then
    echo "node cannot be executed: as a program that may open ports below 1024 it needs --cap-add NET_BIND_SERVICE" >&2
  fi
  # 0: ended in good order. 2: the command line is wrong.
  if [ -n "$stopping" ] || [ "$code" -eq 0 ] || [ "$code" -eq 2 ] || ! haproxy_serves; then
    exit "$code"
  fi
  echo "sluice ended with exit code $code, HAProxy serves on: sluice is started again" >&2
  sleep 1
  [ -z "$stopping" ] || exit "$code"
done
