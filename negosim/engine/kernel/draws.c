/* Draws: the uniforms of negosim.engine.streams and the inverse distribution functions of negosim.model.inverse. */

#include "draws.h"

#include "elementary.h"

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

void negosim_uniforms(const uint64_t *key, int64_t tick, int64_t lane, int64_t first, int64_t count, const int64_t *rows,
                      double *drawn) {
    Stream stream = stream_of(key, tick, lane);
    for (int64_t k = 0; k < count; k++) drawn[k] = uniform(&stream, first + (rows ? rows[k] : k));
}

/* Wichura (1988), Algorithm AS 241, PPND16; highest power first. */
static const double CENTRE[2][8] = {
    {2.5090809287301226727e3, 3.3430575583588128105e4, 6.7265770927008700853e4, 4.5921953931549871457e4,
     1.3731693765509461125e4, 1.9715909503065514427e3, 1.3314166789178437745e2, 3.3871328727963666080e0},
    {5.2264952788528545610e3, 2.8729085735721942674e4, 3.9307895800092710610e4, 2.1213794301586595867e4,
     5.3941960214247511077e3, 6.8718700749205790830e2, 4.2313330701600911252e1, 1.0}};
static const double SHOULDER[2][8] = {
    {7.74545014278341407640e-4, 2.27238449892691845833e-2, 2.41780725177450611770e-1, 1.27045825245236838258e0,
     3.64784832476320460504e0, 5.76949722146069140550e0, 4.63033784615654529590e0, 1.42343711074968357734e0},
    {1.05075007164441684324e-9, 5.47593808499534494600e-4, 1.51986665636164571966e-2, 1.48103976427480074590e-1,
     6.89767334985100004550e-1, 1.67638483018380384940e0, 2.05319162663775882187e0, 1.0}};
static const double TAIL[2][8] = {
    {2.01033439929228813265e-7, 2.71155556874348757815e-5, 1.24266094738807843860e-3, 2.65321895265761230930e-2,
     2.96560571828504891230e-1, 1.78482653991729133580e0, 5.46378491116411436990e0, 6.65790464350110377720e0},
    {2.04426310338993978564e-15, 1.42151175831644588870e-7, 1.84631831751005468180e-5, 7.86869131145613259100e-4,
     1.48753612908506148525e-2, 1.36929880922735805310e-1, 5.99832206555887937690e-1, 1.0}};

static double ratio(const double coefficients[2][8], double x) {
    double above = coefficients[0][0], below = coefficients[1][0];
    for (int k = 1; k < 8; k++) {
        above = above * x + coefficients[0][k];
        below = below * x + coefficients[1][k];
    }
    return above / below;
}

double normal(double u) {
    const double centred = u - 0.5;
    if (fabs(centred) <= 0.425) return centred * ratio(CENTRE, 0.180625 - centred * centred);
    const double r = sqrt(-elementary_log(centred < 0 ? u : 1.0 - u));
    return copysign(r <= 5.0 ? ratio(SHOULDER, r - 1.6) : ratio(TAIL, r - 5.0), centred);
}

double logistic(double u) { return elementary_log(u / (1.0 - u)); }

void negosim_normals(const uint64_t *key, int64_t tick, int64_t lane, int64_t first, int64_t count, const int64_t *rows,
                     double *drawn) {
    negosim_uniforms(key, tick, lane, first, count, rows, drawn);
    for (int64_t k = 0; k < count; k++) drawn[k] = normal(drawn[k]);
}

int negosim_can_run_wide(void) {
#if defined(__x86_64__) && defined(__GNUC__)
    return __builtin_cpu_supports("avx2") != 0;
#else
    return 0;
#endif
}
