#ifndef CCURL_SHIM_H
#define CCURL_SHIM_H

// libcurl as Swift can call it. Two reasons for a shim: Swift cannot call variadic functions, and
// its Glibc module leaves out <sys/epoll.h> and <sys/eventfd.h>, which the event loop needs.

// The type-checking macros need a constant option; these functions carry the type in their name.
#define CURL_DISABLE_TYPECHECK
#include <curl/curl.h>

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdint.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

// Options of a transfer. curl_easy_setopt is variadic.

/// Numbers and flags: curl reads a `long` from the variadic arguments.
static inline CURLcode ccurl_set_long(CURL *easy, CURLoption option, long value) {
  return curl_easy_setopt(easy, option, value);
}

/// Options ending in _LARGE: curl reads a `curl_off_t`.
static inline CURLcode ccurl_set_offset(CURL *easy, CURLoption option, curl_off_t value) {
  return curl_easy_setopt(easy, option, value);
}

/// Text that curl copies; NULL restores the default.
static inline CURLcode ccurl_set_string(CURL *easy, CURLoption option, const char *value) {
  return curl_easy_setopt(easy, option, value);
}

/// Data that curl borrows and callback contexts: they must live as long as the handle uses them.
static inline CURLcode ccurl_set_pointer(CURL *easy, CURLoption option, const void *value) {
  return curl_easy_setopt(easy, option, value);
}

/// A header list that curl borrows for the transfer.
static inline CURLcode ccurl_set_list(CURL *easy, CURLoption option, struct curl_slist *value) {
  return curl_easy_setopt(easy, option, value);
}

/// WRITEFUNCTION and HEADERFUNCTION: a Swift function becomes a C pointer only by a typed parameter.
static inline CURLcode ccurl_set_write(CURL *easy, CURLoption option, curl_write_callback call) {
  return curl_easy_setopt(easy, option, call);
}

/// PREREQFUNCTION: as above, with its own signature.
static inline CURLcode ccurl_set_prerequest(CURL *easy, curl_prereq_callback call) {
  return curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, call);
}

/// OPENSOCKETFUNCTION: as above.
static inline CURLcode ccurl_set_open_socket(CURL *easy, curl_opensocket_callback call) {
  return curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, call);
}

/// CLOSESOCKETFUNCTION: as above.
static inline CURLcode ccurl_set_close_socket(CURL *easy, curl_closesocket_callback call) {
  return curl_easy_setopt(easy, CURLOPT_CLOSESOCKETFUNCTION, call);
}

// Facts about a transfer. curl_easy_getinfo is variadic.

/// Facts of type `long`; 0 when curl does not know.
static inline long ccurl_get_long(CURL *easy, CURLINFO info) {
  long value = 0;
  return curl_easy_getinfo(easy, info, &value) == CURLE_OK ? value : 0;
}

/// Facts ending in _T; -1 when curl does not know.
static inline curl_off_t ccurl_get_offset(CURL *easy, CURLINFO info) {
  curl_off_t value = -1;
  return curl_easy_getinfo(easy, info, &value) == CURLE_OK ? value : -1;
}

/// Text owned by curl, valid until the next transfer; NULL when there is none.
static inline const char *ccurl_get_string(CURL *easy, CURLINFO info) {
  char *value = NULL;
  return curl_easy_getinfo(easy, info, &value) == CURLE_OK ? value : NULL;
}

/// What was given as CURLOPT_PRIVATE.
static inline void *ccurl_get_private(CURL *easy) {
  char *value = NULL;
  return curl_easy_getinfo(easy, CURLINFO_PRIVATE, &value) == CURLE_OK ? value : NULL;
}

// The multi handle. curl_multi_setopt is variadic.

/// Numbers of the multi handle.
static inline CURLMcode ccurl_multi_set_long(CURLM *multi, CURLMoption option, long value) {
  return curl_multi_setopt(multi, option, value);
}

/// Tells which sockets to watch.
static inline CURLMcode ccurl_multi_set_socket(
  CURLM *multi, curl_socket_callback call, void *context) {
  CURLMcode code = curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, call);
  return code ? code : curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, context);
}

/// Tells when curl wants to be called without an event.
static inline CURLMcode ccurl_multi_set_timer(
  CURLM *multi, curl_multi_timer_callback call, void *context) {
  CURLMcode code = curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, call);
  return code ? code : curl_multi_setopt(multi, CURLMOPT_TIMERDATA, context);
}

/// Next finished transfer: 1, or 0 when there is none. Swift would have to read a C union.
static inline int ccurl_next_done(CURLM *multi, CURL **easy, CURLcode *result) {
  int left = 0;
  CURLMsg *message;
  while ((message = curl_multi_info_read(multi, &left))) {
    if (message->msg != CURLMSG_DONE) continue;
    *easy = message->easy_handle;
    *result = message->data.result;
    return 1;
  }
  return 0;
}

// Sockets.

/// Whether an address that curl is about to connect to is loopback. The storage behind `addr` is
/// larger than its Swift type, so Swift cannot look into it.
static inline int ccurl_is_loopback(const struct curl_sockaddr *address) {
  const struct sockaddr *any = &address->addr;
  if (any->sa_family == AF_INET) {
    return (ntohl(((const struct sockaddr_in *)any)->sin_addr.s_addr) >> 24) == 127;
  }
  if (any->sa_family == AF_INET6) {
    const struct in6_addr *six = &((const struct sockaddr_in6 *)any)->sin6_addr;
    return IN6_IS_ADDR_LOOPBACK(six) || (IN6_IS_ADDR_V4MAPPED(six) && six->s6_addr[12] == 127);
  }
  return 0;
}

/// An address as text, for example `10.0.0.1`; empty for other families.
static inline void ccurl_address_text(const struct curl_sockaddr *address, char *out, int size) {
  const struct sockaddr *any = &address->addr;
  out[0] = 0;
  if (any->sa_family == AF_INET) {
    inet_ntop(AF_INET, &((const struct sockaddr_in *)any)->sin_addr, out, (socklen_t)size);
  } else if (any->sa_family == AF_INET6) {
    inet_ntop(AF_INET6, &((const struct sockaddr_in6 *)any)->sin6_addr, out, (socklen_t)size);
  }
}

/// Local port of a socket, 0 when unknown. Swift would have to rebind sockaddr_storage.
static inline int ccurl_local_port(int socket) {
  struct sockaddr_storage name;
  socklen_t size = sizeof name;
  if (getsockname(socket, (struct sockaddr *)&name, &size)) return 0;
  if (name.ss_family == AF_INET) return ntohs(((struct sockaddr_in *)&name)->sin_port);
  if (name.ss_family == AF_INET6) return ntohs(((struct sockaddr_in6 *)&name)->sin6_port);
  return 0;
}

/// What the kernel knows about a TCP connection. <netinet/tcp.h> lacks the byte counter and clashes
/// with <linux/tcp.h>; the offsets are kernel ABI (state 0, tcpi_bytes_acked 120).
static inline int ccurl_tcp_state(int socket, int *state, uint64_t *acknowledged) {
  unsigned char info[256];
  socklen_t size = sizeof info;
  memset(info, 0, sizeof info);
  if (getsockopt(socket, IPPROTO_TCP, 11 /* TCP_INFO */, info, &size) || size < 128) return -1;
  *state = info[0];
  memcpy(acknowledged, info + 120, sizeof *acknowledged);
  return 0;
}

// Waiting for many sockets.

/// One ready socket, without the union and the packing of struct epoll_event.
struct ccurl_event {
  int socket;
  unsigned ready;
};

enum { CCURL_READ = EPOLLIN, CCURL_WRITE = EPOLLOUT };

/// A new epoll set, or -1.
static inline int ccurl_epoll(void) { return epoll_create1(EPOLL_CLOEXEC); }

/// A new non-blocking eventfd, or -1.
static inline int ccurl_eventfd(void) { return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }

/// Watches a socket for `events`, whether it was watched before or not.
static inline int ccurl_epoll_watch(int set, int socket, unsigned events, int isNew) {
  struct epoll_event event = {.events = events, .data = {.fd = socket}};
  int first = isNew ? EPOLL_CTL_ADD : EPOLL_CTL_MOD;
  if (epoll_ctl(set, first, socket, &event) == 0) return 0;
  if (errno != EEXIST && errno != ENOENT) return -1;
  return epoll_ctl(set, isNew ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, socket, &event);
}

/// Stops watching. A socket that is closed already is none of our business any more.
static inline void ccurl_epoll_forget(int set, int socket) {
  struct epoll_event event = {0};
  epoll_ctl(set, EPOLL_CTL_DEL, socket, &event);
}

/// Waits up to `timeout` ms (-1: without limit) for at most 64 events; returns their number, 0 when
/// interrupted.
static inline int ccurl_epoll_wait(int set, struct ccurl_event *out, int timeout) {
  struct epoll_event events[64];
  int count = epoll_wait(set, events, 64, timeout);
  if (count < 0) return 0;
  for (int i = 0; i < count; i++) {
    out[i].socket = events[i].data.fd;
    out[i].ready = events[i].events;
  }
  return count;
}

/// The CURL_CSELECT mask of what epoll reported. A hang-up is readable: curl must read the end.
static inline int ccurl_ready_mask(unsigned ready) {
  return (ready & (EPOLLIN | EPOLLHUP | EPOLLRDHUP) ? CURL_CSELECT_IN : 0) |
    (ready & EPOLLOUT ? CURL_CSELECT_OUT : 0) | (ready & EPOLLERR ? CURL_CSELECT_ERR : 0);
}

#endif
