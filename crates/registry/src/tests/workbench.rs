//! Tests of recipes, scenarios, changes by hand and schedules.

use serde_json::{Value, json};

use super::{LATER, NOW, Place, change, on_both};
use crate::{
    Error, Mark, NewHand, NewMark, NewRecipe, NewRun, NewScenario, NewStep, Registry, RunEnd,
    RunStatus, ScenarioState,
};

on_both!(
    recipes_follow_one_another,
    scenarios_take_steps_and_no_step_twice,
    two_people_at_once_lose_no_change,
    numbers_and_due_runs_are_given_once,
    a_scheme_is_marked_and_no_mark_is_lost
);

pub(super) fn recipe(text: &str) -> NewRecipe {
    NewRecipe {
        scheme: "shops".into(),
        entity: "stores".into(),
        title: "Shops".into(),
        text: text.into(),
    }
}

pub(super) async fn finished_run(registry: &Registry) -> String {
    let new = NewRun {
        run_id: None,
        stage: "workbench".into(),
        spec: json!({}),
        seed: 1,
        version: "0".into(),
        inputs: vec![],
    };
    let run_id = registry
        .start_run(&new, NOW, &change("try"))
        .await
        .unwrap()
        .run_id;
    let end = RunEnd {
        status: RunStatus::Done,
        summary: "done".into(),
        result: json!({}),
        seconds: 1.0,
    };
    registry
        .finish_run(&run_id, &end, NOW, &change("try"))
        .await
        .unwrap();
    run_id
}

/// A draft of the scheme by a run that is done; gives the run.
pub(super) async fn drafted(registry: &Registry) -> String {
    let run_id = finished_run(registry).await;
    let new = NewScenario {
        run_id: run_id.clone(),
        scheme: "shops".into(),
        version: 1,
        title: "Try".into(),
        hands_seq: 0,
        base: None,
    };
    let why = change("draft");
    registry.add_scenario(&new, NOW, &why).await.unwrap();
    run_id
}

async fn recipes_follow_one_another(place: &Place) {
    let registry = place.open().await;
    let why = change("first");
    assert_eq!(
        registry
            .save_recipe(&recipe("a"), 0, NOW, &why)
            .await
            .unwrap()
            .version,
        1
    );
    let stale = registry.save_recipe(&recipe("b"), 0, NOW, &why).await;
    assert!(matches!(
        stale,
        Err(Error::Stale {
            seen: 0,
            now: 1,
            ..
        })
    ));
    assert_eq!(
        registry
            .save_recipe(&recipe("c"), 1, LATER, &why)
            .await
            .unwrap()
            .version,
        2
    );
    let texts: Vec<_> = registry
        .recipe_versions("shops")
        .await
        .unwrap()
        .into_iter()
        .map(|v| v.text)
        .collect();
    assert_eq!(texts, ["c", "a"]);
    assert_eq!(registry.recipe("shops").await.unwrap().unwrap().text, "c");
    assert_eq!(registry.recipes().await.unwrap().len(), 1);
    assert!(registry.recipe("none").await.unwrap().is_none());
}

async fn a_scheme_is_marked_and_no_mark_is_lost(place: &Place) {
    let registry = place.open().await;
    let why = change("no longer planned by");
    registry
        .set_schedule("shops", Some(7), LATER, NOW, &why)
        .await
        .unwrap();
    let mark = |from, to, at| {
        let new = NewMark {
            scheme: "shops",
            from,
            to,
            deployed: 0,
        };
        registry.mark_scheme(new, at, &why)
    };
    mark(Mark::Open, Mark::Retired, NOW).await.unwrap();
    assert!(registry.schedules().await.unwrap().is_empty());
    // Who looked at it before somebody else retired it decides nothing.
    let late = mark(Mark::Open, Mark::Removed, NOW).await;
    assert!(matches!(late, Err(Error::Conflict { .. })));
    mark(Mark::Retired, Mark::Open, LATER).await.unwrap();
    let marks = registry.scheme_marks("shops").await.unwrap();
    let told: Vec<_> = marks.iter().map(|one| (one.mark, one.at)).collect();
    assert_eq!(told, [(Mark::Retired, NOW), (Mark::Open, LATER)]);
    assert!(registry.scheme_marks("others").await.unwrap().is_empty());
}

async fn scenarios_take_steps_and_no_step_twice(place: &Place) {
    let registry = place.open().await;
    let run_id = drafted(&registry).await;
    let step = |from, to, effective_at| NewStep {
        run_id: &run_id,
        from,
        to,
        effective_at,
    };
    let ready = step(ScenarioState::Draft, ScenarioState::Ready, None);
    registry
        .step_scenario(ready, NOW, &change("look"))
        .await
        .unwrap();
    let twice = registry.step_scenario(ready, NOW, &change("look")).await;
    assert!(matches!(twice, Err(Error::Conflict { .. })));
    let live = step(ScenarioState::Ready, ScenarioState::Deployed, Some(LATER));
    let stepped = registry
        .step_scenario(live, NOW, &change("go"))
        .await
        .unwrap();
    assert_eq!(
        (stepped.state, stepped.effective_at),
        (ScenarioState::Deployed, Some(LATER))
    );
    assert_eq!(registry.scenario(&run_id).await.unwrap(), stepped);
    assert_eq!(registry.scenarios("shops").await.unwrap(), [stepped]);
    let states: Vec<_> = registry
        .scenario_steps("shops")
        .await
        .unwrap()
        .iter()
        .map(|s| s.state)
        .collect();
    assert_eq!(
        states,
        [
            ScenarioState::Deployed,
            ScenarioState::Ready,
            ScenarioState::Draft
        ]
    );
    assert!(registry.audit_verify().await.unwrap().intact);
}

async fn two_people_at_once_lose_no_change(place: &Place) {
    let registry = place.open().await;
    let hand = json!({ "kind": "move", "members": ["S1"], "to": 2 });
    let new = NewHand {
        scheme: "shops",
        run_id: "run",
        hand: &hand,
        cost: &Value::Null,
    };
    let first = registry
        .add_hand(&new, 0, NOW, &change("ann"))
        .await
        .unwrap();
    let second = registry.add_hand(&new, 0, NOW, &change("bea")).await;
    assert!(matches!(second, Err(Error::Stale { .. })));
    let undone = registry
        .undo_hand("shops", first.seq, first.seq, LATER, &change("ann"))
        .await
        .unwrap();
    assert_eq!(undone.undoes, Some(first.seq));
    let twice = registry
        .undo_hand("shops", first.seq, undone.seq, LATER, &change("ann"))
        .await;
    assert!(matches!(twice, Err(Error::Conflict { .. })));
    let missing = registry
        .undo_hand("shops", 999, undone.seq, LATER, &change("ann"))
        .await;
    assert!(matches!(missing, Err(Error::NotFound { .. })));
    let all = registry.hands("shops").await.unwrap();
    assert_eq!(all, [first, undone]);
    assert_eq!(all[0].hand, hand);
}

async fn numbers_and_due_runs_are_given_once(place: &Place) {
    let registry = place.open().await;
    assert_eq!(registry.take_cluster_numbers("shops", 0).await.unwrap(), 1);
    assert_eq!(registry.take_cluster_numbers("shops", 3).await.unwrap(), 1);
    assert_eq!(registry.take_cluster_numbers("shops", 1).await.unwrap(), 4);
    assert_eq!(registry.take_cluster_numbers("other", 1).await.unwrap(), 1);
    registry
        .set_schedule("shops", Some(7), LATER, NOW, &change("weekly"))
        .await
        .unwrap();
    let wrong = registry
        .set_schedule("shops", Some(0), LATER, NOW, &change("never"))
        .await;
    assert!(matches!(wrong, Err(Error::Invalid { .. })));
    let due = registry.schedules().await.unwrap().remove(0);
    assert!(registry.claim_schedule(&due, LATER + 1).await.unwrap());
    assert!(!registry.claim_schedule(&due, LATER + 1).await.unwrap());
    registry
        .set_schedule("shops", None, 0, NOW, &change("no more"))
        .await
        .unwrap();
    assert!(registry.schedules().await.unwrap().is_empty());
}
