/* Inverse distribution functions: negosim.model.inverse in C. */

#ifndef NEGOSIM_INVERSE_H
#define NEGOSIM_INVERSE_H

#include "elementary.h"

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

static inline double ratio(const double coefficients[2][8], double x) {
    double above = coefficients[0][0], below = coefficients[1][0];
    for (int k = 1; k < 8; k++) {
        above = above * x + coefficients[0][k];
        below = below * x + coefficients[1][k];
    }
    return above / below;
}

/* A standard normal draw. */
static inline double normal(double u) {
    const double centred = u - 0.5;
    if (fabs(centred) <= 0.425) return centred * ratio(CENTRE, 0.180625 - centred * centred);
    const double r = sqrt(-elementary_log(centred < 0 ? u : 1.0 - u));
    return copysign(r <= 5.0 ? ratio(SHOULDER, r - 1.6) : ratio(TAIL, r - 5.0), centred);
}

/* The same of several numbers: those that are far from the middle are few, and gathered. */
static inline void normals(int64_t count, const double *u, double *found) {
    enum { GATHERED = 32, SIDE_BY_SIDE = 4 };
    for (int64_t k = 0; k < count; k++) {
        const double centred = u[k] - 0.5;
        found[k] = centred * ratio(CENTRE, 0.180625 - centred * centred);
    }
    for (int64_t k = 0; k < count;) {
        double tail[GATHERED], r[GATHERED], far[GATHERED];
        int64_t place[GATHERED], many = 0;
        for (; k < count && many < GATHERED; k++) {
            place[many] = k;
            many += !(fabs(u[k] - 0.5) <= 0.425);
        }
        const int64_t size = (many + SIDE_BY_SIDE - 1) / SIDE_BY_SIDE * SIDE_BY_SIDE;
        for (int64_t n = 0; n < many; n++) tail[n] = u[place[n]] - 0.5 < 0 ? u[place[n]] : 1.0 - u[place[n]];
        for (int64_t n = many; n < size; n++) tail[n] = 0.05; /* whatever: it is not looked at */
        for (int64_t n = 0; n < size; n++) {
            r[n] = sqrt(-elementary_log(tail[n]));
            far[n] = ratio(SHOULDER, r[n] - 1.6);
        }
        for (int64_t n = 0; n < many; n++)
            found[place[n]] = r[n] <= 5.0 ? copysign(far[n], u[place[n]] - 0.5) : normal(u[place[n]]);
    }
}

#endif
