#!/usr/bin/env bash
# Runs the official conformance suite and inspector of the Model Context Protocol: tools/mcp_conformance.sh PROGRAM FOLDER
# FOLDER holds the packages of npm. Of the suite only scenarios that need no tools, prompts or resources made for it.
set -euo pipefail
program=$1 packages=$2/node_modules
cd "$(dirname "$0")/.."
folder=$(mktemp -d)
trap 'kill "${server:-}" 2> /dev/null || true; rm -rf "$folder"' EXIT
"$program" --index "$folder/index" index corpus > /dev/null 2>&1
"$program" --index "$folder/index" serve --mcp --port 0 --print-url --log off > "$folder/url" &
server=$!
until [ -s "$folder/url" ]; do sleep .1; done
url="$(head -n 1 "$folder/url")mcp"
for scenario in server-initialize ping tools-list dns-rebinding-protection; do
    if ! (cd "$folder" && "$packages/node/bin/node" "$packages/.bin/conformance" server --url "$url" \
        --scenario "$scenario") > "$folder/log" 2>&1; then
        cat "$folder/log" && exit 1
    fi
    echo "conformance: $scenario"
done
inspect() { "$packages/node/bin/node" "$packages/.bin/mcp-inspector" --cli "$@"; }
id=2017-10-16_japan-asean-information-security-policy-meeting-10.txt
for way in "$program --index $folder/index mcp" "$url --transport http"; do
    inspect $way --method tools/list > "$folder/tools"
    for call in "search query=情報共有" "fetch id=$id" "facets query=情報共有" "kwic query=情報共有" "timeline query=情報共有" series \
        "verify_quote quote=継続的に実施することで一致しました" "cite id=$id" about; do
        read -r name argument <<< "$call"
        inspect $way --method tools/call --tool-name "$name" ${argument:+--tool-arg "$argument"} > "$folder/answer"
        grep -q '"structuredContent"' "$folder/answer" && grep -q '"isError": false' "$folder/answer" \
            || { cat "$folder/answer" && exit 1; }
    done
    echo "inspector: $(grep -c '"inputSchema"' "$folder/tools") tools by ${way%% *}"
done
