/* The formulas of the model, each once, under the name that it has in negosim.model, where it is explained.

   tests/test_kernel_rules.py compares every one with its twin on random numbers. Those of several parties at once take
   Lanes; an array of parties is padded to a multiple of LANES. */

#ifndef NEGOSIM_RULES_H
#define NEGOSIM_RULES_H

#include <stdbool.h>

#include "elementary.h"
#include "inverse.h"
#include "lanes.h"

static const double SMALLEST_GAIN = 0.01;    /* model.drafting: below this the logarithm is continued by its tangent */
static const double TIE = 1e-9;              /* model.drafting */
static const double ROUNDING = 1e-12;        /* model.consent, model.concession */
static const double CROSSED = 2.0;           /* model.consent */
static const double STRONG_PULL = 1e6;       /* model.front */
static const double OUT_OF_REACH = 40.0;     /* model.front */
static const double OVERSHOOT = 1e-3, NOWHERE = -1e6; /* model.zopa_search */

static inline double larger(double a, double b) { return a > b ? a : b; }
static inline double smaller(double a, double b) { return a < b ? a : b; }

/* -- moods -------------------------------------------------------------------------------------------------------- */

static inline double correlation(double days, double memory) {
    return elementary_exp(-(memory > 0.0 ? days / memory : INFINITY));
}

/* Moods of several at once, some days (NaN before the first) after they were looked at. As a rule all were looked at on
   the same day, and have the same memory. */
static inline void followed(int64_t count, double *mood, const double *days, const double *memory,
                            const double *innovation) {
    uint64_t differs = 0;
    for (int64_t k = 0; k < count; k++)
        differs |= (bits_of(days[k]) ^ bits_of(days[0])) | (bits_of(memory[k]) ^ bits_of(memory[0]));
    if (count && !differs && days[0] == days[0]) {
        const double rho = correlation(days[0], memory[0]), spread = sqrt(1.0 - rho * rho);
        for (int64_t k = 0; k < count; k++) mood[k] = rho * mood[k] + spread * innovation[k];
        return;
    }
    for (int64_t k = 0; k < count; k++) {
        const bool first = days[k] != days[k];
        const double rho = correlation(first ? INFINITY : days[k], memory[k]);
        mood[k] = (first ? 0.0 : rho * mood[k]) + sqrt(1.0 - rho * rho) * innovation[k];
    }
}

/* -- beliefs ------------------------------------------------------------------------------------------------------ */

static inline void learned(double *mean, double *variance, double movement, double years, double volatility,
                           double narrative) {
    const double noise = volatility * volatility;
    const double gain = *variance / (*variance * years + noise);
    *mean += gain * (movement + (narrative - *mean) * years);
    *variance = gain * noise;
}

/* -- front -------------------------------------------------------------------------------------------------------- */

static inline double eroded(double erosion, double narrative, double years) {
    return elementary_exp(erosion * fabs(narrative) * years);
}

static inline double moved(double front, double drift, double volatility, double years, double normal) {
    return front + drift * years + volatility * sqrt(years) * normal;
}

static inline bool in_reach(double before, double after, double volatility, double years) {
    const double nearest = larger(1.0 - larger(fabs(before), fabs(after)), 0.0);
    return 2.0 * nearest * nearest < OUT_OF_REACH * (volatility * volatility * years);
}

static inline void crossings(double before, double after, double volatility, double years, double *up, double *down) {
    const double variance = volatility * volatility * years;
    *up = elementary_exp(-2.0 * larger(1.0 - before, 0.0) * larger(1.0 - after, 0.0) / variance);
    *down = elementary_exp(-2.0 * larger(1.0 + before, 0.0) * larger(1.0 + after, 0.0) / variance);
}

/* +1 where the first belligerent has won, -1 where the second has, else 0. */
static inline int8_t won(double up, double down, double u) {
    const double total = larger(up + down, 1.0);
    if (u > 1.0 - down / total) return -1;
    return u < up / total;
}

static inline void war_weights(double front, double drift, double time_preference, double volatility, double *up,
                               double *down) {
    const double variance = volatility * volatility;
    const double a = drift / variance, k = sqrt(drift * drift + 2.0 * time_preference * variance) / variance;
    const double above = 1.0 - front, below = 1.0 + front;
    const double scale = -1.0 / elementary_expm1(-4.0 * k);
    const double slight = -2.0 * time_preference / (fabs(drift) + k * variance); /* a - k from a sum */
    const double ahead = a > STRONG_PULL ? slight : a - k, behind = a < -STRONG_PULL ? slight : -(a + k);
    *up = elementary_exp(ahead * above) * -elementary_expm1(-2.0 * k * below) * scale;
    *down = elementary_exp(behind * below) * -elementary_expm1(-2.0 * k * above) * scale;
}

/* -- values ------------------------------------------------------------------------------------------------------- */

static inline double war_value(double up, double down, double status_quo, double cost, double if_up, double if_down) {
    return (1.0 - up - down) * (status_quo - cost) + up * if_up + down * if_down;
}

static inline double breakdown_rate(double hazard, double effect, double unguaranteed) {
    return hazard * (1.0 - effect * (1.0 - unguaranteed));
}

static inline Lanes agreement_value(Lanes utility, Lanes going_on, Lanes fallback, Lanes breakdown,
                                    Lanes time_preference) {
    return (time_preference * (utility - going_on) + breakdown * fallback) / (time_preference + breakdown);
}

/* How an agreement's value rises with its utility, which counts for phi (model.stakes). */
static inline Lanes slope(Lanes time_preference, Lanes breakdown, Lanes phi) {
    return time_preference / (time_preference + breakdown) * phi;
}

/* -- concession --------------------------------------------------------------------------------------------------- */

static inline double spent(double clock, double patience, double urgency) {
    return smaller(larger(clock / patience, urgency), 1.0);
}

static inline double toughness(double clock, double patience, double concession, double urgency) {
    return 1.0 - elementary_power(spent(clock, patience, urgency), 1.0 / concession);
}

static inline Lanes aspiration(Lanes reservation, Lanes best, Lanes toughness) {
    return reservation + toughness * largest(best - reservation, all(0.0));
}

static inline bool hurting(double war, double status_quo) { return war < status_quo - ROUNDING; }

static inline Lanes ask(Lanes reservation, Lanes best, Lanes toughness, Lanes mood) {
    return aspiration(reservation, best, smallest(largest(toughness - mood, all(0.0)), all(1.0)));
}

/* For each party whether none of the other signatories has moved. */
static inline void stood_still(int64_t parties, const double *before, const double *now, const bool *signs,
                               bool *still) {
    int64_t signatories = 0, movers = 0, mover = -1;
    for (int64_t i = 0; i < parties; i++) {
        signatories += signs[i];
        if (signs[i] && (now[i] <= ROUNDING || !(now[i] >= before[i] - ROUNDING))) movers++, mover = i;
    }
    for (int64_t i = 0; i < parties; i++)
        still[i] = signatories - signs[i] > 0 && (movers == 0 || (movers == 1 && mover == i));
}

/* -- consent ------------------------------------------------------------------------------------------------------ */

/* Parties are bits. */
static inline uint64_t asked(uint64_t signs, int64_t holdings, const int64_t *holding_party, const int64_t *holding_chip,
                             const int64_t *text, const int64_t *status_quo) {
    for (int64_t k = 0; k < holdings; k++)
        signs |= (uint64_t)(text[holding_chip[k]] != status_quo[holding_chip[k]]) << holding_party[k];
    return signs;
}

static inline Bits accepts(Lanes value, Lanes ask, Bits crossed) { return ~crossed & (Bits)(value >= ask - ROUNDING); }

static inline Bits falls_short(Lanes value, Lanes aspiration) { return (Bits)(value < aspiration - ROUNDING); }

/* Note an issue, if it counts, for those parties that mind what the text says of it more than of any before. */
static inline void object(int64_t issue, Lanes missing, Bits crossed, bool counts, Lanes *most, Bits *worst) {
    const Lanes score = chosen(crossed, missing + CROSSED, missing);
    const Bits worse = (Bits)(score > *most) & all_of(-(uint64_t)counts);
    *most = chosen(worse, score, *most);
    *worst = (worse & all_of((uint64_t)issue)) | (~worse & *worst);
}

/* -- ratification -------------------------------------------------------------------------------------------------- */

static inline bool approves(double value, double no_deal, double noise, double hurdle) {
    return value - no_deal + noise >= hurdle - ROUNDING;
}

/* How far the lesson of a lost vote still counts, some days (NaN where the last vote was not lost) later. */
static inline double lesson_weight(double days, double memory) { return days != days ? 0.0 : correlation(days, memory); }

static inline double foreseen_demand(double hurdle, double foresight, double pressure, double lesson, double weight) {
    const double base = foresight * larger(hurdle + pressure, 0.0);
    return weight > 0.0 ? base + weight * (lesson + pressure - base) : base;
}

static inline double expected_threshold(double hurdle, double foresight, double lesson, double weight) {
    const double base = foresight * hurdle;
    return weight > 0.0 ? base + weight * (lesson - base) : base;
}

/* -- durability --------------------------------------------------------------------------------------------------- */

static inline double breach_time(double u, double hazard, double shape) {
    const double standard = elementary_power(-elementary_log(u), 1.0 / shape);
    return hazard > 0.0 ? standard / hazard : INFINITY;
}

static inline double chance_within(double rate, double years) { return -elementary_expm1(-rate * years); }

/* -- drafting and offering ---------------------------------------------------------------------------------------- */

static inline double gain(double value) {
    return elementary_log(larger(value, SMALLEST_GAIN)) + smaller(value, SMALLEST_GAIN) / SMALLEST_GAIN - 1.0;
}

static inline double prospect(int64_t parties, const double *value, const double *reservation, const double *weight) {
    double part[MOST_PARTIES], total = 0.0;
    for (int64_t i = 0; i < parties; i++) part[i] = weight[i] * gain(value[i] - reservation[i]);
    for (int64_t i = 0; i < parties; i++) total += part[i];
    return total;
}

static inline double exchange(double given, double cost) {
    const double share = given / (given + larger(cost, 0.0));
    return given > 0.0 ? (cost <= TIE ? 1.0 + given : share) : 0.0;
}

/* -- zones of possible agreement ---------------------------------------------------------------------------------- */

static inline void on_simplex(double *point, int64_t size) {
    double falling[MOST_PARTIES], excess[MOST_PARTIES], total = 0.0;
    memcpy(falling, point, (size_t)size * sizeof *falling);
    for (int64_t k = 1; k < size; k++) {
        const double next = falling[k];
        int64_t place = k;
        for (; place > 0 && falling[place - 1] < next; place--) falling[place] = falling[place - 1];
        falling[place] = next;
    }
    int64_t last = 0;
    for (int64_t k = 0; k < size; k++) {
        total += falling[k];
        excess[k] = (total - 1.0) / (double)(k + 1);
        last += falling[k] > excess[k];
    }
    for (int64_t k = 0; k < size; k++) point[k] = larger(point[k] - excess[last - 1], 0.0);
}

static inline void stepped(double *weight, double bound, const double *margin, const bool *counted, int64_t size) {
    double middle = 0.0, square = 0.0, slope[MOST_PARTIES];
    int64_t count = 0;
    for (int64_t k = 0; k < size; k++)
        if (counted[k]) middle += margin[k], count++;
    middle /= (double)count;
    for (int64_t k = 0; k < size; k++) {
        slope[k] = counted[k] ? margin[k] - middle : 0.0;
        square += slope[k] * slope[k];
    }
    const double length = (smaller(larger(bound, 0.0), 1.0) + OVERSHOOT) / larger(square, 1e-12);
    for (int64_t k = 0; k < size; k++) weight[k] = counted[k] ? weight[k] - length * slope[k] : NOWHERE;
    on_simplex(weight, size);
}

#endif
