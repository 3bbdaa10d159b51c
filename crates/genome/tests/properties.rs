//! What must hold of every history: additivity, no trace of order, live equals rebuild, mirrored diffs.
#![allow(clippy::unwrap_used)]

mod lives;
mod made;

use genome::*;
use made::*;
use proptest::prelude::*;
use std::sync::LazyLock;

static FRAME: LazyLock<Frame> = LazyLock::new(usual_frame);

const KINDS: [ActKind; 15] = [
    ActKind::View,
    ActKind::Search,
    ActKind::AdClick,
    ActKind::Favourite,
    ActKind::Cart,
    ActKind::Buy,
    ActKind::Return,
    ActKind::Complaint,
    ActKind::Review(1),
    ActKind::Review(5),
    ActKind::Try,
    ActKind::Keep,
    ActKind::Discard,
    ActKind::Answer,
    ActKind::AnswerAgainst,
];

fn one_act() -> impl Strategy<Value = Act> {
    (
        0..KINDS.len() + 10,
        0u32..15,
        -900i64..60,
        0i64..90,
        any::<i64>(),
        any::<(bool, bool)>(),
    )
        .prop_map(|(kind, product, day, late, id, (promoted, web))| {
            // Purchases are more frequent than the rest.
            let kind = KINDS.get(kind).copied().unwrap_or(ActKind::Buy);
            let mut act = act(id, kind, product, NOW + day * DAY + id.rem_euclid(DAY));
            act.known_at += late * DAY;
            if let Some(line) = &mut act.line {
                line.promoted = Some(promoted);
                line.channel = FRAME.find(CHANNEL, if web { "web" } else { "shop" });
            }
            if kind == ActKind::Answer || kind == ActKind::AnswerAgainst {
                act.product = None;
                act.values = vec![FRAME.find("flavour", "mint").unwrap()];
            }
            act
        })
}

fn history() -> impl Strategy<Value = Vec<Act>> {
    prop::collection::vec(one_act(), 0..25)
}

fn consents(some: bool) -> Consents {
    FRAME.consents(some.then_some("health"))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    /// Acts come in the order in which they are known, some are taken back later; at the end, and on the way, the
    /// live state is the one rebuilt from the acts that hold, and so are its genes.
    #[test]
    fn the_live_genome_is_the_rebuilt_one(
        acts in history(),
        taken_back in any::<u32>(),
        consent in any::<bool>(),
        as_of in 60i64..400,
    ) {
        let consents = consents(consent);
        let mut live = State::new(&FRAME, consents);
        let mut arriving: Vec<(usize, &Act)> = acts.iter().enumerate().collect();
        arriving.sort_by_key(|(_, act)| act.known_at);
        let goes = |place: usize| taken_back >> (place % 32) & 1 == 1;
        for (count, &(_, act)) in arriving.iter().enumerate() {
            live.apply(&FRAME, act).unwrap();
            if 2 * count == arriving.len() {
                let so_far = arriving[..=count].iter().map(|(_, act)| *act);
                prop_assert_eq!(&live, &State::rebuild(&FRAME, consents, so_far).unwrap());
            }
        }
        for &(place, act) in arriving.iter().rev() {
            if goes(place) {
                live.retract(&FRAME, act).unwrap();
            }
        }
        let stay: Vec<&Act> = acts.iter().enumerate().filter(|(place, _)| !goes(*place)).map(|(_, act)| act).collect();
        let rebuilt = State::rebuild(&FRAME, consents, stay.iter().copied()).unwrap();
        prop_assert_eq!(&live, &rebuilt);
        // Equal states give equal genes; to see it, some are enough.
        if as_of % 10 != 0 {
            return Ok(());
        }
        let as_of = NOW + as_of * DAY;
        prop_assert_eq!(genes(&FRAME, &live, as_of).unwrap(), genes(&FRAME, &rebuilt, as_of).unwrap());
        // The whole genome says the same, with dates beside.
        let stay: Vec<Act> = stay.into_iter().cloned().collect();
        let mut whole = genome(&FRAME, 7, &stay, clocks(as_of), consents, Vec::new()).unwrap().genes;
        for gene in &mut whole {
            // Days, and what is told together, are of the rows alone.
            (gene.first, gene.last) = (None, None);
            gene.with.clear();
        }
        prop_assert_eq!(whole, genes(&FRAME, &live, as_of).unwrap());
    }
}

proptest! {
    /// A day's run computes those anew of whom something came to be known. Of all others the full run's sums, read as
    /// of the day, are the genome of the day; of those whom it computes, the full run's state with the new acts is.
    #[test]
    fn a_day_changes_the_genomes_of_those_alone_whom_it_tells_of(
        acts in history(), consent in any::<bool>(), days in 0i64..60, known in -60i64..60,
    ) {
        let consents = consents(consent);
        let before = Clocks { as_of: NOW, known_by: NOW + known * DAY };
        let now = Clocks { as_of: NOW + days * DAY, known_by: before.known_by + days * DAY };
        let held = |clocks: Clocks| acts.iter().filter(move |act| clocks.holds(act));
        let kept = State::rebuild(&FRAME, consents, held(before)).unwrap();
        let mut today = genome(&FRAME, 7, &acts, now, consents, Vec::new()).unwrap().genes;
        for gene in &mut today {
            // Days, and what is told together, are of the rows alone.
            (gene.first, gene.last) = (None, None);
            gene.with.clear();
        }
        let mut live = kept.clone();
        for act in held(now).filter(|act| !before.holds(act)) {
            live.apply(&FRAME, act).unwrap();
        }
        prop_assert_eq!(&today, &genes(&FRAME, &live, now.as_of).unwrap());
        prop_assert_eq!(touched(&acts, before, now), held(now).count() > held(before).count());
        if !touched(&acts, before, now) {
            prop_assert_eq!(&kept, &State::rebuild(&FRAME, consents, held(now)).unwrap());
            prop_assert_eq!(today, genes(&FRAME, &kept, now.as_of).unwrap());
            // As of the full run's own instant not even the bytes are others.
            let of = |clocks| genome(&FRAME, 7, &acts, clocks, consents, Vec::new()).unwrap().bytes().unwrap();
            prop_assert_eq!(of(before), of(Clocks { known_by: now.known_by, ..before }));
        }
    }

    #[test]
    fn evidence_adds_up_to_the_score(acts in history(), consent in any::<bool>(), later in 60i64..700) {
        let (clocks, consents) = (clocks(NOW + later * DAY), consents(consent));
        let genome = genome(&FRAME, 7, &acts, clocks, consents, Vec::new()).unwrap();
        for gene in &genome.genes {
            let value = FRAME.find(&gene.attribute, &gene.value).unwrap();
            let found = evidence(&FRAME, &acts, clocks, consents, value).unwrap();
            let lines: i64 = found.lines.iter().map(|line| line.contribution).sum();
            prop_assert_eq!(lines + found.baseline.contribution, gene.score);
            prop_assert_eq!(found.score, gene.score);
            prop_assert_eq!(lines, gene.evidence);
            prop_assert!(found.baseline.contribution <= 0);
            prop_assert_eq!(found.lines.len() as u32, gene.supporting + gene.opposing);
            for line in &found.lines {
                prop_assert!(line.weight.signum() * line.contribution >= 0 || line.contribution.abs() <= 1);
                let exact = line.weight as f64 * line.age_factor as f64 / 1e6;
                let slack = 1.5 + line.weight.abs() as f64 / 1e6;
                prop_assert!((line.contribution as f64 - exact).abs() <= slack, "{line:?}");
            }
        }
    }

    #[test]
    fn the_order_of_rows_leaves_no_trace(acts in history(), swaps in prop::collection::vec(any::<prop::sample::Index>(), 25)) {
        let mut other = acts.clone();
        for (place, swap) in swaps.iter().enumerate().take(other.len()) {
            let with = swap.index(acts.len());
            other.swap(place, with);
        }
        let (a, b) = (genome_of(&FRAME, &acts, NOW + 61 * DAY), genome_of(&FRAME, &other, NOW + 61 * DAY));
        prop_assert_eq!(a.bytes().unwrap(), b.bytes().unwrap());
        prop_assert_eq!(Genome::from_bytes(&a.bytes().unwrap()).unwrap(), a);
    }

    #[test]
    fn rows_outside_the_view_change_nothing(acts in history(), later in history(), known_by in -100i64..100) {
        let clocks = Clocks { as_of: NOW, known_by: NOW + known_by * DAY };
        let of = |acts: &[Act]| genome(&FRAME, 7, acts, clocks, Consents::default(), Vec::new()).unwrap();
        let before = of(&acts);
        let mut more = acts;
        more.extend(later.into_iter().filter(|act| !clocks.holds(act)));
        prop_assert_eq!(before.bytes().unwrap(), of(&more).bytes().unwrap());
    }

    #[test]
    fn a_diff_with_itself_is_empty_and_the_reverse_is_mirrored(
        one in history(), two in history(), consent in any::<bool>(),
    ) {
        let a = genome_of(&FRAME, &one, NOW + 61 * DAY);
        let b = genome(&FRAME, 7, &two, clocks(NOW + 90 * DAY), consents(consent), Vec::new()).unwrap();
        let spec = spec();
        prop_assert_eq!(diff(&a, &a, &spec), vec![]);
        let forth = diff(&a, &b, &spec);
        let back: Vec<Change> = diff(&b, &a, &spec).iter().map(Change::mirrored).collect();
        prop_assert_eq!(&forth, &back);
        for change in &forth {
            prop_assert_eq!(change.is_alert(&spec), change.mirrored().is_alert(&spec));
            prop_assert!(!change.sentence(a.as_of, b.as_of, &spec).is_empty());
        }
    }

    #[test]
    fn opposite_evidence_lowers(acts in history(), kind in prop::sample::select(vec![
        ActKind::Return, ActKind::Complaint, ActKind::Discard, ActKind::Review(1),
    ]), product in 0u32..12) {
        let as_of = NOW + 61 * DAY;
        let before = genome_of(&FRAME, &acts, as_of);
        let mut more = acts;
        more.push(act(1, kind, product, NOW));
        let after = genome_of(&FRAME, &more, as_of);
        let opposed = after.genes.iter().filter(|gene| {
            before.gene(&gene.attribute, &gene.value).is_none_or(|old| old.opposing < gene.opposing)
        });
        let mut count = 0;
        for gene in opposed {
            let Some(old) = before.gene(&gene.attribute, &gene.value) else { continue };
            prop_assert!(gene.evidence < old.evidence);
            prop_assert!(gene.strength.value <= old.strength.value);
            // What is expected falls, too, by no more than the evidence.
            prop_assert!(gene.score <= old.score + 1);
            count += 1;
        }
        prop_assert!(count <= 4);
    }

    /// Somebody who buys each product as often as all together, scaled down, has scores near 0.
    #[test]
    fn who_buys_as_all_do_has_no_gene(days in prop::collection::vec(0i64..500, 1..6)) {
        let frame = frame();
        let everybody: Vec<Vec<Act>> = (0..24).map(|customer| {
            let bought = days.iter().enumerate().map(|(n, &day)| {
                buy(customer * 100 + n as i64, (customer % 12) as u32, day)
            });
            bought.collect()
        }).collect();
        let found = baseline(&frame, &everybody);
        let frame = frame.with_baseline(found);
        let average: Vec<Act> = everybody.iter().take(12).flatten().cloned().collect();
        let genome = genome_of(&frame, &average, NOW);
        prop_assert_eq!(genome.genes.len(), 8);
        for gene in &genome.genes {
            prop_assert!(gene.score.abs() <= 2, "{gene:?}");
            prop_assert_eq!(gene.standing, Standing::Faint);
        }
    }
}
