//! `count(distinct …)` per group for integers, dates and instants, over `numeric::distinct` instead of a hash
//! set of pairs. It must not decide when it is used (`gather`).

use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Int64Array, ListArray, PrimitiveArray,
};
use datafusion::arrow::buffer::{OffsetBuffer, ScalarBuffer};
use datafusion::arrow::datatypes::*;
use datafusion::common::{Result, exec_err, not_impl_err};
use datafusion::functions_aggregate::count::count_udaf;
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::{
    Accumulator, AggregateUDFImpl, EmitTo, GroupsAccumulator, Signature, Volatility,
};
use numeric::distinct::{DistinctPairs, Value};
use std::sync::Arc;

/// The aggregate function; it gives the same counts as DataFusion's own.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(crate) struct CountDistinct {
    signature: Signature,
}

impl CountDistinct {
    pub(crate) fn new() -> Self {
        Self {
            signature: Signature::any(1, Volatility::Immutable),
        }
    }

    /// Whether it counts values of a type.
    pub(crate) fn counts(data_type: &DataType) -> bool {
        groups(data_type).is_some()
    }
}

fn groups(data_type: &DataType) -> Option<Box<dyn GroupsAccumulator>> {
    fn of<T>() -> Option<Box<dyn GroupsAccumulator>>
    where
        T: ArrowPrimitiveType + Send,
        T::Native: Value,
    {
        Some(Box::new(Groups::<T>::default()))
    }
    match data_type {
        DataType::Int8 => of::<Int8Type>(),
        DataType::Int16 => of::<Int16Type>(),
        DataType::Int32 => of::<Int32Type>(),
        DataType::Int64 => of::<Int64Type>(),
        DataType::UInt8 => of::<UInt8Type>(),
        DataType::UInt16 => of::<UInt16Type>(),
        DataType::UInt32 => of::<UInt32Type>(),
        DataType::UInt64 => of::<UInt64Type>(),
        DataType::Date32 => of::<Date32Type>(),
        _ => None,
    }
}

impl AggregateUDFImpl for CountDistinct {
    fn name(&self) -> &str {
        "count_distinct"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Int64)
    }

    fn is_nullable(&self) -> bool {
        false
    }

    fn state_fields(&self, args: StateFieldsArgs) -> Result<Vec<FieldRef>> {
        count_udaf().state_fields(args)
    }

    fn accumulator(&self, args: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        count_udaf().accumulator(args)
    }

    fn groups_accumulator_supported(&self, _: AccumulatorArgs) -> bool {
        true
    }

    fn create_groups_accumulator(
        &self,
        args: AccumulatorArgs,
    ) -> Result<Box<dyn GroupsAccumulator>> {
        let data_type = args.expr_fields[0].data_type();
        match groups(data_type) {
            Some(groups) => Ok(groups),
            None => not_impl_err!("count_distinct of {data_type}"),
        }
    }
}

/// The state of all groups.
struct Groups<T: ArrowPrimitiveType>
where
    T::Native: Value,
{
    pairs: DistinctPairs<T::Native>,
    groups: usize,
}

impl<T: ArrowPrimitiveType> Default for Groups<T>
where
    T::Native: Value,
{
    fn default() -> Self {
        Self {
            pairs: DistinctPairs::default(),
            groups: 0,
        }
    }
}

impl<T: ArrowPrimitiveType> Groups<T>
where
    T::Native: Value,
{
    fn grow(&mut self, groups: usize) -> Result<()> {
        if groups >= u32::MAX as usize {
            return exec_err!(
                "more than {} groups in one count of distinct values",
                u32::MAX
            );
        }
        self.groups = groups;
        Ok(())
    }

    fn take(&mut self, emit_to: EmitTo) -> (Vec<usize>, Vec<T::Native>) {
        let count = match emit_to {
            EmitTo::All => self.groups,
            EmitTo::First(count) => count.min(self.groups),
        };
        self.groups -= count;
        self.pairs.take(count)
    }
}

/// Whether a row counts under an aggregate's `filter (where …)`.
fn passes(filter: Option<&BooleanArray>, row: usize) -> bool {
    filter.is_none_or(|filter| filter.is_valid(row) && filter.value(row))
}

impl<T: ArrowPrimitiveType + Send> GroupsAccumulator for Groups<T>
where
    T::Native: Value,
{
    fn update_batch(
        &mut self,
        values: &[ArrayRef],
        group_indices: &[usize],
        opt_filter: Option<&BooleanArray>,
        total_num_groups: usize,
    ) -> Result<()> {
        self.grow(total_num_groups)?;
        let values = values[0].as_primitive::<T>();
        if values.null_count() == 0 && opt_filter.is_none() {
            for (&group, &value) in group_indices.iter().zip(values.values()) {
                self.pairs.push(group as u32, value);
            }
            return Ok(());
        }
        for (row, (&group, &value)) in group_indices.iter().zip(values.values()).enumerate() {
            if values.is_valid(row) && passes(opt_filter, row) {
                self.pairs.push(group as u32, value);
            }
        }
        Ok(())
    }

    fn evaluate(&mut self, emit_to: EmitTo) -> Result<ArrayRef> {
        let (offsets, _) = self.take(emit_to);
        let counts = offsets.windows(2).map(|pair| (pair[1] - pair[0]) as i64);
        Ok(Arc::new(Int64Array::from_iter_values(counts)))
    }

    fn state(&mut self, emit_to: EmitTo) -> Result<Vec<ArrayRef>> {
        let (offsets, values) = self.take(emit_to);
        if values.len() > i32::MAX as usize {
            return exec_err!("more than {} distinct values in one state", i32::MAX);
        }
        let offsets: Vec<i32> = offsets.into_iter().map(|offset| offset as i32).collect();
        list::<T>(offsets, values)
    }

    fn merge_batch(
        &mut self,
        values: &[ArrayRef],
        group_indices: &[usize],
        total_num_groups: usize,
    ) -> Result<()> {
        self.grow(total_num_groups)?;
        let lists = values[0].as_list::<i32>();
        let values = lists.values().as_primitive::<T>().values();
        for (pair, &group) in lists.offsets().windows(2).zip(group_indices) {
            for &value in &values[pair[0] as usize..pair[1] as usize] {
                self.pairs.push(group as u32, value);
            }
        }
        Ok(())
    }

    fn convert_to_state(
        &self,
        values: &[ArrayRef],
        opt_filter: Option<&BooleanArray>,
    ) -> Result<Vec<ArrayRef>> {
        let values = values[0].as_primitive::<T>();
        let (mut offsets, mut kept) = (vec![0], Vec::with_capacity(values.len()));
        for (row, &value) in values.values().iter().enumerate() {
            if values.is_valid(row) && passes(opt_filter, row) {
                kept.push(value);
            }
            offsets.push(kept.len() as i32);
        }
        list::<T>(offsets, kept)
    }

    fn size(&self) -> usize {
        self.pairs.bytes()
    }
}

/// The state as DataFusion's count of distinct values writes it: a list for each group.
fn list<T: ArrowPrimitiveType>(offsets: Vec<i32>, values: Vec<T::Native>) -> Result<Vec<ArrayRef>> {
    let values = PrimitiveArray::<T>::new(ScalarBuffer::from(values), None);
    let lists = ListArray::try_new(
        Arc::new(Field::new_list_field(T::DATA_TYPE, true)),
        OffsetBuffer::new(offsets.into()),
        Arc::new(values),
        None,
    )?;
    Ok(vec![Arc::new(lists)])
}
