/* The weighted sum of margins in a history: the text that is best for it, and what the parties gain by a text.

   What negosim.model.zopa.dual_bound does with arrays of many histories; the names are those of the Python. */

#include "dual_bound.h"

#include <math.h>
#include <string.h>

#include "rules.h"

static int64_t gap_cells_of(const FactorGraph *graph) {
    int64_t cells = 1;
    for (int64_t k = 0; k < graph->guards; k++) cells *= size_of(graph, graph->guard_place[k]);
    return cells;
}

int64_t negosim_room_of_pursuit(const FactorGraph *graph, const Pursuit *pursuit) {
    const int64_t tables = graph->table_at[graph->tables] + graph->places;
    return pursuit->size * (graph->slots + graph->linkages.all.count) + 2 * tables + gap_cells_of(graph);
}

void set_up(DualBound *dual, const FactorGraph *graph, const PartyPositions *positions, const Pursuit *pursuit) {
    const int64_t tables = graph->table_at[graph->tables] + graph->places;
    dual->graph = graph;
    dual->positions = positions;
    dual->pursuit = pursuit;
    dual->row = -1;
    dual->values = pursuit->room;
    dual->additions = dual->values + pursuit->size * graph->slots;
    dual->tables = dual->additions + pursuit->size * graph->linkages.all.count;
    dual->taken = dual->tables + tables;
    dual->gaps = dual->taken + tables;
}

/* -- the sum made ready ------------------------------------------------------------------------------------------- */

/* Whether the part of a combination that is off the agenda holds. */
static bool matches_off_agenda(const DualBound *dual, const Combination *all, int64_t which) {
    for (int64_t k = all->start[which]; k < all->start[which + 1]; k++)
        if (dual->graph->place_at[all->issue[k]] < 0 && dual->quo[all->issue[k]] != all->column[k]) return 0;
    return 1;
}

/* u_i of a text, for all parties. */
static void find_utility(const DualBound *dual, const int64_t *text, double *restrict found) {
    const FactorGraph *graph = dual->graph;
    const int64_t parties = graph->parties;
    const double *table = numbers_of(dual->positions->table, dual->at);
    for (int64_t i = 0; i < parties; i++) found[i] = 0.0;
    for (int64_t j = 0; j < graph->issues; j++)
        for (int64_t i = 0; i < parties; i++) found[i] += table[text[j] * parties + i];
    for (int64_t l = 0; l < graph->linkages.all.count; l++)
        if (holds(&graph->linkages.all, l, text))
            for (int64_t i = 0; i < parties; i++) found[i] += of(dual->positions->additions[l], dual->at, i);
}

/* P of every combination of guarantees. */
static void find_gaps(DualBound *dual) {
    const FactorGraph *graph = dual->graph;
    double outside = 1.0;
    for (int64_t k = 0; k < graph->guarding; k++)
        if (graph->place_at[graph->guard[k]] < 0)
            outside *= of(dual->positions->gaps, dual->at, dual->quo[graph->guard[k]]);
    dual->gap_cells = 1;
    dual->gaps[0] = outside;
    for (int64_t k = 0; k < graph->guards; k++) {
        const int64_t place = graph->guard_place[k], size = size_of(graph, place);
        for (int64_t cell = dual->gap_cells - 1; cell >= 0; cell--)
            for (int64_t option = size - 1; option >= 0; option--)
                dual->gaps[cell * size + option] =
                    dual->gaps[cell] * of(dual->positions->gaps, dual->at, graph->column[graph->first[place] + option]);
        dual->gap_cells *= size;
    }
}

void bar(DualBound *dual, const bool *closed) {
    const FactorGraph *graph = dual->graph;
    const bool *free = dual->positions->free + dual->row * graph->places;
    for (int64_t s = 0; s < graph->slots; s++) dual->bars[s] = closed[s] ? -INFINITY : 0.0;
    memset(dual->tables, 0, (size_t)graph->table_at[graph->forbidding] * sizeof(double));
    for (int64_t c = 0; c < graph->bans.all.count; c++) {
        const int64_t table = graph->bans.table[c], cell = graph->bans.cell[c];
        bool any_free = 0;
        if (table == NOT_ON_AGENDA || !matches_off_agenda(dual, &graph->bans.all, c)) continue;
        for (int64_t k = graph->bans.all.start[c]; k < graph->bans.all.start[c + 1]; k++) {
            const int64_t place = graph->place_at[graph->bans.all.issue[k]];
            any_free |= place >= 0 && free[place];
        }
        if (!any_free) continue;
        if (table == AT_A_SLOT)
            dual->bars[cell] = -INFINITY;
        else
            dual->tables[graph->table_at[table] + cell] = -INFINITY;
    }
}

/* Read what a text means to the parties; nobody, who fills up the lanes, is neither tempted nor impatient. */
static void set_stakes(DualBound *dual) {
    const PartyPositions *positions = dual->positions;
    const int64_t row = dual->row, parties = dual->graph->parties;
    dual->hazard = of(positions->hazard, row, 0);
    dual->effect = of(positions->effect, row, 0);
    for (int64_t i = 0; i < MOST_PARTIES; i++) {
        const bool is_party = i < parties;
        dual->going_on[i] = is_party ? of(positions->going_on, row, i) : 0.0;
        dual->fallback[i] = is_party ? of(positions->fallback, row, i) : 0.0;
        dual->distrust[i] = is_party ? of(positions->distrust, row, i) : 0.0;
        dual->preference[i] = is_party ? of(positions->preference, row, i) : 1.0;
        dual->phi[i] = is_party && positions->phi.at ? of(positions->phi, row, i) : 1.0;
        dual->no_deal[i] = is_party ? of(positions->no_deal, row, i) : 0.0;
    }
}

void make_ready(DualBound *dual, int64_t row) {
    const FactorGraph *graph = dual->graph;
    const PartyPositions *positions = dual->positions;
    const int64_t parties = graph->parties, size = dual->pursuit->size, at = positions->worth[row];
    const double *table = numbers_of(positions->table, at);
    double standing[MOST_PARTIES];
    dual->row = row;
    dual->at = at;
    dual->quo = positions->quo + row * graph->issues;
    set_stakes(dual);
    find_utility(dual, dual->quo, standing);
    for (int64_t place = 0; place < size; place++) {
        const int64_t party = dual->pursuit->party[place];
        for (int64_t s = 0; s < graph->slots; s++)
            dual->values[place * graph->slots + s] = dual->phi[party] * table[graph->column[s] * parties + party];
        dual->base[place] = standing[party];
        for (int64_t k = 0; k < graph->places; k++)
            dual->base[place] -= table[dual->quo[graph->agenda[k]] * parties + party];
    }
    for (int64_t l = 0; l < graph->linkages.all.count; l++) {
        const bool counts = graph->linkages.table[l] != NOT_ON_AGENDA;
        const bool stands = counts && holds(&graph->linkages.all, l, dual->quo);
        const bool matches = counts && matches_off_agenda(dual, &graph->linkages.all, l);
        for (int64_t place = 0; place < size; place++) {
            const int64_t party = dual->pursuit->party[place];
            const double added = of(positions->additions[l], at, party);
            if (stands) dual->base[place] -= added;
            dual->additions[l * size + place] = matches ? dual->phi[party] * added : 0.0;
        }
    }
    for (int64_t place = 0; place < size; place++) {
        const int64_t i = dual->pursuit->party[place];
        double shift = dual->distrust[i] * dual->hazard / dual->preference[i];
        shift *= dual->no_deal[i] - dual->fallback[i];
        dual->guarding[place] = dual->effect * shift;
        dual->base[place] = dual->base[place] * dual->phi[i] - dual->no_deal[i] - dual->going_on[i] -
                            (1.0 - dual->effect) * shift;
    }
    find_gaps(dual);
}

/* -- the best text for some weights ------------------------------------------------------------------------------- */

/* The largest sum that a text can have by what its options are worth and by the tables that are given, and its choice. */
static double eliminate(DualBound *dual, const double *worth, int64_t *choice) {
    const FactorGraph *graph = dual->graph;
    const Elimination *steps = &graph->elimination;
    double total = 0.0;
    for (int64_t k = 0; k < graph->places; k++) {
        const int64_t place = steps->place[k], options = size_of(graph, place), output = steps->output[k];
        double *made = dual->tables + (output < 0 ? graph->table_at[graph->tables] + k : graph->table_at[output]);
        double *taken = dual->taken + (made - dual->tables);
        for (int64_t c = 0; c < steps->choices[k]; c++) {
            double best = -INFINITY;
            int64_t chosen = 0;
            for (int64_t option = 0; option < options; option++) {
                double sum = worth[graph->first[place] + option];
                for (int64_t f = steps->inputs[k]; f < steps->inputs[k + 1]; f++)
                    sum += dual->tables[graph->table_at[steps->table[f]] +
                                        steps->cell[steps->at[f] + c * options + option]];
                if (sum > best) best = sum, chosen = option;
            }
            made[c] = best;
            taken[c] = (double)chosen;
        }
        if (output < 0) total += made[0];
    }
    for (int64_t k = graph->places - 1; k >= 0; k--) {
        const int64_t output = steps->output[k];
        int64_t c = 0;
        for (int64_t o = steps->others[k]; o < steps->others[k + 1]; o++) c += choice[steps->other[o]] * steps->stride[o];
        const int64_t made = output < 0 ? graph->table_at[graph->tables] + k : graph->table_at[output];
        choice[steps->place[k]] = (int64_t)dual->taken[made + c];
    }
    return total;
}

/* The best choice, which must move something where a text that moves nothing is no text. */
static double choose(DualBound *dual) {
    const FactorGraph *graph = dual->graph;
    double best = eliminate(dual, dual->worth, dual->choice);
    bool still = dual->positions->must_move[dual->row];
    for (int64_t place = 0; place < graph->places && still; place++)
        still = graph->column[graph->first[place] + dual->choice[place]] == dual->quo[graph->agenda[place]];
    if (!still) return best;
    best = -INFINITY;
    for (int64_t place = 0; place < graph->places; place++) {
        double worth[MOST_OPTIONS];
        int64_t choice[MOST_ISSUES];
        memcpy(worth, dual->worth, (size_t)graph->slots * sizeof *worth);
        for (int64_t s = graph->first[place]; s < graph->first[place + 1]; s++)
            if (graph->column[s] == dual->quo[graph->agenda[place]]) worth[s] = -INFINITY;
        const double value = eliminate(dual, worth, choice);
        if (value > best) best = value, memcpy(dual->choice, choice, sizeof choice);
    }
    return best;
}

double bound_of(DualBound *dual, const double *weight) {
    const FactorGraph *graph = dual->graph;
    const int64_t size = dual->pursuit->size;
    double total = 0.0, guarding = 0.0;
    memcpy(dual->worth, dual->bars, (size_t)graph->slots * sizeof(double));
    for (int64_t place = 0; place < size; place++) {
        const double *values = dual->values + place * graph->slots;
        for (int64_t s = 0; s < graph->slots; s++) dual->worth[s] += weight[place] * values[s];
        total += weight[place] * dual->base[place];
        guarding += weight[place] * dual->guarding[place];
    }
    const int64_t first = graph->table_at[graph->forbidding], last = graph->table_at[graph->given];
    memset(dual->tables + first, 0, (size_t)(last - first) * sizeof(double));
    for (int64_t l = 0; l < graph->linkages.all.count; l++) {
        const int64_t table = graph->linkages.table[l], cell = graph->linkages.cell[l];
        double bonus = 0.0;
        for (int64_t place = 0; place < size; place++) bonus += weight[place] * dual->additions[l * size + place];
        if (table == AT_A_SLOT)
            dual->worth[cell] += bonus;
        else if (table >= 0)
            dual->tables[graph->table_at[table] + cell] += bonus;
    }
    double *guards = graph->guards == 0   ? &total
                     : graph->guards == 1 ? dual->worth + graph->first[graph->guard_place[0]]
                                          : dual->tables + graph->table_at[graph->guard_table];
    for (int64_t cell = 0; cell < dual->gap_cells; cell++) guards[cell] += -guarding * dual->gaps[cell];
    const double bound = choose(dual);
    memcpy(dual->text, dual->quo, (size_t)graph->issues * sizeof *dual->text);
    for (int64_t place = 0; place < graph->places; place++)
        dual->text[graph->agenda[place]] = graph->column[graph->first[place] + dual->choice[place]];
    return bound + total;
}

/* -- what the parties think of it --------------------------------------------------------------------------------- */

/* Whether a text crosses no live red line of those who must consent, contains nothing excluded or forbidden, and leaves
   alone what is not open. Where everything is ruled out the best text may do any of that. */
static bool may_stand(const DualBound *dual, uint64_t needed) {
    const FactorGraph *graph = dual->graph;
    const bool *free = dual->positions->free + dual->row * graph->places;
    const bool *crossed = dual->positions->crossed + dual->row * graph->slots * graph->parties;
    bool moves = 0;
    for (int64_t place = 0; place < graph->places; place++) {
        const int64_t slot = graph->first[place] + dual->choice[place];
        if (!free[place] && graph->column[slot] != dual->quo[graph->agenda[place]]) return 0;
        if (!free[place]) continue;
        if (graph->excluded[slot]) return 0;
        for (int64_t i = 0; i < graph->parties; i++)
            if ((needed >> i & 1) && crossed[slot * graph->parties + i]) return 0;
    }
    for (int64_t c = 0; c < graph->bans.all.count; c++) {
        if (!holds(&graph->bans.all, c, dual->text)) continue;
        for (int64_t k = graph->bans.all.start[c]; k < graph->bans.all.start[c + 1]; k++) {
            const int64_t place = graph->place_at[graph->bans.all.issue[k]];
            if (place >= 0 && free[place]) return 0;
        }
    }
    for (int64_t j = 0; j < graph->issues; j++) moves |= dual->text[j] != dual->quo[j];
    return moves || !dual->positions->must_move[dual->row];
}

double find_gains(const DualBound *dual, double *restrict gains) {
    const FactorGraph *graph = dual->graph;
    double gap = 1.0;
    for (int64_t k = 0; k < graph->guarding; k++)
        gap *= of(dual->positions->gaps, dual->at, dual->text[graph->guard[k]]);
    const double rate = breakdown_rate(dual->hazard, dual->effect, gap);
    find_utility(dual, dual->text, gains);
    for (int64_t i = graph->parties; i % LANES; i++) gains[i] = 0.0;
    for (int64_t i = 0; i < graph->parties; i += LANES) {
        const Lanes value = agreement_value(load(gains + i) * load(dual->phi + i), load(dual->going_on + i),
                                            load(dual->fallback + i), load(dual->distrust + i) * rate,
                                            load(dual->preference + i));
        store(gains + i, value - load(dual->no_deal + i));
    }
    return rate;
}

bool agreed(const DualBound *dual, const double *gains) {
    const FactorGraph *graph = dual->graph;
    const uint64_t needed = asked(packed(graph->parties, graph->signs), graph->holdings, graph->holding_party,
                                  graph->holding_chip, dual->text, dual->quo);
    for (int64_t i = 0; i < graph->parties; i++)
        if ((needed >> i & 1) && gains[i] < -ROUNDING) return 0;
    return may_stand(dual, needed);
}
