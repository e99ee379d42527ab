/* The rules of elementary.h, inverse.h and rules.h for arrays of arguments. tests/test_kernel_rules.py compares them
   with their twins in negosim.model. */

#include "rules.h"

#define FOR_ALL for (int64_t k = 0; k < count; k++)
#define A const double *a
#define B A, const double *b
#define C B, const double *c
#define D C, const double *d
#define E D, const double *e
#define F E, const double *f

#define OF_1(rule, answer) void negosim_rule_##rule(int64_t count, A, answer *restrict found)
#define OF_2(rule, answer) void negosim_rule_##rule(int64_t count, B, answer *restrict found)
#define OF_3(rule, answer) void negosim_rule_##rule(int64_t count, C, answer *restrict found)
#define OF_4(rule, answer) void negosim_rule_##rule(int64_t count, D, answer *restrict found)
#define OF_5(rule, answer) void negosim_rule_##rule(int64_t count, E, answer *restrict found)
#define OF_6(rule, answer) void negosim_rule_##rule(int64_t count, F, answer *restrict found)

OF_1(log, double) { FOR_ALL found[k] = elementary_log(a[k]); }
OF_1(exp, double) { FOR_ALL found[k] = elementary_exp(a[k]); }
OF_1(expm1, double) { FOR_ALL found[k] = elementary_expm1(a[k]); }
OF_2(power, double) { FOR_ALL found[k] = elementary_power(a[k], b[k]); }
OF_1(normal, double) { FOR_ALL found[k] = normal(a[k]); }
OF_1(normals, double) { normals(count, a, found); }

OF_3(eroded, double) { FOR_ALL found[k] = eroded(a[k], b[k], c[k]); }
OF_5(moved, double) { FOR_ALL found[k] = moved(a[k], b[k], c[k], d[k], e[k]); }
OF_3(won, int8_t) { FOR_ALL found[k] = won(a[k], b[k], c[k]); }
OF_4(in_reach, bool) { FOR_ALL found[k] = in_reach(a[k], b[k], c[k], d[k]); }
OF_6(war_value, double) { FOR_ALL found[k] = war_value(a[k], b[k], c[k], d[k], e[k], f[k]); }
OF_3(breakdown_rate, double) { FOR_ALL found[k] = breakdown_rate(a[k], b[k], c[k]); }
OF_5(agreement_value, double) {
    FOR_ALL found[k] = agreement_value(all(a[k]), all(b[k]), all(c[k]), all(d[k]), all(e[k]))[k % LANES];
}
OF_3(slope, double) { FOR_ALL found[k] = slope(all(a[k]), all(b[k]), all(c[k]))[k % LANES]; }
OF_3(spent, double) { FOR_ALL found[k] = spent(a[k], b[k], c[k]); }
OF_4(toughness, double) { FOR_ALL found[k] = toughness(a[k], b[k], c[k], d[k]); }
OF_2(correlation, double) { FOR_ALL found[k] = correlation(a[k], b[k]); }
OF_3(aspiration, double) { FOR_ALL found[k] = aspiration(all(a[k]), all(b[k]), all(c[k]))[k % LANES]; }
OF_4(ask, double) { FOR_ALL found[k] = ask(all(a[k]), all(b[k]), all(c[k]), all(d[k]))[k % LANES]; }
OF_3(accepts, bool) { FOR_ALL found[k] = accepts(all(a[k]), all(b[k]), (Bits)(all(c[k]) != all(0.0)))[k % LANES] != 0; }
OF_2(falls_short, bool) { FOR_ALL found[k] = falls_short(all(a[k]), all(b[k]))[k % LANES] != 0; }
OF_2(hurting, bool) { FOR_ALL found[k] = hurting(a[k], b[k]); }
OF_4(approves, bool) { FOR_ALL found[k] = approves(a[k], b[k], c[k], d[k]); }
OF_2(lesson_weight, double) { FOR_ALL found[k] = lesson_weight(a[k], b[k]); }
OF_5(foreseen_demand, double) { FOR_ALL found[k] = foreseen_demand(a[k], b[k], c[k], d[k], e[k]); }
OF_4(expected_threshold, double) { FOR_ALL found[k] = expected_threshold(a[k], b[k], c[k], d[k]); }
OF_3(breach_time, double) { FOR_ALL found[k] = breach_time(a[k], b[k], c[k]); }
OF_2(chance_within, double) { FOR_ALL found[k] = chance_within(a[k], b[k]); }
OF_1(gain, double) { FOR_ALL found[k] = gain(a[k]); }
OF_2(exchange, double) { FOR_ALL found[k] = exchange(a[k], b[k]); }

void negosim_rule_crossings(int64_t count, D, double *up, double *down) {
    FOR_ALL crossings(a[k], b[k], c[k], d[k], up + k, down + k);
}

void negosim_rule_war_weights(int64_t count, D, double *up, double *down) {
    FOR_ALL war_weights(a[k], b[k], c[k], d[k], up + k, down + k);
}

void negosim_rule_followed(int64_t count, C, double *mood) { followed(count, mood, a, b, c); }

void negosim_rule_learned(int64_t count, D, double *mean, double *variance) {
    FOR_ALL learned(mean + k, variance + k, a[k], b[k], c[k], d[k]);
}

/* Those of all parties, or of all places, at once: (count, size) each. */

void negosim_rule_prospect(int64_t count, int64_t size, C, double *found) {
    FOR_ALL found[k] = prospect(size, a + k * size, b + k * size, c + k * size);
}

void negosim_rule_stood_still(int64_t count, int64_t size, B, const bool *signs, bool *still) {
    FOR_ALL stood_still(size, a + k * size, b + k * size, signs, still + k * size);
}

void negosim_rule_asked(int64_t count, int64_t parties, const bool *signs, int64_t holdings, const int64_t *party,
                        const int64_t *chip, int64_t issues, const int64_t *text, const int64_t *quo, bool *consent) {
    FOR_ALL unpacked(asked(packed(parties, signs), holdings, party, chip, text + k * issues, quo + k * issues), parties,
                     consent + k * parties);
}

/* Of those that are open, or of all where none is. */
void negosim_rule_object(int64_t count, int64_t size, A, const bool *crossed, const bool *free, int64_t *found) {
    FOR_ALL {
        bool any_free = 0;
        Lanes most = all(-INFINITY);
        Bits worst = all_of(0);
        for (int64_t j = k * size; j < (k + 1) * size; j++) any_free |= free[j];
        for (int64_t j = k * size; j < (k + 1) * size; j++)
            object(j - k * size, all(a[j]), all_of(-(uint64_t)crossed[j]), free[j] || !any_free, &most, &worst);
        found[k] = (int64_t)worst[k % LANES];
    }
}

void negosim_rule_on_simplex(int64_t count, int64_t size, double *point) { FOR_ALL on_simplex(point + k * size, size); }

void negosim_rule_stepped(int64_t count, int64_t size, double *weight, const double *bound, const double *margin,
                          const bool *counted) {
    FOR_ALL stepped(weight + k * size, bound[k], margin + k * size, counted + k * size, size);
}
