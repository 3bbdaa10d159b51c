//! The lake as its users see it: appends that happen once, reads as of an instant, SQL that only reads,
//! plans that travel.
#![allow(clippy::unwrap_used)]

use arrow::array::{
    ArrayRef, AsArray, Decimal128Array, Int64Array, StringArray, TimestampMicrosecondArray,
};
use arrow::datatypes::{DataType, Int64Type};
use arrow::record_batch::RecordBatch;
use lake::{Commit, Lake, LakeError, LakeSettings, Limits, SnapshotCodec};
use retail::table;
use serde_json::json;
use std::sync::Arc;

const SETTINGS: LakeSettings = LakeSettings {
    threads: 2,
    memory_mib: 256,
};

fn inventory(units: &[i64], known_at: i64) -> RecordBatch {
    let rows = units.len();
    let text = |value: &str| Arc::new(StringArray::from(vec![value; rows])) as ArrayRef;
    let time = |at: i64| {
        Arc::new(TimestampMicrosecondArray::from_value(at, rows).with_timezone("UTC")) as ArrayRef
    };
    let keys: ArrayRef = Arc::new(Int64Array::from_iter_values(0..rows as i64));
    let on_hand = Decimal128Array::from_iter_values(units.iter().map(|u| i128::from(*u) * 10_000));
    let on_hand: ArrayRef = Arc::new(on_hand.with_precision_and_scale(18, 4).unwrap());
    let none: ArrayRef = Arc::new(
        Decimal128Array::from(vec![None; rows])
            .with_precision_and_scale(18, 4)
            .unwrap(),
    );
    let columns = vec![
        keys.clone(),
        keys,
        text("S1"),
        text("P1"),
        on_hand,
        none,
        time(1_000),
        time(known_at),
        text("test"),
        text("import:1"),
    ];
    RecordBatch::try_new(table::INVENTORY.schema(), columns).unwrap()
}

async fn lake(folder: &std::path::Path) -> Lake {
    Lake::open(folder, SETTINGS).await.unwrap()
}

async fn one(lake: &Lake, sql: &str, as_of: Option<i64>) -> serde_json::Value {
    let answer = lake.query(sql, as_of, Limits::default()).await.unwrap();
    answer.cells()[0][0].clone()
}

#[tokio::test]
async fn a_table_of_a_version_before_takes_rows_of_this_one() {
    let folder = tempfile::tempdir().unwrap();
    let commit = |step| Commit {
        writer: "import:1",
        step,
    };
    // What it did not have yet: a column that may be empty.
    let missing = 5;
    let columns: Vec<_> = table::INVENTORY.columns.to_vec();
    let name = columns[missing].name;
    let left = (0..columns.len()).filter(|at| *at != missing);
    let left: Vec<usize> = left.collect();
    let old: &'static table::Table = Box::leak(Box::new(table::Table {
        columns: Vec::leak(left.iter().map(|at| columns[*at]).collect()),
        ..table::INVENTORY
    }));
    let rows = inventory(&[1, 2], 10).project(&left).unwrap();
    let before = lake(folder.path()).await;
    before.append(old, vec![rows], commit(0)).await.unwrap();
    drop(before);
    let now = lake(folder.path()).await;
    let rows = inventory(&[4, 5, 6], 20);
    now.append(&table::INVENTORY, vec![rows], commit(1))
        .await
        .unwrap();
    let sql = format!(
        "select cast(count(*) - count({name}) as varchar) || ' ' || cast(sum(on_hand) as varchar) from inventory"
    );
    let told = one(&now, &sql, None).await;
    assert!(told.as_str().unwrap().starts_with("5 18"), "{told}");
    assert_eq!(
        one(&now, "select count(*) from inventory", Some(15)).await,
        json!(2)
    );
}

#[tokio::test]
async fn a_step_is_written_once_even_by_another_process() {
    // A folder with a blank and a letter outside ASCII: paths must not be escaped twice.
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().join("my shöp");
    let commit = |step| Commit {
        writer: "import:1",
        step,
    };
    let first = lake(&folder).await;
    assert!(
        !first
            .append(&table::INVENTORY, vec![inventory(&[1, 2], 10)], commit(0))
            .await
            .unwrap()
            .already
    );
    assert!(
        first
            .append(&table::INVENTORY, vec![inventory(&[1, 2], 10)], commit(0))
            .await
            .unwrap()
            .already
    );
    assert!(
        !first
            .append(&table::INVENTORY, vec![inventory(&[3], 10)], commit(1))
            .await
            .unwrap()
            .already
    );
    let second = lake(&folder).await;
    assert!(
        second
            .append(&table::INVENTORY, vec![inventory(&[3], 10)], commit(1))
            .await
            .unwrap()
            .already
    );
    assert_eq!(
        second
            .committed(&table::INVENTORY, "import:1")
            .await
            .unwrap(),
        Some(1)
    );
    assert_eq!(
        second
            .committed(&table::INVENTORY, "import:2")
            .await
            .unwrap(),
        None
    );
    assert_eq!(
        one(&second, "select count(*) from inventory", None).await,
        json!(3)
    );
    assert_eq!(
        one(&second, "select sum(on_hand) from inventory", None).await,
        json!("6.0000")
    );
}

#[tokio::test]
async fn the_past_is_what_was_known_then() {
    let folder = tempfile::tempdir().unwrap();
    let lake = lake(folder.path()).await;
    for (step, known_at) in [(0, 10), (1, 20)] {
        let rows = vec![inventory(&[5], known_at)];
        lake.append(&table::INVENTORY, rows, Commit { writer: "w", step })
            .await
            .unwrap();
    }
    let count = "select count(*) from inventory";
    for (as_of, expect) in [(Some(9), 0), (Some(10), 1), (Some(20), 2), (None, 2)] {
        assert_eq!(one(&lake, count, as_of).await, json!(expect), "{as_of:?}");
    }
}

#[tokio::test]
async fn tables_never_written_are_empty() {
    let folder = tempfile::tempdir().unwrap();
    let lake = lake(folder.path()).await;
    for table in retail::Table::ALL {
        assert_eq!(
            one(&lake, &format!("select count(*) from {}", table.name), None).await,
            json!(0)
        );
    }
    for (view, ..) in lake::VIEWS {
        assert_eq!(
            one(&lake, &format!("select count(*) from {view}"), None).await,
            json!(0)
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sql_only_reads_and_keeps_its_limits() {
    let folder = tempfile::tempdir().unwrap();
    let lake = lake(folder.path()).await;
    let target = folder.path().join("out.csv");
    let writing = [
        "create table t as select 1".to_string(),
        "drop table inventory".to_string(),
        "insert into inventory select * from inventory".to_string(),
        format!("copy (select 1) to '{}'", target.display()),
        "create external table x stored as csv location '/etc/passwd'".to_string(),
        "set datafusion.execution.batch_size = 1".to_string(),
    ];
    for sql in writing {
        let refused = lake.query(&sql, None, Limits::default()).await;
        assert!(
            matches!(refused, Err(LakeError::NotReading(_) | LakeError::Plan(_))),
            "{sql}: {refused:?}"
        );
    }
    assert!(!target.exists());
    let limits = Limits {
        rows: 3,
        seconds: 30,
    };
    let answer = lake
        .query("select * from generate_series(1, 10)", None, limits)
        .await
        .unwrap();
    assert_eq!((answer.rows(), answer.truncated), (3, true));
    let limits = Limits {
        rows: 10,
        seconds: 1,
    };
    let long = "select count(*) from generate_series(1, 300000) a join generate_series(1, 300000) b \
                on a.value % 7 = b.value % 7 where a.value <> b.value + 1";
    assert!(matches!(
        lake.query(long, None, limits).await,
        Err(LakeError::Slow { .. })
    ));
    assert!(matches!(
        lake.query("select nonsense from inventory", None, limits)
            .await,
        Err(LakeError::Plan(_))
    ));
}

#[tokio::test]
async fn compaction_changes_no_answer() {
    let folder = tempfile::tempdir().unwrap();
    let lake = lake(folder.path()).await;
    for step in 0..5 {
        let rows = vec![inventory(&[step, step + 1], 10)];
        lake.append(&table::INVENTORY, rows, Commit { writer: "w", step })
            .await
            .unwrap();
    }
    let sum = "select sum(on_hand) from inventory";
    let before = one(&lake, sum, None).await;
    assert_eq!(lake.compact(&table::INVENTORY).await.unwrap(), 5);
    assert_eq!(one(&lake, sum, None).await, before);
    assert_eq!(lake.states().await.unwrap()[0].files, 1);
    assert_eq!(
        lake.committed(&table::INVENTORY, "w").await.unwrap(),
        Some(4)
    );
}

#[tokio::test]
async fn a_plan_over_the_lake_travels_by_address_and_version() {
    use datafusion_proto::bytes::{
        logical_plan_from_bytes_with_extension_codec, logical_plan_to_bytes_with_extension_codec,
    };
    let folder = tempfile::tempdir().unwrap();
    let lake = lake(folder.path()).await;
    lake.append(
        &table::INVENTORY,
        vec![inventory(&[1, 2, 3], 10)],
        Commit {
            writer: "w",
            step: 0,
        },
    )
    .await
    .unwrap();
    let (here, versions) = lake.session(None).await.unwrap();
    assert_eq!(versions, [("inventory", 1)]);
    let frame = here
        .sql("select sum(on_hand) as units from inventory where on_hand > 1")
        .await
        .unwrap();
    let bytes =
        logical_plan_to_bytes_with_extension_codec(frame.logical_plan(), &SnapshotCodec).unwrap();
    // Rows that come later must not change what the plan reads.
    lake.append(
        &table::INVENTORY,
        vec![inventory(&[9], 10)],
        Commit {
            writer: "w",
            step: 1,
        },
    )
    .await
    .unwrap();
    let there = datafusion::prelude::SessionContext::new();
    let plan =
        logical_plan_from_bytes_with_extension_codec(&bytes, &there.task_ctx(), &SnapshotCodec)
            .unwrap();
    let rows = there
        .execute_logical_plan(plan)
        .await
        .unwrap()
        .collect()
        .await
        .unwrap();
    assert_eq!(lake::cell(rows[0].column(0), 0), json!("5.0000"));
}

#[tokio::test]
async fn rows_of_another_shape_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let lake = lake(folder.path()).await;
    let rows = vec![inventory(&[1], 10).project(&[0, 1]).unwrap()];
    let refused = lake
        .append(
            &table::INVENTORY,
            rows,
            Commit {
                writer: "w",
                step: 0,
            },
        )
        .await;
    assert!(matches!(
        refused,
        Err(LakeError::Rows {
            table: "inventory",
            ..
        })
    ));
}

#[tokio::test]
async fn a_withdrawn_import_is_gone_from_then_on_and_not_before() {
    let folder = tempfile::tempdir().unwrap();
    let lake = lake(folder.path()).await;
    let commit = Commit {
        writer: "import:1",
        step: 0,
    };
    let rows = vec![inventory(&[1, 2], 10)];
    lake.append(&table::INVENTORY, rows, commit).await.unwrap();
    let count = async |as_of| one(&lake, "select count(*) from inventory", as_of).await;
    assert_eq!(
        (count(None).await, count(Some(10)).await),
        (json!(2), json!(2))
    );
    for _ in 0..2 {
        lake.withdraw("import:1", 20).await.unwrap();
    }
    assert_eq!(count(None).await, json!(0));
    assert_eq!(
        (count(Some(19)).await, count(Some(20)).await),
        (json!(2), json!(0))
    );
    let told = one(&lake, "select count(*) from withdrawals", None).await;
    assert_eq!(told, json!(1), "the same act twice is one act");
    assert_eq!(lake.withdrawn(None).await.unwrap(), ["import:1"]);
    let other = RecordBatch::try_new(table::INVENTORY.schema(), {
        let mut columns = inventory(&[5], 30).columns().to_vec();
        columns[9] = Arc::new(StringArray::from(vec!["import:2"]));
        columns
    });
    let commit = Commit {
        writer: "import:2",
        step: 0,
    };
    let rows = vec![other.unwrap()];
    lake.append(&table::INVENTORY, rows, commit).await.unwrap();
    assert_eq!(count(None).await, json!(1), "other imports stay");
    let again = Lake::open(folder.path(), SETTINGS).await.unwrap();
    let seen = one(&again, "select count(*) from inventory", None).await;
    assert_eq!(seen, json!(1), "also for another process");
}

/// Events of these records and devices, known from an instant on.
fn events(rows: &[(Option<i64>, Option<i64>)], known_at: i64) -> RecordBatch {
    let schema = table::EVENTS.schema();
    let columns = schema.fields().iter().map(|field| -> ArrayRef {
        match (field.name().as_str(), field.data_type()) {
            ("customer_key", _) => Arc::new(rows.iter().map(|row| row.0).collect::<Int64Array>()),
            ("device_key", _) => Arc::new(rows.iter().map(|row| row.1).collect::<Int64Array>()),
            ("entity_key" | "row_key", _) => {
                Arc::new((0..rows.len() as i64).collect::<Int64Array>())
            }
            ("happened_at" | "known_at", _) => {
                let at = TimestampMicrosecondArray::from_value(known_at, rows.len());
                Arc::new(at.with_timezone("UTC"))
            }
            (_, DataType::Utf8) => Arc::new(StringArray::from(vec!["x"; rows.len()])),
            (_, kind) => arrow::array::new_null_array(kind, rows.len()),
        }
    });
    RecordBatch::try_new(Arc::clone(&schema), columns.collect()).unwrap()
}

#[tokio::test]
async fn merged_records_are_one_customer_from_then_on_and_two_again_when_parted() {
    let folder = tempfile::tempdir().unwrap();
    let lake = lake(folder.path()).await;
    // Two records, one of them with a device that is also seen by itself, and somebody unknown.
    let seen = [
        (Some(3), None),
        (Some(5), Some(7)),
        (None, Some(7)),
        (None, Some(8)),
        (None, None),
    ];
    let commit = Commit {
        writer: "import:x",
        step: 0,
    };
    let rows = vec![events(&seen, 10)];
    lake.append(&table::EVENTS, rows, commit).await.unwrap();
    let whose = async |as_of| {
        let sql = "select coalesce(customer_key, 0) from events order by row_key";
        let answer = lake.query(sql, as_of, Limits::default()).await.unwrap();
        let cells = answer.cells().into_iter();
        cells
            .map(|row| row[0].as_i64().unwrap())
            .collect::<Vec<_>>()
    };
    let alone = [3, 5, 0, 0, 0];
    assert_eq!(whose(None).await, alone);
    for _ in 0..2 {
        let merged = [(5, 3), (7, 3)];
        lake.merge_customers(&merged, "r1", 20).await.unwrap();
    }
    assert_eq!(whose(None).await, [3, 3, 3, 0, 0]);
    assert_eq!(whose(Some(19)).await, alone, "before it was known");
    assert_eq!(lake.merged_customers(None).await.unwrap(), [(5, 3), (7, 3)]);
    // A statement of ours sees the same, and so do filters on the customer.
    let own = "select count(*) from events where customer_key = 3";
    assert_eq!(one(&lake, own, None).await, json!(3));
    let ours = lake.rows(own, None, vec![]).await.unwrap();
    assert_eq!(ours[0].column(0).as_primitive::<Int64Type>().value(0), 3);
    // The device has the lowest key: what it saw by itself is the customer's all the same.
    lake.merge_customers(&[(9, 8)], "r1b", 25).await.unwrap();
    assert_eq!(whose(None).await, [3, 3, 3, 8, 0]);
    lake.merge_customers(&[(9, 9)], "r1c", 26).await.unwrap();
    lake.merge_customers(&[(5, 5), (7, 7)], "r2", 30)
        .await
        .unwrap();
    assert_eq!(whose(None).await, alone);
    assert_eq!(whose(Some(20)).await, [3, 3, 3, 0, 0], "and then it was so");
    let written = lake.rows_of_records(own, Some(20)).await.unwrap();
    let written = written[0].column(0).as_primitive::<Int64Type>().value(0);
    assert_eq!(written, 1, "as it was written");
    let again = Lake::open(folder.path(), SETTINGS).await.unwrap();
    assert_eq!(again.merged_customers(Some(22)).await.unwrap().len(), 2);
    let kept = one(&lake, "select count(*) from customer_merges", None).await;
    assert_eq!(kept, json!(6), "the same act twice is one act");
}

#[tokio::test]
async fn rows_are_dealt_by_their_key_and_gone_with_the_value() {
    let folder = tempfile::tempdir().unwrap();
    let lake = lake(folder.path()).await;
    let units: Vec<i64> = (0..20_000).map(|row| row % 7).collect();
    let commit = Commit {
        writer: "test",
        step: 1,
    };
    let rows = vec![inventory(&units, 2_000)];
    lake.append(&table::INVENTORY, rows, commit).await.unwrap();
    let sql = "select row_key, cast(on_hand as bigint) as units, store_id from inventory where row_key <> 5";
    let dealt = lake.deal("test", sql, None, vec![], 3).await.unwrap();
    let mut seen = Vec::new();
    for part in 0..3 {
        for batch in dealt.part(part).unwrap() {
            let keys = batch.column(0).as_primitive::<Int64Type>();
            let units = batch.column(1).as_primitive::<Int64Type>();
            for (key, units) in keys.values().iter().zip(units.values()) {
                assert_eq!((*key as usize) % 3, part);
                assert_eq!(*units, key % 7);
                seen.push(*key);
            }
        }
    }
    seen.sort_unstable();
    let all: Vec<i64> = (0..20_000).filter(|key| *key != 5).collect();
    assert_eq!(seen, all);
    // What a killed process left under the name is not read again.
    let left = folder.path().join(".dealt/test/9.parquet");
    std::fs::write(&left, "left").unwrap();
    let again = lake.deal("test", sql, None, vec![], 1).await.unwrap();
    assert!(!left.exists());
    let rows = |batches: Vec<RecordBatch>| batches.iter().map(RecordBatch::num_rows).sum::<usize>();
    assert_eq!(rows(again.part(0).unwrap()), all.len());
    drop((dealt, again));
    assert!(!folder.path().join(".dealt/test").exists());
    // A key must be a number that is there.
    let text = lake.deal("test", "select store_id from inventory", None, vec![], 2);
    assert!(text.await.is_err());
}
