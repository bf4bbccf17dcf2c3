#ifndef CSYSTEM_SHIM_H
#define CSYSTEM_SHIM_H

// Linux calls that Swift's Glibc module cannot reach: variadic ones, macros, mutable globals, GNU
// extensions and headers that it leaves out.

#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stddef.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#include "sha256.h"

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

/// Has the C library take memory from the system, and give it back, in larger steps; as it is, an arena
/// grows by a page at a time. One such setting turns off how it adapts the others by itself.
static inline void csystem_take_memory_in_steps(void) {
  mallopt(M_TOP_PAD, 256 << 10);
  mallopt(M_TRIM_THRESHOLD, 1 << 20);
  mallopt(M_MMAP_THRESHOLD, 1 << 20);
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

/// Datagram sockets with a path. Addresses are casts of structures that Swift cannot write down.
static inline int csystem_bell_address(const char *path, struct sockaddr_un *address) {
  memset(address, 0, sizeof *address);
  address->sun_family = AF_UNIX;
  if (strlen(path) >= sizeof address->sun_path) return -1;
  strcpy(address->sun_path, path);
  return 0;
}

/// A socket that listens at a path; -1 with errno set.
static inline int csystem_open_bell(const char *path) {
  struct sockaddr_un address;
  if (csystem_bell_address(path, &address) != 0) {
    errno = ENAMETOOLONG;
    return -1;
  }
  int bell = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (bell < 0) return -1;
  if (bind(bell, (struct sockaddr *)&address, sizeof address) != 0) {
    int failure = errno;
    close(bell);
    errno = failure;
    return -1;
  }
  return bell;
}

/// A socket to ring from; -1 with errno set.
static inline int csystem_open_ringer(void) {
  return socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
}

/// Sends one byte. Returns 0 or an errno value.
static inline int csystem_ring(int ringer, const char *path, unsigned char byte) {
  struct sockaddr_un address;
  if (csystem_bell_address(path, &address) != 0) return ENAMETOOLONG;
  long sent = sendto(ringer, &byte, 1, MSG_DONTWAIT | MSG_NOSIGNAL, (struct sockaddr *)&address,
                     sizeof address);
  return sent == 1 ? 0 : errno;
}

/// Takes one byte that was sent; -1 when there is none.
static inline int csystem_take_ring(int bell) {
  unsigned char byte;
  return recv(bell, &byte, 1, MSG_DONTWAIT) == 1 ? byte : -1;
}

/// Watches of files: glibc's headers for these are not in Swift's module.
static inline int csystem_open_watch(void) { return inotify_init1(IN_NONBLOCK | IN_CLOEXEC); }

/// Tells of writes to a file, and of its end. Returns a watch, or -1 with errno set.
static inline int csystem_watch_writes(int watch, const char *path) {
  return inotify_add_watch(watch, path, IN_MODIFY | IN_DELETE_SELF | IN_MOVE_SELF);
}

/// Takes what was told: 1 writes only, 2 the file is gone, 0 nothing. What comes meanwhile is left for the
/// next call: while somebody writes there would be no end.
static inline int csystem_take_writes(int watch) {
  char buffer[4096] __attribute__((aligned(__alignof__(struct inotify_event))));
  int found = 0;
  for (;;) {
    long count = read(watch, buffer, sizeof buffer);
    if (count <= 0) return found;
    for (char *at = buffer; at < buffer + count;) {
      struct inotify_event *event = (struct inotify_event *)at;
      int isGone = (event->mask & (IN_DELETE_SELF | IN_MOVE_SELF | IN_IGNORED)) != 0;
      if (isGone) found = 2;
      if (found == 0) found = 1;
      at += sizeof(struct inotify_event) + event->len;
    }
    if (count < (long)sizeof buffer / 2) return found;
  }
}

/// A descriptor by which one thread wakes another; -1 with errno set.
static inline int csystem_open_event(void) { return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }

#endif
