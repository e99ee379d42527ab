/* Logarithm, exponential and power, the same to the last bit on every machine: negosim.model.elementary in C.

   Formulas, sources and error bounds stand there. The order of all operations is the same; a test compares the bits. */

#ifndef NEGOSIM_ELEMENTARY_H
#define NEGOSIM_ELEMENTARY_H

#include <float.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

#if FLT_EVAL_METHOD != 0
#error "the kernel needs arithmetic that rounds every result to double precision"
#endif

static const double LOG_2_HIGH = 0x1.62e42fefa3800p-1, LOG_2_LOW = 0x1.ef35793c76730p-45;
static const double INVERSE_LOG_2 = 0x1.71547652b82fep+0;
static const double ROUNDER = 0x1.8p52, SPLITTER = 0x1p27 + 1.0;
static const double HIGHEST = 800.0, LARGEST_POWER = 0x1p64;

enum { LOG_COUNT = 10, EXP_COUNT = 12 };

static const double LOG_TERMS[LOG_COUNT] = {2.0 / 3.0,  2.0 / 5.0,  2.0 / 7.0,  2.0 / 9.0,  2.0 / 11.0,
                                            2.0 / 13.0, 2.0 / 15.0, 2.0 / 17.0, 2.0 / 19.0, 2.0 / 21.0};
static const double EXP_TERMS[EXP_COUNT] = {
    1.0 / 2.0,      1.0 / 6.0,       1.0 / 24.0,       1.0 / 120.0,       1.0 / 720.0,        1.0 / 5040.0,
    1.0 / 40320.0,  1.0 / 362880.0,  1.0 / 3628800.0,  1.0 / 39916800.0,  1.0 / 479001600.0,  1.0 / 6227020800.0};

/* The sum of terms[n]·x^n, the even and the odd ones by themselves. */
static inline double series(const double *terms, int count, double x) {
    const double square = x * x;
    double even = terms[count - 2], odd = terms[count - 1];
    for (int n = count - 4; n >= 0; n -= 2) {
        even = even * square + terms[n];
        odd = odd * square + terms[n + 1];
    }
    return even + x * odd;
}

static inline uint64_t bits_of(double x) {
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

static inline double of_bits(uint64_t bits) {
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

/* m between √½ and √2, and k, with x = m·2^k. Shifts to the right are of positive numbers, and whole numbers become
   doubles by their bits, as compilers can then take several x at once. */
static inline double parts(double x, double *k) {
    const uint64_t sqrt_half = 0x3FE6A09E667F3BCD, bias = 2048;
    const double subnormal = x < DBL_MIN ? 54.0 : 0.0;
    const uint64_t bits = bits_of(x < DBL_MIN ? x * 0x1p54 : x);
    const uint64_t shift = (bits - sqrt_half + (bias << 52)) >> 52; /* k + bias */
    *k = of_bits(shift | 0x4330000000000000) - (0x1p52 + 2048.0) - subnormal;
    return of_bits(bits - (shift << 52) + (bias << 52));
}

static inline double elementary_log(double x) {
    double k;
    const double f = parts(x, &k) - 1.0;
    const double s = f / (2.0 + f), z = s * s;
    const double found = k * LOG_2_HIGH + (f - (s * (f - z * series(LOG_TERMS, LOG_COUNT, z)) - k * LOG_2_LOW));
    return x > 0.0 ? found : -INFINITY;
}

/* k + 2048 and exp(r) - 1 with x + low = k·log 2 + r and r as near to 0 as can be. */
static inline double reduced(double x, double low, uint64_t *k) {
    x = x > -HIGHEST ? x : -HIGHEST;
    x = x < HIGHEST ? x : HIGHEST;
    const double raised = x * INVERSE_LOG_2 + ROUNDER, whole = raised - ROUNDER;
    const double high = x - whole * LOG_2_HIGH;
    low = whole * LOG_2_LOW - low;
    const double r = high - low;
    *k = bits_of(raised) - bits_of(ROUNDER) + 2048;
    return high + (r * r * series(EXP_TERMS, EXP_COUNT, r) - low);
}

/* x·2^k, from k + 2048, in two steps, of which the first is exact. */
static inline double scaled(double x, uint64_t k) {
    const uint64_t half = k >> 1; /* k/2 + 1024 */
    return x * of_bits((half - 1) << 52) * of_bits((k - half - 1) << 52);
}

/* The exponential of the sum of a number and a much smaller one. */
static inline double exp_of_sum(double x, double low) {
    uint64_t k;
    const double less = reduced(x, low, &k);
    return scaled(1.0 + less, k);
}

static inline double elementary_exp(double x) { return exp_of_sum(x, 0.0); }

static inline double elementary_expm1(double x) {
    uint64_t k;
    const double less = reduced(x, 0.0, &k);
    return scaled(less, k) + (scaled(1.0, k) - 1.0);
}

/* What rounding has left of a product. */
static inline double rounded_off(double a, double b, double product) {
    const double scaled_a = SPLITTER * a, scaled_b = SPLITTER * b;
    const double a_high = scaled_a - (scaled_a - a), b_high = scaled_b - (scaled_b - b);
    const double a_low = a - a_high, b_low = b - b_high;
    return ((a_high * b_high - product) + a_high * b_low + a_low * b_high) + a_low * b_low;
}

/* The natural logarithm in two parts, the second what rounding has left of the first. */
static inline double long_log(double x, double *low) {
    double k;
    const double f = parts(x, &k) - 1.0, below = 2.0 + f;
    const double s = f / below, product = s * below;
    const double rest = ((f - product) - rounded_off(s, below, product) - s * (f - (below - 2.0))) / below;
    const double z = s * s, whole = k * LOG_2_HIGH, sum = whole + 2.0 * s;
    const double more = (2.0 * s - (sum - whole)) +
                        (2.0 * rest + s * (z * series(LOG_TERMS, LOG_COUNT, z)) + k * LOG_2_LOW);
    const double high = sum + more;
    *low = more - (high - sum);
    return high;
}

static inline double elementary_power(double x, double y) {
    double low;
    const double high = long_log(x, &low), limited = y < LARGEST_POWER ? y : LARGEST_POWER, product = limited * high;
    const double rest = rounded_off(limited, high, product) + limited * low;
    const double found = exp_of_sum(product, fabs(product) < HIGHEST ? rest : 0.0);
    return y == 1.0 ? x : x > 0.0 ? found : 0.0;
}

#endif
