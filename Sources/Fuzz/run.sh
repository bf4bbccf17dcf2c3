#!/usr/bin/env bash
# Fuzzes the reply decoders, classify and the decision:
#     Sources/Fuzz/run.sh [SECONDS] [libFuzzer options]
# Begins with every known failure (Tests/ClassRows), keeps its corpus in .build/fuzz/corpus, and ends
# with 0 where nothing was found; a crash leaves its input in .build/fuzz. Needs lld.
set -euo pipefail
cd "$(dirname "$0")/../.."
seconds=${1:-600}
shift || true
folder=.build/fuzz
mkdir -p "$folder/corpus" "$folder/seeds"
AUXQ_FUZZ=1 swift build -c release --product Fuzz --scratch-path "$folder/build"
program=$folder/build/release/Fuzz
# libFuzzer's first lines are written by --seeds too; only the files count.
"$program" --seeds "$folder/seeds"
SWIFT_BACKTRACE=enable=no "$program" "$folder/corpus" "$folder/seeds" \
  -max_total_time="$seconds" -max_len=16384 -rss_limit_mb=2048 -timeout=10 \
  -artifact_prefix="$folder/" -print_final_stats=1 "$@"
