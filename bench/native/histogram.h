/* Latencies in buckets that grow with the value: 64 for each doubling, so that a percentile is off by at most 1.6%. */
#ifndef HISTOGRAM_H
#define HISTOGRAM_H

#include <stdint.h>
#include <string.h>

#define SUB_BITS 6
#define SUBS (1 << SUB_BITS)
#define BUCKETS (40 * SUBS)

struct histogram {
  uint64_t counts[BUCKETS];
  uint64_t total;
  uint64_t most;
};

static inline void histogram_clear(struct histogram *h) { memset(h, 0, sizeof *h); }

static inline unsigned bucket_of(uint64_t value) {
  if (value < SUBS) return (unsigned)value;
  unsigned shift = (unsigned)(63 - __builtin_clzll(value)) - SUB_BITS;
  unsigned bucket = (shift + 1) * SUBS + (unsigned)((value >> shift) - SUBS);
  return bucket < BUCKETS ? bucket : BUCKETS - 1;
}

static inline void histogram_add(struct histogram *h, uint64_t value) {
  h->counts[bucket_of(value)] += 1;
  h->total += 1;
  if (value > h->most) h->most = value;
}

/* The upper bound of the bucket that holds the value below which the share lies. */
static inline uint64_t histogram_percentile(const struct histogram *h, double share) {
  uint64_t wanted = (uint64_t)(share * (double)h->total), seen = 0;
  for (unsigned bucket = 0; bucket < BUCKETS; bucket++) {
    seen += h->counts[bucket];
    if (seen <= wanted) continue;
    if (bucket < SUBS) return bucket;
    unsigned shift = bucket / SUBS - 1;
    return ((uint64_t)(bucket % SUBS + SUBS + 1) << shift) - 1;
  }
  return h->most;
}

#endif
