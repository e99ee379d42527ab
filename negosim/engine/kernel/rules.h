/* Thresholds of the model that several parts of the kernel go by, and what they are compared with. */

#ifndef NEGOSIM_RULES_H
#define NEGOSIM_RULES_H

#include "elementary.h"

static const double SMALLEST_GAIN = 0.01; /* negosim.model.talks.drafting: below it Φ is linear */
static const double TIE = 1e-9;           /* negosim.model.talks.drafting */
static const double ROUNDING = 1e-12;     /* negosim.model.consent */

static const double STRONG_PULL = 1e6;    /* negosim.model.front */

static inline double larger(double a, double b) { return a > b ? a : b; }
static inline double smaller(double a, double b) { return a < b ? a : b; }

/* Rules bear the names that they have in negosim.model, where they are explained. */

static inline void war_weights(double front, double drift, double preference, double volatility, double *up,
                               double *down) {
    const double variance = volatility * volatility;
    const double a = drift / variance, k = sqrt(drift * drift + 2.0 * preference * variance) / variance;
    const double above = 1.0 - front, below = 1.0 + front;
    const double scale = -1.0 / elementary_expm1(-4.0 * k);
    const double slight = -2.0 * preference / (fabs(drift) + k * variance); /* a - k from a sum */
    const double ahead = a > STRONG_PULL ? slight : a - k, behind = a < -STRONG_PULL ? slight : -(a + k);
    *up = elementary_exp(ahead * above) * -elementary_expm1(-2.0 * k * below) * scale;
    *down = elementary_exp(behind * below) * -elementary_expm1(-2.0 * k * above) * scale;
}

static inline double toughness(double clock, double patience, double concession, double urgency) {
    const double spent = smaller(larger(clock / patience, urgency), 1.0);
    return 1.0 - elementary_power(spent, 1.0 / concession);
}

static inline double aspiration(double reservation, double best, double toughness) {
    return reservation + toughness * larger(best - reservation, 0.0);
}

#endif
