#ifndef CSYSTEM_SHIM_H
#define CSYSTEM_SHIM_H

// Linux calls that Swift's Glibc module cannot reach: variadic ones, macros, mutable globals, GNU
// extensions and headers that it leaves out.

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

extern char **environ;

/// Forbids core dumps and ptrace by other users' processes. `prctl` is variadic, so Swift cannot
/// call it. Returns 0, or -1 with errno set.
static inline int csystem_forbid_dumps(void) { return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0); }

/// 1 when the process may be dumped, 0 when not. For tests.
static inline int csystem_is_dumpable(void) { return prctl(PR_GET_DUMPABLE, 0, 0, 0, 0); }

/// The environment. `environ` itself is a mutable global, which Swift 6 does not let through.
static inline char *const *csystem_environment(void) { return environ; }

/// `getrandom` by number, so that no header of glibc decides. Returns bytes written, or -1.
static inline long csystem_random(void *buffer, size_t size) {
  return syscall(SYS_getrandom, buffer, size, 0);
}

/// A descriptor that becomes readable when the process ends; -1 on old kernels. Closed on exec.
static inline int csystem_open_process(pid_t pid) {
#ifdef SYS_pidfd_open
  return (int)syscall(SYS_pidfd_open, pid, 0);
#else
  errno = ENOSYS;
  return -1;
#endif
}

/// A pipe whose ends are closed on exec from the first moment. A GNU extension.
extern int pipe2(int ends[2], int flags);
static inline int csystem_pipe(int *ends) { return pipe2(ends, O_CLOEXEC); }

/// Names the calling thread; at most 15 bytes. A GNU extension.
extern int pthread_setname_np(pthread_t thread, const char *name);
static inline int csystem_name_thread(const char *name) {
  return pthread_setname_np(pthread_self(), name);
}

/// Ignores a signal. `SIG_IGN` is a cast macro that Swift does not import.
static inline int csystem_ignore_signal(int number) {
  struct sigaction action = {0};
  action.sa_handler = SIG_IGN;
  sigemptyset(&action.sa_mask);
  return sigaction(number, &action, 0);
}

/// Resource limits: glibc's enumeration makes the constants awkward to pass from Swift.
static inline int csystem_forbid_core(void) {
  struct rlimit none = {0, 0};
  return setrlimit(RLIMIT_CORE, &none);
}

/// Raises the soft limit of open files to the hard one, at most to `wanted`. Returns the new limit,
/// or -1 with errno set.
static inline long csystem_raise_open_files(long wanted) {
  struct rlimit limit;
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return -1;
  rlim_t target = limit.rlim_max < (rlim_t)wanted ? limit.rlim_max : (rlim_t)wanted;
  if (limit.rlim_cur < target) {
    limit.rlim_cur = target;
    if (setrlimit(RLIMIT_NOFILE, &limit) != 0) return -1;
  }
  return (long)limit.rlim_cur;
}

/// Starts `/bin/sh -c command` in a process group of its own: standard input from /dev/null, output
/// and errors to the two descriptors, default signals, no other descriptor. The attribute calls are
/// many and all fail the same way, so they are one function here. Returns 0 or an errno value.
extern int posix_spawn_file_actions_addclosefrom_np(posix_spawn_file_actions_t *actions, int from);
static inline int csystem_spawn_shell(
    const char *command, char *const *environment, int output, int errors, pid_t *pid) {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  sigset_t none, all;
  int result = posix_spawn_file_actions_init(&actions);
  if (result != 0) return result;
  result = posix_spawnattr_init(&attributes);
  if (result != 0) {
    posix_spawn_file_actions_destroy(&actions);
    return result;
  }
  sigemptyset(&none);
  sigfillset(&all);
  const char *arguments[] = {"sh", "-c", command, NULL};
  if ((result = posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)) == 0 &&
      (result = posix_spawn_file_actions_adddup2(&actions, output, 1)) == 0 &&
      (result = posix_spawn_file_actions_adddup2(&actions, errors, 2)) == 0 &&
      (result = posix_spawn_file_actions_addclosefrom_np(&actions, 3)) == 0 &&
      (result = posix_spawnattr_setpgroup(&attributes, 0)) == 0 &&
      (result = posix_spawnattr_setsigmask(&attributes, &none)) == 0 &&
      (result = posix_spawnattr_setsigdefault(&attributes, &all)) == 0 &&
      (result = posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP |
           POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF)) == 0) {
    result = posix_spawn(
        pid, "/bin/sh", &actions, &attributes, (char *const *)arguments, environment);
  }
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  return result;
}

#endif
