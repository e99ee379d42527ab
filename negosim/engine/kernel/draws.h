/* Draws: Philox 4x64-10 (Salmon et al. 2011) addressed by counter. */

#ifndef NEGOSIM_DRAWS_H
#define NEGOSIM_DRAWS_H

#include <stdint.h>

/* A stream of uniforms (negosim.engine.streams) at one tick. Four trials in a row share a turn of the generator:
   the last one is kept. */
typedef struct {
    uint64_t key[2];
    int64_t tick, lane;
    int64_t turn;        /* -1 before the first */
    uint64_t words[4];
} Stream;

Stream stream_of(const uint64_t key[2], int64_t tick, int64_t lane);

/* Turn the generator to the words of four trials. */
void turn_to(Stream *stream, int64_t to);

static const double BELOW_ONE = 1.0 - 0x1p-53; /* the largest number below 1 */

/* The uniform in (0, 1) of a trial, from 0. */
static inline double uniform(Stream *stream, int64_t trial) {
    if (stream->turn != trial >> 2) turn_to(stream, trial >> 2);
    const double middle = ((double)(int64_t)(stream->words[trial & 3] >> 11) + 0.5) * 0x1p-53;
    return middle < BELOW_ONE ? middle : BELOW_ONE;
}

/* The uniforms of some trials of a block.

   trials  the number of every trial of the block as it began
   rows    (count,) those asked for, by their place in it; all in turn for NULL */
void negosim_uniforms(const uint64_t *key, int64_t tick, int64_t lane, const int64_t *trials, int64_t count,
                      const int64_t *rows, double *drawn);

/* The uniforms of several streams, each in a lane, for all trials of a block: (streams, count). */
void negosim_uniforms_of_all(int64_t streams, const uint64_t *const *keys, const int64_t *lanes, const int64_t *trials,
                             int64_t count, double *drawn);

/* Those of some trials turned into standard normal draws. */
void negosim_normals(const uint64_t *key, int64_t tick, int64_t lane, const int64_t *trials, int64_t count,
                     const int64_t *rows, double *drawn);

/* Whether the processor can run the library that works on four numbers at once (build.py). */
int negosim_can_run_wide(void);

#endif
