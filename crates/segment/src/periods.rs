//! Which deployed run is live from when to when. Pure: effective dates in, periods out. It must not know who
//! decided, nor read a clock.

/// A run that was made live.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deployment {
    /// From when it is live, microseconds since 1970 UTC.
    pub from: i64,
    /// The number of the decision; later ones have greater ones.
    pub seq: i64,
}

/// A time in which one deployment is live.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    /// The place of the deployment among those given.
    pub place: usize,
    /// Its first instant.
    pub from: i64,
    /// The first instant at which another is live; none while none follows.
    pub until: Option<i64>,
}

/// The periods of deployments, oldest first: at each instant the deployment that took effect last is live; of
/// two that take effect at the same instant the one decided last. One that never is has no period.
pub fn periods(deployments: &[Deployment]) -> Vec<Period> {
    let mut places: Vec<usize> = (0..deployments.len()).collect();
    places.sort_by_key(|place| (deployments[*place].from, deployments[*place].seq));
    let mut all: Vec<Period> = Vec::with_capacity(places.len());
    for place in places {
        let from = deployments[place].from;
        if let Some(last) = all.last_mut() {
            last.until = Some(from);
        }
        if all.last().is_some_and(|last| last.from == from) {
            all.pop();
        }
        all.push(Period {
            place,
            from,
            until: None,
        });
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn holds(period: &Period, at: i64) -> bool {
        period.from <= at && period.until.is_none_or(|until| at < until)
    }

    #[test]
    fn a_later_decision_for_an_earlier_day_does_not_end_what_is_planned() {
        let of = |from, seq| Deployment { from, seq };
        let all = periods(&[of(1, 1), of(9, 2), of(4, 3), of(4, 4)]);
        let told: Vec<_> = all.iter().map(|p| (p.place, p.from, p.until)).collect();
        assert_eq!(told, [(0, 1, Some(4)), (3, 4, Some(9)), (1, 9, None)]);
        assert!(holds(&all[1], 4) && !holds(&all[1], 9) && holds(&all[2], i64::MAX));
        assert!(periods(&[]).is_empty());
    }

    proptest! {
        #[test]
        fn at_every_instant_the_newest_in_effect_is_live(froms in prop::collection::vec(0i64..20, 0..12), at in -1i64..22) {
            let all: Vec<Deployment> =
                froms.iter().zip(1..).map(|(from, seq)| Deployment { from: *from, seq }).collect();
            let expected = all.iter().filter(|one| one.from <= at).max_by_key(|one| (one.from, one.seq));
            let periods = periods(&all);
            let holding: Vec<&Period> = periods.iter().filter(|period| holds(period, at)).collect();
            prop_assert!(holding.len() <= 1);
            prop_assert_eq!(holding.first().map(|period| all[period.place]), expected.copied());
        }
    }
}
