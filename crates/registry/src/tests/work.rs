//! Tests of jobs and settings.

use serde_json::json;

use super::{LATER, NOW, Place, change, on_both};
use crate::{Error, JobEnd, JobState, ListQuery, Progress};

on_both!(jobs_run_once_and_end, jobs_are_cancelled, settings_are_kept);

fn progress(done: i64) -> Progress {
    Progress {
        done,
        total: Some(10),
        message: format!("part {done}"),
    }
}

async fn jobs_run_once_and_end(place: &Place) {
    let registry = place.open().await;
    let spec = json!({ "stage": "segments" });
    let why = change("weekly");
    let id = registry.queue_job("run", &spec, NOW, &why).await.unwrap();
    let queued = registry.job(&id).await.unwrap();
    assert_eq!((queued.state, queued.spec), (JobState::Queued, spec));
    assert!(registry.job_progress(&id, &progress(1)).await.is_err());
    assert!(registry.start_job(&id, NOW).await.unwrap());
    assert!(!registry.start_job(&id, NOW).await.unwrap());
    assert!(!registry.job_progress(&id, &progress(3)).await.unwrap());
    let running = registry.job(&id).await.unwrap();
    assert_eq!(
        (running.done, running.total, &*running.message),
        (3, Some(10), "part 3")
    );
    let cut_off = registry
        .jobs(Some(JobState::Running), &ListQuery::default())
        .await;
    assert_eq!(cut_off.unwrap().rows[0].job_id, id);
    let end = JobEnd::Done(json!({ "run_id": "r1" }));
    registry.finish_job(&id, &end, LATER).await.unwrap();
    let again = registry.finish_job(&id, &JobEnd::Cancelled, LATER).await;
    assert!(matches!(again, Err(Error::NotFound { .. })));
    let done = registry.job(&id).await.unwrap();
    assert_eq!(done.result, Some(json!({ "run_id": "r1" })));
    assert_eq!(
        (done.state, done.finished_at),
        (JobState::Done, Some(LATER))
    );

    let id = registry
        .queue_job("run", &json!({}), NOW, &why)
        .await
        .unwrap();
    let end = JobEnd::Failed {
        title: "no customers".into(),
        detail: "import orders first".into(),
    };
    registry.finish_job(&id, &end, LATER).await.unwrap();
    let problem = registry.job(&id).await.unwrap().problem;
    assert_eq!(
        problem,
        Some(("no customers".into(), "import orders first".into()))
    );
}

async fn jobs_are_cancelled(place: &Place) {
    let registry = place.open().await;
    let why = change("wrong file");
    let queue = async || {
        registry
            .queue_job("import", &json!({}), NOW, &why)
            .await
            .unwrap()
    };
    let waiting = queue().await;
    registry.cancel_job(&waiting, NOW, &why).await.unwrap();
    assert_eq!(
        registry.job(&waiting).await.unwrap().state,
        JobState::Cancelled
    );
    assert!(!registry.start_job(&waiting, NOW).await.unwrap());
    let running = queue().await;
    registry.start_job(&running, NOW).await.unwrap();
    registry.cancel_job(&running, NOW, &why).await.unwrap();
    let job = registry.job(&running).await.unwrap();
    assert!(job.state == JobState::Running && job.cancel_requested);
    assert!(registry.job_progress(&running, &progress(4)).await.unwrap());
    registry
        .finish_job(&running, &JobEnd::Cancelled, LATER)
        .await
        .unwrap();
    let late = registry.cancel_job(&running, NOW, &why).await;
    assert!(matches!(late, Err(Error::NotFound { .. })));
    let page = registry.jobs(None, &ListQuery::default()).await.unwrap();
    assert_eq!(page.total, 2);
}

async fn settings_are_kept(place: &Place) {
    let registry = place.open().await;
    assert_eq!(registry.setting("title").await.unwrap(), None);
    let set = async |name: &str, value: serde_json::Value, at: i64| {
        registry
            .set_setting(name, &value, at, &change("rebrand"))
            .await
            .unwrap();
    };
    set("title", json!("Gift shop"), NOW).await;
    set("title", json!("Gift wholesaler"), LATER).await;
    set("gate", json!({ "share_bad": 0.02 }), NOW).await;
    assert_eq!(
        registry.setting("title").await.unwrap(),
        Some(json!("Gift wholesaler"))
    );
    let all = registry.settings().await.unwrap();
    let names: Vec<_> = all.iter().map(|s| (&*s.setting, s.at)).collect();
    assert_eq!(names, [("gate", NOW), ("title", LATER)]);
    assert_eq!(registry.audit_verify().await.unwrap().entries, 3);
}
