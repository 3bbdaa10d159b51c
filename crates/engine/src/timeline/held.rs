//! What of a timeline is held back from whoever neither helps the customer nor answers their request: answers in somebody's
//! own words, and products of topics that need a consent which is not there. It must not read the timeline.

use crate::cells::texts;
use crate::genome::{Open, topics};
use crate::views::{DeclaredAttribute, TimelineRow};
use crate::{EngineError, Project};
use arrow::array::Array;
use retail::CustomerKey;
use std::collections::{BTreeMap, BTreeSet};

/// Answers that at least ten people gave: others may be in somebody's own words.
const COMMON: &str = "select question_id, answer from survey_answers where answer is not null and customer_key is not null group by \
     question_id, answer having count(distinct customer_key) >= 10";

/// The categories of products.
const CATEGORIES: &str = "select product_id, category_1, category_2, category_3 from current_products where product_id in (select \
     product_id from seen)";

/// What stands instead of an answer.
const ANSWER: &str = "in the customer's own words, which are told for the purpose service";
/// What stands instead of a product.
const PRODUCT: &str = "a product of a topic that is not looked at without consent";

impl Project {
    /// Holds back what is not for such eyes, and says so in the row.
    pub(super) async fn hold_back(
        &self,
        customer: CustomerKey,
        rows: &mut [TimelineRow],
        declared: &mut Vec<DeclaredAttribute>,
    ) -> Result<(), EngineError> {
        let common = self.common_answers().await?;
        let is_common = |answer: &str| common.contains(answer);
        declared.retain(|one| one.value_type != "text" || is_common(&one.value));
        for row in rows.iter_mut().filter(|row| row.channel == "survey") {
            let (question, answer) = row.detail.split_once(": ").unwrap_or(("", &row.detail));
            if !is_common(answer) {
                row.detail = format!("{question}: {ANSWER}");
            }
        }
        let open = self.open_topics(customer).await?;
        let categories = self.categories_of(rows).await?;
        for row in rows.iter_mut() {
            let Some(code) = &row.product_id else {
                continue;
            };
            let levels = categories.get(code).map_or(&[][..], Vec::as_slice);
            if is_closed(&open, levels, &row.detail) {
                row.detail = PRODUCT.into();
                row.product_id = None;
            }
        }
        Ok(())
    }

    async fn common_answers(&self) -> Result<BTreeSet<String>, EngineError> {
        let mut all = BTreeSet::new();
        for batch in self.lake().rows(COMMON, None, vec![]).await? {
            let answer = texts(&batch, 1)?;
            all.extend((0..batch.num_rows()).map(|row| answer.value(row).to_string()));
        }
        Ok(all)
    }

    /// Categories by product.
    async fn categories_of(
        &self,
        rows: &[TimelineRow],
    ) -> Result<BTreeMap<String, Vec<String>>, EngineError> {
        let codes: Vec<&str> = rows
            .iter()
            .filter_map(|row| row.product_id.as_deref())
            .collect();
        let mut all = BTreeMap::new();
        if codes.is_empty() {
            return Ok(all);
        }
        let seen = crate::dna::codes(&codes)?;
        for batch in self
            .lake()
            .rows(CATEGORIES, None, vec![("seen", seen)])
            .await?
        {
            let code = texts(&batch, 0)?;
            let levels = [texts(&batch, 1)?, texts(&batch, 2)?, texts(&batch, 3)?];
            for row in 0..batch.num_rows() {
                let named = levels.iter().filter(|level| level.is_valid(row));
                let named = named.map(|level| level.value(row).to_string()).collect();
                all.insert(code.value(row).to_string(), named);
            }
        }
        Ok(all)
    }
}

/// Whether a product is of a topic without consent: by its categories, else by its words.
pub(super) fn is_closed(open: &Open, levels: &[String], name: &str) -> bool {
    let by_words = || {
        topics(name)
            .into_iter()
            .any(|word| !open.holds("category", word))
    };
    match levels.is_empty() {
        true => by_words(),
        false => levels.iter().any(|level| !open.holds("category", level)),
    }
}
