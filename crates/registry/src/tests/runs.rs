//! Tests of runs, checkpoints, publications and names of clusters.

use serde_json::{Value, json};

use super::{LATER, NOW, Place, change, on_both};
use crate::*;

on_both!(
    runs_begin_and_end,
    steps_resume,
    publications_point_at_finished_runs,
    schemes_keep_their_history,
);

fn new_run(run_id: Option<&str>, stage: &str) -> NewRun {
    NewRun {
        run_id: run_id.map(str::to_string),
        stage: stage.into(),
        spec: json!({ "clusters": 6, "features": ["recency"] }),
        seed: u64::MAX - 3,
        version: "0.1.0".into(),
        inputs: vec![RunInput {
            table: "order_lines".into(),
            version: 4,
        }],
    }
}

fn end(status: RunStatus) -> RunEnd {
    RunEnd {
        status,
        summary: "6 groups of 4,338 customers".into(),
        result: json!({ "silhouette": 0.41 }),
        seconds: 1.25,
    }
}

async fn runs_begin_and_end(place: &Place) {
    let registry = place.open().await;
    let started = registry
        .start_run(&new_run(None, "segments"), NOW, &change("weekly"))
        .await
        .unwrap();
    assert_eq!(started.seed, u64::MAX - 3);
    assert_eq!(registry.run(&started.run_id).await.unwrap(), started);
    registry
        .start_run(&new_run(Some("mine"), "features"), NOW + 1, &change("test"))
        .await
        .unwrap();
    let twice = registry
        .start_run(&new_run(Some("mine"), "features"), NOW, &change("test"))
        .await;
    assert!(matches!(twice, Err(Error::Conflict { .. })));
    registry
        .finish_run(
            &started.run_id,
            &end(RunStatus::Done),
            LATER,
            &change("weekly"),
        )
        .await
        .unwrap();
    let again = registry
        .finish_run(
            &started.run_id,
            &end(RunStatus::Failed),
            LATER,
            &change("weekly"),
        )
        .await;
    assert!(
        matches!(again, Err(Error::NotFound { .. })),
        "a result stands"
    );
    let ended = registry.run(&started.run_id).await.unwrap();
    assert_eq!(ended.status, RunStatus::Done);
    assert_eq!(ended.seconds, Some(1.25));
    assert_eq!(ended.result, json!({ "silhouette": 0.41 }));
    let list = async |filter: RunFilter| {
        let page = registry.runs(&filter, &ListQuery::default()).await.unwrap();
        page.rows
            .into_iter()
            .map(|run| run.run_id)
            .collect::<Vec<_>>()
    };
    assert_eq!(list(RunFilter::default()).await, ["mine", &started.run_id]);
    let running = RunFilter {
        stage: Some("features".into()),
        status: Some(RunStatus::Running),
    };
    assert_eq!(list(running).await, ["mine"]);
    let failed = RunFilter {
        stage: None,
        status: Some(RunStatus::Failed),
    };
    assert!(list(failed).await.is_empty());
}

async fn steps_resume(place: &Place) {
    let registry = place.open().await;
    let run = new_run(Some("r"), "features");
    registry
        .start_run(&run, NOW, &change("test"))
        .await
        .unwrap();
    let record = async |step: &str, state: StepState, at: i64| {
        let detail = json!({ "rows": at - NOW });
        registry.checkpoint("r", step, state, &detail, at).await
    };
    record("read", StepState::Started, NOW + 1).await.unwrap();
    record("read", StepState::Done, NOW + 2).await.unwrap();
    record("fit", StepState::Started, NOW + 3).await.unwrap();
    let steps = registry.steps("r").await.unwrap();
    let seen: Vec<_> = steps.iter().map(|s| (&*s.step, s.state)).collect();
    assert_eq!(
        seen,
        [("read", StepState::Done), ("fit", StepState::Started)]
    );
    assert_eq!(steps[0].detail, json!({ "rows": 2 }));
    let orphan = registry
        .checkpoint("none", "x", StepState::Done, &Value::Null, NOW)
        .await;
    assert!(orphan.is_err());
}

/// Three runs, of which `c` is not finished.
async fn three_runs(registry: &Registry) {
    for run_id in ["a", "b", "c"] {
        let run = new_run(Some(run_id), "segments");
        registry
            .start_run(&run, NOW, &change("test"))
            .await
            .unwrap();
        if run_id != "c" {
            let end = end(RunStatus::Done);
            registry
                .finish_run(run_id, &end, NOW, &change("test"))
                .await
                .unwrap();
        }
    }
}

async fn publish_two(registry: &Registry) {
    for (at, run_id) in [(NOW + 1, "a"), (NOW + 3, "b")] {
        registry
            .publish("value", run_id, at, &change("looks right"))
            .await
            .unwrap();
        registry
            .publish("other", "a", at, &change("too"))
            .await
            .unwrap();
    }
}

async fn publications_point_at_finished_runs(place: &Place) {
    let registry = place.open().await;
    three_runs(&registry).await;
    assert_eq!(registry.published("value").await.unwrap(), None);
    let unfinished = registry
        .publish("value", "c", NOW, &change("too early"))
        .await;
    assert!(matches!(unfinished, Err(Error::NotFound { .. })));
    publish_two(&registry).await;
    assert_eq!(
        registry.published("value").await.unwrap().unwrap().run_id,
        "b"
    );
    let live = registry.schemes().await.unwrap();
    let live: Vec<_> = live.iter().map(|p| (&*p.scheme, &*p.run_id)).collect();
    assert_eq!(live, [("other", "a"), ("value", "b")]);
}

async fn schemes_keep_their_history(place: &Place) {
    let registry = place.open().await;
    three_runs(&registry).await;
    publish_two(&registry).await;
    let rename = async |cluster: i64, name: &str, at: i64| {
        let why = change("clearer");
        registry
            .rename_cluster("value", cluster, name, at, &why)
            .await
    };
    rename(1, "Regulars", NOW + 4).await.unwrap();
    rename(2, "Gift givers", NOW + 5).await.unwrap();
    rename(1, " Weekly regulars ", NOW + 6).await.unwrap();
    assert!(matches!(
        rename(1, " ", NOW).await,
        Err(Error::Invalid { .. })
    ));
    assert!(matches!(
        rename(1, &"x".repeat(201), NOW).await,
        Err(Error::Invalid { .. })
    ));
    let names = registry.cluster_names("value").await.unwrap();
    let names: Vec<_> = names.iter().map(|n| (n.cluster, &*n.name)).collect();
    assert_eq!(names, [(1, "Weekly regulars"), (2, "Gift givers")]);
    let why = change("moved on");
    registry
        .unname_cluster("value", 2, NOW + 7, &why)
        .await
        .unwrap();
    let names = registry.cluster_names("value").await.unwrap();
    assert_eq!((names.len(), names[0].cluster), (1, 1));
    assert!(registry.cluster_names("other").await.unwrap().is_empty());

    let history = registry.scheme_history("value").await.unwrap();
    let seen: Vec<_> = history
        .iter()
        .map(|e| (&*e.action, e.cluster, e.from.as_deref(), &*e.to))
        .collect();
    let expect = [
        ("rename", Some(2), Some("Gift givers"), ""),
        ("rename", Some(1), Some("Regulars"), "Weekly regulars"),
        ("rename", Some(2), None, "Gift givers"),
        ("rename", Some(1), None, "Regulars"),
        ("publish", None, Some("a"), "b"),
        ("publish", None, None, "a"),
    ];
    assert_eq!(seen, expect);
    assert!(registry.audit_verify().await.unwrap().intact);
}
