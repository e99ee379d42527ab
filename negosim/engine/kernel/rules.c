/* The formulas of elementary.h and rules.h for arrays: tests compare them with their twins in negosim.model. */

#include "rules.h"

#define OF_1(name, rule)                                                                        \
    void negosim_rule_##name(int64_t count, const double *a, double *restrict found) {          \
        for (int64_t k = 0; k < count; k++) found[k] = rule(a[k]);                              \
    }
#define OF_2(name, rule)                                                                        \
    void negosim_rule_##name(int64_t count, const double *a, const double *b, double *restrict found) { \
        for (int64_t k = 0; k < count; k++) found[k] = rule(a[k], b[k]);                        \
    }

OF_1(log, elementary_log)
OF_1(exp, elementary_exp)
OF_1(expm1, elementary_expm1)
OF_2(power, elementary_power)
