/* The clients of a benchmark: WebSockets to one server on this machine, in one thread, on epoll.

     load <port> <path> <sessions> <plain|fanfare|socketio> <nap in µs> [file with a first frame for each session]

   Counts messages, which hold "bench":"<10 digits of a sequence>.<16 digits: µs of the monotonic clock at sending>", and
   checks that in each session the sequence ascends by one. Fanfare's sessions acknowledge at most once a second, each at a
   time of its own. Told what to do on standard input, one command a line; answers are lines of JSON:

     until <n>   tells {"reached":n} as soon as that many messages have come in all sessions together, since the start
     begin <pid> figures count from here; the process is the server, whose CPU time is one of them
     report      tells them
     quit, or the end of the input

   The nap: after each look at what has come it sleeps that long, away from the kernel's queues, so that a server does
   not pay for waking this process up with each write, as it would not if its clients were on other machines. */
#define _GNU_SOURCE
#include "session.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

#define AT_ONCE 64 /* handshakes and logins */
#define EVENTS 1024
#define LINE_SIZE 65536
#define TICKS 100 /* acknowledgements are spread over that many ticks of the second */
#define TICK_MICROS (1000000 / TICKS)

static struct load load;
static int epoll_fd;
static uint64_t wanted, tick, last_message_at, seen;
static long nap_micros;
static double cpu_at_begin, server_cpu_at_begin;
static clockid_t server_clock;
static uint64_t received_at_begin, acks_at_begin;
static bool is_told;

void fail(const char *what) {
  fprintf(stderr, "load: %s: %s\n", what, strerror(errno));
  exit(1);
}

static double cpu_seconds(void) {
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
         (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

/* Of all threads of the server, to the nanosecond (clock_getcpuclockid(3)); /proc knows hundredths of a second. */
static double server_cpu_seconds(void) {
  struct timespec time;
  if (clock_gettime(server_clock, &time) < 0) fail("the server's CPU time");
  return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void watch(int fd, uint32_t place) {
  struct epoll_event event = {.events = EPOLLIN | EPOLLET, .data.u32 = place};
  if (epoll_ctl(epoll_fd, EPOLL_CTL_ADD, fd, &event) < 0) fail("epoll_ctl");
}

static void begin_more(void) {
  while (load.begun < load.count && load.begun - load.ready - load.ended < AT_ONCE) {
    struct session *session = &load.sessions[load.begun];
    session_begin(&load, session);
    watch(session->fd, (uint32_t)load.begun);
    load.begun += 1;
  }
  if (is_told || load.ready + load.ended < load.count) return;
  is_told = true;
  printf("{\"ready\":%d}\n", load.ready);
}

static void begin_figures(pid_t server) {
  histogram_clear(&load.latency);
  load.holes = load.repeats = 0;
  for (int i = 0; i < load.count; i++) load.sessions[i].since_begin = 0;
  cpu_at_begin = cpu_seconds();
  received_at_begin = load.received;
  acks_at_begin = load.acks;
  if (clock_getcpuclockid(server, &server_clock) != 0) fail("the server's clock");
  server_cpu_at_begin = server_cpu_seconds();
}

static void report(void) {
  double server = server_cpu_seconds() - server_cpu_at_begin;
  uint64_t least = UINT64_MAX, most = 0;
  for (int i = 0; i < load.count; i++) {
    uint64_t count = load.sessions[i].since_begin;
    if (count < least) least = count;
    if (count > most) most = count;
  }
  double milli[4] = {0.5, 0.99, 0.999, 1};
  for (int i = 0; i < 4; i++) milli[i] = (double)histogram_percentile(&load.latency, milli[i]) / 1000;
  printf("{\"total\":%llu,\"received\":%llu,\"least\":%llu,\"most\":%llu,\"holes\":%llu,\"repeats\":%llu,\"ended\":%d,",
         (unsigned long long)load.received, (unsigned long long)(load.received - received_at_begin),
         (unsigned long long)least, (unsigned long long)most, (unsigned long long)load.holes,
         (unsigned long long)load.repeats, load.ended);
  printf("\"acks\":%llu,\"frameBytes\":%llu,\"cpuSeconds\":%.6f,\"serverCpuSeconds\":%.6f,\"p50\":%.3f,\"p99\":%.3f,\"p999\":%.3f,\"longest\":%.3f}\n",
         (unsigned long long)(load.acks - acks_at_begin), (unsigned long long)load.frame_bytes,
         cpu_seconds() - cpu_at_begin, server, milli[0], milli[1], milli[2], milli[3]);
}

static void obey(const char *command) {
  if (strncmp(command, "until ", 6) == 0) wanted = strtoull(command + 6, NULL, 10);
  else if (strncmp(command, "begin ", 6) == 0) begin_figures(atoi(command + 6));
  else if (strcmp(command, "report") == 0) report();
  else if (strcmp(command, "quit") == 0) exit(0);
  else fail("an unknown command");
}

static void read_commands(void) {
  static char lines[LINE_SIZE];
  static size_t length;
  ssize_t got = read(STDIN_FILENO, lines + length, sizeof lines - length - 1);
  if (got <= 0) exit(0);
  length += (size_t)got;
  char *line = lines, *newline;
  while ((newline = memchr(line, '\n', length - (size_t)(line - lines)))) {
    *newline = '\0';
    obey(line);
    line = newline + 1;
  }
  length -= (size_t)(line - lines);
  memmove(lines, line, length);
}

/* Each session has its tick of the second. */
static void acknowledge(void) {
  uint64_t current = now_micros() / TICK_MICROS;
  if (tick + TICKS < current) tick = current - TICKS;
  for (; tick < current; tick++)
    for (int i = (int)(tick % TICKS); i < load.count; i += TICKS) session_acknowledge(&load, &load.sessions[i]);
}

static void nap(void) {
  struct timespec time = {.tv_nsec = nap_micros * 1000};
  if (nap_micros > 0) nanosleep(&time, NULL);
}

static void serve(void) {
  struct epoll_event events[EVENTS];
  for (;;) {
    bool has_acks = load.kind == FANFARE && now_micros() - last_message_at < 2000000;
    int count = epoll_wait(epoll_fd, events, EVENTS, has_acks ? TICK_MICROS / 1000 : -1);
    if (count < 0 && errno != EINTR) fail("epoll_wait");
    for (int i = 0; i < count; i++) {
      if (events[i].data.u32 == UINT32_MAX) read_commands();
      else session_read(&load, &load.sessions[events[i].data.u32]);
    }
    if (!is_told) begin_more();
    if (wanted > 0 && load.received >= wanted) {
      printf("{\"reached\":%llu}\n", (unsigned long long)wanted);
      wanted = 0;
    }
    fflush(stdout);
    if (has_acks) acknowledge();
    if (load.received == seen) continue;
    seen = load.received;
    last_message_at = now_micros();
    nap();
  }
}

static char **read_first_frames(const char *file, int count) {
  char **frames = calloc((size_t)count, sizeof *frames);
  FILE *stream = fopen(file, "r");
  if (!stream || !frames) fail(file);
  for (int i = 0; i < count; i++) {
    size_t size = 0;
    ssize_t length = getline(&frames[i], &size, stream);
    if (length <= 0) fail("a first frame for each session");
    if (frames[i][length - 1] == '\n') frames[i][length - 1] = '\0';
  }
  fclose(stream);
  return frames;
}

static enum kind kind_of(const char *name) {
  if (strcmp(name, "fanfare") == 0) return FANFARE;
  return strcmp(name, "socketio") == 0 ? SOCKETIO : PLAIN;
}

int main(int argc, char **argv) {
  if (argc < 6) {
    fprintf(stderr, "usage: load <port> <path> <sessions> <plain|fanfare|socketio> <nap in µs> [file of first frames]\n");
    return 2;
  }
  prctl(PR_SET_TIMERSLACK, 1000);
  load.port = atoi(argv[1]);
  load.path = argv[2];
  load.count = atoi(argv[3]);
  load.kind = kind_of(argv[4]);
  nap_micros = atol(argv[5]);
  load.sessions = calloc((size_t)load.count, sizeof *load.sessions);
  if (!load.sessions) fail("memory");
  if (argc > 6) load.first = read_first_frames(argv[6], load.count);
  epoll_fd = epoll_create1(0);
  if (epoll_fd < 0) fail("epoll_create1");
  watch(STDIN_FILENO, UINT32_MAX);
  begin_more();
  serve();
}
