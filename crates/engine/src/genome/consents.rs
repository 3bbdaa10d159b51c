//! Consents to topics that are not looked at without one: answers to the questions `consent:TOPIC`. The newest word holds,
//! and of two at one instant the refusal. It must not know which topics there are (`genome::spec`).

use super::acts::{View, Whose};
use crate::cells::{ints, texts};
use crate::{EngineError, Project};
use genome::Spec;
use retail::CustomerKey;
use std::collections::{BTreeMap, BTreeSet};

/// The newest word of each customer on each topic.
const SQL: &str = "select customer_key, topic from (select customer_key, topic, word, row_number() over (partition by \
     customer_key, topic order by at desc, word, known desc) as newest from (select customer_key, \
     lower(trim(substr(question_id, 9))) as topic, case when lower(trim(answer)) in ('yes', 'true', '1') then 'yes' else \
     'no' end as word, cast(happened_at as bigint) as at, cast(known_at as bigint) as known from survey_answers where \
     question_id like 'consent:%' and answer is not null and customer_key is not null)) where newest = 1 and word = 'yes' and {whose} order by customer_key, topic";

/// What may be told and used of a customer's leanings by the consents of now, whatever a run kept before.
pub(crate) struct Open {
    spec: Spec,
    topics: Vec<String>,
    /// Genes that are struck from the genome.
    struck: BTreeSet<(String, String)>,
}

impl Open {
    /// Whether a gene may be told and used: it needs no consent or has it, and nobody struck it.
    pub fn tells(&self, attribute: &str, value: &str) -> bool {
        self.holds(attribute, value) && !self.is_struck(attribute, value)
    }

    /// Whether a gene is struck from the genome.
    pub fn is_struck(&self, attribute: &str, value: &str) -> bool {
        let mut struck = self.struck.iter();
        struck.any(|one| one.0 == attribute && one.1 == value)
    }

    /// Whether a value needs no consent, or has it.
    pub fn holds(&self, attribute: &str, value: &str) -> bool {
        let topic = self.spec.topic(attribute, value);
        topic.is_none_or(|topic| self.topics.iter().any(|one| one == topic))
    }
}

/// Topics by customer.
pub(crate) type Given = BTreeMap<i64, Vec<String>>;

impl Project {
    /// The topics that each customer consented to, as known by an instant.
    pub(crate) async fn all_topics(&self, known_by: i64) -> Result<Given, EngineError> {
        let view = View::newest(known_by, known_by);
        self.topic_consents(Whose::All, view).await
    }

    /// The topics that a customer consented to by now.
    pub(crate) async fn topics_of(
        &self,
        customer: CustomerKey,
    ) -> Result<Vec<String>, EngineError> {
        let now = self.now();
        let view = View::newest(now, now);
        let mut given = self.topic_consents(Whose::One(customer.0), view).await?;
        Ok(given.remove(&customer.0).unwrap_or_default())
    }

    /// What is open of a customer now, also of one who was another's record before.
    pub(crate) async fn open_topics(&self, customer: CustomerKey) -> Result<Open, EngineError> {
        let customer = self.merges_at(None).await?.customer(customer);
        Ok(Open {
            spec: self.genome_spec()?,
            topics: self.topics_of(customer).await?,
            struck: self.struck_names(customer).await?,
        })
    }

    /// The topics that customers consented to, as far as a view knows. A word counts from when it is known: who takes a
    /// consent back is heard by the next run, whenever the newest act was.
    pub(super) async fn topic_consents(
        &self,
        whose: Whose,
        view: View,
    ) -> Result<Given, EngineError> {
        let sql = SQL.replace("{whose}", &whose.condition());
        let mut all = Given::new();
        for batch in self.lake().rows(&sql, Some(view.known_by), vec![]).await? {
            let (who, topic) = (ints(&batch, 0)?, texts(&batch, 1)?);
            for row in 0..batch.num_rows() {
                let own = all.entry(who.must(row)).or_default();
                own.push(topic.value(row).to_string());
            }
        }
        Ok(all)
    }
}
