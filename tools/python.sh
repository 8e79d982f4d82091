# Sourced by bin/run and bin/test: puts a Python 3.11 or newer into $python, or says what to do.
# The pins are made on 3.11, so it comes first. POTLUCK_PYTHON names another one.

python=
for candidate in "${POTLUCK_PYTHON:-}" python3.11 python3.12 python3.13 python3 python; do
  [ -n "$candidate" ] || continue
  if "$candidate" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' \
      >/dev/null 2>&1; then
    python=$candidate
    break
  fi
done
if [ -z "$python" ]; then
  echo "Potluck needs Python 3.11 or newer with its venv module, and found none on PATH." >&2
  echo "On Debian or Ubuntu:  apt-get install python3 python3-venv" >&2
  echo "Elsewhere, name one:  POTLUCK_PYTHON=/path/to/python3.11 $0" >&2
  exit 1
fi
