//! Tests of past versions of a scheme: what stands after going back, what an attacker changes is found, and retiring
//! and deploying at the same moment.

use serde_json::{Value, json};
use sqlx::Executor;

use super::workbench::{drafted, recipe};
use super::{LATER, NOW, Place, change, on_both};
use crate::audit::entry_hash;
use crate::row::Columns;
use crate::{
    Error, Genuine, HandEntry, Mark, NewHand, NewMark, NewRestore, NewStep, Registry,
    ScenarioState, SchemePart, standing_hands,
};

on_both!(
    going_back_brings_the_same_bytes_as_a_new_version,
    who_did_not_see_the_newest_version_restores_nothing,
    a_version_changed_from_outside_is_found,
    no_row_passes_for_one_of_before_seals,
    what_has_no_seal_comes_back_by_a_whole_chain_alone,
    nothing_is_decided_on_a_scheme_that_was_retired_meanwhile,
    retiring_and_deploying_at_once_leave_nothing_live,
);

fn entry(seq: i64, undoes: Option<i64>, restores: Option<i64>) -> HandEntry {
    HandEntry {
        seq,
        scheme: "shops".into(),
        run_id: "run".into(),
        hand: json!({ "kind": "lock", "members": { "S1": seq } }),
        cost: Value::Null,
        at: seq,
        author: "ann".into(),
        reason: "why".into(),
        undoes,
        restores,
    }
}

#[test]
fn what_stands_is_what_stood_then_and_what_came_after() {
    let all = [
        entry(3, None, None),
        entry(5, None, None),
        entry(6, Some(3), None),
        entry(7, None, None),
        entry(8, None, Some(5)),
        entry(9, None, None),
        entry(10, Some(5), None),
        entry(12, None, Some(9)),
        entry(13, Some(9), None),
    ];
    let seqs = |upto: usize| -> Vec<i64> {
        let stand = standing_hands(&all[..upto]);
        stand.iter().map(|entry| entry.seq).collect()
    };
    let told: Vec<Vec<i64>> = (0..=all.len()).map(seqs).collect();
    let expected: [&[i64]; 10] = [
        &[],
        &[3],
        &[3, 5],
        &[5],
        &[5, 7],
        &[3, 5],
        &[3, 5, 9],
        &[3, 9],
        &[3, 5, 9],
        &[3, 5],
    ];
    assert_eq!(told, expected);
}

#[test]
fn an_entry_that_goes_back_to_itself_ends() {
    let all = [entry(3, None, None), entry(4, None, Some(9))];
    assert_eq!(standing_hands(&all).len(), 1);
}

async fn hand(registry: &Registry, member: &str, after: i64) -> i64 {
    let hand = json!({ "kind": "move", "members": [member], "to": 2 });
    let new = NewHand {
        scheme: "shops",
        run_id: "run",
        hand: &hand,
        cost: &json!({ "fit_before": 0.1, "fit_after": 1e-7 }),
    };
    let kept = registry.add_hand(&new, after, NOW, &change("a move")).await;
    kept.unwrap().seq
}

async fn deployed(registry: &Registry) -> String {
    let run_id = drafted(registry).await;
    registry
        .step_scenario(live(&run_id), NOW, &change("go"))
        .await
        .unwrap();
    run_id
}

fn live(run_id: &str) -> NewStep<'_> {
    NewStep {
        run_id,
        from: ScenarioState::Draft,
        to: ScenarioState::Deployed,
        effective_at: Some(NOW),
    }
}

async fn newest(registry: &Registry) -> i64 {
    registry
        .scheme_versions("shops")
        .await
        .unwrap()
        .last()
        .unwrap()
        .seq
}

async fn going_back_brings_the_same_bytes_as_a_new_version(place: &Place) {
    let registry = place.open().await;
    let first = "title = \"Läden\"\r\n\n# kept as written \t\n";
    let why = change("first");
    registry
        .save_recipe(&recipe(first), 0, NOW, &why)
        .await
        .unwrap();
    let run_id = deployed(&registry).await;
    let one = hand(&registry, "S1", 0).await;
    let then = hand(&registry, "S2", one).await;
    let undone = registry.undo_hand("shops", one, then, NOW, &why).await;
    let last = hand(&registry, "S3", undone.unwrap().seq).await;
    registry
        .save_recipe(&recipe("another"), 1, NOW, &why)
        .await
        .unwrap();
    let other = deployed(&registry).await;
    assert_ne!(other, run_id);
    let before = registry.hands("shops").await.unwrap();

    let seen = newest(&registry).await;
    let new = NewRestore {
        scheme: "shops",
        version: then,
        recipe: Some(recipe(first)),
        hands: true,
        live: Some(&run_id),
    };
    let why = change("back");
    let seq = registry.restore_version(&new, seen, LATER, &why);
    let seq = seq.await.unwrap();
    let versions = registry.recipe_versions("shops").await.unwrap();
    let texts: Vec<_> = versions.iter().map(|one| one.text.as_bytes()).collect();
    assert_eq!(
        texts,
        [first.as_bytes(), b"another".as_slice(), first.as_bytes()]
    );
    assert_eq!((versions[0].version, versions[0].seq), (3, seq));
    let all = registry.hands("shops").await.unwrap();
    assert_eq!(all[..before.len()], before[..], "nothing is rewritten");
    let upto = before.partition_point(|entry| entry.seq <= then);
    assert_eq!(standing_hands(&all), standing_hands(&before[..upto]));
    assert!(standing_hands(&all).iter().all(|kept| kept.seq != last));
    let step = registry
        .scenario_steps("shops")
        .await
        .unwrap()
        .swap_remove(0);
    assert_eq!(
        (step.run_id, step.seq, step.effective_at),
        (run_id, seq, Some(LATER))
    );
    // What was brought back can be undone, and going back cannot, but by going on.
    let undo = async |what| {
        registry
            .undo_hand("shops", what, seq, LATER, &change("no"))
            .await
    };
    assert!(matches!(undo(seq).await, Err(Error::Conflict { .. })));
    assert!(matches!(undo(last).await, Err(Error::Conflict { .. })));
    undo(one).await.unwrap();
    let all = registry.scheme_versions("shops").await.unwrap();
    assert!(all.iter().all(|one| one.genuine == Genuine::Sealed));
    let parts: Vec<_> = all.iter().filter(|one| one.seq == seq).collect();
    assert_eq!(parts.len(), 3);
    assert!(registry.audit_verify().await.unwrap().intact);
}

async fn who_did_not_see_the_newest_version_restores_nothing(place: &Place) {
    let registry = place.open().await;
    let why = change("first");
    registry
        .save_recipe(&recipe("a"), 0, NOW, &why)
        .await
        .unwrap();
    let seen = newest(&registry).await;
    let run_id = deployed(&registry).await;
    let mut new = NewRestore {
        scheme: "shops",
        version: seen,
        recipe: Some(recipe("a")),
        hands: true,
        live: None,
    };
    let stale = registry.restore_version(&new, seen, LATER, &why).await;
    assert!(matches!(stale, Err(Error::Stale { .. })));
    // A part that cannot be brought back brings none back.
    let seen = newest(&registry).await;
    new.live = Some("none");
    let missing = registry.restore_version(&new, seen, LATER, &why).await;
    assert!(matches!(missing, Err(Error::NotFound { .. })));
    assert_eq!(newest(&registry).await, seen);
    assert_eq!(registry.recipe_versions("shops").await.unwrap().len(), 1);
    assert_eq!(registry.scenario(&run_id).await.unwrap().run_id, run_id);
}

async fn a_version_changed_from_outside_is_found(place: &Place) {
    let registry = place.open().await;
    let why = change("first");
    registry
        .save_recipe(&recipe("a"), 0, NOW, &why)
        .await
        .unwrap();
    deployed(&registry).await;
    let one = hand(&registry, "S1", 0).await;
    hand(&registry, "S2", one).await;
    let bare = place.bare().await;
    let found = async |sql: &str, part: SchemePart, as_it_is: Genuine| {
        bare.execute(sql).await.unwrap();
        let mut told = standing(&registry).await;
        told.retain(|one| one.1 != Genuine::Sealed);
        assert_eq!(told, [(part, as_it_is)], "{sql}");
    };
    let (hands, live) = (SchemePart::Hands, SchemePart::Live);
    let (changed, missing) = (Genuine::Changed, Genuine::Missing);
    found("UPDATE recipes SET text = 'b'", SchemePart::Recipe, changed).await;
    found(
        "UPDATE recipes SET text = 'a', author = 'eve'",
        SchemePart::Recipe,
        changed,
    )
    .await;
    bare.execute("UPDATE recipes SET author = 'command-line'")
        .await
        .unwrap();
    let later =
        "UPDATE scenario_steps SET effective_at = effective_at + 1 WHERE state = 'deployed'";
    found(later, live, changed).await;
    bare.execute(&*later.replace("+ 1", "- 1")).await.unwrap();
    let gone = format!("DELETE FROM hands WHERE seq = {one}");
    found(&gone, hands, missing).await;
}

/// A recipe, a run that is put up and not deployed, and a change by hand; gives the number of the change.
async fn decided(registry: &Registry) -> i64 {
    let why = change("first");
    let new = recipe("a");
    registry.save_recipe(&new, 0, NOW, &why).await.unwrap();
    let run_id = drafted(registry).await;
    let ready = NewStep {
        to: ScenarioState::Ready,
        effective_at: None,
        ..live(&run_id)
    };
    registry.step_scenario(ready, NOW, &why).await.unwrap();
    hand(registry, "S1", 0).await
}

async fn standing(registry: &Registry) -> Vec<(SchemePart, Genuine)> {
    let all = registry.scheme_versions("shops").await.unwrap();
    all.iter().map(|one| (one.part, one.genuine)).collect()
}

async fn no_row_passes_for_one_of_before_seals(place: &Place) {
    let registry = place.open().await;
    let kept = decided(&registry).await;
    let bare = place.bare().await;
    let (recipe, hands, live) = (SchemePart::Recipe, SchemePart::Hands, SchemePart::Live);
    let whole = [(recipe, Genuine::Sealed), (hands, Genuine::Sealed)];
    assert_eq!(standing(&registry).await, whole);
    // A row under the number of another decision, which has no seal for it.
    let forged = format!(
        "INSERT INTO hands (seq, scheme, run_id, hand, cost, at, author, reason) SELECT r.seq, h.scheme, h.run_id, \
         h.hand, h.cost, r.at, r.author, r.reason FROM hands h, recipes r WHERE h.seq = {kept}"
    );
    bare.execute(&*forged).await.unwrap();
    let told = [(hands, Genuine::Changed), whole[0], whole[1]];
    assert_eq!(standing(&registry).await, told);
    let away = format!("DELETE FROM hands WHERE seq <> {kept}");
    bare.execute(&*away).await.unwrap();
    // A step that made nothing live, before seals and since.
    let forged =
        "UPDATE scenario_steps SET state = 'deployed', effective_at = at WHERE state = 'ready'";
    bare.execute(forged).await.unwrap();
    let told = [whole[0], (live, Genuine::Changed), whole[1]];
    assert_eq!(standing(&registry).await, told);
    unseal(&bare, "'scenario.step'", r#"{"from":"draft","to":"ready"}"#).await;
    assert_eq!(standing(&registry).await, told);
    let away =
        "UPDATE scenario_steps SET state = 'ready', effective_at = NULL WHERE state = 'deployed'";
    bare.execute(away).await.unwrap();
    // Seals taken away and left empty do not pass for none.
    for empty in [
        r#"{"version":1,"seals":{}}"#,
        r#"{"version":1,"seals":null}"#,
    ] {
        unseal(&bare, "'recipe.save'", empty).await;
        let told = [(recipe, Genuine::Changed), whole[1]];
        assert_eq!(standing(&registry).await, told, "{empty}");
    }
    // Of an entry of before seals: its own row, unless somebody else's or gone.
    unseal(&bare, "'recipe.save'", r#"{"version":1}"#).await;
    let told = [(recipe, Genuine::Unsealed), whole[1]];
    assert_eq!(standing(&registry).await, told);
    bare.execute("UPDATE recipes SET author = 'eve'")
        .await
        .unwrap();
    let told = [(recipe, Genuine::Changed), whole[1]];
    assert_eq!(standing(&registry).await, told);
    bare.execute("DELETE FROM recipes").await.unwrap();
    let told = [(recipe, Genuine::Missing), whole[1]];
    assert_eq!(standing(&registry).await, told);
}

/// Takes the seals out of the entries of an action, as if an older program had written them.
async fn unseal(bare: &sqlx::AnyPool, action: &str, detail: &str) {
    let sql = format!("UPDATE audit SET detail = '{detail}' WHERE action = {action}");
    bare.execute(&*sql).await.unwrap();
}

async fn what_has_no_seal_comes_back_by_a_whole_chain_alone(place: &Place) {
    let registry = place.open().await;
    let why = change("back");
    let kept = decided(&registry).await;
    let back = NewRestore {
        scheme: "shops",
        version: kept,
        recipe: Some(recipe("forged")),
        hands: true,
        live: None,
    };
    let bare = place.bare().await;
    unseal(&bare, "'recipe.save'", r#"{"version":1}"#).await;
    bare.execute("UPDATE recipes SET text = 'forged'")
        .await
        .unwrap();
    let unsealed = (SchemePart::Recipe, Genuine::Unsealed);
    assert_eq!(standing(&registry).await[0], unsealed);
    let refused = async || {
        let done = registry.restore_version(&back, kept, LATER, &why).await;
        let Err(Error::Conflict { what, .. }) = done else {
            panic!("{done:?}")
        };
        assert_eq!(registry.recipe_versions("shops").await.unwrap().len(), 1);
        what
    };
    assert_eq!(
        refused().await,
        "entry 1 of the audit is not as it was written"
    );
    // Nor does a chain that was hashed anew from there, or lost its end.
    rehash(&bare).await;
    assert_eq!(refused().await, "the audit does not end as it was written");
    bare.execute(&*format!("DELETE FROM audit WHERE seq >= {kept}"))
        .await
        .unwrap();
    assert_eq!(refused().await, "the audit does not end as it was written");
}

/// Hashes the chain anew after its entries were changed, as anybody can who has the database.
async fn rehash(bare: &sqlx::AnyPool) {
    let rows = sqlx::query(
        "SELECT seq, at, author, action, subject, reason, detail FROM audit ORDER BY seq",
    );
    let mut hash = [0_u8; 32];
    for row in &rows.fetch_all(bare).await.unwrap() {
        let text = |column| row.text(column).unwrap();
        let texts = ["author", "action", "subject", "reason", "detail"].map(text);
        let (seq, at) = (row.int("seq").unwrap(), row.int("at").unwrap());
        hash = entry_hash(&hash, seq, at, texts.each_ref().map(String::as_str));
        let update = sqlx::query("UPDATE audit SET hash = $1 WHERE seq = $2");
        let update = update.bind(&hash[..]).bind(seq);
        update.execute(bare).await.unwrap();
    }
}

fn mark(deployed: i64) -> NewMark<'static> {
    NewMark {
        scheme: "shops",
        from: Mark::Open,
        to: Mark::Retired,
        deployed,
    }
}

async fn nothing_is_decided_on_a_scheme_that_was_retired_meanwhile(place: &Place) {
    let registry = place.open().await;
    let why = change("why");
    registry
        .save_recipe(&recipe("a"), 0, NOW, &why)
        .await
        .unwrap();
    let run_id = deployed(&registry).await;
    let step = registry
        .scenario_steps("shops")
        .await
        .unwrap()
        .swap_remove(0);
    // Who did not see what was deployed retires nothing.
    let unseen = registry.mark_scheme(mark(0), NOW, &why).await;
    assert!(matches!(unseen, Err(Error::Conflict { .. })));
    registry
        .mark_scheme(mark(step.seq), NOW, &why)
        .await
        .unwrap();
    let again = NewStep {
        from: ScenarioState::Deployed,
        ..live(&run_id)
    };
    let new = NewHand {
        scheme: "shops",
        run_id: &run_id,
        hand: &json!({}),
        cost: &Value::Null,
    };
    let back = NewRestore {
        scheme: "shops",
        version: step.seq,
        recipe: None,
        hands: false,
        live: Some(&run_id),
    };
    let seen = newest(&registry).await;
    let refused = [
        registry.step_scenario(again, NOW, &why).await.err(),
        registry.save_recipe(&recipe("b"), 1, NOW, &why).await.err(),
        registry.add_hand(&new, 0, NOW, &why).await.err(),
        registry
            .set_schedule("shops", Some(7), LATER, NOW, &why)
            .await
            .err(),
        registry.restore_version(&back, seen, NOW, &why).await.err(),
    ];
    for error in refused {
        assert!(matches!(error, Some(Error::Conflict { .. })), "{error:?}");
    }
}

async fn retiring_and_deploying_at_once_leave_nothing_live(place: &Place) {
    let programs = [place.open().await, place.open().await];
    let why = change("why");
    for _ in 0..8 {
        let run_id = drafted(&programs[0]).await;
        let steps = programs[0].scenario_steps("shops").await.unwrap();
        let seen = steps.iter().filter(|s| s.state == ScenarioState::Deployed);
        let seen = seen.map(|step| step.seq).max().unwrap_or(0);
        let (stepped, marked) = tokio::join!(
            programs[0].step_scenario(live(&run_id), NOW, &why),
            programs[1].mark_scheme(mark(seen), NOW, &why),
        );
        // One of the two is told that the other was first.
        assert!(stepped.is_ok() != marked.is_ok(), "{stepped:?} {marked:?}");
        if marked.is_ok() {
            let back = NewMark {
                from: Mark::Retired,
                to: Mark::Open,
                ..mark(seen)
            };
            programs[1].mark_scheme(back, NOW, &why).await.unwrap();
        }
    }
}
