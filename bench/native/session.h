/* One WebSocket of the load: handshake, frames in and out (RFC 6455 section 5.2), and what is known of its messages. */
#ifndef SESSION_H
#define SESSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "histogram.h"

/* What the sessions speak. */
enum kind { PLAIN, FANFARE, SOCKETIO };

/* States: waiting, handshaking (request sent), opening (upgraded, the first frame sent), ready, ended. */
enum state { WAITING, HANDSHAKING, OPENING, READY, ENDED };

struct session {
  int fd;
  enum state state;
  /* Sequence number of the last message; messages since the last `begin`. */
  uint64_t last, since_begin;
  /* The timeline of its last message, and there newest and acknowledged. Fanfare only. */
  char *timeline;
  uint64_t offset, acked;
  /* A frame that is not whole yet. */
  char *rest;
  size_t rest_length, rest_size;
};

struct load {
  enum kind kind;
  int port;
  const char *path;
  struct session *sessions;
  char **first; /* one a session, or NULL */
  int count, begun, ready, ended;
  uint64_t received, holes, repeats, acks, frame_bytes;
  struct histogram latency;
};

/* Connects the session; its first bytes are sent. */
void session_begin(struct load *load, struct session *session);
/* Reads what has come, once. */
void session_read(struct load *load, struct session *session);
/* Tells the server up to where it has got, where that is news. */
void session_acknowledge(struct load *load, struct session *session);

uint64_t now_micros(void);
void fail(const char *what);

#endif
