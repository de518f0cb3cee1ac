#!/usr/bin/env bash
# dist.sh PROGRAM FOLDER: packages a static program into FOLDER: an archive, a Debian package, an SBOM, and their checksums.
# The archive has fixed names, owners and times; only the SBOM in it names the time at which it was made.
set -euo pipefail
program=$1 folder=$2
version=$(sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -1)
machine=$(uname -m)
name=fumikura-$version-$machine-linux
# The time of the files in the archive: that of the commit, where there is one.
export SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2> /dev/null || date +%s)}

if readelf -l "$program" | grep -q 'Requesting program interpreter'; then
    echo "dist.sh: $program is not static" >&2
    exit 1
fi
rm -rf "$folder"
root=$folder/root
mkdir -p "$root"/{completions,doc/docs}
install -m 755 "$program" "$root/fumikura"
strip "$root/fumikura"
# Written by the program itself, so that they cannot differ from it.
"$root/fumikura" completions bash > "$root/completions/fumikura.bash"
"$root/fumikura" completions zsh > "$root/completions/_fumikura"
"$root/fumikura" completions fish > "$root/completions/fumikura.fish"
"$root/fumikura" man --to "$root/man"
"$root/fumikura" man --language ja --to "$root/man/ja"
cp README.md README.ja.md CHANGELOG.md CITATION.cff NOTICE LICENSE-APACHE LICENSE-MIT "$root/doc/"
cp docs/*.md docs/page.png "$root/doc/docs/"

cargo sbom --output-format cyclone_dx_json_1_6 > "$folder/$name.cdx.json"
cp "$folder/$name.cdx.json" "$root/doc/sbom.cdx.json"
cp -r packaging "$root/packaging"

tar --sort=name --owner=0 --group=0 --numeric-owner --mtime="@$SOURCE_DATE_EPOCH" --transform "s,^root,$name," \
    -C "$folder" -cf - root | gzip -9n > "$folder/$name.tar.gz"
cargo deb --no-build --no-strip --output "$folder/"
(cd "$folder" && sha256sum ./*.tar.gz ./*.deb ./*.cdx.json > SHA256SUMS)
ls -l "$folder"
