#!/usr/bin/env bash
# Takes a picture of the page of results over corpus/: tools/picture.sh PROGRAM FILE.png
set -euo pipefail
program=$1 file=$(realpath "$2")
cd "$(dirname "$0")/.."
folder=$(mktemp -d)
trap 'kill "${server:-}" 2> /dev/null || true; rm -rf "$folder"' EXIT
"$program" --index "$folder/index" index corpus > /dev/null
"$program" --index "$folder/index" serve --port 0 --print-url --log off > "$folder/url" &
server=$!
until [ -s "$folder/url" ]; do sleep .1; done
page="$(head -n 1 "$folder/url")search?q=情報共有&lang=ja"
chromium --headless=new --no-sandbox --disable-gpu --hide-scrollbars --disable-background-networking \
    --user-data-dir="$folder/profile" --window-size=1280,1000 --screenshot="$file" "$page" > /dev/null 2>&1
! command -v pngquant > /dev/null || pngquant --force --ext .png 128 "$file"
[ -s "$file" ] && echo "$file: $(wc -c < "$file") bytes"
