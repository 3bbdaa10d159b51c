//! Tests of what is left when work on a file ends between two steps, and of two at work on one file.
#![allow(clippy::unwrap_used)]

use super::*;
use crate::importing::ImportAsk;
use crate::views::ReasonRequest;
use crate::{ProjectSettings, Quiet};
use collect::Source;
use retail::Kind;
use std::path::Path;

const HEADER: &str = "receipt_id,happened_at,product_id,quantity,unit_price\n";

async fn project(folder: &Path) -> Project {
    let settings = ProjectSettings {
        folder: folder.to_path_buf(),
        title: "Shop".into(),
        lake_folder: folder.join("lake"),
        registry_url: "sqlite:registry.db".into(),
        threads: 1,
        memory_mib: 256,
        part_rows: 1_000,
    };
    Project::open(settings).await.unwrap()
}

fn why() -> Change {
    Change::new("tester", "to see").unwrap()
}

/// Ten receipts with dates that read one way, and two whose dates read either way round, the month 3 or 4.
fn mixed(folder: &Path) -> std::path::PathBuf {
    let good = |n: u32| format!("R{n},2024-02-{:02} 10:00:00,A,1,2.50\n", n + 1);
    let text = HEADER.to_string()
        + &(0..10).map(good).collect::<String>()
        + "H1,03/04/2024 10:00:00,A,1,2.50\nH1,03/04/2024 10:00:00,A,1,2.50\n";
    let file = folder.join("mixed.csv");
    std::fs::write(&file, text).unwrap();
    file
}

fn spec() -> ImportSpec {
    let mut spec = ImportSpec::new(Kind::Orders);
    spec.options.currency = Some("EUR".into());
    spec.options.date_format = Some("%Y-%m-%d %H:%M:%S".into());
    spec
}

async fn imported(
    project: &Project,
    file: &Path,
    spec: ImportSpec,
) -> Result<crate::importing::Imported, EngineError> {
    let ask = ImportAsk {
        file: file.to_path_buf(),
        name: "mixed.csv".into(),
        spec,
    };
    project.import(ask, &why(), Arc::new(Quiet)).await
}

fn dates(format: &str) -> ReplayFix {
    let options = json!({ "options": { "date_format": format } });
    serde_json::from_value(options).unwrap()
}

async fn replayed(project: &Project, format: &str) -> Result<Replayed, EngineError> {
    let quiet = Arc::new(Quiet);
    project
        .replay_now(None, &dates(format), &why(), quiet)
        .await
}

/// A replay that ends between its rows' arrival in the lake and the registry's word of it.
async fn cut_off(project: &Project, root: &str, format: &str) {
    let root = project.registry().import(root).await.unwrap();
    let spec = mended(&root.spec, &dates(format)).unwrap();
    let waiting = project
        .registry()
        .waiting_rows(&root.import_id, -1, AT_ONCE);
    let stored = waiting.await.unwrap().into_iter().map(|row| StoredRow {
        row: row.row as u64,
        raw: row.raw,
    });
    let stored: Vec<StoredRow> = stored.collect();
    let valid = spec
        .check(&collect::sniff_stored(&stored, &spec.options).unwrap())
        .unwrap();
    let tried = project.tried(&root, &valid, &stored).await.unwrap();
    let (why, quiet) = (why(), Arc::new(Quiet));
    let loaded = project.load_replayed(&root, &spec, &valid, stored, tried, &why, quiet);
    assert_eq!(loaded.await.unwrap().1.loaded, 2);
}

/// Lines in all, those of March and those of April.
async fn lines(project: &Project) -> [i64; 3] {
    let month = |n: u8| format!("count(*) filter (where date_part('month', happened_at) = {n})");
    let sql = format!(
        "select count(*), {}, {} from order_lines",
        month(3),
        month(4)
    );
    let batches = project.lake().rows(&sql, None, vec![]).await.unwrap();
    [0, 1, 2].map(|i| batches[0].column(i).as_primitive::<Int64Type>().value(0))
}

/// Read, loaded, duplicate and held back, as the registry sums them up.
async fn sums(project: &Project) -> [i64; 4] {
    let totals = project.registry().feed_totals().await.unwrap();
    let c = totals[0].counts;
    [c.read, c.loaded, c.duplicate, c.quarantined]
}

#[tokio::test]
async fn rows_of_a_replay_that_was_cut_off_do_not_count() {
    let folder = tempfile::tempdir().unwrap();
    let project = project(folder.path()).await;
    let file = mixed(folder.path());
    let root = imported(&project, &file, spec()).await.unwrap().import_id;
    cut_off(&project, &root, "%m/%d/%Y %H:%M:%S").await;
    assert_eq!(lines(&project).await, [12, 2, 0]);
    // A run reads them no more.
    project.settle(&[], &why()).await.unwrap();
    assert_eq!(lines(&project).await, [10, 0, 0]);
    assert_eq!(sums(&project).await, [12, 10, 0, 2]);

    // Nor do they stand beside the same rows read another way.
    cut_off(&project, &root, "%m/%d/%Y %H:%M:%S").await;
    let done = replayed(&project, "%d/%m/%Y %H:%M:%S").await.unwrap();
    assert_eq!((done.read, done.loaded, done.duplicate), (2, 2, 0));
    assert_eq!(lines(&project).await, [12, 0, 2]);
    assert_eq!(sums(&project).await, [12, 12, 0, 0]);
    assert!(
        project
            .registry()
            .imports_with_waiting()
            .await
            .unwrap()
            .is_empty()
    );
}

#[tokio::test]
async fn rows_given_up_are_not_there_by_a_replay_that_was_cut_off() {
    let folder = tempfile::tempdir().unwrap();
    let project = project(folder.path()).await;
    let root = imported(&project, &mixed(folder.path()), spec())
        .await
        .unwrap();
    cut_off(&project, &root.import_id, "%d/%m/%Y %H:%M:%S").await;
    let asked = DropRequest {
        import_id: None,
        reason_code: None,
        reason: "tests of the till".into(),
    };
    let actor = Actor::command_line();
    assert_eq!(
        project.drop_quarantined(&actor, asked).await.unwrap().rows,
        2
    );
    assert_eq!(lines(&project).await, [10, 0, 0]);
}

#[tokio::test]
async fn a_file_read_again_after_a_replay_brings_nothing_twice() {
    let folder = tempfile::tempdir().unwrap();
    let project = project(folder.path()).await;
    let file = mixed(folder.path());
    imported(&project, &file, spec()).await.unwrap();
    let done = replayed(&project, "%d/%m/%Y %H:%M:%S").await.unwrap();
    assert_eq!(
        (done.loaded, done.duplicate),
        (2, 0),
        "a true repeat is kept"
    );
    let again = imported(&project, &file, spec()).await.unwrap();
    assert_eq!((again.duplicate, again.quarantined), (10, 2));
    let done = replayed(&project, "%d/%m/%Y %H:%M:%S").await.unwrap();
    assert_eq!((done.loaded, done.duplicate), (0, 2));
    assert_eq!(lines(&project).await, [12, 0, 2]);
}

#[tokio::test]
async fn a_withdrawal_that_was_cut_off_is_ended_with_its_replays() {
    for by_import in [true, false] {
        let folder = tempfile::tempdir().unwrap();
        let project = project(folder.path()).await;
        let file = mixed(folder.path());
        let root = imported(&project, &file, spec()).await.unwrap().import_id;
        let text = std::fs::read_to_string(&file).unwrap();
        assert_eq!(
            replayed(&project, "%d/%m/%Y %H:%M:%S")
                .await
                .unwrap()
                .loaded,
            2
        );
        // The lake was told of the import and not of its replay, the registry of neither.
        project.lake().withdraw(&root, project.now()).await.unwrap();
        assert_eq!(lines(&project).await, [2, 0, 2]);
        if by_import {
            std::fs::write(&file, text).unwrap();
            assert_eq!(imported(&project, &file, spec()).await.unwrap().loaded, 10);
            assert_eq!(lines(&project).await, [10, 0, 0]);
            assert_eq!(sums(&project).await, [12, 10, 0, 2]);
        } else {
            project.settle(&[], &why()).await.unwrap();
            assert_eq!(lines(&project).await, [0, 0, 0]);
            assert!(project.registry().feed_totals().await.unwrap().is_empty());
        }
        let root = project.registry().import(&root).await.unwrap();
        assert_eq!(root.state, ImportState::Withdrawn);
    }
}

#[tokio::test]
async fn nobody_works_on_a_file_at_which_someone_is() {
    let folder = tempfile::tempdir().unwrap();
    let project = project(folder.path()).await;
    let file = mixed(folder.path());
    let root = imported(&project, &file, spec()).await.unwrap().import_id;
    let other = folder.path().join("other.csv");
    std::fs::write(&other, format!("{HEADER}Q1,31/03/2024 10:00:00,A,1,2.50\n")).unwrap();
    imported(&project, &other, spec()).await.unwrap();

    let content = project.registry().import(&root).await.unwrap().content;
    let right = project.one_import_of(&content).unwrap();
    let busy = |told: Option<EngineError>| assert!(matches!(told, Some(EngineError::Busy(_))));
    busy(imported(&project, &file, spec()).await.err());
    let (actor, reason) = (Actor::command_line(), "to see".to_string());
    let asked = ReasonRequest {
        reason: reason.clone(),
    };
    busy(project.withdraw(&actor, &root, asked).await.err());
    let asked = DropRequest {
        import_id: Some(root.clone()),
        reason_code: None,
        reason,
    };
    busy(project.drop_quarantined(&actor, asked.clone()).await.err());
    // The other file's rows are read, and it is said whose were not.
    let done = replayed(&project, "%d/%m/%Y %H:%M:%S").await.unwrap();
    assert_eq!(done.loaded, 1);
    assert_eq!(done.skipped.len(), 1);
    assert_eq!(done.skipped[0].import_id, root);
    let none = replayed(&project, "%d/%m/%Y %H:%M:%S").await.unwrap();
    assert_eq!((none.read, none.skipped.len()), (0, 1));
    let (quiet, why) = (Arc::new(Quiet), why());
    let fix = dates("%d/%m/%Y %H:%M:%S");
    let one = project.replay_now(Some(&root), &fix, &why, quiet);
    busy(one.await.err());
    drop(right);
    assert_eq!(
        project.drop_quarantined(&actor, asked).await.unwrap().rows,
        2
    );
}

#[tokio::test]
async fn a_file_is_refused_where_its_rows_would_be_known_by_something_else() {
    let folder = tempfile::tempdir().unwrap();
    let project = project(folder.path()).await;
    let numbered = folder.path().join("numbered.csv");
    let text = "receipt_id,Zeile,happened_at,product_id,quantity,unit_price\n\
                R1,1,2024-02-01 10:00:00,A,1,2.50\nR1,2,2024-02-01 10:00:00,A,1,2.50\n";
    std::fs::write(&numbered, text).unwrap();
    assert_eq!(
        imported(&project, &numbered, spec()).await.unwrap().loaded,
        2
    );
    let mut with_lines = spec();
    with_lines
        .mapping
        .insert("line_no".into(), Source::Column("Zeile".into()));
    let told = imported(&project, &numbered, with_lines.clone())
        .await
        .err();
    let told = told.unwrap().to_string();
    assert!(told.contains("line_no from none (now Zeile)"), "{told}");

    let with_text = |text: &str| std::fs::write(&numbered, text).unwrap();
    with_text(&text.replace("R1", "R2"));
    let first = imported(&project, &numbered, with_lines.clone())
        .await
        .unwrap();
    assert_eq!(first.loaded, 2);
    let mut elsewhere = with_lines.clone();
    elsewhere.options.source = Some("web shop".into());
    let told = imported(&project, &numbered, elsewhere).await.err();
    assert!(
        told.unwrap()
            .to_string()
            .contains("source = orders (now web shop)")
    );
    // Numbered lines are the same lines whatever their currency.
    let mut dollars = with_lines;
    dollars.options.currency = Some("USD".into());
    let again = imported(&project, &numbered, dollars).await.unwrap();
    assert_eq!((again.loaded, again.duplicate), (0, 2));
}

#[tokio::test]
async fn home_adds_up_one_currency() {
    let folder = tempfile::tempdir().unwrap();
    let project = project(folder.path()).await;
    imported(&project, &mixed(folder.path()), spec())
        .await
        .unwrap();
    let pounds = folder.path().join("pounds.csv");
    let text = format!("{HEADER}P1,2024-02-01 10:00:00,A,1,99\nP2,2099-02-01 10:00:00,A,1,7\n");
    std::fs::write(&pounds, text).unwrap();
    let mut in_pounds = spec();
    in_pounds.options.currency = Some("GBP".into());
    let done = imported(&project, &pounds, in_pounds).await.unwrap();
    assert!(
        done.warnings[0].contains("EUR and GBP"),
        "{:?}",
        done.warnings
    );
    let home = project.home(&Actor::command_line()).await.unwrap();
    let amount = home
        .figures
        .iter()
        .find(|figure| figure.key == "amount")
        .unwrap();
    assert_eq!(
        (&*amount.value, amount.unit.as_deref()),
        ("25.0000", Some("EUR"))
    );
    assert_eq!(home.sales_by_month[0].amount, "25.0000");
    assert!(
        home.sentence
            .contains("2 lines in other currencies than EUR"),
        "{}",
        home.sentence
    );
}
