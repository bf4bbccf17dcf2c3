import Glibc
import Platform

// Kills processes of the queue, thousands of times, and looks afterwards for what was lost.
//
//     swift build -c release --product KillTest && swift build -c release --product auxq
//     .build/release/KillTest --kills 10000
//
// `--folder DIR` (default: a new one under TMPDIR), `--seed N`, `--at-once N` (processes; 8),
// `--auxq PERCENT` (share of real `auxq` processes; 5), `--json`; `--planted-bug` lets finishes
// pass without the token check (debug builds), which must be found. Exit 0: nothing was lost or
// accepted twice; 1: something was.

exit(KillTestProgram.run(Array(CommandLine.arguments.dropFirst())))
