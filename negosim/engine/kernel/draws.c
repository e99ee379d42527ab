/* Draws: the uniforms of negosim.engine.streams. */

#include "draws.h"

#include <stddef.h>

#include "inverse.h"

static uint64_t multiplied(uint64_t a, uint64_t b, uint64_t *high) {
#ifdef __SIZEOF_INT128__
    const unsigned __int128 product = (unsigned __int128)a * b;
    *high = (uint64_t)(product >> 64);
    return (uint64_t)product;
#else
    const uint64_t a0 = (uint32_t)a, a1 = a >> 32, b0 = (uint32_t)b, b1 = b >> 32;
    const uint64_t low = a0 * b0, middle = a1 * b0 + (low >> 32), other = a0 * b1 + (uint32_t)middle;
    *high = a1 * b1 + (middle >> 32) + (other >> 32);
    return a * b;
#endif
}

void turn_to(Stream *stream, int64_t to) {
    uint64_t k0 = stream->key[0], k1 = stream->key[1];
    /* The generator counts up before it draws. */
    uint64_t c0 = (uint64_t)to + 1, c1 = (uint64_t)stream->tick, c2 = (uint64_t)stream->lane, c3 = 0;
    for (int round = 0; round < 10; round++) {
        uint64_t high0, high1;
        const uint64_t low0 = multiplied(0xD2E7470EE14C6C93u, c0, &high0);
        const uint64_t low1 = multiplied(0xCA5A826395121157u, c2, &high1);
        c0 = high1 ^ c1 ^ k0;
        c1 = low1;
        c2 = high0 ^ c3 ^ k1;
        c3 = low0;
        k0 += 0x9E3779B97F4A7C15u;
        k1 += 0xBB67AE8584CAA73Bu;
    }
    stream->turn = to;
    stream->words[0] = c0, stream->words[1] = c1, stream->words[2] = c2, stream->words[3] = c3;
}

Stream stream_of(const uint64_t key[2], int64_t tick, int64_t lane) {
    return (Stream){{key[0], key[1]}, tick, lane, -1, {0, 0, 0, 0}};
}

void negosim_uniforms(const uint64_t *key, int64_t tick, int64_t lane, const int64_t *trials, int64_t count,
                      const int64_t *rows, double *drawn) {
    Stream stream = stream_of(key, tick, lane);
    for (int64_t k = 0; k < count; k++) drawn[k] = uniform(&stream, trials[rows ? rows[k] : k]);
}

void negosim_uniforms_of_all(int64_t streams, const uint64_t *const *keys, const int64_t *lanes, const int64_t *trials,
                             int64_t count, double *drawn) {
    for (int64_t k = 0; k < streams; k++) negosim_uniforms(keys[k], 0, lanes[k], trials, count, NULL, drawn + k * count);
}

void negosim_normals(const uint64_t *key, int64_t tick, int64_t lane, const int64_t *trials, int64_t count,
                     const int64_t *rows, double *drawn) {
    negosim_uniforms(key, tick, lane, trials, count, rows, drawn);
    for (int64_t k = 0; k < count; k++) drawn[k] = normal(drawn[k]);
}

int negosim_can_run_wide(void) {
#if defined(__x86_64__) && defined(__GNUC__)
    return __builtin_cpu_supports("avx2") != 0;
#else
    return 0;
#endif
}
