#!/usr/bin/env bash
# The one list of Debian packages that the tests need, and their installation where it is possible.
#   debian-packages.sh           installs what is missing (root only)
#   debian-packages.sh --missing prints what is missing, one per line, and changes nothing
# Ends with status 3 where it may not install. Releases since trixie name some libraries with the suffix t64.
set -euo pipefail

packages=(
  chromium            # the interface in a browser
  xvfb xauth          # a display for Electron where there is none
  libgtk-3-0 libnss3 libasound2 libgbm1   # what Electron links to
  fonts-dejavu-core   # screenshots with letters in them
  iproute2            # two network namespaces and a bridge
  poppler-utils       # another program’s picture of the same PDF pages
)

installed() { [[ $(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null) == installed ]]; }

missing=()
for package in "${packages[@]}"; do
  installed "$package" || installed "${package}t64" || missing+=("$package")
done

if [[ ${1:-} == --missing ]]; then
  ((${#missing[@]})) && printf '%s\n' "${missing[@]}"
  exit 0
fi
((${#missing[@]})) || exit 0
if [[ $(id -u) != 0 ]]; then
  echo "Missing: ${missing[*]}. Install them with: sudo $0" >&2
  exit 3
fi

export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
names=()
for package in "${missing[@]}"; do
  if apt-cache show "${package}t64" >/dev/null 2>&1; then names+=("${package}t64"); else names+=("$package"); fi
done
apt-get install -y -qq --no-install-recommends "${names[@]}"
