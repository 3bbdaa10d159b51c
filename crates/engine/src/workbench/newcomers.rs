//! Members of a run with a thin history, and those that are in no run yet: where each would be placed by what it is,
//! how sure that is, and why. It must not move anybody (`hands`).

use super::board::{Board, standing};
use super::entrants::Entrant;
use super::gather::Sold;
use super::members::require_purpose;
use super::placings;
use crate::ask::PageAsk;
use crate::project::beside;
use crate::reads::Read;
use crate::views::{Newcomers, PlacingWay};
use crate::{Actor, EngineError, Project, clock};
use govern::Action;
use registry::Scenario;
use retail::{Money, Purpose};
use segment::newcomers::{self, Attribute, Bars, Candidate, History, Placed, Planned, Thin, Way};
use segment::{Entity, Recipe};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

/// Members learned from at most, every n-th by id: more would hardly tell more.
const SETTLED_MAX: usize = 20_000;
/// Newcomers placed at most.
const PLACED_MAX: usize = 2_000;
/// Newcomers listed where nobody says how many.
const LISTED: usize = 200;
/// Days and receipts that a bar can be at most.
const BAR_MAX: u32 = 100_000;
/// Microseconds of a day.
const DAY: i64 = 86_400_000_000;

/// What is asked of the newcomers of a run.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct NewcomerAsk {
    /// The way: auto, like, model, largest, tightest; auto where not given.
    pub way: Option<String>,
    /// A history is thin that began fewer than so many days before; 0 for never.
    pub days: Option<u32>,
    /// A history is thin that has fewer receipts; 0 for never.
    pub receipts: Option<u32>,
    /// Weights of attributes, as in `format=2,city=0`; the others keep theirs.
    pub weights: Option<String>,
    /// Of customers: why they are looked at.
    pub purpose: Option<Purpose>,
    /// Newcomers listed at most.
    pub limit: Option<usize>,
}

impl NewcomerAsk {
    fn way(&self) -> Result<Option<Way>, EngineError> {
        let word = self.way.as_deref().unwrap_or("auto");
        match Way::from_word(word) {
            None if word != "auto" => {
                let detail = "write one of auto, like, model, largest, tightest";
                Err(EngineError::invalid("method", detail))
            }
            way => Ok(way),
        }
    }

    fn bars(&self, of: Entity) -> Result<Bars, EngineError> {
        let usual = Bars::of(of);
        let checked = |field: &str, value: Option<u32>, usual| match value {
            Some(value) if value > BAR_MAX => {
                Err(EngineError::invalid(field, format!("write 0 to {BAR_MAX}")))
            }
            value => Ok(value.unwrap_or(usual)),
        };
        Ok(Bars {
            days: checked("days", self.days, usual.days)?,
            receipts: checked("receipts", self.receipts, usual.receipts)?,
        })
    }
}

/// Members with a history, at least, for anything to be learned from them: of fewer, nobody is proposed anything.
pub(super) const SETTLED_MIN: usize = 5;

/// One with a thin history.
pub(super) struct Thinly {
    /// Its id.
    pub id: String,
    /// What its own table says.
    pub entrant: Entrant,
    /// The part of a nested scheme.
    pub part: String,
    /// Why its history is thin.
    pub why: Vec<Thin>,
    /// Its place in the run.
    pub place: Option<usize>,
    /// Receipts in the recipe's lines.
    pub receipts: i64,
    /// Sales in them.
    pub sales: Money,
}

/// Everybody of the run and beside it, told apart by history.
pub(super) struct Crowd {
    /// Places of members with enough history.
    pub settled: Vec<usize>,
    /// Those without, in no run first, then by id.
    pub thin: Vec<Thinly>,
    /// Of a scheme of a category: those that never sold it and are no newcomers.
    pub never: usize,
}

/// What the newcomers of a run are found by.
pub(super) struct Around {
    /// The run.
    pub board: Arc<Board>,
    /// Its recipe.
    pub recipe: Recipe,
    /// Attributes with their weights.
    pub attributes: Vec<Attribute>,
    /// Everybody of the entity.
    pub entrants: BTreeMap<String, Entrant>,
    /// Customers who are placed nowhere since they refused to be profiled.
    pub withheld: BTreeSet<String>,
    /// What was sold by today, by member.
    pub sold: HashMap<String, Sold>,
    /// Where people planned members.
    pub plans: BTreeMap<String, Planned>,
    /// Below what a history is thin.
    pub bars: Bars,
    /// The way asked for.
    pub way: Option<Way>,
    /// Today, in days since 1970: what is to come counts from it, not from the newest receipt.
    pub now: i64,
}

impl Project {
    /// The newcomers of a run and where each would be placed. Of customers the purpose is asked for and the look is
    /// kept.
    pub async fn scheme_newcomers(
        &self,
        actor: &Actor,
        scheme: &str,
        run: &str,
        ask: &NewcomerAsk,
    ) -> Result<Newcomers, EngineError> {
        actor.may(Action::ReadResults)?;
        let scenario = self.find_scenario(scheme, run).await?;
        let board = self.board(&scenario).await?;
        let purpose = require_purpose(actor, board.base.result.of, ask.purpose)?;
        let around = Arc::new(self.around(&scenario, board, ask).await?);
        if purpose.is_some() && around.way == Some(Way::Tightest) {
            // Its trial counts the members of one segment, which may be too small to be shown.
            return Err(EngineError::invalid(
                "method",
                "of customers write auto, like, model or largest: tightest would tell how many people one segment has",
            ));
        }
        let names = self.hand_names(scheme).await?;
        let shown = self.shown(&around.board).await?;
        let least = match purpose {
            Some(_) => self.small_cells().await?.k() as usize,
            None => 0,
        };
        let currency = self.currency().await?;
        let limit = ask.limit.unwrap_or(LISTED).min(PLACED_MAX);
        let kept = Arc::clone(&around);
        let (crowd, placed) = beside(move || {
            let mut crowd = kept.crowd();
            if kept.board.base.result.of == Entity::Customers {
                // Who is in a segment too small to be shown is not shown here either.
                let ids = &kept.board.shaped.ids;
                crowd
                    .thin
                    .retain(|each| each.place.is_none_or(|place| shown.contains(&ids[place])));
            }
            let placed = kept.place(&crowd, limit)?;
            Ok((crowd, (placed, shown)))
        })
        .await?;
        let (placed, shown) = placed;
        let teller = placings::Teller {
            around: &around,
            names: &names,
            shown: &shown,
            currency: &currency,
            least,
        };
        let rows = teller.rows(&crowd, &placed, limit);
        if let Some(purpose) = purpose {
            let read = Read {
                what: "newcomers",
                cluster: None,
                total: crowd.thin.len() as u64,
                keys: rows
                    .iter()
                    .filter_map(|row| row.member.parse().ok())
                    .collect(),
            };
            let page = PageAsk {
                limit,
                ..PageAsk::default()
            };
            self.note_read(actor, purpose, read, &page).await?;
        }
        Ok(teller.newcomers(&crowd, &placed, rows))
    }

    async fn around(
        &self,
        scenario: &Scenario,
        board: Arc<Board>,
        ask: &NewcomerAsk,
    ) -> Result<Around, EngineError> {
        let recipe = self.recipe_of(scenario).await?;
        let (of, as_of) = (recipe.of, clock::text(board.base.result.as_of));
        let (way, bars) = (ask.way()?, ask.bars(of)?);
        let mut attributes = newcomers::attributes(of, &as_of);
        if let Some(written) = &ask.weights {
            newcomers::weigh(&mut attributes, written).map_err(|cause| match cause {
                segment::SegmentError::Spec {
                    field,
                    value,
                    legal,
                } => EngineError::invalid(field, format!("{value}: {legal}")),
                other => other.into(),
            })?;
        }
        let entrants = self.entrants(of, &attributes).await?;
        let (window, _) = self.window(&recipe).await?;
        let sold = self.sold(&recipe, &window).await?;
        let hands = standing(&self.registry().hands(&scenario.scheme).await?)?;
        Ok(Around {
            board,
            recipe,
            attributes,
            entrants,
            withheld: self.withheld_members(of, None).await?,
            sold: sold
                .into_iter()
                .map(|sold| (sold.member.clone(), sold))
                .collect(),
            plans: newcomers::planned(&hands),
            bars,
            way,
            now: self.now().div_euclid(DAY),
        })
    }
}

impl Around {
    /// The day that the run describes.
    fn today(&self) -> i64 {
        self.board.base.result.as_of.div_euclid(DAY)
    }

    /// Tells members and others apart by their history.
    fn crowd(&self) -> Crowd {
        let base = &self.board.base;
        let first = base.known.iter().filter_map(|member| member.first_at).min();
        let (today, begin) = (
            self.today(),
            first.unwrap_or(base.result.as_of).div_euclid(DAY),
        );
        let mut crowd = Crowd {
            settled: Vec::new(),
            thin: Vec::new(),
            never: 0,
        };
        // Shops to come are what is asked for; of customers many never bought, and would crowd out all others.
        let persons = base.result.of == Entity::Customers;
        if !persons {
            self.outside(&mut crowd, today, begin);
        }
        for (place, known) in base.known.iter().enumerate() {
            let entrant = self.entrants.get(&known.id).cloned().unwrap_or_default();
            let history = History {
                opened: entrant.opened,
                refit: entrant.refit,
                first_sale: known.first_at.map(|at| at.div_euclid(DAY)),
                receipts: known.receipts,
                member: true,
                dark: false,
            };
            let why = newcomers::thin(&history, self.bars, today, begin);
            if !why.is_empty() {
                crowd.thin.push(Thinly {
                    id: known.id.clone(),
                    entrant,
                    part: known.part.clone(),
                    why,
                    place: Some(place),
                    receipts: known.receipts,
                    sales: known.sales,
                });
            } else if !self
                .board
                .shaped
                .made
                .contains_key(&self.board.shaped.ids[place])
            {
                // Nobody is proposed for a cluster that people fill by hand.
                crowd.settled.push(place);
            }
        }
        if persons {
            self.outside(&mut crowd, today, begin);
        }
        // Who refused to be profiled is placed nowhere, and nobody is placed by them.
        crowd.thin.retain(|one| !self.withheld.contains(&one.id));
        let known = &self.board.base.known;
        crowd
            .settled
            .retain(|place| !self.withheld.contains(&known[*place].id));
        let step = crowd.settled.len().div_ceil(SETTLED_MAX).max(1);
        crowd.settled = crowd.settled.into_iter().step_by(step).collect();
        crowd
    }

    /// Those who are in no run.
    fn outside(&self, crowd: &mut Crowd, today: i64, begin: i64) {
        let base = &self.board.base;
        // Where company alone says who is where, who sold by then and is in none was left out for want of evidence.
        let mut blocks = self.recipe.weighted();
        let by_company =
            self.recipe.rules.is_none() && blocks.all(|block| block.name == "co_purchase");
        for (id, entrant) in &self.entrants {
            let closed = entrant.closed.is_some_and(|closed| closed < today);
            if base.place(id).is_some() || closed || !entrant.fits(&self.recipe, &self.attributes) {
                continue;
            }
            // What is worth nothing brings nobody into a run.
            let sold = self.sold.get(id).filter(|sold| sold.sales.0 > 0);
            let first = sold.and_then(|sold| sold.first_at);
            // Who sold by then and is in none was left out by rules.
            if self.recipe.rules.is_some() && first.is_some_and(|at| at <= base.result.as_of) {
                continue;
            }
            let history = History {
                opened: entrant.opened,
                refit: entrant.refit,
                first_sale: first.map(|at| at.div_euclid(DAY)),
                receipts: sold.map_or(0, |sold| sold.receipts),
                member: false,
                dark: by_company && first.is_some_and(|at| at <= base.result.as_of),
            };
            let why = newcomers::thin(&history, self.bars, today, begin);
            // A shop that never sold a category is no newcomer to it, unless it is new or somebody planned it.
            let by_category = self.recipe.category.is_some() && self.recipe.of != Entity::Products;
            if by_category && why == [Thin::NoSales] && !self.plans.contains_key(id) {
                crowd.never += 1;
                continue;
            }
            crowd.thin.push(Thinly {
                id: id.clone(),
                entrant: entrant.clone(),
                part: entrant.part(&self.recipe, &self.attributes),
                why,
                place: None,
                receipts: history.receipts,
                sales: sold.map_or(Money(0), |sold| sold.sales),
            });
        }
    }

    /// Places the first of those with a thin history.
    fn place(&self, crowd: &Crowd, limit: usize) -> Result<Placed, EngineError> {
        let base = &self.board.base;
        if crowd.settled.len() < SETTLED_MIN {
            return Ok(Placed {
                way: self.way.unwrap_or(Way::Largest),
                tried: Vec::new(),
                places: vec![None; crowd.thin.len().min(limit)],
                silent: Vec::new(),
            });
        }
        let none = vec![None; self.attributes.len()];
        let members = crowd.settled.iter().map(|place| {
            let known = &base.known[*place];
            Candidate {
                part: known.part.clone(),
                values: self
                    .entrants
                    .get(&known.id)
                    .map_or_else(|| none.clone(), |entrant| entrant.values.clone()),
            }
        });
        let clusters = crowd
            .settled
            .iter()
            .map(|place| self.board.shaped.ids[*place]);
        let thin = crowd.thin.iter().take(limit);
        let newcomers = thin.map(|each| Candidate {
            part: each.part.clone(),
            values: match each.entrant.values.is_empty() {
                true => none.clone(),
                false => each.entrant.values.clone(),
            },
        });
        let input = newcomers::Input {
            attributes: &self.attributes,
            members: &members.collect::<Vec<_>>(),
            clusters: &clusters.collect::<Vec<_>>(),
            rows: &base
                .prepared
                .scaled
                .view()
                .take(&crowd.settled)
                .map_err(segment::SegmentError::from)?,
            newcomers: &newcomers.collect::<Vec<_>>(),
            way: self.way,
            seed: base.result.seed,
        };
        Ok(newcomers::place(&input, &numeric::Silent)?)
    }

    /// What a scheme clusters.
    pub fn of(&self) -> Entity {
        self.board.base.result.of
    }
}

/// The way as answers name it.
pub(super) fn way_word(way: Way) -> PlacingWay {
    match way {
        Way::Like => PlacingWay::Like,
        Way::Model => PlacingWay::Model,
        Way::Largest => PlacingWay::Largest,
        Way::Tightest => PlacingWay::Tightest,
    }
}
