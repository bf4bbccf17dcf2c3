#ifndef CSYSTEM_SHIM_H
#define CSYSTEM_SHIM_H

// Linux calls that Swift's Glibc module cannot reach: variadic ones, and headers it leaves out.

#include <sys/prctl.h>

/// Forbids core dumps and ptrace by other users' processes. `prctl` is variadic, so Swift cannot
/// call it. Returns 0, or -1 with errno set.
static inline int csystem_forbid_dumps(void) { return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0); }

#endif
