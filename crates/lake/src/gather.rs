//! A rule for plans that count distinct values per customer (or any other integer key): first bring each
//! key's rows together, then aggregate once. It must not change any answer.
//!
//! DataFusion aggregates where rows lie, then merges. A count of distinct values has nearly as much state as
//! it has rows, so with many keys that state is built twice, copied between and held at once. Rows of one
//! key scattered over threads cost less to move than such state.

use crate::distinct::CountDistinct;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::common::Result;
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::{Transformed, TransformedResult, TreeNode};
use datafusion::logical_expr::AggregateUDF;
use datafusion::physical_expr::aggregate::{AggregateExprBuilder, AggregateFunctionExpr};
use datafusion::physical_optimizer::PhysicalOptimizerRule;
use datafusion::physical_plan::aggregates::{AggregateExec, AggregateMode};
use datafusion::physical_plan::repartition::RepartitionExec;
use datafusion::physical_plan::{ExecutionPlan, Partitioning};
use std::sync::Arc;

/// The rule.
#[derive(Debug)]
pub(crate) struct GatherFirst {
    count_distinct: Arc<AggregateUDF>,
}

impl GatherFirst {
    pub(crate) fn new() -> Self {
        Self {
            count_distinct: Arc::new(AggregateUDF::from(CountDistinct::new())),
        }
    }

    /// The plan that gathers first; `None` where the rule does not apply.
    fn gathered(&self, plan: &Arc<dyn ExecutionPlan>) -> Result<Option<Arc<dyn ExecutionPlan>>> {
        let Some((last, partitions, first)) = two_steps(plan) else {
            return Ok(None);
        };
        let keys = first.group_expr().input_exprs();
        let schema = first.input_schema();
        let by_number = keys
            .iter()
            .any(|key| key.data_type(&schema).is_ok_and(|t| t.is_integer()));
        if !by_number || !first.aggr_expr().iter().any(|one| counts_distinct(one)) {
            return Ok(None);
        }
        let rows = RepartitionExec::try_new(
            Arc::clone(first.input()),
            Partitioning::Hash(keys, partitions),
        )?;
        let aggregates = first
            .aggr_expr()
            .iter()
            .map(|one| self.replaced(one, &schema))
            .collect::<Result<Vec<_>>>()?;
        let once = AggregateExec::try_new(
            AggregateMode::SinglePartitioned,
            first.group_expr().clone(),
            aggregates,
            first.filter_expr().to_vec(),
            Arc::new(rows),
            schema,
        )?;
        Ok(Some(Arc::new(
            once.with_limit_options(last.limit_options()),
        )))
    }

    /// A count of distinct integers becomes the lake's own; every other aggregate stays.
    fn replaced(
        &self,
        one: &Arc<AggregateFunctionExpr>,
        schema: &SchemaRef,
    ) -> Result<Arc<AggregateFunctionExpr>> {
        let arguments = one.expressions();
        let [argument] = arguments.as_slice() else {
            return Ok(Arc::clone(one));
        };
        if !counts_distinct(one) || !CountDistinct::counts(&argument.data_type(schema)?) {
            return Ok(Arc::clone(one));
        }
        let own = AggregateExprBuilder::new(Arc::clone(&self.count_distinct), arguments)
            .schema(Arc::clone(schema))
            .alias(one.name())
            .distinct()
            .build()?;
        Ok(Arc::new(own))
    }
}

/// An aggregate in two steps with a hash exchange between: (last step, partitions, first step).
fn two_steps(plan: &Arc<dyn ExecutionPlan>) -> Option<(&AggregateExec, usize, &AggregateExec)> {
    let last = plan.downcast_ref::<AggregateExec>()?;
    let exchange = last.input().downcast_ref::<RepartitionExec>()?;
    let first = exchange.input().downcast_ref::<AggregateExec>()?;
    let Partitioning::Hash(_, partitions) = exchange.partitioning() else {
        return None;
    };
    let plain = *last.mode() == AggregateMode::FinalPartitioned
        && *first.mode() == AggregateMode::Partial
        && first.group_expr().is_single();
    plain.then_some((last, *partitions, first))
}

fn counts_distinct(one: &AggregateFunctionExpr) -> bool {
    one.is_distinct() && one.fun().name() == "count"
}

impl PhysicalOptimizerRule for GatherFirst {
    fn optimize(
        &self,
        plan: Arc<dyn ExecutionPlan>,
        _: &ConfigOptions,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        plan.transform_up(|plan| {
            Ok(match self.gathered(&plan)? {
                Some(better) => Transformed::yes(better),
                None => Transformed::no(plan),
            })
        })
        .data()
    }

    fn name(&self) -> &str {
        "GatherFirst"
    }

    fn schema_check(&self) -> bool {
        true
    }
}
