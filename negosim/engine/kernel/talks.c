/* A round of talks, one history after another (model 2, 5 to 8).

   What negosim.engine.talks.rounds does with arrays of many histories at once, with the same draws, rules and tolerances.
   The names are those of the Python; docs/decisions/0003 says why there are two. */

#include "bench.h"
#include "elementary.h"

static const double CROSSED = 2.0;

/* What everybody asks for: N', the toughness of concession, and the aspiration. */
typedef struct {
    double refusal[MOST_PARTIES], tough[MOST_PARTIES], wish[MOST_PARTIES];
} Demands;

static void set_demands(const Bench *bench, Demands *demands) {
    const Track *track = bench->track;
    const Round *round = bench->round;
    const int64_t row = bench->row, parties = track->parties;
    const double urgency = round->passed == 0.0 ? 0.0
                           : of(round->credibility, row, 0) * round->left[row] * round->passed;
    double best[MOST_PARTIES];
    value_best(bench, best);
    for (int64_t i = 0; i < parties; i++) {
        const double refusal = round->no_deal[row * parties + i] - of(round->pressure, row, i);
        demands->refusal[i] = refusal;
    }
    const double *clock = round->clock + row * parties;
    const double *patience = round->patience.at + row * round->patience.step;
    const double *concession = round->concession.at + row * round->concession.step;
    for (int64_t i = 0; i < parties; i++) {
        const double tough = toughness(clock[i], patience[i], concession[i], urgency);
        const double wish = aspiration(demands->refusal[i], best[i], tough);
        demands->tough[i] = track->consents[i] ? tough : 0.0;
        demands->wish[i] = track->consents[i] ? wish : 0.0;
    }
}

static void note_moves(const Bench *bench, const double *tough) {
    const Track *track = bench->track;
    double *before = bench->round->toughness + bench->row * track->parties;
    bool *slowed = bench->round->slowed + bench->row * track->parties;
    int64_t movers = 0, mover = -1;
    for (int64_t i = 0; i < track->parties; i++)
        if (track->signs[i] && !(tough[i] >= before[i] - ROUNDING)) movers++, mover = i;
    for (int64_t i = 0; i < track->parties; i++) {
        const int64_t others = track->signatories - track->signs[i];
        slowed[i] = others > 0 && (movers == 0 || (movers == 1 && mover == i));
        before[i] = tough[i];
    }
}

/* The issue over which a party refuses: of those that are open (of all, where none is) one on which a red line is
   crossed, else the one on which most is missing. */
static int64_t find_objection(const Bench *bench, int64_t party) {
    const Track *track = bench->track;
    const Notes *notes = &bench->notes;
    const double *top = bench->round->best_value.at + bench->row * bench->round->best_value.step;
    bool crossed[MOST_ISSUES] = {0};
    if (notes->crossed[party])
        for (int32_t l = 0; l < notes->known->standing_lines; l++) {
            const int64_t k = notes->stand[l], issue = track->line_issue[k];
            if (track->line_party[k] == party && bench->text[issue] == track->line_column[k]) crossed[issue] = 1;
        }
    int64_t worst = track->agenda[0];
    double most = -INFINITY;
    bool any_open = 0;
    for (int64_t place = 0; place < track->places; place++) {
        const int64_t issue = track->agenda[place];
        if (any_open && !notes->free[issue]) continue;
        const double share = bench->share[issue * bench->width + party];
        const double missing = share * top[issue * track->parties + party] -
                               share * bench->values[bench->text[issue] * bench->width + party];
        const double score = crossed[issue] ? missing + CROSSED : missing;
        if (notes->free[issue] && !any_open) any_open = 1, most = -INFINITY;
        if (score > most) most = score, worst = issue;
    }
    return worst;
}

static int32_t objection(const Bench *bench, int64_t party) {
    int32_t *known = bench->notes.objection + party;
    if (*known == NOT_KNOWN) *known = (int32_t)find_objection(bench, party);
    return *known;
}

/* What everybody who is asked says to the text. */
typedef struct {
    bool is_text, signed_, refused, pressed;
    bool refuses[MOST_PARTIES];
    double noise[MOST_PARTIES];
} Decision;

static void decide(Bench *bench, const Demands *demands, int64_t proposer, Decision *decision) {
    const Track *track = bench->track;
    const Round *round = bench->round;
    const Notes *notes = &bench->notes;
    const int64_t row = bench->row;
    const bool stops = track->stops && round->state[row] == FIGHTING;
    const bool is_text = (notes->known->moves || stops) && !notes->known->forbidden;
    bool refused = 0, pressed = 0;
    for (int64_t i = 0; i < track->parties; i++) {
        decision->noise[i] = 0.0;
        decision->refuses[i] = 0;
        if (!notes->asked[i]) continue;
        const double scale = of(round->scale, row, i);
        pressed |= of(round->pressure, row, i) > 0.0;
        if (scale != 0.0 && i != proposer)
            decision->noise[i] = scale * logistic(uniform(&bench->consent[i], round->first + bench->origin));
        if (!is_text) continue;
        decision->refuses[i] =
            notes->crossed[i] || !(bench->value[i] - demands->wish[i] + decision->noise[i] >= -ROUNDING);
        refused |= decision->refuses[i];
    }
    decision->is_text = is_text;
    decision->refused = refused;
    decision->signed_ = is_text && !refused;
    decision->pressed = pressed;
}

/* Count a round that failed, and over what. */
static void count_failure(const Bench *bench, const Decision *decision) {
    const Round *round = bench->round;
    const int64_t parties = bench->track->parties;
    round->failed[bench->origin]++;
    for (int64_t i = 0; i < parties; i++) {
        if (!decision->refuses[i]) continue;
        round->refused[bench->origin * parties + i]++;
        round->over[i * bench->track->issues + objection(bench, i)]++;
    }
}

/* Tell of a round, as the next of those that are told of. */
static void tell(const Bench *bench, const Demands *demands, const Decision *decision, int64_t place) {
    const Round *round = bench->round;
    const int64_t parties = bench->track->parties, issues = bench->track->issues;
    const size_t numbers = (size_t)parties * sizeof(double), flags = (size_t)parties;
    round->put[place] = bench->row;
    round->signed_[place] = decision->signed_;
    round->pressed[place] = decision->pressed;
    memcpy(round->text + place * issues, bench->text, (size_t)issues * sizeof *bench->text);
    memcpy(round->worth + place * parties, bench->notes.utility, numbers);
    memcpy(round->consent + place * parties, bench->notes.asked, flags);
    if (!round->whole) return;
    memcpy(round->value + place * parties, bench->value, numbers);
    memcpy(round->aspiration + place * parties, demands->wish, numbers);
    memcpy(round->refusal + place * parties, demands->refusal, numbers);
    memcpy(round->noise + place * parties, decision->noise, numbers);
    memcpy(round->refusals + place * parties, decision->refuses, flags);
    memcpy(round->crossed + place * parties, bench->notes.crossed, flags);
    for (int64_t i = 0; i < parties; i++)
        round->objections[place * parties + i] = decision->refuses[i] ? objection(bench, i) : -1;
}

/* Hold the round in one history; tells whether there is something to tell. */
static bool meet(Bench *bench, int64_t place, int64_t told) {
    const Track *track = bench->track;
    const Round *round = bench->round;
    const int64_t row = round->rows[place];
    int64_t *draft = round->draft + row * track->issues, proposer = -1;
    Demands demands;
    Decision decision;
    lay(bench, row);
    set_demands(bench, &demands);
    if (track->takes_turns) {
        proposer = round->proposer[place];
        make_offer(bench, proposer, demands.wish[proposer]);
    } else if (track->revisions) {
        redraft(bench, demands.refusal);
    }
    for (int64_t j = 0; j < track->issues; j++)
        if (bench->notes.free[j]) draft[j] = bench->text[j];
    decide(bench, &demands, proposer, &decision);
    if (decision.is_text) note_moves(bench, demands.tough);
    if (decision.refused) count_failure(bench, &decision);
    if (!decision.signed_ && !round->whole) return 0;
    tell(bench, &demands, &decision, told);
    return 1;
}

int64_t negosim_meet(const Track *track, const Round *round) {
    Bench bench;
    bench.track = track;
    bench.round = round;
    bench.worth = round->packages;
    bench.width = round->packages->width;
    bench.size_of_notes = negosim_size_of_notes(track);
    for (int64_t i = 0; i < bench.width; i++) { /* nobody, and who is neither tempted nor impatient */
        bench.preference[i] = bench.part[i] = 1.0;
        bench.distrust[i] = bench.going_on[i] = bench.fallback[i] = 0.0;
    }
    for (int64_t i = 0; i < track->parties; i++) {
        bench.consent[i] = stream_of(round->consent_keys + 2 * i, round->tick, 0);
        bench.misreading[i] = stream_of(round->error_keys + 2 * i, round->tick, 0);
    }
    int64_t told = 0;
    for (int64_t place = 0; place < round->held; place++) told += meet(&bench, place, told);
    return told;
}

void negosim_run_clocks(int64_t count, int64_t parties, double days, const Numbers *waiting, const bool *open,
                        const bool *slowed, const bool *counting, double *clock) {
    for (int64_t row = 0; row < count; row++) {
        if (!open[row]) continue;
        for (int64_t i = 0; i < parties; i++) {
            const int64_t place = row * parties + i;
            const double pace = slowed[place] ? of(*waiting, row, i) : days;
            clock[place] += counting && !counting[place] ? 0.0 : pace;
        }
    }
}
