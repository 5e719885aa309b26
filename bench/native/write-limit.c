/* The limit of the machine: a server that does nothing but write() frames to WebSockets, in one thread.

     write-limit <port> <sessions>

   Takes that many connections, answers their handshakes, and then reads messages on standard input: a line with their
   number, then each on a line of its own. A message becomes a frame once; those of one number go to each session in one
   write. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define HEAD_SIZE 2048
#define BATCH_SIZE (1 << 20)

/* To the one key that the load sends (RFC 6455 section 4.2.2). */
static const char ANSWER[] = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                             "Sec-WebSocket-Accept: ICX+Yqv66kxgM0FcWaLWlFLwTAI=\r\n\r\n";

static void fail(const char *what) {
  fprintf(stderr, "write-limit: %s: %s\n", what, strerror(errno));
  exit(1);
}

static int listener(int port) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  int yes = 1, fd = socket(AF_INET, SOCK_STREAM, 0);
  if (fd < 0) fail("socket");
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  if (bind(fd, (struct sockaddr *)&address, sizeof address) < 0 || listen(fd, 1024) < 0) fail("listen");
  return fd;
}

static int upgraded(int listening) {
  char head[HEAD_SIZE];
  size_t length = 0;
  int yes = 1, fd = accept(listening, NULL, NULL);
  if (fd < 0) fail("accept");
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  while (!memmem(head, length, "\r\n\r\n", 4)) {
    ssize_t got = read(fd, head + length, sizeof head - length);
    if (got <= 0) fail("read of a handshake");
    length += (size_t)got;
  }
  if (write(fd, ANSWER, sizeof ANSWER - 1) != sizeof ANSWER - 1) fail("write of a handshake");
  return fd;
}

/* A text frame of a server. @returns its bytes */
static size_t frame(char *into, const char *payload, size_t length) {
  size_t head = length < 126 ? 2 : 4;
  into[0] = (char)0x81;
  into[1] = (char)(length < 126 ? length : 126);
  if (head == 4) {
    into[2] = (char)(length >> 8);
    into[3] = (char)length;
  }
  memcpy(into + head, payload, length);
  return head + length;
}

int main(int argc, char **argv) {
  static char batch[BATCH_SIZE];
  if (argc < 3) {
    fprintf(stderr, "usage: write-limit <port> <sessions>\n");
    return 2;
  }
  int count = atoi(argv[2]), listening = listener(atoi(argv[1]));
  int *sessions = calloc((size_t)count, sizeof *sessions);
  if (!sessions) fail("memory");
  printf("listening\n");
  fflush(stdout);
  for (int i = 0; i < count; i++) sessions[i] = upgraded(listening);
  char *line = NULL;
  size_t size = 0;
  while (getline(&line, &size, stdin) > 0) {
    size_t bytes = 0;
    for (int left = atoi(line); left > 0; left--) {
      ssize_t length = getline(&line, &size, stdin);
      if (length <= 0 || length > 65535 || bytes + (size_t)length + 4 > sizeof batch) fail("a message");
      bytes += frame(batch + bytes, line, (size_t)length - 1);
    }
    for (int i = 0; i < count; i++)
      if (write(sessions[i], batch, bytes) != (ssize_t)bytes) fail("write");
  }
  return 0;
}
