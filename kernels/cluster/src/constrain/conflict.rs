//! Rules that cannot all be kept, named one by one.
//!
//! Holds the conflicts as data, for lists that people work through, and their wording. Finding them is
//! `checks`' and `search`'s.

/// Two or more rules that no clustering can keep at once, or a rule about something that is not there.
/// Rows and clusters count from 0.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Conflict {
    /// A rule names a row beyond the data.
    #[error("{rule} names row {row}, but there are {rows} rows; name rows 0 to {rows} less one")]
    Row {
        /// The field of the rules.
        rule: &'static str,
        /// The row named.
        row: usize,
        /// Rows of the data.
        rows: usize,
    },
    /// A rule names a cluster beyond those asked for.
    #[error(
        "{rule} names cluster {cluster}, but there are {clusters} clusters; name clusters 0 to {clusters} less one"
    )]
    Cluster {
        /// The field of the rules.
        rule: &'static str,
        /// The cluster named.
        cluster: u32,
        /// Clusters asked for.
        clusters: usize,
    },
    /// A cluster has two entries where one is meant.
    #[error("{rule} names cluster {cluster} twice; keep one entry")]
    Twice {
        /// The field of the rules.
        rule: &'static str,
        /// The cluster.
        cluster: u32,
    },
    /// A fixed center that cannot be computed with.
    #[error(
        "the fixed center of cluster {cluster} holds {value} in column {col}; give numbers within ±1e100"
    )]
    CenterValue {
        /// The cluster.
        cluster: u32,
        /// The column, counted from 0.
        col: usize,
        /// The value.
        value: f64,
    },
    /// The least size of a cluster is above its greatest.
    #[error(
        "cluster {cluster} must hold at least {min} and at most {max} rows; lower the least or raise the most"
    )]
    MinAboveMax {
        /// The cluster.
        cluster: u32,
        /// Its least size.
        min: usize,
        /// Its greatest size.
        max: usize,
    },
    /// A closed cluster whose locked rows do not fit the sizes given for it.
    #[error(
        "cluster {cluster} is closed, so it holds its {locked} locked rows only, but its own sizes ask for {min} to {max}; open it, or change its sizes"
    )]
    ClosedSizes {
        /// The cluster.
        cluster: u32,
        /// Rows locked to it, with those linked to them.
        locked: usize,
        /// Its least size.
        min: usize,
        /// Its greatest size.
        max: usize,
    },
    /// One row locked to two clusters.
    #[error("row {row} is locked to cluster {} and to cluster {}; keep one lock", clusters[0], clusters[1])]
    LockedTwice {
        /// The row.
        row: usize,
        /// The two clusters, ascending.
        clusters: [u32; 2],
    },
    /// Rows that must be together, locked to two clusters.
    #[error(
        "rows {} and {} must be together (by way of rows {chain:?}), but are locked to clusters {} and {}; drop a lock or a link",
        rows[0], rows[1], clusters[0], clusters[1]
    )]
    LinkedButLockedApart {
        /// The two locked rows.
        rows: [usize; 2],
        /// The cluster of each.
        clusters: [u32; 2],
        /// Rows from the first to the second, each linked to the next.
        chain: Vec<usize>,
    },
    /// Rows that must be together and apart.
    #[error(
        "rows {} and {} must be apart, and together by way of rows {chain:?}; drop one of these links",
        rows[0], rows[1]
    )]
    TogetherAndApart {
        /// The two rows.
        rows: [usize; 2],
        /// Rows from the first to the second, each linked to the next.
        chain: Vec<usize>,
    },
    /// Rows that must be apart, locked to one cluster.
    #[error(
        "rows {} and {} must be apart, but they, or rows linked to them, are locked to cluster {cluster}; drop the link or a lock",
        rows[0], rows[1]
    )]
    ApartButLockedTogether {
        /// The two rows.
        rows: [usize; 2],
        /// The cluster.
        cluster: u32,
    },
    /// Rows that must be together and are more than any cluster may hold.
    #[error(
        "{} rows must be together (the first is row {}), but no open cluster may hold more than {max}; raise the most or drop links",
        rows.len(), rows[0]
    )]
    GroupAboveMax {
        /// The rows, ascending.
        rows: Vec<usize>,
        /// The most that a cluster that takes free rows may hold.
        max: usize,
    },
    /// More rows locked to a cluster than it may hold.
    #[error(
        "{locked} rows are locked to cluster {cluster} (with those linked to them), but it may hold at most {max}; raise the most or drop locks"
    )]
    LockedAboveMax {
        /// The cluster.
        cluster: u32,
        /// Rows locked to it, with those linked to them.
        locked: usize,
        /// Its greatest size.
        max: usize,
    },
    /// The least sizes need more rows than there are.
    #[error(
        "the least sizes of the clusters need {needed} rows, there are {rows}; lower them or ask for fewer clusters"
    )]
    TooFewRows {
        /// Rows needed.
        needed: usize,
        /// Rows of the data.
        rows: usize,
    },
    /// The greatest sizes leave rows over.
    #[error(
        "the clusters may hold {room} rows together, there are {rows}; raise the greatest sizes, open a cluster or ask for more clusters"
    )]
    TooManyRows {
        /// Rows that fit.
        room: usize,
        /// Rows of the data.
        rows: usize,
    },
    /// Rows that must all be apart from each other, more than there are clusters for them.
    #[error(
        "rows {rows:?} must all be apart from each other, but only {clusters} clusters take them; ask for more clusters or drop links"
    )]
    ApartAboveClusters {
        /// The rows, ascending.
        rows: Vec<usize>,
        /// Clusters that take them.
        clusters: usize,
    },
    /// Rows that fit no cluster: each is closed, too full of locked rows, or holds locked rows that these
    /// must be apart from.
    #[error(
        "rows {rows:?} fit no cluster: each is closed, full of locked rows, or holds locked rows that these must be apart from; drop links or locks"
    )]
    Nowhere {
        /// The rows, ascending.
        rows: Vec<usize>,
    },
    /// The rules contradict each other in a way that no smaller set of them shows.
    #[error(
        "no way to place the {} linked rows within all sizes and links {}; drop links or widen the sizes",
        rows.len(), if *proven { "exists" } else { "was found in a bounded search" }
    )]
    NoPlacement {
        /// Rows under links that are not locked, ascending.
        rows: Vec<usize>,
        /// Whether every way was tried. Where not, the rules may be satisfiable after all: deciding that is
        /// as hard as packing bins and coloring graphs.
        proven: bool,
    },
}

/// Every conflict found in a set of rules, at least one.
#[derive(Debug, Clone, PartialEq)]
pub struct Conflicts(pub Vec<Conflict>);

impl std::fmt::Display for Conflicts {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (place, conflict) in self.0.iter().enumerate() {
            let before = if place > 0 { "; " } else { "" };
            write!(out, "{before}{conflict}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Conflicts {}
