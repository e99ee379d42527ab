/* Thresholds of the model that several parts of the kernel go by, and what they are compared with. */

#ifndef NEGOSIM_RULES_H
#define NEGOSIM_RULES_H

static const double SMALLEST_GAIN = 0.01; /* negosim.model.talks.drafting: below it Φ is linear */
static const double TIE = 1e-9;           /* negosim.model.talks.drafting */
static const double ROUNDING = 1e-12;     /* negosim.model.consent */

static inline double larger(double a, double b) { return a > b ? a : b; }
static inline double smaller(double a, double b) { return a < b ? a : b; }

#endif
