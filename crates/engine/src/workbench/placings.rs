//! Placed newcomers as they are shown: names, values with their units, sentences. It must not place anybody.

use super::hands::HandNames;
use super::newcomers::{Around, Crowd, SETTLED_MIN, Thinly, way_word};
use super::recipes::entity_word;
use crate::ask::count;
use crate::clock;
use crate::views::{
    LikeMember, Newcomer, Newcomers, PlacingAttribute, PlacingReason, PlacingTrial, PlannedCluster,
    ProposedCluster,
};
use segment::Entity;
use segment::newcomers::{Attribute, Place, Placed, Reason, Thin, Tried, Usual, Value, Way};
use std::collections::BTreeSet;

/// Why a history is thin, in words. An opening after the newest receipt is told by its day, and counted from today: who
/// reads that a shop opens in five days reads it today.
fn thin_words(why: Thin, opened: Option<i64>, now: i64) -> String {
    let (Thin::NotOpenYet(_), Some(opened)) = (why, opened) else {
        return why.sentence();
    };
    let day = clock::day_of(opened).unwrap_or_default();
    match opened - now {
        0 => format!("opens today ({day})"),
        1 => format!("opens tomorrow ({day})"),
        ahead if ahead > 0 => format!("opens on {day}, {ahead} days from today"),
        _ => format!("opened on {day}, after the newest receipt"),
    }
}

/// Turns places into rows.
pub(super) struct Teller<'a> {
    /// What they were found by.
    pub around: &'a Around,
    /// What people call clusters.
    pub names: &'a HandNames,
    /// Clusters that may be shown.
    pub shown: &'a BTreeSet<i32>,
    /// The currency of money.
    pub currency: &'a str,
    /// Members of which must tell what is usual in a cluster, at least.
    pub least: usize,
}

impl Teller<'_> {
    /// The answer, with its rows.
    pub fn newcomers(&self, crowd: &Crowd, placed: &Placed, rows: Vec<Newcomer>) -> Newcomers {
        let (around, result) = (self.around, &self.around.board.base.result);
        let attributes = around.attributes.iter().enumerate();
        Newcomers {
            of: entity_word(around.of()),
            run_id: around.board.base.run.run_id.clone(),
            as_of: clock::text(result.as_of),
            days: around.bars.days,
            receipts: around.bars.receipts,
            way: way_word(placed.way),
            chosen: around.way.is_none(),
            sentence: sentence(around, crowd, placed),
            settled: crowd.settled.len(),
            trials: placed
                .tried
                .iter()
                .filter(|tried| self.least == 0 || tried.way != Way::Tightest)
                .map(trial)
                .collect(),
            attributes: attributes
                .map(|(place, attribute)| PlacingAttribute {
                    attribute: attribute.name.into(),
                    label: attribute.label.clone(),
                    weight: attribute.weight,
                    differs: !placed.silent.contains(&place),
                })
                .collect(),
            total: crowd.thin.len() as u64,
            notes: notes(around, crowd, rows.len()),
            rows,
        }
    }

    /// The newcomers, as many as were placed and are asked for.
    pub fn rows(&self, crowd: &Crowd, placed: &Placed, limit: usize) -> Vec<Newcomer> {
        let each = crowd.thin.iter().zip(&placed.places).take(limit);
        each.map(|(thin, place)| self.row(crowd, thin, place.as_ref()))
            .collect()
    }

    fn row(&self, crowd: &Crowd, thin: &Thinly, place: Option<&Place>) -> Newcomer {
        let board = &self.around.board;
        let persons = self.around.of() == Entity::Customers;
        let cluster = thin.place.map(|place| board.shaped.ids[place]);
        let proposed = place.filter(|place| self.shown.contains(&place.cluster));
        let plan = self.around.plans.get(&thin.id);
        let likes = place.map_or(&[][..], |place| &place.likes);
        let ids = &board.shaped.ids;
        let behind = |cluster: i32| {
            let settled = crowd.settled.iter();
            settled.filter(|place| ids[**place] == cluster).count()
        };
        // What is usual among a few customers would be what those few are.
        let telling = proposed.filter(|place| behind(place.cluster) >= self.least);
        let reasons = telling.map_or(&[][..], |place| &place.reasons);
        Newcomer {
            member: thin.id.clone(),
            label: thin.entrant.label.clone().filter(|_| !persons),
            part: Some(thin.part.clone()).filter(|part| !part.is_empty()),
            thin: (thin.why.iter())
                .map(|why| thin_words(*why, thin.entrant.opened, self.around.now))
                .collect(),
            opened_on: thin.entrant.opened.and_then(clock::day_of),
            receipts: count(thin.receipts),
            sales: thin.sales.to_string(),
            in_run: thin.place.is_some(),
            cluster,
            cluster_name: cluster.map(|cluster| self.name(cluster)),
            pinned: thin.place.is_some_and(|place| board.pinned(place)),
            planned: plan
                .filter(|_| thin.place.is_none())
                .map(|plan| PlannedCluster {
                    cluster: plan.cluster,
                    name: self.name(plan.cluster),
                    seq: plan.seq,
                }),
            proposed: proposed.map(|place| self.proposed(place)),
            unlike: proposed.is_some_and(|place| place.unlike),
            likes: likes
                .iter()
                .filter(|_| !persons)
                .map(|like| self.like(crowd.settled[like.member], like.similarity))
                .collect(),
            reasons: reasons
                .iter()
                .map(|reason| self.reason(thin, reason))
                .collect(),
        }
    }

    fn proposed(&self, place: &Place) -> ProposedCluster {
        let second = place.second.filter(|(id, _)| self.shown.contains(id));
        ProposedCluster {
            cluster: place.cluster,
            name: self.name(place.cluster),
            confidence: place.confidence,
            second_cluster: second.map(|(id, _)| id),
            second_name: second.map(|(id, _)| self.name(id)),
            second_confidence: second.map(|(_, confidence)| confidence),
        }
    }

    fn like(&self, place: usize, similarity: f64) -> LikeMember {
        let (known, cluster) = (
            &self.around.board.base.known[place],
            self.around.board.shaped.ids[place],
        );
        LikeMember {
            member: known.id.clone(),
            label: known.label.clone(),
            cluster,
            cluster_name: self.name(cluster),
            similarity,
        }
    }

    fn reason(&self, thin: &Thinly, reason: &Reason) -> PlacingReason {
        let attribute = &self.around.attributes[reason.attribute];
        let value = thin.entrant.values.get(reason.attribute);
        let usual = reason.usual.as_ref().map(|usual| match usual {
            Usual::Middle(number) => self.number(*number, attribute),
            Usual::Most(text, share) => format!("{text} ({:.0} %)", 100.0 * share),
        });
        PlacingReason {
            attribute: attribute.name.into(),
            label: attribute.label.clone(),
            value: match value.and_then(Option::as_ref) {
                Some(Value::Number(number)) => self.number(*number, attribute),
                Some(Value::Text(text)) => text.clone(),
                None => "not known".into(),
            },
            usual,
            inside: reason.inside,
            all: reason.all,
            weight: reason.weight,
        }
    }

    /// A number with its unit, as few digits as tell it.
    fn number(&self, number: f64, attribute: &Attribute) -> String {
        match attribute.unit {
            Some("share") => format!("{:.0} %", 100.0 * number),
            Some("count") | None => format!("{number:.0}"),
            Some("money") => format!("{number:.2} {}", self.currency),
            Some("°") => format!("{number:.3}°"),
            Some(unit) if number.abs() >= 100.0 => format!("{number:.0} {unit}"),
            Some(unit) => format!("{number:.1} {unit}"),
        }
    }

    fn name(&self, cluster: i32) -> String {
        let board = &self.around.board;
        let mut segments = board.segmentation.segments.iter();
        let found = segments.find(|segment| segment.cluster == cluster);
        let proposed = match (found, board.shaped.made.get(&cluster)) {
            (Some(segment), _) => segment.name.clone(),
            (None, Some(made)) => made.clone(),
            (None, None) => format!("cluster {cluster}, not in this run"),
        };
        self.names.name(cluster, &proposed).0
    }
}

fn trial(tried: &Tried) -> PlacingTrial {
    PlacingTrial {
        way: way_word(tried.way),
        members: tried.members,
        right: tried.right,
        accuracy: accuracy(tried),
        confidence: tried.confidence,
        log_loss: tried.log_loss,
    }
}

fn accuracy(tried: &Tried) -> f64 {
    tried.right as f64 / tried.members.max(1) as f64
}

/// Newcomers, and whether attributes help.
fn sentence(around: &Around, crowd: &Crowd, placed: &Placed) -> String {
    let of = around.of();
    let number = crowd.thin.len();
    let outside = crowd
        .thin
        .iter()
        .filter(|each| each.place.is_none())
        .count();
    let have = if number == 1 { "has" } else { "have" };
    let mut words = match number {
        0 => format!("No {} has a thin history.", of.counted(1)),
        _ => format!("{number} {} {have} a thin history", of.counted(number)),
    };
    if outside > 0 {
        words.push_str(&format!(", {outside} of them in no run yet"));
    }
    if number > 0 {
        words.push('.');
    }
    let told = |way: Way| placed.tried.iter().find(|tried| tried.way == way);
    let (Some(taken), Some(largest)) = (told(placed.way), told(Way::Largest)) else {
        return words;
    };
    let by = match placed.way {
        Way::Like => "by those most alike",
        Way::Model => "by the attributes usual in each cluster",
        Way::Largest => "by the largest cluster",
        Way::Tightest => "by the tightest cluster",
    };
    words.push_str(&format!(
        " Of {} known {}, {} are placed right {by} ({:.0} %)",
        taken.members,
        of.counted(taken.members),
        taken.right,
        100.0 * accuracy(taken)
    ));
    match placed.way {
        Way::Largest if around.way.is_none() => {
            words.push_str(": attributes tell no more than the sizes of the clusters do.")
        }
        Way::Largest => words.push('.'),
        _ => words.push_str(&format!(
            ", {} by the largest cluster alone ({:.0} %).",
            largest.right,
            100.0 * accuracy(largest)
        )),
    }
    words
}

fn notes(around: &Around, crowd: &Crowd, listed: usize) -> Vec<String> {
    let of = around.of();
    let mut notes = Vec::new();
    if crowd.settled.len() < SETTLED_MIN {
        notes.push(format!(
            "Only {} {} have a history of {} days and {} receipts, {SETTLED_MIN} are needed to learn from, so nothing is \
             proposed: lower the bars (--days, --receipts).",
            crowd.settled.len(),
            of.word(),
            around.bars.days,
            around.bars.receipts
        ));
    }
    if listed < crowd.thin.len() {
        notes.push(format!(
            "{listed} of {} are listed: ask for more, or raise the bar of what counts as thin.",
            crowd.thin.len()
        ));
    }
    if let (true, Some(category)) = (crowd.never > 0, &around.recipe.category) {
        notes.push(format!(
            "{} {} sold nothing of {category} in the period and are not new: they are not listed.",
            crowd.never,
            of.counted(crowd.never)
        ));
    }
    notes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_opening_is_counted_from_today() {
        // 31 is the first of February 1970; receipts end on the first of January.
        let told = |now| thin_words(Thin::NotOpenYet(31), Some(31), now);
        assert_eq!(told(26), "opens on 1970-02-01, 5 days from today");
        assert_eq!(told(30), "opens tomorrow (1970-02-01)");
        assert_eq!(told(31), "opens today (1970-02-01)");
        assert_eq!(told(40), "opened on 1970-02-01, after the newest receipt");
        assert_eq!(thin_words(Thin::NoSales, Some(31), 40), "no sales yet");
    }
}
