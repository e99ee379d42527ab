/* Whole histories in compiled code, one after another: the limit that the engine is measured against (benchmarks/limit.py).

   A war between two parties, beliefs, values of fighting on, one track of single-text talks, settlements that may break.
   The rounds are those of the engine's kernel; all else is written out here, with the same draws. */

#include <math.h>
#include <string.h>

#include "draws.h"
#include "talks.h"

enum { SETTLED = 2, OVER = 3 };

typedef struct {
    int64_t ticks, parties, issues, first_side, second_side;
    const double *days;          /* (ticks,) */
    const bool *meets;           /* (ticks,) whether a round is held */
    double front, drift, volatility, shape;
    const double *belief, *variance;                     /* (parties,) at the start */
    const double *preference, *war_cost, *fatigue;       /* (parties,) */
    const double *standing, *if_won, *if_lost;           /* (parties,) u_i of the status quo and of imposed terms */
    const int64_t *first_draft;
    const uint64_t *front_key, *crossing_key, *breach_key;
} World;

typedef struct {
    int64_t *signed_, *victory, *terms;   /* (trials,), (trials,), (trials, issues); -1 for never */
    int8_t *winner, *final;
    double *fought;
} Told;

static double largest(double a, double b) { return a > b ? a : b; }

/* W of every party (model 3). */
static void value_war(const World *world, double front, double fought, const double *belief, double *war, double *cost) {
    const double variance = world->volatility * world->volatility, above = 1.0 - front, below = 1.0 + front;
    for (int64_t i = 0; i < world->parties; i++) {
        const double a = belief[i] / variance;
        const double k = sqrt(belief[i] * belief[i] + 2.0 * world->preference[i] * variance) / variance;
        const double scale = -1.0 / expm1(-4.0 * k);
        const double up = exp((a - k) * above) * -expm1(-2.0 * k * below) * scale;
        const double down = exp(-(a + k) * below) * -expm1(-2.0 * k * above) * scale;
        cost[i] = world->war_cost[i] * (1.0 + world->fatigue[i] * fought);
        war[i] = (1.0 - up - down) * (world->standing[i] - cost[i]) + up * world->if_won[i] + down * world->if_lost[i];
    }
}

/* Move the front; +1 or -1 where a side has won. */
static int fight(const World *world, double *front, double years, double u, double luck) {
    const double after = *front + world->drift * years + world->volatility * sqrt(years) * normal(u);
    const double variance = world->volatility * world->volatility * years;
    const double up = exp(-2.0 * largest(1.0 - *front, 0.0) * largest(1.0 - after, 0.0) / variance);
    const double down = exp(-2.0 * largest(1.0 + *front, 0.0) * largest(1.0 + after, 0.0) / variance);
    const double total = largest(up + down, 1.0);
    if (luck > 1.0 - down / total) return -1;
    if (luck < up / total) return 1;
    *front = after;
    return 0;
}

void play_histories(const World *world, const Track *track, Round *round, int64_t *origin, int64_t first, int64_t count,
                    const Told *told) {
    const int64_t parties = world->parties;
    double *war = (double *)round->war, *cost = (double *)round->cost, *no_deal = (double *)round->no_deal;
    double *clock = (double *)round->clock, belief[MOST_PARTIES], variance[MOST_PARTIES];
    int8_t *state = (int8_t *)round->state;
    for (int64_t k = 0; k < count; k++) {
        const int64_t trial = first + k;
        double front = world->front, fought = 0.0, breaks = INFINITY, mean_move;
        bool fighting = true, open = false, counting[MOST_PARTIES] = {0}, hurting;
        *state = FIGHTING;
        *origin = k;
        memcpy(belief, world->belief, (size_t)parties * sizeof(double));
        memcpy(variance, world->variance, (size_t)parties * sizeof(double));
        memcpy(round->draft, world->first_draft, (size_t)world->issues * sizeof(int64_t));
        for (int64_t i = 0; i < parties; i++) clock[i] = 0.0, round->toughness[i] = NAN, round->slowed[i] = 0;
        told->signed_[k] = told->victory[k] = -1;
        told->winner[k] = 0;
        for (int64_t j = 0; j < world->issues; j++) told->terms[k * world->issues + j] = -1;
        for (int64_t tick = 0; tick < world->ticks && *state != OVER; tick++) {
            const double day = world->days[tick], passed = tick ? day - world->days[tick - 1] : 0.0;
            const double years = passed / 365.25;
            if (fighting) fought += years;
            if (fighting && years > 0.0) {
                const double before = front;
                Stream moves = stream_of(world->front_key, tick, 0), crossing = stream_of(world->crossing_key, tick, 0);
                const int won = fight(world, &front, years, uniform(&moves, trial), uniform(&crossing, trial));
                if (won) {
                    *state = OVER;
                    told->victory[k] = tick;
                    told->winner[k] = (int8_t)won;
                    break;
                }
                mean_move = front - before;
                for (int64_t i = 0; i < parties; i++) {
                    const double noise = world->volatility * world->volatility;
                    const double gain = variance[i] / (variance[i] * years + noise);
                    belief[i] += gain * (mean_move - belief[i] * years);
                    variance[i] = gain * noise;
                }
            }
            if (open)
                for (int64_t i = 0; i < parties; i++) clock[i] += counting[i] ? passed : 0.0;
            value_war(world, front, fought, belief, war, cost);
            memcpy(no_deal, war, (size_t)parties * sizeof(double));
            if (*state == SETTLED && breaks <= day) *state = FIGHTING, breaks = INFINITY;
            if (world->meets[tick] && *state == FIGHTING) {
                round->tick = tick;
                negosim_meet(track, round);
                if (round->signed_[0]) {
                    if (told->signed_[k] < 0) {
                        told->signed_[k] = tick;
                        memcpy(told->terms + k * world->issues, round->text, (size_t)world->issues * sizeof(int64_t));
                    }
                    const double gap = unguaranteed(round->packages, 0, round->text, -1);
                    const double hazard = of(round->hazard, 0, 0) * (1.0 - of(round->effect, 0, 0) * (1.0 - gap));
                    Stream breach = stream_of(world->breach_key, tick, 0);
                    *state = SETTLED;
                    breaks = day + 365.25 * pow(-log(uniform(&breach, trial)), 1.0 / world->shape) / hazard;
                }
            }
            fighting = open = *state == FIGHTING;
            for (int64_t i = 0; i < parties; i++) {
                hurting = war[i] < world->standing[i] - 1e-12;
                counting[i] = (i != world->first_side && i != world->second_side) || !fighting || hurting;
            }
        }
        told->final[k] = *state;
        told->fought[k] = fought;
    }
}
