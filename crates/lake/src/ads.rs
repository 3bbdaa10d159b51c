//! Whose ads are: an ad is tied to a customer with their consent to marketing only. Every other row stays, for what a
//! campaign showed and cost, without customer or device. It must not know what ads are for.

use crate::{Lake, LakeError};
use datafusion::catalog::TableProvider;
use retail::Table;
use retail::table::{ADS, CUSTOMERS};
use std::sync::Arc;

/// Keys of customers who agree: the newest word of each of their records is yes or was never given, and at least one is
/// yes; of merged records the most restrictive holds.
pub const AGREE: &str = "select customer_key as agrees from (select customer_key, lower(marketing_consent) as word, \
     row_number() over (partition by entity_key order by happened_at desc, known_at desc, row_key) as newest from customers \
     where marketing_consent is not null) where newest = 1 group by customer_key having min(word) = 'yes'";

impl Lake {
    /// The ads of a session, under those customers alone who agree.
    pub(crate) async fn ads_of_who_agrees(
        &self,
        ads: Arc<dyn TableProvider>,
        customers: Arc<dyn TableProvider>,
    ) -> Result<Arc<dyn TableProvider>, LakeError> {
        // In a session of its own, so that nobody can name the table without consents.
        let context = self.context();
        for (table, provider) in [(&ADS, ads), (&CUSTOMERS, customers)] {
            let named = context.register_table(table.name, provider);
            named.map_err(LakeError::run)?;
        }
        let frame = context.sql(&shown(&ADS)).await.map_err(LakeError::run)?;
        Ok(frame.into_view())
    }
}

/// All columns in their order, those that tell whose an ad is only beside an agreement.
fn shown(table: &Table) -> String {
    let each = table.columns.iter().map(|column| match column.name {
        name @ ("customer_key" | "device_key") => {
            format!("case when agrees is null then null else {name} end as {name}")
        }
        name => name.to_owned(),
    });
    let columns: Vec<String> = each.collect();
    format!(
        "select {} from {} left join ({AGREE}) as agreed on customer_key = agrees",
        columns.join(", "),
        table.name
    )
}
