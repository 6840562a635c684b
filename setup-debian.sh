#!/usr/bin/env bash
# Installs the Debian/Ubuntu packages the product uses; does nothing where they are all there already.
set -euo pipefail
packages=(python3-venv make libreoffice-writer-nogui libreoffice-calc-nogui poppler-utils fonts-noto-cjk chromium)
commands=(soffice pdftoppm chromium make)
missing=0
for c in "${commands[@]}"; do command -v "$c" >/dev/null || missing=1; done
fc-list 2>/dev/null | grep -q "Noto Sans CJK" || missing=1
[ "$missing" = 0 ] && exit 0
sudo=""
[ "$(id -u)" = 0 ] || sudo="sudo"
$sudo apt-get update -qq
DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq --no-install-recommends "${packages[@]}" >/dev/null
