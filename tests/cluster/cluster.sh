#!/usr/bin/env bash
# Starts and stops three OpenSearch nodes on 127.0.0.1 for the tests of the engine over a cluster.
#   cluster.sh install | start | stop | kill N | restart N | restart-all | urls
# It installs Java and Maven where they lack, and takes OpenSearch from Maven's artifacts (pom.xml).
# FUMIKURA_CLUSTER_WORK: folder of jars, data and logs (default: target/cluster).
# FUMIKURA_CLUSTER_PORT: first of three HTTP ports (default: 19201; the nodes talk on the ports 100 above).
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
work=${FUMIKURA_CLUSTER_WORK:-$here/../../target/cluster}
port=${FUMIKURA_CLUSTER_PORT:-19201}
mkdir -p "$work"
work=$(cd "$work" && pwd)

urls() { echo "http://127.0.0.1:$port,http://127.0.0.1:$((port + 1)),http://127.0.0.1:$((port + 2))"; }

install() {
    local missing=() sudo=
    command -v javac > /dev/null || missing+=(openjdk-17-jdk-headless)
    command -v mvn > /dev/null || missing+=(maven)
    command -v curl > /dev/null || missing+=(curl)
    [ "$(id -u)" = 0 ] || sudo=sudo
    if [ ${#missing[@]} -gt 0 ]; then
        $sudo apt-get update -qq
        $sudo apt-get install -y -qq "${missing[@]}"
    fi
    # The jars belong to one pom: a changed one fetches them again.
    if ! cmp -s "$here/pom.xml" "$work/pom.xml"; then
        rm -rf "$work/lib"
        mvn -q -B -f "$here/pom.xml" dependency:copy-dependencies "-DoutputDirectory=$work/lib"
        cp "$here/pom.xml" "$work/pom.xml"
    fi
    javac -nowarn -proc:none -cp "$work/lib/*" -d "$work/classes" "$here/Cluster.java"
}

node() {
    local n=$1 folder=$work/node$1
    mkdir -p "$folder"
    # setsid: the node outlives the shell that started it, and holds none of its files.
    (
        for fd in /proc/self/fd/*; do
            fd=${fd##*/}
            [ "$fd" -le 2 ] || eval "exec $fd>&-"
        done
        exec setsid java -Xms512m -Xmx512m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 \
            -Dopensearch.set.netty.runtime.available.processors=false -Dlog4j2.disable.jmx=true \
            -Dlog4j.configurationFile="$here/log4j2.properties" -cp "$work/classes:$work/lib/*" \
            Cluster "node$n" $((port + n - 1)) $((port + n + 99)) "$folder" \
            "$((port + 100)),$((port + 101)),$((port + 102))"
    ) > "$folder/log" 2>&1 < /dev/null &
    echo $! > "$folder/pid"
}

is_running() { [ -f "$work/node$1/pid" ] && kill -0 "$(cat "$work/node$1/pid")" 2> /dev/null; }

wait_green() {
    for _ in $(seq 120); do
        for n in 0 1 2; do
            curl -fsS -m 5 "http://127.0.0.1:$((port + n))/_cluster/health?wait_for_nodes=3&wait_for_status=green&timeout=2s" \
                > "$work/health" 2> /dev/null && return 0
        done
        sleep 1
    done
    echo "the cluster is not green after two minutes; see $work/node1/log" >&2
    return 1
}

end() {
    local n=$1 signal=$2
    is_running "$n" || return 0
    kill "-$signal" "$(cat "$work/node$n/pid")"
    for _ in $(seq 100); do is_running "$n" || return 0; sleep 0.2; done
    kill -KILL "$(cat "$work/node$n/pid")" 2> /dev/null || true
}

case ${1:-} in
install) install ;;
start)
    install
    for n in 1 2 3; do is_running $n || { rm -rf "$work/node$n"; node $n; }; done
    wait_green
    urls
    ;;
stop) for n in 1 2 3; do end $n TERM; done ;;
kill) end "$2" KILL ;;
restart) is_running "$2" || node "$2"; wait_green ;;
restart-all)
    for n in 1 2 3; do end $n KILL; done
    for n in 1 2 3; do node $n; done
    wait_green
    ;;
urls) urls ;;
*) echo "usage: cluster.sh start | stop | kill N | restart N | restart-all | urls" >&2; exit 2 ;;
esac
