#!/usr/bin/env bash
# Finds a Python that is new enough and hands over to bootstrap.py; see docs/decisions/0008.
# A Python is only believed after it has run: on Windows `python3` may be a link to the store.
set -euo pipefail

folder=$(dirname -- "${BASH_SOURCE[0]}")
new_enough='import sys; sys.exit(sys.version_info < (3, 11))'

for python in \
  "${pythonLocation:+$pythonLocation/bin/python3}" \
  "${pythonLocation:+$pythonLocation/python}" \
  python3 python python3.14 python3.13 python3.12 python3.11; do
  if [ -n "$python" ] && "$python" -I -c "$new_enough" >/dev/null 2>&1; then
    exec "$python" -I -X utf8 "$folder/bootstrap.py"
  fi
done

echo '::error title=App Store gate::No Python 3.11 or newer is on this runner. Put actions/setup-python before this step.'
exit 2
