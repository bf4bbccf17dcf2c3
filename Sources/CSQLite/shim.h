#ifndef CSQLITE_SHIM_H
#define CSQLITE_SHIM_H

#include <sqlite3.h>

// Two destructors are casts of integers to function pointers, which Swift cannot import.

/// Binds bytes; SQLite keeps its own copy.
static inline int csqlite_bind_blob(sqlite3_stmt *statement, int index, const void *bytes,
                                    sqlite3_uint64 count) {
  return sqlite3_bind_blob64(statement, index, bytes, count, SQLITE_TRANSIENT);
}

/// Binds UTF-8 text; SQLite keeps its own copy.
static inline int csqlite_bind_text(sqlite3_stmt *statement, int index, const char *bytes,
                                    sqlite3_uint64 count) {
  return sqlite3_bind_text64(statement, index, bytes, count, SQLITE_TRANSIENT, SQLITE_UTF8);
}

/// Turns a switch of a connection on or off. `sqlite3_db_config` is variadic, so Swift cannot
/// call it.
static inline int csqlite_set_switch(sqlite3 *db, int op, int on) {
  return sqlite3_db_config(db, op, on, (int *)0);
}

/// Leaves out the counting of memory, and with it the one lock that all connections share. It has an
/// effect only before the first connection. `sqlite3_config` is variadic.
static inline int csqlite_leave_memory_uncounted(void) {
  return sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

#endif
