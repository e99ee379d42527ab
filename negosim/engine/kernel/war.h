/* The battlefield, where there was fighting: what negosim.engine.war computes with arrays. */

#ifndef NEGOSIM_WAR_H
#define NEGOSIM_WAR_H

#include <stdint.h>

#include "packages.h"

/* Numbers of a trial stand a step behind those of the trial before; where the step is 0 all trials share them.

   count        how many trials
   rows         (count,) the trials, by their place in the block
   origin       (count,) the same, by their place in the block as it began */

/* Move the front over a stretch, its ends left out of account; return in how many trials it may have touched them.

   trials   the number of every trial of the block as it began
   front    (trials,) is moved
   years    length of the stretch
   movement (count,) by how much
   near     (count,) the trials in which it may have touched an end, by place among the rows */
int64_t negosim_move_front(int64_t count, const int64_t *rows, const int64_t *origin, const uint64_t *key,
                           int64_t tick, const int64_t *trials, double *front, const double *drift, const double *volatility,
                           int64_t step, double years, double *movement, int64_t *near);

/* Who has won where the front may have touched an end: +1 the first belligerent, -1 the second, 0 nobody.

   before   (count,) where the front was
   front    (trials,) where it is
   outcome  (count,) */
void negosim_cross(int64_t count, const int64_t *rows, const int64_t *origin, const uint64_t *key, int64_t tick,
                   const int64_t *trials, const double *before, const double *front, const double *volatility,
                   int64_t step, double years, int8_t *outcome);

/* Let parties learn from movements of the front.

   movement     (count,)
   narrative    (parties,) of a trial, each to be taken times its sign
   sign         (parties,)
   belief, variance   (trials, parties) */
void negosim_learn(int64_t count, int64_t parties, const int64_t *rows, const double *movement, double years,
                   const double *volatility, int64_t step, const double *narrative, int64_t narrative_step,
                   const double *sign, double *belief, double *variance);

/* Let the narrative of a belligerent cost the trust of all others in it.

   erosion, narrative   of a trial, of the belligerent
   most                 distrust never grows beyond this
   distrust             (trials, parties) */
void negosim_erode(int64_t count, int64_t parties, const int64_t *rows, int64_t party, double years,
                   const double *erosion, int64_t step, const double *narrative, int64_t narrative_step, double most,
                   double *distrust);

/* How much of the future each party believes will be spent won by the first side (up) and by the second (down).

   front        (count,)
   belief, up, down   (count, parties)
   preference   (parties,) of a trial */
void negosim_war_weights(int64_t count, int64_t parties, const double *front, const double *belief,
                         const Numbers *preference, const Numbers *volatility, double *restrict up,
                         double *restrict down);

/* Count what a stretch has cost.

   per_year     (kinds,) of a trial
   tolls        (trials of the block as it began, kinds) */
void negosim_count_tolls(int64_t count, int64_t kinds, const int64_t *rows, const int64_t *origin,
                         const double *per_year, int64_t step, double years, double *tolls);

#endif
