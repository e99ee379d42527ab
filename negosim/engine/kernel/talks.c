/* A round of talks, one history after another (model 2, 5 to 8).

   What negosim.engine.talks.rounds does with arrays of many histories at once, with the same draws, rules and tolerances.
   Rules are in rules.h; docs/decisions/0003 says why there is a kernel. */

#include "drafts.h"

/* What everybody asks for: N', the toughness of concession, and the aspiration. */
typedef struct {
    double reservation[MOST_PARTIES], toughness[MOST_PARTIES], aspiration[MOST_PARTIES];
} Demands;

/* τ of those who may have to consent, side by side, so that several powers are taken at once; 0 of the others. */
static void set_toughness(const Draft *draft, double urgency, double *found) {
    const Track *track = draft->track;
    const Round *round = draft->round;
    const double *clock = round->clock + draft->row * track->parties;
    const double *patience = numbers_of(round->patience, draft->row);
    const double *concession = numbers_of(round->concession, draft->row);
    double spent[MOST_PARTIES], limit[MOST_PARTIES], e[MOST_PARTIES], tau[MOST_PARTIES];
    int64_t count = 0, taken = 0;
    for (int64_t i = 0; i < track->parties; i++)
        if (track->consents[i]) spent[count] = clock[i], limit[count] = patience[i], e[count++] = concession[i];
    for (int64_t k = count; k < filled_up(count); k++) spent[k] = 0.0, limit[k] = e[k] = 1.0;
    for (int64_t k = 0; k < filled_up(count); k++) tau[k] = toughness(spent[k], limit[k], e[k], urgency);
    for (int64_t i = 0; i < track->parties; i++) found[i] = track->consents[i] ? tau[taken++] : 0.0;
}

static void set_demands(const Draft *draft, Demands *demands) {
    const Track *track = draft->track;
    const Round *round = draft->round;
    const int64_t row = draft->row, parties = track->parties;
    const double urgency = round->passed == 0.0 ? 0.0
                           : of(round->credibility, row, 0) * round->left[row] * round->passed;
    const double *no_deal = round->no_deal + row * parties, *pressure = numbers_of(round->pressure, row);
    double best[MOST_PARTIES];
    value_best(draft, best);
    set_toughness(draft, urgency, demands->toughness);
    for (int64_t i = 0; i < parties; i++) {
        demands->reservation[i] = no_deal[i] - pressure[i];
        demands->aspiration[i] =
            track->consents[i] ? aspiration(demands->reservation[i], best[i], demands->toughness[i]) : 0.0;
    }
}

/* Note who has moved since the last round, and so who waits for somebody else to move. */
static void note_moves(const Draft *draft, const double *toughness) {
    const Track *track = draft->track;
    double *before = draft->round->toughness + draft->row * track->parties;
    stood_still(track->parties, before, toughness, track->signs, draft->round->slowed + draft->row * track->parties);
    memcpy(before, toughness, (size_t)track->parties * sizeof *before);
}

/* The issue over which a party refuses. */
static int64_t find_objection(const Draft *draft, int64_t party) {
    const Track *track = draft->track;
    const Notes *notes = &draft->notes;
    const double *top = numbers_of(draft->round->best_value, draft->row);
    double missing[MOST_ISSUES];
    bool crossed[MOST_ISSUES] = {0}, free[MOST_ISSUES];
    if (notes->crossed[party])
        for (int32_t l = 0; l < notes->known->standing_lines; l++) {
            const int64_t k = notes->stand[l], issue = track->line_issue[k];
            if (track->line_party[k] == party && draft->text[issue] == track->line_column[k])
                crossed[track->place_at[issue]] = 1;
        }
    for (int64_t place = 0; place < track->places; place++) {
        const int64_t issue = track->agenda[place];
        const double salience = draft->salience[issue * draft->width + party];
        missing[place] = salience * top[issue * track->parties + party] -
                         salience * draft->values[draft->text[issue] * draft->width + party];
        free[place] = notes->free[issue];
    }
    return track->agenda[objection(track->places, missing, crossed, free)];
}

static int32_t known_objection(const Draft *draft, int64_t party) {
    int32_t *known = draft->notes.objection + party;
    if (*known == NOT_KNOWN) *known = (int32_t)find_objection(draft, party);
    return *known;
}

/* What everybody who is asked says to the text. */
typedef struct {
    bool is_text, signed_, refused, pressed;
    bool refuses[MOST_PARTIES];
    double noise[MOST_PARTIES];
} Decision;

static void decide(Draft *draft, const Demands *demands, int64_t proposer, Decision *decision) {
    const Track *track = draft->track;
    const Round *round = draft->round;
    const Notes *notes = &draft->notes;
    const int64_t row = draft->row;
    const bool stops = track->stops && round->state[row] == FIGHTING;
    const bool is_text = (notes->known->moves || stops) && !notes->known->forbidden;
    bool refused = 0, pressed = 0;
    double scale[MOST_PARTIES], u[MOST_PARTIES], noise[MOST_PARTIES];
    int64_t count = 0, taken = 0;
    for (int64_t i = 0; i < track->parties; i++) {
        scale[i] = notes->asked[i] && i != proposer ? of(round->scale, row, i) : 0.0;
        if (scale[i] != 0.0) u[count++] = uniform(&draft->consent[i], round->first + draft->origin);
        pressed |= notes->asked[i] && of(round->pressure, row, i) > 0.0;
    }
    for (int64_t k = count; k < filled_up(count); k++) u[k] = 0.5;
    for (int64_t k = 0; k < filled_up(count); k++) noise[k] = logistic(u[k]);
    for (int64_t i = 0; i < track->parties; i++) decision->noise[i] = scale[i] == 0.0 ? 0.0 : scale[i] * noise[taken++];
    for (int64_t i = 0; i < track->parties; i++) {
        decision->refuses[i] = is_text && notes->asked[i] &&
                               !accepts(draft->value[i], demands->aspiration[i], decision->noise[i], notes->crossed[i]);
        refused |= decision->refuses[i];
    }
    decision->is_text = is_text;
    decision->refused = refused;
    decision->signed_ = is_text && !refused;
    decision->pressed = pressed;
}

/* Count a round that failed, and over what. */
static void count_failure(const Draft *draft, const Decision *decision) {
    const Round *round = draft->round;
    const int64_t parties = draft->track->parties;
    round->failed[draft->origin]++;
    for (int64_t i = 0; i < parties; i++) {
        if (!decision->refuses[i]) continue;
        round->refused[draft->origin * parties + i]++;
        round->over[i * draft->track->issues + known_objection(draft, i)]++;
    }
}

/* Report a round, at a place among those that are reported. */
static void report(const Draft *draft, const Demands *demands, const Decision *decision, int64_t place) {
    const Round *round = draft->round;
    const int64_t parties = draft->track->parties, issues = draft->track->issues;
    const size_t numbers = (size_t)parties * sizeof(double), flags = (size_t)parties;
    round->reported[place] = draft->row;
    round->signed_[place] = decision->signed_;
    round->pressed[place] = decision->pressed;
    memcpy(round->text + place * issues, draft->text, (size_t)issues * sizeof *draft->text);
    memcpy(round->worth + place * parties, draft->notes.utility, numbers);
    memcpy(round->consent + place * parties, draft->notes.asked, flags);
    if (!round->whole) return;
    memcpy(round->value + place * parties, draft->value, numbers);
    memcpy(round->aspiration + place * parties, demands->aspiration, numbers);
    memcpy(round->reservation + place * parties, demands->reservation, numbers);
    memcpy(round->noise + place * parties, decision->noise, numbers);
    memcpy(round->refusals + place * parties, decision->refuses, flags);
    memcpy(round->crossed + place * parties, draft->notes.crossed, flags);
    for (int64_t i = 0; i < parties; i++)
        round->objections[place * parties + i] = decision->refuses[i] ? known_objection(draft, i) : -1;
}

/* Hold the round in one history; return whether there is something to report. */
static bool meet(Draft *draft, int64_t place, int64_t reported) {
    const Track *track = draft->track;
    const Round *round = draft->round;
    const int64_t row = round->rows[place];
    int64_t *stored = round->drafts + row * track->issues, proposer = -1;
    Demands demands;
    Decision decision;
    load_draft(draft, row);
    set_demands(draft, &demands);
    if (track->takes_turns) {
        proposer = round->proposer[place];
        make_offer(draft, proposer, demands.aspiration[proposer]);
    } else if (track->revisions) {
        redraft(draft, demands.reservation);
    }
    for (int64_t j = 0; j < track->issues; j++)
        if (draft->notes.free[j]) stored[j] = draft->text[j];
    decide(draft, &demands, proposer, &decision);
    if (decision.is_text) note_moves(draft, demands.toughness);
    if (decision.refused) count_failure(draft, &decision);
    if (!decision.signed_ && !round->whole) return 0;
    report(draft, &demands, &decision, reported);
    return 1;
}

int64_t negosim_meet(const Track *track, const Round *round) {
    Draft draft;
    draft.track = track;
    draft.round = round;
    draft.worth = round->packages;
    draft.width = round->packages->width;
    draft.size_of_notes = negosim_size_of_notes(track);
    for (int64_t i = 0; i < draft.width; i++) { /* nobody, and who is neither tempted nor impatient */
        draft.preference[i] = draft.phi[i] = 1.0;
        draft.distrust[i] = draft.going_on[i] = draft.fallback[i] = 0.0;
    }
    for (int64_t i = 0; i < track->parties; i++) {
        draft.consent[i] = stream_of(round->consent_keys + 2 * i, round->tick, 0);
        draft.misreading[i] = stream_of(round->error_keys + 2 * i, round->tick, 0);
    }
    int64_t reported = 0;
    for (int64_t place = 0; place < round->held; place++) reported += meet(&draft, place, reported);
    return reported;
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
