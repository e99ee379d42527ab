/* The weighted sum of margins in a history: the text that is best for it, and what the parties think of a text.

   What negosim.model.zopa.dual_bound does with arrays of many histories; the names are those of the Python. */

#include "sums.h"

#include <math.h>
#include <string.h>

#include "rules.h"

static int64_t gap_cells_of(const Shape *shape) {
    int64_t cells = 1;
    for (int64_t k = 0; k < shape->guards; k++) cells *= size_of(shape, shape->guard_place[k]);
    return cells;
}

int64_t negosim_room_of_pursuit(const Shape *shape, const Pursuit *pursuit) {
    return pursuit->size * (shape->slots + shape->linkages.all.count) + 2 * (shape->table_at[shape->tables] + shape->places) +
           gap_cells_of(shape);
}

void lay_out(Sums *sums, const Shape *shape, const Stance *stance, const Pursuit *pursuit) {
    const int64_t tables = shape->table_at[shape->tables] + shape->places;
    sums->shape = shape;
    sums->stance = stance;
    sums->pursuit = pursuit;
    sums->row = -1;
    sums->values = pursuit->room;
    sums->additions = sums->values + pursuit->size * shape->slots;
    sums->tables = sums->additions + pursuit->size * shape->linkages.all.count;
    sums->taken = sums->tables + tables;
    sums->gaps = sums->taken + tables;
}

/* -- the sum made ready ------------------------------------------------------------------------------------------- */

/* Whether the part of a combination that is off the agenda holds. */
static bool matches_off_agenda(const Sums *sums, const Combination *all, int64_t which) {
    for (int64_t k = all->start[which]; k < all->start[which + 1]; k++)
        if (sums->shape->place_at[all->issue[k]] < 0 && sums->quo[all->issue[k]] != all->column[k]) return 0;
    return 1;
}

/* u_i of a text, for all parties. */
static void find_utility(const Sums *sums, const int64_t *text, double *restrict found) {
    const Shape *shape = sums->shape;
    const int64_t parties = shape->parties;
    const double *table = sums->stance->table.at + sums->at * sums->stance->table.step;
    for (int64_t i = 0; i < parties; i++) found[i] = 0.0;
    for (int64_t j = 0; j < shape->issues; j++)
        for (int64_t i = 0; i < parties; i++) found[i] += table[text[j] * parties + i];
    for (int64_t l = 0; l < shape->linkages.all.count; l++)
        if (holds(&shape->linkages.all, l, text))
            for (int64_t i = 0; i < parties; i++) found[i] += of(sums->stance->additions[l], sums->at, i);
}

/* P of every combination of guarantees. */
static void find_gaps(Sums *sums) {
    const Shape *shape = sums->shape;
    double outside = 1.0;
    for (int64_t k = 0; k < shape->guarding; k++)
        if (shape->place_at[shape->guard[k]] < 0) outside *= of(sums->stance->gaps, sums->at, sums->quo[shape->guard[k]]);
    sums->gap_cells = 1;
    sums->gaps[0] = outside;
    for (int64_t k = 0; k < shape->guards; k++) {
        const int64_t place = shape->guard_place[k], size = size_of(shape, place);
        for (int64_t cell = sums->gap_cells - 1; cell >= 0; cell--)
            for (int64_t option = size - 1; option >= 0; option--)
                sums->gaps[cell * size + option] =
                    sums->gaps[cell] * of(sums->stance->gaps, sums->at, shape->column[shape->first[place] + option]);
        sums->gap_cells *= size;
    }
}

void bar(Sums *sums, const bool *closed) {
    const Shape *shape = sums->shape;
    const bool *free = sums->stance->free + sums->row * shape->places;
    for (int64_t s = 0; s < shape->slots; s++) sums->bars[s] = closed[s] ? -INFINITY : 0.0;
    memset(sums->tables, 0, (size_t)shape->table_at[shape->forbidding] * sizeof(double));
    for (int64_t c = 0; c < shape->bans.all.count; c++) {
        const int64_t table = shape->bans.table[c], cell = shape->bans.cell[c];
        bool any_free = 0;
        if (table == -2 || !matches_off_agenda(sums, &shape->bans.all, c)) continue;
        for (int64_t k = shape->bans.all.start[c]; k < shape->bans.all.start[c + 1]; k++) {
            const int64_t place = shape->place_at[shape->bans.all.issue[k]];
            any_free |= place >= 0 && free[place];
        }
        if (!any_free) continue;
        if (table == -1)
            sums->bars[cell] = -INFINITY;
        else
            sums->tables[shape->table_at[table] + cell] = -INFINITY;
    }
}

void make_ready(Sums *sums, int64_t row) {
    const Shape *shape = sums->shape;
    const Stance *stance = sums->stance;
    const int64_t parties = shape->parties, size = sums->pursuit->size, at = stance->worth[row];
    const double *table = stance->table.at + at * stance->table.step;
    double standing[MOST_PARTIES];
    sums->row = row;
    sums->at = at;
    sums->quo = stance->quo + row * shape->issues;
    const double hazard = of(stance->hazard, row, 0), effect = of(stance->effect, row, 0);
    double part[MOST_PARTIES];
    find_utility(sums, sums->quo, standing);
    for (int64_t place = 0; place < size; place++) {
        const int64_t party = sums->pursuit->party[place];
        part[place] = stance->part.at ? of(stance->part, row, party) : 1.0;
        for (int64_t s = 0; s < shape->slots; s++)
            sums->values[place * shape->slots + s] = part[place] * table[shape->column[s] * parties + party];
        sums->base[place] = standing[party];
        for (int64_t k = 0; k < shape->places; k++)
            sums->base[place] -= table[sums->quo[shape->agenda[k]] * parties + party];
    }
    for (int64_t l = 0; l < shape->linkages.all.count; l++) {
        const bool counts = shape->linkages.table[l] != -2;
        const bool stands = counts && holds(&shape->linkages.all, l, sums->quo);
        const bool matches = counts && matches_off_agenda(sums, &shape->linkages.all, l);
        for (int64_t place = 0; place < size; place++) {
            const double added = of(stance->additions[l], at, sums->pursuit->party[place]);
            if (stands) sums->base[place] -= added;
            sums->additions[l * size + place] = matches ? part[place] * added : 0.0;
        }
    }
    for (int64_t place = 0; place < size; place++) {
        const int64_t party = sums->pursuit->party[place];
        const double no_deal = of(stance->no_deal, row, party);
        double shift = of(stance->distrust, row, party) * hazard / of(stance->preference, row, party);
        shift *= no_deal - of(stance->fallback, row, party);
        sums->guarding[place] = effect * shift;
        sums->base[place] = sums->base[place] * part[place] - no_deal - of(stance->going_on, row, party) - (1.0 - effect) * shift;
    }
    find_gaps(sums);
}

/* -- the best text for some weights ------------------------------------------------------------------------------- */

/* The largest sum that a text can have by what its options are worth and by the tables that are given, and its choice. */
static double eliminate(Sums *sums, const double *worth, int64_t *choice) {
    const Shape *shape = sums->shape;
    const Elimination *steps = &shape->elimination;
    double total = 0.0;
    for (int64_t k = 0; k < shape->places; k++) {
        const int64_t place = steps->place[k], options = size_of(shape, place), output = steps->output[k];
        double *made = sums->tables + (output < 0 ? shape->table_at[shape->tables] + k : shape->table_at[output]);
        double *taken = sums->taken + (made - sums->tables);
        for (int64_t c = 0; c < steps->choices[k]; c++) {
            double best = -INFINITY;
            int64_t chosen = 0;
            for (int64_t option = 0; option < options; option++) {
                double sum = worth[shape->first[place] + option];
                for (int64_t f = steps->inputs[k]; f < steps->inputs[k + 1]; f++)
                    sum += sums->tables[shape->table_at[steps->table[f]] + steps->cell[steps->at[f] + c * options + option]];
                if (sum > best) best = sum, chosen = option;
            }
            made[c] = best;
            taken[c] = (double)chosen;
        }
        if (output < 0) total += made[0];
    }
    for (int64_t k = shape->places - 1; k >= 0; k--) {
        const int64_t output = steps->output[k];
        int64_t c = 0;
        for (int64_t o = steps->others[k]; o < steps->others[k + 1]; o++) c += choice[steps->other[o]] * steps->stride[o];
        const int64_t made = output < 0 ? shape->table_at[shape->tables] + k : shape->table_at[output];
        choice[steps->place[k]] = (int64_t)sums->taken[made + c];
    }
    return total;
}

/* The best choice, which must move something where a text that moves nothing is no text. */
static double choose(Sums *sums) {
    const Shape *shape = sums->shape;
    double best = eliminate(sums, sums->worth, sums->choice);
    bool still = sums->stance->must_move[sums->row];
    for (int64_t place = 0; place < shape->places && still; place++)
        still = shape->column[shape->first[place] + sums->choice[place]] == sums->quo[shape->agenda[place]];
    if (!still) return best;
    best = -INFINITY;
    for (int64_t place = 0; place < shape->places; place++) {
        double worth[MOST_OPTIONS];
        int64_t choice[MOST_ISSUES];
        memcpy(worth, sums->worth, (size_t)shape->slots * sizeof *worth);
        for (int64_t s = shape->first[place]; s < shape->first[place + 1]; s++)
            if (shape->column[s] == sums->quo[shape->agenda[place]]) worth[s] = -INFINITY;
        const double value = eliminate(sums, worth, choice);
        if (value > best) best = value, memcpy(sums->choice, choice, sizeof choice);
    }
    return best;
}

double bound_of(Sums *sums, const double *weight) {
    const Shape *shape = sums->shape;
    const int64_t size = sums->pursuit->size;
    double total = 0.0, guarding = 0.0;
    memcpy(sums->worth, sums->bars, (size_t)shape->slots * sizeof(double));
    for (int64_t place = 0; place < size; place++) {
        const double *values = sums->values + place * shape->slots;
        for (int64_t s = 0; s < shape->slots; s++) sums->worth[s] += weight[place] * values[s];
        total += weight[place] * sums->base[place];
        guarding += weight[place] * sums->guarding[place];
    }
    const int64_t first = shape->table_at[shape->forbidding], last = shape->table_at[shape->given];
    memset(sums->tables + first, 0, (size_t)(last - first) * sizeof(double));
    for (int64_t l = 0; l < shape->linkages.all.count; l++) {
        const int64_t table = shape->linkages.table[l], cell = shape->linkages.cell[l];
        double bonus = 0.0;
        for (int64_t place = 0; place < size; place++) bonus += weight[place] * sums->additions[l * size + place];
        if (table == -1)
            sums->worth[cell] += bonus;
        else if (table >= 0)
            sums->tables[shape->table_at[table] + cell] += bonus;
    }
    double *guards = shape->guards == 0   ? &total
                     : shape->guards == 1 ? sums->worth + shape->first[shape->guard_place[0]]
                                          : sums->tables + shape->table_at[shape->guard_table];
    for (int64_t cell = 0; cell < sums->gap_cells; cell++) guards[cell] += -guarding * sums->gaps[cell];
    const double bound = choose(sums);
    memcpy(sums->text, sums->quo, (size_t)shape->issues * sizeof *sums->text);
    for (int64_t place = 0; place < shape->places; place++)
        sums->text[shape->agenda[place]] = shape->column[shape->first[place] + sums->choice[place]];
    return bound + total;
}

/* -- what the parties think of it --------------------------------------------------------------------------------- */

/* Whether a text crosses no live red line of those who must consent, and contains nothing forbidden. */
static bool may_stand(const Sums *sums, const bool *needed) {
    const Shape *shape = sums->shape;
    const bool *free = sums->stance->free + sums->row * shape->places;
    const bool *crossed = sums->stance->crossed + sums->row * shape->slots * shape->parties;
    bool moves = 0;
    for (int64_t place = 0; place < shape->places; place++)
        for (int64_t i = 0; i < shape->parties && free[place]; i++)
            if (needed[i] && crossed[(shape->first[place] + sums->choice[place]) * shape->parties + i]) return 0;
    for (int64_t c = 0; c < shape->bans.all.count; c++) {
        if (!holds(&shape->bans.all, c, sums->text)) continue;
        for (int64_t k = shape->bans.all.start[c]; k < shape->bans.all.start[c + 1]; k++) {
            const int64_t place = shape->place_at[shape->bans.all.issue[k]];
            if (place >= 0 && free[place]) return 0;
        }
    }
    for (int64_t j = 0; j < shape->issues; j++) moves |= sums->text[j] != sums->quo[j];
    return moves || !sums->stance->must_move[sums->row];
}

double find_gains(const Sums *sums, double *restrict gain) {
    const Shape *shape = sums->shape;
    const Stance *stance = sums->stance;
    const int64_t row = sums->row;
    double gap = 1.0;
    for (int64_t k = 0; k < shape->guarding; k++) gap *= of(stance->gaps, sums->at, sums->text[shape->guard[k]]);
    const double rate = of(stance->hazard, row, 0) * (1.0 - of(stance->effect, row, 0) * (1.0 - gap));
    find_utility(sums, sums->text, gain);
    for (int64_t i = 0; i < shape->parties; i++) {
        const double r = of(stance->preference, row, i), h = of(stance->distrust, row, i) * rate;
        const double part = stance->part.at ? of(stance->part, row, i) : 1.0;
        const double peace = gain[i] * part - of(stance->going_on, row, i);
        gain[i] = (r * peace + h * of(stance->fallback, row, i)) / (r + h) - of(stance->no_deal, row, i);
    }
    return rate;
}

bool agreed(const Sums *sums, const double *gain) {
    const Shape *shape = sums->shape;
    bool needed[MOST_PARTIES];
    for (int64_t i = 0; i < shape->parties; i++) needed[i] = shape->signs[i];
    for (int64_t k = 0; k < shape->holdings; k++)
        if (sums->text[shape->holding_chip[k]] != sums->quo[shape->holding_chip[k]]) needed[shape->holding_party[k]] = 1;
    for (int64_t i = 0; i < shape->parties; i++)
        if (needed[i] && gain[i] < -ROUNDING) return 0;
    return may_stand(sums, needed);
}
