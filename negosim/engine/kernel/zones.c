/* The search for a zone of possible agreement: weights that prove it empty or lead to a text, and single changes.

   What negosim.model.zopa.search does with arrays of many histories, one after another; the names are those of the
   Python. */

#include <math.h>
#include <string.h>

#include "elementary.h"
#include "rules.h"
#include "sums.h"

enum { NONE = 0, SOME = 1, UNDECIDED = -1 };

static const double NOWHERE = -1e6, OVERSHOOT = 1e-3, PROOF = 1e-9;    /* negosim.model.zopa.search */

/* Whether no text is left, as all options of an issue are closed. */
static bool is_shut(const Shape *shape, const bool *closed) {
    for (int64_t place = 0; place < shape->places; place++) {
        bool shut = 1;
        for (int64_t s = shape->first[place]; s < shape->first[place + 1]; s++) shut &= closed[s];
        if (shut) return 1;
    }
    return 0;
}

/* -- weights ------------------------------------------------------------------------------------------------------- */

/* The nearest weights that are not negative and add to 1 (Held, Wolfe & Crowder 1974). */
static void put_on_simplex(double *point, int64_t size) {
    double falling[MOST_PARTIES], excesses[MOST_PARTIES], total = 0.0;
    memcpy(falling, point, (size_t)size * sizeof *falling);
    for (int64_t k = 1; k < size; k++) {
        const double moved = falling[k];
        int64_t place = k;
        for (; place > 0 && falling[place - 1] < moved; place--) falling[place] = falling[place - 1];
        falling[place] = moved;
    }
    int64_t last = 0;
    for (int64_t k = 0; k < size; k++) {
        total += falling[k];
        excesses[k] = (total - 1.0) / (double)(k + 1);
        last += falling[k] > excesses[k];
    }
    for (int64_t k = 0; k < size; k++) point[k] = larger(point[k] - excesses[last - 1], 0.0);
}

/* A step that lowers the bound by so much (Polyak 1969). */
static void step(double *weight, double bound, const double *margin, const bool *counted, int64_t size) {
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
    put_on_simplex(weight, size);
}

/* What weights find: SOME with a text, NONE with a proof, or UNDECIDED. */
static int8_t pursued(Sums *sums, const bool *closed, const bool *counted) {
    const Pursuit *pursuit = sums->pursuit;
    const Stance *stance = sums->stance;
    const int64_t size = pursuit->size;
    double weight[MOST_PARTIES], gain[MOST_PARTIES], margin[MOST_PARTIES];
    int64_t count = 0;
    if (is_shut(sums->shape, closed)) return NONE;
    for (int64_t k = 0; k < size; k++) count += counted[k];
    for (int64_t k = 0; k < size; k++) weight[k] = (double)counted[k] / (double)count;
    bar(sums, closed);
    for (int64_t tried = 0; tried < pursuit->steps; tried++) {
        const double bound = bound_of(sums, weight), rate = find_gains(sums, gain);
        if (agreed(sums, gain)) return SOME;
        if (bound < -PROOF) return NONE;
        for (int64_t k = 0; k < size; k++) {
            const int64_t i = pursuit->party[k];
            const double r = of(stance->preference, sums->row, i), h = of(stance->distrust, sums->row, i) * rate;
            margin[k] = gain[i] * (1.0 + h / r);
        }
        step(weight, pursuit->reach * bound, margin, counted, size);
    }
    return UNDECIDED;
}

/* -- single changes ------------------------------------------------------------------------------------------------ */

/* Φ of the text, everybody in the circle counting alike. */
static double prospect(const Sums *sums) {
    double gain[MOST_PARTIES], above = 1.0, below = 0.0;
    find_gains(sums, gain);
    for (int64_t k = 0; k < sums->pursuit->size; k++) {
        const double value = gain[sums->pursuit->party[k]];
        above *= larger(value, SMALLEST_GAIN);
        below += smaller(value, SMALLEST_GAIN) - SMALLEST_GAIN;
    }
    return elementary_log(above) + below / SMALLEST_GAIN;
}

/* Whether the text contains something that no draft may contain, of which an issue is part. */
static bool is_banned(const Sums *sums, int64_t issue) {
    const Combination *bans = &sums->shape->bans.all;
    for (int64_t c = 0; c < bans->count; c++)
        for (int64_t k = bans->start[c]; k < bans->start[c + 1]; k++)
            if (bans->issue[k] == issue && holds(bans, c, sums->text)) return 1;
    return 0;
}

static void put(Sums *sums, int64_t place, int64_t option) {
    sums->choice[place] = option;
    sums->text[sums->shape->agenda[place]] = sums->shape->column[sums->shape->first[place] + option];
}

/* Make the change that most improves the text, or any where it cannot stay as it is; tell whether there is one. */
static bool change(Sums *sums, const bool *closed) {
    const Shape *shape = sums->shape;
    const bool *free = sums->stance->free + sums->row * shape->places;
    double best = prospect(sums) + 2.0 * TIE;
    int64_t best_place = -1, best_option = 0;
    bool must = 0;
    for (int64_t place = 0; place < shape->places; place++) {
        const int64_t now = sums->choice[place], first = shape->first[place], issue = shape->agenda[place];
        const bool untenable = free[place] && (closed[first + now] || is_banned(sums, issue));
        if (!free[place] || (must && !untenable)) continue;
        for (int64_t option = 0; option < size_of(shape, place); option++) {
            if (option == now || closed[first + option]) continue;
            put(sums, place, option);
            if (!is_banned(sums, issue)) {
                if (untenable && !must) must = 1, best = -INFINITY; /* what has been found so far is void */
                const double total = prospect(sums) - TIE * (double)(first + option) / (double)shape->slots;
                if (total > best) best = total, best_place = place, best_option = option;
            }
        }
        put(sums, place, now);
    }
    if (best_place >= 0) put(sums, best_place, best_option);
    return best_place >= 0;
}

/* What single changes find: SOME with a text, or UNDECIDED. */
static int8_t redrafted(Sums *sums, const bool *closed, const bool *counted) {
    (void)counted; /* all are */
    const Pursuit *pursuit = sums->pursuit;
    double weight[MOST_PARTIES], gain[MOST_PARTIES];
    if (is_shut(sums->shape, closed)) return UNDECIDED;
    for (int64_t k = 0; k < pursuit->size; k++) weight[k] = 1.0 / (double)pursuit->size;
    bar(sums, closed);
    bound_of(sums, weight);
    for (int64_t made = 0; made < pursuit->steps; made++) {
        const bool changed = change(sums, closed);
        find_gains(sums, gain);
        if (agreed(sums, gain)) return SOME;
        if (!changed) break;
    }
    return UNDECIDED;
}

/* -- all histories ------------------------------------------------------------------------------------------------- */

/* A way of looking, under some conditions; it says what is known and leaves the text that it has found. */
typedef int8_t Way(Sums *sums, const bool *closed, const bool *counted);

static void search(const Shape *shape, const Stance *stance, const Pursuit *pursuit, Way *way) {
    Sums sums;
    lay_out(&sums, shape, stance, pursuit);
    bool found = 0;
    for (int64_t which = 0; which < pursuit->count; which++) {
        const bool *closed = pursuit->closed + which * shape->slots, *counted = pursuit->counted + which * pursuit->size;
        if (pursuit->rows[which] != sums.row)
            make_ready(&sums, pursuit->rows[which]);
        else if (found)
            continue;
        pursuit->known[which] = way(&sums, closed, counted);
        found = pursuit->known[which] == SOME;
        if (found) memcpy(pursuit->text + which * shape->issues, sums.text, (size_t)shape->issues * sizeof *sums.text);
    }
}

void negosim_pursue(const Shape *shape, const Stance *stance, const Pursuit *pursuit) {
    search(shape, stance, pursuit, pursued);
}

void negosim_redraft(const Shape *shape, const Stance *stance, const Pursuit *pursuit) {
    search(shape, stance, pursuit, redrafted);
}
