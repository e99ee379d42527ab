/* Numbers of several parties that are worked on at once. */

#ifndef NEGOSIM_LANES_H
#define NEGOSIM_LANES_H

#include <stdint.h>
#include <string.h>

enum { LANES = 4, MOST_PARTIES = 64 };

typedef double Lanes __attribute__((vector_size(LANES * sizeof(double))));

/* The bits of such numbers; of the answers of a comparison all or none. */
typedef uint64_t Bits __attribute__((vector_size(LANES * sizeof(uint64_t))));

/* So many numbers fill up the lanes. */
static inline int64_t filled_up(int64_t count) { return (count + LANES - 1) / LANES * LANES; }

static inline Lanes load(const double *at) {
    Lanes lanes;
    memcpy(&lanes, at, sizeof lanes);
    return lanes;
}

static inline void store(double *at, Lanes lanes) { memcpy(at, &lanes, sizeof lanes); }
static inline Lanes all(double x) { return (Lanes){x, x, x, x}; }

static inline Lanes largest(Lanes a, Lanes b) {
    const Bits first = (Bits)(a > b);
    return (Lanes)((first & (Bits)a) | (~first & (Bits)b));
}

/* What falls short of 0. */
static inline Lanes losses(Lanes a) { return (Lanes)((Bits)(a < all(0.0)) & (Bits)a); }

static inline double sum(Lanes lanes) { return (lanes[0] + lanes[1]) + (lanes[2] + lanes[3]); }

#endif
