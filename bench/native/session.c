/* See session.h. Written to cost little: one read for all that has come, nothing is copied but frames cut in two, and the
   places of the two marks in a message are remembered, because all messages have the same form. */
#define _GNU_SOURCE
#include "session.h"
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define READ_SIZE (1 << 20)
#define REQUEST_SIZE 512
#define MARK "\"bench\":\""
#define SEQUENCE_DIGITS 10
#define TIME_DIGITS 16
#define OFFSET "\"offset\":"
#define TIMELINE "\"timeline\":\""

enum { CONTINUED = 0, TEXT = 1, BINARY = 2, CLOSE = 8, PING = 9, PONG = 10 };

static char buffer[READ_SIZE];
static size_t mark_at, offset_at, timeline_at;

uint64_t now_micros(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (uint64_t)time.tv_sec * 1000000 + (uint64_t)time.tv_nsec / 1000;
}

static void end(struct load *load, struct session *session) {
  if (session->state == ENDED) return;
  if (session->state == READY) load->ready -= 1;
  session->state = ENDED;
  load->ended += 1;
  close(session->fd);
}

/* Frames of a client are masked; the key is zero, so the payload stays as it is. */
static void send_frame(struct load *load, struct session *session, int opcode, const char *payload, size_t length) {
  char frame[8 + 65536];
  size_t head = 2;
  if (length > 65535) fail("a frame to send is too long");
  frame[0] = (char)(0x80 | opcode);
  if (length < 126) {
    frame[1] = (char)(0x80 | length);
  } else {
    frame[1] = (char)(0x80 | 126);
    frame[2] = (char)(length >> 8);
    frame[3] = (char)length;
    head = 4;
  }
  memset(frame + head, 0, 4);
  memcpy(frame + head + 4, payload, length);
  if (write(session->fd, frame, head + 4 + length) != (ssize_t)(head + 4 + length)) end(load, session);
  /* Or Linux would delay its acknowledgements on sockets that answer, which only those of some contenders do: their
     server's kernel would keep every segment longer, which makes each delivery dearer. tcp(7) */
  setsockopt(session->fd, IPPROTO_TCP, TCP_QUICKACK, &(int){1}, sizeof(int));
}

static void send_text(struct load *load, struct session *session, const char *text) {
  send_frame(load, session, TEXT, text, strlen(text));
}

void session_begin(struct load *load, struct session *session) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)load->port)};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  int yes = 1;
  session->fd = socket(AF_INET, SOCK_STREAM, 0);
  if (session->fd < 0) fail("socket");
  if (connect(session->fd, (struct sockaddr *)&address, sizeof address) < 0) fail("connect");
  setsockopt(session->fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  char request[REQUEST_SIZE];
  int length = snprintf(request, sizeof request,
                        "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                        "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n",
                        load->path, load->port);
  session->state = HANDSHAKING;
  if (write(session->fd, request, (size_t)length) != length) fail("write of a handshake");
}

static void become_ready(struct load *load, struct session *session) {
  if (session->state != OPENING) return;
  session->state = READY;
  load->ready += 1;
}

static bool begins(const char *payload, size_t length, const char *with) {
  size_t size = strlen(with);
  return length >= size && memcmp(payload, with, size) == 0;
}

/* Where the text stands behind its mark, looked for where it was the last time. */
static const char *find(const char *payload, size_t length, const char *mark, size_t *at) {
  size_t size = strlen(mark);
  if (*at + size <= length && memcmp(payload + *at, mark, size) == 0) return payload + *at + size;
  const char *found = memmem(payload, length, mark, size);
  if (!found) return NULL;
  *at = (size_t)(found - payload);
  return found + size;
}

static uint64_t digits(const char *text, const char *limit, size_t most) {
  uint64_t value = 0;
  for (size_t i = 0; i < most && text + i < limit && text[i] >= '0' && text[i] <= '9'; i++)
    value = value * 10 + (uint64_t)(text[i] - '0');
  return value;
}

/* A session that is in several groups acknowledges the one whose message came last. */
static void learn_timeline(struct session *session, const char *payload, size_t length) {
  const char *name = find(payload, length, TIMELINE, &timeline_at);
  if (!name) fail("a message without a timeline");
  size_t known = session->timeline ? strlen(session->timeline) : 0;
  if (known > 0 && name + known < payload + length && name[known] == '"' && memcmp(name, session->timeline, known) == 0)
    return;
  const char *quote = memchr(name, '"', (size_t)(payload + length - name));
  if (!quote) fail("a timeline's name has no end");
  free(session->timeline);
  session->timeline = strndup(name, (size_t)(quote - name));
  if (!session->timeline) fail("memory");
  session->acked = 0;
}

static void take_message(struct load *load, struct session *session, const char *mark, uint64_t now,
                         const char *payload, size_t length) {
  const char *limit = payload + length;
  uint64_t sequence = digits(mark, limit, SEQUENCE_DIGITS);
  uint64_t sent = digits(mark + SEQUENCE_DIGITS + 1, limit, TIME_DIGITS);
  if (sequence > session->last + 1) load->holes += 1;
  if (sequence <= session->last) load->repeats += 1;
  session->last = sequence;
  session->since_begin += 1;
  load->received += 1;
  histogram_add(&load->latency, now > sent ? now - sent : 0);
  if (load->kind != FANFARE) return;
  learn_timeline(session, payload, length);
  const char *offset = find(payload, length, OFFSET, &offset_at);
  if (offset) session->offset = digits(offset, limit, 20);
}

static void take_text(struct load *load, struct session *session, const char *payload, size_t length, uint64_t now) {
  const char *mark = find(payload, length, MARK, &mark_at);
  if (mark) return take_message(load, session, mark, now, payload, length);
  if (load->kind == FANFARE) {
    if (begins(payload, length, "{\"event\":\"synced\"")) become_ready(load, session);
    if (begins(payload, length, "{\"event\":\"ping\"")) send_text(load, session, "{\"event\":\"pong\",\"data\":{}}");
  } else if (load->kind == SOCKETIO) {
    if (begins(payload, length, "40")) become_ready(load, session);
    if (length == 1 && payload[0] == '2') send_text(load, session, "3");
  }
}

/* @returns bytes of the frame, or 0 where it is not whole */
static size_t take_frame(struct load *load, struct session *session, const char *bytes, size_t length, uint64_t now) {
  const unsigned char *head = (const unsigned char *)bytes;
  if (length < 2) return 0;
  size_t header = 2, size = head[1] & 0x7f;
  if (size == 126) {
    header = 4;
    if (length < header) return 0;
    size = (size_t)head[2] << 8 | head[3];
  } else if (size == 127) {
    header = 10;
    if (length < header) return 0;
    size = 0;
    for (int i = 2; i < 10; i++) size = size << 8 | head[i];
  }
  if (length < header + size) return 0;
  int opcode = head[0] & 0x0f;
  load->frame_bytes = header + size;
  if (opcode == TEXT || opcode == BINARY) take_text(load, session, bytes + header, size, now);
  else if (opcode == PING) send_frame(load, session, PONG, bytes + header, size);
  else if (opcode == CLOSE) end(load, session);
  return header + size;
}

static size_t take_answer(struct load *load, struct session *session, const char *bytes, size_t length) {
  const char *end_of_head = memmem(bytes, length, "\r\n\r\n", 4);
  if (!end_of_head) return 0;
  if (length < 12 || memcmp(bytes + 9, "101", 3) != 0) fail("a handshake was refused");
  session->state = OPENING;
  if (load->first) send_text(load, session, load->first[session - load->sessions]);
  else if (load->kind == SOCKETIO) send_text(load, session, "40");
  if (load->kind == PLAIN) become_ready(load, session);
  return (size_t)(end_of_head - bytes) + 4;
}

static void keep_rest(struct session *session, const char *bytes, size_t length) {
  if (length > session->rest_size) {
    session->rest_size = length * 2;
    session->rest = realloc(session->rest, session->rest_size);
    if (!session->rest) fail("memory");
  }
  if (length > 0) memcpy(session->rest, bytes, length);
  session->rest_length = length;
}

void session_read(struct load *load, struct session *session) {
  size_t length = session->rest_length, at = 0;
  if (length > 0) memcpy(buffer, session->rest, length);
  ssize_t got = recv(session->fd, buffer + length, sizeof buffer - length, MSG_DONTWAIT);
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (got <= 0) return end(load, session);
  length += (size_t)got;
  uint64_t now = now_micros();
  if (session->state == HANDSHAKING) at = take_answer(load, session, buffer, length);
  while (at < length && session->state >= OPENING && session->state != ENDED) {
    size_t taken = take_frame(load, session, buffer + at, length - at, now);
    if (taken == 0) break;
    at += taken;
  }
  keep_rest(session, buffer + at, length - at);
}

void session_acknowledge(struct load *load, struct session *session) {
  if (session->state != READY || session->offset <= session->acked) return;
  char text[512];
  snprintf(text, sizeof text, "{\"event\":\"ack\",\"data\":{\"%s\":%llu}}", session->timeline,
           (unsigned long long)session->offset);
  session->acked = session->offset;
  load->acks += 1;
  send_text(load, session, text);
}
