//! Whose history is too thin to say from sales where a member belongs, and why; where people planned members that are
//! in no run yet. It must not place anybody.

use crate::Entity;
use crate::hands::{Hand, Kept};
use std::collections::BTreeMap;

/// Below what a history counts as thin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bars {
    /// Opened, refitted or first seen fewer than so many days before the day described; 0 for never.
    pub days: u32,
    /// Fewer receipts than so many in the recipe's lines; 0 for never.
    pub receipts: u32,
}

impl Bars {
    /// The usual ones. A share taken from n receipts is off by up to √(1/n), two standard errors: 14 points at 50
    /// receipts, 22 at 20. Of customers a few receipts must do.
    pub fn of(entity: Entity) -> Self {
        let receipts = match entity {
            Entity::Customers => 3,
            Entity::Stores => 50,
            Entity::Products => 20,
        };
        Self { days: 90, receipts }
    }
}

/// What is known of a member's history. Days count from 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct History {
    /// First day of the shop, the product's sale, the customer's membership, where the feed says it.
    pub opened: Option<i64>,
    /// Last refit of a shop.
    pub refit: Option<i64>,
    /// Day of the first sale in the recipe's lines.
    pub first_sale: Option<i64>,
    /// Receipts in the recipe's lines.
    pub receipts: i64,
    /// Whether it is a member of the run.
    pub member: bool,
    /// Whether the run knew it, and left it out for want of evidence.
    pub dark: bool,
}

/// One reason why a history is thin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Thin {
    /// Opens so many days after the day described.
    NotOpenYet(i64),
    /// Nothing was sold yet.
    NoSales,
    /// Sold, but is in no run yet; with its receipts.
    NotInRun(i64),
    /// Sold before the run, which left it out since its baskets say nothing of it; with its receipts.
    NoEvidence(i64),
    /// Opened so many days before.
    OpenedLately(i64),
    /// First sold so many days before.
    SeenLately(i64),
    /// Refitted so many days before: what it sold until then may say little.
    RefittedLately(i64),
    /// Only so many receipts.
    FewReceipts(i64),
}

impl Thin {
    /// It in words.
    pub fn sentence(self) -> String {
        let days = |days: i64| match days {
            1 => "1 day".to_string(),
            days => format!("{days} days"),
        };
        let receipts = |receipts: i64| match receipts {
            1 => "1 receipt".to_string(),
            receipts => format!("{receipts} receipts"),
        };
        match self {
            Self::NotOpenYet(ahead) => format!("opens {} after", days(ahead)),
            Self::NoSales => "no sales yet".into(),
            Self::NotInRun(number) => {
                format!("{}, not in this run: run it again", receipts(number))
            }
            Self::NoEvidence(number) => format!(
                "{}, left out of the run: no evidence of what it is bought with",
                receipts(number)
            ),
            Self::OpenedLately(ago) => format!("opened {} before", days(ago)),
            Self::SeenLately(ago) => format!("first sale of the period {} before", days(ago)),
            Self::RefittedLately(ago) => format!("refitted {} before", days(ago)),
            Self::FewReceipts(number) => receipts(number),
        }
    }
}

/// Why a member's history is thin on a day; nothing where it is not. `begin` is the first day of which the recipe's
/// lines tell: a first sale counts as late only where they reach back beyond the bar.
pub fn thin(history: &History, bars: Bars, today: i64, begin: i64) -> Vec<Thin> {
    let mut why = Vec::new();
    let bar = i64::from(bars.days);
    let lately = |day: Option<i64>| {
        let ago = day.map(|day| today - day);
        ago.filter(|ago| (0..bar).contains(ago))
    };
    if let Some(opened) = history.opened.filter(|opened| *opened > today) {
        why.push(Thin::NotOpenYet(opened - today));
    }
    if history.receipts == 0 {
        why.push(Thin::NoSales);
    } else if history.dark {
        why.push(Thin::NoEvidence(history.receipts));
    } else if !history.member && history.opened.is_none_or(|opened| opened <= today) {
        why.push(Thin::NotInRun(history.receipts));
    }
    if let Some(ago) = lately(history.opened) {
        why.push(Thin::OpenedLately(ago));
    }
    if let Some(ago) = lately(history.refit) {
        why.push(Thin::RefittedLately(ago));
    }
    // An opening, late or long ago, says more than the first sale of a recipe's period; a refit has said it.
    if let Some(ago) = lately(history.first_sale)
        && today - begin >= bar
        && history.opened.is_none()
        && lately(history.refit).is_none()
    {
        why.push(Thin::SeenLately(ago));
    }
    if history.member && history.receipts < i64::from(bars.receipts) {
        why.push(Thin::FewReceipts(history.receipts));
    }
    why
}

/// Where a person planned a member that may be in no run yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Planned {
    /// The cluster.
    pub cluster: i32,
    /// The change that planned it.
    pub seq: i64,
}

/// Members with the cluster that people planned them into, as the changes that stand say, oldest first: a later
/// change of a member counts, and a cluster that was merged is the one that took it.
pub fn planned(hands: &[Kept]) -> BTreeMap<String, Planned> {
    let mut all: BTreeMap<String, Planned> = BTreeMap::new();
    for kept in hands {
        match &kept.hand {
            Hand::Place { members, to } => {
                let plan = Planned {
                    cluster: *to,
                    seq: kept.seq,
                };
                all.extend(members.iter().map(|member| (member.clone(), plan)));
            }
            Hand::Merge { from, into } => all
                .values_mut()
                .filter(|plan| plan.cluster == *from)
                .for_each(|plan| plan.cluster = *into),
            Hand::Move { .. } | Hand::Lock { .. } | Hand::Unlock { .. } => {
                for member in kept.hand.members() {
                    all.remove(member);
                }
            }
            _ => {}
        }
    }
    all
}
