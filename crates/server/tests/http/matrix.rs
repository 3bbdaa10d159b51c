//! Who may ask what: every operation of the document, asked by nobody, by every role and by every scope, in
//! the own project, in another's and in one that does not exist. `govern` says what to expect.

use crate::house::{Caller, House, MINE, OTHER, request};
use axum::body::Body;
use axum::http::{Method, header};
use govern::Action;
use retail::{Purpose, Role, Scope};
use serde_json::{Map, Value, json};

/// An operation of the document.
struct Operation {
    id: String,
    method: Method,
    path: String,
    purpose: bool,
    body: Option<(String, Value)>,
    public: bool,
}

/// Whether somebody may use an operation of a project.
fn allowed(id: &str, purpose: Purpose, key: bool, may: &dyn Fn(Action) -> bool) -> bool {
    let noun = id.trim_end_matches("_csv").trim_end_matches("_xlsx");
    match noun {
        // Raw rows may name people: a person says what for, a program that hands files in sees its own.
        "quarantine" => may(Action::ReadQuarantine) && (key || may(Action::ReadPerson(purpose))),
        // Who may start some work may see how it goes, and stop it.
        "job" => [
            Action::ReadResults,
            Action::StartRun,
            Action::Import,
            Action::ReplayQuarantine,
        ]
        .into_iter()
        .any(may),
        "cancel_job" => [Action::StartRun, Action::Import, Action::ReplayQuarantine]
            .into_iter()
            .any(may),
        // Keeping what somebody answered is a change, and a look at them.
        "keep_finder_answers" | "forget_finder_answers" => {
            may(Action::KeepAnswers) && may(Action::ReadPerson(purpose))
        }
        "forget_gene" | "remember_gene" => {
            may(Action::StrikeGenes) && may(Action::ReadPerson(purpose))
        }
        "start_run" | "run_scheme" | "set_schedule" => {
            may(Action::StartRun) && may(Action::EditSegments)
        }
        // Putting up is a planner's step, approving another person's.
        "step_scenario" => may(Action::EditSegments) || may(Action::ApproveScenario),
        _ => may(action(id, purpose)),
    }
}

/// What an operation of a project asks of the rules.
fn action(id: &str, purpose: Purpose) -> Action {
    let noun = id.trim_end_matches("_csv").trim_end_matches("_xlsx");
    match noun {
        "home" | "feeds" | "imports" | "runs" | "schemes" | "scheme" | "scheme_history"
        | "recipe_parts" | "scheme_worths" | "scheme_health" | "workbench" | "scheme_file"
        | "board" | "compare" | "hands" | "board_members" | "member_reasons" | "newcomers"
        | "demand" | "demand_category" | "demand_lists" | "demand_product"
        | "demand_communities" | "scheme_agreement" | "migration" | "migration_members"
        | "member_history" | "scheme_versions" | "scheme_version" | "version_diff" | "products"
        | "product" | "dna" | "dna_proposals" | "product_heard" | "drivers" | "life"
        | "find_products" | "cluster_genome" | "genome_drift" => Action::ReadResults,
        "run_demand" | "run_identity" | "run_genomes" | "run_dna" | "run_drivers" | "run_life" => {
            Action::StartRun
        }
        "identity" | "identity_rules" => Action::ReadResults,
        "set_identity_rules" => Action::ChangeSettings,
        "correct_dna" | "undo_dna" => Action::CorrectProducts,
        "identity_review" | "decide_identity" => Action::DecideIdentity,
        "members" | "customers" | "customer" | "customer_history" | "receipts"
        | "customer_identity" | "customer_genome" | "gene_evidence" | "genome_diff"
        | "timeline" | "genome_alerts" | "customer_letter" | "customer_life" => {
            Action::ReadPerson(purpose)
        }
        "rename" | "mark_scheme" | "save_recipe" | "recipe_size" | "preview_hand" | "save_hand"
        | "undo_hand" | "restore_version" => Action::EditSegments,
        "upload" | "preview" | "start_import" => Action::Import,
        "withdraw" => Action::WithdrawImport,
        "replay" | "drop_rows" => Action::ReplayQuarantine,
        "sql" => Action::RunSql,
        "people" | "add_person" | "change_person" | "link_person" => Action::ManagePeople,
        "keys" | "add_key" | "revoke_key" => Action::ManageKeys,
        "audit" | "verify_audit" => Action::ReadAudit,
        _ => panic!("{id} is new: say here what it asks of the rules"),
    }
}

/// A smallest body that fits a schema.
fn example(document: &Value, schema: &Value) -> Value {
    if let Some(name) = schema["$ref"].as_str() {
        let pointer = name.trim_start_matches('#');
        return example(document, document.pointer(pointer).unwrap());
    }
    if let Some(kinds) = schema["oneOf"].as_array() {
        return example(document, &kinds[0]);
    }
    if let Some(words) = schema["enum"].as_array() {
        return words[0].clone();
    }
    match schema["type"].as_str() {
        Some("object") => {
            let fields = schema["required"]
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(Value::as_str);
            let fields = fields.map(|field| {
                (
                    field.to_string(),
                    example(document, &schema["properties"][field]),
                )
            });
            Value::Object(fields.collect::<Map<_, _>>())
        }
        Some("array") => json!([example(document, &schema["items"])]),
        Some("integer") => json!(1),
        Some("string") => json!("x"),
        other => panic!("no example for {other:?}"),
    }
}

fn operations() -> Vec<Operation> {
    let document = serde_json::to_value(server::openapi()).unwrap();
    let mut found = Vec::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            let content = operation["requestBody"]["content"]
                .as_object()
                .and_then(|c| c.iter().next());
            let body = content.map(|(media, body)| {
                let body = match media.as_str() {
                    "application/json" => example(&document, &body["schema"]),
                    _ => Value::Null,
                };
                (media.clone(), body)
            });
            let mut names = operation["parameters"]
                .as_array()
                .into_iter()
                .flatten()
                .map(|p| &p["name"]);
            found.push(Operation {
                id: operation["operationId"].as_str().unwrap().to_string(),
                method: method.to_uppercase().parse().unwrap(),
                path: path.clone(),
                purpose: names.any(|name| name == "purpose"),
                body,
                public: operation["security"] == json!([{}]),
            });
        }
    }
    assert!(found.len() > 50, "{} operations", found.len());
    found
}

impl Operation {
    fn is_of_a_project(&self) -> bool {
        self.path.contains("{project}")
    }

    async fn ask(&self, house: &House, caller: &Caller, project: &str, purpose: Purpose) -> u16 {
        let parts = [
            ("project", project),
            ("cluster", "0"),
            ("customer_key", "1"),
            ("scheme", "customers"),
            ("run", "newest"),
            ("member", "S1"),
            ("product", "P1"),
            ("seq", "1"),
            ("correction", "1"),
            ("version", "1"),
        ];
        let mut path = self.path.clone();
        for (name, value) in parts {
            path = path.replace(&format!("{{{name}}}"), value);
        }
        for name in ["job_id", "upload_id", "person_id", "key_id"] {
            path = path.replace(
                &format!("{{{name}}}"),
                "00000000-0000-7000-8000-000000000000",
            );
        }
        if self.purpose {
            path = format!("{path}?purpose={}", purpose.word());
        }
        let request = request(self.method.clone(), &path, caller);
        let request = match &self.body {
            None => request.body(Body::empty()),
            Some((media, body)) if media == "application/json" => request
                .header(header::CONTENT_TYPE, media)
                .body(Body::from(body.to_string())),
            Some((media, _)) => {
                let form = "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\n\r\na,b\r\n1,2\r\n\r\n--b--\r\n";
                let media = format!("{media}; boundary=b");
                request
                    .header(header::CONTENT_TYPE, media)
                    .body(Body::from(form))
            }
        };
        house.raw(request.unwrap()).await.status.as_u16()
    }
}

#[tokio::test]
async fn nobody_gets_nothing() {
    let house = House::open().await;
    for operation in operations() {
        let status = operation
            .ask(&house, &Caller::Nobody, MINE, Purpose::Service)
            .await;
        match operation.public {
            true => assert!(
                status == 200 || operation.id == "login",
                "{} {status}",
                operation.id
            ),
            false => assert_eq!(status, 401, "{}", operation.id),
        }
        let forged = Caller::Key("tsr_0000000000000000000000".into());
        let stale = Caller::Session("stale".into());
        for caller in [forged, stale] {
            for project in [MINE, "nowhere"] {
                let status = operation
                    .ask(&house, &caller, project, Purpose::Service)
                    .await;
                assert!(
                    operation.public || status == 401,
                    "{} {caller:?} {status}",
                    operation.id
                );
            }
        }
    }
}

#[tokio::test]
async fn every_role_and_scope_on_every_operation() {
    let house = House::open().await;
    let owner = house.owner().await;
    let mut callers = Vec::new();
    for role in Role::ALL {
        let rule = Box::new(move |action| govern::may(&[*role], action).is_ok());
        callers.push((
            role.word(),
            house.person(&owner, *role).await,
            rule as Box<dyn Fn(Action) -> bool>,
        ));
    }
    for scope in Scope::ALL {
        let rule = Box::new(move |action| govern::key_may(&[*scope], action).is_ok());
        callers.push((scope.word(), house.key(&owner, *scope).await, rule));
    }
    let (mut cases, mut wrong) = (0, Vec::new());
    for operation in operations()
        .iter()
        .filter(|operation| operation.is_of_a_project())
    {
        let purposes = if operation.purpose {
            &Purpose::ALL[..]
        } else {
            &Purpose::ALL[..1]
        };
        for (name, caller, rule) in &callers {
            for purpose in purposes {
                let key = matches!(caller, Caller::Key(_));
                let may = allowed(&operation.id, *purpose, key, rule);
                let status = operation.ask(&house, caller, MINE, *purpose).await;
                let right = match may {
                    true => status != 401 && status != 403 && status < 500,
                    false => status == 403,
                };
                if !right {
                    wrong.push(format!(
                        "{name} {} for {purpose}: {status}, may: {may}",
                        operation.id
                    ));
                }
                cases += 1;
            }
            let elsewhere = purposes
                .iter()
                .flat_map(|purpose| [(OTHER, purpose), ("nowhere", purpose)]);
            for (project, purpose) in elsewhere {
                let status = operation.ask(&house, caller, project, *purpose).await;
                if status != 404 {
                    wrong.push(format!(
                        "{name} {} in '{project}': {status}, not 404",
                        operation.id
                    ));
                }
                cases += 1;
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {cases} cases are wrong:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    assert!(cases >= 2_000, "{cases} cases");
}

#[tokio::test]
async fn a_change_of_a_session_needs_its_header() {
    let house = House::open().await;
    let Caller::Session(secret) = house.owner().await else {
        panic!("no session")
    };
    let bare = Caller::BareSession(secret);
    for operation in operations().iter().filter(|operation| !operation.public) {
        let status = operation.ask(&house, &bare, MINE, Purpose::Quality).await;
        match operation.method.is_safe() {
            true => assert_ne!(status, 403, "{}", operation.id),
            false => assert_eq!(status, 403, "{}", operation.id),
        }
    }
}

#[tokio::test]
async fn other_methods_are_refused() {
    let house = House::open().await;
    let owner = house.owner().await;
    for operation in operations() {
        let asked = Operation {
            method: Method::from_bytes(b"PURGE").unwrap(),
            body: None,
            ..operation
        };
        let status = asked.ask(&house, &owner, MINE, Purpose::Quality).await;
        assert_eq!(status, 405, "PURGE {}", asked.path);
    }
}
