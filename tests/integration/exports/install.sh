#!/bin/sh
# install.sh SOURCE TARGET: installs what SOURCE/package-lock.json names into TARGET/node_modules, unless it is there.
set -eu
for tool in node npm; do
  command -v "$tool" >/dev/null || { echo "$tool is missing: install Node.js 18 or later" >&2; exit 1; }
done
cd "$2"
cmp -s "$1/package-lock.json" installed-lock.json && exit 0
cp "$1/package.json" "$1/package-lock.json" .
npm ci --no-audit --no-fund --loglevel=error
cp package-lock.json installed-lock.json
