/* The search for a zone of possible agreement: weights that prove it empty or lead to a text, and single changes.

   What negosim.model.zopa.search does with arrays of many histories, one after another; the names are those of the
   Python. */

#include <math.h>
#include <string.h>

#include "rules.h"
#include "dual_bound.h"

enum { NONE = 0, SOME = 1, UNDECIDED = -1 };

static const double PROOF = 1e-9;    /* negosim.model.zopa.search */

/* Whether no text is left, as all options of an issue are closed. */
static bool is_shut(const FactorGraph *graph, const bool *closed) {
    for (int64_t place = 0; place < graph->places; place++) {
        bool shut = 1;
        for (int64_t s = graph->first[place]; s < graph->first[place + 1]; s++) shut &= closed[s];
        if (shut) return 1;
    }
    return 0;
}

/* -- weights ------------------------------------------------------------------------------------------------------- */

/* What weights find: SOME with a text, NONE with a proof, or UNDECIDED. */
static int8_t pursued(DualBound *dual, const bool *closed, const bool *counted) {
    const Pursuit *pursuit = dual->pursuit;
    const int64_t size = pursuit->size;
    double weight[MOST_PARTIES], gains[MOST_PARTIES], margin[MOST_PARTIES];
    int64_t count = 0;
    if (is_shut(dual->graph, closed)) return NONE;
    for (int64_t k = 0; k < size; k++) count += counted[k];
    for (int64_t k = 0; k < size; k++) weight[k] = (double)counted[k] / (double)count;
    bar(dual, closed);
    for (int64_t tried = 0; tried < pursuit->steps; tried++) {
        const double bound = bound_of(dual, weight), rate = find_gains(dual, gains);
        if (agreed(dual, gains)) return SOME;
        if (bound < -PROOF) return NONE;
        for (int64_t k = 0; k < size; k++) {
            const int64_t i = pursuit->party[k];
            margin[k] = gains[i] * (1.0 + dual->distrust[i] * rate / dual->preference[i]);
        }
        stepped(weight, pursuit->reach * bound, margin, counted, size);
    }
    return UNDECIDED;
}

/* -- single changes ------------------------------------------------------------------------------------------------ */

/* Φ of the text, everybody in the coalition counting alike. */
static double prospect_of(const DualBound *dual) {
    double gains[MOST_PARTIES], value[MOST_PARTIES], reservation[MOST_PARTIES], weight[MOST_PARTIES];
    find_gains(dual, gains);
    for (int64_t k = 0; k < dual->pursuit->size; k++)
        value[k] = gains[dual->pursuit->party[k]], reservation[k] = 0.0, weight[k] = 1.0;
    return prospect(dual->pursuit->size, value, reservation, weight);
}

/* Whether the text contains something that no draft may contain, of which an issue is part. */
static bool is_banned(const DualBound *dual, int64_t issue) {
    const Combination *bans = &dual->graph->bans.all;
    for (int64_t c = 0; c < bans->count; c++)
        for (int64_t k = bans->start[c]; k < bans->start[c + 1]; k++)
            if (bans->issue[k] == issue && holds(bans, c, dual->text)) return 1;
    return 0;
}

static void put(DualBound *dual, int64_t place, int64_t option) {
    dual->choice[place] = option;
    dual->text[dual->graph->agenda[place]] = dual->graph->column[dual->graph->first[place] + option];
}

/* Make the change that most improves the text, or any where it cannot stay as it is; return whether there is one. */
static bool change(DualBound *dual, const bool *closed) {
    const FactorGraph *graph = dual->graph;
    const bool *free = dual->positions->free + dual->row * graph->places;
    double best = prospect_of(dual) + 2.0 * TIE;
    int64_t best_place = -1, best_option = 0;
    bool must = 0;
    for (int64_t place = 0; place < graph->places; place++) {
        const int64_t now = dual->choice[place], first = graph->first[place], issue = graph->agenda[place];
        const bool untenable = free[place] && (closed[first + now] || is_banned(dual, issue));
        if (!free[place] || (must && !untenable)) continue;
        for (int64_t option = 0; option < size_of(graph, place); option++) {
            if (option == now || closed[first + option]) continue;
            put(dual, place, option);
            if (!is_banned(dual, issue)) {
                if (untenable && !must) must = 1, best = -INFINITY; /* what has been found so far is void */
                const double total = prospect_of(dual) - TIE * (double)(first + option) / (double)graph->slots;
                if (total > best) best = total, best_place = place, best_option = option;
            }
        }
        put(dual, place, now);
    }
    if (best_place >= 0) put(dual, best_place, best_option);
    return best_place >= 0;
}

/* What single changes find: SOME with a text, or UNDECIDED. */
static int8_t redrafted(DualBound *dual, const bool *closed, const bool *counted) {
    (void)counted; /* all are */
    const Pursuit *pursuit = dual->pursuit;
    double weight[MOST_PARTIES], gains[MOST_PARTIES];
    if (is_shut(dual->graph, closed)) return UNDECIDED;
    for (int64_t k = 0; k < pursuit->size; k++) weight[k] = 1.0 / (double)pursuit->size;
    bar(dual, closed);
    bound_of(dual, weight);
    for (int64_t made = 0; made < pursuit->steps; made++) {
        const bool changed = change(dual, closed);
        find_gains(dual, gains);
        if (agreed(dual, gains)) return SOME;
        if (!changed) break;
    }
    return UNDECIDED;
}

/* -- all histories ------------------------------------------------------------------------------------------------- */

/* A way of looking, under some conditions; it says what is known and leaves the text that it has found. */
typedef int8_t Way(DualBound *dual, const bool *closed, const bool *counted);

static void search(const FactorGraph *graph, const PartyPositions *positions, const Pursuit *pursuit, Way *way) {
    DualBound dual;
    set_up(&dual, graph, positions, pursuit);
    bool found = 0;
    for (int64_t which = 0; which < pursuit->count; which++) {
        const bool *closed = pursuit->closed + which * graph->slots, *counted = pursuit->counted + which * pursuit->size;
        if (pursuit->rows[which] != dual.row)
            make_ready(&dual, pursuit->rows[which]);
        else if (found)
            continue;
        pursuit->known[which] = way(&dual, closed, counted);
        found = pursuit->known[which] == SOME;
        if (found) memcpy(pursuit->text + which * graph->issues, dual.text, (size_t)graph->issues * sizeof *dual.text);
    }
}

void negosim_pursue(const FactorGraph *graph, const PartyPositions *positions, const Pursuit *pursuit) {
    search(graph, positions, pursuit, pursued);
}

void negosim_redraft(const FactorGraph *graph, const PartyPositions *positions, const Pursuit *pursuit) {
    search(graph, positions, pursuit, redrafted);
}
